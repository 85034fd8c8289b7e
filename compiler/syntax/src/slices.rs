//! The pieces of a text that can be read by themselves.

use crate::balance::balance;
use crate::{FileId, Token, TokenKind};

/// A piece of a text with one node of the top in it, and the comments and
/// blank lines before that node. The last may hold comments only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// Index of its first token.
    pub first_token: usize,
    /// Index after its last token.
    pub last_token: usize,
}

/// Cuts a text into slices, without a gap between them.
///
/// `tokens` are those of [`crate::lex`]. A cut is made after a line break or
/// `;` outside of all braces, unless the line goes on: after a `\`, after
/// `/-`, or because the next thing is the block of the node. Where braces
/// don't match, a word in the first column begins a new slice.
pub fn slices(text: &str, tokens: &[Token]) -> Vec<Slice> {
    let balanced = balance(FileId::default(), text, tokens);
    let mut slices = cut(&balanced.tokens);
    // Balanced tokens have more of them, but none of the added has a length.
    for slice in &mut slices {
        slice.first_token = tokens.partition_point(|token| token.start < slice.start);
        slice.last_token = tokens.partition_point(|token| token.start < slice.end);
    }
    slices.retain(|slice| slice.first_token < slice.last_token);
    slices
}

/// Cuts balanced tokens into slices.
pub(crate) fn cut(tokens: &[Token]) -> Vec<Slice> {
    let mut slices = Vec::new();
    let (mut first, mut depth) = (0, 0_usize);
    // `pending`: a `/-` or `\` that reaches over the next line break.
    let (mut filled, mut pending) = (false, None);
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        let mut ends = false;
        match token.kind {
            TokenKind::Newline => {
                if depth == 0 && filled && pending.is_none() {
                    match next_meaning(tokens, index) {
                        Some((at, TokenKind::OpenBrace)) => index = at - 1,
                        // A property on an indented line is the node's.
                        Some((at, TokenKind::Identifier)) if is_property_line(tokens, at) => {
                            index = at - 1;
                        }
                        _ => ends = true,
                    }
                }
                if pending == Some(TokenKind::Backslash) {
                    pending = None;
                }
            }
            kind if kind.is_trivia() => {}
            TokenKind::Semicolon => {
                ends = depth == 0;
                pending = None;
            }
            kind => {
                filled = true;
                pending = Some(kind)
                    .filter(|kind| matches!(kind, TokenKind::Slashdash | TokenKind::Backslash));
                match kind {
                    TokenKind::OpenBrace => depth += 1,
                    TokenKind::CloseBrace => depth = depth.saturating_sub(1),
                    TokenKind::OpenBracket if depth == 0 => {
                        index = matching_bracket(tokens, index).unwrap_or(index);
                    }
                    _ => {}
                }
            }
        }
        index += 1;
        if ends {
            slices.push(slice(tokens, first, index));
            (first, filled, pending) = (index, false, None);
        }
    }
    if first < tokens.len() {
        slices.push(slice(tokens, first, tokens.len()));
    }
    slices
}

fn slice(tokens: &[Token], first_token: usize, last_token: usize) -> Slice {
    let start = tokens.get(first_token).map_or(0, |token| token.start);
    let end = tokens.get(last_token - 1).map_or(start, |token| token.end);
    Slice { start, end, first_token, last_token }
}

/// Whether `name=` at `index` is the first on an indented line.
fn is_property_line(tokens: &[Token], index: usize) -> bool {
    let (Some(name), Some(equals)) = (tokens.get(index), tokens.get(index + 1)) else {
        return false;
    };
    let before = index.checked_sub(1).and_then(|before| tokens.get(before));
    equals.kind == TokenKind::Equals
        && equals.start == name.end
        && before.is_some_and(|before| before.kind == TokenKind::Whitespace)
}

/// The next token after `index` that is neither blank nor comment.
fn next_meaning(tokens: &[Token], index: usize) -> Option<(usize, TokenKind)> {
    let mut rest = tokens.iter().enumerate().skip(index + 1);
    rest.find(|(_, token)| !token.kind.is_trivia()).map(|(at, token)| (at, token.kind))
}

/// Where the list in brackets ends that begins at `index`, if it is one: over
/// several lines, but not past a brace.
pub(crate) fn matching_bracket(tokens: &[Token], index: usize) -> Option<usize> {
    /// A list is not looked at further than this.
    const REACH: usize = 256;
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(index).take(REACH) {
        match token.kind {
            TokenKind::OpenBrace | TokenKind::CloseBrace | TokenKind::Semicolon => break,
            TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseBracket => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
