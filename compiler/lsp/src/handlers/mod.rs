//! The requests, a file each.

pub(crate) mod completion;
pub(crate) mod definition;
pub(crate) mod diagnostics;
pub(crate) mod hover;
pub(crate) mod lifecycle;
pub(crate) mod sync;
