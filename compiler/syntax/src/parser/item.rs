//! One name or value, whatever it is written as.

use super::Parser;
use crate::words::{RESERVED, classify, quote};
use crate::{Span, SyntaxError, SyntaxErrorKind, Template, Token, TokenKind, Value, ValueKind};

/// How many tokens are looked at for the second of a pair of quotes.
pub(super) const QUOTE_REACH: usize = 64;

/// What was read.
pub(super) enum Payload {
    /// A string, which can be a name too.
    Text(Box<str>),
    /// Another value.
    Value(Value),
    /// Nothing that means anything; the error is reported already.
    Nothing,
}

impl Payload {
    pub(super) const fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    pub(super) fn into_text(self) -> Option<Box<str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Value(_) | Self::Nothing => None,
        }
    }

    pub(super) fn into_value(self) -> Option<Value> {
        match self {
            Self::Text(text) => Some(Value { kind: ValueKind::String(text), repr: Box::default() }),
            Self::Value(value) => Some(value),
            Self::Nothing => None,
        }
    }
}

/// A colon after a name.
#[derive(Clone, Copy)]
pub(super) struct Colon {
    pub(super) span: Span,
    json: bool,
}

impl Colon {
    /// The error it is.
    pub(super) fn kind(self, item: &Item) -> SyntaxErrorKind {
        let name = match &item.value {
            Payload::Text(text) => text.clone(),
            Payload::Value(_) | Payload::Nothing => Box::default(),
        };
        if self.json {
            SyntaxErrorKind::JsonKey { name }
        } else {
            SyntaxErrorKind::YamlKey { name }
        }
    }
}

/// A name or value.
pub(super) struct Item {
    pub(super) value: Payload,
    /// Where it stands, without a colon or comma after it.
    pub(super) span: Span,
    /// It is a number or keyword, or would be with another spelling.
    pub(super) odd: bool,
    pub(super) colon: Option<Colon>,
    /// What is wrong with it as a value; not reported yet.
    pub(super) error: Option<SyntaxError>,
}

impl Item {
    pub(super) const fn new(value: Payload, span: Span) -> Self {
        Self { value, span, odd: false, colon: None, error: None }
    }

    /// Whether it can't be a name.
    pub(super) const fn is_odd(&self) -> bool {
        self.odd
    }
}

impl<'a> Parser<'a, '_> {
    /// Reads one name or value; `None`, and nothing is passed, when there is
    /// none. A colon at its end belongs to it only if it is `assigned`, after
    /// an equals sign.
    pub(super) fn item(&mut self, assigned: bool) -> Option<Item> {
        let token = self.peek()?;
        match token.kind {
            TokenKind::Identifier
            | TokenKind::Number
            | TokenKind::NumberLike
            | TokenKind::ReservedWord
            | TokenKind::Keyword
            | TokenKind::UnknownKeyword
            | TokenKind::Unexpected => {
                Some(if let Some(end) = self.lacks_opening_quote(token, assigned) {
                    self.no_opening_quote(token, end)
                } else if self.wrong_quotes_end(token).is_some() {
                    self.wrong_quotes(token)
                } else if self.is_url(token) {
                    self.url(token)
                } else if self.runs_on(token) {
                    self.run(token, assigned)
                } else {
                    self.word(token, assigned)
                })
            }
            TokenKind::QuotedString
            | TokenKind::MultilineString
            | TokenKind::RawString
            | TokenKind::MultilineRawString
            | TokenKind::UnterminatedString
            | TokenKind::UnterminatedMultilineString
            | TokenKind::CrampedMultilineString => Some(self.string_item(token, assigned)),
            _ => None,
        }
    }

    /// The token after `index`, if nothing is between them.
    pub(super) fn glued_after(&self, index: usize) -> Option<Token> {
        let (token, next) = (self.at(index)?, self.at(index + 1)?);
        (token.end == next.start && next.end > next.start).then_some(next)
    }

    /// Whether a word goes on with characters that a word can't have.
    fn runs_on(&self, token: Token) -> bool {
        let text = self.text(token);
        let Some(next) = self.glued_after(self.pos) else {
            return token.kind == TokenKind::Unexpected;
        };
        match next.kind {
            _ if token.kind == TokenKind::Unexpected => true,
            TokenKind::Unexpected
            | TokenKind::Slashdash
            | TokenKind::Keyword
            | TokenKind::UnknownKeyword
            | TokenKind::OpenParen => true,
            TokenKind::OpenBracket => !text.ends_with([':', ',']),
            TokenKind::CloseBracket => self.list == 0,
            TokenKind::OpenBrace => {
                self.is_strict() && text.ends_with('$') || self.is_template(self.pos + 1)
            }
            TokenKind::Backslash => self.continued_line(self.pos + 1).is_none(),
            _ => false,
        }
    }

    /// Where the text without a blank in it ends that begins at `index`, and
    /// the template in it, if there is one.
    fn run_end(&self, mut index: usize, assigned: bool) -> (usize, Option<Template>) {
        let mut template = None;
        let mut dollar = false;
        while let Some(token) = self.at(index) {
            let mut next = index + 1;
            match token.kind {
                TokenKind::OpenBrace if dollar || self.is_template(index) => {
                    let kind = if dollar { Template::Shell } else { Template::Braces };
                    template = template.or(Some(kind));
                    next = self.block_end(index);
                }
                TokenKind::OpenParen if dollar => {
                    template = template.or(Some(Template::Parentheses));
                }
                TokenKind::Equals if !assigned => break,
                TokenKind::CloseBracket if self.list > 0 => break,
                TokenKind::Backslash if self.continued_line(index).is_some() => break,
                TokenKind::Semicolon
                | TokenKind::OpenBrace
                | TokenKind::CloseBrace
                | TokenKind::UnterminatedString
                | TokenKind::UnterminatedMultilineString => break,
                kind if kind.is_trivia() => break,
                _ => {}
            }
            dollar = self.text(token).ends_with('$');
            index = next;
        }
        (index, template)
    }

    /// A text that needs quotes, or a template.
    fn run(&mut self, token: Token, assigned: bool) -> Item {
        let (end, template) = self.run_end(self.pos, assigned);
        self.pos = end.max(self.pos + 1);
        let span = self.span(token.start, self.previous_end());
        let whole = span.slice(self.source.text);
        if let Some(template) = template {
            return self.lost_template(template, span);
        }
        let text = whole.trim_end_matches(',');
        let span = span.at(0, u32::try_from(text.len()).unwrap_or(span.len()));
        self.needs_quotes(text, span)
    }

    fn needs_quotes(&self, text: &'a str, span: Span) -> Item {
        let text = self.clean(text);
        let kind = if text.starts_with(|c: char| c.is_ascii_digit()) {
            SyntaxErrorKind::NumberLike { text: text.as_ref().into() }
        } else {
            SyntaxErrorKind::NeedsQuotes { text: text.as_ref().into() }
        };
        let mut error = SyntaxError::new(kind, span);
        if is_plain(&text) {
            error = error.with_fix(span, quote(&text));
        }
        Item { error: Some(error), ..Item::new(Payload::Text(text.into()), span) }
    }

    /// Reports `{{ … }}` and what is glued to it, and passes it.
    pub(super) fn template(&mut self) {
        let start = self.offset();
        let (end, template) = self.run_end(self.pos, true);
        self.pos = end.max(self.pos + 1);
        let span = self.span(start, self.previous_end());
        self.lost_template(template.unwrap_or(Template::Braces), span);
    }

    fn lost_template(&mut self, template: Template, span: Span) -> Item {
        let text = self.quoted(span.slice(self.source.text));
        self.error(SyntaxErrorKind::Template { template, text }, span);
        self.lost = true;
        self.joined = self.pos;
        Item::new(Payload::Nothing, span)
    }

    /// Whether this is `http://…`, which KDL takes for a word and a comment.
    fn is_url(&self, token: Token) -> bool {
        token.kind == TokenKind::Identifier
            && self.is_strict()
            && self.text(token).ends_with(':')
            && self.text(token).len() > 1
            && self.glued_after(self.pos).is_some_and(|next| next.kind == TokenKind::LineComment)
    }

    fn url(&mut self, token: Token) -> Item {
        let comment = self.glued_after(self.pos).unwrap_or(token);
        let text = self.text(comment);
        let path = text.split_whitespace().next().unwrap_or_default();
        self.lost |= path.len() < text.trim_end().len();
        self.pos += 2;
        let end = comment.start + u32::try_from(path.len()).unwrap_or(0);
        let span = self.span(token.start, end);
        self.needs_quotes(span.slice(self.source.text), span)
    }

    /// A word and the comma or colon at its end.
    fn word(&mut self, token: Token, assigned: bool) -> Item {
        let mut text = self.text(token);
        let mut kind = token.kind;
        let strict = self.is_strict();
        if strict && kind == TokenKind::Identifier && closing_quote(text).is_some() {
            return self.wrong_quotes(token);
        }
        self.pos += 1;
        let mut end = token.end;
        let sound = !strict && kind == TokenKind::Identifier;
        if let Some(before) = text.strip_suffix(',').filter(|_| !sound) {
            (text, end) = (before, end - 1);
            self.comma(self.span(end, end + 1));
        }
        let mut colon = None;
        if !(assigned || sound)
            && let Some(before) = text.strip_suffix(':')
        {
            (text, end) = (before, end - 1);
            colon = Some(Colon { span: self.span(end, end + 1), json: false });
            self.joined = self.pos;
        }
        let span = self.span(token.start, end);
        if text.is_empty() {
            if let Some(colon) = colon {
                let kind = SyntaxErrorKind::YamlKey { name: Box::default() };
                self.report(SyntaxError::new(kind, colon.span).with_fix(colon.span, ""));
            }
            return Item::new(Payload::Nothing, span);
        }
        if colon.is_some() {
            let text = Payload::Text(self.clean(text).into());
            return Item { colon, ..Item::new(text, span) };
        }
        if end < token.end && kind != TokenKind::UnknownKeyword {
            kind = classify(text).unwrap_or(kind);
        }
        self.classified(kind, text, span)
    }

    fn classified(&mut self, kind: TokenKind, text: &'a str, span: Span) -> Item {
        match kind {
            TokenKind::Number => {
                let (value, error) = self.number(text, span);
                Item { odd: true, error, ..Item::new(value, span) }
            }
            TokenKind::NumberLike => Item { odd: true, ..self.needs_quotes(text, span) },
            TokenKind::ReservedWord => {
                let kind = SyntaxErrorKind::ReservedWord { word: text.into() };
                let mut error = SyntaxError::new(kind, span);
                if matches!(text, "true" | "false" | "null") {
                    error = error.with_fix(span, format!("#{text}"));
                }
                Item { odd: true, error: Some(error), ..Item::new(keyword(text), span) }
            }
            TokenKind::Keyword | TokenKind::UnknownKeyword => {
                let word = text.strip_prefix('#').unwrap_or(text);
                if RESERVED.contains(&word) {
                    return Item { odd: true, ..Item::new(keyword(word), span) };
                }
                let suggestion = suggest(word);
                let kind = SyntaxErrorKind::UnknownKeyword { found: self.quoted(text), suggestion };
                let mut error = SyntaxError::new(kind, span);
                if let Some(suggestion) = suggestion {
                    error = error.with_fix(span, suggestion);
                    let value = keyword(suggestion.trim_start_matches('#'));
                    return Item { odd: true, error: Some(error), ..Item::new(value, span) };
                }
                self.report(error);
                self.lost = true;
                Item::new(Payload::Nothing, span)
            }
            _ => Item::new(Payload::Text(self.clean(text).into()), span),
        }
    }

    /// A comma after a value; in brackets it is part of that mistake.
    fn comma(&mut self, span: Span) {
        let next = self.peek();
        let glued = next.is_some_and(|next| next.start == span.end && !next.kind.is_trivia());
        if self.list == 0 {
            let error = SyntaxError::new(SyntaxErrorKind::TrailingComma, span);
            self.report(error.with_fix(span, if glued { " " } else { "" }));
        }
        self.joined = self.pos;
    }

    /// The token in which a quote ends that KDL doesn't know, and its place.
    fn wrong_quotes_end(&self, token: Token) -> Option<(usize, u32)> {
        if !self.is_strict() || token.kind != TokenKind::Identifier {
            return None;
        }
        let closing = closing_quote(self.text(token))?;
        let line = (self.pos..self.pos + QUOTE_REACH).map_while(|at| Some((at, self.at(at)?)));
        line.take_while(|(_, token)| {
            !matches!(token.kind, TokenKind::Newline | TokenKind::OpenBrace | TokenKind::CloseBrace)
        })
        .find_map(|(index, next)| {
            let text = self.text(next).trim_end_matches([',', ':']);
            let is_opening = index == self.pos && text.chars().count() == 1;
            let len = u32::try_from(text.len()).unwrap_or(0);
            (text.ends_with(closing) && !is_opening).then_some((index, next.start + len))
        })
    }

    /// `'…'` and the like, of which KDL makes words.
    fn wrong_quotes(&mut self, token: Token) -> Item {
        let first = self.text(token).chars().next().unwrap_or_default();
        let closing = closing_quote(self.text(token)).unwrap_or(&[]);
        let (last, end) = self.wrong_quotes_end(token).unwrap_or((self.pos, token.end));
        let whole = self.at(last).map_or(end, |last| last.end);
        self.pos = last + 1;
        let span = self.span(token.start, end);
        let text = span.slice(self.source.text);
        let inner = self.clean(text.trim_start_matches(first).trim_end_matches(closing));
        if end < whole {
            self.joined = self.pos;
        }
        let kind = SyntaxErrorKind::WrongQuotes { text: inner.as_ref().into() };
        let error =
            SyntaxError::new(kind, span).with_fix(self.span(token.start, whole), quote(&inner));
        Item { error: Some(error), ..Item::new(Payload::Text(inner.into()), span) }
    }

    /// A string in quotes, and what is glued to it from other languages.
    fn string_item(&mut self, token: Token, assigned: bool) -> Item {
        if let Some(last) = self.quotes_inside() {
            return self.one_text(token, last);
        }
        let (text, error) = self.string(token);
        let glued = self.glued_after(self.pos);
        self.pos += 1;
        let span = self.span_of(token);
        let mut item = Item { error, ..Item::new(Payload::Text(text.into()), span) };
        let Some(next) = glued else { return item };
        if self.is_template(self.pos) {
            let (end, _) = self.run_end(self.pos, true);
            self.pos = end.max(self.pos + 1);
            let whole = self.span(token.start, self.previous_end());
            return self.lost_template(Template::Braces, whole);
        }
        let mark = self.span_of(next).at(0, 1);
        match (next.kind, self.text(next).chars().next()) {
            (TokenKind::Identifier, Some(',')) => {
                self.pos += 1;
                if self.span_of(next).len() == 1 {
                    self.comma(mark);
                } else {
                    // `"a",b="c"`: the property is lost.
                    let error = SyntaxError::new(SyntaxErrorKind::TrailingComma, mark);
                    self.report(error.with_fix(mark, " "));
                    if self.peek_kind() == Some(TokenKind::Equals) {
                        self.pos += 1;
                        self.pos +=
                            usize::from(self.peek_kind().is_some_and(|kind| !kind.is_trivia()));
                    }
                }
            }
            (TokenKind::Identifier, Some(':')) if !assigned => {
                self.pos += 1;
                item.colon = Some(Colon { span: mark, json: true });
            }
            _ => return item,
        }
        self.lost |= self.span_of(next).len() > 1;
        self.joined = self.pos;
        item
    }
}

/// The value of a keyword without its `#`.
fn keyword(word: &str) -> Payload {
    let kind = match word {
        "true" => ValueKind::Bool(true),
        "false" => ValueKind::Bool(false),
        "inf" => ValueKind::Float(f64::INFINITY),
        "-inf" => ValueKind::Float(f64::NEG_INFINITY),
        "nan" => ValueKind::Float(f64::NAN),
        _ => ValueKind::Null,
    };
    Payload::Value(Value { kind, repr: Box::default() })
}

/// The keyword that a word after `#` was most likely meant to be.
fn suggest(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "enabled" => Some("#true"),
        "false" | "f" | "no" | "n" | "off" | "disabled" => Some("#false"),
        "null" | "nil" | "none" | "undefined" => Some("#null"),
        "inf" | "infinity" | "+inf" => Some("#inf"),
        "-infinity" => Some("#-inf"),
        "nan" => Some("#nan"),
        _ => None,
    }
}

/// Whether a text is likely to be what a person means, as it stands: a path, an
/// address, a pattern. Signs of other languages are not.
fn is_plain(text: &str) -> bool {
    let is_sign = |c: char| "/._:-+@*?%&~,=#$()[]".contains(c);
    text.chars().all(|c| c.is_alphanumeric() || is_sign(c)) && text != "*/"
}

/// What would close the quote that a word begins with, if it does with one
/// that KDL doesn't know.
fn closing_quote(word: &str) -> Option<&'static [char]> {
    match word.chars().next()? {
        '\'' => Some(&['\'']),
        '`' => Some(&['`']),
        '‘' | '‚' => Some(&['’', '‘']),
        '“' | '„' | '”' => Some(&['”', '“']),
        '«' => Some(&['»']),
        _ => None,
    }
}
