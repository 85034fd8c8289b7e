//! What can go wrong beside the topology, and how the process then ends.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// Whose mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// The command line asks for what can't be.
    Usage,
    /// A file or folder can't be read or written.
    Files,
    /// `jtc` has a bug.
    Internal,
    /// Whoever reads the output has had enough; not an error.
    BrokenPipe,
}

/// What ends a run early. What is wrong with a topology is not one of these:
/// it is a diagnostic.
#[derive(Clone, Debug)]
pub(crate) struct CliError {
    /// Whose mistake it is.
    pub(crate) kind: ErrorKind,
    /// What is wrong; no final stop.
    pub(crate) message: String,
    /// What to do about it, a sentence each.
    pub(crate) hints: Vec<String>,
}

/// How a run that wasn't cut short ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What was asked for is done.
    Done,
    /// The topology has errors, or warnings where none are allowed.
    Refused,
}

impl CliError {
    /// The command line asks for what can't be.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Usage, message: message.into(), hints: Vec::new() }
    }

    /// A file or folder can't be read or written.
    pub(crate) fn files(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Files, message: message.into(), hints: Vec::new() }
    }

    /// `jtc` has a bug.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Internal, message: message.into(), hints: Vec::new() }
    }

    /// Writing to standard output failed.
    pub(crate) fn stdout(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { kind: ErrorKind::BrokenPipe, message: String::new(), hints: Vec::new() };
        }
        Self::files(format!("standard output can't be written: {}", reason(error)))
    }

    /// Says what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Whether nothing after it makes sense: nobody reads any more, or jtc is
    /// at fault.
    pub(crate) fn ends_run(&self) -> bool {
        matches!(self.kind, ErrorKind::BrokenPipe | ErrorKind::Internal)
    }

    /// The exit code: 2 for usage and files, 70 for a bug, 0 for a closed pipe.
    pub(crate) fn code(&self) -> u8 {
        match self.kind {
            ErrorKind::Usage | ErrorKind::Files => 2,
            ErrorKind::Internal => 70,
            ErrorKind::BrokenPipe => 0,
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for hint in &self.hints {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Refused => Self::from(1),
        }
    }
}

pub(crate) use jtc_files::reason;
