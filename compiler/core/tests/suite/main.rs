//! What holds for the repository as a whole: its examples, its golden files,
//! what its diagnostics and its pages say, and how its code is laid out.
//!
//! One program, since linking each of these alone takes longer than running
//! it: `cargo test -p jtc-core --test suite golden` runs a part.
#![expect(
    clippy::disallowed_methods,
    reason = "the core does no IO; its tests hold it against files"
)]

mod by_hand;
mod diagnostics;
mod documentation;
mod examples;
mod golden;
mod mutations;
mod paths;
mod places;
mod properties;
mod slips;
mod support;
mod targets;
mod tidy;
mod unserved;
