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

/// A place for what no file says: an empty span at the start of the root file.
pub const NOWHERE: Span = Span { file: jtc_syntax::FileId(0), start: 0, end: 0 };
