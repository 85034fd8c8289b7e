//! Joins the parts into one graph.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jtc_syntax::Span;
use petgraph::graph::{DiGraph, NodeIndex};

use super::part::{Outward, Part, makes_pods};
use super::{Edge, Graph, Node, SecretUse, What};
use crate::diagnostics::{self as d, Report};
use crate::model::object::{Dependency, Kind, ObjectId, Why};

type Index = NodeIndex<u32>;

/// Where the objects of the parts are in the graph.
#[derive(Default)]
struct Places {
    /// Namespaces and what else belongs to the cluster.
    global: BTreeMap<ObjectId, Index>,
    /// The objects of each namespace.
    local: BTreeMap<Arc<str>, Local>,
    /// Objects that are part of one namespace and stand in another.
    elsewhere: BTreeMap<ObjectId, Index>,
    /// What must be ready for a component to be: its pods and its routes.
    programs: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Vec<Index>>>,
}

/// The objects of one part. They are put in order when the first is asked for:
/// few namespaces are referred to by others.
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
        let sorted = self.sorted.get_or_insert_with(|| {
            let end = self.first.saturating_add(self.count);
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

/// The edges of a part that lead out of it.
enum LeadingOut {
    /// Of a part that nobody else has; the rest of it is dropped.
    Own(Vec<Outward>),
    /// Of a part that is kept for another run.
    Shared(Arc<Part>),
}

impl LeadingOut {
    fn of(part: Arc<Part>) -> Self {
        match Arc::try_unwrap(part) {
            Ok(part) => Self::Own(part.outward),
            Err(part) => Self::Shared(part),
        }
    }

    fn edges(&self) -> &[Outward] {
        match self {
            Self::Own(outward) => outward,
            Self::Shared(part) => &part.outward,
        }
    }
}

/// The node of an object of a part whose objects start at `first`.
fn at(first: u32, local: u32) -> Index {
    Index::new(usize::try_from(first.saturating_add(local)).unwrap_or(usize::MAX))
}

/// One graph of all parts.
pub(super) fn merge(parts: Vec<Arc<Part>>) -> Graph {
    let objects: usize = parts.iter().map(|part| part.objects.len()).sum();
    let edges: usize = parts.iter().map(|part| part.edges.len() + part.objects.len()).sum();
    let mut graph =
        Graph { inner: DiGraph::with_capacity(objects + objects / 4, edges), secrets: Vec::new() };
    let mut places = Places::default();
    let mut leading_out = Vec::with_capacity(parts.len());
    // The edges of a part come while its nodes are in the processor's cache.
    for part in parts {
        let first = add_objects(&part, &mut graph, &mut places);
        for (before, after, why, span) in &part.edges {
            let edge = Edge { why: *why, span: *span };
            graph.inner.add_edge(at(first, *before), at(first, *after), edge);
        }
        leading_out.push((first, LeadingOut::of(part)));
    }
    for (first, part) in leading_out {
        let at = |local: u32| at(first, local);
        for outward in part.edges() {
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
fn add_objects(part: &Part, graph: &mut Graph, places: &mut Places) -> u32 {
    let first = u32::try_from(graph.inner.node_count()).unwrap_or(u32::MAX);
    let local = Local { first: graph.inner.node_count(), count: part.objects.len(), sorted: None };
    places.local.insert(part.namespace.clone(), local);
    let programs = places.programs.entry(part.namespace.clone()).or_default();
    for object in &part.objects {
        let what = What::Object { id: object.id.clone(), component: object.component.clone() };
        let index = graph.inner.add_node(Node { what, source: object.source });
        let id = &object.id;
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
            programs.entry(object.component.clone()).or_default().push(index);
        }
    }
    add_components(part, first, graph);
    add_secrets(part, first, graph);
    first
}

fn add_components(part: &Part, first: u32, graph: &mut Graph) {
    let mut components: BTreeMap<Arc<str>, Index> = BTreeMap::new();
    for (offset, object) in part.objects.iter().enumerate() {
        let component = *components.entry(object.component.clone()).or_insert_with(|| {
            let what = What::Component {
                namespace: part.namespace.clone(),
                name: object.component.clone(),
            };
            graph.inner.add_node(Node { what, source: object.source })
        });
        let index = Index::new(usize::try_from(first).unwrap_or(usize::MAX).saturating_add(offset));
        graph.inner.add_edge(component, index, Edge { why: Why::Owns, span: object.source });
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
