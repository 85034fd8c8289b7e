//! From byte offsets to lines and columns and back.

use std::sync::Arc;

/// A place as people count: both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineCol {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

/// A place as the Language Server Protocol counts: both from 0, the column
/// in the units of a [`Columns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 0.
    pub line: u32,
    /// Column, from 0.
    pub character: u32,
}

/// What columns count; the Language Server Protocol lets client and server
/// agree on one (`PositionEncodingKind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Columns {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what the protocol has where nothing is agreed.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Columns {
    /// How many columns a character takes.
    const fn of(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// Where the lines of one text begin.
///
/// A line ends with LF, CR LF or CR, as in the Language Server Protocol; a
/// byte-order mark counts as no column.
#[derive(Debug, Clone)]
pub struct LineIndex {
    text: Arc<str>,
    /// Offset of the first byte of each line; the first is 0.
    starts: Vec<u32>,
    /// Places inside of long lines, so that no such line is counted through for
    /// each of its errors.
    marks: Vec<Mark>,
}

/// A place inside of a line, and what stands before it there.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: u32,
    characters: usize,
    utf16: usize,
}

/// So many bytes or more are between the marks of a line.
const STRIDE: usize = 4096;

impl LineIndex {
    /// Finds the lines of `text`, of which at most 4 GiB are looked at.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (offset, byte) in bytes.iter().enumerate() {
            let ends_line =
                *byte == b'\n' || (*byte == b'\r' && bytes.get(offset + 1) != Some(&b'\n'));
            if ends_line && let Ok(start) = u32::try_from(offset + 1) {
                starts.push(start);
            }
        }
        let marks = marks(&text, &starts);
        Self { text, starts, marks }
    }

    /// Number of lines; the text after the last line break is one, even when
    /// it is empty.
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The text of a line counted from 1, without its line break; empty when
    /// there is no such line.
    pub fn line_text(&self, line: u32) -> &str {
        let Some(index) = line.checked_sub(1) else { return "" };
        let start = self.starts.get(index as usize).copied().unwrap_or(u32::MAX) as usize;
        let end = self.starts.get(index as usize + 1).map_or(self.text.len(), |end| *end as usize);
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// Line and column of a byte offset. An offset past the end is the end;
    /// one inside a character is that character.
    pub fn line_col(&self, offset: u32) -> LineCol {
        let (line, column) = self.column(offset, Columns::Utf32);
        LineCol { line: line + 1, column: column + 1 }
    }

    /// Line and column of a byte offset, both from 0. An offset past the end
    /// is the end; one inside a character is that character.
    pub fn position(&self, offset: u32, columns: Columns) -> Position {
        let (line, character) = self.column(offset, columns);
        Position { line, character }
    }

    /// The byte offset of a place. A column past the end of its line is the
    /// end of the line; one inside a character is that character's first
    /// byte; a line past the last is the end of the text.
    pub fn offset(&self, position: Position, columns: Columns) -> u32 {
        let Some(start) = self.starts.get(position.line as usize) else {
            return count(self.text.len());
        };
        let mut offset = *start as usize;
        let mut passed = 0;
        for character in self.line_text(position.line.saturating_add(1)).chars() {
            if character == BOM && offset == 0 {
                offset += character.len_utf8();
                continue;
            }
            passed += count(columns.of(character));
            if passed > position.character {
                break;
            }
            offset += character.len_utf8();
        }
        count(offset)
    }

    /// Line and column from 0; a byte-order mark is no column.
    fn column(&self, offset: u32, columns: Columns) -> (u32, u32) {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1);
        let mut start = self.starts.get(line).map_or(0, |start| *start as usize);
        if line == 0 && self.text.starts_with(BOM) {
            start = BOM.len_utf8().min(offset);
        }
        let next = self.marks.partition_point(|mark| mark.offset as usize <= offset);
        let mark = next.checked_sub(1).and_then(|at| self.marks.get(at));
        let (from, passed) = match mark.filter(|mark| mark.offset as usize > start) {
            Some(mark) => {
                let passed = match columns {
                    Columns::Utf8 => mark.offset as usize - start,
                    Columns::Utf16 => mark.utf16,
                    Columns::Utf32 => mark.characters,
                };
                (mark.offset as usize, passed)
            }
            None => (start, 0),
        };
        let rest = self.text.get(from..offset).unwrap_or_default();
        let rest: usize = rest.chars().map(|character| columns.of(character)).sum();
        (count(line), count(passed + rest))
    }
}

/// The marks of all long lines.
fn marks(text: &str, starts: &[u32]) -> Vec<Mark> {
    let mut marks = Vec::new();
    let ends = starts.iter().skip(1).map(|end| *end as usize).chain([text.len()]);
    for (start, end) in starts.iter().map(|start| *start as usize).zip(ends) {
        if end - start < 2 * STRIDE {
            continue;
        }
        let line = text.get(start..end).unwrap_or_default();
        let (mut characters, mut utf16, mut last) = (0, 0, 0);
        for (at, character) in line.char_indices() {
            if at - last >= STRIDE {
                last = at;
                if let Ok(offset) = u32::try_from(start + at) {
                    marks.push(Mark { offset, characters, utf16 });
                }
            }
            if !(character == BOM && start + at == 0) {
                characters += 1;
                utf16 += character.len_utf16();
            }
        }
    }
    marks
}

const BOM: char = '\u{feff}';

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_col(text: &str, offset: u32) -> (u32, u32) {
        let place = LineIndex::new(text).line_col(offset);
        (place.line, place.column)
    }

    fn position(text: &str, offset: u32, columns: Columns) -> (u32, u32) {
        let place = LineIndex::new(text).position(offset, columns);
        (place.line, place.character)
    }

    #[test]
    fn columns_of_a_long_line_are_those_of_its_characters() {
        let text = format!("{BOM}{0}\n{0}", "aé€😀 ".repeat(4000));
        let index = LineIndex::new(text.as_str());
        let (mut line, mut columns) = (0, [0; 3]);
        let kinds = [Columns::Utf8, Columns::Utf16, Columns::Utf32];
        for (at, character) in text.char_indices() {
            if at % 997 < 4 {
                let offset = u32::try_from(at).unwrap();
                for (kind, character) in kinds.into_iter().zip(columns) {
                    assert_eq!(index.position(offset, kind), Position { line, character });
                }
            }
            match character {
                '\n' => (line, columns) = (line + 1, [0; 3]),
                BOM => {}
                _ => kinds
                    .iter()
                    .zip(&mut columns)
                    .for_each(|(kind, column)| *column += count(kind.of(character))),
            }
        }
    }

    /// Two, three and four bytes; the last is two UTF-16 code units.
    const WIDE: &str = "a\né€😀z\nb";

    #[test]
    fn columns_are_characters() {
        let places: Vec<_> =
            [0, 1, 2, 4, 7, 11, 12, 13, 14].map(|offset| line_col(WIDE, offset)).into();
        assert_eq!(
            places,
            [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 4), (2, 5), (3, 1), (3, 2)]
        );
    }

    #[test]
    fn columns_count_what_was_agreed() {
        let of = |columns| [2, 4, 7, 11, 12].map(|offset| position(WIDE, offset, columns).1);
        assert_eq!(of(Columns::Utf8), [0, 2, 5, 9, 10]);
        assert_eq!(of(Columns::Utf16), [0, 1, 2, 4, 5]);
        assert_eq!(of(Columns::Utf32), [0, 1, 2, 3, 4]);
    }

    const ALL: [Columns; 3] = [Columns::Utf8, Columns::Utf16, Columns::Utf32];

    #[test]
    fn positions_go_there_and_back() {
        for text in [WIDE, "", "\r\n\rx\n", "é\r\n€\r😀\n", "\u{feff}é\n😀😀"] {
            let index = LineIndex::new(text);
            for (offset, character) in text.char_indices() {
                let offset = count(offset);
                let inside_break = offset > 0
                    && character == '\n'
                    && text.as_bytes()[offset as usize - 1] == b'\r';
                if character == BOM || inside_break {
                    continue;
                }
                for columns in ALL {
                    let there = index.position(offset, columns);
                    assert_eq!(index.offset(there, columns), offset, "{text:?} {columns:?}");
                }
            }
        }
    }

    #[test]
    fn positions_that_do_not_exist_are_brought_to_the_nearest() {
        let index = LineIndex::new(WIDE);
        let at = |line, character, columns| index.offset(Position { line, character }, columns);
        // Inside the surrogate pair, and inside the bytes, of the emoji.
        assert_eq!(at(1, 3, Columns::Utf16), 7);
        assert_eq!(at(1, 7, Columns::Utf8), 7);
        for columns in ALL {
            assert_eq!(at(1, 99, columns), 12);
            assert_eq!(at(99, 0, columns), 14);
            assert_eq!(at(u32::MAX, u32::MAX, columns), 14);
        }
    }

    #[test]
    fn offsets_inside_a_character_or_past_the_end() {
        assert_eq!(line_col(WIDE, 9), (2, 3));
        assert_eq!(line_col(WIDE, 999), (3, 2));
        assert_eq!(line_col("", 0), (1, 1));
    }

    #[test]
    fn all_three_line_breaks_and_the_byte_order_mark() {
        let index = LineIndex::new("\u{feff}a\r\nb\rc\nd");
        assert_eq!(index.line_count(), 4);
        let lines: Vec<_> = (0..=5).map(|line| index.line_text(line)).collect();
        assert_eq!(lines, ["", "\u{feff}a", "b", "c", "d", ""]);
        assert_eq!(index.line_col(3), LineCol { line: 1, column: 1 });
        assert_eq!(index.line_col(6), LineCol { line: 2, column: 1 });
    }
}
