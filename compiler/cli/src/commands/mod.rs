//! The commands: one file each.

pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod graph;
pub(crate) mod init;
pub(crate) mod lsp;
pub(crate) mod trace;

use std::fmt::Write;

use jtc_core::model::object::ObjectId;

/// The names of the namespaces of a topology, as written.
pub(crate) fn namespaces(analysis: &jtc_core::Analysis) -> Vec<String> {
    let topology = &analysis.topology;
    let own = topology.namespaces.keys().cloned();
    own.chain(topology.reapers.iter().map(|reapers| reapers.name.clone())).collect()
}

/// What retired reapers have left, as commands that remove it.
pub(crate) fn removals(removed: &[ObjectId]) -> String {
    removed.iter().fold(String::new(), |mut lines, id| {
        let kind = id.kind.as_str().to_lowercase();
        let namespace = id.namespace.as_deref().unwrap_or_default();
        // Writing to a string can't fail.
        let _ = writeln!(
            lines,
            "  kubectl -n {namespace} delete {kind} {} --ignore-not-found",
            id.name
        );
        lines
    })
}
