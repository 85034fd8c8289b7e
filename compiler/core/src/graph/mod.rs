//! What comes before what: objects and components, and edges that say why.
//!
//! References are read off the objects themselves, so an edge can't be
//! forgotten when a component changes, and hand-written manifests take part
//! like everything else. The bodies are dropped again once whoever wants them has
//! seen them: a summary of an object is small. Invariant: nodes stand in the
//! order of the source, whatever number of threads made them.

pub mod export;
mod memo;
mod merge;
mod part;
mod references;

use std::sync::Arc;

use jtc_syntax::Span;
use petgraph::graph::{DiGraph, NodeIndex};
use rayon::prelude::*;

use crate::components::program::{Cx, Home};
use crate::components::site::{self, Made};
use crate::diagnostics::Report;
use crate::lower::Cache;
use crate::model::object::{ObjectId, Why};
use crate::model::resolved::{Site, World};
use crate::moved::Places;

pub use memo::Memo;
use memo::One;
use part::Part;

/// A node of the graph.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub what: What,
    /// The place in the source that it comes from.
    pub source: Span,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An object that comes out.
    Object {
        /// What it is called.
        id: ObjectId,
        /// The component that it is part of.
        component: Arc<str>,
    },
    /// An object that must be there already: a Secret.
    Declared(ObjectId),
    /// A component of a namespace.
    Component {
        /// The namespace.
        namespace: Arc<str>,
        /// The component.
        name: Arc<str>,
    },
}

/// An edge: what it starts at comes before what it ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Why.
    pub why: Why,
    /// The place in the source that wants it so.
    pub span: Span,
}

/// The graph of a topology.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Nodes and edges.
    pub inner: DiGraph<Node, Edge, u32>,
    /// What each namespace must hold: Secrets, and the keys that are read.
    pub secrets: Vec<SecretUse>,
}

/// A Secret that a namespace must hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretUse {
    /// The namespace.
    pub namespace: Arc<str>,
    /// The Secret.
    pub name: Arc<str>,
    /// The keys that are read; empty when it is taken whole.
    pub keys: Vec<String>,
}

impl Graph {
    /// The objects that come out, in the order of the source.
    pub fn objects(&self) -> impl Iterator<Item = (NodeIndex<u32>, &ObjectId, &Node)> {
        self.inner.node_indices().filter_map(|index| {
            let node = self.inner.node_weight(index)?;
            match &node.what {
                What::Object { id, .. } => Some((index, id, node)),
                What::Declared(_) | What::Component { .. } => None,
            }
        })
    }
}

/// What the cluster and each namespace add to the graph.
#[derive(Clone, Debug, Default)]
pub struct Parts(Vec<Arc<Part>>);

impl Parts {
    /// The graph. Parts that nobody else has are dropped on the way.
    pub fn into_graph(self) -> Graph {
        merge::merge(self.0)
    }

    /// A number for each part: of two graphs with the same numbers both have a
    /// cycle, or none.
    pub fn shapes(&self) -> Vec<u64> {
        self.0.iter().map(|part| part.shape()).collect()
    }
}

/// Makes the parts of a resolved topology's graph. `look` sees what each namespace is
/// made of while the objects are at hand; its answers come in the order of
/// [`World::sites`], and then that of the reapers' namespace.
pub fn build<T: Send + Sync>(
    world: &World<'_>,
    look: impl Fn(&Home<'_>, &Made, &mut Report) -> T + Sync,
    report: &mut Report,
) -> (Parts, Vec<T>) {
    let (cluster, made) = make(world, look, |_| None);
    join(cluster, made, report)
}

/// Does what [`build`] does, with the same answer. A namespace for which
/// nothing has changed since the runs before isn't made again, and neither is
/// it shown: the answer of then is taken. `read` is what this run has read.
pub fn rebuild<T: Clone + Places + Send + Sync>(
    world: &World<'_>,
    look: impl Fn(&Home<'_>, &Made, &mut Report) -> T + Sync,
    (memo, read): (&mut Memo<T>, &Cache),
    report: &mut Report,
) -> (Parts, Vec<T>) {
    memo.prepare(world, read);
    let keys = Memo::<T>::keys(world, read);
    let (cluster, mut made) = make(world, look, |at| memo.find(keys.get(at)?.as_ref()?));
    memo.keep(keys, &mut made);
    join(cluster, made, report)
}

/// What the cluster comes to, and the namespaces, the reapers' last. `found`
/// answers what is known of one already.
fn make<T: Send + Sync>(
    world: &World<'_>,
    look: impl Fn(&Home<'_>, &Made, &mut Report) -> T + Sync,
    found: impl Fn(usize) -> Option<One<T>> + Sync,
) -> (Part, Vec<One<T>>) {
    let one = |home: &Home<'_>, made: Made, mut report: Report| {
        let seen = look(home, &made, &mut report);
        let Made { programs, objects, routes } = made;
        drop((programs, routes));
        let part = Part::new(home.namespace, objects, world, &mut report);
        One { part: Arc::new(part), seen, report }
    };
    // The reapers' namespace is the largest: it has a program for each of the
    // others, and is made beside them.
    let (reapers, (cluster, mut made)) = rayon::join(
        || {
            let reapers = world.reapers.as_ref()?;
            Some(found(world.sites.len()).unwrap_or_else(|| {
                let made = site::reapers(world, reapers);
                let home = Home::new(&world.topology.cluster, reapers.name, &reapers.decl.about);
                one(&home, made, Report::default())
            }))
        },
        || {
            let namespace = |(at, site): (usize, &Site<'_>)| {
                found(at).unwrap_or_else(|| {
                    let mut report = Report::default();
                    let made = site::namespace(world, site, &mut report);
                    one(&Cx { world, site }.home(), made, report)
                })
            };
            rayon::join(
                || Part::new("", site::cluster(world), world, &mut Report::default()),
                || world.sites.par_iter().enumerate().map(namespace).collect::<Vec<_>>(),
            )
        },
    );
    made.extend(reapers);
    (cluster, made)
}

fn join<T>(cluster: Part, made: Vec<One<T>>, report: &mut Report) -> (Parts, Vec<T>) {
    let mut parts = vec![Arc::new(cluster)];
    let mut all = Vec::with_capacity(made.len());
    for One { part, seen, report: found } in made {
        parts.push(part);
        all.push(seen);
        report.append(found);
    }
    merge::check(&parts, report);
    (Parts(parts), all)
}
