//! Where the time goes: the compiler's stages one after another, in this
//! process, with the memory that it holds after each.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use jtc_core::components::program::Home;
use jtc_core::components::site::Made;
use jtc_core::diagnostics::Report;
use jtc_core::emit::{Document, Format, Texts};
use jtc_core::proof::{self, Evidence};
use jtc_core::sources::{FileProblem, Files};
use jtc_core::{checks, emit, graph, lower, plan, resolve};
use serde_json::{Value, json};

use crate::report;

/// As in the compiler itself, so that its stages are measured as they run there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the names of the proof's stages begin with.
pub(super) const PROOF: &str = "proof: ";
/// The stages that turn made objects into the text of the manifests.
pub(super) const TEXT: [&str; 2] = ["write objects", "emit in order"];
/// The stage that writes this text to a file.
pub(super) const FILE: &str = "write the file";

/// One stage.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    /// What it does.
    pub(super) name: String,
    /// In seconds.
    pub(super) wall: f64,
    /// Memory that the process holds when it is done, in bytes.
    pub(super) memory: f64,
}

/// Reads what [`measured`] wrote.
pub(super) fn read(text: &str) -> Result<Vec<Stage>> {
    let value: Value = serde_json::from_str(text)?;
    let stages = value.as_array().context("a list of stages")?;
    stages
        .iter()
        .map(|stage| {
            let number = |name: &str| stage.get(name).and_then(Value::as_f64).context("a number");
            let name = stage.get("name").and_then(Value::as_str).context("a name")?.to_owned();
            Ok(Stage { name, wall: number("wall")?, memory: number("memory")? })
        })
        .collect()
}

/// One file, without includes.
struct One(Vec<u8>);

impl Files for One {
    fn read(&self, _: &str) -> Result<Vec<u8>, FileProblem> {
        Ok(self.0.clone())
    }

    fn matching(&self, _: &str) -> Result<Vec<String>, FileProblem> {
        Ok(Vec::new())
    }
}

/// What is measured so far.
struct Clock {
    last: Instant,
    stages: Vec<Value>,
}

impl Clock {
    fn stage(&mut self, name: &str) -> Result<()> {
        self.parts(name, &[])
    }

    /// A stage of which parts, done by all threads in between, are told apart.
    fn parts(&mut self, name: &str, parts: &[(&str, Duration)]) -> Result<()> {
        let rest = parts.iter().map(|(_, part)| *part).sum();
        let wall = self.last.elapsed().saturating_sub(rest);
        let memory = resident()?;
        for (name, wall) in std::iter::once((name, wall)).chain(parts.iter().copied()) {
            let wall = wall.as_secs_f64();
            self.stages.push(json!({ "name": name, "wall": wall, "memory": memory }));
        }
        self.last = Instant::now();
        Ok(())
    }
}

/// Time that threads spend on something, one beside the other.
#[derive(Default)]
struct Shared(AtomicU64);

impl Shared {
    fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let made = work();
        let nanoseconds = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_add(nanoseconds, Ordering::Relaxed);
        made
    }

    /// The time that it takes all of them together, if none is idle.
    fn wall(&self) -> Duration {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = u64::try_from(threads).unwrap_or(1);
        Duration::from_nanos(self.0.load(Ordering::Relaxed) / threads)
    }
}

/// The memory that this process holds, in bytes (`proc_pid_status(5)`).
fn resident() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1024)
}

/// Writes the stream as `jtc compile` does.
fn write(documents: &[Document]) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
    for document in documents {
        writeln!(out, "---\n# {}:{}", document.path, document.line)?;
        out.write_all(document.text.as_bytes())?;
    }
    out.flush()
}

/// Runs the stages on a file and writes what each took.
pub(super) fn measured(file: &Path) -> Result<ExitCode> {
    let files = One(fs::read(file)?);
    let mut clock = Clock { last: Instant::now(), stages: Vec::new() };
    let mut report = Report::default();
    let (sources, topology, _) =
        lower::lower("bench.kdl", &files, &mut lower::Cache::default(), &mut report);
    clock.stage("lower: parse, validate, read")?;
    let world = resolve::resolve(&topology, &mut report);
    clock.stage("resolve names")?;
    let (writing, reading) = (Shared::default(), Shared::default());
    let asking = checks::routes::Asking::new(&world);
    let look = |home: &Home<'_>, made: &Made, report: &mut Report| {
        checks::programs::check(home, made, report);
        checks::manifests::check(&world, home, made, report);
        checks::routes::check(&world, &asking, home, made, report);
        let written = writing.time(|| emit::written(&made.objects, Format::Yaml));
        (written, reading.time(|| Arc::new(proof::see(&world, home, made))))
    };
    let (parts, looked) = graph::build(&world, look, &mut report);
    let (texts, seen): (Vec<_>, Vec<_>) = looked.into_iter().unzip();
    clock.parts(
        "make objects, check and link them",
        &[("write objects", writing.wall()), ("proof: read objects", reading.wall())],
    )?;
    let texts = Texts::new(&world, texts, Format::Yaml);
    clock.stage("definitions")?;
    checks::check(&world, &mut report);
    clock.stage("check the whole")?;
    let evidence = Evidence::new(&world, seen);
    clock.stage("proof: join what was read")?;
    proof::check(&evidence, &mut report);
    clock.stage("proof: go every path")?;
    let graph = parts.into_graph();
    clock.stage("graph: join the parts")?;
    let plan = plan::plan(&graph, &mut report).context("no plan")?;
    clock.stage("plan waves")?;
    let documents = emit::emit(texts, &graph, &plan, &sources);
    clock.stage("emit in order")?;
    write(&documents).context("a file for the manifests")?;
    clock.stage(FILE)?;
    ensure!(!report.has_errors(), "the generated topology has errors");
    ensure!(documents.len() == plan.steps.len(), "objects are missing");
    report::line(format_args!("{}", Value::from(clock.stages)));
    Ok(ExitCode::SUCCESS)
}
