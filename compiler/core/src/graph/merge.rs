//! Joins the parts into one graph.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use jtc_syntax::Span;
use petgraph::graph::{DiGraph, NodeIndex};

use super::part::{Part, Summary, makes_pods};
use super::{Edge, Graph, Node, SecretUse, What};
use crate::diagnostics::{self as d, Report};
use crate::model::object::{Dependency, Kind, ObjectId, Why};

type Index = NodeIndex<u32>;

/// Where the objects of the parts are in the graph. What there is of each
/// namespace is looked up by hash: of many namespaces a tree would miss the
/// processor's cache at every level.
#[derive(Default)]
struct Places {
    /// Namespaces and what else belongs to the cluster.
    global: IndexMap<ObjectId, Index>,
    /// The objects of each namespace.
    local: IndexMap<Arc<str>, Local>,
    /// Objects that are part of one namespace and stand in another.
    elsewhere: BTreeMap<ObjectId, Index>,
    /// What must be ready for a component to be: its pods and its routes.
    programs: IndexMap<Arc<str>, BTreeMap<Arc<str>, Vec<Index>>>,
}

/// So many objects are gone through one by one.
const FEW: usize = 256;

/// The objects of one part. Where there are many, as in the reapers' namespace,
/// they are put in order when the first is asked for.
struct Local {
    first: usize,
    count: usize,
    sorted: Option<Vec<Index>>,
}

impl Local {
    fn find(&mut self, id: &ObjectId, graph: &Graph) -> Option<Index> {
        let id_of = |index: Index| match &graph.inner.node_weight(index)?.what {
            What::Object { id, .. } => Some(id),
            What::Declared(_) | What::Component { .. } => None,
        };
        let end = self.first.saturating_add(self.count);
        if self.count <= FEW {
            return (self.first..end).map(Index::new).find(|index| id_of(*index) == Some(id));
        }
        let sorted = self.sorted.get_or_insert_with(|| {
            let mut all: Vec<Index> = (self.first..end).map(Index::new).collect();
            all.sort_by_key(|index| id_of(*index));
            all
        });
        let at = sorted.binary_search_by_key(&Some(id), |index| id_of(*index)).ok()?;
        sorted.get(at).copied()
    }
}

impl Places {
    fn find(&mut self, id: &ObjectId, graph: &Graph) -> Option<Index> {
        let Some(namespace) = &id.namespace else { return self.global.get(id).copied() };
        let local = self.local.get_mut(namespace).and_then(|local| local.find(id, graph));
        local.or_else(|| self.elsewhere.get(id).copied())
    }
}

/// Reports objects of the cluster that two parts make, and objects that
/// hand-written ones refer to and nobody makes.
pub(super) fn check(parts: &[Arc<Part>], report: &mut Report) {
    let mut global: BTreeMap<&ObjectId, Span> = BTreeMap::new();
    for object in parts.iter().flat_map(|part| &part.objects) {
        if object.id.namespace.is_none()
            && let Some(other) = global.insert(&object.id, object.source)
        {
            report.push(d::j0310_same_object::global(&object.id, object.source, other));
        }
    }
    let wanted = parts.iter().flat_map(|part| {
        let required = part.outward.iter().filter(|outward| outward.required);
        required.filter_map(move |outward| {
            let Dependency::Object(id) = &outward.before else { return None };
            let after = usize::try_from(outward.after).ok()?;
            Some((part.objects.get(after)?, id))
        })
    });
    let wanted: Vec<_> = wanted.collect();
    if wanted.is_empty() {
        return;
    }
    let mut missing: BTreeSet<&ObjectId> = wanted.iter().map(|(_, id)| *id).collect();
    for object in parts.iter().flat_map(|part| &part.objects) {
        missing.remove(&object.id);
    }
    for (object, id) in wanted.into_iter().filter(|(_, id)| missing.contains(id)) {
        report.push(d::j0604_manifest_reference::object(&object.id, object.source, id));
    }
}

/// The node of an object of a part whose objects start at `first`.
fn at(first: u32, local: u32) -> Index {
    Index::new(usize::try_from(first.saturating_add(local)).unwrap_or(usize::MAX))
}

/// One graph of all parts.
pub(super) fn merge(parts: Vec<Arc<Part>>) -> Graph {
    let objects: usize = parts.iter().map(|part| part.objects.len()).sum();
    let edges = |part: &Arc<Part>| {
        let readers = part.secrets.values().map(|reads| reads.readers.len()).sum::<usize>();
        part.edges.len() + part.objects.len() + part.outward.len() + readers
    };
    let edges = parts.iter().map(edges).sum();
    let mut graph =
        Graph { inner: DiGraph::with_capacity(objects + objects / 4, edges), secrets: Vec::new() };
    let mut places = Places::default();
    let mut leading_out = Vec::with_capacity(parts.len());
    // The edges of a part come while its nodes are in the processor's cache.
    for part in parts {
        // A run keeps none for another; then what they hold is moved.
        let mut part = Arc::try_unwrap(part).unwrap_or_else(|shared| Part::clone(&shared));
        let first = add_objects(&mut part, &mut graph, &mut places);
        for (before, after, why, span) in part.edges {
            graph.inner.add_edge(at(first, before), at(first, after), Edge { why, span });
        }
        leading_out.push((first, part.outward));
    }
    for (first, outward) in leading_out {
        let at = |local: u32| at(first, local);
        for outward in &outward {
            let edge = Edge { why: outward.why, span: outward.span };
            match &outward.before {
                Dependency::Object(id) => {
                    if let Some(before) = places.find(id, &graph) {
                        graph.inner.add_edge(before, at(outward.after), edge);
                    }
                }
                Dependency::Program { namespace, component } => {
                    let found =
                        places.programs.get(namespace).and_then(|programs| programs.get(component));
                    for before in found.into_iter().flatten() {
                        graph.inner.add_edge(*before, at(outward.after), edge);
                    }
                }
            }
        }
    }
    graph
}

/// Adds the objects, components and secrets of a part, and says where its
/// objects start.
fn add_objects(part: &mut Part, graph: &mut Graph, places: &mut Places) -> u32 {
    let first = u32::try_from(graph.inner.node_count()).unwrap_or(u32::MAX);
    let local = Local { first: graph.inner.node_count(), count: part.objects.len(), sorted: None };
    places.local.insert(part.namespace.clone(), local);
    let programs = places.programs.entry(part.namespace.clone()).or_default();
    let objects = std::mem::take(&mut part.objects);
    let count = objects.len();
    for Summary { id, source, component } in objects {
        let index = Index::new(graph.inner.node_count());
        match &id.namespace {
            Some(namespace) if *namespace == part.namespace => {}
            Some(_) => {
                places.elsewhere.insert(id.clone(), index);
            }
            None => {
                places.global.insert(id.clone(), index);
            }
        }
        if makes_pods(&id.kind) || matches!(id.kind, Kind::IngressRoute | Kind::IngressRouteUdp) {
            programs.entry(component.clone()).or_default().push(index);
        }
        graph.inner.add_node(Node { what: What::Object { id, component }, source });
    }
    add_components(&part.namespace, first, count, graph);
    add_secrets(part, first, graph);
    first
}

/// Adds the components of the last objects that were added.
fn add_components(namespace: &Arc<str>, first: u32, count: usize, graph: &mut Graph) {
    let mut components: BTreeMap<Arc<str>, Index> = BTreeMap::new();
    for offset in 0..u32::try_from(count).unwrap_or(u32::MAX) {
        let index = at(first, offset);
        let Some(Node { what: What::Object { component, .. }, source }) =
            graph.inner.node_weight(index)
        else {
            continue;
        };
        let known = components.get(component).copied().ok_or_else(|| component.clone());
        let source = *source;
        let component = known.unwrap_or_else(|name| {
            let what = What::Component { namespace: namespace.clone(), name: name.clone() };
            let index = graph.inner.add_node(Node { what, source });
            components.insert(name, index);
            index
        });
        graph.inner.add_edge(component, index, Edge { why: Why::Owns, span: source });
    }
}

fn add_secrets(part: &Part, first: u32, graph: &mut Graph) {
    for (name, reads) in &part.secrets {
        let id = ObjectId::new(Kind::Secret, &part.namespace, name);
        let source = reads.readers.first().map_or(crate::model::NOWHERE, |(_, span)| *span);
        let secret = graph.inner.add_node(Node { what: What::Declared(id), source });
        for (reader, span) in &reads.readers {
            let reader =
                Index::new(usize::try_from(first.saturating_add(*reader)).unwrap_or(usize::MAX));
            graph.inner.add_edge(secret, reader, Edge { why: Why::ReadsSecret, span: *span });
        }
        let mut keys = reads.keys.clone();
        keys.sort();
        graph.secrets.push(SecretUse {
            namespace: part.namespace.clone(),
            name: name.clone(),
            keys,
        });
    }
}
