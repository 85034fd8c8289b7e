//! `cargo xtask licences`: every dependency is under a licence that a program
//! under MIT or Apache-2.0 may be built with, and comes from the registry.
//!
//! Works offline, from `cargo metadata`. Advisories need a database that is
//! not in any registry, so they are not checked here.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::report;

/// Options of `cargo xtask licences`.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// Licences that ask for no more than a notice.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Licences of data in development tools alone.
const ALLOWED_FOR: [(&str, &str); 1] = [("webpki-roots", "CDLA-Permissive-2.0")];

pub(crate) fn run(_options: &Options) -> anyhow::Result<ExitCode> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(crate::paths::workspace())
        .output()
        .context("cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("no packages")?;
    let mut refused = 0;
    for package in packages {
        let text = |name: &str| package.get(name).and_then(Value::as_str);
        let (name, source) = (text("name").unwrap_or_default(), text("source"));
        let Some(source) = source else { continue };
        if !source.starts_with("registry+") {
            report::line(format_args!("{name} comes from {source}, not from the registry"));
            refused += 1;
        }
        let licence = text("license").unwrap_or("none");
        if !allowed(name, licence) {
            report::line(format_args!("{name} is under {licence}"));
            refused += 1;
        }
    }
    report::line(format_args!("{} dependencies, {refused} refused", packages.len()));
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether one way through an SPDX expression is allowed: `OR` binds weaker
/// than `AND`, and the old `/` means `OR`.
fn allowed(name: &str, expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    let one = |licence: &str| {
        let licence = licence.split_whitespace().collect::<Vec<_>>().join(" ");
        ALLOWED.contains(&licence.as_str()) || ALLOWED_FOR.contains(&(name, licence.as_str()))
    };
    // A parenthesis in `(A OR B) AND C` is lost above: all of `A AND C`,
    // `B AND C` would have to be tried, so every part must be allowed.
    if expression.contains('(') {
        return plain.split(" OR ").flat_map(|way| way.split(" AND ")).all(one);
    }
    plain.split(" OR ").any(|way| way.split(" AND ").all(one))
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn expressions_are_read() {
        assert!(allowed("x", "MIT OR GPL-3.0"));
        assert!(allowed("x", "Apache-2.0/MIT"));
        assert!(allowed("x", "(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!allowed("x", "MIT AND GPL-3.0"));
        assert!(!allowed("x", "(MIT OR GPL-3.0) AND Unicode-3.0"));
        assert!(!allowed("x", "none"));
    }
}
