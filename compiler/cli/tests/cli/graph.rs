//! `jtc graph`.

use serde_json::Value;

use crate::run::{Folder, SMALL};

#[test]
fn it_is_written_in_three_ways() {
    let folder = Folder::small();
    folder
        .jtc(&["graph", "topology.kdl"])
        .code(0)
        .says_nothing()
        .prints("digraph")
        .prints("Deployment/tools/clock");
    folder.jtc(&["graph", "--format", "mermaid", "topology.kdl"]).code(0).prints("flowchart");
    let json = folder.jtc(&["graph", "--format", "json", "topology.kdl"]).code(0).stdout;
    serde_json::from_str::<Value>(&json).unwrap();
}

#[test]
fn a_view_shows_components() {
    let folder = Folder::small();
    let run = folder.jtc(&["graph", "--view", "components", "topology.kdl"]).code(0);
    assert!(
        run.stdout.contains("tools/clock") && !run.stdout.contains("Deployment/"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_namespace_that_is_not_there_is_a_mistake() {
    let folder = Folder::small();
    folder.jtc(&["graph", "topology.kdl", "--namespace", "tools"]).code(0).prints("clock");
    folder
        .jtc(&["graph", "topology.kdl", "--namespace", "tool"])
        .code(2)
        .says("did you mean `tools`?")
        .prints_nothing();
}

#[test]
fn errors_are_told_and_the_graph_goes_as_far_as_it_can() {
    let folder = Folder::new().with("topology.kdl", format!("{SMALL}namespaze \"a\"\n"));
    folder.jtc(&["graph", "topology.kdl"]).code(1).says("J0201").prints("digraph");
}
