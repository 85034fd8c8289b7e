//! Where a piece of a topology stands: a file and a range of its bytes.

/// A file of one run, by the order in which it was loaded.
///
/// The crate never opens files; whoever loads them gives out the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file.
///
/// Offsets are bytes of the UTF-8 text, so a span of this crate always cuts
/// the text at character boundaries. A file of more than 4 GiB has no spans;
/// the caller refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the range is in.
    pub file: FileId,
    /// First byte of the range.
    pub start: u32,
    /// First byte after the range.
    pub end: u32,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    ///
    /// A range whose end comes before its start is empty, at `start`.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        let end = if end < start { start } else { end };
        Self { file, start, end }
    }

    /// Number of bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span is a mere position, without a byte in it.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that holds both, or `self` when they are in
    /// different files.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self::new(self.file, self.start.min(other.start), self.end.max(other.end))
    }

    /// The part of this span that begins `offset` bytes in and is `len` bytes
    /// long, cut off where this span ends.
    #[must_use]
    pub fn at(self, offset: u32, len: u32) -> Self {
        let start = self.start.saturating_add(offset).min(self.end);
        Self::new(self.file, start, start.saturating_add(len).min(self.end))
    }

    /// The text of the span, empty when the span is not of this text.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_join_and_cut() {
        let (a, b) = (Span::new(FileId(0), 2, 4), Span::new(FileId(0), 8, 9));
        assert_eq!(a.join(b), Span::new(FileId(0), 2, 9));
        assert_eq!(a.join(Span::new(FileId(1), 8, 9)), a);
        assert_eq!(a.join(b).at(3, 2), Span::new(FileId(0), 5, 7));
        assert_eq!(a.at(1, 100), Span::new(FileId(0), 3, 4));
        assert_eq!(a.at(100, 1), Span::new(FileId(0), 4, 4));
        assert_eq!((b.len(), a.slice("abcdef")), (1, "cd"));
        assert!(Span::new(FileId(0), 5, 1).is_empty());
        assert_eq!(b.slice("short"), "");
    }
}
