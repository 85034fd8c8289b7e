//! What strings and numbers mean. Plain ones are taken as they stand; the
//! others are left to the `kdl` crate.

use kdl::{KdlEntry, KdlValue};

use super::Parser;
use super::item::Payload;
use crate::chars::{is_blank, is_newline};
use crate::{Span, SyntaxError, SyntaxErrorKind, Token, TokenKind, Value, ValueKind};

/// An integer of at most this many digits can't be out of range.
const SAFE_DIGITS: usize = 18;

impl<'a> Parser<'a, '_> {
    /// The text that a string stands for and, not reported yet, what is wrong
    /// with it.
    pub(super) fn string(&mut self, token: Token) -> (String, Option<SyntaxError>) {
        let text = self.text(token);
        let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
        match token.kind {
            TokenKind::QuotedString => {
                let inner = cut(text, 1, 1);
                if inner.contains('\\') {
                    self.escaped(token, inner)
                } else {
                    (self.clean(inner).into_owned(), None)
                }
            }
            TokenKind::RawString => {
                let inner = cut(text, hashes + 1, hashes + 1);
                let error = (inner == "\"" || inner.starts_with("\"\"")).then(|| {
                    let marks = self.marks(token, hashes + 1);
                    SyntaxError::new(SyntaxErrorKind::MultilineStringQuotes, marks)
                });
                (self.clean(inner).into_owned(), error)
            }
            TokenKind::MultilineString => {
                let inner = cut(text, 3, 3);
                if inner.contains('\\') {
                    self.escaped(token, inner)
                } else {
                    self.multiline(token, inner, 3)
                }
            }
            TokenKind::MultilineRawString => {
                self.multiline(token, cut(text, hashes + 3, hashes + 3), hashes + 3)
            }
            TokenKind::CrampedMultilineString
                if !text.starts_with(['#']) && !text.starts_with("\"\"\"") =>
            {
                self.quoted_lines(token)
            }
            TokenKind::CrampedMultilineString => {
                let inner = cut(text, hashes + 3, hashes + 3);
                let marks = self.marks(token, hashes + 3);
                let mut error = SyntaxError::new(SyntaxErrorKind::MultilineStringQuotes, marks);
                if hashes == 0 && !inner.contains(|c| c == '"' || is_newline(c)) {
                    error = error.with_fix(self.span_of(token), format!("\"{inner}\""));
                }
                (self.clean(inner).into_owned(), Some(error))
            }
            TokenKind::UnterminatedString | TokenKind::UnterminatedMultilineString => {
                self.unterminated(token, hashes)
            }
            _ => (self.clean(text).into_owned(), None),
        }
    }

    /// Lines in `"`, as they can be written.
    fn quoted_lines(&self, token: Token) -> (String, Option<SyntaxError>) {
        let inner = cut(self.text(token), 1, 1);
        let end = if inner.contains("\r\n") { "\r\n" } else { "\n" };
        // Who begins on the next line means what stands there.
        let lines = inner.strip_prefix(end).map_or(inner, |lines| {
            lines.trim_end_matches(is_blank).strip_suffix(end).unwrap_or(lines)
        });
        let written = format!("\"\"\"{end}{lines}{end}\"\"\"");
        let error = SyntaxError::new(SyntaxErrorKind::QuotedLines, self.marks(token, 1));
        match self.read_by_kdl(&written) {
            Ok(value) => (value, Some(error.with_fix(self.span_of(token), written))),
            Err(_) => (self.clean(inner).into_owned(), Some(error)),
        }
    }

    /// The first `len` bytes of a token.
    fn marks(&self, token: Token, len: usize) -> Span {
        self.span_of(token).at(0, u32::try_from(len).unwrap_or(1))
    }

    fn unterminated(&mut self, token: Token, hashes: usize) -> (String, Option<SyntaxError>) {
        let multiline = token.kind == TokenKind::UnterminatedMultilineString;
        let quotes = if multiline { "\"\"\"" } else { "\"" };
        let closing = format!("{quotes}{}", "#".repeat(hashes));
        let inner = self.text(token).get(hashes + quotes.len()..).unwrap_or_default();
        // Of `#"text"` the last `#` lacks, and the quote is there.
        let own = inner.trim_end_matches('#').strip_suffix('"').filter(|_| hashes > 0);
        let lacks = own.map_or(closing.as_str(), |own| {
            closing.get(inner.len() - own.len()..).unwrap_or_default()
        });
        let kind =
            SyntaxErrorKind::UnterminatedString { multiline, closing: closing.clone().into() };
        let mut error = SyntaxError::new(kind, self.marks(token, closing.len()));
        // What ends in another sign was closed by that, or belongs to no text.
        let is_odd = inner.ends_with(['\'', '`', '’', '”', '»', ',', ')', ']', ':']);
        if !(multiline || inner.is_empty() || inner.contains(is_blank) || is_odd) {
            error = error.with_fix(self.span(token.end, token.end), lacks);
        }
        self.lost = true;
        (self.clean(own.unwrap_or(inner)).trim_end().to_owned(), Some(error))
    }

    /// A string with escapes.
    fn escaped(&self, token: Token, inner: &'a str) -> (String, Option<SyntaxError>) {
        let offset = self.text(token).find(inner).unwrap_or(1);
        let Some((at, len)) = invalid_escapes(inner).next() else {
            return self.multiline(token, inner, offset);
        };
        let position = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let span = self.span_of(token).at(position(offset + at), position(len));
        let escape = self.clean(inner.get(at..at + len).unwrap_or_default());
        let mut fixed = self.text(token).to_owned();
        let all: Vec<_> = invalid_escapes(inner).collect();
        let mut are_codes = true;
        for (at, _) in all.iter().rev() {
            let at = offset + at;
            // As in JSON.
            let digits =
                fixed.get(at + 2..at + 6).filter(|_| fixed.get(at + 1..at + 2) == Some("u"));
            if let Some(digits) =
                digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            {
                let braced = format!("{{{digits}}}");
                fixed.replace_range(at + 2..at + 6, &braced);
            } else {
                fixed.insert(at, '\\');
                are_codes = false;
            }
        }
        let mut error =
            SyntaxError::new(SyntaxErrorKind::InvalidEscape { escape: escape.into() }, span);
        let value = self.read_by_kdl(&fixed);
        // Of a path, the signs of Windows may be meant, or those of the pods.
        if value.is_ok() && (are_codes || inner.contains(['^', '$', '+', '*', '?', '[', '(', '|']))
        {
            error = error.with_fix(self.span_of(token), fixed);
        }
        (value.unwrap_or_else(|_| inner.to_owned()), Some(error))
    }

    /// A string that kdl reads; `offset` is where its content begins.
    fn multiline(
        &self,
        token: Token,
        inner: &'a str,
        offset: usize,
    ) -> (String, Option<SyntaxError>) {
        match self.read_by_kdl(self.text(token)) {
            Ok(value) => (value, None),
            Err(message) => {
                let error = self.layout_error(token, inner, offset).unwrap_or_else(|| {
                    SyntaxError::new(SyntaxErrorKind::Value { message }, self.span_of(token))
                });
                (self.clean(inner).into_owned(), Some(error))
            }
        }
    }

    pub(super) fn read_by_kdl(&self, text: &str) -> Result<String, Box<str>> {
        let text: std::borrow::Cow<'_, str> = if self.source.dirty {
            text.replace(crate::chars::is_disallowed, "").into()
        } else {
            text.into()
        };
        match KdlEntry::parse(&text) {
            Ok(entry) => Ok(entry.value().as_string().unwrap_or_default().to_owned()),
            Err(error) => {
                let message = error.diagnostics.into_iter().find_map(|error| error.message);
                Err(message.unwrap_or_default().into())
            }
        }
    }

    /// The line of a string in `"""` that is not indented like its end.
    fn layout_error(&self, token: Token, inner: &str, offset: usize) -> Option<SyntaxError> {
        let at = |from: usize, len: usize| {
            let position = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
            self.span_of(token).at(position(offset + from), position(len))
        };
        let last = inner.rfind(is_newline)?;
        let indent = inner.get(last..)?.trim_start_matches(is_newline);
        if !indent.chars().all(is_blank) {
            return Some(SyntaxError::new(
                SyntaxErrorKind::MultilineStringQuotes,
                at(inner.len(), offset),
            ));
        }
        let mut start = 0;
        for line in inner.get(..last)?.split_inclusive(is_newline) {
            let content = line.trim_end_matches(is_newline);
            let blanks = content.len() - content.trim_start_matches(is_blank).len();
            if blanks < content.len() && !content.starts_with(indent) {
                // Where there is none, the character that stands in its place.
                let first = content.chars().next().map_or(1, char::len_utf8);
                let span = at(start, if blanks > 0 { blanks } else { first });
                let error = SyntaxError::new(SyntaxErrorKind::MultilineStringIndent, span);
                return Some(error.with_fix(at(start, blanks), indent));
            }
            start += line.len();
        }
        None
    }

    /// The value of a number and, not reported yet, what is wrong with it.
    pub(super) fn number(&self, text: &'a str, span: Span) -> (Payload, Option<SyntaxError>) {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let plain = digits.len() <= SAFE_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        let kind = if plain {
            text.parse().ok().map(ValueKind::Integer)
        } else {
            match KdlEntry::parse(text).map(|entry| entry.value().clone()) {
                Ok(KdlValue::Integer(integer)) => Some(ValueKind::Integer(integer)),
                Ok(KdlValue::Float(float)) if in_range(float, digits) => {
                    Some(ValueKind::Float(float))
                }
                _ => None,
            }
        };
        if let Some(kind) = kind {
            return (Payload::Value(Value { kind, repr: text.into() }), None);
        }
        let kind = SyntaxErrorKind::NumberOutOfRange { text: self.quoted(text) };
        let error = SyntaxError::new(kind, span).with_fix(span, format!("\"{text}\""));
        (Payload::Text(text.into()), Some(error))
    }
}

/// Whether a number came out as it was written, not as infinity or zero.
fn in_range(float: f64, digits: &str) -> bool {
    let mantissa = digits.split(['e', 'E']).next().unwrap_or_default();
    let is_zero = !mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    float.is_finite() && (float != 0.0 || is_zero)
}

/// A text without its first and last bytes.
fn cut(text: &str, first: usize, last: usize) -> &str {
    text.len().checked_sub(last).and_then(|end| text.get(first..end)).unwrap_or_default()
}

/// The escapes in the content of a string that KDL doesn't know: where each
/// backslash is, and the length of the escape.
fn invalid_escapes(inner: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut pos = 0;
    std::iter::from_fn(move || {
        while let Some(at) = inner.get(pos..)?.find('\\') {
            let backslash = pos + at;
            let after = inner.get(backslash + 1..).unwrap_or_default();
            let next = after.chars().next().unwrap_or_default();
            let (valid, len) = match next {
                '"' | '\\' | 'b' | 'f' | 'n' | 'r' | 't' | 's' => (true, 1),
                'u' => unicode_escape(after),
                _ => (is_blank(next) || is_newline(next), next.len_utf8()),
            };
            pos = (backslash + 1 + len).min(inner.len());
            if !valid {
                return Some((backslash, pos - backslash));
            }
        }
        None
    })
}

/// Whether `u{…}` names a character, and the length of it.
fn unicode_escape(after: &str) -> (bool, usize) {
    let Some(digits) = after.strip_prefix("u{") else { return (false, 1) };
    let len = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
    let closed = digits.as_bytes().get(len) == Some(&b'}');
    let value = digits.get(..len).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let valid = closed && (1..=6).contains(&len) && value.and_then(char::from_u32).is_some();
    (valid, 2 + len + usize::from(closed))
}
