//! `cargo xtask bench`: how long topologies of many namespaces take, beside
//! Helm rendering the same objects in the same run.

mod chart;
mod lsp;
mod measure;
mod stages;
mod table;
mod topology;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

use self::chart::Chart;
use self::measure::{Taken, median};
use crate::{paths, process, report, tools};

/// Options of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The sizes to measure.
    #[arg(long, value_delimiter = ',', default_value = "100,1000,10000")]
    namespaces: Vec<usize>,
    /// How often each is run; the middle of the results counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// The largest size at which Helm is measured too.
    #[arg(long, default_value_t = 1000)]
    helm_up_to: usize,
    /// Measure the language server instead: from a keystroke to diagnostics.
    #[arg(long)]
    lsp: bool,
    /// Measure this program instead of building one.
    #[arg(long, value_name = "FILE")]
    jtc: Option<PathBuf>,
    /// Put the figures into docs/performance.md, between its marks.
    #[arg(long)]
    write: bool,
    /// Keep the topologies and charts in this folder.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Runs the stages on a file and tells what each took.
    #[arg(long, hide = true, value_name = "FILE")]
    stages: Option<PathBuf>,
    /// Runs one command and tells what it took.
    #[arg(long, hide = true, num_args = 1.., allow_hyphen_values = true, value_name = "COMMAND")]
    measured: Option<Vec<OsString>>,
}

/// A program at one size.
#[derive(Clone, Copy, Debug)]
struct Figures {
    /// The middle of all runs, each figure for itself.
    taken: Taken,
    /// Objects it writes.
    objects: usize,
}

/// All that was measured at one size.
struct Size {
    namespaces: usize,
    /// Lines of the topology.
    lines: usize,
    jtc: Figures,
    helm: Option<Figures>,
    stages: Vec<stages::Stage>,
}

/// A program and its arguments.
struct Contender {
    program: PathBuf,
    arguments: Vec<OsString>,
    objects: usize,
    runs: Vec<Taken>,
}

impl Contender {
    fn new(program: &Path, arguments: &[&std::ffi::OsStr]) -> Result<Self> {
        let arguments: Vec<OsString> = arguments.iter().map(|&word| word.to_owned()).collect();
        // The first run also brings programs and files into memory.
        let objects = measure::objects(program, &arguments)?;
        Ok(Self { program: program.to_owned(), arguments, objects, runs: Vec::new() })
    }

    fn run(&mut self) -> Result<()> {
        self.runs.push(measure::run(&self.program, &self.arguments)?);
        Ok(())
    }

    fn figures(&self) -> Figures {
        let middle = |of: fn(&Taken) -> f64| median(self.runs.iter().map(of).collect());
        let taken = Taken {
            wall: middle(|taken| taken.wall),
            processor: middle(|taken| taken.processor),
            memory: middle(|taken| taken.memory),
            bytes: middle(|taken| taken.bytes),
        };
        Figures { taken, objects: self.objects }
    }
}

/// Runs `cargo xtask bench`.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if let Some(words) = &options.measured {
        return measure::measured(words);
    }
    if let Some(file) = &options.stages {
        return stages::measured(file);
    }
    if options.lsp {
        return match &options.jtc {
            Some(program) => lsp::run(program),
            None => lsp::run(&build("jtc")?),
        };
    }
    tools::ensure(&["helm"])?;
    let helm = tools::program("helm", "helm")?;
    let jtc = match &options.jtc {
        Some(program) => program.clone(),
        None => build("jtc")?,
    };
    // The stages are measured in a program built as the compiler is.
    let stages = if cfg!(debug_assertions) { build("xtask")? } else { std::env::current_exe()? };
    let scratch = tempfile::tempdir()?;
    let folder = options.keep.clone().unwrap_or_else(|| scratch.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let sample = folder.join("sample.kdl");
    std::fs::write(&sample, topology::topology(topology::SHAPES))?;
    let chart = Chart::new(&process::stdout(
        Command::new(&jtc).arg("compile").arg("--deny-warnings").arg(&sample),
    )?)?;
    let mut trials = Vec::new();
    for &namespaces in &options.namespaces {
        report::line(format_args!("preparing {namespaces} namespaces …"));
        let helm = (namespaces <= options.helm_up_to).then_some(&*helm);
        trials.push(Trial::new(namespaces, &folder, &chart, &jtc, helm)?);
    }
    // All sizes take turns, so that a machine whose speed drifts slows them alike.
    for round in 1..=options.runs {
        report::line(format_args!("round {round} of {} …", options.runs));
        for trial in &mut trials {
            trial.round(&stages)?;
        }
    }
    let sizes: Vec<Size> = trials.into_iter().map(Trial::size).collect();
    let text = table::text(&sizes, options.runs);
    report::line(format_args!("\n{text}"));
    if options.write {
        table::write(&text)?;
    }
    Ok(if table::reached(&sizes) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds a program of this workspace as it is released.
fn build(package: &str) -> Result<PathBuf> {
    report::line(format_args!("building {package} …"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let messages = process::stdout(Command::new(cargo).current_dir(paths::workspace()).args([
        "build",
        "--release",
        "--message-format=json",
        "-p",
        package,
    ]))?;
    executable(&messages, package)
}

/// Where cargo put a program, from its messages.
fn executable(messages: &str, package: &str) -> Result<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message.pointer("/target/name").is_some_and(|name| name == package))
        .find_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)))
        .with_context(|| format!("cargo built no program called {package}"))
}

/// A size while it is measured.
struct Trial {
    namespaces: usize,
    lines: usize,
    file: PathBuf,
    jtc: Contender,
    helm: Option<Contender>,
    stages: Vec<Vec<stages::Stage>>,
}

impl Trial {
    fn new(
        namespaces: usize,
        folder: &Path,
        chart: &Chart,
        jtc: &Path,
        helm: Option<&Path>,
    ) -> Result<Self> {
        let file = folder.join(format!("{namespaces}.kdl"));
        let text = topology::topology(namespaces);
        std::fs::write(&file, &text)?;
        let arguments = ["compile".as_ref(), "--deny-warnings".as_ref(), file.as_os_str()];
        let jtc = Contender::new(jtc, &arguments)?;
        let helm = helm
            .map(|helm| {
                let chart_folder = folder.join(format!("chart-{namespaces}"));
                chart.write(&chart_folder, namespaces)?;
                Contender::new(
                    helm,
                    &[
                        "template".as_ref(),
                        "--include-crds".as_ref(),
                        "bench".as_ref(),
                        chart_folder.as_os_str(),
                    ],
                )
            })
            .transpose()?;
        if let Some(helm) = &helm {
            ensure!(
                helm.objects == jtc.objects,
                "not comparable: jtc writes {} objects, Helm {}",
                jtc.objects,
                helm.objects
            );
        }
        let lines = text.lines().count();
        Ok(Self { namespaces, lines, file, jtc, helm, stages: Vec::new() })
    }

    /// Runs each program once.
    fn round(&mut self, stages: &Path) -> Result<()> {
        self.jtc.run()?;
        if let Some(helm) = &mut self.helm {
            helm.run()?;
        }
        measure::warm();
        self.stages.push(stages::read(&process::stdout(
            Command::new(stages).args(["bench", "--stages"]).arg(&self.file),
        )?)?);
        Ok(())
    }

    fn size(self) -> Size {
        Size {
            namespaces: self.namespaces,
            lines: self.lines,
            jtc: self.jtc.figures(),
            helm: self.helm.map(|helm| helm.figures()),
            stages: middle(&self.stages),
        }
    }
}

/// The middle of each stage's figures over all runs.
fn middle(runs: &[Vec<stages::Stage>]) -> Vec<stages::Stage> {
    let names = runs.first().into_iter().flatten().map(|stage| &stage.name);
    names
        .enumerate()
        .map(|(index, name)| {
            let of = |figure: fn(&stages::Stage) -> f64| {
                median(runs.iter().filter_map(|run| run.get(index)).map(figure).collect())
            };
            stages::Stage {
                name: name.clone(),
                wall: of(|stage| stage.wall),
                memory: of(|stage| stage.memory),
            }
        })
        .collect()
}
