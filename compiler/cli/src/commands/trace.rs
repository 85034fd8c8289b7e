//! `jtc trace`: how somebody reaches somebody, hop by hop.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;
use jtc_core::diagnostics::suggest;
use jtc_core::proof::trace::{self, Path, Pattern};
use jtc_core::proof::trail::Involved;
use jtc_core::{Analysis, syntax::Span};

use crate::error::{CliError, Outcome};
use crate::files::OsFiles;
use crate::render::{self, Options};
use crate::ui::{self, Ui, count};

/// Show how one component reaches another, hop by hop
///
/// An end is `namespace/component`, a namespace, the name of an `external`, or
/// `outside`, for who comes in by a load balancer. Each hop names the object and
/// the field that decide it, and the line of the topology that they come from. A
/// path that would fail shows where it ends, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
                        jtc trace topology.kdl jobmon-reapers jobmon-prod/server\n  \
                        jtc trace topology.kdl jobmon-prod/server mysql\n  \
                        jtc trace topology.kdl jobmon-prod                everything that it reaches\n  \
                        jtc trace --all topology.kdl                      who reaches whom, as a table\n  \
                        jtc trace --all --format json topology.kdl | jq '.paths[] | select(.works | not)'")]
pub(crate) struct Trace {
    /// The topology; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Who reaches
    #[arg(value_name = "FROM", required_unless_present = "all")]
    from: Option<String>,
    /// Whom it reaches; everything without
    #[arg(value_name = "TO")]
    to: Option<String>,
    /// All paths, as a table
    #[arg(long, conflicts_with_all = ["from", "to"])]
    all: bool,
    /// How to write it
    #[arg(long, value_enum, default_value_t = TraceFormat::Human, value_name = "FORMAT")]
    format: TraceFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TraceFormat {
    /// For a person
    Human,
    /// For a program
    Json,
}

impl Trace {
    pub(crate) fn run(&self, ui: Ui) -> Result<Outcome, CliError> {
        let files = OsFiles::open(&self.file)?;
        let analysis = jtc_core::analyze(files.root(), &files);
        let refused =
            render::tell(&analysis, &files, Options { deny_warnings: false, quiet: true }, ui);
        let pattern = |text: &Option<String>| -> Result<(), CliError> {
            text.as_ref().map_or(Ok(()), |text| self.known(text, &analysis))
        };
        if !refused {
            pattern(&self.from)?;
            pattern(&self.to)?;
        }
        let (from, to) =
            (self.from.as_deref().map(Pattern::new), self.to.as_deref().map(Pattern::new));
        let paths = analysis.trace(from.as_ref(), to.as_ref());
        let text = match self.format {
            TraceFormat::Json => {
                let errors = analysis.diags.iter().filter(|diag| diag.is_error()).count();
                let value = trace::json(&paths, &analysis.evidence, &analysis.sources, errors);
                format!("{value:#}\n")
            }
            TraceFormat::Human if self.all => table(&paths, &analysis),
            TraceFormat::Human if paths.is_empty() => self.none(&analysis),
            TraceFormat::Human => {
                let shown = Shown { analysis: &analysis, prefix: files.shown() };
                paths.iter().map(|path| shown.path(path)).collect::<Vec<_>>().join("\n")
            }
        };
        ui::stdout(|out| out.write_all(text.as_bytes()))?;
        let broken = paths.iter().any(|path| path.broken.is_some());
        Ok(if refused || broken { Outcome::Refused } else { Outcome::Done })
    }

    /// That nothing in the topology asks for such a path.
    fn none(&self, analysis: &Analysis) -> String {
        let from = self.from.as_deref().unwrap_or_default();
        match &self.to {
            Some(to) if analysis.has_errors() => {
                format!(
                    "no path from `{from}` to `{to}` is made: the errors told above may be why\n"
                )
            }
            Some(to) => {
                let policies = if analysis.evidence.policies {
                    ", and `jtc` opens no policy for what nothing asks for"
                } else {
                    ""
                };
                format!(
                    "nothing in the topology asks for a path from `{from}` to `{to}`{policies}\n  \
                     hint: a `workload` asks with `connect`, and what comes from outside with a `route`\n"
                )
            }
            None => format!("`{from}` reaches nobody\n"),
        }
    }

    /// Refuses a name that the topology hasn't.
    fn known(&self, text: &str, analysis: &Analysis) -> Result<(), CliError> {
        let ends = analysis.evidence.ends();
        let pods = analysis.evidence.network.spaces().flat_map(|(namespace, space)| {
            space.pods.iter().map(move |pods| format!("{namespace}/{}", pods.component))
        });
        let mut known: BTreeSet<String> = ends.into_iter().chain(pods).collect();
        known.extend(crate::commands::namespaces(analysis));
        if known.contains(text) {
            return Ok(());
        }
        let error = CliError::usage(format!("`{}` has no `{text}`", self.file.display()));
        if text == jtc_core::proof::demand::OUTSIDE {
            return Err(error.hint("nobody comes from outside: no `traefik` has a `load-balancer`"));
        }
        // A component without its namespace.
        let own = known.iter().find(|end| end.split_once('/').is_some_and(|(_, own)| own == text));
        if let Some(own) = own {
            return Err(error.hint(format!("did you mean `{own}`?")));
        }
        Err(match suggest(text, known.iter().map(String::as_str)) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error.hint("an end is `namespace/component`, a namespace, or an `external`"),
        })
    }
}

/// Paths with their places.
struct Shown<'a> {
    analysis: &'a Analysis,
    /// What stands before each path of a file.
    prefix: &'a str,
}

impl Shown<'_> {
    fn place(&self, span: Span) -> String {
        let (path, at) = self.analysis.sources.place(span);
        format!("{}{path}:{}", self.prefix, at.line)
    }

    fn path(&self, path: &Path<'_>) -> String {
        let demand = &*path.demand;
        let mut text = format!(
            "{} -> {}: {} ({})\n",
            name(demand.from()),
            name(demand.to(&self.analysis.evidence)),
            demand.why,
            self.place(demand.span),
        );
        for hop in &path.hops {
            let object = hop.object.as_ref().map(ToString::to_string).unwrap_or_default();
            let field =
                if hop.field.is_empty() { String::new() } else { format!(" {}", hop.field) };
            // Writing to a string can't fail.
            let _ = writeln!(text, "  {:14}  {}", hop.step.as_str(), hop.text);
            let comma = if object.is_empty() { "" } else { ", " };
            let place = self.place(hop.source);
            let _ = writeln!(text, "  {:14}    {object}{field}{comma}{place}", "");
        }
        match &path.broken {
            None if self.analysis.has_errors() => {
                text.push_str("  works, as far as the errors told above leave it\n");
            }
            None => text.push_str("  works\n"),
            Some(broken) => {
                let _ =
                    writeln!(text, "  {:14}  ends here: {}", broken.step.as_str(), broken.clause);
                for Involved { span, label, .. } in &broken.places {
                    let _ = writeln!(text, "  {:14}    {label}, {}", "", self.place(*span));
                }
                let _ = writeln!(text, "  {:14}    help: {}", "", broken.help);
            }
        }
        text
    }
}

fn name((namespace, component): (&str, &str)) -> String {
    if namespace.is_empty() { component.to_owned() } else { format!("{namespace}/{component}") }
}

/// Who reaches whom: a row for each who talks, with everything that it
/// reaches; `!` stands before a path that would fail.
fn table(paths: &[Path<'_>], analysis: &Analysis) -> String {
    let mut rows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        let mark = if path.broken.is_some() { "!" } else { "" };
        let to = format!("{mark}{}", name(path.demand.to(&analysis.evidence)));
        rows.entry(name(path.demand.from())).or_default().insert(to);
    }
    let width = rows.keys().map(String::len).max().unwrap_or_default();
    let mut text = String::new();
    for (from, to) in &rows {
        let to: Vec<&str> = to.iter().map(String::as_str).collect();
        let _ = writeln!(text, "{from:width$}  {}", to.join("  "));
    }
    let broken = paths.iter().filter(|path| path.broken.is_some()).count();
    let missing =
        if analysis.has_errors() { "; more may be missing, for the errors told above" } else { "" };
    let _ = writeln!(text, "\n{}, {broken} would fail{missing}", count(paths.len(), "path"));
    text
}
