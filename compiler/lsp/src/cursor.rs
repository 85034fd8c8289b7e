//! Where the cursor is, in text that is still being written.
//!
//! The tree has no place for what isn't there yet, so this looks at tokens:
//! of the slice of the top level that the cursor is in, so that what is broken
//! elsewhere doesn't matter.

use std::ops::Range;

use jtc_core::components::table::ROOT;
use jtc_core::schema::NodeSpec;
use jtc_core::syntax::{FileId, Parse, Slice, Span, Token, TokenKind, lex, parse, slices};

/// A value that has been written already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// The name of the property; nothing for an argument.
    pub(crate) name: Option<String>,
    /// The value, if it is text.
    pub(crate) value: String,
}

/// A node that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its name.
    pub(crate) name: String,
    /// What is written of it, also behind the cursor.
    pub(crate) entries: Vec<Written>,
    /// Where its name stands.
    pub(crate) start: u32,
}

impl Line {
    /// The first argument.
    pub(crate) fn first(&self) -> Option<&str> {
        self.entries.iter().find(|it| it.name.is_none()).map(|it| it.value.as_str())
    }

    /// The last value of a property.
    pub(crate) fn prop(&self, name: &str) -> Option<&str> {
        let named = |it: &&Written| it.name.as_deref() == Some(name);
        self.entries.iter().rev().find(named).map(|it| it.value.as_str())
    }
}

/// What may be written at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The name of a node.
    Node,
    /// An argument at this position, or the name of a property.
    Entry(usize),
    /// The value of a property.
    Value(String),
    /// Nothing: it is in a comment or a number of the like.
    Nothing,
}

/// The cursor.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    /// The nodes around, the outermost first.
    pub(crate) above: Vec<Line>,
    /// The node that is being written, once it has a name.
    pub(crate) line: Line,
    /// What may be written.
    pub(crate) wanted: Wanted,
    /// What of it is there already, and is replaced: without its quotes.
    pub(crate) word: Span,
    /// Whether it stands in quotes.
    pub(crate) quoted: bool,
    /// Whether a closing quote is there.
    pub(crate) closed: bool,
    /// Where it is.
    pub(crate) offset: u32,
}

impl Cursor {
    /// The nodes around by the table, from the top; shorter where one isn't
    /// known.
    pub(crate) fn specs(&self) -> Vec<&'static NodeSpec> {
        let mut found: Vec<&'static NodeSpec> = vec![&ROOT];
        for line in &self.above {
            match found.last().and_then(|spec| spec.child(&line.name)) {
                Some(spec) => found.push(spec),
                None => break,
            }
        }
        found
    }

    /// What the block may hold that the cursor is in.
    pub(crate) fn parent(&self) -> Option<&'static NodeSpec> {
        let specs = self.specs();
        specs.last().copied().filter(|_| specs.len() == self.above.len() + 1)
    }
}

/// Looks where an offset is.
pub(crate) fn cursor(file: FileId, text: &str, offset: u32) -> Cursor {
    let tokens = lex(text);
    let own = around(&slices(text, &tokens), &tokens, text, offset);
    let own = tokens.get(own).unwrap_or_default();
    let mut reader = Reader { text, file, offset, above: Vec::new(), line: None, entries: 0 };
    reader.read(own)
}

/// The tokens of the slice that an offset is in. Where that has nothing yet, a
/// block before it that isn't closed goes on, but not in the first column.
fn around(slices: &[Slice], tokens: &[Token], text: &str, offset: u32) -> Range<usize> {
    let after = slices.partition_point(|slice| slice.start <= offset);
    let Some(slice) = after.checked_sub(1).and_then(|index| slices.get(index)) else {
        return 0..0;
    };
    let own = slice.first_token..slice.last_token;
    let before = tokens.get(own.clone()).unwrap_or_default().iter();
    let is_empty =
        before.take_while(|token| token.start < offset).all(|token| token.kind.is_trivia());
    let line = text.get(..offset as usize).and_then(|text| text.rsplit(['\n', '\r']).next());
    let goes_on = line.is_some_and(|line| !line.is_empty());
    let previous = after.checked_sub(2).and_then(|index| slices.get(index));
    match previous {
        Some(previous) if is_empty && goes_on && is_open(previous, tokens) => {
            previous.first_token..own.end
        }
        _ => own,
    }
}

/// Whether a block of a slice isn't closed.
fn is_open(slice: &Slice, tokens: &[Token]) -> bool {
    let tokens = tokens.get(slice.first_token..slice.last_token).unwrap_or_default();
    let count = |kind| tokens.iter().filter(|token| token.kind == kind).count();
    count(TokenKind::OpenBrace) > count(TokenKind::CloseBrace)
}

struct Reader<'t> {
    text: &'t str,
    file: FileId,
    offset: u32,
    above: Vec<Line>,
    /// The node that is being read.
    line: Option<Line>,
    /// Arguments of it before the cursor.
    entries: usize,
}

impl Reader<'_> {
    fn read(&mut self, tokens: &[Token]) -> Cursor {
        let mut index = 0;
        // The name before `=`, when that is the last that was read.
        let mut pending: Option<String> = None;
        let mut continued = false;
        while let Some(token) = tokens.get(index).copied() {
            // The cursor is in what it touches the end of, if that is a word.
            let touches = token.start < self.offset && self.offset <= token.end;
            if self.offset <= token.start
                || (touches && (is_word(token) || !ends(token, self.offset)))
            {
                break;
            }
            match token.kind {
                TokenKind::Newline if continued => continued = false,
                TokenKind::Newline | TokenKind::Semicolon => {
                    (self.line, self.entries, pending) = (None, 0, None);
                }
                TokenKind::OpenBrace => {
                    self.above.push(self.line.take().unwrap_or_default());
                    (self.entries, pending) = (0, None);
                }
                TokenKind::CloseBrace => {
                    self.above.pop();
                    (self.line, self.entries, pending) = (None, 0, None);
                }
                TokenKind::Backslash => continued = true,
                _ if is_word(token) => self.word(token, tokens.get(index + 1), &mut pending),
                _ => {}
            }
            index += 1;
        }
        self.here(tokens, index, pending)
    }

    fn word(&mut self, token: Token, next: Option<&Token>, pending: &mut Option<String>) {
        let value = content(token, self.text);
        match &mut self.line {
            None => self.line = Some(Line { name: value, start: token.start, ..Line::default() }),
            Some(_) if next.is_some_and(|next| next.kind == TokenKind::Equals) => {
                *pending = Some(value);
            }
            Some(line) => {
                let name = pending.take();
                self.entries += usize::from(name.is_none());
                line.entries.push(Written { name, value });
            }
        }
    }

    /// What the cursor is at.
    fn here(&mut self, tokens: &[Token], index: usize, pending: Option<String>) -> Cursor {
        let at = |start, end| Span::new(self.file, start, end);
        let token = tokens.get(index).copied().filter(|token| token.start < self.offset);
        let (word, quoted, closed) = match token {
            Some(token) if is_word(token) => {
                let written = token.text(self.text);
                let hashes = written.bytes().take_while(|byte| *byte == b'#').count();
                let is_quoted = written.as_bytes().get(hashes) == Some(&b'"');
                if is_quoted {
                    let open = small(hashes + 1);
                    // With a quote too few on the line, the next one closes no text.
                    let after = tokens.get(index + 1..).unwrap_or_default().iter();
                    let mut after = after.take_while(|next| next.kind != TokenKind::Newline);
                    let closed = token.kind != TokenKind::UnterminatedString
                        && !after.any(|next| is_unclosed(next.kind));
                    let end = if closed { token.end.saturating_sub(open) } else { token.end };
                    let start = token.start.saturating_add(open).min(end.max(token.start));
                    // An open string may have taken in more than it should.
                    let end = if closed { end } else { self.offset.max(start) };
                    (at(start.min(end), end), true, closed)
                } else {
                    (at(token.start, token.end), false, false)
                }
            }
            _ => (at(self.offset, self.offset), false, false),
        };
        let in_comment = token.is_some_and(|token| {
            matches!(
                token.kind,
                TokenKind::LineComment
                    | TokenKind::BlockComment
                    | TokenKind::HashComment
                    | TokenKind::UnterminatedComment
            )
        });
        let is_equals = tokens.get(index).is_some_and(|next| {
            is_word(*next)
                && tokens.get(index + 1).is_some_and(|after| after.kind == TokenKind::Equals)
        });
        let after_equals = index.checked_sub(1).and_then(|before| tokens.get(before));
        let after_equals = after_equals.is_some_and(|before| before.kind == TokenKind::Equals);
        let wanted = match (&self.line, pending) {
            _ if in_comment => Wanted::Nothing,
            (None, _) => Wanted::Node,
            (Some(_), Some(name)) if after_equals => Wanted::Value(name),
            (Some(_), _) => Wanted::Entry(self.entries),
        };
        let mut line = self.line.clone().unwrap_or_default();
        let rest = tokens.get(index..).unwrap_or_default();
        let skip = usize::from(token.is_some_and(is_word) && !is_equals);
        line.entries.extend(rest_of_line(rest.get(skip..).unwrap_or_default(), self.text));
        let above = std::mem::take(&mut self.above);
        Cursor { above, line, wanted, word, quoted, closed, offset: self.offset }
    }
}

/// What is written behind the cursor, on its line.
fn rest_of_line(tokens: &[Token], text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    let mut name: Option<String> = None;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Newline
            | TokenKind::Semicolon
            | TokenKind::OpenBrace
            | TokenKind::CloseBrace => break,
            _ if !is_word(*token) => {}
            _ if tokens.get(index + 1).is_some_and(|next| next.kind == TokenKind::Equals) => {
                name = Some(content(*token, text));
            }
            _ => found.push(Written { name: name.take(), value: content(*token, text) }),
        }
    }
    found
}

fn is_word(token: Token) -> bool {
    token.kind.is_string()
        || matches!(
            token.kind,
            TokenKind::Number
                | TokenKind::Keyword
                | TokenKind::ReservedWord
                | TokenKind::NumberLike
                | TokenKind::UnknownKeyword
                | TokenKind::UnterminatedString
                | TokenKind::CrampedMultilineString
        )
}

/// Whether a text isn't closed, or not as it should be.
fn is_unclosed(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::UnterminatedString
            | TokenKind::UnterminatedMultilineString
            | TokenKind::CrampedMultilineString
    )
}

/// Whether a token is over at an offset.
fn ends(token: Token, offset: u32) -> bool {
    let open = matches!(
        token.kind,
        TokenKind::LineComment | TokenKind::HashComment | TokenKind::UnterminatedComment
    );
    token.end <= offset && !open
}

/// What a word says, without quotes.
fn content(token: Token, text: &str) -> String {
    let written = token.text(text);
    if token.kind == TokenKind::QuotedString && !written.contains('\\') {
        return written.trim_matches('"').to_owned();
    }
    if !matches!(token.kind, TokenKind::RawString | TokenKind::QuotedString) {
        return written.trim_start_matches('"').to_owned();
    }
    let read: Parse = parse(FileId(0), &format!("- {written}"));
    let value = read.document.nodes.first().and_then(|node| node.entries.first());
    value.and_then(|entry| entry.value.as_str()).unwrap_or(written).to_owned()
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where `|` is: the nodes around, the node, what is wanted, and the word.
    fn at(marked: &str) -> String {
        let offset = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let cursor = cursor(FileId(0), &text, small(offset));
        let above: Vec<&str> = cursor.above.iter().map(|line| line.name.as_str()).collect();
        let entries: Vec<String> = cursor
            .line
            .entries
            .iter()
            .map(|it| format!("{}={}", it.name.as_deref().unwrap_or_default(), it.value))
            .collect();
        format!(
            "[{}] {} {:?} {:?} {:?}{}",
            above.join(" "),
            cursor.line.name,
            entries,
            cursor.wanted,
            cursor.word.slice(&text),
            if cursor.quoted { " quoted" } else { "" }
        )
    }

    #[test]
    fn names_of_nodes() {
        assert_eq!(at("|"), "[]  [] Node \"\"");
        assert_eq!(at("edition 1\nclu|"), "[]  [] Node \"clu\"");
        assert_eq!(at("namespace \"x\" {\n    ser|\n}"), "[namespace]  [] Node \"ser\"");
        assert_eq!(
            at("namespace \"x\" {\n    server { | }\n}"),
            "[namespace server]  [] Node \"\""
        );
        assert_eq!(
            at("namespace \"x\" {\n    server {\n  |\n"),
            "[namespace server]  [] Node \"\""
        );
        assert_eq!(at("a { b; |"), "[a]  [] Node \"\"");
    }

    #[test]
    fn entries_and_values() {
        assert_eq!(at("namespace |"), "[] namespace [] Entry(0) \"\"");
        assert_eq!(
            at("namespace \"x\" ver| elk=\"s\""),
            "[] namespace [\"=x\", \"elk=s\"] Entry(1) \"ver\""
        );
        assert_eq!(
            at("namespace \"x\" version=|"),
            "[] namespace [\"=x\"] Value(\"version\") \"\""
        );
        assert_eq!(
            at("namespace \"x\" version=\"3|.\" elk=\"s\""),
            "[] namespace [\"=x\", \"elk=s\"] Value(\"version\") \"3.\" quoted"
        );
        assert_eq!(
            at("namespace \"x\" version=\"3|\nreapers \"y\""),
            "[] namespace [\"=x\"] Value(\"version\") \"3\" quoted"
        );
        assert_eq!(
            at("a { env \"X\" key=\"|\" secret=\"s\"; }"),
            "[a] env [\"=X\", \"secret=s\"] Value(\"key\") \"\" quoted"
        );
        assert_eq!(
            at("connect \"a/|\" port=\"x\""),
            "[] connect [\"port=x\"] Entry(0) \"a/\" quoted"
        );
        assert_eq!(at("a b \\\n  |"), "[] a [\"=b\"] Entry(1) \"\"");
    }

    #[test]
    fn comments_want_nothing() {
        assert_eq!(at("a // b|"), "[] a [] Nothing \"\"");
        assert_eq!(at("/* |"), "[]  [] Nothing \"\"");
    }
}
