//! Files that can't be had, said as a person would want to hear it.

use expect_test::expect;

use crate::run::{Folder, SMALL};

#[test]
fn a_missing_file_offers_a_name_like_it() {
    let folder = Folder::small();
    expect![[r"
        exit code 2
        --- stdout
        --- stderr
        error: there is no file `topologi.kdl`
          hint: did you mean `topology.kdl`?
    "]]
    .assert_eq(&folder.jtc(&["compile", "topologi.kdl"]).text());
    folder.jtc(&["compile", "topology"]).code(2).says("did you mean `topology.kdl`?");
    folder.jtc(&["compile", "other-thing.kdl"]).code(2).says("the folder has `topology.kdl`");
    folder.jtc(&["compile", "none/a.kdl"]).code(2).says("there is no folder `none` either");
    folder
        .jtc(&["compile", "topology.kdl/a.kdl"])
        .code(2)
        .says("there is no file `topology.kdl/a.kdl`");
    Folder::new()
        .jtc(&["compile", "a.kdl"])
        .code(2)
        .says("`jtc init --output topology.kdl` starts a topology");
}

#[test]
fn a_folder_offers_the_topology_in_it() {
    let folder = Folder::new()
        .with("prod/topology.kdl", SMALL)
        .with("prod/part.kdl", "")
        .with("empty/x", "");
    expect![[r"
        exit code 2
        --- stdout
        --- stderr
        error: `prod` is a folder, not a topology
          hint: did you mean `prod/topology.kdl` in it?
    "]]
    .assert_eq(&folder.jtc(&["check", "prod"]).text());
    folder.jtc(&["check", "empty"]).code(2).says("there is no `.kdl` file in it");
    let several = Folder::new().with("d/a.kdl", "").with("d/b.kdl", "");
    several
        .jtc(&["check", "d"])
        .code(2)
        .says("it has `a.kdl`, `b.kdl`; name the one to start from");
}

#[test]
fn a_huge_file_is_refused_at_once() {
    let folder = Folder::new();
    std::fs::File::create(folder.path("huge.kdl")).unwrap().set_len(100 << 20).unwrap();
    folder.jtc(&["compile", "huge.kdl"]).code(2).says("`huge.kdl` has more than 64 MiB");
}

/// Reading this file fails also for root, whom permissions don't stop.
#[cfg(target_os = "linux")]
#[test]
fn an_unreadable_file_says_why() {
    Folder::new()
        .jtc(&["compile", "/proc/self/mem"])
        .code(2)
        .says("`/proc/self/mem` can't be read: ");
}

#[test]
fn a_file_that_is_not_text_is_a_diagnostic() {
    let folder = Folder::new().with("t.kdl", b"edition 1\n\"\xff\"\n");
    folder.jtc(&["check", "t.kdl"]).code(1).says("t.kdl").says("UTF-8");
}

#[test]
fn an_empty_file_says_where() {
    let folder = Folder::new().with("t.kdl", "");
    folder.jtc(&["check", "t.kdl"]).code(1).says("t.kdl");
}

#[test]
fn includes_are_relative_to_the_topology_and_shown_from_here() {
    let folder = Folder::new()
        .with(
            "prod/topology.kdl",
            "edition 1\ncluster \"c\" { kubernetes \"1.34\"; }\ninclude \"ns/*.kdl\"\n",
        )
        .with("prod/ns/a.kdl", "namespaze \"a\"\n");
    folder.jtc(&["check", "prod/topology.kdl"]).code(1).says("prod/ns/a.kdl:1:1").says("J0201");
    folder.jtc(&["check", "./prod/topology.kdl"]).code(1).says("./prod/ns/a.kdl:1:1");
}

#[cfg(unix)]
#[test]
fn an_include_never_leaves_the_folder() {
    let folder = Folder::new()
        .with(
            "prod/topology.kdl",
            "edition 1\ncluster \"c\" { kubernetes \"1.34\"; }\ninclude \"link.kdl\"\n",
        )
        .with("outside.kdl", "namespace \"a\"\n");
    std::os::unix::fs::symlink("../outside.kdl", folder.path("prod/link.kdl")).unwrap();
    folder.jtc(&["check", "prod/topology.kdl"]).code(1).says("J0112");
}
