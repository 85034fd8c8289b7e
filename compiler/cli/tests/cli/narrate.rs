//! What is wrong, where nothing can be drawn.

use expect_test::expect;

use crate::run::Folder;

const TOPOLOGY: &str = "edition 1\ncluster \"demo\" { kubernetes \"1.34\"; }\n\
                        include \"more.kdl\"\nnamespace \"tools\"\nnamespaze \"é\"\n";

fn folder() -> Folder {
    Folder::new().with("t.kdl", TOPOLOGY).with("more.kdl", "namespace \"tools\"\n")
}

#[test]
fn sentences_name_every_place_and_draw_nothing() {
    let run = folder().jtc(&["check", "--narrate", "t.kdl"]).code(1).prints_nothing();
    expect![[r#"
        t.kdl:4:11: error[J0209]: `namespace "tools"` is there twice
          line 4 of t.kdl: namespace "tools"
            there, `"tools"`: again here
          also line 1 of more.kdl: namespace "tools"
            there, `"tools"`: first here
          help: remove one of the two, or give it another name

        t.kdl:5:1: error[J0201]: unknown node `namespaze` at the top level
          line 5 of t.kdl: namespaze "é"
            there, `namespaze`: not known here
          help: write `namespace`

        error: 2 errors
          hint: 1 can be repaired by `jtc check --fix`
          hint: `jtc explain J0209` says more about J0209
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn a_dumb_terminal_and_no_graphics_get_sentences() {
    let folder = folder();
    let sentences = folder.jtc(&["check", "--narrate", "t.kdl"]).code(1).stderr;
    let said = |name: &str, value: &str| {
        let mut command = folder.command(&["check", "t.kdl"]);
        command.env(name, value);
        Folder::run(command, b"").code(1).stderr
    };
    assert_eq!(said("TERM", "dumb"), sentences);
    assert_eq!(said("NO_GRAPHICS", "1"), sentences);
    for (name, value) in [("NO_GRAPHICS", "0"), ("NO_GRAPHICS", ""), ("TERM", "xterm")] {
        assert_ne!(said(name, value), sentences, "{name}={value}");
    }
    // That is about colours, and no more.
    assert_ne!(said("NO_COLOR", "1"), sentences);
}

#[test]
fn a_long_line_is_told_only_near_the_place() {
    let padding = "/* */ ".repeat(2000);
    let text = format!("edition 1\n{padding} namespaze \"a\" {padding}\n");
    let run = Folder::new().with("t.kdl", text).jtc(&["check", "--narrate", "t.kdl"]).code(1);
    let longest = run.stderr.lines().map(str::len).max().unwrap();
    assert!(longest < 300, "{}", run.stderr);
    let line = run.stderr.lines().find(|line| line.contains("line 2 of t.kdl: ...")).unwrap();
    assert!(line.contains("namespaze \"a\"") && line.ends_with("..."), "{line}");
}

#[test]
fn a_code_links_to_its_page_where_the_terminal_takes_links() {
    let folder = folder();
    let said = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = folder.command(&[&["check", "t.kdl"], args].concat());
        command.envs(variables.iter().copied());
        Folder::run(command, b"").code(1).stderr
    };
    let docs = ("JTC_DOCS_URL", "https://docs.example.org/codes/");
    let forced = ("FORCE_HYPERLINK", "1");
    let link =
        "\u{1b}]8;;https://docs.example.org/codes/J0201.md\u{1b}\\error[J0201]\u{1b}]8;;\u{1b}\\";
    assert!(said(&[docs, forced], &[]).contains(link));
    // Not where it goes to a file, nor where nobody said where the pages are.
    assert!(!said(&[docs], &[]).contains('\u{1b}'));
    assert!(!said(&[docs, forced], &["--color", "never"]).contains('\u{1b}'));
    assert!(!said(&[docs, forced], &["--narrate"]).contains('\u{1b}'));
    if option_env!("JTC_DOCS_URL").is_none() {
        assert!(!said(&[forced], &[]).contains('\u{1b}'));
    }
    // Programs are told as well.
    let mut command = folder.command(&["check", "--format", "json", "t.kdl"]);
    command.env(docs.0, docs.1);
    Folder::run(command, b"")
        .code(1)
        .prints("\"url\": \"https://docs.example.org/codes/J0201.md\"");
    let mut command = folder.command(&["check", "--format", "sarif", "t.kdl"]);
    command.env(docs.0, docs.1);
    Folder::run(command, b"")
        .code(1)
        .prints("\"helpUri\": \"https://docs.example.org/codes/J0201.md\"");
}
