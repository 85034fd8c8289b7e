//! `jtc check`: what is wrong with a topology, and what it needs.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use jtc_core::Analysis;

use crate::error::{CliError, Outcome};
use crate::files::OsFiles;
use crate::render::{self, Counts, MessageFormat, Object, Options, Secret, Summary};
use crate::repair;
use crate::ui::{self, Ui, count};
use crate::watch::watch;

/// Say what is wrong with a topology, and what it needs
///
/// Writes no manifests. When nothing is wrong, says what the topology comes
/// to, and which Secrets must be in which namespace, as the compiler makes
/// none.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
                        jtc check topology.kdl\n  \
                        jtc check --deny-warnings topology.kdl       for a pipeline\n  \
                        jtc check --watch topology.kdl               again at each change\n  \
                        jtc check --diff topology.kdl                what can be repaired for certain\n  \
                        jtc check --fix topology.kdl                 repair it\n  \
                        jtc check --format json topology.kdl         for a program\n  \
                        jtc check --format sarif topology.kdl        for code scanning\n  \
                        jtc check --format github topology.kdl       in a workflow of GitHub\n\n\
                        docs/diagnostics.md has the formats, and recipes for pipelines.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
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
    /// Repair what is certain, in the files, and say what is left
    ///
    /// Comments and layout stay. Either all files are written or none; one that
    /// has changed since it was read, or that a link leads to, is not.
    #[arg(long)]
    fix: bool,
    /// Show as a unified diff what `--fix` would change, and change nothing
    ///
    /// Ends in 1 when there is something to repair.
    #[arg(long)]
    diff: bool,
    /// Check again whenever a file that was read changes, until Ctrl-C
    ///
    /// Also when a file comes that a pattern matches.
    #[arg(short, long, conflicts_with_all = ["fix", "diff"])]
    watch: bool,
}

impl Check {
    pub(crate) fn run(&self, ui: Ui) -> Result<Outcome, CliError> {
        if self.watch {
            return watch(&self.file, None, ui, |files| {
                let analysis = jtc_core::analyze(files.files().root(), files);
                self.tell(&analysis, files.files(), ui)
            });
        }
        let files = OsFiles::open(&self.file)?;
        if self.diff {
            return self.show_repairs(&files);
        }
        if self.fix {
            return self.repair(&files, ui);
        }
        let analysis = jtc_core::analyze(files.root(), &files);
        self.tell(&analysis, &files, ui)
    }

    /// Says what is wrong, and what the topology comes to.
    fn tell(&self, analysis: &Analysis, files: &OsFiles, ui: Ui) -> Result<Outcome, CliError> {
        let options = Options { deny_warnings: self.deny_warnings, quiet: false };
        if self.format == MessageFormat::Human {
            let refused = render::tell(analysis, files, options, ui);
            if !refused && let Some(summary) = summary(analysis) {
                ui::stdout(|out| out.write_all(human(&summary, analysis).as_bytes()))?;
            }
        } else {
            ui::stdout(|out| {
                render::write(self.format, analysis, files, options, summary(analysis), out)
            })?;
        }
        Ok(self.outcome(analysis))
    }

    fn outcome(&self, analysis: &Analysis) -> Outcome {
        let refused = Counts::of(&analysis.diags).refused(self.deny_warnings);
        if refused { Outcome::Refused } else { Outcome::Done }
    }

    /// Makes all certain repairs, and says what is left.
    fn repair(&self, files: &OsFiles, ui: Ui) -> Result<Outcome, CliError> {
        if self.file == Path::new("-") {
            return Err(CliError::usage("standard input can't be repaired")
                .hint("`--diff` shows what would be, and a file can be repaired"));
        }
        let repaired = repair::repair(files);
        repaired.write()?;
        if repaired.made > 0 && self.format == MessageFormat::Human {
            ui::say(&format!(
                "repaired {} in {}\n",
                count(repaired.made, "mistake"),
                count(repaired.changed(), "file")
            ));
        }
        self.tell(&repaired.analysis, files, ui)
    }

    /// Shows what `--fix` would change.
    fn show_repairs(&self, files: &OsFiles) -> Result<Outcome, CliError> {
        let repaired = repair::repair(files);
        let diff = repaired.diff();
        ui::stdout(|out| out.write_all(diff.as_bytes()))?;
        let left = Counts::of(&repaired.analysis.diags);
        let told = format!(
            "{} can be repaired for certain; {} would be left",
            count(repaired.made, "mistake"),
            left.describe_or_nothing()
        );
        ui::say(&told);
        // What would be repaired is wrong still.
        if repaired.made > 0 {
            return Ok(Outcome::Refused);
        }
        Ok(self.outcome(&repaired.analysis))
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
        let certificate = ["tls.crt", "tls.key"];
        let keys = if keys.is_empty() {
            "(whatever it holds)".to_owned()
        } else if *keys == certificate {
            format!("{} (type kubernetes.io/tls)", keys.join(" "))
        } else {
            keys.join(" ")
        };
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
    let plan = analysis.plan()?;
    let secrets = analysis.graph().secrets.iter().map(|secret| Secret {
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
