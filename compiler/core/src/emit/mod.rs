//! From objects to text: each is written once, while it is at hand, and stands
//! where the plan says.
//!
//! Invariant: emission never fails, and the same topology gives the same
//! bytes, however many threads write.

use std::sync::Arc;

use rayon::prelude::*;

use crate::components::site;
use crate::diagnostics::Report;
use crate::graph::{Graph, What};
use crate::model::object::{Object, ObjectId};
use crate::model::resolved::World;
use crate::plan::Plan;
use crate::sources::Sources;
use crate::write;

/// How objects are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As YAML documents.
    Yaml,
    /// As JSON objects.
    Json,
}

/// An object as text.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it is called.
    pub id: ObjectId,
    /// The wave it is in, from 0.
    pub wave: u32,
    /// The file it comes from.
    pub path: Arc<str>,
    /// The line it comes from, from 1.
    pub line: u32,
    /// The object; YAML ends in a line break, JSON has none.
    pub text: String,
}

/// The objects of a topology as text, in no order that matters to anybody
/// else: that in which they are made.
#[derive(Clone, Debug)]
pub struct Texts(Vec<Vec<String>>);

impl Texts {
    /// Joins what [`written`] made of the objects of each namespace, in the
    /// order in which [`graph::build`](crate::graph::build) shows them.
    pub fn new(world: &World<'_>, namespaces: Vec<Vec<String>>, format: Format) -> Self {
        let mut all = Vec::with_capacity(namespaces.len() + 1);
        all.push(written(&site::cluster(world), format));
        all.extend(namespaces);
        Self(all)
    }

    /// Makes all objects again, to write them.
    pub fn again(world: &World<'_>, format: Format) -> Self {
        let site =
            |site| written(&site::namespace(world, site, &mut Report::default()).objects, format);
        let mut namespaces: Vec<Vec<String>> = world.sites.par_iter().map(site).collect();
        namespaces.extend(
            world.reapers.iter().map(|site| written(&site::reapers(world, site).objects, format)),
        );
        Self::new(world, namespaces, format)
    }
}

/// Puts the texts of a graph's objects into the order of its plan.
pub fn emit(texts: Texts, graph: &Graph, plan: &Plan, sources: &Sources) -> Vec<Document> {
    // The graph has the objects in the order in which they were made.
    let mut text_of = vec![String::new(); graph.inner.node_count()];
    for ((node, ..), text) in graph.objects().zip(texts.0.into_iter().flatten()) {
        if let Some(slot) = text_of.get_mut(node.index()) {
            *slot = text;
        }
    }
    // Most objects come from the file that the one before came from.
    let mut last: Arc<str> = "".into();
    plan.steps
        .iter()
        .filter_map(|step| {
            let text = std::mem::take(text_of.get_mut(step.node.index())?);
            let node = graph.inner.node_weight(step.node)?;
            let What::Object { id, .. } = &node.what else { return None };
            let (path, at) = sources.place(node.source);
            if *last != *path {
                last = path.into();
            }
            Some(Document {
                id: id.clone(),
                wave: step.wave,
                path: last.clone(),
                line: at.line,
                text,
            })
        })
        .collect()
}

/// So many objects are written by one thread at a time.
const CHUNK: usize = 512;

/// Objects as text. Hand-written values that YAML can't say have been refused
/// when they were read, so that nothing fails here.
pub fn written(objects: &[Object], format: Format) -> Vec<String> {
    // A namespace with a reaper for each of the others is worth all cores.
    if objects.len() > 2 * CHUNK {
        return objects.par_chunks(CHUNK).flat_map_iter(|chunk| written(chunk, format)).collect();
    }
    // Grows once, to the largest; the texts that are kept are as large as
    // they need to be.
    let mut buffer = String::new();
    objects
        .iter()
        .map(|object| match format {
            Format::Yaml => {
                buffer.clear();
                let written = write::to_yaml(&object.body, &mut buffer);
                debug_assert!(written.is_ok(), "{} can't be written: {written:?}", object.id);
                buffer.as_str().to_owned()
            }
            Format::Json => serde_json::to_string_pretty(&object.body).unwrap_or_default(),
        })
        .collect()
}
