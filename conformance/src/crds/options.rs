//! The options of Traefik's command line: names and kinds of values, which the
//! Go program in `conformance/go/options` reads off the module's types.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{paths, process};

/// Where the module keeps the types.
pub(super) const SOURCE: &str = "pkg/config/static";

/// A line for each option, sorted: its name, in small letters, `*` for a name
/// of the user's choice, `[0]` for an element of a list, and what its value is.
pub(super) fn generate(module: &Path) -> Result<String> {
    let mut go = Command::new("go");
    go.args(["run", "."]).arg(module).env("GOWORK", "off").env("GOFLAGS", "-mod=mod");
    go.current_dir(paths::conformance().join("go").join("options"));
    table(&process::stdout(&mut go)?)
}

fn table(lines: &str) -> Result<String> {
    let mut options: BTreeMap<&str, &str> = BTreeMap::new();
    for line in lines.lines() {
        let (name, kind) =
            line.split_once(' ').with_context(|| format!("an option without a kind: {line}"))?;
        if options.insert(name, kind).is_some_and(|before| before != kind) {
            bail!("`{name}` is of two kinds");
        }
    }
    ensure!(options.len() > 400, "only {} options in {SOURCE}", options.len());
    let mut out = String::new();
    for (name, kind) in &options {
        writeln!(out, "{name} {kind}")?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn a_line_that_is_no_option_is_told() {
        assert!(table("ping\n").is_err());
        assert!(table("ping section\nping switch\n").is_err());
        assert!(table("").is_err());
    }
}
