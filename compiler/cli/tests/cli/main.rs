//! The command line, end to end: the real program, real files, real pipes.

mod check;
mod compile;
mod explain;
mod files;
mod fmt;
mod graph;
mod init;
mod output;
mod run;
mod streams;
