//! `jtc explain`.

use expect_test::expect;

use crate::run::Folder;

#[test]
fn everything_is_listed() {
    let run = Folder::new().jtc(&["explain"]).code(0).says_nothing();
    for text in [
        "At the top of a topology",
        "  namespace ",
        "In every component and workload",
        "  replicas ",
        "In `namespace`",
        "  route ",
        "J02: The language",
        "  J0201  ",
    ] {
        assert!(run.stdout.contains(text), "no {text:?} in\n{}", run.stdout);
    }
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 100), "{}", run.stdout);
}

#[test]
fn a_node_says_how_it_is_written() {
    let folder = Folder::new();
    expect![[r"
        exit code 0
        --- stdout
        edition  The edition of the language that the topology is written in; the first node of
                 the root file.

        Stands in  the top of a topology
        How often  exactly once

        Arguments
          NUMBER: the number 1
              the edition; 1 is the only one so far

        Example
            edition 1
        --- stderr
    "]]
    .assert_eq(&folder.jtc(&["explain", "edition"]).text());
    folder
        .jtc(&["explain", "route"])
        .code(0)
        .prints("Stands in  namespace\n")
        .prints("Properties\n");
}

#[test]
fn a_node_is_narrowed_down_by_where_it_stands() {
    let folder = Folder::new();
    let both = folder.jtc(&["explain", "elk"]).code(0).stdout;
    let one = folder.jtc(&["explain", "namespace/elk"]).code(0).stdout;
    assert!(both.contains(&one) && both.len() > one.len());
    assert!(one.contains("Stands in  namespace\n"));
    folder
        .jtc(&["explain", "cluster/route"])
        .code(2)
        .says("`route` doesn't stand there")
        .says("namespace");
}

#[test]
fn a_code_in_any_case_is_explained() {
    let folder = Folder::new();
    let upper = folder
        .jtc(&["explain", "J0201"])
        .code(0)
        .prints("Wrong\n")
        .prints("Right\n")
        .prints("Fix\n");
    assert_eq!(upper.stdout, folder.jtc(&["explain", "j0201"]).code(0).stdout);
}

#[test]
fn what_is_unknown_offers_what_is_like_it() {
    let folder = Folder::new();
    folder.jtc(&["explain", "namespac"]).code(2).prints_nothing().says("did you mean `namespace`?");
    folder.jtc(&["explain", "J9999"]).code(2).says("there is no diagnostic `J9999`");
    folder.jtc(&["explain", "quite-another"]).code(2).says("`jtc explain` lists all of them");
    folder.jtc(&["explain", "/"]).code(2).says("there is no node or diagnostic `/`");
}
