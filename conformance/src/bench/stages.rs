//! Where the time goes: the compiler's stages one after another, in this
//! process, with the memory that it holds after each.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use jtc_core::components::program::Home;
use jtc_core::components::site::Made;
use jtc_core::diagnostics::Report;
use jtc_core::emit::{Format, Texts};
use jtc_core::sources::{FileProblem, Files};
use jtc_core::{checks, emit, graph, lower, plan, resolve};
use serde_json::{Value, json};

use crate::report;

/// As in the compiler itself, so that its stages are measured as they run there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
        let wall = self.last.elapsed().as_secs_f64();
        self.stages.push(json!({ "name": name, "wall": wall, "memory": resident()? }));
        self.last = Instant::now();
        Ok(())
    }
}

/// The memory that this process holds, in bytes (`proc_pid_status(5)`).
fn resident() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1024)
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
    let look = |home: &Home<'_>, made: &Made, report: &mut Report| {
        checks::programs::check(home, made, report);
        emit::written(&made.objects, Format::Yaml)
    };
    let (graph, texts) = graph::build(&world, look, None, &mut report);
    clock.stage("graph: make objects, check, write and link them")?;
    let texts = Texts::new(&world, texts, Format::Yaml);
    clock.stage("definitions")?;
    checks::check(&world, &mut report);
    clock.stage("check the whole")?;
    let plan = plan::plan(&graph, &mut report).context("no plan")?;
    clock.stage("plan waves")?;
    let documents = emit::emit(texts, &graph, &plan, &sources);
    clock.stage("emit in order")?;
    ensure!(!report.has_errors(), "the generated topology has errors");
    ensure!(documents.len() == plan.steps.len(), "objects are missing");
    report::line(format_args!("{}", Value::from(clock.stages)));
    Ok(ExitCode::SUCCESS)
}
