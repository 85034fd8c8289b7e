//! The compiler of Jobmon topologies: from parsed files to Kubernetes objects
//! in an order that works on an empty cluster.
//!
//! The crate is pure. It reads files through [`Files`](sources::Files), which
//! whoever calls it provides, and writes nothing; `clippy.toml` beside this
//! crate refuses every way around that. The stages, each a module, use only
//! what stands before them:
//!
//! [`schema`], [`components`], [`lower`], [`resolve`], [`graph`], [`checks`],
//! [`plan`], [`emit`], [`write`](mod@write). Beside them [`names`] looks at trees alone. Below them stand [`diagnostics`], [`text`],
//! [`model`] and Traefik's own types.
//!
//! What holds throughout: all errors of a run are collected; no input makes
//! the crate panic; the same input gives the same bytes.
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod checks;
pub mod components;
pub mod diagnostics;
pub mod emit;
pub mod fingerprint;
pub mod graph;
pub mod lower;
pub mod model;
pub mod moved;
pub mod names;
pub mod network;
pub mod plan;
pub mod proof;
pub mod reference;
pub mod resolve;
pub mod schema;
pub mod sources;
pub mod text;
pub mod traefik;
pub mod traefik_api;
pub mod traefik_crds;
pub mod write;

pub use jtc_syntax as syntax;

mod driver;
pub use driver::{Analysis, Session, analyze, compile};
