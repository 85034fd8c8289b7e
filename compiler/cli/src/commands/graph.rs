//! `jtc graph`: what comes before what, and why.

use std::path::PathBuf;

use clap::ValueEnum;
use jtc_core::Analysis;
use jtc_core::diagnostics::suggest;
use jtc_core::graph::export;
use jtc_core::proof::draw;

use crate::error::{CliError, Outcome};
use crate::files::OsFiles;
use crate::render::{self, Options};
use crate::ui::{self, Ui};

/// Show what comes before what, or who talks to whom, and why
///
/// An edge leads from what comes first to what comes after, and says why; with
/// `--view routes` from who asks to who answers. A topology with errors shows
/// as far as it goes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
                        jtc graph topology.kdl | dot -Tsvg > graph.svg\n  \
                        jtc graph --format mermaid --view components topology.kdl\n  \
                        jtc graph --view routes --format mermaid topology.kdl\n  \
                        jtc graph --namespace jobmon-prod topology.kdl\n  \
                        jtc graph --format json topology.kdl | jq '.edges[]'")]
pub(crate) struct Graph {
    /// The topology; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How to write it
    #[arg(long, value_enum, default_value_t = GraphFormat::Dot, value_name = "FORMAT")]
    format: GraphFormat,
    /// What the nodes are
    #[arg(long, value_enum, default_value_t = GraphView::Objects, value_name = "VIEW")]
    view: GraphView,
    /// Only what is in this namespace, and what that touches
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GraphFormat {
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
    /// For a program
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GraphView {
    /// Kubernetes objects
    Objects,
    /// What the topology calls them
    Components,
    /// Who talks to whom, by which protocol and port, and why
    Routes,
}

impl Graph {
    pub(crate) fn run(&self, ui: Ui) -> Result<Outcome, CliError> {
        let files = OsFiles::open(&self.file)?;
        let analysis = jtc_core::analyze(files.root(), &files);
        let refused =
            render::tell(&analysis, &files, Options { deny_warnings: false, quiet: true }, ui);
        if let Some(namespace) = &self.namespace {
            self.find(namespace, &analysis)?;
        }
        let view = export::View {
            components: self.view == GraphView::Components,
            namespace: self.namespace.clone(),
        };
        let namespace = self.namespace.as_deref();
        let text = match self.format {
            _ if self.view == GraphView::Routes => {
                let evidence = &analysis.evidence;
                match self.format {
                    GraphFormat::Dot => draw::dot(evidence, namespace),
                    GraphFormat::Mermaid => draw::mermaid(evidence, namespace),
                    GraphFormat::Json => draw::json(evidence, &analysis.sources, namespace),
                }
            }
            GraphFormat::Dot => export::dot(analysis.graph(), &view),
            GraphFormat::Mermaid => export::mermaid(analysis.graph(), &view),
            GraphFormat::Json => {
                export::json(analysis.graph(), analysis.plan(), &analysis.sources, &view)
            }
        };
        ui::stdout(|out| out.write_all(text.as_bytes()))?;
        Ok(if refused { Outcome::Refused } else { Outcome::Done })
    }

    fn find(&self, namespace: &str, analysis: &Analysis) -> Result<(), CliError> {
        let known = crate::commands::namespaces(analysis);
        if known.iter().any(|known| known == namespace) {
            return Ok(());
        }
        let error =
            CliError::usage(format!("`{}` has no namespace `{namespace}`", self.file.display()));
        Err(match suggest(namespace, known.iter().map(String::as_str)) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None if known.is_empty() => error,
            None => error.hint(format!("it has {}", crate::files::list(&known))),
        })
    }
}
