//! things that wait for each other.

use super::prelude::*;
use petgraph::graph::NodeIndex;

use crate::graph::{Graph, What};
use crate::model::object::Why;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0401",
    severity: Severity::Error,
    title: "things that wait for each other",
    what: "Each of several things must be ready before the next, and the last before the first.",
    why: "None of them could ever start.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "a" { workload "x" image="example/x:1" { port "http" 8080; connect "y"; }; workload "y" image="example/y:1" { port "http" 8080; connect "x"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "a" { workload "x" image="example/x:1" { port "http" 8080; connect "y"; }; workload "y" image="example/y:1" { port "http" 8080; connect "x" wait=#false; }; }
"#,
    fix: "Add `wait=#false` to a `connect` whose target need not be there first.",
};

/// A cycle: each node comes before the next, and the last before the first.
pub(crate) fn diag(graph: &Graph, cycle: &[NodeIndex<u32>]) -> Diag {
    let name = |node: NodeIndex<u32>| match graph.inner.node_weight(node).map(|node| &node.what) {
        Some(What::Object { id, .. } | What::Declared(id)) => id.to_string(),
        Some(What::Component { namespace, name }) => format!("{namespace}/{name}"),
        None => String::new(),
    };
    let steps: Vec<(NodeIndex<u32>, NodeIndex<u32>)> =
        cycle.iter().copied().zip(cycle.iter().copied().cycle().skip(1)).collect();
    let way: Vec<String> = cycle.iter().chain(cycle.first()).map(|node| format!("`{}`", name(*node))).collect();
    let (message, help) = match cycle {
        [own] => (
            format!("`{}` waits for itself", name(*own)),
            "remove the `connect`: no program needs one to reach itself; or, if its pods are to reach each other, write `wait=#false` on it",
        ),
        _ => (
            format!("these wait for each other: {}", way.join(", then ")),
            "where one need not be ready first, write `wait=#false` on that `connect`",
        ),
    };
    let mut diag = Diag { meta: &META, message, labels: Vec::new(), help: Some(help.to_owned()), fix: None };
    for (before, after) in steps {
        let edges = graph.inner.edges_connecting(before, after);
        if let Some(edge) = edges.min_by_key(|edge| (edge.weight().why, edge.weight().span)) {
            let (before, after) = (name(before), name(after));
            let text = match edge.weight().why {
                Why::ReadyBefore if before == after => "it waits until it is ready itself".to_owned(),
                Why::ReadyBefore => format!("`{after}` waits until `{before}` is ready"),
                _ => format!("`{after}` needs `{before}` to be there"),
            };
            diag = diag.with(edge.weight().span, text);
        }
    }
    diag
}
