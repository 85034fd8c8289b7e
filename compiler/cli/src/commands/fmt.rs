//! `jtc fmt`: topologies in their canonical layout.

mod targets;

use std::path::{Path, PathBuf};

use jtc_core::syntax::{Formatted, LineIndex, format};
use similar::TextDiff;

use crate::error::{CliError, Outcome, reason};
use crate::replace::replace;
use crate::ui::{self, Ui};
use targets::{Target, Targets};

/// How a topology looks then, and how a run ends.
const HELP: &str = "\
Examples:
  jtc fmt topology.kdl                 the file, and the files it includes
  jtc fmt                              all topologies of the current folder
  jtc fmt --check                      for a pipeline: which files are not formatted
  jtc fmt --diff topology.kdl          what would change
  jtc fmt - < topology.kdl             standard input to standard output, for an editor

Exit codes:
  0   done, also where files were changed, or parts left alone
  1   --check: a file is not formatted, or can't be because of its syntax errors
  2   the command line is at fault, or a file can't be read or written; the others are formatted
  70  a bug in jtc";

/// Bring topologies into their canonical layout
///
/// Changes blanks, line breaks and the `;` between nodes, and nothing else:
/// strings, numbers and comments stay as they are, and so do the line breaks
/// of a file, LF or CR LF, and its byte-order mark. The files that a topology
/// includes are formatted with it, and a folder stands for all `.kdl` files
/// right in it.
///
/// A node at the top with a syntax error in it is left as it is, with a
/// warning; everything around it is formatted. A file is replaced at once, and
/// keeps its permissions; of a link it is the file behind it.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Fmt {
    /// Topologies, or folders with them; `-` reads standard input, and writes to standard output
    #[arg(value_name = "FILES", default_value = ".")]
    files: Vec<PathBuf>,
    /// Change nothing; list the files that are not formatted
    #[arg(long)]
    check: bool,
    /// Change nothing; show what would change
    #[arg(long)]
    diff: bool,
    /// Format only the files that are named, not those they include
    #[arg(long)]
    no_includes: bool,
}

/// What became of the files so far.
#[derive(Default)]
struct Tally {
    /// Some are not formatted, or not all of them can be.
    refused: bool,
    /// Those that can't be read or written.
    errors: Vec<CliError>,
}

impl Fmt {
    pub(crate) fn run(&self, ui: Ui) -> Result<Outcome, CliError> {
        let stdin = self.files.iter().any(|path| path == Path::new("-"));
        if stdin && self.files.len() > 1 {
            return Err(CliError::usage(
                "`-` is standard input, and can't be one of several files",
            )
            .hint("name files, or `-` alone"));
        }
        let mut targets = Targets::new(!self.no_includes && !stdin);
        let mut tally = Tally::default();
        for path in &self.files {
            targets.add(path, ui, &mut tally.errors);
        }
        for target in targets.found {
            if let Err(error) = self.one(&target, ui, &mut tally) {
                if error.ends_run() {
                    return Err(error);
                }
                tally.errors.push(error);
            }
        }
        // The last is told by whoever called.
        let last = tally.errors.pop();
        for error in &tally.errors {
            ui.error(&error.to_string());
        }
        match last {
            Some(error) => Err(error),
            None if self.check && tally.refused => Ok(Outcome::Refused),
            None => Ok(Outcome::Done),
        }
    }

    fn one(&self, target: &Target, ui: Ui, tally: &mut Tally) -> Result<(), CliError> {
        let formatted = format(&target.text);
        warn(target, &formatted, ui);
        tally.refused |= !(formatted.edits.is_empty() && formatted.left_alone.is_empty());
        if formatted.edits.is_empty() {
            let copied = target.place.is_none() && !self.check && !self.diff;
            return if copied {
                ui::stdout(|out| out.write_all(target.text.as_bytes()))
            } else {
                Ok(())
            };
        }
        let text = formatted.apply(&target.text);
        let shown = &target.shown;
        if self.diff {
            let diff = TextDiff::from_lines(target.text.as_str(), &text);
            let diff = diff.unified_diff().header(shown, shown).to_string();
            return ui::stdout(|out| out.write_all(diff.as_bytes()));
        }
        if self.check {
            return ui::stdout(|out| writeln!(out, "{shown}"));
        }
        let Some(place) = &target.place else {
            return ui::stdout(|out| out.write_all(text.as_bytes()));
        };
        replace(place, target.text.as_bytes(), text.as_bytes()).map_err(|error| {
            CliError::files(format!(
                "`{shown}` can't be written: {}; it is unchanged",
                reason(&error)
            ))
        })?;
        ui::say(&format!("formatted `{shown}`"));
        Ok(())
    }
}

/// Says which lines were left alone.
fn warn(target: &Target, formatted: &Formatted, ui: Ui) {
    /// The most places that are listed.
    const SHOWN: usize = 5;
    let Some(last) = formatted.left_alone.len().checked_sub(1) else { return };
    let lines = LineIndex::new(target.text.as_str());
    let line = |offset: usize| lines.line_col(u32::try_from(offset).unwrap_or(u32::MAX)).line;
    let mut places = Vec::new();
    for range in formatted.left_alone.iter().take(SHOWN) {
        let text = target.text.get(range.clone()).unwrap_or_default();
        let blank = text.len() - text.trim_start().len();
        let (first, last) = (line(range.start + blank), line(range.start + text.trim_end().len()));
        places.push(if first == last { format!("{first}") } else { format!("{first} to {last}") });
    }
    if last >= SHOWN {
        places.push(format!("{} more places", last + 1 - SHOWN));
    }
    let one = places.len() == 1 && !places.concat().contains(' ');
    let (noun, stayed) =
        if one { ("line", "stayed as it was") } else { ("lines", "stayed as they were") };
    ui.warning(&format!(
        "`{}` has syntax errors, so {noun} {} {stayed}\n  hint: `jtc check {0}` says what is wrong",
        target.shown,
        places.join(", "),
    ));
}
