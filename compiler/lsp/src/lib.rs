//! The language server of Jobmon topologies.
//!
//! It speaks the Language Server Protocol 3.17 and knows of topologies what
//! the compiler knows: diagnostics are those of [`jtc_core::analyze`], and
//! what is completed, explained or renamed comes from the node table. What
//! holds throughout:
//!
//! * An editor and the command line report the same set for the same text;
//!   unsaved text counts instead of what a file holds.
//! * Nothing that a client sends ends the server, but `exit` and the end of
//!   the stream. A request whose handler panics gets an error, and the next
//!   one is served.
//! * Handlers are pure: they look at the last analysis, which is made again
//!   before they run when a text has changed since.
//!
//! The module `routes` lists what is served; each request has a file in `handlers`.

mod client;
mod convert;
mod cursor;
mod documents;
mod edits;
mod effective;
mod files;
mod handlers;
mod markdown;
mod outline;
mod owners;
mod roots;
mod routes;
mod server;
mod state;
mod transport;

pub use server::{Ended, serve};
pub use transport::stdio;

#[doc(hidden)]
pub use server::fuzzed::Fuzzed;
