//! `jtc check`: what is wrong with a topology, and what it needs.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use jtc_core::Analysis;
use jtc_core::model::object::ObjectId;
use serde_json::{Value, json};

use crate::error::{CliError, Outcome};
use crate::files::OsFiles;
use crate::render::{self, Counts, Options};
use crate::ui::{self, Ui, count};

/// Say what is wrong with a topology, and what it needs
///
/// Writes no manifests. When nothing is wrong, says what the topology comes
/// to, and which Secrets must be in which namespace, as the compiler makes
/// none.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
                        jtc check topology.kdl\n  \
                        jtc check --deny-warnings topology.kdl       for a pipeline\n  \
                        jtc check --format json topology.kdl         for a program")]
pub(crate) struct Check {
    /// The topology; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Treat warnings as errors
    #[arg(long)]
    deny_warnings: bool,
    /// How to say it
    #[arg(long, value_enum, default_value_t = CheckFormat::Human, value_name = "FORMAT")]
    format: CheckFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For a person
    Human,
    /// For a program: all diagnostics, with every place, on standard output
    Json,
}

/// What a topology comes to.
struct Summary {
    namespaces: usize,
    objects: usize,
    waves: usize,
    /// Namespace, Secret, keys; no keys when it is taken whole.
    secrets: Vec<(String, String, Vec<String>)>,
    /// What retired reapers have left.
    removed: Vec<ObjectId>,
}

impl Check {
    pub(crate) fn run(&self, ui: Ui) -> Result<Outcome, CliError> {
        let files = OsFiles::open(&self.file)?;
        let analysis = jtc_core::analyze(files.root(), &files);
        let refused = match self.format {
            CheckFormat::Human => {
                let options = Options { deny_warnings: self.deny_warnings, quiet: false };
                let refused = render::tell(&analysis, files.shown(), options, ui);
                if !refused && let Some(summary) = summary(&analysis) {
                    ui::stdout(|out| out.write_all(summary.human().as_bytes()))?;
                }
                refused
            }
            CheckFormat::Json => {
                let counts = Counts::of(&analysis.diags);
                let answer = json!({
                    "errors": counts.errors,
                    "warnings": counts.warnings,
                    "diagnostics": render::json(&analysis, files.shown()),
                    "summary": summary(&analysis).map(|summary| summary.json()),
                });
                ui::stdout(|out| {
                    serde_json::to_writer_pretty(&mut *out, &answer)?;
                    out.write_all(b"\n")
                })?;
                counts.refused(self.deny_warnings)
            }
        };
        Ok(if refused { Outcome::Refused } else { Outcome::Done })
    }
}

impl Summary {
    fn human(&self) -> String {
        let mut text = format!(
            "{}, {}, {}\n",
            count(self.namespaces, "namespace"),
            count(self.objects, "object"),
            count(self.waves, "wave"),
        );
        if !self.secrets.is_empty() {
            text.push_str("\nThese Secrets must be there before the objects are applied:\n");
        }
        let width = |part: fn(&(String, String, Vec<String>)) -> &String| {
            self.secrets.iter().map(|secret| part(secret).len()).max().unwrap_or_default()
        };
        let (namespaces, names) = (width(|secret| &secret.0), width(|secret| &secret.1));
        for (namespace, name, keys) in &self.secrets {
            let keys =
                if keys.is_empty() { "(whatever it holds)".to_owned() } else { keys.join(" ") };
            // Writing to a string can't fail.
            let _ = writeln!(text, "  {namespace:namespaces$}  {name:names$}  {keys}");
        }
        if !self.removed.is_empty() {
            text.push_str("\nRetired, to be removed where it is still there:\n");
            text.push_str(&super::removals(&self.removed));
        }
        text
    }

    fn json(&self) -> Value {
        let secrets = self.secrets.iter().map(
            |(namespace, name, keys)| json!({ "namespace": namespace, "name": name, "keys": keys }),
        );
        json!({
            "namespaces": self.namespaces,
            "objects": self.objects,
            "waves": self.waves,
            "secrets": secrets.collect::<Vec<_>>(),
            "removed": self.removed.iter().map(|id| json!({
                "kind": id.kind.as_str(),
                "namespace": id.namespace.as_deref(),
                "name": &*id.name,
            })).collect::<Vec<_>>(),
        })
    }
}

/// What a topology without errors comes to.
fn summary(analysis: &Analysis) -> Option<Summary> {
    let plan = analysis.plan.as_ref()?;
    let secrets =
        analysis.graph.secrets.iter().map(|secret| {
            (secret.namespace.to_string(), secret.name.to_string(), secret.keys.clone())
        });
    let waves: BTreeSet<u32> = plan.steps.iter().map(|step| step.wave).collect();
    Some(Summary {
        namespaces: super::namespaces(analysis).len(),
        objects: plan.steps.len(),
        waves: waves.len(),
        secrets: secrets.collect(),
        removed: analysis.removed(),
    })
}
