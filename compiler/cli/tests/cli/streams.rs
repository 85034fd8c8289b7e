//! Streams, colours, and how the process ends.

use std::io::Read;
use std::process::Stdio;

use expect_test::expect;

use crate::run::{Folder, SMALL};

#[test]
fn version_and_help_are_no_errors() {
    let folder = Folder::new();
    let version = folder.jtc(&["--version"]).code(0).says_nothing();
    assert_eq!(version.stdout, concat!("jtc ", env!("CARGO_PKG_VERSION"), "\n"));
    folder.jtc(&["--help"]).code(0).says_nothing().prints("Exit codes:");
    for command in ["compile", "check", "graph", "explain", "fmt", "init", "completions"] {
        folder.jtc(&[command, "--help"]).code(0).says_nothing().prints("Examples:");
    }
}

#[test]
fn a_wrong_command_line_ends_in_2() {
    let folder = Folder::small();
    folder.jtc(&[]).code(2).says("Usage: jtc").prints_nothing();
    folder.jtc(&["compile"]).code(2).says("FILE").prints_nothing();
    folder.jtc(&["compil", "topology.kdl"]).code(2).says("'compile'").prints_nothing();
    folder.jtc(&["compile", "topology.kdl", "--format", "xml"]).code(2).says("yaml");
    folder
        .jtc(&["compile", "topology.kdl", "--format", "json", "-o", "out"])
        .code(2)
        .says("leave one of them out");
    assert!(!folder.path("out").exists());
}

#[test]
fn colours_only_where_asked_or_on_a_terminal() {
    let folder = Folder::new().with("t.kdl", "namespaze \"a\"\n");
    let colored = |args: &[&str]| folder.jtc(args).code(1).stderr.contains('\u{1b}');
    assert!(!colored(&["check", "t.kdl"]));
    assert!(!colored(&["check", "t.kdl", "--color", "never"]));
    assert!(colored(&["check", "t.kdl", "--color", "always"]));
    assert!(colored(&["--color", "always", "check", "t.kdl"]));
}

/// `script` gives the program a terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_has_colours_unless_no_color_is_set() {
    let folder = Folder::new().with("t.kdl", "namespaze \"a\"\n");
    let on_terminal = |variables: &[(&str, &str)]| {
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &format!("{} check t.kdl", env!("CARGO_BIN_EXE_jtc")), "/dev/null"]);
        command.current_dir(folder.path("")).env_remove("NO_COLOR").env("TERM", "xterm");
        command.envs(variables.iter().copied());
        Folder::run(command, b"").code(1).prints("J0201").stdout.contains('\u{1b}')
    };
    assert!(on_terminal(&[]));
    assert!(on_terminal(&[("NO_COLOR", "")]));
    assert!(!on_terminal(&[("NO_COLOR", "1")]));
    assert!(!on_terminal(&[("TERM", "dumb")]));
}

#[test]
fn only_an_utf8_locale_gets_more_than_ascii() {
    let folder = Folder::new().with("t.kdl", "namespaze \"a\"\n");
    let plain = folder.jtc(&["check", "t.kdl"]).code(1).stderr;
    assert!(plain.is_ascii(), "{plain}");
    let mut command = folder.command(&["check", "t.kdl"]);
    command.env("LANG", "C.UTF-8");
    assert!(Folder::run(command, b"").code(1).stderr.contains('╭'));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = Folder::small();
    for args in [
        &["explain"][..],
        &["compile", "topology.kdl"],
        &["init"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut command = folder.command(args);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{args:?}: {stderr}");
        assert_eq!(stderr, "", "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = Folder::small();
    let mut command = folder.command(&["compile", "topology.kdl"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    expect!["error: standard output can't be written: no space left on device\n"]
        .assert_eq(&String::from_utf8(output.stderr).unwrap());
}

#[test]
fn standard_input_is_a_topology() {
    let folder = Folder::small().with("more.kdl", "namespace \"more\"\n");
    let from_file = folder.jtc(&["compile", "topology.kdl"]).code(0).stdout;
    let from_stdin = folder.jtc_with_input(&["compile", "-"], SMALL).code(0).stdout;
    assert_eq!(from_stdin, from_file.replace("from topology.kdl:", "from <stdin>:"));
    let including = format!("{SMALL}include \"more.kdl\"\n");
    folder.jtc_with_input(&["compile", "-"], including).code(0).prints("name: more\n");
    folder.jtc_with_input(&["check", "-"], "namespaze \"a\"\n").code(1).says("<stdin>:1:1");
}

#[test]
fn every_shell_has_completions() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        folder
            .jtc(&["completions", shell])
            .code(0)
            .says_nothing()
            .prints("deny-warnings")
            .prints("no-includes");
    }
}
