//! Quotes that don't pair as they were meant to.

use super::Parser;
use super::item::{Item, Payload, QUOTE_REACH};
use crate::{SyntaxError, SyntaxErrorKind, Token, TokenKind};

impl Parser<'_, '_> {
    /// The index of the string without an end on the line of a word that a
    /// quote follows: what that quote should have closed has no opening one.
    pub(super) fn lacks_opening_quote(&self, token: Token, assigned: bool) -> Option<usize> {
        if !self.is_strict() || token.kind == TokenKind::Keyword {
            return None;
        }
        let mut first = self.pos;
        let quote = loop {
            let next = self.glued_after(first).filter(|_| first < self.pos + QUOTE_REACH)?;
            first += 1;
            match next.kind {
                TokenKind::QuotedString | TokenKind::UnterminatedString => break next,
                TokenKind::Equals if !assigned => return None,
                TokenKind::Semicolon | TokenKind::OpenBrace | TokenKind::CloseBrace => return None,
                kind if kind.is_trivia() => return None,
                _ => {}
            }
        };
        if !self.text(quote).starts_with('"') {
            return None;
        }
        let line = (first..first + QUOTE_REACH).map_while(|at| Some((at, self.at(at)?)));
        line.take_while(|(_, token)| token.kind != TokenKind::Newline)
            .find(|(_, token)| token.kind == TokenKind::UnterminatedString)
            .map(|(at, _)| at)
    }

    pub(super) fn no_opening_quote(&mut self, token: Token, end: usize) -> Item {
        let mut last = token.end;
        while let Some(next) = self.at(self.pos).filter(|next| !next.kind.is_trivia()) {
            if self.text(next).starts_with('"') {
                break;
            }
            last = next.end;
            self.pos += 1;
        }
        self.pos = end + 1;
        self.joined = self.pos;
        self.lost = true;
        let span = self.span(token.start, last);
        let text = self.clean(span.slice(self.source.text));
        let kind = SyntaxErrorKind::NoOpeningQuote { text: text.as_ref().into() };
        let error =
            SyntaxError::new(kind, span).with_fix(self.span(token.start, token.start), "\"");
        Item { error: Some(error), ..Item::new(Payload::Text(text.into()), span) }
    }

    /// The index of the last of the strings that are one text with quotes
    /// inside, as in `"say "yes" now"`: nothing stands between the first and
    /// what follows it, nor between the last and what is before it.
    pub(super) fn quotes_inside(&self) -> Option<usize> {
        let is_quoted = |token: Token| token.kind == TokenKind::QuotedString;
        let goes_on = |index: usize| {
            self.glued_after(index).filter(|next| {
                matches!(
                    next.kind,
                    TokenKind::Identifier
                        | TokenKind::Number
                        | TokenKind::NumberLike
                        | TokenKind::ReservedWord
                        | TokenKind::Keyword
                        | TokenKind::UnknownKeyword
                        | TokenKind::QuotedString
                        | TokenKind::Unexpected
                ) && !self.text(*next).starts_with([',', ':'])
            })
        };
        self.at(self.pos).filter(|first| is_quoted(*first))?;
        let next = goes_on(self.pos)?;
        let is_property = self.at(self.pos + 2).is_some_and(|equals| {
            equals.kind == TokenKind::Equals && next.kind == TokenKind::Identifier
        });
        if is_property {
            return None;
        }
        let mut index = self.pos + 1;
        while let Some(token) = self.at(index).filter(|_| index < self.pos + QUOTE_REACH) {
            match token.kind {
                TokenKind::QuotedString => {
                    let before = self.at(index - 1).filter(|before| before.end == token.start);
                    let before = before.filter(|before| {
                        !before.kind.is_trivia() && before.kind != TokenKind::Equals
                    });
                    // Two texts side by side, with nothing between them, are
                    // most likely two.
                    let are_two = index == self.pos + 1;
                    let after = goes_on(index);
                    if before.is_some() && after.is_none() {
                        return (!are_two).then_some(index);
                    }
                }
                TokenKind::Newline
                | TokenKind::LineComment
                | TokenKind::BlockComment
                | TokenKind::UnterminatedComment
                | TokenKind::UnterminatedString
                | TokenKind::UnterminatedMultilineString
                | TokenKind::OpenBrace
                | TokenKind::CloseBrace => return None,
                _ => {}
            }
            index += 1;
        }
        None
    }

    /// The strings up to the one at `last`, with what stands between them, as
    /// one text.
    pub(super) fn one_text(&mut self, token: Token, last: usize) -> Item {
        let mut escaped = String::new();
        for index in self.pos..=last {
            let Some(part) = self.at(index) else { break };
            let text = self.text(part);
            let inner = text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
            match inner.filter(|_| part.kind == TokenKind::QuotedString) {
                Some(inner) => {
                    escaped.push_str(if index == self.pos { "\"" } else { "\\\"" });
                    escaped.push_str(&self.clean(inner));
                    escaped.push_str(if index == last { "\"" } else { "\\\"" });
                }
                None => escaped.push_str(&self.clean(text)),
            }
        }
        self.pos = last + 1;
        let span = self.span(token.start, self.previous_end());
        let whole = span.slice(self.source.text);
        let doubled = whole.strip_prefix("\"\"").and_then(|whole| whole.strip_suffix("\"\""));
        let value = match doubled.filter(|inner| !inner.contains(['"', '\\'])) {
            Some(inner) => self.clean(inner).into_owned(),
            None => self.read_by_kdl(&escaped).unwrap_or_else(|_| escaped.clone()),
        };
        let error =
            SyntaxError::new(SyntaxErrorKind::QuotesInside { escaped: escaped.into() }, span);
        Item { error: Some(error), ..Item::new(Payload::Text(value.into()), span) }
    }
}
