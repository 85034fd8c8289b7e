//! `jtc fmt`.

use std::fs;

use expect_test::expect;

use crate::run::{Folder, SMALL};

/// `SMALL` as nobody should leave it.
fn untidy() -> String {
    SMALL.replace("    ", "\t").replace("edition 1\n", "edition   1\n\n\n")
}

/// `SMALL` as it comes out of that.
fn tidy() -> String {
    SMALL.replace("edition 1\n", "edition 1\n\n")
}

#[test]
fn files_are_formatted_in_place() {
    let folder = Folder::new().with("a.kdl", untidy()).with("b.kdl", SMALL);
    let run = folder.jtc(&["fmt", "a.kdl", "b.kdl"]).code(0).prints_nothing();
    assert_eq!(run.stderr, "formatted `a.kdl`\n");
    assert_eq!((folder.read("a.kdl"), folder.read("b.kdl")), (tidy(), SMALL.to_owned()));
    assert_eq!(folder.tree(""), ["a.kdl", "b.kdl"]);
    folder.jtc(&["fmt", "a.kdl", "b.kdl"]).code(0).prints_nothing().says_nothing();
}

#[test]
fn includes_are_formatted_too_and_each_file_once() {
    let folder = Folder::new()
        .with("topology.kdl", "include   \"ns/*.kdl\"\ninclude \"*.kdl\"\n")
        .with("ns/a.kdl", "include   \"more/b.kdl\"\n")
        .with("ns/more/b.kdl", "a   1\n")
        .with("ns/more/c.kdl", "a   1\n");
    let run = folder.jtc(&["fmt", "--check"]).code(1).says_nothing();
    assert_eq!(run.stdout, "topology.kdl\nns/a.kdl\nns/more/b.kdl\n");
    let run = folder.jtc(&["fmt", "--check", "--no-includes", "./topology.kdl"]).code(1);
    assert_eq!(run.stdout, "./topology.kdl\n");
    folder.jtc(&["fmt", "topology.kdl", "ns", "ns/a.kdl"]).code(0);
    assert_eq!(folder.read("ns/more/b.kdl"), "a 1\n");
    assert_eq!(folder.read("ns/more/c.kdl"), "a   1\n");
    folder.jtc(&["fmt", "--check", "topology.kdl"]).code(0).prints_nothing().says_nothing();
}

#[test]
fn an_include_that_leads_nowhere_is_told_and_the_rest_formatted() {
    let folder =
        Folder::new().with("t.kdl", "include   \"none.kdl\"\ninclude \"../out.kdl\"\nedition 1\n");
    folder
        .jtc(&["fmt", "t.kdl"])
        .code(0)
        .says("what `t.kdl` includes as `none.kdl` is not formatted: there is no such file")
        .says("`../out.kdl` is not formatted: it lies outside the folder of the topology")
        .says("formatted `t.kdl`");
}

#[test]
fn check_and_diff_change_nothing() {
    let folder = Folder::new().with("a.kdl", "a  1\nb 2\n").with("b.kdl", "b 2\n");
    let check = folder.jtc(&["fmt", "--check", "a.kdl", "b.kdl"]).code(1).says_nothing();
    assert_eq!(check.stdout, "a.kdl\n");
    let diff = folder.jtc(&["fmt", "--diff", "a.kdl", "b.kdl"]).code(0).says_nothing();
    expect![[r"
        --- a.kdl
        +++ a.kdl
        @@ -1,2 +1,2 @@
        -a  1
        +a 1
         b 2
    "]]
    .assert_eq(&diff.stdout);
    let both = folder.jtc(&["fmt", "--diff", "--check", "a.kdl"]).code(1).says_nothing();
    assert_eq!(both.stdout, diff.stdout);
    assert_eq!(folder.read("a.kdl"), "a  1\nb 2\n");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new();
    let run = |args: &[&str], input: &str| folder.jtc_with_input(args, input);
    assert_eq!(run(&["fmt", "-"], "a  1").code(0).says_nothing().stdout, "a 1\n");
    assert_eq!(run(&["fmt", "-"], "a 1\n").code(0).says_nothing().stdout, "a 1\n");
    assert_eq!(run(&["fmt", "-"], "").code(0).says_nothing().stdout, "");
    assert_eq!(run(&["fmt", "--check", "-"], "a  1").code(1).says_nothing().stdout, "<stdin>\n");
    run(&["fmt", "--check", "-"], "a 1\n").code(0).says_nothing().prints_nothing();
    run(&["fmt", "--diff", "-"], "a  1\n").code(0).prints("+a 1\n");
    run(&["fmt", "-", "a.kdl"], "").code(2).says("`-` alone").prints_nothing();
    // What is included is not touched.
    folder.write("more.kdl", "a  1\n");
    assert_eq!(
        run(&["fmt", "-"], "include  \"more.kdl\"\n").code(0).stdout,
        "include \"more.kdl\"\n"
    );
    assert_eq!(folder.read("more.kdl"), "a  1\n");
}

#[test]
fn what_is_broken_stays_and_the_rest_is_formatted() {
    let folder = Folder::new().with("t.kdl", "a  1\nb  \"x\nc  2\n\n\nd {\n  e  true\n}\nf  3\n");
    let warning = "`t.kdl` has syntax errors, so lines 2, 6 to 8 stayed as they were";
    folder.jtc(&["fmt", "t.kdl"]).code(0).says(warning).says("`jtc check t.kdl`");
    assert_eq!(folder.read("t.kdl"), "a 1\nb  \"x\nc 2\n\n\nd {\n  e  true\n}\nf 3\n");
    folder.jtc(&["fmt", "--check", "t.kdl"]).code(1).prints_nothing().says(warning);
    let input = folder.jtc_with_input(&["fmt", "-"], "a  1\nb  true\n").code(0);
    assert_eq!(input.stdout, "a 1\nb  true\n");
    assert!(input.stderr.contains("so line 2 stayed as it was"), "{}", input.stderr);
}

#[test]
fn line_breaks_and_byte_order_mark_stay() {
    let folder = Folder::new().with("t.kdl", "\u{feff}a  1\r\nb {\r\n}\r\n");
    folder.jtc(&["fmt", "t.kdl"]).code(0);
    assert_eq!(folder.read("t.kdl"), "\u{feff}a 1\r\nb {}\r\n");
}

#[test]
fn files_that_cannot_be_read_do_not_stop_the_others() {
    let folder =
        Folder::new().with("a.kdl", b"a\xff\n").with("b.kdl", "b  1\n").with("empty/x.yaml", "");
    folder
        .jtc(&["fmt", "none.kdl", "a.kdl", "empty", "b.kdl"])
        .code(2)
        .says("error: there is no file `none.kdl`")
        .says("error: `a.kdl` is not UTF-8")
        .says("error: there is no `.kdl` file in `empty`")
        .says("formatted `b.kdl`");
    assert_eq!(folder.read("b.kdl"), "b 1\n");
    assert_eq!(fs::read(folder.path("a.kdl")).unwrap(), b"a\xff\n");
}

#[cfg(unix)]
#[test]
fn permissions_and_links_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new().with("real/t.kdl", "a  1\n").with("fixed.kdl", "a  1\n");
    symlink("real/t.kdl", folder.path("link.kdl")).unwrap();
    let set = |path: &str, mode| {
        fs::set_permissions(folder.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    set("real/t.kdl", 0o640);
    folder.jtc(&["fmt", "link.kdl", "real/t.kdl"]).code(0).says("formatted `link.kdl`");
    assert!(fs::symlink_metadata(folder.path("link.kdl")).unwrap().file_type().is_symlink());
    let facts = fs::metadata(folder.path("real/t.kdl")).unwrap();
    assert_eq!(
        (facts.permissions().mode() & 0o777, folder.read("link.kdl")),
        (0o640, "a 1\n".into())
    );
    set("fixed.kdl", 0o444);
    folder.jtc(&["fmt", "fixed.kdl"]).code(2).says("`fixed.kdl` can't be written: it is read-only");
    assert_eq!(folder.read("fixed.kdl"), "a  1\n");
    assert_eq!(folder.tree(""), ["fixed.kdl", "link.kdl", "real/", "real/t.kdl"]);
}

#[test]
fn what_init_writes_is_formatted() {
    let folder = Folder::new();
    for versions in [&["3.6.0"][..], &["3.0.0", "3.3.1", "99.0.0"]] {
        let mut args = vec!["init"];
        args.extend(versions.iter().flat_map(|version| ["--version", version]));
        let text = folder.jtc(&args).code(0).stdout;
        folder.jtc_with_input(&["fmt", "--check", "-"], text).code(0).prints_nothing();
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = Folder::new().with("t.kdl", "a  1\n".repeat(50_000));
    let mut command = folder.command(&["fmt", "--diff", "t.kdl"]);
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
