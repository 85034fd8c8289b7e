//! Which parts of a text can be laid out, and which are left alone.

use std::ops::Range;

use crate::{Slice, SyntaxError, SyntaxErrorKind, Token, TokenKind, slices};

/// Neighbouring slices that are all sound, or all not.
pub(super) struct Part {
    /// Index of the first token.
    pub(super) first: usize,
    /// Index after the last token.
    pub(super) last: usize,
    /// Whether it may be laid out.
    pub(super) sound: bool,
}

impl Part {
    /// The bytes of the part.
    pub(super) fn range(&self, tokens: &[Token]) -> Range<usize> {
        let start = tokens.get(self.first).map_or(0, |token| token.start);
        let end = self.last.checked_sub(1).and_then(|last| tokens.get(last));
        start as usize..end.map_or(start, |token| token.end) as usize
    }
}

/// Cuts a text into parts, without a gap between them.
///
/// Not sound is a slice with an error, with a token that is not KDL, or with
/// braces that don't match in it; what, going by its indentation, was meant to
/// belong to such a one; and every slice that has no line break between itself
/// and such a one.
pub(super) fn parts(text: &str, tokens: &[Token], errors: &[SyntaxError]) -> Vec<Part> {
    let slices = slices(text, tokens);
    let mut sound: Vec<bool> = slices.iter().map(|slice| is_sound(tokens, slice)).collect();
    for error in errors {
        // An error between two slices, of no length, may be of either.
        // All versions of a conflict, and a block whose brace is in a comment.
        let reaches =
            matches!(error.kind, SyntaxErrorKind::ConflictMarker | SyntaxErrorKind::CommentedBrace);
        let last = error.related.last().filter(|_| reaches);
        let (start, end) = (error.span.start, last.map_or(error.span.end, |(last, _)| last.end));
        let empty = u32::from(start == end);
        let first = slices.partition_point(|slice| slice.end + empty <= start);
        let of_error = slices.iter().zip(&mut sound).skip(first);
        for (_, sound) in of_error.take_while(|(slice, _)| slice.start < end + empty) {
            *sound = false;
        }
    }
    if sound.contains(&false) {
        doubt(tokens, &slices, &mut sound);
    }
    let ends_line = |slice: &Slice| {
        let last = slice.last_token.checked_sub(1).and_then(|last| tokens.get(last));
        last.is_some_and(|token| token.kind == TokenKind::Newline)
    };
    let ends_line: Vec<bool> = slices.iter().map(ends_line).collect();
    let joined = |index: usize| ends_line.get(index) == Some(&false);
    for index in 1..sound.len() {
        if joined(index - 1) && sound.get(index - 1) == Some(&false) {
            sound.get_mut(index).into_iter().for_each(|sound| *sound = false);
        }
    }
    for index in (1..sound.len()).rev() {
        if joined(index - 1) && sound.get(index) == Some(&false) {
            sound.get_mut(index - 1).into_iter().for_each(|sound| *sound = false);
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    for (slice, sound) in slices.iter().zip(sound) {
        match parts.last_mut() {
            Some(part) if part.sound == sound => part.last = slice.last_token,
            _ => parts.push(Part { first: slice.first_token, last: slice.last_token, sound }),
        }
    }
    parts
}

/// Where a `{` is missing, what belongs to its node stands as slices of the
/// top, which alone are sound; only their indentation still says whose they
/// are. So that stays: from the line that lacks its brace to the `}` that is
/// one too many, and below a broken line as far as there is indentation.
fn doubt(tokens: &[Token], slices: &[Slice], sound: &mut [bool]) {
    let begins: Vec<Option<(u32, TokenKind)>> =
        slices.iter().map(|slice| begin(tokens, slice)).collect();
    let column = |index: usize| begins.get(index).copied().flatten().map(|(column, _)| column);
    let mut broken: Option<u32> = None;
    for index in 0..sound.len() {
        let Some(is_sound) = sound.get_mut(index) else { continue };
        match (column(index), broken) {
            (Some(own), Some(above)) if own > above => *is_sound = false,
            (Some(own), _) => broken = (!*is_sound).then_some(own),
            (None, _) => {}
        }
        let is_brace = begins
            .get(index)
            .is_some_and(|begin| matches!(begin, Some((_, TokenKind::CloseBrace))));
        if let Some(own) = column(index).filter(|_| is_brace) {
            for before in (0..index).rev() {
                sound.get_mut(before).into_iter().for_each(|sound| *sound = false);
                if column(before).is_some_and(|column| column <= own) {
                    break;
                }
            }
        }
    }
}

/// The column of what a slice begins with, and what that is; `None` if it isn't
/// the first on its line.
fn begin(tokens: &[Token], slice: &Slice) -> Option<(u32, TokenKind)> {
    let own = tokens.get(slice.first_token..slice.last_token)?;
    let first = slice.first_token + own.iter().position(|token| !token.kind.is_trivia())?;
    let before = |back: usize| first.checked_sub(back).and_then(|at| tokens.get(at));
    let breaks = |token: Option<&Token>| token.is_none_or(|token| token.kind == TokenKind::Newline);
    let kind = tokens.get(first)?.kind;
    match before(1) {
        before if breaks(before) => Some((0, kind)),
        Some(blank) if blank.kind == TokenKind::Whitespace && breaks(before(2)) => {
            Some((blank.end - blank.start, kind))
        }
        _ => None,
    }
}

/// Whether all tokens are KDL, and each brace has its partner.
fn is_sound(tokens: &[Token], slice: &Slice) -> bool {
    let mut depth = 0_usize;
    for token in tokens.get(slice.first_token..slice.last_token).unwrap_or_default() {
        match token.kind {
            TokenKind::OpenBrace => depth += 1,
            TokenKind::CloseBrace => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            kind if kind >= TokenKind::ReservedWord => return false,
            _ => {}
        }
    }
    depth == 0
}
