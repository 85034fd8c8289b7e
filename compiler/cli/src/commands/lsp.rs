//! `jtc lsp`: the language server.

use jtc_lsp::Ended;

use crate::error::{CliError, Outcome, reason};

/// Run the language server, for an editor to start
///
/// Speaks the Language Server Protocol over standard input and output, until
/// the editor ends it. docs/editors.md says what it offers, and how editors
/// are set up.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
                        jtc lsp                                      as an editor starts it\n  \
                        jtc lsp --stdio                              the same, as some editors write it")]
pub(crate) struct Lsp {
    /// Speak over standard input and output, which is what it does anyway
    #[arg(long)]
    stdio: bool,
}

impl Lsp {
    pub(crate) fn run(&self) -> Result<Outcome, CliError> {
        let _ = self.stdio;
        let ended = jtc_lsp::stdio().map_err(|error| {
            CliError::files(format!("the server can't start: {}", reason(&error)))
        })?;
        // The protocol: 1 when the client leaves without a word.
        Ok(if ended == Ended::Abrupt { Outcome::Refused } else { Outcome::Done })
    }
}
