//! The classes of characters of KDL v2.

/// Byte-order mark.
pub(crate) const BOM: char = '\u{feff}';

/// Line breaks; CR LF, of two characters, is one as well.
pub(crate) const fn is_newline(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Blanks other than line breaks.
pub(crate) const fn is_blank(character: char) -> bool {
    matches!(
        character,
        '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Characters that may stand nowhere in a document, not even in a string or
/// comment, except a byte-order mark at its very beginning.
pub(crate) const fn is_disallowed(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{8}'
            | '\u{e}'..='\u{1f}'
            | '\u{7f}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | BOM
    )
}

/// Characters of a word. Disallowed ones count, so that one of them does not
/// break a word in two.
pub(crate) const fn is_word(character: char) -> bool {
    !(is_newline(character)
        || is_blank(character)
        || matches!(
            character,
            '\\' | '/' | '(' | ')' | '{' | '}' | '[' | ']' | ';' | '"' | '#' | '='
        ))
}
