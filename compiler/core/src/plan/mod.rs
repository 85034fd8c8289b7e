//! The order in which objects are applied, in waves.
//!
//! A wave holds what can be applied once the waves before it are there and
//! ready: an object's wave is the length of the longest path that leads to it.
//! Invariant: every edge leads from an earlier wave to a later one; within a
//! wave, kind, namespace and name decide, so that the order is the same
//! everywhere.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use petgraph::{Direction, algo};
use rayon::prelude::*;

use crate::diagnostics::{self as d, Report};
use crate::graph::{Graph, What};
use crate::model::object::{Kind, Why};

/// The order of the objects.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Every object, in order.
    pub steps: Vec<Step>,
}

/// An object and its wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The object's node in the graph.
    pub node: NodeIndex<u32>,
    /// Its wave, from 0.
    pub wave: u32,
}

/// Orders the objects of a graph; a cycle is reported, and there is no order.
pub fn plan(graph: &Graph, report: &mut Report) -> Option<Plan> {
    let Some(waves) = waves(graph) else {
        for cycle in cycles(graph) {
            report.push(d::j0401_cycle::diag(graph, &cycle));
        }
        return None;
    };
    // Half a million objects are compared: by numbers that stand in the list, and
    // not by names that stand elsewhere, as far as that goes.
    let (kinds, namespaces) = ranks(graph);
    let mut steps: Vec<_> = graph
        .objects()
        .map(|(node, id, _)| {
            let wave = waves.get(node.index()).copied().unwrap_or_default();
            let kind = kinds.get(&id.kind).copied().unwrap_or_default();
            let namespace = id.namespace.as_deref().and_then(|name| namespaces.get(name));
            (wave, kind, namespace.copied().unwrap_or_default(), &*id.name, node)
        })
        .collect();
    steps.par_sort_unstable();
    let steps = steps.into_iter().map(|(wave, .., node)| Step { node, wave }).collect();
    Some(Plan { steps })
}

/// Where each kind stands among all, and each namespace by its name, from 1.
fn ranks(graph: &Graph) -> (BTreeMap<&Kind, u32>, BTreeMap<&str, u32>) {
    let mut kinds: BTreeSet<&Kind> = BTreeSet::new();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut last = None;
    for (_, id, _) in graph.objects() {
        kinds.insert(&id.kind);
        // Objects of one namespace stand together.
        if last != Some(&id.namespace) {
            last = Some(&id.namespace);
            names.extend(id.namespace.as_deref());
        }
    }
    (kinds.into_iter().zip(1..).collect(), names.into_iter().zip(1..).collect())
}

/// The wave of each node, by Kahn's algorithm; nothing when there is a cycle.
fn waves(graph: &Graph) -> Option<Vec<u32>> {
    let count = graph.inner.node_count();
    let mut open: Vec<u32> = vec![0; count];
    for edge in graph.inner.edge_references().filter(|edge| edge.weight().why != Why::Owns) {
        if let Some(open) = open.get_mut(edge.target().index()) {
            *open += 1;
        }
    }
    let mut waves = vec![0_u32; count];
    let mut ready: VecDeque<NodeIndex<u32>> =
        graph.inner.node_indices().filter(|node| open.get(node.index()) == Some(&0)).collect();
    let mut done = 0;
    while let Some(node) = ready.pop_front() {
        done += 1;
        let wave = waves.get(node.index()).copied().unwrap_or_default();
        // What is declared is there before the first wave.
        let emitted = graph
            .inner
            .node_weight(node)
            .is_some_and(|node| matches!(node.what, What::Object { .. }));
        let next = if emitted { wave + 1 } else { wave };
        for edge in graph.inner.edges_directed(node, Direction::Outgoing) {
            if edge.weight().why == Why::Owns {
                continue;
            }
            let target = edge.target();
            if let Some(wave) = waves.get_mut(target.index()) {
                *wave = (*wave).max(next);
            }
            if let Some(open) = open.get_mut(target.index()) {
                *open -= 1;
                if *open == 0 {
                    ready.push_back(target);
                }
            }
        }
    }
    (done == count).then_some(waves)
}

/// One cycle for each knot, as nodes in order.
fn cycles(graph: &Graph) -> Vec<Vec<NodeIndex<u32>>> {
    let ordering = graph
        .inner
        .filter_map(|node, _| Some(node), |_, edge| (edge.why != Why::Owns).then_some(()));
    algo::tarjan_scc(&ordering)
        .into_iter()
        .filter(|knot| {
            knot.len() > 1 || knot.iter().any(|node| ordering.contains_edge(*node, *node))
        })
        .filter_map(|knot| shortest_cycle(graph, &knot))
        .collect()
}

/// The shortest way from the first node of a knot back to it.
fn shortest_cycle(graph: &Graph, knot: &[NodeIndex<u32>]) -> Option<Vec<NodeIndex<u32>>> {
    let start = *knot.iter().min()?;
    let mut came_from: BTreeMap<NodeIndex<u32>, NodeIndex<u32>> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for edge in graph.inner.edges_directed(node, Direction::Outgoing) {
            let target = edge.target();
            if edge.weight().why == Why::Owns || !knot.contains(&target) {
                continue;
            }
            if target == start {
                let mut path = vec![node];
                let mut current = node;
                while let Some(before) = came_from.get(&current) {
                    path.push(*before);
                    current = *before;
                }
                path.reverse();
                return Some(path);
            }
            if let std::collections::btree_map::Entry::Vacant(entry) = came_from.entry(target) {
                entry.insert(node);
                queue.push_back(target);
            }
        }
    }
    None
}
