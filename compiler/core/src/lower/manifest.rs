//! Where things stand in hand-written manifests.

use std::collections::BTreeSet;
use std::ops::Range;

use jtc_syntax::Span;

use super::yaml;
use crate::model::declared::Topology;
use crate::sources::Sources;

/// The places of the objects of hand-written manifests. Those of a list share
/// one, and have none of their own.
pub fn objects(topology: &Topology) -> BTreeSet<Span> {
    let manifests = topology.namespaces.values().flat_map(|namespace| &namespace.manifests);
    let mut all: Vec<Span> =
        manifests.flat_map(|manifest| &manifest.objects).map(|(span, _)| *span).collect();
    all.sort_unstable();
    all.chunk_by(|a, b| a == b)
        .filter_map(|same| match same {
            [one] => Some(*one),
            _ => None,
        })
        .collect()
}

/// Where a field of an object of a manifest stands; of one that isn't there, the
/// nearest that holds it.
pub fn field<'p>(
    sources: &Sources,
    object: Span,
    path: &'p str,
    part: Option<Range<usize>>,
) -> Option<Span> {
    let start = usize::try_from(object.start).ok()?;
    let text = sources.get(object.file)?.text.get(start..)?;
    let holders = || {
        let shorter = |path: &&'p str| path.get(..path.rfind(['.', '['])?);
        std::iter::successors(Some(path), shorter).skip(1)
    };
    let found = yaml::field(text, path, part)
        .or_else(|| holders().find_map(|path| yaml::field(text, path, None)))?;
    let at = |offset: usize| u32::try_from(start + offset).ok();
    Some(Span::new(object.file, at(found.start)?, at(found.end)?))
}
