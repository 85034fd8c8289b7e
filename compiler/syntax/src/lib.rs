//! The text of a topology: tokens, slices, nodes, and where each stands.
//!
//! The crate reads KDL v2 and never gives up: [`lex`] and [`parse`] take any
//! text and always answer, with what could be read and with one error for
//! each mistake. What holds for every text:
//!
//! * The tokens follow each other without a gap and are the text byte for
//!   byte.
//! * Every span of the tree begins and ends at the border of a token.
//! * A mistake costs at most the node it is in; the nodes around that node,
//!   and the ones inside it that are sound, are read.
//! * Time and memory grow with the length of the text alone, and the stack
//!   with at most [`MAX_DEPTH`] nested blocks.
//! * [`format`](fn@format) changes what stands between tokens and nothing else: the
//!   nodes, the comments and the mistakes are the same after it.
//!
//! How the work is shared out: the tokens give the structure, so that errors
//! can be told and recovered from; the `kdl` crate says what numbers and
//! strings mean. Tests hold the two to the same tree for the same text.

mod balance;
mod chars;
mod conflict;
mod document;
mod error;
mod format;
mod lexer;
mod line_index;
mod openers;
mod parse;
mod parser;
mod same;
mod slices;
mod span;
mod token;
mod words;

pub use document::{Block, Document, Entry, Name, Node, Value, ValueKind};
pub use error::{Fix, SyntaxError, SyntaxErrorKind, Template};
pub use format::{Formatted, MAX_WIDTH, TextEdit, apply_edits, format, format_range};
pub use lexer::lex;
pub use line_index::{Columns, LineCol, LineIndex, Position};
pub use parse::{MAX_DEPTH, Parse, parse};
pub use slices::{Slice, slices};
pub use span::{FileId, Span};
pub use token::{Token, TokenKind};
pub use words::{escaped, quote};
