//! What a word without quotes is.

use crate::TokenKind;
use crate::chars::{is_disallowed, is_newline};

/// A text as it stands between two `"` on one line.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            letter if is_newline(letter) || is_disallowed(letter) => {
                out.extend(letter.escape_unicode());
            }
            letter => out.push(letter),
        }
    }
    out
}

/// The words that need a `#` before them.
pub(crate) const RESERVED: [&str; 6] = ["true", "false", "null", "inf", "-inf", "nan"];

/// The kind of a word; `None` when it has none because not one of its
/// characters is allowed.
pub(crate) fn classify(word: &str) -> Option<TokenKind> {
    let bytes = word.as_bytes();
    let first = *bytes.first()?;
    if !(first.is_ascii_alphabetic() || matches!(first, b'+' | b'-' | b'.' | b'0'..=b'9')) {
        return (!word.chars().all(is_disallowed)).then_some(TokenKind::Identifier);
    }
    let unsigned = match first {
        b'+' | b'-' => bytes.get(1..).unwrap_or_default(),
        _ => bytes,
    };
    let kind = match unsigned {
        [b'0'..=b'9', ..] if is_number(unsigned) => TokenKind::Number,
        [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..] => TokenKind::NumberLike,
        _ if RESERVED.contains(&word) => TokenKind::ReservedWord,
        _ => TokenKind::Identifier,
    };
    Some(kind)
}

/// Whether `text`, without its sign, is a number of KDL.
fn is_number(text: &[u8]) -> bool {
    let prefixed = |digits: &[u8], is_digit: fn(&u8) -> bool| {
        digits.first().is_some_and(is_digit) && digits.iter().all(|b| is_digit(b) || *b == b'_')
    };
    match text {
        [b'0', b'x', digits @ ..] => prefixed(digits, u8::is_ascii_hexdigit),
        [b'0', b'o', digits @ ..] => prefixed(digits, |b| matches!(b, b'0'..=b'7')),
        [b'0', b'b', digits @ ..] => prefixed(digits, |b| matches!(b, b'0' | b'1')),
        _ => is_decimal(text),
    }
}

fn is_decimal(text: &[u8]) -> bool {
    let Some(mut rest) = strip_digits(text) else { return false };
    if let [b'.', fraction @ ..] = rest {
        let Some(after) = strip_digits(fraction) else { return false };
        rest = after;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let digits = match exponent.first() {
            Some(b'+' | b'-') => exponent.get(1..).unwrap_or_default(),
            _ => exponent,
        };
        let Some(after) = strip_digits(digits) else { return false };
        rest = after;
    }
    rest.is_empty()
}

/// What follows one digit and any digits and underscores after it.
fn strip_digits(text: &[u8]) -> Option<&[u8]> {
    if !text.first()?.is_ascii_digit() {
        return None;
    }
    let end = text.iter().position(|b| !(b.is_ascii_digit() || *b == b'_')).unwrap_or(text.len());
    text.get(end..)
}

/// A text in quotes, as KDL writes it.
pub fn quote(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        use TokenKind::{Identifier, Number, NumberLike, ReservedWord};
        for (kind, words) in [
            (Identifier, "a - + -a a1 . .a -. true1 é --- +inf"),
            (Number, "0 -1 +1 007 1_000 1_ 1.5 1.5e3 1e-3 1_0.0_1E+1_0 0xfF_ 0o17 0b1_0"),
            (NumberLike, "1a 3.3.1 1Gi 200m 10.20.0.16 1. .5 -.5 1e 1e+ 0x 0o8 0b2 1.x 1é -3d 1,"),
            (ReservedWord, "true false null inf -inf nan"),
        ] {
            for word in words.split(' ') {
                assert_eq!(classify(word), Some(kind), "{word}");
            }
        }
        assert_eq!(classify("\0\u{7f}"), None);
        assert_eq!(classify("\0a"), Some(Identifier));
    }

    #[test]
    fn an_escaped_text_is_read_as_what_it_was() {
        for text in ["a", "\"", "a\\", "\r\n\t", "\u{85}\u{2028}", "\0\u{7f}\u{202e}", "é😀#"] {
            let read = crate::parse(crate::FileId(0), &format!("n \"{}\"", escaped(text)));
            assert_eq!(read.errors, [], "{text:?}");
            assert_eq!(read.document.nodes[0].entries[0].value.as_str(), Some(text));
        }
    }
}
