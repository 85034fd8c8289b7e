//! The commands: one file each.

pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod graph;
pub(crate) mod init;

/// The names of the namespaces of a topology, as written.
pub(crate) fn namespaces(analysis: &jtc_core::Analysis) -> Vec<String> {
    let topology = &analysis.topology;
    let own = topology.namespaces.keys().cloned();
    own.chain(topology.reapers.iter().map(|reapers| reapers.name.clone())).collect()
}
