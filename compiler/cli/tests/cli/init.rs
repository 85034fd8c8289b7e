//! `jtc init`: what it writes compiles as it is.

use crate::run::Folder;

#[test]
fn a_topology_for_any_release_compiles_without_a_warning() {
    let folder = Folder::new();
    let releases = ["3.0.0", "3.2.0", "3.2.2", "3.3.1", "3.6.0"];
    for versions in [&releases[4..], &releases[3..], &releases] {
        let mut args = vec!["init"];
        args.extend(versions.iter().flat_map(|version| ["--version", version]));
        let topology = folder.jtc(&args).code(0).says_nothing().stdout;
        let run = folder
            .jtc_with_input(&["compile", "-", "--deny-warnings"], &topology)
            .code(0)
            .says_nothing();
        let namespaces = run.stdout.matches("\nkind: Namespace\n").count();
        assert_eq!(namespaces, versions.len() + 1, "one each, and the reapers'");
    }
}

#[test]
fn it_is_written_as_its_own_format_would_be() {
    let topology = Folder::new().jtc(&["init"]).code(0).stdout;
    assert!(topology.lines().all(|line| line == line.trim_end()), "{topology}");
    assert!(topology.contains("CHANGE"));
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
