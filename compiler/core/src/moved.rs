//! Where places went when a text was edited.

use std::collections::BTreeMap;

use jtc_syntax::{FileId, Span};

/// How the texts of one run became those of the next: each file that differs
/// does so in one stretch, which may be most of it.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    stretches: BTreeMap<FileId, Stretch>,
}

/// A stretch of a text that became another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    /// Where it starts, before and after.
    start: u32,
    /// Where it ended before.
    end: u32,
    /// By how much what follows has moved.
    by: i64,
}

/// What holds places.
pub trait Places {
    /// Shows every place in it, to be changed.
    fn places(&mut self, see: &mut dyn FnMut(&mut Span));
}

impl Moved {
    /// Adds a file whose text has changed.
    pub fn add(&mut self, file: FileId, before: &str, after: &str) {
        let pairs = || before.bytes().zip(after.bytes());
        let start = pairs().take_while(|(before, after)| before == after).count();
        let most = before.len().min(after.len()) - start;
        let backwards = before.bytes().rev().zip(after.bytes().rev()).take(most);
        let rest = backwards.take_while(|(before, after)| before == after).count();
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let length = |text: &str| i64::from(number(text.len()));
        let stretch = Stretch {
            start: number(start),
            end: number(before.len() - rest),
            by: length(after) - length(before),
        };
        self.stretches.insert(file, stretch);
    }

    /// Whether nothing has moved.
    pub fn is_nothing(&self) -> bool {
        self.stretches.is_empty()
    }

    /// The files that have changed.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.stretches.keys().copied()
    }

    /// Where a place is now; nothing when what stands there has changed.
    pub fn place(&self, span: Span) -> Option<Span> {
        let Some(stretch) = self.stretches.get(&span.file) else { return Some(span) };
        if span.end <= stretch.start {
            return Some(span);
        }
        if span.start < stretch.end {
            return None;
        }
        let moved = |at: u32| u32::try_from(i64::from(at) + stretch.by).ok();
        Some(Span::new(span.file, moved(span.start)?, moved(span.end)?))
    }

    /// Moves all places in something; answers whether each is still there.
    pub fn apply(&self, to: &mut impl Places) -> bool {
        let mut all = true;
        to.places(&mut |span| match self.place(*span) {
            Some(moved) => *span = moved,
            None => all = false,
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = FileId(0);

    fn moved(before: &str, after: &str) -> impl Fn(u32, u32) -> Option<(u32, u32)> {
        let mut moved = Moved::default();
        moved.add(FILE, before, after);
        move |start, end| {
            moved.place(Span::new(FILE, start, end)).map(|span| (span.start, span.end))
        }
    }

    #[test]
    fn what_stands_behind_an_edit_moves_and_what_stands_before_stays() {
        let place = moved("one two three", "one twenty three");
        assert_eq!(place(0, 3), Some((0, 3)));
        assert_eq!(place(8, 13), Some((11, 16)));
        assert_eq!(place(4, 7), None);
        let place = moved("one six three", "one three");
        assert_eq!(place(8, 13), Some((4, 9)));
    }

    #[test]
    fn every_place_that_is_kept_has_the_same_text() {
        let texts = ["", "aaa", "aaaa", "ab ab", "ab äb ab", "ab b ab", "äö", "äü"];
        for before in texts {
            for after in texts {
                let mut moved = Moved::default();
                moved.add(FILE, before, after);
                for start in (0..=before.len()).filter(|at| before.is_char_boundary(*at)) {
                    for end in (start..=before.len()).filter(|at| before.is_char_boundary(*at)) {
                        let number = |at| u32::try_from(at).unwrap();
                        let span = Span::new(FILE, number(start), number(end));
                        if let Some(now) = moved.place(span) {
                            assert_eq!(now.slice(after), span.slice(before), "{before} {after}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn other_files_stay() {
        let mut moved = Moved::default();
        moved.add(FILE, "a", "b");
        let span = Span::new(FileId(1), 0, 1);
        assert_eq!(moved.place(span), Some(span));
        assert_eq!(moved.files().collect::<Vec<_>>(), [FILE]);
    }
}
