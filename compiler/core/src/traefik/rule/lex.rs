//! Tokens, as Go's scanner makes them.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use super::Fault;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
    Dots,
    And,
    Or,
    Not,
    /// The end of a line after which Go sets a semicolon.
    Line,
}

impl Display for Token {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "`{word}`"),
            Self::Text(text) => write!(f, "the text `{text}`"),
            Self::Open => f.write_str("`(`"),
            Self::Close => f.write_str("`)`"),
            Self::Comma => f.write_str("`,`"),
            Self::Dots => f.write_str("`...`"),
            Self::And => f.write_str("`&&`"),
            Self::Or => f.write_str("`||`"),
            Self::Not => f.write_str("`!`"),
            Self::Line => f.write_str("the end of a line"),
        }
    }
}

/// A token and where it stands.
pub(super) type At = (Token, Range<usize>);

pub(super) fn tokens(text: &str) -> Result<Vec<At>, Fault> {
    // Most rules have no more.
    let mut lexer = Lexer { text, at: 0, tokens: Vec::with_capacity(16) };
    while let Some(character) = lexer.peek() {
        lexer.token(character)?;
    }
    // A line that ends where the rule does changes nothing.
    while lexer.tokens.last().is_some_and(|(token, _)| *token == Token::Line) {
        lexer.tokens.pop();
    }
    Ok(lexer.tokens)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<At>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn push(&mut self, start: usize, token: Token) {
        self.tokens.push((token, start..self.at));
    }

    fn token(&mut self, character: char) -> Result<(), Fault> {
        let start = self.at;
        self.next();
        match character {
            '\n' => self.line(start),
            ' ' | '\t' | '\r' => {}
            '(' => self.push(start, Token::Open),
            ')' => self.push(start, Token::Close),
            ',' => self.push(start, Token::Comma),
            '!' => self.push(start, Token::Not),
            '.' if self.rest().starts_with("..") => {
                self.at += 2;
                self.push(start, Token::Dots);
            }
            '&' | '|' => {
                if self.peek() != Some(character) {
                    return Err(Fault::new(
                        start..self.at,
                        format!(
                            "a single `{character}` joins nothing: it must be `{character}{character}`"
                        ),
                    ));
                }
                self.next();
                self.push(start, if character == '&' { Token::And } else { Token::Or });
            }
            '/' if self.rest().starts_with(['/', '*']) => self.comment(start)?,
            '`' => self.raw(start)?,
            '"' => self.quoted(start)?,
            '\'' => {
                return Err(Fault::new(
                    start..self.at,
                    "values stand in backticks, never in single quotes",
                ));
            }
            letter if letter.is_alphabetic() || letter == '_' => {
                while self.peek().is_some_and(|next| next.is_alphanumeric() || next == '_') {
                    self.next();
                }
                let word = self.text.get(start..self.at).unwrap_or_default().to_owned();
                self.push(start, Token::Word(word));
            }
            other => {
                return Err(Fault::new(
                    start..self.at,
                    format!("`{}` has no meaning outside backticks", other.escape_debug()),
                ));
            }
        }
        Ok(())
    }

    /// The end of a line ends an expression, where one could end there.
    fn line(&mut self, start: usize) {
        let ends =
            matches!(self.tokens.last(), Some((Token::Word(_) | Token::Text(_) | Token::Close, _)));
        if ends {
            self.tokens.push((Token::Line, start..start + 1));
        }
    }

    fn comment(&mut self, start: usize) -> Result<(), Fault> {
        if self.peek() == Some('/') {
            let end = self.rest().find('\n').unwrap_or(self.rest().len());
            self.at += end;
            return Ok(());
        }
        let Some(end) = self.rest().find("*/") else {
            return Err(Fault::new(start..self.text.len(), "a comment is opened and never closed"));
        };
        let lines = self.rest().get(..end).is_some_and(|comment| comment.contains('\n'));
        self.at += end + 2;
        if lines {
            self.line(start);
        }
        Ok(())
    }

    /// A text in backticks, in which nothing has a meaning.
    fn raw(&mut self, start: usize) -> Result<(), Fault> {
        let Some(end) = self.rest().find('`') else {
            return Err(Fault::new(
                start..self.text.len(),
                "a backtick is opened and never closed",
            ));
        };
        // Go drops carriage returns.
        let value = self.rest().get(..end).unwrap_or_default().replace('\r', "");
        self.at += end + 1;
        self.push(start, Token::Text(value));
        Ok(())
    }

    /// A text in quotes, with Go's escapes.
    fn quoted(&mut self, start: usize) -> Result<(), Fault> {
        let open = || "a quote is opened and never closed";
        let mut value = Vec::new();
        loop {
            let at = self.at;
            match self.next() {
                Some('"') => break,
                Some('\n') | None => return Err(Fault::new(start..self.at, open())),
                Some('\\') => self.escape(at, &mut value)?,
                Some(other) => value.extend(other.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
        // `\xff` may make what is no text; no request has it either.
        let value = String::from_utf8_lossy(&value).into_owned();
        self.push(start, Token::Text(value));
        Ok(())
    }

    fn escape(&mut self, start: usize, value: &mut Vec<u8>) -> Result<(), Fault> {
        let Some(kind) = self.next() else {
            return Err(Fault::new(start..self.at, "a quote is opened and never closed"));
        };
        let simple = match kind {
            'a' => Some(7),
            'b' => Some(8),
            'f' => Some(12),
            'n' => Some(b'\n'),
            'r' => Some(b'\r'),
            't' => Some(b'\t'),
            'v' => Some(11),
            '\\' => Some(b'\\'),
            '"' => Some(b'"'),
            _ => None,
        };
        if let Some(byte) = simple {
            value.push(byte);
            return Ok(());
        }
        let (radix, length, first) = match kind {
            '0'..='7' => (8, 3, self.at - 1),
            'x' => (16, 2, self.at),
            'u' => (16, 4, self.at),
            'U' => (16, 8, self.at),
            _ => {
                return Err(Fault::new(
                    start..self.at,
                    format!("`\\{kind}` is no escape: write the value in backticks"),
                ));
            }
        };
        let digits = self.text.get(first..first + length);
        let number = digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, radix).ok());
        self.at = first + length;
        let bad = || Fault::new(start..first, "an escape isn't finished");
        let number = number.ok_or_else(bad)?;
        if length > 3 {
            let character = char::from_u32(number).ok_or_else(bad)?;
            value.extend(character.encode_utf8(&mut [0; 4]).bytes());
        } else {
            value.push(u8::try_from(number).map_err(|_| bad())?);
        }
        Ok(())
    }
}
