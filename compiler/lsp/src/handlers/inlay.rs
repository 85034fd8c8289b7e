//! `textDocument/inlayHint`: what holds without standing there.

use jtc_core::components::table::ROOT;
use jtc_core::components::{Cx, programs};
use jtc_core::diagnostics::Report;
use jtc_core::model::NOWHERE;
use jtc_core::resolve;
use jtc_core::schema::access::NodeExt;
use jtc_core::schema::{Defines, NodeSpec, RefKind, Type};
use jtc_core::syntax::{Node, Span};
use lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams, InlayHintTooltip};

use crate::convert;
use crate::effective::{self, Row};
use crate::state::{Failure, State, View};

/// Settings that are worth a hint: those that people ask for.
const SHOWN: &[&str] = &["image", "replicas", "resources", "grace", "drain"];

pub(crate) fn hints(
    state: &mut State,
    params: InlayHintParams,
) -> Result<Option<Vec<InlayHint>>, Failure> {
    let view = state.view(&params.text_document.uri)?;
    let asked = view.span(params.range);
    let touches = |span: Span| span.start <= asked.end && asked.start <= span.end;
    let world = resolve::resolve(&view.root.analysis.topology, &mut Report::default());
    let mut found = Vec::new();
    for node in view.tree.document.nodes.iter().filter(|node| touches(node.span)) {
        let Some(spec) = ROOT.child(&node.name.text) else { continue };
        references(&view, spec, node, &mut found);
        if spec.defines != Some(Defines::First(RefKind::Namespace)) {
            continue;
        }
        let name = node.arg(0).and_then(|entry| entry.value.as_str()).unwrap_or_default();
        let Some((_, site)) = world.site(name) else { continue };
        let programs = programs(&Cx { world: &world, site });
        for child in node.child_nodes() {
            let name = match spec.child(&child.name.text).and_then(|spec| spec.defines) {
                Some(Defines::Itself(RefKind::Backend)) => Some(&*child.name.text),
                Some(Defines::First(RefKind::Backend)) => {
                    child.arg(0).and_then(|entry| entry.value.as_str())
                }
                _ => None,
            };
            let program = programs.iter().find(|it| Some(&*it.component) == name);
            if let Some(program) = program {
                let rows = effective::rows(&program.settings);
                found.extend(inherited(&view, child, &rows));
            }
        }
    }
    found.retain(|hint| {
        let lines = view.source.lines();
        let offset = convert::offset(lines, hint.position, state.client.columns);
        asked.start <= offset && offset <= asked.end
    });
    Ok(Some(found))
}

/// What a component takes from elsewhere in the topology.
fn inherited(view: &View<'_>, node: &Node, rows: &[Row]) -> Option<InlayHint> {
    let is_own = |span: Span| {
        span.file == node.span.file && node.span.start <= span.start && span.end <= node.span.end
    };
    let rows = rows.iter().filter(|row| SHOWN.contains(&row.node.as_str()));
    let rows: Vec<&Row> = rows.filter(|row| row.span != NOWHERE && !is_own(row.span)).collect();
    let label: Vec<String> = rows.iter().map(|row| format!("{} {}", row.name, row.value)).collect();
    let tooltip = rows
        .iter()
        .map(|row| format!("{} {}: {}", row.name, row.value, effective::from(view.root, row.span)));
    let tooltip = tooltip.collect::<Vec<_>>().join("\n");
    let end = node.entries.last().map_or(node.name.span.end, |entry| entry.span.end);
    (!label.is_empty()).then(|| hint(view, end, label.join(", "), tooltip))
}

/// What a node refers to where it says nothing.
fn references(view: &View<'_>, spec: &'static NodeSpec, node: &Node, found: &mut Vec<InlayHint>) {
    let silent = spec
        .props
        .iter()
        .filter(|prop| matches!(prop.ty, Type::Ref(_)) && node.prop(prop.name).is_none());
    for prop in silent {
        // Only a name is one; other defaults are told in words.
        let Some(default) = prop.default.filter(|default| !default.contains(' ')) else { continue };
        let end = node.entries.last().map_or(node.name.span.end, |entry| entry.span.end);
        let label = format!("{}={default}", prop.name);
        found.push(hint(view, end, label, prop.doc.to_owned()));
    }
    for child in node.child_nodes() {
        if let Some(spec) = spec.child(&child.name.text) {
            references(view, spec, child, found);
        }
    }
}

fn hint(view: &View<'_>, offset: u32, label: String, tooltip: String) -> InlayHint {
    InlayHint {
        position: view.range(view.at(offset, offset)).start,
        label: InlayHintLabel::String(label),
        kind: Some(InlayHintKind::PARAMETER),
        text_edits: None,
        tooltip: Some(InlayHintTooltip::String(tooltip)),
        padding_left: Some(true),
        padding_right: Some(true),
        data: None,
    }
}
