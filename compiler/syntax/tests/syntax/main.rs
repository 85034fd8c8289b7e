//! The crate as its users see it.

mod common;
mod findings;
mod format;
mod limits;
mod properties;
mod recovery;
mod slips;
mod tokens;
