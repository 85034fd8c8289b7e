//! The marks that git leaves where two versions of a text could not be merged.

use crate::{FileId, Span, SyntaxError, SyntaxErrorKind, Token, TokenKind};

/// How many characters a mark has.
const LENGTH: usize = 7;

/// A line with a mark.
#[derive(Clone, Copy)]
struct Mark {
    sign: char,
    /// Its tokens.
    first: usize,
    last: usize,
}

/// Takes out the marks, and of two versions the second, so that the first is
/// read; `None` where there are no marks.
pub(crate) fn conflicts(
    file: FileId,
    text: &str,
    tokens: &[Token],
) -> Option<(Vec<Token>, Vec<SyntaxError>)> {
    let signs = ["<<<<<<<", ">>>>>>>", "=======", "|||||||"];
    if !signs.iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let marks = marks(text, tokens);
    let mut left = tokens.to_vec();
    let mut errors = Vec::new();
    let mut rest = marks.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let count = after.iter().take_while(|mark| mark.sign != '<').count();
        let end = after.iter().take(count).position(|mark| mark.sign == '>');
        let of_conflict = after.get(..end.map_or(0, |end| end + 1)).unwrap_or_default();
        let of_conflict = if first.sign == '<' { of_conflict } else { &[] };
        let middle = of_conflict.first().filter(|mark| mark.sign != '>');
        if let (Some(middle), Some(last)) = (middle, of_conflict.last()) {
            drop_tokens(&mut left, middle.first, last.last);
        }
        drop_tokens(&mut left, first.first, first.last);
        for mark in of_conflict {
            drop_tokens(&mut left, mark.first, mark.last);
        }
        let mut error =
            SyntaxError::new(SyntaxErrorKind::ConflictMarker, span(file, tokens, *first));
        let roles = of_conflict.iter().map(|mark| {
            let role = match mark.sign {
                '=' => "the other version begins here",
                '|' => "what both came from begins here",
                _ => "and ends here",
            };
            (span(file, tokens, *mark), role)
        });
        error.related = roles.collect();
        errors.push(error);
        rest = after.get(of_conflict.len()..).unwrap_or_default();
    }
    (!errors.is_empty()).then_some((left, errors))
}

/// The lines that begin with a mark in the first column.
fn marks(text: &str, tokens: &[Token]) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut begins = true;
    for (index, token) in tokens.iter().enumerate() {
        let at_start = begins;
        begins = token.kind == TokenKind::Newline;
        if !at_start || token.kind.is_trivia() {
            continue;
        }
        let line = text.get(token.start as usize..).unwrap_or_default();
        let sign = line.chars().next().filter(|sign| matches!(sign, '<' | '=' | '>' | '|'));
        let Some(sign) = sign else { continue };
        let count = line.chars().take(LENGTH + 1).take_while(|c| *c == sign).count();
        if count != LENGTH {
            continue;
        }
        let rest = tokens.iter().enumerate().skip(index);
        let last = rest
            .take_while(|(_, token)| token.kind != TokenKind::Newline)
            .last()
            .map_or(index, |(last, _)| last);
        marks.push(Mark { sign, first: index, last });
    }
    marks
}

fn span(file: FileId, tokens: &[Token], mark: Mark) -> Span {
    let start = tokens.get(mark.first).map_or(0, |token| token.start);
    Span::new(file, start, tokens.get(mark.last).map_or(start, |token| token.end))
}

/// Makes blanks of tokens; line breaks stay.
fn drop_tokens(tokens: &mut [Token], first: usize, last: usize) {
    for token in tokens.get_mut(first..=last).unwrap_or_default() {
        if token.kind != TokenKind::Newline {
            token.kind = TokenKind::Whitespace;
        }
    }
}
