//! From text to tokens.

use crate::chars::{BOM, is_blank, is_disallowed, is_newline, is_word};
use crate::words::{RESERVED, classify};
use crate::{Token, TokenKind};

/// Splits a text into its tokens.
///
/// Total: any text has tokens, and they are the text byte for byte. A text of
/// more than 4 GiB, whose offsets no [`Token`] can hold, has none.
pub fn lex(text: &str) -> Vec<Token> {
    if u32::try_from(text.len()).is_err() {
        return Vec::new();
    }
    let mut lexer = Lexer {
        text,
        pos: 0,
        line: 0,
        depth: 0,
        bare: true,
        at_node: true,
        unclosed: usize::MAX,
        unclosed_comments: 0,
    };
    // Topologies have a token for every four bytes or so.
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    while lexer.pos < text.len() {
        let start = lexer.pos;
        let kind = lexer.token();
        // No kind is empty; the `max` makes an endless loop impossible.
        lexer.pos = lexer.pos.max(start + 1);
        tokens.push(Token { kind, start: offset(start), end: offset(lexer.pos) });
        match kind {
            TokenKind::Newline => {
                (lexer.line, lexer.depth, lexer.bare) = (lexer.pos, 0, true);
            }
            TokenKind::OpenBrace => lexer.depth += 1,
            TokenKind::CloseBrace => lexer.depth = lexer.depth.saturating_sub(1),
            _ => {}
        }
        let blank = matches!(kind, TokenKind::Newline | TokenKind::Whitespace | TokenKind::Bom);
        lexer.bare &= blank;
        let before_node =
            matches!(kind, TokenKind::Newline | TokenKind::Semicolon | TokenKind::OpenBrace);
        lexer.at_node = before_node || (lexer.at_node && blank);
    }
    tokens
}

#[expect(clippy::cast_possible_truncation, reason = "`lex` refuses texts of more than 4 GiB")]
const fn offset(pos: usize) -> u32 {
    pos as u32
}

struct Lexer<'a> {
    text: &'a str,
    pos: usize,
    /// Where the current line begins.
    line: usize,
    /// How many `{` of the current line are open.
    depth: usize,
    /// Whether the current line has been blank so far.
    bare: bool,
    /// Whether a node may begin here. In another layout it would begin a line, and
    /// what looks like a comment there is one here too.
    at_node: bool,
    /// Strings in three quotes and this many `#`, or more, are not closed any
    /// more in the rest of the text.
    unclosed: usize,
    /// How many comments had no end.
    unclosed_comments: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.pos + ahead).copied()
    }

    /// Moves on by `bytes` and says what they were.
    const fn take(&mut self, bytes: usize, kind: TokenKind) -> TokenKind {
        self.pos += bytes;
        kind
    }

    /// Moves on while `holds`.
    fn take_while(&mut self, holds: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.pos += rest.find(|character| !holds(character)).unwrap_or(rest.len());
    }

    /// Moves on past `closing`, or, when it doesn't come, nowhere.
    fn take_past(&mut self, closing: &str) -> bool {
        let found = self.rest().find(closing);
        self.pos += found.map_or(0, |at| at + closing.len());
        found.is_some()
    }

    fn token(&mut self) -> TokenKind {
        let Some(byte) = self.byte(0) else { return TokenKind::Unexpected };
        if self.at_node && matches!(byte, b'-' | b'/' | b'<') && self.is_foreign_comment() {
            self.take_while(|character| !is_newline(character));
            return TokenKind::HashComment;
        }
        match byte {
            b' ' | b'\t' => self.blanks(),
            b'\r' if self.byte(1) == Some(b'\n') => self.take(2, TokenKind::Newline),
            b'\n' | b'\r' | 0xb | 0xc => self.take(1, TokenKind::Newline),
            b'{' => self.take(1, TokenKind::OpenBrace),
            b'}' => self.take(1, TokenKind::CloseBrace),
            b'(' => self.take(1, TokenKind::OpenParen),
            b')' => self.take(1, TokenKind::CloseParen),
            b'=' => self.take(1, TokenKind::Equals),
            b';' => self.take(1, TokenKind::Semicolon),
            b'\\' => self.take(1, TokenKind::Backslash),
            b'[' => self.take(1, TokenKind::OpenBracket),
            b']' => self.take(1, TokenKind::CloseBracket),
            b'"' => self.quoted(),
            b'#' => self.hash(),
            b'/' => match self.byte(1) {
                Some(b'-') => self.take(2, TokenKind::Slashdash),
                Some(b'/') => {
                    // A URL without quotes is a mistake; what follows on its
                    // line must not get lost with it.
                    let in_url = self.follows_scheme();
                    self.take_while(|character| {
                        !is_newline(character)
                            && !(in_url
                                && (is_blank(character) || matches!(character, ';' | '{' | '}')))
                    });
                    TokenKind::LineComment
                }
                Some(b'*') => self.block_comment(),
                Some(b' ' | b'\t') if self.begins_sentence() => {
                    self.take_while(|character| !is_newline(character));
                    TokenKind::HashComment
                }
                _ => self.take(1, TokenKind::Unexpected),
            },
            0..=0x7f => self.word(),
            _ => {
                let character = self.rest().chars().next().unwrap_or_default();
                if is_newline(character) {
                    self.take(character.len_utf8(), TokenKind::Newline)
                } else if is_blank(character) {
                    self.blanks()
                } else if character == BOM && self.pos == 0 {
                    self.take(character.len_utf8(), TokenKind::Bom)
                } else {
                    self.word()
                }
            }
        }
    }

    /// Whether the line goes on as comments begin in other languages.
    fn is_foreign_comment(&self) -> bool {
        let after = |mark| self.rest().strip_prefix(mark);
        let is_gap = |c| is_blank(c) || is_newline(c);
        // `--` alone is no word, whatever follows, since in another layout the
        // same would be followed by a blank.
        ["--", "<!--"].into_iter().filter_map(after).any(|rest| !rest.starts_with(is_word))
            || after("/").is_some_and(|rest| rest.is_empty() || rest.starts_with(is_gap))
    }

    /// Whether `/`, with a blank on both sides, is followed by several words and
    /// nothing else up to the end of the line.
    fn begins_sentence(&self) -> bool {
        /// A longer line is not looked through.
        const REACH: usize = 400;
        let before = self.text.get(..self.pos).unwrap_or_default();
        let near = self.rest().get(..self.rest().floor_char_boundary(REACH + 2));
        let line = near.and_then(|near| near.split(is_newline).next()).unwrap_or_default();
        let line = line.strip_prefix('/').unwrap_or(line);
        before.ends_with(is_blank)
            && line.len() <= REACH
            && !line.contains(['"', '=', '{', '}', ';', '\\', '/'])
            && line.split_whitespace().filter(|word| word.starts_with(char::is_alphabetic)).count()
                > 1
    }

    /// Whether a word with a colon stands right before, as in `https:`.
    fn follows_scheme(&self) -> bool {
        let before = self.text.get(..self.pos).unwrap_or_default();
        before.strip_suffix(':').is_some_and(|before| before.ends_with(is_word))
    }

    fn blanks(&mut self) -> TokenKind {
        self.take_while(is_blank);
        TokenKind::Whitespace
    }

    fn word(&mut self) -> TokenKind {
        let start = self.pos;
        self.take_while(is_word);
        let word = self.text.get(start..self.pos).unwrap_or_default();
        classify(word).unwrap_or(TokenKind::Disallowed)
    }

    /// `#`: a raw string, a keyword, or a comment of another language.
    fn hash(&mut self) -> TokenKind {
        let hashes = self.rest().bytes().take_while(|byte| *byte == b'#').count();
        if self.byte(hashes) == Some(b'"') {
            return self.raw_string(hashes);
        }
        let rest = self.rest().get(hashes..).unwrap_or_default();
        let word = rest.split(|character| !is_word(character)).next().unwrap_or_default();
        if hashes == 1 && RESERVED.contains(&word) {
            return self.take(1 + word.len(), TokenKind::Keyword);
        }
        if hashes == 1 && !word.is_empty() && !self.bare {
            return self.take(1 + word.len(), TokenKind::UnknownKeyword);
        }
        self.take_while(|character| !is_newline(character));
        TokenKind::HashComment
    }

    /// Comments nest, without a limit: counted, not recursed into.
    fn block_comment(&mut self) -> TokenKind {
        /// After so many without an end, one goes on to the end of the text.
        const MOST_UNCLOSED: usize = 16;
        let start = self.pos;
        let mut depth = 0_usize;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.pos) {
            let next = bytes.get(self.pos + 1);
            if *byte == b'/' && next == Some(&b'*') {
                depth += 1;
                self.pos += 2;
            } else if *byte == b'*' && next == Some(&b'/') {
                depth -= 1;
                self.pos += 2;
                if depth == 0 {
                    return TokenKind::BlockComment;
                }
            } else {
                self.pos += 1;
            }
        }
        self.unclosed_comments += 1;
        // A pattern without quotes, as `parts/*.kdl`.
        let before = self.text.get(..start).unwrap_or_default();
        let after = self.text.get(start + 2..).unwrap_or_default();
        let is_pattern = before.ends_with(is_word) && after.starts_with(is_word);
        if is_pattern && self.unclosed_comments <= MOST_UNCLOSED {
            self.pos = start + 1;
            return TokenKind::Unexpected;
        }
        if self.unclosed_comments <= MOST_UNCLOSED {
            self.pos = next_node(self.text, start + 2);
        }
        TokenKind::UnterminatedComment
    }

    fn quoted(&mut self) -> TokenKind {
        if self.rest().starts_with("\"\"\"") {
            return self.multiline(0);
        }
        self.pos += 1;
        let start = self.pos;
        loop {
            let rest = self.rest();
            let Some(at) = rest.find(|c| c == '"' || c == '\\' || is_newline(c)) else {
                self.pos = self.text.len();
                return self.unterminated(start);
            };
            self.pos += at;
            match self.byte(0) {
                Some(b'"') => return self.take(1, TokenKind::QuotedString),
                Some(b'\\') => self.escape(),
                _ => return self.over_lines().unwrap_or_else(|| self.unterminated(start)),
            }
        }
    }

    /// A text in `"` that goes on over some lines without quotes, and ends with a quote
    /// that has nothing behind it on its line.
    fn over_lines(&mut self) -> Option<TokenKind> {
        let (lines, after) = self.rest().split_once('"')?;
        let rest_of_line = after.split(is_newline).next().unwrap_or_default();
        let ends = rest_of_line.trim_start_matches(|c| is_blank(c) || matches!(c, ';' | '}'));
        if lines.ends_with('\\') || !(ends.is_empty() || ends.starts_with("//")) {
            return None;
        }
        Some(self.take(lines.len() + 1, TokenKind::CrampedMultilineString))
    }

    /// A backslash and what belongs to it: one character, or all blanks and
    /// line breaks that follow.
    fn escape(&mut self) {
        self.pos += 1;
        let next = self.rest().chars().next();
        if next.is_some_and(|character| is_blank(character) || is_newline(character)) {
            self.take_while(|character| is_blank(character) || is_newline(character));
        } else {
            self.pos += next.map_or(0, char::len_utf8);
        }
    }

    fn raw_string(&mut self, hashes: usize) -> TokenKind {
        let marks = self.rest().get(hashes..).unwrap_or_default();
        let opens_lines = marks
            .strip_prefix("\"\"\"")
            .is_some_and(|after| after.is_empty() || after.starts_with(is_newline));
        if opens_lines {
            return self.multiline(hashes);
        }
        self.pos += hashes + 1;
        let start = self.pos;
        loop {
            let rest = self.rest();
            self.pos += rest.find(|c| c == '"' || is_newline(c)).unwrap_or(rest.len());
            let Some(after) = self.rest().strip_prefix('"') else {
                return self.unterminated(start);
            };
            let closes = after.bytes().take(hashes).take_while(|byte| *byte == b'#').count();
            self.pos += 1;
            if closes == hashes {
                return self.take(hashes, TokenKind::RawString);
            }
        }
    }

    /// A string in three quotes, raw when it has hashes.
    fn multiline(&mut self, hashes: usize) -> TokenKind {
        let indented =
            self.text.get(self.line..self.pos).is_some_and(|line| line.starts_with(is_blank));
        let closing = format!("\"\"\"{}", "#".repeat(hashes));
        self.pos += closing.len();
        let start = self.pos;
        let cramped = !self.rest().starts_with(is_newline);
        // What one search has not found up to the end, none after it will.
        let closed = hashes < self.unclosed
            && if hashes > 0 { self.take_past(&closing) } else { self.take_past_quotes() };
        if closed {
            return match (cramped, hashes) {
                (true, _) => TokenKind::CrampedMultilineString,
                (false, 0) => TokenKind::MultilineString,
                (false, _) => TokenKind::MultilineRawString,
            };
        }
        self.unclosed = self.unclosed.min(hashes);
        self.pos = if indented { next_column_zero(self.text, start) } else { self.text.len() };
        TokenKind::UnterminatedMultilineString
    }

    fn take_past_quotes(&mut self) -> bool {
        while let Some(at) = self.rest().find(['"', '\\']) {
            self.pos += at;
            if self.byte(0) == Some(b'\\') {
                self.escape();
            } else if self.rest().starts_with("\"\"\"") {
                self.pos += 3;
                return true;
            } else {
                self.pos += 1;
            }
        }
        false
    }

    /// Decides where a string without a closing quote was meant to end: it
    /// has taken the rest of the line, and gives back a brace at its end that
    /// the line would otherwise lack.
    fn unterminated(&mut self, start: usize) -> TokenKind {
        let content = self.text.get(start..self.pos).unwrap_or_default();
        // A `{` at the end of the line, perhaps with a comment behind it.
        let brace = content.find("{ //").and_then(|at| content.get(..=at));
        let trimmed = brace.unwrap_or_else(|| content.trim_end_matches(is_blank));
        if let Some(before) = trimmed.strip_suffix('{').filter(|before| !before.ends_with('{')) {
            self.pos = start + before.trim_end_matches(is_blank).len();
        } else {
            let before = trimmed.trim_end_matches(|c| is_blank(c) || matches!(c, ';' | '}'));
            let braces = trimmed.get(before.len()..).unwrap_or_default().matches('}').count();
            if (1..=self.depth).contains(&braces) && !before.contains('{') {
                self.pos = start + before.len();
            }
        }
        TokenKind::UnterminatedString
    }
}

/// The line break before the next line that begins with a letter or a
/// closing brace, or the end.
fn next_column_zero(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let begins = |at: &usize| {
        let next = rest.as_bytes().get(at + 1);
        next.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'}')
    };
    let line_break = rest.match_indices('\n').map(|(at, _)| at).find(begins);
    line_break.map_or(text.len(), |at| {
        let before = rest.get(..at).unwrap_or_default();
        from + before.strip_suffix('\r').unwrap_or(before).len()
    })
}

/// The line break before the next line that looks like a node of the top, or
/// the end: a word in the first column with a value or a block behind it.
fn next_node(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let is_node = |at: &usize| {
        let line = rest.get(at + 1..).unwrap_or_default();
        let after = line.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '-');
        let value = after.trim_start_matches([' ', '\t']);
        let is_value = |c: char| c.is_ascii_digit() || matches!(c, '"' | '{' | '#');
        line.starts_with(|c: char| c.is_ascii_lowercase())
            && value.len() < after.len()
            && value.starts_with(is_value)
    };
    let line_break = rest.match_indices('\n').map(|(at, _)| at).find(is_node);
    line_break.map_or(text.len(), |at| {
        let before = rest.get(..at).unwrap_or_default();
        from + before.strip_suffix('\r').unwrap_or(before).len()
    })
}

/// The disallowed characters of a text, each run of them once: its first
/// byte, the byte after it, the first character and how many there are.
pub(crate) fn disallowed_runs(text: &str) -> Vec<(u32, u32, char, u32)> {
    let mut runs: Vec<(u32, u32, char, u32)> = Vec::new();
    // Nothing else begins with one of these bytes, so clean text is passed
    // over without being decoded.
    let suspect = |byte: u8| matches!(byte, 0..=8 | 0xe..=0x1f | 0x7f | 0xe2 | 0xef);
    let mut pos = usize::from(text.starts_with(BOM)) * BOM.len_utf8();
    while let Some(at) = text.as_bytes().get(pos..).and_then(|b| b.iter().position(|b| suspect(*b)))
    {
        pos += at;
        let Some(character) = text.get(pos..).and_then(|rest| rest.chars().next()) else { break };
        let end = pos + character.len_utf8();
        if is_disallowed(character) {
            match runs.last_mut() {
                Some(run) if run.1 as usize == pos => (run.1, run.3) = (offset(end), run.3 + 1),
                _ => runs.push((offset(pos), offset(end), character, 1)),
            }
        }
        pos = end;
    }
    runs
}
