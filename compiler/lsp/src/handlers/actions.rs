//! `textDocument/codeAction`: the repairs that are certain, one by one or all
//! at once.

use jtc_core::diagnostics::Diag;
use jtc_core::syntax::Span;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
};

use crate::convert;
use crate::edits::Edits;
use crate::roots::Root;
use crate::state::{Failure, State};

/// All repairs of a document.
pub(crate) const FIX_ALL: &str = "source.fixAll.jtc";

pub(crate) fn actions(
    state: &mut State,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>, Failure> {
    let uri = &params.text_document.uri;
    let only = params.context.only;
    let wanted = |kind: &str| match &only {
        Some(only) => only.iter().any(|only| includes(only.as_str(), kind)),
        // What isn't asked for isn't done on every save.
        None => kind == CodeActionKind::QUICKFIX.as_str(),
    };
    let mut found: Vec<CodeAction> = Vec::new();
    if wanted(CodeActionKind::QUICKFIX.as_str()) {
        for (root, file, diag) in state.diags(uri) {
            let (Some(fix), Some(source)) = (&diag.fix, root.source(file)) else { continue };
            let lines = source.lines();
            let asked = convert::span(file, lines, params.range, state.client.columns);
            let edited = fix.edits.iter().map(|edit| edit.span);
            if !edited.chain([diag.span()]).any(|span| touches(span, asked)) {
                continue;
            }
            let mut edits = Edits::default();
            for edit in &fix.edits {
                edits.add(root, edit.span, edit.text.clone());
            }
            let action = CodeAction {
                title: sentence(&fix.title),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: state.diagnostic(root, diag).map(|diagnostic| vec![diagnostic]),
                edit: Some(edits.build(state)),
                is_preferred: Some(true),
                ..CodeAction::default()
            };
            if !found.contains(&action) {
                found.push(action);
            }
        }
    }
    if wanted(FIX_ALL) {
        let all = together(&state.diags(uri));
        if !all.is_empty() {
            let mut edits = Edits::default();
            for (root, span, text) in all {
                edits.add(root, span, text);
            }
            found.push(CodeAction {
                title: "Fix all that is certain".to_owned(),
                kind: Some(CodeActionKind::new(FIX_ALL)),
                edit: Some(edits.build(state)),
                ..CodeAction::default()
            });
        }
    }
    let found: Vec<CodeActionOrCommand> =
        found.into_iter().map(CodeActionOrCommand::CodeAction).collect();
    Ok((!found.is_empty()).then_some(found))
}

/// Whether a kind of action is one of those that are asked for.
fn includes(asked: &str, kind: &str) -> bool {
    asked.is_empty()
        || kind == asked
        || kind.strip_prefix(asked).is_some_and(|it| it.starts_with('.'))
}

/// Whether spans have a place in common; their ends count.
fn touches(a: Span, b: Span) -> bool {
    a.file == b.file && a.start <= b.end && b.start <= a.end
}

/// The repairs of one document that don't get in each other's way, the first
/// of them first.
fn together<'a>(
    diags: &[(&'a Root, jtc_core::syntax::FileId, &'a Diag)],
) -> Vec<(&'a Root, Span, String)> {
    let mut taken: Vec<(&Root, Span, String)> = Vec::new();
    for (root, file, diag) in diags {
        let Some(fix) = &diag.fix else { continue };
        // A document is mended as part of one topology.
        let is_same = taken.first().is_none_or(|(first, ..)| first.place == root.place);
        let is_here = fix.edits.iter().all(|edit| edit.span.file == *file);
        let is_free = |span: Span| !taken.iter().any(|(_, other, _)| touches(*other, span));
        if is_same && is_here && fix.edits.iter().all(|edit| is_free(edit.span)) {
            taken.extend(fix.edits.iter().map(|edit| (*root, edit.span, edit.text.clone())));
        }
    }
    taken
}

/// With a capital, as editors show it.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
