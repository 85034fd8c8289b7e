//! `jtc init`: a topology to start from.

mod template;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jtc_core::components::release::{self, Found};
use jtc_core::syntax::format;
use jtc_core::text::JOBMON_VERSION;

use crate::error::{CliError, Outcome, reason};
use crate::ui;

/// Start a topology
///
/// Prints a topology with a comment at everything that has to be changed, for
/// one version of Jobmon or for several side by side, each in a namespace of
/// its own. It compiles as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
                        jtc init --output topology.kdl\n  \
                        jtc init --version 3.3.1 --version 3.6.0 --output topology.kdl\n  \
                        jtc init | jtc compile - | less")]
pub(crate) struct Init {
    /// A version of Jobmon; may be repeated
    #[arg(long = "version", value_name = "VERSION", default_value = template::NEWEST)]
    versions: Vec<String>,
    /// Write it into this file, which must not exist yet; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Init {
    pub(crate) fn run(&self) -> Result<Outcome, CliError> {
        for (index, version) in self.versions.iter().enumerate() {
            if let Err(refusal) = (JOBMON_VERSION.check)(version) {
                let error = CliError::usage(format!(
                    "`{version}` is not a version of Jobmon: {}",
                    refusal.reason
                ));
                return Err(match refusal.instead {
                    Some(instead) => error.hint(format!("write `--version {instead}`")),
                    None => error.hint(format!("a version is {}", JOBMON_VERSION.rule)),
                });
            }
            if template::found(version) == Found::TooOld {
                return Err(CliError::usage(format!(
                    "version `{version}` is older than any that is known"
                ))
                .hint(format!("write `--version {}` or a later one", release::first_known())));
            }
            if self.versions.iter().take(index).any(|earlier| earlier == version) {
                return Err(CliError::usage(format!("version `{version}` is given twice")));
            }
        }
        let text = template::topology(&self.versions);
        let text = format(&text).apply(&text);
        match self.output.as_deref().filter(|path| *path != Path::new("-")) {
            None => ui::stdout(|out| out.write_all(text.as_bytes()))?,
            Some(path) => {
                write_new(path, &text)?;
                ui::say(&format!(
                    "wrote `{0}`; look at each `CHANGE`, then: jtc check {0}",
                    path.display()
                ));
            }
        }
        Ok(Outcome::Done)
    }
}

/// Writes a file that isn't there yet, whole or not at all.
fn write_new(path: &Path, text: &str) -> Result<(), CliError> {
    let shown = path.display();
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error
            .kind()
        {
            io::ErrorKind::AlreadyExists => {
                CliError::files(format!("`{shown}` exists already, and is left as it is"))
                    .hint("name another file, or leave `--output` out to see the topology")
            }
            io::ErrorKind::NotFound => CliError::files(format!("there is no folder for `{shown}`")),
            _ => CliError::files(format!("`{shown}` can't be written: {}", reason(&error))),
        })?;
    file.write_all(text.as_bytes()).map_err(|error| {
        // It is this run's own file, and half of it helps nobody.
        let _ = std::fs::remove_file(path);
        CliError::files(format!("`{shown}` can't be written: {}", reason(&error)))
    })
}
