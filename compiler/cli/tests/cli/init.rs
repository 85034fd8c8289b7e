//! `jtc init`: what it writes compiles as it is.

use crate::run::Folder;

/// A release of each row that the compiler knows, and one within a row.
const RELEASES: [&str; 14] = [
    "3.0.0", "3.0.3", "3.1.5", "3.2.0", "3.2.2", "3.2.6", "3.3.1", "3.4.0", "3.4.7", "3.4.20",
    "3.4.21", "3.5.0", "3.5.1", "3.6.0",
];

/// What `jtc init` says for these versions; it compiles without a warning.
#[track_caller]
fn checked(versions: &[&str]) -> String {
    let folder = Folder::new();
    let mut args = vec!["init"];
    args.extend(versions.iter().flat_map(|version| ["--version", version]));
    let topology = folder.jtc(&args).code(0).says_nothing().stdout;
    let run = folder
        .jtc_with_input(&["compile", "-", "--deny-warnings"], &topology)
        .code(0)
        .says_nothing();
    let namespaces = run.stdout.matches("\nkind: Namespace\n").count();
    assert_eq!(namespaces, versions.len() + 1, "one each, and the reapers'");
    topology
}

#[test]
fn a_topology_for_any_release_compiles_without_a_warning() {
    for version in RELEASES {
        checked(&[version]);
    }
    checked(&["3.4.0", "3.6.0"]);
    checked(&["3.4.20", "3.4.21"]);
    checked(&RELEASES);
}

#[test]
fn login_and_session_are_set_up_where_a_release_wants_them() {
    for (version, login, session) in [
        ("3.3.1", false, false),
        ("3.4.0", true, true),
        ("3.4.20", false, true),
        ("3.6.0", false, false),
    ] {
        let topology = checked(&[version]);
        assert_eq!(topology.contains("oidc secret=\"jobmon-login\""), login, "{version}");
        assert_eq!(topology.contains("session secret=\"jobmon-session\""), session, "{version}");
    }
    let both = checked(&["3.4.0", "3.4.21"]);
    assert_eq!(both.matches("    oidc secret=\"jobmon-3-4-0-login\"").count(), 1);
    assert_eq!(both.matches("    session secret=\"jobmon-3-4-21-session\"").count(), 1);
}

#[test]
fn a_version_nobody_knows_yet_is_said_to_be_one() {
    let folder = Folder::new();
    let topology = folder.jtc(&["init", "--version", "3.7.0"]).code(0).stdout;
    assert!(topology.contains("3.7.0 is newer than 3.6.0, the last release"), "{topology}");
    assert!(!folder.jtc(&["init"]).code(0).stdout.contains("is newer than"));
    folder.jtc_with_input(&["compile", "-"], &topology).code(0).says("J0802");
    folder
        .jtc(&["init", "--version", "2.9.0"])
        .code(2)
        .prints_nothing()
        .says("older than any that is known")
        .says("write `--version 3.0.0`");
}

#[test]
fn a_dash_is_standard_output() {
    let folder = Folder::new();
    let shown = folder.jtc(&["init"]).code(0).stdout;
    assert_eq!(folder.jtc(&["init", "--output", "-"]).code(0).says_nothing().stdout, shown);
    assert_eq!(folder.tree("."), Vec::<String>::new());
}

#[test]
fn it_is_written_as_its_own_format_would_be() {
    for version in ["3.4.0", "3.6.0", "3.7.0"] {
        let topology = Folder::new().jtc(&["init", "--version", version]).code(0).stdout;
        assert!(topology.lines().all(|line| line == line.trim_end()), "{topology}");
        assert!(topology.contains("CHANGE"));
    }
}

#[test]
fn a_file_is_never_overwritten() {
    let folder = Folder::new();
    folder
        .jtc(&["init", "--output", "topology.kdl"])
        .code(0)
        .prints_nothing()
        .says("jtc check topology.kdl");
    folder.jtc(&["check", "topology.kdl"]).code(0);
    let written = folder.read("topology.kdl");
    folder
        .jtc(&["init", "--version", "3.3.1", "-o", "topology.kdl"])
        .code(2)
        .says("`topology.kdl` exists already");
    assert_eq!(folder.read("topology.kdl"), written);
    folder
        .jtc(&["init", "-o", "no/topology.kdl"])
        .code(2)
        .says("there is no folder for `no/topology.kdl`");
}

#[test]
fn a_version_must_be_one() {
    let folder = Folder::new();
    folder.jtc(&["init", "--version", "3.6"]).code(2).says("write `--version 3.6.0`");
    folder.jtc(&["init", "--version", "new"]).code(2).says("`new` is not a version of Jobmon");
    folder
        .jtc(&["init", "--version", "3.6.0", "--version", "3.6.0"])
        .code(2)
        .says("is given twice");
}
