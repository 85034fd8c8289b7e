//! Every mutant of the emitted objects, of which the ordinary tests judge a
//! sample.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::paths;

/// Says so to the test, in `compiler/core/tests/suite/mutations`.
const ALL: &str = "JTC_ALL_MUTANTS";

/// Runs the test on all mutants, built as it is released: there are thousands.
pub(super) fn run() -> Result<ExitCode> {
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["test", "--release", "--package", "jtc-core", "--test", "suite"])
        .args(["mutations", "--", "--nocapture"])
        .env(ALL, "1")
        .current_dir(paths::workspace())
        .status()
        .context("can't run cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
