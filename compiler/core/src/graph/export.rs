//! The graph as text: DOT, Mermaid and JSON.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use serde_json::json;

use super::{Graph, Node, What};
use crate::model::object::Why;
use crate::plan::Plan;
use crate::sources::Sources;

/// What of the graph is shown.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Only what belongs to this namespace, and what it is tied to.
    pub namespace: Option<String>,
    /// Components instead of objects: an edge between two of them stands for
    /// all between their objects.
    pub components: bool,
}

struct Shown<'g> {
    nodes: Vec<(NodeIndex<u32>, &'g Node)>,
    edges: Vec<(NodeIndex<u32>, NodeIndex<u32>, Why, jtc_syntax::Span)>,
}

fn name(node: &Node) -> String {
    match &node.what {
        What::Object { id, .. } | What::Declared(id) => id.to_string(),
        What::Component { namespace, name } if namespace.is_empty() => name.to_string(),
        What::Component { namespace, name } => format!("{namespace}/{name}"),
    }
}

fn namespace(node: &Node) -> Option<&str> {
    match &node.what {
        What::Object { id, .. } | What::Declared(id) => id.namespace.as_deref(),
        What::Component { namespace, .. } => {
            Some(namespace).filter(|name| !name.is_empty()).map(|name| &**name)
        }
    }
}

/// The component that an object is part of; the node itself otherwise.
fn owner(graph: &Graph, node: NodeIndex<u32>) -> NodeIndex<u32> {
    graph
        .inner
        .edges_directed(node, petgraph::Direction::Incoming)
        .find(|edge| edge.weight().why == Why::Owns)
        .map_or(node, |edge| edge.source())
}

fn shown<'g>(graph: &'g Graph, view: &View) -> Shown<'g> {
    let mut edges: Vec<_> = graph
        .inner
        .edge_references()
        .filter(|edge| !(view.components && edge.weight().why == Why::Owns))
        .map(|edge| {
            let (from, to) = if view.components {
                (owner(graph, edge.source()), owner(graph, edge.target()))
            } else {
                (edge.source(), edge.target())
            };
            (from, to, edge.weight().why, edge.weight().span)
        })
        .filter(|(from, to, ..)| from != to)
        .collect();
    let inside = |node: NodeIndex<u32>| match &view.namespace {
        None => true,
        Some(wanted) => graph.inner.node_weight(node).and_then(namespace) == Some(wanted),
    };
    edges.retain(|(from, to, ..)| inside(*from) || inside(*to));
    edges.sort_by_key(|(from, to, why, span)| (*from, *to, *why, *span));
    edges.dedup_by_key(|(from, to, why, _)| (*from, *to, *why));
    let tied: BTreeSet<NodeIndex<u32>> =
        edges.iter().flat_map(|(from, to, ..)| [*from, *to]).collect();
    let nodes = graph
        .inner
        .node_indices()
        .filter_map(|index| Some((index, graph.inner.node_weight(index)?)))
        .filter(|(index, node)| {
            let tied = tied.contains(index);
            match (&node.what, view.components) {
                (What::Component { .. } | What::Declared(_), true) => inside(*index) || tied,
                (What::Object { .. }, true) => false,
                (_, false) => inside(*index) || (view.namespace.is_some() && tied),
            }
        })
        .collect();
    Shown { nodes, edges }
}

/// As Graphviz reads it.
pub fn dot(graph: &Graph, view: &View) -> String {
    let shown = shown(graph, view);
    let mut out = String::from(
        "digraph topology {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n",
    );
    for (index, node) in &shown.nodes {
        let style = match node.what {
            What::Object { .. } => "",
            What::Declared(_) => ", style=dashed",
            What::Component { .. } => ", shape=ellipse",
        };
        let _ = writeln!(out, "  n{} [label={:?}{style}];", index.index(), name(node));
    }
    for (from, to, why, _) in &shown.edges {
        let _ = writeln!(out, "  n{} -> n{} [label={:?}];", from.index(), to.index(), why.as_str());
    }
    out.push_str("}\n");
    out
}

/// As Mermaid reads it.
pub fn mermaid(graph: &Graph, view: &View) -> String {
    let shown = shown(graph, view);
    let mut out = String::from("flowchart LR\n");
    for (index, node) in &shown.nodes {
        let name = name(node);
        let _ = match node.what {
            What::Object { .. } => writeln!(out, "  n{}[\"{name}\"]", index.index()),
            What::Declared(_) => writeln!(out, "  n{}[/\"{name}\"/]", index.index()),
            What::Component { .. } => writeln!(out, "  n{}([\"{name}\"])", index.index()),
        };
    }
    for (from, to, why, _) in &shown.edges {
        let _ = writeln!(out, "  n{} -->|{}| n{}", from.index(), why.as_str(), to.index());
    }
    out
}

/// As programs read it: nodes with wave and place, and edges with the reason
/// and the place that wants them.
pub fn json(graph: &Graph, plan: Option<&Plan>, sources: &Sources, view: &View) -> String {
    let shown = shown(graph, view);
    let place = |span: jtc_syntax::Span| {
        let (path, at) = sources.place(span);
        format!("{path}:{}", at.line)
    };
    let waves: std::collections::BTreeMap<NodeIndex<u32>, u32> = plan
        .map(|plan| plan.steps.iter().map(|step| (step.node, step.wave)).collect())
        .unwrap_or_default();
    let nodes: Vec<serde_json::Value> = shown
        .nodes
        .iter()
        .map(|(index, node)| {
            let kind = match &node.what {
                What::Object { .. } => "object",
                What::Declared(_) => "declared",
                What::Component { .. } => "component",
            };
            let mut value = json!({
                "id": index.index(),
                "name": name(node),
                "type": kind,
                "source": place(node.source),
            });
            if let (Some(wave), Some(object)) = (waves.get(index), value.as_object_mut()) {
                object.insert("wave".to_owned(), (*wave).into());
            }
            value
        })
        .collect();
    let edges: Vec<serde_json::Value> = shown
        .edges
        .iter()
        .map(|(from, to, why, span)| {
            json!({ "before": from.index(), "after": to.index(), "why": why.as_str(), "source": place(*span) })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&json!({ "nodes": nodes, "edges": edges }))
        .unwrap_or_default();
    text.push('\n');
    text
}
