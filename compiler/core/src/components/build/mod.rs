//! From a [`Program`](super::Program) to the objects that every program has.

pub mod alias;
pub mod meta;
pub mod objects;
pub mod pod;
pub mod policy;

pub use objects::objects;
