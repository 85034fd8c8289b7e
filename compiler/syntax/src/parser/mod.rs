//! From balanced tokens to nodes.
//!
//! [`Parser`] goes over the tokens of a slice once. It knows the grammar of
//! KDL v2 and, beside it, what people write by mistake; where it meets such a
//! mistake it reports it once and reads on as the writer most likely meant.

mod entry;
mod item;
mod node;
mod quotes;
mod strings;

use std::borrow::Cow;

use crate::chars::{is_blank, is_disallowed};
use crate::parse::Source;
use crate::{Span, SyntaxError, SyntaxErrorKind, Token, TokenKind};

/// At most this many characters of a text that means nothing are quoted.
const MAX_QUOTED: usize = 40;

/// Reads the nodes of one slice.
pub(crate) struct Parser<'a, 'e> {
    source: Source<'a>,
    /// The next token.
    pos: usize,
    /// How many blocks are open.
    depth: u32,
    /// How many `/-` are around.
    commented: u32,
    /// How many `[` are open; they are errors, but their content is read.
    list: u32,
    /// A token here may follow the one before without a blank.
    joined: usize,
    /// Something of the current node was lost.
    pub(crate) lost: bool,
    errors: &'e mut Vec<SyntaxError>,
}

impl<'a, 'e> Parser<'a, 'e> {
    /// A parser of the tokens of `source`, which adds to `errors`.
    pub(crate) const fn new(source: Source<'a>, errors: &'e mut Vec<SyntaxError>) -> Self {
        let joined = usize::MAX;
        Self { source, pos: 0, depth: 0, commented: 0, list: 0, joined, lost: false, errors }
    }

    fn at(&self, index: usize) -> Option<Token> {
        self.source.tokens.get(index).copied()
    }

    fn peek(&self) -> Option<Token> {
        self.at(self.pos)
    }

    fn peek_kind(&self) -> Option<TokenKind> {
        self.peek().map(|token| token.kind)
    }

    /// Where the next token begins, or the last one ended.
    fn offset(&self) -> u32 {
        self.peek().map_or_else(|| self.previous_end(), |token| token.start)
    }

    fn previous_end(&self) -> u32 {
        self.pos.checked_sub(1).and_then(|at| self.at(at)).map_or(0, |token| token.end)
    }

    fn text(&self, token: Token) -> &'a str {
        token.text(self.source.text)
    }

    /// The text of a token without disallowed characters, each of which is an
    /// error already.
    fn clean(&self, text: &'a str) -> Cow<'a, str> {
        if self.source.dirty && text.contains(is_disallowed) {
            Cow::Owned(text.replace(is_disallowed, ""))
        } else {
            Cow::Borrowed(text)
        }
    }

    fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.source.file, start, end)
    }

    fn span_of(&self, token: Token) -> Span {
        self.span(token.start, token.end)
    }

    fn report(&mut self, error: SyntaxError) {
        self.errors.push(error);
    }

    /// Whether what KDL allows, but nobody means in a topology, is looked
    /// for: not in what is commented out.
    const fn is_strict(&self) -> bool {
        self.commented == 0
    }

    fn error(&mut self, kind: SyntaxErrorKind, span: Span) {
        self.report(SyntaxError::new(kind, span));
    }

    /// Reports the next token as one without a meaning here and passes it.
    fn unexpected(&mut self) {
        if let Some(token) = self.peek() {
            let text = self.quoted(self.text(token));
            self.error(SyntaxErrorKind::Unexpected { text }, self.span_of(token));
            self.lost = true;
            self.pos += 1;
        }
    }

    /// The first characters of a text, for an error.
    fn quoted(&self, text: &'a str) -> Box<str> {
        let text = self.clean(text);
        match text.char_indices().nth(MAX_QUOTED) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
            None => text.into(),
        }
    }

    /// Passes blanks, comments and continued lines, and, with `lines`, line
    /// breaks. Returns whether there was anything.
    fn skip_trivia(&mut self, lines: bool) -> bool {
        let start = self.pos;
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Newline if !(lines || self.list > 0) => break,
                TokenKind::HashComment if !self.text(token).starts_with('#') => {
                    let mark = self.text(token).split(is_blank).next().unwrap_or_default();
                    let kind = SyntaxErrorKind::ForeignComment { mark: mark.into() };
                    let error = SyntaxError::new(kind, self.span_of(token));
                    let len = u32::try_from(mark.len()).unwrap_or(1);
                    let place = self.span_of(token).at(0, len);
                    let is_line = mark != "<!--";
                    self.report(if is_line { error.with_fix(place, "//") } else { error });
                }
                TokenKind::HashComment => {
                    let marks = self.text(token).bytes().take_while(|b| *b == b'#').count();
                    let marks = self.span_of(token).at(0, u32::try_from(marks).unwrap_or(1));
                    let error = SyntaxError::new(SyntaxErrorKind::HashComment, self.span_of(token));
                    self.report(error.with_fix(marks, "//"));
                }
                TokenKind::UnterminatedComment => {
                    let mark = self.span_of(token).at(0, 2);
                    self.error(SyntaxErrorKind::UnterminatedComment, mark);
                    self.lost = true;
                }
                TokenKind::Backslash => {
                    let mut next = self.continued_line(self.pos);
                    if next.is_none() {
                        self.error(SyntaxErrorKind::LineContinuation, self.span_of(token));
                        next = self.line_goes_on(self.pos);
                        self.lost |= next.is_some();
                    }
                    if let Some(next) = next {
                        self.pos = next;
                        continue;
                    }
                }
                kind if kind.is_trivia() => {}
                _ => break,
            }
            self.pos += 1;
        }
        self.pos > start
    }

    /// The index after the line break that the `\` at `backslash` escapes;
    /// `None` if it is no such `\`.
    fn continued_line(&self, backslash: usize) -> Option<usize> {
        let mut index = backslash + 1;
        while let Some(token) = self.at(index) {
            index += 1;
            match token.kind {
                TokenKind::Newline => return Some(index),
                TokenKind::Whitespace | TokenKind::BlockComment | TokenKind::LineComment => {}
                _ => return None,
            }
        }
        Some(index)
    }

    /// The index of the property that the next line begins with, where a `\` is
    /// not the last on its own: what stands between is what is too much.
    fn line_goes_on(&self, backslash: usize) -> Option<usize> {
        /// How many tokens of the line are passed.
        const REACH: usize = 16;
        let rest = (backslash + 1..backslash + REACH).map_while(|at| Some((at, self.at(at)?)));
        let mut rest = rest.take_while(|(_, token)| {
            token.kind == TokenKind::Newline || token.kind < TokenKind::UnterminatedString
        });
        let (end, _) = rest.find(|(_, token)| token.kind == TokenKind::Newline)?;
        let (blank, name, equals) = (self.at(end + 1)?, self.at(end + 2)?, self.at(end + 3)?);
        let is_property = blank.kind == TokenKind::Whitespace
            && name.kind == TokenKind::Identifier
            && equals.kind == TokenKind::Equals
            && equals.start == name.end;
        is_property.then_some(end + 2)
    }

    /// Passes a block, braces and all, without reading it.
    fn skip_block(&mut self) {
        self.pos = self.block_end(self.pos);
    }

    /// The index after the block whose brace is at `index`.
    fn block_end(&self, mut index: usize) -> usize {
        let mut depth = 0_usize;
        while let Some(token) = self.at(index) {
            index += 1;
            match token.kind {
                TokenKind::OpenBrace => depth += 1,
                TokenKind::CloseBrace => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
        }
        index
    }

    /// Passes the rest of a node without reading it.
    fn skip_node(&mut self) {
        while let Some(kind) = self.peek_kind() {
            match kind {
                TokenKind::CloseBrace => return,
                TokenKind::OpenBrace => self.skip_block(),
                TokenKind::Backslash => {
                    self.pos = self.continued_line(self.pos).unwrap_or(self.pos + 1);
                }
                TokenKind::Newline | TokenKind::Semicolon => {
                    self.pos += 1;
                    return;
                }
                _ => self.pos += 1,
            }
        }
    }

    /// Whether `{{` or `{%` is at `index`.
    fn is_template(&self, index: usize) -> bool {
        let (Some(open), Some(next)) = (self.at(index), self.at(index + 1)) else { return false };
        open.kind == TokenKind::OpenBrace
            && open.end == next.start
            && (next.kind == TokenKind::OpenBrace && next.end > next.start
                || next.kind == TokenKind::Identifier && self.text(next).starts_with('%'))
    }
}
