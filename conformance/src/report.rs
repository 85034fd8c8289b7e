//! The progress log.

use std::fmt;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// Writes one line. A closed pipe is no reason to stop: the exit code still
/// tells the result.
pub(crate) fn line(message: fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{message}");
    let _ = out.flush();
}

/// Counts the checks of a run and prints each with the time it took.
#[derive(Default)]
pub(crate) struct Report {
    passed: usize,
    failures: Vec<String>,
}

impl Report {
    /// Runs one check, prints its result, and returns what it produced.
    pub(crate) fn check<T>(
        &mut self,
        name: &str,
        body: impl FnOnce() -> anyhow::Result<(T, String)>,
    ) -> Option<T> {
        let start = Instant::now();
        match body() {
            Ok((value, note)) => {
                self.passed += 1;
                let gap = if note.is_empty() { "" } else { ": " };
                line(format_args!("  ok    {} {name}{gap}{note}", seconds(start.elapsed())));
                Some(value)
            }
            Err(error) => {
                let text = format!("{error:#}").replace('\n', "\n          ");
                line(format_args!("  FAIL  {} {name}\n          {text}", seconds(start.elapsed())));
                self.failures.push(name.to_owned());
                None
            }
        }
    }

    /// Counts a failure that is not the result of a check's own body.
    pub(crate) fn fail(&mut self, name: &str, why: &str) {
        self.check::<()>(name, || anyhow::bail!("{why}"));
    }

    /// Prints the failures again and the totals; true when nothing failed.
    pub(crate) fn finish(&self) -> bool {
        for name in &self.failures {
            line(format_args!("failed: {name}"));
        }
        line(format_args!("{} passed, {} failed", self.passed, self.failures.len()));
        self.failures.is_empty() && self.passed > 0
    }
}

/// A duration as `12.3 s`, in a column.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:>6.1} s", duration.as_secs_f64())
}
