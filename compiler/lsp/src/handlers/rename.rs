//! `textDocument/prepareRename` and `textDocument/rename`: another name,
//! wherever the old one stands.

use jtc_core::components;
use jtc_core::components::table;
use jtc_core::names::{Names, Occurrence, Role, Symbol};
use jtc_core::schema::{Defines, RefKind, Type};
use jtc_core::syntax::{Span, TokenKind, escaped, lex};
use jtc_core::text::TextKind;
use lsp_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit};

use crate::edits::Edits;
use crate::roots::Root;
use crate::state::{Failure, State};

pub(crate) fn prepare(
    state: &mut State,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>, Failure> {
    let view = state.view(&params.text_document.uri)?;
    let names = view.root.names();
    let Some(place) = names.at(view.file, view.offset(params.position)) else {
        return Err(Failure::new("there is no name here that could be changed"));
    };
    may_change(names, place)?;
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: view.range(place.span),
        placeholder: place.symbol.name.clone(),
    }))
}

pub(crate) fn rename(
    state: &mut State,
    params: RenameParams,
) -> Result<Option<WorkspaceEdit>, Failure> {
    let at = params.text_document_position;
    let mut edits = Edits::default();
    let mut is_name = false;
    // A file of several topologies has its names changed in each.
    for view in state.views(&at.text_document.uri) {
        let names = view.root.names();
        let Some(place) = names.at(view.file, view.offset(at.position)) else { continue };
        is_name = true;
        may_change(names, place)?;
        may_be(names, &place.symbol, &params.new_name)?;
        for it in names.of(&place.symbol) {
            let (span, text) = written(view.root, it, &params.new_name);
            edits.add(view.root, span, text);
        }
    }
    if !is_name {
        return Err(Failure::new("there is no name here that could be changed"));
    }
    Ok(Some(edits.build(state)))
}

/// Whether a name may be changed at all.
fn may_change(names: &Names, place: &Occurrence) -> Result<(), Failure> {
    let name = &place.symbol.name;
    match names.definition(&place.symbol).map(|definition| definition.role) {
        Some(Role::Definition) => Ok(()),
        Some(Role::Builtin | Role::Reference) => {
            Err(Failure::new(format!("`{name}` is a component, whose name can't be changed")))
        }
        None => Err(Failure::new(format!(
            "`{name}` is not defined in this topology, so that its name can't be changed"
        ))),
    }
}

/// Whether something may have this name.
fn may_be(names: &Names, symbol: &Symbol, name: &str) -> Result<(), Failure> {
    let noun = symbol.kind.noun();
    if let Some(kind) = kind(symbol.kind)
        && let Err(refusal) = (kind.check)(name)
    {
        let name = name.escape_debug();
        return Err(Failure::new(format!("`{name}` can't be a {}: {}", kind.name, refusal.reason)));
    }
    let others = names.known(symbol.kind, &symbol.scope);
    let is_taken = name != symbol.name && others.iter().any(|other| other.symbol.name == name);
    let is_component = symbol.kind == RefKind::Backend && components::find(name).is_some();
    if is_taken || is_component {
        return Err(Failure::new(format!("there is a {noun} `{name}` already")));
    }
    Ok(())
}

/// What the names of a kind may be, by the table.
fn kind(wanted: RefKind) -> Option<&'static TextKind> {
    let mut found = None;
    table::walk(&mut |_, spec| {
        let defines = matches!(
            spec.defines,
            Some(Defines::First(kind) | Defines::Each(kind)) if kind == wanted
        );
        if let (true, Some(Type::Text(kind))) = (defines, spec.args.first().map(|arg| arg.ty)) {
            found = Some(kind);
        }
    });
    found
}

/// A name as it is written where another stood, and what it replaces.
fn written(root: &Root, place: &Occurrence, name: &str) -> (Span, String) {
    let inner = escaped(name);
    let is_plain = inner == name;
    if !place.quoted {
        let is_word =
            matches!(lex(name).as_slice(), [token] if token.kind == TokenKind::Identifier);
        let text = if is_word && is_plain { inner } else { format!("\"{inner}\"") };
        return (place.span, text);
    }
    // Between other quotes than `"`, escapes mean nothing.
    match literal(root, place) {
        Some((kind, whole)) if !is_plain && kind != TokenKind::QuotedString => {
            (whole, format!("\"{inner}\""))
        }
        _ => (place.span, inner),
    }
}

/// The string that a place is in, with its quotes.
fn literal(root: &Root, place: &Occurrence) -> Option<(TokenKind, Span)> {
    let node = place.node;
    let text = root.analysis.sources.text(node);
    let start = place.span.start.saturating_sub(node.start);
    let token = lex(text).into_iter().find(|token| start < token.end)?;
    let whole = Span::new(node.file, node.start + token.start, node.start + token.end);
    Some((token.kind, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_a_name_may_be() {
        for wanted in [
            RefKind::External,
            RefKind::Secret,
            RefKind::SecretKey,
            RefKind::Database,
            RefKind::Version,
            RefKind::Elk,
            RefKind::Namespace,
            RefKind::StorageClass,
            RefKind::AddressPool,
            RefKind::Entrypoint,
            RefKind::Middleware,
            RefKind::Backend,
            RefKind::Port,
        ] {
            assert!(kind(wanted).is_some(), "{wanted:?}");
        }
    }
}
