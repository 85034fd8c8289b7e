//! What the client tells of its documents and of the disk.

use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
};

use crate::convert;
use crate::documents::Document;
use crate::state::State;

pub(crate) fn open(state: &mut State, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    let place = convert::place(&document.uri);
    let document = Document::new(document.uri, document.version, document.text);
    state.documents.insert(place, document);
    state.moved();
}

pub(crate) fn change(state: &mut State, params: DidChangeTextDocumentParams) {
    let place = convert::place(&params.text_document.uri);
    let columns = state.client.columns;
    // A document that isn't open has no text to change.
    let Some(document) = state.documents.get_mut(&place) else { return };
    document.change(params.text_document.version, params.content_changes, columns);
    state.changed(&place);
}

pub(crate) fn save(state: &mut State, _: DidSaveTextDocumentParams) {
    state.moved();
}

pub(crate) fn close(state: &mut State, params: DidCloseTextDocumentParams) {
    let place = convert::place(&params.text_document.uri);
    if state.documents.remove(&place).is_some() {
        state.moved();
    }
}

pub(crate) fn watched(state: &mut State, params: DidChangeWatchedFilesParams) {
    let changed: Vec<_> = params.changes.iter().map(|change| convert::place(&change.uri)).collect();
    if changed.iter().any(|place| place.extension().is_some_and(|ending| ending == "kdl")) {
        state.moved();
    }
    // Most files are of no topology.
    state.is_unsure = true;
}

pub(crate) fn folders(state: &mut State, params: DidChangeWorkspaceFoldersParams) {
    let removed: Vec<_> =
        params.event.removed.iter().map(|folder| convert::place(&folder.uri)).collect();
    state.folders.retain(|folder| !removed.contains(folder));
    state.folders.extend(params.event.added.iter().map(|folder| convert::place(&folder.uri)));
    state.moved();
}
