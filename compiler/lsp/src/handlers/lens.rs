//! `textDocument/codeLens`: above each namespace, what it comes to.

use std::collections::BTreeMap;

use jtc_core::components::table::ROOT;
use jtc_core::graph::What;
use jtc_core::model::declared::ReaperState;
use jtc_core::model::object::Kind;
use jtc_core::schema::access::NodeExt;
use jtc_core::schema::{Defines, RefKind};
use lsp_types::{CodeLens, CodeLensParams, Command};
use serde_json::json;

use crate::markdown::count;
use crate::roots::Root;
use crate::state::{Failure, State};

/// What a lens asks the client to do: show the answer of `jtc/manifest`.
pub(crate) const SHOW: &str = "jtc.showManifest";

/// What a namespace comes to.
#[derive(Clone, Copy, Default)]
struct Sum {
    objects: usize,
    waves: Option<(u32, u32)>,
}

pub(crate) fn lenses(
    state: &mut State,
    params: CodeLensParams,
) -> Result<Option<Vec<CodeLens>>, Failure> {
    let uri = params.text_document.uri;
    let view = state.view(&uri)?;
    let sums = sums(view.root);
    let mut found = Vec::new();
    for node in &view.tree.document.nodes {
        let spec = ROOT.child(&node.name.text);
        let is_namespace = spec.is_some_and(|spec| {
            spec.defines == Some(Defines::First(RefKind::Namespace)) || spec.name == "reapers"
        });
        let Some(name) = node.arg(0).and_then(|entry| entry.value.as_str()) else { continue };
        let Some(sum) = sums.get(name).filter(|_| is_namespace) else { continue };
        let range = view.range(node.name.span);
        let place = json!({ "textDocument": { "uri": uri.as_str() }, "position": range.start });
        found.push(CodeLens {
            range,
            command: Some(Command {
                title: title(view.root, name, *sum),
                command: SHOW.to_owned(),
                arguments: Some(vec![place]),
            }),
            data: None,
        });
    }
    Ok(Some(found))
}

/// As in `23 objects, waves 0 to 5, 2 reapers`.
fn title(root: &Root, namespace: &str, sum: Sum) -> String {
    let mut parts = vec![count(sum.objects, "object")];
    match sum.waves {
        Some((first, last)) if first == last => parts.push(format!("wave {first}")),
        Some((first, last)) => parts.push(format!("waves {first} to {last}")),
        None => {}
    }
    let reapers = root.analysis.topology.reapers.iter().flat_map(|reapers| &reapers.reapers);
    let live = reapers.filter(|reaper| {
        reaper.namespace.value == namespace && reaper.state.value != ReaperState::Retired
    });
    let live = live.count();
    if live > 0 {
        parts.push(count(live, "reaper"));
    }
    parts.join(", ")
}

/// The sums of all namespaces.
fn sums(root: &Root) -> BTreeMap<&str, Sum> {
    let graph = root.analysis.graph();
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    let mut add = |index, wave: Option<u32>| {
        let Some(node) = graph.inner.node_weight(index) else { return };
        let What::Object { id, .. } = &node.what else { return };
        let name = match (&id.namespace, &id.kind) {
            (Some(namespace), _) => namespace,
            (None, Kind::Namespace) => &id.name,
            (None, _) => return,
        };
        let sum = sums.entry(name).or_default();
        sum.objects += 1;
        if let Some(wave) = wave {
            let (first, last) = sum.waves.unwrap_or((wave, wave));
            sum.waves = Some((first.min(wave), last.max(wave)));
        }
    };
    match root.analysis.plan() {
        Some(plan) => plan.steps.iter().for_each(|step| add(step.node, Some(step.wave))),
        None => graph.objects().for_each(|(index, ..)| add(index, None)),
    }
    sums
}
