//! Who talks to whom, as a picture: `jtc graph --view routes`.
//!
//! What goes to another namespace is drawn as it goes: to the Traefik there,
//! and from Traefik by its routes to the programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::json;

use super::Evidence;
use super::demand::Demand;
use crate::components::program::Peer;
use crate::sources::Sources;

/// An end: its namespace, empty outside of the cluster, and its component.
type End<'e> = (&'e str, &'e str);

/// A line of the picture.
struct Line<'e> {
    from: End<'e>,
    to: End<'e>,
    label: String,
    demand: &'e Demand,
}

fn lines<'e>(evidence: &'e Evidence, namespace: Option<&str>) -> Vec<Line<'e>> {
    let inside = |end: End<'_>| namespace.is_none_or(|wanted| end.0 == wanted);
    evidence
        .demands()
        .map(|demand| {
            let to = match &*demand.to {
                Peer::Traefik { namespace, .. } => (namespace.as_str(), "traefik"),
                _ => demand.to(evidence),
            };
            Line { from: demand.from(), to, label: label(demand), demand }
        })
        .filter(|line| inside(line.from) || inside(line.to))
        .collect()
}

/// What is spoken, and on which port of whom it is asked.
fn label(demand: &Demand) -> String {
    let protocol = demand.protocol().as_str();
    match &*demand.to {
        Peer::Program { service, port, .. } => {
            format!("{protocol} {}: {}", service.unwrap_or(*port), demand.why)
        }
        Peer::Traefik { service, asks, .. } => {
            format!("{protocol} {service}, for {}: {}", asks.app, demand.why)
        }
        Peer::External { port, .. } => format!("{protocol} {port}: {}", demand.why),
        Peer::ApiServer => format!("{protocol}: {}", demand.why),
    }
}

/// The ends of all lines by namespace, each with a number.
fn ends<'e>(lines: &[Line<'e>]) -> BTreeMap<End<'e>, usize> {
    let all: BTreeSet<End<'e>> = lines.iter().flat_map(|line| [line.from, line.to]).collect();
    all.into_iter().zip(0..).collect()
}

fn by_namespace<'e>(ends: &BTreeMap<End<'e>, usize>) -> BTreeMap<&'e str, Vec<(&'e str, usize)>> {
    let mut spaces: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for ((namespace, component), number) in ends {
        spaces.entry(namespace).or_default().push((component, *number));
    }
    spaces
}

/// As Graphviz reads it: a box for each namespace.
pub fn dot(evidence: &Evidence, namespace: Option<&str>) -> String {
    let lines = lines(evidence, namespace);
    let ends = ends(&lines);
    let mut out = String::from(
        "digraph routes {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n",
    );
    for (index, (space, members)) in by_namespace(&ends).into_iter().enumerate() {
        let nodes = members.iter().fold(String::new(), |mut text, (name, number)| {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "    n{number} [label={name:?}];");
            text
        });
        let _ = if space.is_empty() {
            writeln!(out, "  {{ node [style=dashed];\n{nodes}  }}")
        } else {
            writeln!(out, "  subgraph cluster_{index} {{\n    label={space:?};\n{nodes}  }}")
        };
    }
    for line in &lines {
        if let (Some(from), Some(to)) = (ends.get(&line.from), ends.get(&line.to)) {
            let _ = writeln!(out, "  n{from} -> n{to} [label={:?}];", line.label);
        }
    }
    out.push_str("}\n");
    out
}

/// As Mermaid reads it.
pub fn mermaid(evidence: &Evidence, namespace: Option<&str>) -> String {
    let lines = lines(evidence, namespace);
    let ends = ends(&lines);
    let mut out = String::from("flowchart LR\n");
    for (space, members) in by_namespace(&ends) {
        if !space.is_empty() {
            let _ = writeln!(out, "  subgraph {space}");
        }
        for (name, number) in members {
            let _ = if space.is_empty() {
                writeln!(out, "  n{number}[/\"{name}\"/]")
            } else {
                writeln!(out, "    n{number}[\"{name}\"]")
            };
        }
        if !space.is_empty() {
            out.push_str("  end\n");
        }
    }
    for line in &lines {
        if let (Some(from), Some(to)) = (ends.get(&line.from), ends.get(&line.to)) {
            let _ = writeln!(out, "  n{from} -->|\"{}\"| n{to}", line.label);
        }
    }
    out
}

/// As programs read it.
pub fn json(evidence: &Evidence, sources: &Sources, namespace: Option<&str>) -> String {
    let lines = lines(evidence, namespace);
    let ends = ends(&lines);
    let nodes: Vec<serde_json::Value> = ends
        .iter()
        .map(|((namespace, component), number)| {
            json!({
                "id": number,
                "namespace": (!namespace.is_empty()).then_some(namespace),
                "component": component,
            })
        })
        .collect();
    let edges: Vec<serde_json::Value> = lines
        .iter()
        .map(|line| {
            let (path, at) = sources.place(line.demand.span);
            json!({
                "from": ends.get(&line.from),
                "to": ends.get(&line.to),
                "protocol": line.demand.protocol().as_str(),
                "label": line.label,
                "why": line.demand.why,
                "source": format!("{path}:{}", at.line),
            })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&json!({ "nodes": nodes, "edges": edges }))
        .unwrap_or_default();
    text.push('\n');
    text
}
