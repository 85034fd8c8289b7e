//! `textDocument/definition`: to where a name is defined, and from `include`
//! and its like to the file.

use jtc_core::names::Role;
use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, Location, Position, Range};

use crate::outline;
use crate::state::{Failure, State, View};

pub(crate) fn definition(
    state: &mut State,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>, Failure> {
    let at = params.text_document_position_params;
    let view = state.view(&at.text_document.uri)?;
    let offset = view.offset(at.position);
    let mut found: Vec<Location> = Vec::new();
    let names = view.root.names();
    if let Some(place) = names.at(view.file, offset) {
        let definitions = names.of(&place.symbol).filter(|it| it.role != Role::Reference);
        found.extend(definitions.filter_map(|it| state.location(view.root, it.span)));
    } else {
        found.extend(files(&view, offset));
    }
    Ok(match found.len() {
        0 => None,
        1 => found.pop().map(GotoDefinitionResponse::Scalar),
        _ => Some(GotoDefinitionResponse::Array(found)),
    })
}

/// The files that a path or pattern at a place means.
fn files(view: &View<'_>, offset: u32) -> Vec<Location> {
    let Some(link) = outline::links(view.tree)
        .into_iter()
        .find(|link| link.span.start <= offset && offset <= link.span.end)
    else {
        return Vec::new();
    };
    let start = Position { line: 0, character: 0 };
    outline::targets(view, &link)
        .into_iter()
        .filter_map(|place| view.state.uri(&place))
        .map(|uri| Location { uri, range: Range { start, end: start } })
        .collect()
}
