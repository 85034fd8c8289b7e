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
use crate::model::object::{ObjectId, Why};
use crate::model::resolved::{Site, World};

pub use memo::Memo;
use memo::One;

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

/// Makes the graph of a resolved topology. `look` sees what each namespace is
/// made of while the objects are at hand; its answers come in the order of
/// [`World::sites`], and then that of the reapers' namespace.
///
/// With a memo, a namespace for which nothing has changed since the run before
/// isn't made again, and neither is it shown: the answer of then is taken.
pub fn build<T: Clone + Send + Sync>(
    world: &World<'_>,
    look: impl Fn(&Home<'_>, &Made, &mut Report) -> T + Sync,
    mut memo: Option<&mut Memo<T>>,
    report: &mut Report,
) -> (Graph, Vec<T>) {
    if let Some(memo) = &mut memo {
        memo.prepare(world.topology);
    }
    let before = memo.as_deref();
    let cluster = part::Part::new("", site::cluster(world), world, &mut Report::default());
    let mut parts = vec![Arc::new(cluster)];
    let part = |home: &Home<'_>, made: Made, mut report: Report| {
        let seen = look(home, &made, &mut report);
        let Made { programs, objects } = made;
        drop(programs);
        let part = part::Part::new(home.namespace, objects, world, &mut report);
        One { part: Arc::new(part), seen, report }
    };
    // The reapers' namespace is the largest: it has a program for each of the
    // others, and is made beside them.
    let (reapers, made) = rayon::join(
        || {
            let reapers = world.reapers.as_ref()?;
            let made = site::reapers(world, reapers);
            let home = Home::new(&world.topology.cluster, reapers.name, &reapers.decl.about);
            Some(part(&home, made, Report::default()))
        },
        || -> Vec<One<T>> {
            let namespace = |site: &Site<'_>| {
                if let Some(one) = before.and_then(|memo| memo.find(site)) {
                    return one;
                }
                let mut report = Report::default();
                let made = site::namespace(world, site, &mut report);
                part(&Cx { world, site }.home(), made, report)
            };
            world.sites.par_iter().map(namespace).collect()
        },
    );
    let mut all = Vec::with_capacity(made.len() + 1);
    if let Some(memo) = memo {
        memo.keep(world, &made);
    }
    for One { part, seen, report: found } in made.into_iter().chain(reapers) {
        parts.push(part);
        all.push(seen);
        report.append(found);
    }
    (merge::merge(parts, report), all)
}
