//! `textDocument/formatting` and `textDocument/rangeFormatting`: the canonical
//! layout, as the smallest edits that lead to it.

use std::ops::Range;

use jtc_core::syntax::{format, format_range};
use lsp_types::{DocumentFormattingParams, DocumentRangeFormattingParams, TextEdit};

use crate::state::{Failure, State, View};

/// The edits that bring a text, or the lines of a range of its bytes, into the
/// canonical layout: each a range of bytes and what comes in its place.
fn layout(text: &str, range: Option<Range<usize>>) -> Vec<(Range<usize>, String)> {
    match range {
        Some(range) => format_range(text, range),
        None => format(text).edits,
    }
}

pub(crate) fn whole(
    state: &mut State,
    params: DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Failure> {
    let view = state.view(&params.text_document.uri)?;
    Ok(Some(edits(&view, None)))
}

pub(crate) fn range(
    state: &mut State,
    params: DocumentRangeFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Failure> {
    let view = state.view(&params.text_document.uri)?;
    let span = view.span(params.range);
    Ok(Some(edits(&view, Some(span.start as usize..span.end as usize))))
}

fn edits(view: &View<'_>, range: Option<Range<usize>>) -> Vec<TextEdit> {
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let edits = layout(view.text(), range).into_iter();
    edits
        .map(|(range, new_text)| TextEdit {
            range: view.range(view.at(small(range.start), small(range.end))),
            new_text,
        })
        .collect()
}
