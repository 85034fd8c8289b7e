//! From the plan to text: the objects are made again, each is written once,
//! and stands where the plan says.
//!
//! Invariant: emission never fails, and the same topology gives the same
//! bytes, however many threads write.

use rayon::prelude::*;

use crate::components::site;
use crate::diagnostics::Report;
use crate::graph::Graph;
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
    pub path: String,
    /// The line it comes from, from 1.
    pub line: u32,
    /// The object; YAML ends in a line break, JSON has none.
    pub text: String,
}

/// Writes the objects of a plan, in order.
pub fn emit(world: &World<'_>, graph: &Graph, plan: &Plan, sources: &Sources, format: Format) -> Vec<Document> {
    // Objects are made again in the order in which the graph has them.
    let mut texts: Vec<(ObjectId, String)> = written(site::cluster(world), format);
    let sites: Vec<Vec<(ObjectId, String)>> = world
        .sites
        .par_iter()
        .map(|site| written(site::namespace(world, site, &mut Report::default()).objects, format))
        .collect();
    texts.extend(sites.into_iter().flatten());
    if let Some(reapers) = &world.reapers {
        texts.extend(written(site::reapers(world, reapers).objects, format));
    }
    let mut place_of = vec![usize::MAX; graph.inner.node_count()];
    for (place, (node, ..)) in graph.objects().enumerate() {
        if let Some(slot) = place_of.get_mut(node.index()) {
            *slot = place;
        }
    }
    plan.steps
        .iter()
        .filter_map(|step| {
            let place = *place_of.get(step.node.index())?;
            let (id, text) = texts.get_mut(place)?;
            let node = graph.inner.node_weight(step.node)?;
            let (path, at) = sources.place(node.source);
            let (id, text) = (id.clone(), std::mem::take(text));
            Some(Document { id, wave: step.wave, path: path.to_owned(), line: at.line, text })
        })
        .collect()
}

/// The objects as text. Hand-written values that YAML can't say have been
/// refused when they were read, so that nothing fails here.
fn written(objects: Vec<Object>, format: Format) -> Vec<(ObjectId, String)> {
    objects
        .into_iter()
        .map(|object| {
            let mut text = String::new();
            match format {
                Format::Yaml => {
                    text.reserve(1024);
                    let written = write::to_yaml(&object.body, &mut text);
                    debug_assert!(written.is_ok(), "{} can't be written: {written:?}", object.id);
                    text.shrink_to_fit();
                }
                Format::Json => text = serde_json::to_string_pretty(&object.body).unwrap_or_default(),
            }
            (object.id, text)
        })
        .collect()
}
