//! Edits of one or more files.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use jtc_core::syntax::Span;
use lsp_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    Uri, WorkspaceEdit,
};

use crate::convert;
use crate::roots::Root;
use crate::state::State;

/// The edits of a file, by where they start and end.
type InFile<'a> = BTreeMap<(u32, u32), (&'a Root, Span, String)>;

/// Edits, by file and place.
#[derive(Default)]
pub(crate) struct Edits<'a> {
    files: BTreeMap<PathBuf, InFile<'a>>,
}

impl<'a> Edits<'a> {
    /// Replaces the text of a span; what is said twice is done once.
    pub(crate) fn add(&mut self, root: &'a Root, span: Span, text: String) {
        if let Some(place) = root.place(span.file) {
            let edits = self.files.entry(place.to_owned()).or_default();
            edits.insert((span.start, span.end), (root, span, text));
        }
    }

    /// In the terms of the protocol.
    pub(crate) fn build(self, state: &State) -> WorkspaceEdit {
        let columns = state.client.columns;
        let files = self.files.into_iter().filter_map(|(place, edits)| {
            let edits: Vec<TextEdit> = edits
                .into_values()
                .filter_map(|(root, span, new_text)| {
                    let lines = root.source(span.file)?.lines();
                    Some(TextEdit { range: convert::range(lines, span, columns), new_text })
                })
                .collect();
            let version = state.documents.get(&place).map(|document| document.version);
            Some((state.uri(&place)?, version, edits))
        });
        if state.client.versioned_edits {
            let changes = files.map(|(uri, version, edits)| TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
                edits: edits.into_iter().map(OneOf::Left).collect(),
            });
            return WorkspaceEdit {
                document_changes: Some(DocumentChanges::Edits(changes.collect())),
                ..WorkspaceEdit::default()
            };
        }
        #[expect(clippy::mutable_key_type, reason = "the protocol's types have it so")]
        let changes: HashMap<Uri, Vec<TextEdit>> =
            files.map(|(uri, _, edits)| (uri, edits)).collect();
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    }
}
