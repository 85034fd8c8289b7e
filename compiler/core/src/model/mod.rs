//! What a topology says, as types: the vocabulary of the stages.
//!
//! [`declared`] is the topology as written, every value with its place;
//! [`settings`] is what any program may say about itself; [`resolved`] is the
//! topology with its names looked up; [`object`] is what comes out, and
//! [`hand_written`] what people wrote of it themselves.

pub mod declared;
pub mod hand_written;
pub mod object;
pub mod resolved;
pub mod settings;

use jtc_syntax::Span;

/// A value and the place that set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// The place that set it.
    pub span: Span,
}

impl<T> At<T> {
    /// A value from a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Another value from the same place.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> At<U> {
        At { value: f(self.value), span: self.span }
    }
}

impl At<String> {
    /// A part of a text, which starts so many bytes in: at its own place where
    /// the text stands as it is, in quotes or bare; else at that of the whole.
    #[must_use]
    pub fn part(&self, start: usize, part: &str) -> Self {
        if part == self.value {
            return self.clone();
        }
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let whole = length(self.value.len());
        let quote = match self.span.len().checked_sub(whole) {
            Some(0) => Some(0),
            // Else it may be two characters that are left out, wherever.
            Some(2) if self.value.is_ascii() => Some(1),
            _ => None,
        };
        let own = quote.map(|quote| self.span.at(length(start) + quote, length(part.len())));
        Self::new(part.to_owned(), own.unwrap_or(self.span))
    }
}

/// A place for what no file says: an empty span at the start of the root file.
pub const NOWHERE: Span = Span { file: jtc_syntax::FileId(0), start: 0, end: 0 };
