//! What was written where the `{` of a block is meant.
//!
//! Only where there are more `}` than `{`, and as many lines that could lack
//! theirs: a line that ends with `(` or `:`, or a comment that has swallowed
//! the line after it, or the first line of a block.

use crate::balance::is_balanced;
use crate::words::classify;
use crate::{FileId, Span, SyntaxError, SyntaxErrorKind, Token, TokenKind};

/// So many comments are tried at most.
const MOST: usize = 16;

/// Puts the braces in, if that balances the text.
pub(crate) fn find(
    file: FileId,
    text: &str,
    tokens: &mut Vec<Token>,
    errors: &mut Vec<SyntaxError>,
) {
    let count = |kind| tokens.iter().filter(|token| token.kind == kind).count();
    let excess = count(TokenKind::CloseBrace).saturating_sub(count(TokenKind::OpenBrace));
    if excess == 0 {
        return;
    }
    let heads = heads(text, tokens);
    let signs: Vec<usize> = heads
        .iter()
        .copied()
        .filter(|at| tokens.get(*at).is_some_and(|token| token.kind != TokenKind::LineComment))
        .collect();
    if signs.len() == excess {
        let mut with = tokens.clone();
        let found = signs.iter().rev().filter_map(|at| open(file, text, &mut with, *at)).collect();
        if is_balanced(&with) {
            *tokens = with;
            add(errors, found);
            return;
        }
    }
    if excess > 1 {
        return;
    }
    for at in heads.iter().rev().take(MOST) {
        let mut without = tokens.clone();
        let Some(error) = skip(file, &mut without, *at) else { continue };
        if is_balanced(&without) {
            *tokens = without;
            add(errors, vec![error]);
            return;
        }
    }
}

fn add(errors: &mut Vec<SyntaxError>, found: Vec<SyntaxError>) {
    errors.extend(found);
    errors.sort_by_key(|error| error.span);
}

/// The last tokens of lines that could lack their brace, and below which
/// something is indented: `(`, a word that ends with `:`, a comment that ends
/// with `{`.
fn heads(text: &str, tokens: &[Token]) -> Vec<usize> {
    let mut heads = Vec::new();
    // The last head, while its next line isn't known, with its indentation.
    let mut waiting: Option<(usize, u32)> = None;
    let (mut start, mut indent) = (0, None);
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Newline => (start, indent) = (token.end, None),
            TokenKind::Whitespace => {}
            kind => {
                let is_first = indent.is_none();
                let own = *indent.get_or_insert(token.start - start);
                let is_comment = kind == TokenKind::LineComment;
                if let Some((head, above)) = waiting.filter(|_| is_first) {
                    // A block whose every line is a comment has its `{` in one
                    // as well; below other lines comments don't count.
                    let in_comment =
                        tokens.get(head).is_some_and(|head| head.kind == TokenKind::LineComment);
                    if is_comment && !in_comment {
                        continue;
                    }
                    if own > above && !is_comment {
                        heads.push(head);
                    }
                    waiting = None;
                }
                let ends = tokens.get(index + 1).is_none_or(|next| next.kind == TokenKind::Newline);
                let said = token.text(text);
                let is_head = match kind {
                    TokenKind::OpenParen => !is_first,
                    TokenKind::Identifier | TokenKind::NumberLike => said.ends_with(':'),
                    TokenKind::LineComment => said.trim_end().ends_with(" {"),
                    _ => false,
                };
                if is_head && ends {
                    waiting = Some((index, own));
                }
            }
        }
    }
    heads
}

/// Makes a brace of what stands for it.
fn open(file: FileId, text: &str, tokens: &mut Vec<Token>, at: usize) -> Option<SyntaxError> {
    let token = tokens.get_mut(at)?;
    if token.kind == TokenKind::OpenParen {
        token.kind = TokenKind::OpenBrace;
        let span = Span::new(file, token.start, token.end);
        return Some(
            SyntaxError::new(SyntaxErrorKind::ParenthesisForBrace, span).with_fix(span, "{"),
        );
    }
    let colon = token.end.checked_sub(1)?;
    let span = Span::new(file, colon, token.end);
    let brace = Token { kind: TokenKind::OpenBrace, start: colon, end: token.end };
    if token.start == colon {
        *token = brace;
    } else {
        token.end = colon;
        token.kind = classify(token.text(text)).unwrap_or(token.kind);
        tokens.insert(at + 1, brace);
    }
    let is_apart = text.get(..colon as usize).is_some_and(|before| before.ends_with([' ', '\t']));
    let fix = if is_apart { "{" } else { " {" };
    Some(SyntaxError::new(SyntaxErrorKind::ColonForBrace, span).with_fix(span, fix))
}

/// Takes out what stands between a comment and the `}` of the block that
/// begins in it, so that it is as if all of it were a comment.
fn skip(file: FileId, tokens: &mut [Token], at: usize) -> Option<SyntaxError> {
    let comment = tokens.get(at).copied().filter(|token| token.kind == TokenKind::LineComment)?;
    let mut depth = 1_usize;
    let rest = tokens.iter().enumerate().skip(at + 1);
    let (last, closing) = rest
        .filter(|(_, token)| matches!(token.kind, TokenKind::OpenBrace | TokenKind::CloseBrace))
        .find(|(_, token)| {
            if token.kind == TokenKind::OpenBrace {
                depth += 1;
            } else {
                depth -= 1;
            }
            depth == 0
        })?;
    let end = Span::new(file, closing.start, closing.end);
    for token in tokens.get_mut(at + 1..=last)? {
        if token.kind != TokenKind::Newline {
            token.kind = TokenKind::Whitespace;
        }
    }
    let span = Span::new(file, comment.start, comment.end);
    let mut error = SyntaxError::new(SyntaxErrorKind::CommentedBrace, span);
    error.related.push((end, "and this is its `}`"));
    Some(error)
}
