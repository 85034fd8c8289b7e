//! `textDocument/references` and `textDocument/documentHighlight`: every
//! place with a name.

use jtc_core::names::Role;
use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, ReferenceParams,
};

use crate::state::{Failure, State};

pub(crate) fn references(
    state: &mut State,
    params: ReferenceParams,
) -> Result<Option<Vec<Location>>, Failure> {
    let at = params.text_document_position;
    let mut found: Vec<Location> = Vec::new();
    // A file of several topologies is referred to from each.
    for view in state.views(&at.text_document.uri) {
        let names = view.root.names();
        let Some(place) = names.at(view.file, view.offset(at.position)) else { continue };
        let wanted = names.of(&place.symbol);
        let wanted =
            wanted.filter(|it| params.context.include_declaration || it.role == Role::Reference);
        for location in wanted.filter_map(|it| state.location(view.root, it.span)) {
            if !found.contains(&location) {
                found.push(location);
            }
        }
    }
    Ok((!found.is_empty()).then_some(found))
}

pub(crate) fn highlights(
    state: &mut State,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, Failure> {
    let at = params.text_document_position_params;
    let view = state.view(&at.text_document.uri)?;
    let names = view.root.names();
    let Some(place) = names.at(view.file, view.offset(at.position)) else { return Ok(None) };
    let here = names.of(&place.symbol).filter(|it| it.span.file == view.file);
    let found = here.map(|it| DocumentHighlight {
        range: view.range(it.span),
        kind: Some(match it.role {
            Role::Reference => DocumentHighlightKind::READ,
            Role::Definition | Role::Builtin => DocumentHighlightKind::WRITE,
        }),
    });
    Ok(Some(found.collect()))
}
