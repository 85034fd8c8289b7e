//! Braces that don't match, made to match.
//!
//! A text whose braces balance is left as it is. In any other the missing
//! braces are guessed, so that what follows can rely on balance: the text is
//! cut at the words in the first column, each of which most likely begins a
//! node at the top, and within such a piece indentation says which brace is
//! without its partner.

use std::borrow::Cow;

use crate::parse::MAX_DEPTH;
use crate::{FileId, Span, SyntaxError, SyntaxErrorKind, Token, TokenKind};

/// At most this many places are listed with one error.
const MAX_RELATED: usize = 3;

/// Tokens in which every brace has its partner.
pub(crate) struct Balanced<'a> {
    /// The tokens: a brace too many is turned into a line break, a brace that
    /// lacks is put in with a line break after it, both of no length.
    pub(crate) tokens: Cow<'a, [Token]>,
    /// One error for each brace that had no partner.
    pub(crate) errors: Vec<SyntaxError>,
}

/// Gives every brace a partner.
pub(crate) fn balance<'a>(file: FileId, text: &str, tokens: &'a [Token]) -> Balanced<'a> {
    if is_balanced(tokens) && !tokens.iter().any(|token| token.kind == TokenKind::OpenParen) {
        return Balanced { tokens: Cow::Borrowed(tokens), errors: Vec::new() };
    }
    let mut meant = meant_braces(file, tokens);
    if is_balanced(&meant.tokens) {
        return meant;
    }
    crate::openers::find(file, text, meant.tokens.to_mut(), &mut meant.errors);
    if is_balanced(&meant.tokens) {
        return meant;
    }
    let mut balanced = repaired(file, text, &meant.tokens);
    balanced.errors.splice(0..0, meant.errors);
    balanced
}

/// Reads parentheses that enclose lines as braces, and one of two braces at
/// the end of a line as none.
fn meant_braces(file: FileId, tokens: &[Token]) -> Balanced<'_> {
    let mut meant = Cow::Borrowed(tokens);
    let mut errors = Vec::new();
    let balanced = is_balanced(tokens);
    let span = |index: usize| {
        let token = tokens.get(index);
        token.map_or_else(|| Span::new(file, 0, 0), |token| Span::new(file, token.start, token.end))
    };
    let mut change = |index: usize, kind: TokenKind| {
        if let Some(token) = meant.to_mut().get_mut(index) {
            token.kind = kind;
        }
    };
    let ends_line = |index: usize| {
        let mut rest = tokens.iter().skip(index + 1);
        let next = rest
            .find(|token| !matches!(token.kind, TokenKind::Whitespace | TokenKind::LineComment));
        next.is_some_and(|token| token.kind == TokenKind::Newline)
    };
    let mut opened = Vec::new();
    // Braces of the current line that are open, and whether it has begun.
    let (mut depth, mut begun) = (0_usize, false);
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        match token.kind {
            TokenKind::OpenParen if begun && ends_line(index) => opened.push(index),
            TokenKind::CloseParen if !begun => {
                if let Some(open) = opened.pop() {
                    change(open, TokenKind::OpenBrace);
                    change(index, TokenKind::CloseBrace);
                    let kind = SyntaxErrorKind::ParenthesisForBrace;
                    let mut error = SyntaxError::new(kind, span(open));
                    error.related.push((span(index), "and `}` here"));
                    errors.push(error);
                }
            }
            TokenKind::CloseParen if !balanced && depth > 0 && ends_line(index) => {
                change(index, TokenKind::CloseBrace);
                let kind = SyntaxErrorKind::ParenthesisForBrace;
                errors.push(SyntaxError::new(kind, span(index)).with_fix(span(index), "}"));
                depth -= 1;
            }
            TokenKind::OpenBrace
                if !balanced
                    && ends_line(index)
                    && before.is_some_and(|before| {
                        before.kind == TokenKind::OpenBrace && before.end == token.start
                    }) =>
            {
                change(index, TokenKind::Whitespace);
                let kind = SyntaxErrorKind::DoubledBrace;
                errors.push(SyntaxError::new(kind, span(index)).with_fix(span(index), ""));
            }
            TokenKind::OpenBrace => depth += 1,
            TokenKind::CloseBrace => depth = depth.saturating_sub(1),
            _ => {}
        }
        if token.kind == TokenKind::Newline {
            (depth, begun) = (0, false);
        } else {
            begun |= !token.kind.is_trivia();
        }
    }
    Balanced { tokens: meant, errors }
}

fn repaired(file: FileId, text: &str, tokens: &[Token]) -> Balanced<'static> {
    let lines = Lines::new(text, tokens);
    let whole = [(0, tokens.len())];
    let plain = Repair::new(file, text, tokens, &lines).run(&whole, false);
    let pieces = Repair::new(file, text, tokens, &lines).run(&pieces(tokens, &lines), true);
    // Without indentation every piece seems broken; then counting is better.
    let repair = if pieces.edits.len() > 2 * plain.edits.len() { plain } else { pieces };
    repair.finish()
}

pub(crate) fn is_balanced(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            TokenKind::OpenBrace => depth += 1,
            TokenKind::CloseBrace => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0
}

/// For each token, where its line begins and how far it is indented.
struct Lines {
    /// Number of the line of each token.
    line: Vec<u32>,
    /// Column of the first token of each line that is not blank or comment.
    indent: Vec<u32>,
    /// Whether a token is that first one.
    first: Vec<bool>,
}

impl Lines {
    fn new(text: &str, tokens: &[Token]) -> Self {
        let mut lines = Self {
            line: Vec::with_capacity(tokens.len()),
            indent: vec![0],
            first: Vec::with_capacity(tokens.len()),
        };
        let (mut start, mut bare, mut continued) = (0, true, false);
        for token in tokens {
            let first = bare && !token.kind.is_trivia();
            if first {
                if let Some(indent) = lines.indent.last_mut() {
                    *indent = column(text, start, token.start);
                }
                bare = false;
            }
            lines.line.push(u32::try_from(lines.indent.len() - 1).unwrap_or(u32::MAX));
            lines.first.push(first);
            if token.kind == TokenKind::Newline && !continued {
                (start, bare) = (token.end, true);
                lines.indent.push(0);
            }
            if token.kind == TokenKind::Newline || !token.kind.is_trivia() {
                continued = token.kind == TokenKind::Backslash;
            }
        }
        lines
    }

    fn line_of(&self, index: usize) -> u32 {
        self.line.get(index).copied().unwrap_or(u32::MAX)
    }

    fn indent_of(&self, index: usize) -> u32 {
        self.indent.get(self.line_of(index) as usize).copied().unwrap_or(0)
    }

    fn is_first(&self, index: usize) -> bool {
        self.first.get(index).copied().unwrap_or(false)
    }
}

/// Bytes from the start of a line to `end`, a byte-order mark apart.
fn column(text: &str, start: u32, end: u32) -> u32 {
    let blank = text.get(start as usize..end as usize).unwrap_or_default();
    u32::try_from(blank.trim_start_matches('\u{feff}').len()).unwrap_or(u32::MAX)
}

/// The ranges of tokens between the words in the first column.
fn pieces(tokens: &[Token], lines: &Lines) -> Vec<(usize, usize)> {
    let mut starts: Vec<usize> = vec![0];
    for (index, token) in tokens.iter().enumerate() {
        let begins = token.kind.is_string() || token.kind == TokenKind::Slashdash;
        if index > 0 && begins && lines.is_first(index) && lines.indent_of(index) == 0 {
            starts.push(index);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([tokens.len()]);
    starts.iter().copied().zip(ends).collect()
}

/// What is done at a token.
#[derive(Clone, Copy)]
enum Edit {
    /// Close as many blocks as given before the token.
    CloseBefore(usize),
    /// Take the token, a closing brace, out.
    Remove,
}

/// A block that is open.
#[derive(Clone, Copy)]
struct Open {
    /// The brace.
    index: usize,
    /// The first token of its node.
    node: usize,
    indent: u32,
    line: u32,
}

struct Repair<'a> {
    file: FileId,
    text: &'a str,
    tokens: &'a [Token],
    lines: &'a Lines,
    edits: Vec<(usize, Edit)>,
    errors: Vec<SyntaxError>,
}

impl<'a> Repair<'a> {
    const fn new(file: FileId, text: &'a str, tokens: &'a [Token], lines: &'a Lines) -> Self {
        Self { file, text, tokens, lines, edits: Vec::new(), errors: Vec::new() }
    }

    /// Repairs each range of tokens by itself, by indentation if `indented`.
    fn run(mut self, ranges: &[(usize, usize)], indented: bool) -> Self {
        for (start, end) in ranges {
            self.range(*start, *end, indented);
        }
        self
    }

    fn range(&mut self, start: usize, end: usize, indented: bool) {
        let count = Count::of(self.text, self.tokens.get(start..end).unwrap_or_default());
        let errors_before = self.errors.len();
        let mut missing = if indented { count.opens.saturating_sub(count.closes) } else { 0 };
        let mut excess = if indented { count.closes.saturating_sub(count.opens) } else { 0 };
        let mut open: Vec<Open> = Vec::new();
        let mut node = start;
        let mut at_node_start = true;
        for index in start..end {
            let Some(token) = self.tokens.get(index).copied() else { break };
            if token.kind.is_trivia() {
                at_node_start |= token.kind == TokenKind::Newline;
                continue;
            }
            if at_node_start {
                node = index;
            }
            at_node_start = matches!(
                token.kind,
                TokenKind::OpenBrace | TokenKind::CloseBrace | TokenKind::Semicolon
            );
            if missing > 0 && self.lines.is_first(index) {
                missing -= self.close_by_indent(&mut open, index, token.kind, missing);
            }
            match token.kind {
                TokenKind::OpenBrace => open.push(Open {
                    index,
                    node,
                    indent: self.lines.indent_of(index),
                    line: self.lines.line_of(index),
                }),
                TokenKind::CloseBrace => {
                    let misplaced = open.last().is_none_or(|top| {
                        excess > 0
                            && top.line != self.lines.line_of(index)
                            && self.lines.indent_of(index) > top.indent
                    });
                    if misplaced {
                        excess = excess.saturating_sub(1);
                        self.edits.push((index, Edit::Remove));
                        self.error(SyntaxErrorKind::StrayClosingBrace, index);
                    } else {
                        open.pop();
                    }
                }
                _ => {}
            }
        }
        if !open.is_empty() {
            self.unclosed(&open, end);
        }
        // What a string or comment has swallowed explains the rest.
        if count.unterminated || count.depth > MAX_DEPTH as usize {
            self.errors.truncate(errors_before);
        }
    }

    /// Before the first token of a line: closes the blocks which, going by
    /// its indentation, should have ended before. Returns how many.
    fn close_by_indent(
        &mut self,
        open: &mut Vec<Open>,
        index: usize,
        kind: TokenKind,
        limit: usize,
    ) -> usize {
        let indent = self.lines.indent_of(index);
        let keep = if kind == TokenKind::CloseBrace {
            // The brace closes the block whose line is indented like its own,
            // if there is one.
            let outer = open.iter().rev().take_while(|block| block.indent > indent).count();
            let partner = open.len().checked_sub(outer + 1).and_then(|at| open.get(at));
            if partner.is_some_and(|block| block.indent == indent) {
                open.len() - outer
            } else {
                open.len()
            }
        } else if kind == TokenKind::OpenBrace {
            open.len()
        } else {
            let line = self.lines.line_of(index);
            let ended = |block: &&Open| block.indent >= indent && block.line != line;
            open.len() - open.iter().rev().take_while(ended).count()
        };
        let keep = keep.max(open.len().saturating_sub(limit));
        let closed = open.split_off(keep);
        if !closed.is_empty() {
            self.unclosed(&closed, index);
        }
        closed.len()
    }

    /// Closes `open` before the token at `index`, with one error, at the
    /// innermost.
    fn unclosed(&mut self, open: &[Open], index: usize) {
        self.edits.push((index, Edit::CloseBefore(open.len())));
        let Some((inner, outer)) = open.split_last() else { return };
        let node = self.tokens.get(inner.node).filter(|token| token.kind.is_string());
        let node = node.map(|token| token.text(self.text)).unwrap_or_default();
        self.error(SyntaxErrorKind::UnclosedBlock { node: node.into() }, inner.index);
        let mut related: Vec<_> = outer
            .iter()
            .rev()
            .take(MAX_RELATED)
            .map(|block| (self.span(block.index), "this block is not closed either"))
            .collect();
        if index < self.tokens.len() {
            related.push((self.span(index), "the block seems to end before this"));
        }
        if let Some(error) = self.errors.last_mut() {
            error.related = related;
        }
    }

    fn span(&self, index: usize) -> Span {
        self.tokens.get(index).map_or_else(
            || Span::new(self.file, 0, 0),
            |token| Span::new(self.file, token.start, token.end),
        )
    }

    fn error(&mut self, kind: SyntaxErrorKind, index: usize) {
        let span = self.span(index);
        self.errors.push(SyntaxError::new(kind, span));
    }

    /// Makes the edits.
    fn finish(self) -> Balanced<'static> {
        let mut tokens = Vec::with_capacity(self.tokens.len() + 2 * self.edits.len());
        let mut edits = self.edits.iter().copied().peekable();
        // Braces are put in after the last token that means something.
        let mut meaning = 0;
        for (index, token) in self.tokens.iter().enumerate() {
            let mut kind = token.kind;
            while let Some((_, edit)) = edits.next_if(|(at, _)| *at == index) {
                match edit {
                    Edit::CloseBefore(blocks) => close(&mut tokens, blocks, meaning),
                    Edit::Remove => kind = TokenKind::Newline,
                }
            }
            tokens.push(Token { kind, ..*token });
            if !kind.is_trivia() {
                meaning = tokens.len();
            }
        }
        for (_, edit) in edits {
            if let Edit::CloseBefore(blocks) = edit {
                close(&mut tokens, blocks, meaning);
            }
        }
        Balanced { tokens: Cow::Owned(tokens), errors: self.errors }
    }
}

/// Closes blocks after the first `index` tokens.
fn close(tokens: &mut Vec<Token>, blocks: usize, index: usize) {
    let rest = tokens.split_off(index);
    let at = tokens.last().map_or(0, |token| token.end);
    for _ in 0..blocks {
        tokens.push(Token { kind: TokenKind::CloseBrace, start: at, end: at });
    }
    tokens.push(Token { kind: TokenKind::Newline, start: at, end: at });
    tokens.extend(rest);
}

/// What there is in a range of tokens.
#[derive(Default)]
struct Count {
    opens: usize,
    closes: usize,
    depth: usize,
    unterminated: bool,
}

impl Count {
    fn of(text: &str, tokens: &[Token]) -> Self {
        let mut count = Self::default();
        let mut depth = 0_usize;
        // The two tokens before.
        let mut before: [Option<Token>; 2] = [None, None];
        for token in tokens {
            // A URL out of its quotes, with the quote that closed them.
            if token.kind == TokenKind::LineComment
                && let [Some(quoted), Some(scheme)] = before
                && quoted.kind == TokenKind::QuotedString
                && (quoted.end, scheme.end) == (scheme.start, token.start)
                && scheme.text(text).ends_with(':')
            {
                count.unterminated |= token.text(text).matches('"').count() % 2 == 1;
            }
            before = [before[1], Some(*token)];
            match token.kind {
                TokenKind::OpenBrace => {
                    count.opens += 1;
                    depth += 1;
                    count.depth = count.depth.max(depth);
                }
                TokenKind::CloseBrace => {
                    count.closes += 1;
                    depth = depth.saturating_sub(1);
                }
                TokenKind::UnterminatedString
                | TokenKind::UnterminatedMultilineString
                | TokenKind::UnterminatedComment => count.unterminated = true,
                _ => {}
            }
        }
        count
    }
}
