//! `jtc/manifest` and `jtc/explain`: what no request of the protocol asks for.

use std::collections::BTreeMap;
use std::fmt::Write;

use jtc_core::components::{site, table};
use jtc_core::diagnostics::{self, Report};
use jtc_core::emit::{Format, written};
use jtc_core::model::object::{Object, ObjectId};
use jtc_core::resolve;
use lsp_types::TextDocumentPositionParams;
use lsp_types::request::Request;
use serde::{Deserialize, Serialize};

use crate::markdown::{self, count};
use crate::state::{Failure, State, View};
use crate::{effective, outline};

/// `jtc/manifest`: the objects that the node at a place becomes.
pub(crate) enum ManifestRequest {}

impl Request for ManifestRequest {
    type Params = TextDocumentPositionParams;
    type Result = Manifest;
    const METHOD: &'static str = "jtc/manifest";
}

/// What `jtc compile` writes for a node.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    /// A name for the document.
    title: String,
    /// The language of the text.
    language_id: String,
    /// The objects.
    text: String,
}

pub(crate) fn manifest(
    state: &mut State,
    params: TextDocumentPositionParams,
) -> Result<Manifest, Failure> {
    let view = state.view(&params.text_document.uri)?;
    let path = outline::path(view.tree, view.offset(params.position));
    let analysis = &view.root.analysis;
    if analysis.plan().is_none() {
        let errors = analysis.diags.iter().filter(|diag| diag.is_error()).count();
        return Err(Failure::new(format!(
            "nothing is compiled while the topology has {}",
            count(errors, "error")
        )));
    }
    // The node nearest to the place that becomes something.
    for length in (1..=path.len()).rev() {
        let path = path.get(..length).unwrap_or_default();
        let objects = effective::objects(view.root, path);
        if let (false, Some(step)) = (objects.is_empty(), path.last()) {
            let name = step.name().map(|name| format!(" {name}")).unwrap_or_default();
            return Ok(Manifest {
                title: format!("{}{name}.yaml", step.node.name.text),
                language_id: "yaml".to_owned(),
                text: text(&view, effective::home(path).map(|home| home.namespace), &objects),
            });
        }
    }
    Err(Failure::new("what stands here becomes no object by itself"))
}

fn text(view: &View<'_>, namespace: Option<&str>, wanted: &[effective::Becomes<'_>]) -> String {
    let world = resolve::resolve(&view.root.analysis.topology, &mut Report::default());
    let made = match namespace {
        None => site::cluster(&world),
        Some(namespace) => match (world.site(namespace), &world.reapers) {
            (Some((_, site)), _) => site::namespace(&world, site, &mut Report::default()).objects,
            (None, Some(reapers)) => site::reapers(&world, reapers).objects,
            (None, None) => Vec::new(),
        },
    };
    let by_id: BTreeMap<&ObjectId, &Object> = made.iter().map(|it| (&it.id, it)).collect();
    let mut out = String::new();
    for becomes in wanted {
        let Some(object) = by_id.get(becomes.id) else { continue };
        let (path, at) = view.root.analysis.sources.place(object.source);
        let wave = becomes.wave.unwrap_or_default();
        // Writing to a string can't fail.
        let _ = writeln!(out, "---\n# wave {wave}, {path}:{}", at.line);
        for text in written(std::slice::from_ref(*object), Format::Yaml) {
            out.push_str(&text);
        }
    }
    out
}

/// `jtc/explain`: what `jtc explain` says, as Markdown.
pub(crate) enum ExplainRequest {}

impl Request for ExplainRequest {
    type Params = Explain;
    type Result = Explanation;
    const METHOD: &'static str = "jtc/explain";
}

/// What is to be explained.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Explain {
    /// A code as in `J0201`, the address of its page, or the name of a node.
    what: String,
}

/// An explanation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Explanation {
    /// As Markdown.
    markdown: String,
}

pub(crate) fn explain(_: &mut State, params: Explain) -> Result<Explanation, Failure> {
    let what = params.what.rsplit('/').next().unwrap_or_default();
    let what = what.strip_suffix(".md").unwrap_or(what);
    if let Some(meta) = diagnostics::find(what) {
        return Ok(Explanation { markdown: markdown::diagnostic(meta) });
    }
    let mut specs: Vec<&'static jtc_core::schema::NodeSpec> = Vec::new();
    table::walk(&mut |_, spec| {
        if spec.name == what && !what.is_empty() && !specs.iter().any(|it| std::ptr::eq(*it, spec))
        {
            specs.push(spec);
        }
    });
    if specs.is_empty() {
        return Err(Failure::new(format!("there is no node or diagnostic `{what}`")));
    }
    let pages: Vec<String> = specs.into_iter().map(markdown::node).collect();
    Ok(Explanation { markdown: pages.join("\n\n---\n\n") })
}
