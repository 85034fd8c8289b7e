//! The command line, end to end: the real program, real files, real pipes.

mod check;
mod compile;
mod explain;
mod files;
mod fmt;
mod formats;
mod graph;
mod init;
mod narrate;
mod output;
mod repair;
mod run;
mod streams;
mod watch;
