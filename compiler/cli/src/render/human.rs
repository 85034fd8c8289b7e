//! Diagnostics, as a person reads them: drawn, or in sentences where nothing
//! can be drawn.

use std::fmt::Write;

use jtc_core::Analysis;
use jtc_core::diagnostics::Diag;
use jtc_core::sources::Sources;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan};

use super::excerpt::{self, Excerpts};
use super::{Counts, Options, harmless, links, narrate};
use crate::ui::{self, Ui, count};

/// The most diagnostics that are shown; the rest is counted.
const SHOWN: usize = 50;

/// Tells a person on standard error what is wrong, the first of it in full,
/// and answers whether the run is refused.
pub(super) fn tell(analysis: &Analysis, shown: &str, options: Options, ui: Ui) -> bool {
    let counts = Counts::of(&analysis.diags);
    let refused = counts.refused(options.deny_warnings);
    let diags: Vec<&Diag> = analysis.diags.iter().filter(|diag| options.shows(diag)).collect();
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
    if diags.is_empty() {
        return refused;
    }
    let summary = summary(counts, &diags, refused);
    if refused {
        ui.error(&summary);
    } else {
        ui.warning(&summary);
    }
    refused
}

/// How many there are, and where to read on.
fn summary(counts: Counts, diags: &[&Diag], refused: bool) -> String {
    // Writing to a string can't fail.
    let mut summary = counts.describe();
    if counts.errors == 0 && refused {
        summary.push_str(", and `--deny-warnings` allows none");
    }
    if counts.fixes > 0 {
        let number = if counts.fixes == counts.errors + counts.warnings && counts.fixes > 1 {
            "all".to_owned()
        } else {
            counts.fixes.to_string()
        };
        let _ = write!(summary, "\n  hint: {number} can be repaired by `jtc check --fix`");
    }
    let first = diags.iter().find(|diag| diag.is_error()).or(diags.first());
    if let Some(code) = first.map(|diag| diag.meta.code) {
        let _ = write!(summary, "\n  hint: `jtc explain {code}` says more about {code}");
    }
    summary
}

/// Turns diagnostics into text.
struct Renderer<'a> {
    handler: GraphicalReportHandler,
    /// What stands before each path.
    shown: &'a str,
    /// Whether nothing is drawn.
    narrate: bool,
    /// Whether codes link to their pages.
    links: bool,
}

impl<'a> Renderer<'a> {
    fn new(shown: &'a str, ui: Ui) -> Self {
        let theme = match (ui.unicode, ui.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        // Lines break at blanks only: paths and names stay whole, to be copied.
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(ui.width)
            .with_break_words(false)
            .with_word_separator(textwrap::WordSeparator::AsciiSpace)
            .with_word_splitter(textwrap::WordSplitter::NoHyphenation);
        Self { handler, shown, narrate: ui.narrate, links: ui.links }
    }

    fn render(&self, diag: &Diag, sources: &Sources) -> String {
        if self.narrate {
            return narrate::tell(diag, sources, self.shown);
        }
        let excerpts = Excerpts::new(diag, sources, self.shown);
        let mut message = harmless(&diag.message).into_owned();
        let more = diag.labels.len().saturating_sub(excerpt::MOST);
        if more > 0 {
            let _ = write!(message, " (and {})", count(more, "more place"));
        }
        // A file without a letter has nothing to show.
        if excerpts.labels().is_empty()
            && let (path, _) = sources.place(diag.span())
            && !path.is_empty()
        {
            let path = format!("{}{path}", self.shown);
            if !message.contains(&path) {
                let _ = write!(message, " (in `{path}`)");
            }
        }
        let link = if self.links { links::page(diag.meta) } else { None };
        let shown = Shown { diag, message, link, labels: excerpts.labels().to_vec(), excerpts };
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
    /// The page of its code.
    link: Option<String>,
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
        let code = format!("{}[{}]", self.diag.meta.severity.as_str(), self.diag.meta.code);
        Some(Box::new(match &self.link {
            Some(link) => format!("\u{1b}]8;;{link}\u{1b}\\{code}\u{1b}]8;;\u{1b}\\"),
            None => code,
        }))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(if self.diag.is_error() { miette::Severity::Error } else { miette::Severity::Warning })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let help = self.diag.help.as_ref();
        help.map(|help| Box::new(harmless(help)) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        if self.labels.is_empty() { None } else { Some(&self.excerpts) }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
