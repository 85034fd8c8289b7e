//! `cargo xtask fuzz`: random texts through lexer, compiler, formatter and
//! language server.
//!
//! The targets are in `compiler/fuzz`, and libFuzzer looks for texts that take
//! new ways through the code. What it finds is kept in `target/fuzz`, and a
//! run goes on from there. It starts from the examples, the golden inputs and
//! the node table, with the language's own words as dictionary.
//!
//! Most of the time of a short run goes into looking which ways it took, so
//! only the compiler's own crates are built to tell: for that this program
//! stands between Cargo and rustc, as [`compile`].

mod seeds;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};

use crate::{paths, process, report};

/// Options of `cargo xtask fuzz`.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
                        cargo xtask fuzz                               each target for half a minute\n  \
                        cargo xtask fuzz --seconds 600 --target format\n  \
                        cargo xtask fuzz --runs 10000000               the long one")]
pub(crate) struct Options {
    /// How long each target runs
    #[arg(long, default_value_t = 30, value_name = "N")]
    seconds: u64,
    /// How often each target runs, however long that takes
    #[arg(long, value_name = "N", conflicts_with = "seconds")]
    runs: Option<u64>,
    /// Where chance begins: with one number the same texts are tried
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// Only this target; may be repeated
    #[arg(long = "target", value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(TARGETS.map(|target| target.name)))]
    targets: Vec<String>,
    /// Afterwards put the shortest texts that reach most into `compiler/fuzz/corpus`
    #[arg(long)]
    keep: bool,
}

/// A fuzz target.
struct Target {
    name: &'static str,
    /// The longest text that is made, in bytes.
    longest: u32,
    /// Whether it needs the compiler, which takes long to build.
    compiler: bool,
}

const TARGETS: [Target; 4] = [
    Target { name: "lex", longest: 256, compiler: false },
    Target { name: "analyze", longest: 2_048, compiler: true },
    Target { name: "format", longest: 256, compiler: false },
    Target { name: "lsp", longest: 1_024, compiler: true },
];

/// A text that takes longer is a finding, in seconds.
const TOO_LONG: u32 = 20;

/// A text that takes more memory is a finding, in MiB.
const TOO_MUCH: u32 = 3_000;

/// What libFuzzer needs to see which way a text takes, as `cargo fuzz` sets
/// it, but for the comparisons: the dictionary has the words, and to note each
/// takes as long as what is tested. There is no sanitizer: the compiler has no
/// unsafe code of its own.
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=3",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "--cfg=fuzzing",
];

/// Set while this program is what Cargo calls for rustc.
const COMPILES: &str = "JTC_FUZZ_COMPILES";

/// The most that is committed of a corpus: bytes, and texts.
const KEPT: (u64, usize) = (32 << 10, 300);

/// Stands in for rustc if Cargo calls for that, and builds what is tested with
/// [`FLAGS`].
pub(crate) fn compile() -> Option<ExitCode> {
    std::env::var_os(COMPILES)?;
    let mut arguments = std::env::args_os().skip(1);
    let mut command = Command::new(arguments.next()?);
    let arguments: Vec<_> = arguments.collect();
    let name = arguments.windows(2).find(|pair| pair[0] == "--crate-name");
    let name = name.and_then(|pair| pair[1].to_str()).unwrap_or_default();
    let own = name.starts_with("jtc_") || TARGETS.iter().any(|target| target.name == name);
    command.args(&arguments).args(FLAGS.iter().filter(|_| own));
    let status = command.status().ok()?;
    Some(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let wanted = |target: &&Target| {
        options.targets.is_empty() || options.targets.iter().any(|name| name == target.name)
    };
    let targets: Vec<&Target> = TARGETS.iter().filter(wanted).collect();
    let folder = folder();
    let programs = build(&folder, &targets)?;
    let dictionary = folder.join("words.dict");
    fs::write(&dictionary, seeds::dictionary())?;
    let mut findings = 0;
    for (target, program) in targets.iter().zip(&programs) {
        let place = Place::new(&folder, target)?;
        seeds::write(&place.seeds, target.name == "lsp")?;
        if !fuzz(options, target, program, &place, &dictionary)? {
            findings += 1;
        } else if options.keep {
            keep(target, program, &place)?;
        }
    }
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where a target keeps what it has.
struct Place {
    /// Made anew for each run.
    seeds: PathBuf,
    /// What earlier runs have found to take ways of its own.
    corpus: PathBuf,
    /// Texts that fail.
    findings: PathBuf,
    /// What libFuzzer says.
    log: PathBuf,
    /// The corpus that is committed.
    committed: PathBuf,
}

impl Place {
    fn new(folder: &Path, target: &Target) -> anyhow::Result<Self> {
        let own = folder.join(target.name);
        let place = Self {
            seeds: own.join("seeds"),
            corpus: own.join("corpus"),
            findings: own.join("findings"),
            log: own.join("log"),
            committed: crate_folder().join("corpus").join(target.name),
        };
        for folder in [&place.seeds, &place.corpus, &place.findings, &place.committed] {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        Ok(place)
    }
}

fn crate_folder() -> PathBuf {
    paths::workspace().join("compiler").join("fuzz")
}

/// Where everything is built and kept.
fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    target.map_or_else(|| paths::workspace().join("target"), PathBuf::from).join("fuzz")
}

/// Builds the targets and returns the programs.
fn build(folder: &Path, targets: &[&Target]) -> anyhow::Result<Vec<PathBuf>> {
    let version = process::stdout(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc doesn't say for which machine it is")?;
    let mut command = Command::new("cargo");
    command.args(["build", "--quiet", "--release", "--locked", "--target", host]);
    command.arg("--manifest-path").arg(crate_folder().join("Cargo.toml"));
    for target in targets {
        command.args(["--bin", target.name]);
    }
    if !targets.iter().any(|target| target.compiler) {
        command.arg("--no-default-features");
    }
    command.env("CARGO_TARGET_DIR", folder).env("RUSTC_WRAPPER", std::env::current_exe()?);
    command.env(COMPILES, "1").env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    process::output(&mut command)?;
    let programs = folder.join(host).join("release");
    Ok(targets.iter().map(|target| programs.join(target.name)).collect())
}

/// Runs one target and tells what came of it; `false` if it found something.
fn fuzz(
    options: &Options,
    target: &Target,
    program: &Path,
    place: &Place,
    dictionary: &Path,
) -> anyhow::Result<bool> {
    let log = File::create(&place.log)?;
    let mut command = Command::new(program);
    match options.runs {
        Some(runs) => command.arg(format!("-runs={runs}")),
        None => command.arg(format!("-max_total_time={}", options.seconds)),
    };
    command
        .args(options.seed.map(|seed| format!("-seed={seed}")))
        .arg(format!("-max_len={}", target.longest))
        .arg(format!("-timeout={TOO_LONG}"))
        .arg(format!("-rss_limit_mb={TOO_MUCH}"))
        .arg(format!("-dict={}", dictionary.display()))
        .arg(format!("-artifact_prefix={}/", place.findings.display()))
        .arg("-print_final_stats=1")
        // Weighing texts, looking for shorter ones and reading the folder again
        // take more than they bring, with one process and short runs.
        .args(["-entropic=0", "-reduce_inputs=0", "-reload=0"])
        .args([&place.corpus, &place.committed, &place.seeds])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    let status = command.status().with_context(|| program.display().to_string())?;
    let said = String::from_utf8_lossy(&fs::read(&place.log)?).into_owned();
    let number = |name: &str| {
        let line = said.lines().rfind(|line| line.starts_with(name));
        line.and_then(|line| line.split_whitespace().last()).unwrap_or("?").to_owned()
    };
    report::line(format_args!(
        "{}: {} executions, {} a second, {} new texts: {}",
        target.name,
        number("stat::number_of_executed_units:"),
        number("stat::average_exec_per_sec:"),
        number("stat::new_units_added:"),
        if status.success() { "nothing found" } else { "a finding" },
    ));
    if !status.success() {
        let panic = said.lines().skip_while(|line| !line.contains("panicked at"));
        panic.take(6).for_each(|line| report::line(format_args!("  {line}")));
        match said.rsplit("Test unit written to ").next().and_then(|rest| rest.lines().next()) {
            Some(path) if said.contains("Test unit written to ") => {
                let bytes = fs::read(path.trim()).unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                report::line(format_args!("  the text, also in {path}:\n  {text:?}"));
            }
            _ => report::line(format_args!("{}", process::tail(&said, 30))),
        }
    }
    Ok(status.success())
}

/// Renews the corpus that is committed: of the fewest texts that reach all
/// that is reached, the shortest.
fn keep(target: &Target, program: &Path, place: &Place) -> anyhow::Result<()> {
    let merged = tempfile::tempdir()?;
    let log = File::create(place.log.with_extension("merge"))?;
    let status = Command::new(program)
        .arg("-merge=1")
        .arg(merged.path())
        .args([&place.committed, &place.seeds, &place.corpus])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .status()?;
    if !status.success() {
        bail!("the corpus of {} can't be merged", target.name);
    }
    let mut texts = Vec::new();
    for entry in fs::read_dir(merged.path())? {
        let path = entry?.path();
        texts.push((fs::metadata(&path)?.len(), path));
    }
    texts.sort();
    fs::remove_dir_all(&place.committed)?;
    fs::create_dir_all(&place.committed)?;
    let (mut size, mut count) = (0, 0);
    for (bytes, path) in texts {
        size += bytes;
        if size > KEPT.0 || count == KEPT.1 {
            break;
        }
        fs::copy(&path, place.committed.join(path.file_name().unwrap_or_default()))?;
        count += 1;
    }
    report::line(format_args!("{}: {count} texts are kept", target.name));
    Ok(())
}
