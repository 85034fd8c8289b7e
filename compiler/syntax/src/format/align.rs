//! Comments at the ends of lines that stand below each other.

/// A comment at the end of a line.
struct Trailing {
    /// Index of its gap.
    gap: usize,
    /// The column where it stood.
    stood: usize,
    /// The column where it would stand after one blank.
    stands: usize,
}

/// The comments of one paragraph, which a blank line ends.
#[derive(Default)]
pub(super) struct Comments(Vec<Trailing>);

impl Comments {
    /// Adds one: the index of the gap before it, which is one blank, the
    /// column where it stood, and the one after the blank.
    pub(super) fn trailing(&mut self, gap: usize, stood: usize, stands: usize) {
        self.0.push(Trailing { gap, stood, stands });
    }

    /// Ends the paragraph: those that followed each other in one column do
    /// again, in the first that has room for all of them.
    pub(super) fn paragraph(&mut self, gaps: &mut [String]) {
        for run in self.0.chunk_by(|a, b| a.stood == b.stood) {
            let column = run.iter().map(|comment| comment.stands).max().unwrap_or_default();
            for comment in run {
                let Some(gap) = gaps.get_mut(comment.gap) else { continue };
                gap.extend(std::iter::repeat_n(' ', column - comment.stands));
            }
        }
        self.0.clear();
    }
}
