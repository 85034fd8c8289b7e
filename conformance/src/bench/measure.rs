//! One process, measured: time, processor time, peak memory, bytes written.
//!
//! The system tells the peak memory of all children of a process together, so
//! each measured process gets a small parent of its own: this program again,
//! with the hidden option `--measured`.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use serde_json::{Value, json};

use crate::{process, report};

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    /// From start to end, in seconds.
    pub(super) wall: f64,
    /// Of all processors, for the program and for the system, in seconds.
    pub(super) processor: f64,
    /// Most memory at a time, in bytes.
    pub(super) memory: f64,
    /// Bytes on standard output.
    pub(super) bytes: f64,
}

/// Runs a command under a parent of its own and says what it took.
pub(super) fn run(program: &Path, arguments: &[OsString]) -> Result<Taken> {
    let me = std::env::current_exe()?;
    // Not by the parent: the system counts its memory as the child's.
    warm();
    let text = process::stdout(
        Command::new(me).args(["bench", "--measured"]).arg(program).args(arguments),
    )?;
    let value: Value = serde_json::from_str(&text)?;
    let number = |name: &str| {
        value.get(name).and_then(Value::as_f64).with_context(|| format!("no `{name}` in {text}"))
    };
    Ok(Taken {
        wall: number("wall")?,
        processor: number("processor")?,
        memory: number("memory")?,
        bytes: number("bytes")?,
    })
}

fn start(program: &Path, arguments: &[OsString]) -> Result<Child> {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't start {}", program.display()))
}

/// More memory than any measured process takes.
const WARM: usize = 2 << 30;

/// Takes memory from the system and gives it back. A virtual machine takes from
/// its host what it hasn't used for some seconds, page by page, and that takes
/// longer than what is measured; a small process would find enough that its
/// predecessor has left, and a large one not.
pub(super) fn warm() {
    let mut memory = vec![0_u8; WARM];
    memory.chunks_mut(4096).filter_map(<[u8]>::first_mut).for_each(|byte| *byte = 1);
    std::hint::black_box(&memory);
}

/// The parent's side: the only child that it ever has.
pub(super) fn measured(words: &[OsString]) -> Result<ExitCode> {
    let (program, arguments) = words.split_first().context("a program to measure")?;
    let begin = Instant::now();
    let mut child = start(Path::new(program), arguments)?;
    let mut bytes = 0_u64;
    if let Some(mut out) = child.stdout.take() {
        let mut buffer = vec![0; 1 << 16];
        loop {
            match out.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => bytes += u64::try_from(count)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let status = child.wait()?;
    let wall = begin.elapsed().as_secs_f64();
    ensure!(status.success(), "{} ended with {status}", Path::new(program).display());
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    let memory = usage.max_rss().saturating_mul(1024);
    report::line(format_args!(
        "{}",
        json!({ "wall": wall, "processor": json!(micros).as_f64().unwrap_or_default() / 1e6, "memory": memory, "bytes": bytes })
    ));
    Ok(ExitCode::SUCCESS)
}

/// Runs a command and counts the objects that it writes: lines that start
/// with `kind: `.
pub(super) fn objects(program: &Path, arguments: &[OsString]) -> Result<usize> {
    let mut child = start(program, arguments)?;
    let mut objects = 0;
    if let Some(out) = child.stdout.take() {
        let mut reader = BufReader::with_capacity(1 << 16, out);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            objects += usize::from(line.starts_with(b"kind: "));
            line.clear();
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{} ended with {status}", program.display());
    }
    Ok(objects)
}

/// The middle of some numbers.
pub(super) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    let at = |index: usize| numbers.get(index).copied().unwrap_or(f64::NAN);
    if numbers.len() % 2 == 1 {
        at(middle)
    } else {
        f64::midpoint(at(middle.saturating_sub(1)), at(middle))
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
    }
}
