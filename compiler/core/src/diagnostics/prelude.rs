//! What every diagnostic needs.

pub(crate) use super::report::{Diag, Meta, Severity};
pub(crate) use super::{list, shorten, suggest, sure};
pub(crate) use jtc_syntax::{Entry, Name, Node, Span, quote};
