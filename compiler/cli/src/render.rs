//! Diagnostics, as a person sees them and as a program reads them.

mod excerpt;

use std::fmt::Write;

use jtc_core::Analysis;
use jtc_core::diagnostics::{Diag, Severity};
use jtc_core::sources::Sources;
use jtc_core::syntax::Span;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan};
use serde_json::{Value, json};

use crate::ui::{self, Ui, count};
use excerpt::Excerpts;

/// The most diagnostics that are shown; the rest is counted.
const SHOWN: usize = 50;

/// Numbers of diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    /// What stops the output.
    pub(crate) errors: usize,
    /// What doesn't.
    pub(crate) warnings: usize,
}

impl Counts {
    /// Counts.
    pub(crate) fn of(diags: &[Diag]) -> Self {
        let errors = diags.iter().filter(|diag| diag.is_error()).count();
        Self { errors, warnings: diags.len() - errors }
    }

    /// Whether the run is refused.
    pub(crate) fn refused(self, deny_warnings: bool) -> bool {
        self.errors > 0 || (deny_warnings && self.warnings > 0)
    }

    /// As in `2 errors, 1 warning`.
    fn describe(self) -> String {
        let parts = [(self.errors, "error"), (self.warnings, "warning")];
        let parts = parts.iter().filter(|(number, _)| *number > 0);
        parts.map(|(number, noun)| count(*number, noun)).collect::<Vec<_>>().join(", ")
    }
}

/// What is shown to a person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Whether warnings refuse the run.
    pub(crate) deny_warnings: bool,
    /// Whether warnings that don't refuse it are left out.
    pub(crate) quiet: bool,
}

/// Tells a person on standard error what is wrong, the first of it in full,
/// and answers whether the run is refused.
pub(crate) fn tell(analysis: &Analysis, shown: &str, options: Options, ui: Ui) -> bool {
    let counts = Counts::of(&analysis.diags);
    let refused = counts.refused(options.deny_warnings);
    let left_out = |diag: &&Diag| options.quiet && !options.deny_warnings && !diag.is_error();
    let diags: Vec<&Diag> = analysis.diags.iter().filter(|diag| !left_out(diag)).collect();
    // Errors first where not all fit, each kind by place.
    let errors = diags.iter().filter(|diag| diag.is_error());
    let warnings = diags.iter().filter(|diag| !diag.is_error());
    let renderer = Renderer::new(shown, ui);
    for diag in errors.chain(warnings).take(SHOWN) {
        ui::say(&renderer.render(diag, &analysis.sources));
    }
    if diags.len() > SHOWN {
        ui::say(&format!("{} not shown\n", count(diags.len() - SHOWN, "more diagnostic")));
    }
    let Some(first) = diags.first() else { return refused };
    let mut summary = counts.describe();
    if counts.errors == 0 && refused {
        summary.push_str(", and `--deny-warnings` allows none");
    }
    let code = diags.iter().find(|diag| diag.is_error()).unwrap_or(first).meta.code;
    let _ = write!(summary, "\n  hint: `jtc explain {code}` says more about {code}");
    if refused {
        ui.error(&summary);
    } else {
        ui.warning(&summary);
    }
    refused
}

/// Turns diagnostics into text.
struct Renderer<'a> {
    handler: GraphicalReportHandler,
    /// What stands before each path.
    shown: &'a str,
}

impl<'a> Renderer<'a> {
    fn new(shown: &'a str, ui: Ui) -> Self {
        let theme = match (ui.unicode, ui.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        let handler =
            GraphicalReportHandler::new_themed(theme).with_links(false).with_width(ui.width);
        Self { handler, shown }
    }

    fn render(&self, diag: &Diag, sources: &Sources) -> String {
        let excerpts = Excerpts::new(diag, sources, self.shown);
        let mut message = diag.message.clone();
        // A file without a letter has nothing to show.
        if excerpts.labels().is_empty()
            && let (path, _) = sources.place(diag.span())
            && !path.is_empty()
        {
            let _ = write!(message, " (in `{}{path}`)", self.shown);
        }
        let shown = Shown { diag, message, labels: excerpts.labels().to_vec(), excerpts };
        let mut text = String::new();
        match self.handler.render_report(&mut text, &shown) {
            // The code stands right above the message.
            Ok(()) => text.replacen("\n\n", "\n", 1),
            // What can't be drawn is still said.
            Err(_) => format!("{}: {}\n", diag.meta.code, diag.message),
        }
    }
}

/// A diagnostic in the terms of the library that draws it.
#[derive(Debug)]
struct Shown<'a> {
    diag: &'a Diag,
    message: String,
    labels: Vec<LabeledSpan>,
    excerpts: Excerpts<'a>,
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}]", severity(self.diag), self.diag.meta.code)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(if self.diag.is_error() { miette::Severity::Error } else { miette::Severity::Warning })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.diag.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        if self.labels.is_empty() { None } else { Some(&self.excerpts) }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

fn severity(diag: &Diag) -> &'static str {
    match diag.meta.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// All diagnostics as JSON: lines and columns count from 1, columns in
/// characters, `start` and `end` in bytes.
pub(crate) fn json(analysis: &Analysis, shown: &str) -> Value {
    let sources = &analysis.sources;
    let place = |span: Span| {
        let (path, start) = sources.place(span);
        let (_, end) = sources.place(Span::new(span.file, span.end, span.end));
        json!({
            "path": format!("{shown}{path}"),
            "line": start.line, "column": start.column,
            "end_line": end.line, "end_column": end.column,
            "start": span.start, "end": span.end,
        })
    };
    let with = |span: Span, key: &str, text: &str| {
        let mut value = place(span);
        value[key] = json!(text);
        value
    };
    let diags = analysis.diags.iter().map(|diag| {
        let labels = diag.labels.iter().filter(|label| sources.get(label.span.file).is_some());
        let labels: Vec<Value> =
            labels.map(|label| with(label.span, "text", &label.text)).collect();
        let fix = diag.fix.as_ref().map(|fix| {
            let edits: Vec<Value> =
                fix.edits.iter().map(|edit| with(edit.span, "replacement", &edit.text)).collect();
            json!({ "title": fix.title, "edits": edits })
        });
        json!({
            "code": diag.meta.code,
            "severity": severity(diag),
            "title": diag.meta.title,
            "message": diag.message,
            "labels": labels,
            "help": diag.help,
            "fix": fix,
        })
    });
    Value::Array(diags.collect())
}
