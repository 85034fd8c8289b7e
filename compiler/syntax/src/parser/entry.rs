//! Arguments, properties and type annotations.

use super::Parser;
use super::item::Item;
use crate::chars::is_blank;
use crate::slices::matching_bracket;
use crate::words::quote;
use crate::{Entry, Name, Span, SyntaxError, SyntaxErrorKind, Token, TokenKind};

/// How many tokens of a line are looked at for the quote that lacks.
const QUOTE_REACH: usize = 64;

impl Parser<'_, '_> {
    /// Reads entries up to the block or the end of the node.
    pub(super) fn entries(&mut self, entries: &mut Vec<Entry>) {
        let mut block_seen = false;
        let first = self.pos;
        loop {
            let spaced = self.skip_trivia(false);
            let Some(token) = self.peek() else { return };
            match token.kind {
                TokenKind::Newline | TokenKind::Semicolon | TokenKind::CloseBrace => return,
                TokenKind::OpenBrace => {
                    if !self.is_template(self.pos) {
                        return;
                    }
                    self.template();
                }
                TokenKind::OpenBracket => self.list(),
                TokenKind::CloseBracket if self.list > 0 => {
                    self.list -= 1;
                    self.pos += 1;
                    self.joined = self.pos;
                }
                TokenKind::Equals | TokenKind::CloseParen | TokenKind::CloseBracket => {
                    self.unexpected();
                    self.joined = self.pos;
                }
                TokenKind::Slashdash => {
                    if !spaced && self.joined != self.pos {
                        self.missing_space(token, true);
                    }
                    block_seen |= self.commented_entry();
                }
                _ => {
                    if !spaced && self.joined != self.pos && self.glued(token, first) {
                        continue;
                    }
                    if block_seen {
                        self.error(SyntaxErrorKind::AfterBlock, self.span_of(token));
                    }
                    let before = self.pos;
                    entries.extend(self.entry());
                    if self.pos == before {
                        self.unexpected();
                    }
                }
            }
        }
    }

    /// `[`: reported, and its content read like arguments.
    fn list(&mut self) {
        let Some(open) = self.peek() else { return };
        let mut span = self.span_of(open);
        let close = matching_bracket(self.source.tokens, self.pos).and_then(|at| self.at(at));
        if self.list == 0 {
            if let Some(close) = close {
                span = span.join(self.span_of(close));
            }
            self.error(SyntaxErrorKind::ListBrackets, span);
        }
        self.list += u32::from(close.is_some());
        self.pos += 1;
        self.joined = self.pos;
    }

    /// `/-` and what it comments out; returns whether that was a block.
    fn commented_entry(&mut self) -> bool {
        let Some(mark) = self.peek() else { return false };
        self.pos += 1;
        self.skip_trivia(true);
        let lost = self.lost;
        self.commented += 1;
        let is_block = self.peek_kind() == Some(TokenKind::OpenBrace);
        match self.peek_kind() {
            None | Some(TokenKind::CloseBrace | TokenKind::Semicolon | TokenKind::Slashdash) => {
                self.error(SyntaxErrorKind::NothingToCommentOut, self.span_of(mark));
            }
            Some(TokenKind::OpenBrace) => {
                self.block();
            }
            Some(_) => {
                self.entry();
            }
        }
        self.commented -= 1;
        self.lost = lost;
        is_block
    }

    /// Two things without a blank between them, of which the first is the name
    /// of the node if the second is at `first`. Returns whether the rest of the
    /// line was passed because a quote in it lacks its partner.
    fn glued(&mut self, token: Token, first: usize) -> bool {
        if matches!(
            token.kind,
            TokenKind::UnterminatedString | TokenKind::UnterminatedMultilineString
        ) {
            return false;
        }
        let before = self.pos.checked_sub(1).and_then(|at| self.at(at));
        let quoted = before.filter(|before| before.kind == TokenKind::QuotedString);
        let line = self.source.tokens.iter().enumerate().skip(self.pos).take(QUOTE_REACH);
        let broken =
            line.take_while(|(_, token)| token.kind != TokenKind::Newline).find(|(at, token)| {
                token.kind == TokenKind::UnterminatedString || self.hides_quote(*at)
            });
        if let (Some(before), Some((at, _))) = (quoted, broken) {
            if token.kind == TokenKind::QuotedString && token.start == before.end {
                let mark = self.span_of(token).at(0, 1);
                let error = SyntaxError::new(SyntaxErrorKind::ExtraQuote, mark);
                self.report(error.with_fix(mark, ""));
                self.lost = true;
                self.pos = at + 1;
                return true;
            }
            let kind =
                SyntaxErrorKind::UnterminatedString { multiline: false, closing: "\"".into() };
            self.error(kind, self.span_of(before).at(0, 1));
            self.lost = true;
            self.pos = at + 1;
            return true;
        }
        let is_of_name = self.pos == first && !self.text(token).starts_with("\" ");
        let blank = is_of_name || before.is_some_and(|before| self.are_two(before, token));
        self.missing_space(token, blank);
        false
    }

    /// Whether this is the rest of a URL without quotes, read as a comment, in
    /// which the quote stands that lacks.
    fn hides_quote(&self, index: usize) -> bool {
        let scheme = index.checked_sub(1).and_then(|before| self.at(before));
        self.at(index).zip(scheme).is_some_and(|(comment, scheme)| {
            comment.kind == TokenKind::LineComment
                && comment.start == scheme.end
                && self.text(comment).matches('"').count() % 2 == 1
        })
    }

    /// Reports that there is no blank before a token; `blank` says that one is
    /// all that lacks.
    fn missing_space(&mut self, token: Token, blank: bool) {
        let error = SyntaxError::new(SyntaxErrorKind::MissingSpace, self.span_of(token));
        let fix = self.span(token.start, token.start);
        self.report(if blank { error.with_fix(fix, " ") } else { error });
    }

    /// Whether two things without a blank between them are two for certain, not
    /// one text in which quotes stand.
    fn are_two(&self, before: Token, token: Token) -> bool {
        let next = self.at(self.pos + 1).filter(|next| next.start == token.end);
        let next = next.map(|next| next.kind);
        match (before.kind, token.kind) {
            (TokenKind::QuotedString, TokenKind::QuotedString) => {
                let joint = self.span(before.end - 2, token.start + 2).slice(self.source.text);
                next != Some(TokenKind::QuotedString)
                    && before.end - before.start > 2
                    && token.end - token.start > 2
                    && !joint.contains(is_blank)
            }
            (TokenKind::QuotedString, TokenKind::Identifier) => next == Some(TokenKind::Equals),
            (TokenKind::QuotedString, TokenKind::Number | TokenKind::Keyword) => {
                next.is_none_or(|next| next.is_trivia() || next == TokenKind::Semicolon)
            }
            (TokenKind::Number | TokenKind::Keyword, _) => true,
            _ => false,
        }
    }

    /// Whether the next token is a name that its value in quotes follows
    /// without `=`.
    fn lacks_equals(&self) -> bool {
        let is_name = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_lowercase())
                && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        let (Some(name), Some(value)) = (self.peek(), self.at(self.pos + 1)) else { return false };
        let ends = self.at(self.pos + 2).is_none_or(|next| {
            next.kind.is_trivia()
                || matches!(
                    next.kind,
                    TokenKind::Semicolon | TokenKind::OpenBrace | TokenKind::CloseBrace
                )
        });
        name.kind == TokenKind::Identifier
            && value.kind == TokenKind::QuotedString
            && name.end == value.start
            && ends
            && is_name(self.text(name))
    }

    /// Reads an argument or a property; `None` when it is lost.
    fn entry(&mut self) -> Option<Entry> {
        let start = self.offset();
        let ty = self.annotation();
        if let Some(name) = self.peek().filter(|_| self.lacks_equals()) {
            let (text, span) = (self.clean(self.text(name)), self.span_of(name));
            let name = Name { text: text.into(), span };
            let kind = SyntaxErrorKind::MissingEquals { name: name.text.clone() };
            let gap = self.span(span.end, span.end);
            self.report(SyntaxError::new(kind, span).with_fix(gap, "="));
            self.pos += 1;
            return self.property_value(Some(name), start);
        }
        let Some(item) = self.item(false) else {
            self.lone_annotation(ty.as_ref());
            return None;
        };
        if let Some(equals) = self.skip_to_equals() {
            if let Some(ty) = &ty {
                self.error(SyntaxErrorKind::TypeAnnotation, ty.span);
            }
            if let Some(colon) = item.colon {
                let place = item.span.join(colon.span);
                let error = SyntaxError::new(colon.kind(&item), place);
                self.report(error.with_fix(colon.span, ""));
            }
            let name = self.property_name(item)?;
            return self.property(name, equals);
        }
        if let Some(colon) = item.colon {
            let error = SyntaxError::new(colon.kind(&item), item.span.join(colon.span));
            self.skip_trivia(false);
            if item.value.is_text() && self.at_value() {
                let gap = self.span(colon.span.start, self.offset());
                self.report(if gap.slice(self.source.text).trim() == ":" {
                    error.with_fix(gap, "=")
                } else {
                    error
                });
                let name = Name { text: item.value.into_text()?, span: item.span };
                return self.property_value(Some(name), start);
            }
            self.report(error);
        }
        if let Some(error) = item.error {
            self.report(error);
        }
        let value = item.value.into_value()?;
        let span = self.span(start, item.span.end);
        Some(Entry { name: None, value, value_span: item.span, span, ty })
    }

    /// What stands before `=`, as a name.
    fn property_name(&mut self, item: Item) -> Option<Name> {
        if item.is_odd() {
            let found = item.span.slice(self.source.text);
            let kind = SyntaxErrorKind::PropertyName { found: self.quoted(found) };
            self.report(SyntaxError::new(kind, item.span).with_fix(item.span, quote(found)));
            return Some(Name { text: found.into(), span: item.span });
        }
        if let Some(error) = item.error {
            self.report(error);
        }
        Some(Name { text: item.value.into_text()?, span: item.span })
    }

    /// After `=`: the value of a property.
    fn property(&mut self, name: Name, equals: Token) -> Option<Entry> {
        self.skip_trivia(false);
        while self.peek_kind() == Some(TokenKind::Equals) {
            self.unexpected();
            self.skip_trivia(false);
        }
        self.arrow(&name, equals);
        if self.is_template(self.pos) {
            self.template();
            return None;
        }
        if !self.at_value() && self.peek_kind() != Some(TokenKind::OpenBracket) {
            let span = name.span.join(self.span_of(equals));
            self.error(SyntaxErrorKind::PropertyWithoutValue { name: name.text }, span);
            self.lost = true;
            return None;
        }
        if self.peek_kind() == Some(TokenKind::OpenBracket) {
            self.list();
            self.skip_trivia(false);
        }
        let start = name.span.start;
        self.property_value(Some(name), start)
    }

    /// Passes the `>` of `name=>value`.
    fn arrow(&mut self, name: &Name, equals: Token) {
        let head = self.peek().filter(|head| {
            head.start == equals.end
                && head.kind == TokenKind::Identifier
                && self.text(*head) == ">"
        });
        let Some(head) = head else { return };
        let before = self.pos;
        self.pos += 1;
        self.skip_trivia(false);
        if !self.at_value() {
            self.pos = before;
            return;
        }
        let error =
            SyntaxError::new(SyntaxErrorKind::PropertyArrow, self.span(equals.start, head.end));
        let gap = self.span(name.span.end, self.offset());
        let is_plain = gap.slice(self.source.text).trim() == "=>";
        self.report(if is_plain { error.with_fix(gap, "=") } else { error });
    }

    fn property_value(&mut self, name: Option<Name>, start: u32) -> Option<Entry> {
        let ty = self.annotation();
        let Some(item) = self.item(true) else {
            self.lone_annotation(ty.as_ref());
            return None;
        };
        if let Some(error) = item.error {
            self.report(error);
        }
        let value = item.value.into_value()?;
        let span = self.span(start, item.span.end);
        Some(Entry { name, value, value_span: item.span, span, ty })
    }

    /// Whether a value can begin with the next token.
    fn at_value(&self) -> bool {
        self.peek_kind().is_some_and(|kind| {
            kind.is_string()
                || matches!(
                    kind,
                    TokenKind::Number
                        | TokenKind::Keyword
                        | TokenKind::ReservedWord
                        | TokenKind::NumberLike
                        | TokenKind::UnknownKeyword
                        | TokenKind::UnterminatedString
                        | TokenKind::UnterminatedMultilineString
                        | TokenKind::CrampedMultilineString
                        | TokenKind::Unexpected
                        | TokenKind::OpenParen
                )
        })
    }

    /// Passes `=` and the blanks before it, if it is next.
    pub(super) fn skip_to_equals(&mut self) -> Option<Token> {
        let (pos, errors, lost) = (self.pos, self.errors.len(), self.lost);
        self.skip_trivia(false);
        if let Some(equals) = self.peek().filter(|token| token.kind == TokenKind::Equals) {
            self.pos += 1;
            return Some(equals);
        }
        self.errors.truncate(errors);
        (self.pos, self.lost) = (pos, lost);
        None
    }

    /// `(type)`, if it is next, and the blanks after it.
    pub(super) fn annotation(&mut self) -> Option<Name> {
        let open = self.peek().filter(|token| token.kind == TokenKind::OpenParen)?;
        let start = self.pos;
        self.pos += 1;
        self.skip_trivia(false);
        if let Some(token) = self.peek().filter(|token| token.kind.is_string()) {
            let (value, error) = self.string(token);
            self.pos += 1;
            self.skip_trivia(false);
            if self.peek_kind() == Some(TokenKind::CloseParen) {
                self.pos += 1;
                self.skip_trivia(false);
                if let Some(error) = error {
                    self.report(error);
                }
                return Some(Name { text: value.into(), span: self.span_of(token) });
            }
        }
        self.bad_annotation(start, self.span_of(open));
        None
    }

    /// Reports an annotation, if there is one, with nothing after it.
    pub(super) fn lone_annotation(&mut self, ty: Option<&Name>) {
        if let Some(ty) = ty {
            self.error(SyntaxErrorKind::TypeAnnotation, ty.span);
        }
        self.lost = true;
    }

    /// Passes what is no annotation up to its `)`, or its `(` alone.
    fn bad_annotation(&mut self, start: usize, open: Span) {
        self.pos = start + 1;
        let line = self.source.tokens.iter().enumerate().skip(self.pos).take(QUOTE_REACH);
        let close = line
            .take_while(|(_, token)| {
                !matches!(
                    token.kind,
                    TokenKind::Newline
                        | TokenKind::Semicolon
                        | TokenKind::OpenBrace
                        | TokenKind::CloseBrace
                )
            })
            .find(|(_, token)| token.kind == TokenKind::CloseParen);
        let mut span = open;
        if let Some((at, close)) = close {
            span = span.join(self.span_of(*close));
            self.pos = at + 1;
        }
        self.skip_trivia(false);
        self.lost = true;
        self.error(SyntaxErrorKind::TypeAnnotation, span);
    }
}
