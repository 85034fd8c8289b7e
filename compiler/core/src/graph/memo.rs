//! What is kept of namespaces from one run to the next.
//!
//! A namespace is made from what its node says, from what that refers to, and
//! from the cluster, `defaults` and the Secrets. All of it is compared, places
//! included, so that whatever is taken from here is what would be made again.
//! One with hand-written manifests is never kept: those are held against all
//! other namespaces.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::part::Part;
use crate::diagnostics::Report;
use crate::model::declared::{
    Cluster, Elk, Namespace, Parts, Secret, Table, Topology, VersionDecl,
};
use crate::model::resolved::{Site, World};

/// What a namespace came to: its part of the graph, what was seen of it, and
/// what is wrong with it.
#[derive(Clone, Debug)]
pub(super) struct One<T> {
    pub(super) part: Arc<Part>,
    pub(super) seen: T,
    pub(super) report: Report,
}

/// Namespaces of the run before.
#[derive(Debug)]
pub struct Memo<T> {
    ground: Option<Ground>,
    kept: BTreeMap<String, Kept<T>>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { ground: None, kept: BTreeMap::new() }
    }
}

/// What every namespace may be made from.
#[derive(Debug, PartialEq)]
struct Ground {
    cluster: Cluster,
    defaults: Parts,
    secrets: Table<Secret>,
    versions: Table<VersionDecl>,
    elks: Table<Elk>,
}

impl Ground {
    fn is(&self, topology: &Topology) -> bool {
        self.cluster == topology.cluster
            && self.defaults == topology.defaults
            && self.secrets == topology.secrets
            && self.versions == topology.versions
            && self.elks == topology.elks
    }
}

/// A namespace of the run before.
#[derive(Debug)]
struct Kept<T> {
    decl: Namespace,
    around: String,
    one: One<T>,
}

/// What a namespace is made from beside its node and the ground, as text: the
/// databases it uses, who enters it, and whom it talks to.
fn around(site: &Site<'_>) -> String {
    let jobmon = site.jobmon.as_ref();
    let metricbeat =
        jobmon.and_then(|jobmon| jobmon.stack.as_ref()).and_then(|stack| stack.metricbeat_database);
    let database = jobmon.and_then(|jobmon| jobmon.database);
    let is_jobmon = jobmon.is_some();
    format!("{:?}", (is_jobmon, database, metricbeat, &site.callers, &site.links))
}

impl<T: Clone> Memo<T> {
    /// Forgets everything when what all namespaces are made from has changed.
    pub(super) fn prepare(&mut self, topology: &Topology) {
        if !self.ground.as_ref().is_some_and(|ground| ground.is(topology)) {
            self.kept.clear();
            self.ground = Some(Ground {
                cluster: topology.cluster.clone(),
                defaults: topology.defaults.clone(),
                secrets: topology.secrets.clone(),
                versions: topology.versions.clone(),
                elks: topology.elks.clone(),
            });
        }
    }

    /// What a namespace came to, if nothing has changed for it.
    pub(super) fn find(&self, site: &Site<'_>) -> Option<One<T>> {
        let kept = self.kept.get(site.name)?;
        let is_same = kept.decl == *site.decl && kept.around == around(site);
        is_same.then(|| kept.one.clone())
    }

    /// Keeps what the namespaces came to, in the order of [`World::sites`].
    pub(super) fn keep(&mut self, world: &World<'_>, made: &[One<T>]) {
        let mut before = std::mem::take(&mut self.kept);
        for (site, one) in world.sites.iter().zip(made) {
            if !site.decl.manifests.is_empty() {
                continue;
            }
            let kept = match before.remove(site.name) {
                Some(kept) if Arc::ptr_eq(&kept.one.part, &one.part) => kept,
                _ => Kept { decl: site.decl.clone(), around: around(site), one: one.clone() },
            };
            self.kept.insert(site.name.to_owned(), kept);
        }
    }
}
