//! Strings and numbers: which of YAML's forms each one takes.
//!
//! A string is written plain only if it consists of ASCII that no YAML 1.1 or
//! 1.2 reader can take for anything but this string. Text of several lines is
//! a literal block where that is safe. Everything else is in double quotes.

use std::fmt::Write;

/// Bits that [`scan`] collects over the bytes of a string.
mod seen {
    /// A space: plain only inside the string.
    pub(super) const SPACE: u8 = 1;
    /// A colon: plain only before something other than a space.
    pub(super) const COLON: u8 = 1 << 1;
    /// A character that is in no number, date or time of any reader.
    pub(super) const NOT_NUMERIC: u8 = 1 << 2;
    /// A character that is never written plain.
    pub(super) const QUOTED: u8 = 1 << 3;
    /// A character that needs a backslash between double quotes.
    pub(super) const ESCAPED: u8 = 1 << 4;
    /// A control character other than tab and line feed.
    pub(super) const CONTROL: u8 = 1 << 5;
    /// A line feed.
    pub(super) const LINE_FEED: u8 = 1 << 6;
    /// A byte of a character beyond ASCII.
    pub(super) const NON_ASCII: u8 = 1 << 7;
}

/// The bits one byte adds.
const fn class(byte: u8) -> u8 {
    match byte {
        // Letters of hexadecimal, octal and binary numbers, of exponents, of
        // `inf` and `nan`, of dates (`T`, `Z`), and type suffixes (`j`, `l`)
        // that some language might add; the comma groups digits in Ruby.
        b'a'..=b'f'
        | b'i'
        | b'j'
        | b'l'
        | b'n'
        | b'o'
        | b'p'
        | b't'
        | b'x'
        | b'z'
        | b'A'..=b'F'
        | b'I'
        | b'J'
        | b'L'
        | b'N'
        | b'O'
        | b'P'
        | b'T'
        | b'X'
        | b'Z'
        | b'0'..=b'9'
        | b'-'
        | b'_'
        | b'.'
        | b'+'
        | b','
        | b'=' => 0,
        b'a'..=b'z' | b'A'..=b'Z' => seen::NOT_NUMERIC,
        b'/' | b'%' | b'*' | b'@' | b'(' | b')' | b'$' | b'&' | b'`' | b';' | b'~' | b'?' => {
            seen::NOT_NUMERIC
        }
        b' ' => seen::SPACE,
        b':' => seen::COLON,
        b'"' | b'\\' | b'\t' => seen::QUOTED | seen::ESCAPED,
        b'\n' => seen::QUOTED | seen::ESCAPED | seen::LINE_FEED,
        0..=0x1f | 0x7f => seen::QUOTED | seen::ESCAPED | seen::CONTROL,
        0x80..=0xff => seen::QUOTED | seen::NON_ASCII,
        _ => seen::QUOTED,
    }
}

/// [`class`] of every byte: one load for each byte of output is what the
/// speed of this module rests on.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut rest: &mut [u8] = &mut classes;
    let mut byte = 0u8;
    while let [first, tail @ ..] = rest {
        *first = class(byte);
        byte = byte.wrapping_add(1);
        rest = tail;
    }
    classes
};

fn scan(text: &str) -> u8 {
    text.bytes().fold(0, |bits, byte| {
        // A byte is always an index of the table, so the check is left out.
        bits | CLASSES.get(usize::from(byte)).copied().unwrap_or(seen::QUOTED)
    })
}

/// Appends a string that starts at the cursor, and the line's end. The lines
/// of a literal block are indented by `column` spaces.
pub(super) fn push_text(out: &mut String, text: &str, column: usize) {
    let bits = scan(text);
    if is_plain(text, bits) {
        out.push_str(text);
    } else if let Some(header) = block_header(text, bits) {
        push_block(out, text, header, column);
        return;
    } else {
        push_quoted(out, text, bits);
    }
    out.push('\n');
}

/// Appends a map key, plain or quoted, without the colon.
pub(super) fn push_key(out: &mut String, key: &str) {
    let bits = scan(key);
    if is_plain(key, bits) { out.push_str(key) } else { push_quoted(out, key, bits) }
}

/// Appends a finite float so that every reader finds the same float.
///
/// YAML 1.1 wants a point in a float, and a sign in its exponent; YAML 1.2
/// and JSON allow both.
pub(super) fn push_float(out: &mut String, shortest: &str) {
    let Some((digits, exponent)) = shortest.split_once('e') else {
        return out.push_str(shortest);
    };
    out.push_str(digits);
    if !digits.contains('.') {
        out.push_str(".0");
    }
    out.push_str(if exponent.starts_with('-') { "e" } else { "e+" });
    out.push_str(exponent);
}

/// Appends `count` spaces.
#[inline]
pub(super) fn push_spaces(out: &mut String, count: usize) {
    const SPACES: &str = "                                                                ";
    let mut left = count;
    while left > 0 {
        let run = SPACES.get(..left).unwrap_or(SPACES);
        out.push_str(run);
        left -= run.len();
    }
}

#[inline]
fn is_plain(text: &str, bits: u8) -> bool {
    if bits & seen::QUOTED != 0 {
        return false;
    }
    if bits & seen::SPACE != 0 && text.ends_with(' ') {
        return false;
    }
    if bits & seen::COLON != 0 && (text.ends_with(':') || text.contains(": ")) {
        return false;
    }
    match text.as_bytes() {
        [b'0'..=b'9', ..] => bits & seen::NOT_NUMERIC != 0,
        [b'/' | b'$', ..] => true,
        // Command-line flags, and names with a leading underscore.
        [b'-', b'-', rest @ ..] | [b'-' | b'_', rest @ ..] => starts_a_word(rest),
        all => starts_a_word(all),
    }
}

/// Begins with a letter, and is not one of the words that YAML 1.1, 1.2 or a
/// language's own number parser reads as a boolean, a null or a float.
#[inline]
fn starts_a_word(text: &[u8]) -> bool {
    if !text.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let reserved: &[&str] = match text.len() {
        1 => &["y", "n"],
        2 => &["no", "on"],
        3 => &["yes", "off", "nan", "inf"],
        4 => &["true", "null"],
        5 => &["false"],
        8 => &["infinity"],
        _ => return true,
    };
    !reserved.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

/// The header of the literal block that holds `text`, if a block is safe.
///
/// Left to quotes are: text with characters a block cannot show; lines that
/// begin with a tab, which Go's reader refuses; lines that end in blanks,
/// which editors strip; text that begins with a blank, which would need an
/// indentation mark; and text that ends in several line feeds.
fn block_header(text: &str, bits: u8) -> Option<&'static str> {
    if bits & seen::LINE_FEED == 0 || bits & seen::CONTROL != 0 {
        return None;
    }
    if bits & seen::NON_ASCII != 0 && text.chars().any(is_hidden) {
        return None;
    }
    let (body, header) = text.strip_suffix('\n').map_or((text, "|-"), |body| (body, "|"));
    if body.is_empty() || body.starts_with([' ', '\n']) || body.ends_with('\n') {
        return None;
    }
    let blank_safe = |line: &str| !line.starts_with('\t') && !line.ends_with([' ', '\t']);
    body.split('\n').all(blank_safe).then_some(header)
}

fn push_block(out: &mut String, text: &str, header: &str, column: usize) {
    out.push_str(header);
    out.push('\n');
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            push_spaces(out, column);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn push_quoted(out: &mut String, text: &str, bits: u8) {
    out.push('"');
    if bits & (seen::ESCAPED | seen::NON_ASCII) == 0 {
        out.push_str(text);
    } else {
        push_escaped(out, text);
    }
    out.push('"');
}

fn push_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(needs_escape) {
        let (clean, tail) = rest.split_at(at);
        out.push_str(clean);
        let mut chars = tail.chars();
        if let Some(c) = chars.next() {
            push_escape(out, c);
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

fn needs_escape(c: char) -> bool {
    matches!(c, '"' | '\\') || is_unprintable(c)
}

/// Whether a character must not stand in YAML as it is: a control character,
/// line breaks and tabs among them, or one that some reader refuses, takes for
/// a line break or a byte-order mark, or that a person cannot see.
///
/// One such character anywhere, be it in a comment, and Go's reader, which
/// kubectl has, refuses the whole stream or finds a line that is none.
pub fn is_unprintable(c: char) -> bool {
    c.is_ascii_control() || is_hidden(c)
}

/// Characters beyond the C0 controls that are not printable in YAML, that
/// some reader takes for a line break or a byte-order mark, or that a person
/// cannot see: C1 controls, no-break and zero-width spaces, the marks that
/// reverse the direction of text, and noncharacters.
fn is_hidden(c: char) -> bool {
    // The last two of each plane are no characters.
    u32::from(c) & 0xfffe == 0xfffe
        || matches!(
            c,
            '\u{7f}'..='\u{a0}'
                | '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202f}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fdd0}'..='\u{fdef}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

fn push_escape(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        // Writing to a `String` cannot fail.
        '\0'..='\u{ffff}' => _ = write!(out, "\\u{:04X}", u32::from(c)),
        _ => _ = write!(out, "\\U{:08X}", u32::from(c)),
    }
}
