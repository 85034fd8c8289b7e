//! Objects as text: the last stage of the compiler.
//!
//! JSON is left to `serde_json`. YAML is written here, because the usual
//! writers leave words such as `yes`, `1_000` or `12:30:45` unquoted, which
//! other YAML readers (kubectl's among them) take for booleans and numbers.
//!
//! Invariants: the text of a value depends on nothing but the value; every
//! string is read back as the same string by YAML 1.1 and YAML 1.2 readers;
//! no anchors, tags or folded lines are written.

mod error;
mod fields;
mod items;
mod scalar;
mod yaml;

pub use error::YamlError;
pub use scalar::is_unprintable;
pub use yaml::to_yaml;
