//! `jtc completions`: what a shell needs to complete the command line.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Args;
use crate::error::{CliError, Outcome};
use crate::ui;

/// Print what a shell needs to complete jtc's command line
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
                        jtc completions bash > ~/.local/share/bash-completion/completions/jtc\n  \
                        jtc completions zsh > ~/.zfunc/_jtc\n  \
                        jtc completions fish > ~/.config/fish/completions/jtc.fish")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Outcome, CliError> {
        // Into memory first: the generator panics when a pipe is closed.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Args::command(), "jtc", &mut script);
        ui::stdout(|out| out.write_all(&script))?;
        Ok(Outcome::Done)
    }
}
