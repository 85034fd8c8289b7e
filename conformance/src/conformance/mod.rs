//! `cargo xtask conformance`: every example on a real control plane.

mod apply;
pub(crate) mod container;
mod elastic;
pub(crate) mod example;
mod jobmon;
mod kubectl;
mod mutations;
mod pods;
mod prepare;
mod proxy;
mod ready;
mod references;
mod refusals;
mod remove;
mod stream;
pub(crate) mod traefik;
mod typing;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::cluster::isolation;
use crate::report::{self, Report};
use crate::routes::{self, Sample};
use crate::{paths, process, tools};
use stream::Document;

/// The oldest and the newest Kubernetes that the output is for.
const KUBERNETES: [&str; 2] = ["1.34", "1.37"];
/// Hands the compiler's path to the process inside the namespaces.
const COMPILER: &str = "JTC_CONFORMANCE_COMPILER";
/// Hands it the folder for files and logs.
const FOLDER: &str = "JTC_CONFORMANCE_FOLDER";

/// Options of `cargo xtask conformance`.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[derive(clap::Args, Clone)]
pub(crate) struct Options {
    /// Run on this Kubernetes only.
    #[arg(long, value_parser = KUBERNETES)]
    kubernetes: Option<String>,
    /// Apply this example only, a file name without its ending. The parts
    /// that aren't about it have to be asked for with `--only`.
    #[arg(long, value_name = "NAME")]
    example: Option<String>,
    /// Run this part only.
    #[arg(long)]
    only: Option<Step>,
    /// Compare Traefik with its model on many route sets, and do nothing else.
    #[arg(long)]
    routes: bool,
    /// How many route sets `--routes` makes.
    #[arg(long, value_name = "NUMBER", default_value_t = 1008, requires = "routes")]
    sets: usize,
    /// The seed that `--routes` makes them from.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "routes")]
    seed: u64,
    /// Show and compare this route set only.
    #[arg(long, value_name = "NUMBER", requires = "routes")]
    set: Option<usize>,
    /// Type each example letter by letter into the language server instead.
    #[arg(long)]
    typing: bool,
    /// Break every field of the emitted objects in turn, and nothing else: all
    /// mutants of the tests, without a control plane.
    #[arg(long, conflicts_with_all = ["kubernetes", "example", "only", "keep"])]
    mutations: bool,
    /// Keep the folder with the logs of every program.
    #[arg(long)]
    keep: bool,
    /// Run the editors with this repository's configuration instead.
    #[arg(long, conflicts_with = "typing")]
    editors: bool,
    /// The `jtc` to check; built unless said.
    #[arg(long, value_name = "PROGRAM", conflicts_with = "mutations")]
    server: Option<PathBuf>,
}

/// The parts of the suite.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Each example: apply, ready, apply again, Traefik, delete.
    Examples,
    /// One example with the real kubectl.
    Kubectl,
    /// The real Jobmon 3.2.2 behind the real Traefik.
    Jobmon,
    /// What the compiler says the API server would refuse.
    Refusals,
    /// Requests and datagrams through the real Traefik, beside the proof.
    Traffic,
    /// The bodies sent to Elasticsearch against the official types.
    Elastic,
    /// A sample of route sets: Traefik and its model agree.
    Routes,
}

impl Options {
    fn wants(&self, step: Step) -> bool {
        match self.only {
            Some(only) => only == step,
            None => self.example.is_none() || step == Step::Examples,
        }
    }

    fn versions(&self) -> Vec<&'static str> {
        let asked = self.kubernetes.as_deref();
        KUBERNETES
            .into_iter()
            .filter(|version| asked.is_none_or(|asked| asked == *version))
            .collect()
    }

    /// The example topologies that are asked for; none is an error.
    fn examples(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(paths::examples())? {
            let path = entry?.path();
            let asked = self.example.as_deref();
            if path.extension().is_some_and(|ending| ending == "kdl")
                && asked.is_none_or(|asked| path.file_stem().is_some_and(|stem| stem == asked))
            {
                found.push(path);
            }
        }
        found.sort();
        if found.is_empty() {
            bail!("there is no such example in {}", paths::examples().display());
        }
        Ok(found)
    }

    /// The program to check.
    fn compiler(&self) -> Result<PathBuf> {
        match &self.server {
            Some(path) => {
                path.canonicalize().with_context(|| format!("no program {}", path.display()))
            }
            None => build_compiler(),
        }
    }

    fn tools(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        if self.routes || self.only == Some(Step::Routes) {
            return ["programs", "etcd", "kubernetes-1.34"].map(str::to_owned).into();
        }
        if self.only != Some(Step::Elastic) {
            names.extend(["programs", "etcd", "kwok"].map(str::to_owned));
            names.extend(self.versions().iter().map(|version| format!("kubernetes-{version}")));
        }
        if self.wants(Step::Jobmon) {
            names.push("jobmon".to_owned());
        }
        if self.wants(Step::Elastic) {
            names.push("node".to_owned());
        }
        names
    }
}

/// Runs `cargo xtask conformance`.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if isolation::is_inside() {
        return inside(options);
    }
    if options.mutations {
        return mutations::run();
    }
    if options.editors {
        return crate::editors::run(&options.compiler()?);
    }
    let examples = options.examples()?;
    if options.typing {
        return typing::run(&options.compiler()?, &examples);
    }
    let tools = options.tools();
    tools::ensure(&tools.iter().map(String::as_str).collect::<Vec<_>>())?;
    // The routes need no compiler.
    let compiler = if options.routes { PathBuf::new() } else { options.compiler()? };
    let mut folder = tempfile::Builder::new().prefix("jtc-conformance-").tempdir()?;
    if options.keep {
        folder.disable_cleanup(true);
        report::line(format_args!("logs are in {}", folder.path().display()));
    }
    isolation::enter(&[(COMPILER, &compiler), (FOLDER, folder.path())])
}

/// Builds `jtc` and returns the path of the program.
fn build_compiler() -> Result<PathBuf> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--release", "--package", "jtc"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(paths::workspace())
        .stderr(Stdio::inherit())
        .output()
        .context("can't run cargo")?;
    if !output.status.success() {
        bail!("the compiler doesn't build");
    }
    String::from_utf8(output.stdout)?
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| message.pointer("/executable")?.as_str().map(PathBuf::from))
        .next_back()
        .context("`cargo build` names no program")
}

/// The suite runs in a thread of its own, so that the end of the process
/// outside ends the program by returning from `main`: with the first process
/// of the namespace, everything in it ends.
fn inside(options: &Options) -> Result<ExitCode> {
    let place =
        |name| std::env::var_os(name).map(PathBuf::from).with_context(|| format!("no {name}"));
    let (compiler, folder) = (place(COMPILER)?, place(FOLDER)?);
    let (sender, receiver) = mpsc::channel();
    let outside = sender.clone();
    isolation::watch(move || {
        let _ = outside.send(None);
    });
    let options = options.clone();
    std::thread::spawn(move || {
        let suite = std::thread::spawn(move || suite(&options, &compiler, &folder));
        sender.send(Some(suite.join().unwrap_or_else(|_| bail!("the suite panicked"))))
    });
    let passed = receiver.recv()?.unwrap_or(Ok(false))?;
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs a part with a network and mounts of its own.
fn apart(report: &mut Report, name: &str, part: impl FnOnce(&mut Report) + Send) {
    if let Err(error) = isolation::apart(|| part(report)) {
        report.fail(name, &format!("{error:#}"));
    }
}

/// Runs every part that is asked for; true when nothing failed.
fn suite(options: &Options, compiler: &Path, folder: &Path) -> Result<bool> {
    let start = Instant::now();
    let mut report = Report::default();
    if options.routes {
        let sample = Sample { sets: options.sets, seed: options.seed, only: options.set };
        apart(&mut report, "routes", |report| routes::run(report, folder, sample));
        return Ok(report.finish());
    }
    if options.wants(Step::Routes) {
        apart(&mut report, "routes", |report| routes::run(report, folder, routes::QUICK));
    }
    if options.only == Some(Step::Routes) {
        return Ok(report.finish());
    }
    let mut examples = Vec::new();
    report::line(format_args!("compiling"));
    for path in options.examples()? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let compiled = report.check(&format!("{name}: compiles without a warning"), || {
            let documents = compile(compiler, &path)?;
            let note = format!("{} objects", documents.len());
            Ok((documents, note))
        });
        examples.extend(compiled.map(|documents| Example { name, path, documents }));
    }
    if options.wants(Step::Elastic) {
        report::line(format_args!("bodies sent to Elasticsearch"));
        elastic::run(&mut report, folder, &examples);
    }
    if options.only != Some(Step::Elastic) {
        for version in options.versions() {
            apart(&mut report, &format!("Kubernetes {version}"), |report| {
                let folder = folder.join(version);
                let mut part = example::Part { version, compiler, folder, report, cluster: None };
                part.run(options, &examples);
            });
        }
    }
    report::line(format_args!("took {:.0} s", start.elapsed().as_secs_f64()));
    Ok(report.finish())
}

/// A compiled example.
pub(crate) struct Example {
    name: String,
    path: PathBuf,
    documents: Vec<Document>,
}

/// Compiles a topology; a warning is an error.
pub(crate) fn compile(compiler: &Path, topology: &Path) -> Result<Vec<Document>> {
    let output = process::output(Command::new(compiler).arg("compile").arg(topology))?;
    if !output.stderr.is_empty() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    stream::parse(&String::from_utf8(output.stdout)?)
}
