//! `textDocument/selectionRange`: from the word outwards.

use jtc_core::syntax::Span;
use lsp_types::{Position, SelectionRange, SelectionRangeParams};

use crate::outline::{self, Part};
use crate::state::{Failure, State, View};

/// Places that one request may ask for.
const MANY: usize = 1000;

pub(crate) fn selection(
    state: &mut State,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>, Failure> {
    let view = state.view(&params.text_document.uri)?;
    let places = params.positions.iter().take(MANY);
    Ok(Some(places.map(|place| around(&view, *place)).collect()))
}

fn around(view: &View<'_>, position: Position) -> SelectionRange {
    let offset = view.offset(position);
    let end = u32::try_from(view.text().len()).unwrap_or(u32::MAX);
    let mut spans = vec![view.at(0, end)];
    let path = outline::path(view.tree, offset);
    for step in &path {
        spans.push(step.node.span);
        if let Some(block) = &step.node.children {
            spans.push(block.span);
            // Without its `}` it ends where nothing is to be left out.
            let last = u32::from(block.span.slice(view.text()).ends_with('}'));
            spans.push(block.span.at(1, block.span.len().saturating_sub(1 + last)));
        }
    }
    if let Some(step) = path.last() {
        match step.part(offset) {
            Part::Name => spans.push(step.node.name.span),
            Part::Argument(entry, _) | Part::Property(entry, _) => {
                spans.push(entry.span);
                spans.push(entry.value_span);
                if let Some(name) = &entry.name {
                    spans.push(name.span);
                }
            }
            Part::Nothing => {}
        }
    }
    if let Some(name) = view.root.names().at(view.file, offset) {
        spans.push(name.span);
    }
    let within = |span: &Span| span.start <= offset && offset <= span.end;
    // Each is in the one before, and is smaller.
    let mut chain: Option<SelectionRange> = None;
    let mut last: Option<Span> = None;
    for span in spans.iter().filter(|span| within(span)) {
        let is_inner = last.is_none_or(|outer| {
            *span != outer && outer.start <= span.start && span.end <= outer.end
        });
        if is_inner {
            last = Some(*span);
            chain = Some(SelectionRange { range: view.range(*span), parent: chain.map(Box::new) });
        }
    }
    chain.unwrap_or_else(|| SelectionRange {
        range: view.range(view.at(offset, offset)),
        parent: None,
    })
}
