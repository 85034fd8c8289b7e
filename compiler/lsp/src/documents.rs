//! The documents that the client has open.

use std::sync::Arc;

use jtc_core::syntax::{Columns, FileId, LineIndex, TokenKind, lex};
use lsp_types::{TextDocumentContentChangeEvent, Uri};

use crate::convert;

/// An open document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// As the client calls it.
    pub(crate) uri: Uri,
    /// The client's count of its changes.
    pub(crate) version: i32,
    /// What it says now.
    pub(crate) text: Arc<str>,
    /// Whether it is a topology, and not something that one refers to.
    pub(crate) is_topology: bool,
}

impl Document {
    pub(crate) fn new(uri: Uri, version: i32, text: String) -> Self {
        let path = uri.as_str().to_ascii_lowercase();
        let other = [".yaml", ".yml", ".json"].iter().any(|ending| path.ends_with(ending));
        Self { uri, version, text: text.into(), is_topology: !other }
    }

    /// Applies changes in their order.
    pub(crate) fn change(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        columns: Columns,
    ) {
        self.version = version;
        for change in changes {
            let Some(range) = change.range else {
                self.text = change.text.into();
                continue;
            };
            let lines = LineIndex::new(Arc::clone(&self.text));
            let span = convert::span(FileId(0), &lines, range, columns);
            let (start, end) = (span.start as usize, span.end as usize);
            let mut text = String::with_capacity(self.text.len() + change.text.len());
            text.push_str(self.text.get(..start).unwrap_or_default());
            text.push_str(&change.text);
            text.push_str(self.text.get(end..).unwrap_or_default());
            self.text = text.into();
        }
    }
}

/// Whether a text is the root of a topology: `edition` stands at its top.
pub(crate) fn is_root(text: &str) -> bool {
    if !text.contains("edition") {
        return false;
    }
    let mut depth = 0_usize;
    // Whether a node may start here.
    let mut fresh = true;
    for token in lex(text) {
        match token.kind {
            TokenKind::OpenBrace => depth += 1,
            TokenKind::CloseBrace => depth = depth.saturating_sub(1),
            TokenKind::Newline | TokenKind::Semicolon => fresh = true,
            kind if kind.is_trivia() => {}
            _ => {
                if fresh && depth == 0 && token.text(text) == "edition" {
                    return true;
                }
                fresh = false;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use lsp_types::{Position, Range};

    use super::*;

    #[test]
    fn roots_have_an_edition() {
        assert!(is_root("// x\nedition 1\n"));
        assert!(is_root("cluster \"x\" { a; }\nedition"));
        assert!(!is_root("// edition 1"));
        assert!(!is_root("version \"edition\" { edition 1; }"));
        assert!(!is_root("external edition"));
    }

    #[test]
    fn changes_are_applied_in_order() {
        let uri = Uri::from_str("file:///a.kdl").unwrap();
        let mut document = Document::new(uri, 1, "é😀b\r\nc".to_owned());
        let change = |start: (u32, u32), end: (u32, u32), text: &str| {
            let range = Range {
                start: Position { line: start.0, character: start.1 },
                end: Position { line: end.0, character: end.1 },
            };
            TextDocumentContentChangeEvent {
                range: Some(range),
                range_length: None,
                text: text.to_owned(),
            }
        };
        let changes = vec![change((0, 1), (0, 3), "xy"), change((1, 0), (1, 9), "z")];
        document.change(2, changes, Columns::Utf16);
        assert_eq!((&*document.text, document.version), ("éxyb\r\nz", 2));
        document.change(3, vec![change((0, 3), (0, 2), "")], Columns::Utf8);
        assert_eq!(&*document.text, "éyb\r\nz");
        document.change(4, vec![change((9, 9), (9, 9), "!")], Columns::Utf32);
        assert_eq!(&*document.text, "éyb\r\nz!");
    }
}
