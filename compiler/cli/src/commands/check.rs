//! `jtc check`: what is wrong with a topology, and what it needs.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use jtc_core::Analysis;

use crate::error::{CliError, Outcome};
use crate::files::OsFiles;
use crate::render::{self, Counts, MessageFormat, Object, Options, Secret, Summary};
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
                        jtc check --format json topology.kdl         for a program\n  \
                        jtc check --format sarif topology.kdl        for code scanning\n  \
                        jtc check --format github topology.kdl       in a workflow of GitHub\n\n\
                        docs/diagnostics.md has the formats, and recipes for pipelines.")]
pub(crate) struct Check {
    /// The topology; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Treat warnings as errors
    #[arg(long)]
    deny_warnings: bool,
    /// How to say it; all formats but `human` go to standard output
    #[arg(long, value_enum, default_value_t = MessageFormat::Human, value_name = "FORMAT")]
    format: MessageFormat,
}

impl Check {
    pub(crate) fn run(&self, ui: Ui) -> Result<Outcome, CliError> {
        let files = OsFiles::open(&self.file)?;
        let analysis = jtc_core::analyze(files.root(), &files);
        let options = Options { deny_warnings: self.deny_warnings, quiet: false };
        if self.format == MessageFormat::Human {
            let refused = render::tell(&analysis, &files, options, ui);
            if !refused && let Some(summary) = summary(&analysis) {
                ui::stdout(|out| out.write_all(human(&summary, &analysis).as_bytes()))?;
            }
        } else {
            ui::stdout(|out| {
                render::write(self.format, &analysis, &files, options, summary(&analysis), out)
            })?;
        }
        let refused = Counts::of(&analysis.diags).refused(self.deny_warnings);
        Ok(if refused { Outcome::Refused } else { Outcome::Done })
    }
}

/// A summary, as a person reads it.
fn human(summary: &Summary, analysis: &Analysis) -> String {
    let mut text = format!(
        "{}, {}, {}\n",
        count(summary.namespaces, "namespace"),
        count(summary.objects, "object"),
        count(summary.waves, "wave"),
    );
    if !summary.secrets.is_empty() {
        text.push_str("\nThese Secrets must be there before the objects are applied:\n");
    }
    let width = |part: fn(&Secret) -> &String| {
        summary.secrets.iter().map(|secret| part(secret).len()).max().unwrap_or_default()
    };
    let (namespaces, names) = (width(|secret| &secret.namespace), width(|secret| &secret.name));
    for Secret { namespace, name, keys } in &summary.secrets {
        let keys = if keys.is_empty() { "(whatever it holds)".to_owned() } else { keys.join(" ") };
        // Writing to a string can't fail.
        let _ = writeln!(text, "  {namespace:namespaces$}  {name:names$}  {keys}");
    }
    if !summary.removed.is_empty() {
        text.push_str("\nRetired, to be removed where it is still there:\n");
        text.push_str(&super::removals(&analysis.removed()));
    }
    text
}

/// What a topology without errors comes to.
fn summary(analysis: &Analysis) -> Option<Summary> {
    let plan = analysis.plan.as_ref()?;
    let secrets = analysis.graph.secrets.iter().map(|secret| Secret {
        namespace: secret.namespace.to_string(),
        name: secret.name.to_string(),
        keys: secret.keys.clone(),
    });
    let removed = analysis.removed().into_iter().map(|id| Object {
        kind: id.kind.as_str().to_owned(),
        namespace: id.namespace.as_deref().map(str::to_owned),
        name: id.name.to_string(),
    });
    let waves: BTreeSet<u32> = plan.steps.iter().map(|step| step.wave).collect();
    Some(Summary {
        namespaces: super::namespaces(analysis).len(),
        objects: plan.steps.len(),
        waves: waves.len(),
        secrets: secrets.collect(),
        removed: removed.collect(),
    })
}
