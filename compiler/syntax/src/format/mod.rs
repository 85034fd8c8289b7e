//! The canonical layout of a text.
//!
//! Only what stands *between* tokens changes: blanks, line breaks, and the `;`
//! that ends a node. Every other token, a comment as well as a string, stays
//! as it is, byte for byte, and so does the order of the tokens. The layout:
//!
//! * Four blanks of indentation for each block; one node on a line; at most
//!   one blank line in a row, and none after `{`, before `}`, and at both ends
//!   of the text. The text ends with one line break.
//! * One blank between entries and before `{`; none around `=` and within
//!   `(type)`, except beside a comment.
//! * A block on one line stays there, as `{ a; b; }`, unless the line gets
//!   longer than [`MAX_WIDTH`]. A block over several lines stays so, without
//!   `;`.
//! * A comment stays on its line; comments below each other at the ends of
//!   lines stay below each other. A line that goes on after `\` does so still,
//!   indented by four more.
//! * A byte-order mark stays; line breaks between tokens become CR LF where
//!   the first of the text is one, and LF everywhere else.
//!
//! A node of the top with a syntax error in it is left alone with the lines
//! that it shares with others.

mod align;
mod edits;
mod layout;
mod parts;
mod same;
mod spacing;

use std::ops::Range;

use crate::{FileId, Parse, lex, parse};

pub use edits::apply_edits;

/// The most characters of a line with a block in it that is not broken up.
pub const MAX_WIDTH: usize = 120;

/// A larger text, in bytes, is left as it is.
const MAX_SIZE: usize = 64 << 20;

/// An edit: the range of bytes that is replaced, and what comes in its place.
pub type TextEdit = (Range<usize>, String);

/// What makes a text canonical.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Formatted {
    /// The edits, by place, none of which touches another. Each holds only
    /// what differs, and each alone leaves the meaning of the text as it is.
    pub edits: Vec<TextEdit>,
    /// The ranges of bytes that were left alone because of syntax errors.
    pub left_alone: Vec<Range<usize>>,
}

impl Formatted {
    /// The text with all edits made; `text` is the one that was formatted.
    pub fn apply(&self, text: &str) -> String {
        apply_edits(text, &self.edits)
    }

    fn nothing(text: &str) -> Self {
        let whole = 0..text.len();
        let left_alone = if text.is_empty() { Vec::new() } else { vec![whole] };
        Self { edits: Vec::new(), left_alone }
    }
}

/// Finds the edits that bring a text into its canonical layout.
///
/// Never fails. What comes out means the same and has the same errors: that is
/// checked, and where it should not be so, the text is left alone as a whole.
/// Formatting once more changes nothing. A text of more than 64 MiB is left
/// alone.
pub fn format(text: &str) -> Formatted {
    if text.len() > MAX_SIZE {
        return Formatted::nothing(text);
    }
    let before = parse(FileId::default(), text);
    let formatted = once(text, &before);
    if formatted.edits.is_empty() {
        return formatted;
    }
    let canonical = formatted.apply(text);
    let after = parse(FileId::default(), &canonical);
    // How a broken node is read may depend on how those around it are laid
    // out: then a second look would see other parts than the first.
    let settled = same::parses(&before, &after)
        && (formatted.left_alone.is_empty() || once(&canonical, &after).edits.is_empty());
    if settled { formatted } else { Formatted::nothing(text) }
}

/// The edits of [`format`](fn@format) that touch the lines of a range of bytes.
///
/// A range past the end of the text is cut off there.
pub fn format_range(text: &str, range: Range<usize>) -> Vec<TextEdit> {
    let bytes = text.as_bytes();
    let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let before = bytes.get(..start).unwrap_or_default();
    let first = before.iter().rposition(is_break).map_or(0, |at| at + 1);
    let after = bytes.get(end.max(start)..).unwrap_or_default();
    let last = after.iter().position(is_break).map_or(text.len(), |at| end.max(start) + at);
    let mut edits = format(text).edits;
    edits.retain(|(range, _)| range.start <= last && range.end >= first);
    edits
}

/// Formats without looking at what comes out.
fn once(text: &str, parse: &Parse) -> Formatted {
    let tokens = lex(text);
    let parts = parts::parts(text, &tokens, &parse.errors);
    let mut formatted = Formatted::default();
    let line_break = layout::line_break(text, &tokens);
    for part in &parts {
        if part.sound {
            layout::lay_out(text, &tokens, part, line_break, &mut formatted.edits);
        } else {
            formatted.left_alone.push(part.range(&tokens));
        }
    }
    formatted
}
