//! Diagnostics, as a person sees them and as programs read them.

mod excerpt;
mod github;
mod human;
mod json;
mod links;
mod narrate;
mod place;
mod sarif;
mod short;

use std::borrow::Cow;
use std::io::{self, Write};

use clap::ValueEnum;
use jtc_core::Analysis;
use jtc_core::diagnostics::Diag;
use jtc_core::sources::is_obeyed;

use crate::files::OsFiles;
use crate::ui::{Ui, count};

pub(crate) use json::{Object, Secret, Summary};

/// How to say what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// For a person, on standard error
    Human,
    /// For a program: all there is to know, as `schemas/diagnostics.schema.json` describes it
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations, for GitHub's workflows
    Github,
    /// A line each: `path:line:column: error[J0201]: message`
    Short,
}

/// Numbers of diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    /// What stops the output.
    pub(crate) errors: usize,
    /// What doesn't.
    pub(crate) warnings: usize,
    /// How many of both have a certain repair.
    pub(crate) fixes: usize,
}

impl Counts {
    /// Counts.
    pub(crate) fn of(diags: &[Diag]) -> Self {
        let errors = diags.iter().filter(|diag| diag.is_error()).count();
        let fixes = diags.iter().filter(|diag| diag.fix.is_some()).count();
        Self { errors, warnings: diags.len() - errors, fixes }
    }

    /// Whether the run is refused.
    pub(crate) fn refused(self, deny_warnings: bool) -> bool {
        self.errors > 0 || (deny_warnings && self.warnings > 0)
    }

    /// As in `2 errors, 1 warning`; `nothing` where there is none.
    pub(crate) fn describe_or_nothing(self) -> String {
        if self.errors + self.warnings == 0 { "nothing".to_owned() } else { self.describe() }
    }

    /// As in `2 errors, 1 warning`.
    fn describe(self) -> String {
        let parts = [(self.errors, "error"), (self.warnings, "warning")];
        let parts = parts.iter().filter(|(number, _)| *number > 0);
        parts.map(|(number, noun)| count(*number, noun)).collect::<Vec<_>>().join(", ")
    }
}

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Whether warnings refuse the run.
    pub(crate) deny_warnings: bool,
    /// Whether warnings that don't refuse it are left out.
    pub(crate) quiet: bool,
}

impl Options {
    /// Whether a diagnostic is told.
    fn shows(self, diag: &Diag) -> bool {
        diag.is_error() || self.deny_warnings || !self.quiet
    }
}

/// Tells a person on standard error what is wrong, the first of it in full,
/// and answers whether the run is refused.
pub(crate) fn tell(analysis: &Analysis, files: &OsFiles, options: Options, ui: Ui) -> bool {
    human::tell(analysis, files.shown(), options, ui)
}

/// Writes what is wrong for a program, by file and place. A person is told by
/// [`tell`] instead, and nothing is written here.
pub(crate) fn write(
    format: MessageFormat,
    analysis: &Analysis,
    files: &OsFiles,
    options: Options,
    summary: Option<Summary>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let diags: Vec<&Diag> = analysis.diags.iter().filter(|diag| options.shows(diag)).collect();
    let told = Told { diags, sources: &analysis.sources, files };
    match format {
        MessageFormat::Human => Ok(()),
        MessageFormat::Json => json::write(&told, summary, out),
        MessageFormat::Sarif => sarif::write(&told, out),
        MessageFormat::Github => github::write(&told, out),
        MessageFormat::Short => short::write(&told, out),
    }
}

/// What is told, and of which files.
struct Told<'a> {
    /// By file and place.
    diags: Vec<&'a Diag>,
    sources: &'a jtc_core::sources::Sources,
    files: &'a OsFiles,
}

/// A text on one line: a path or a message may hold whatever a file's name or
/// a value in it holds.
fn one_line(text: &str) -> String {
    let shown = |letter: char| if letter.is_control() { ' ' } else { letter };
    harmless(&text.chars().map(shown).collect::<String>()).into_owned()
}

/// A text with what a terminal would obey written out, as `\u{1b}`.
fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_obeyed(letter) { shown.extend(letter.escape_unicode()) } else { shown.push(letter) }
    }
    Cow::Owned(shown)
}
