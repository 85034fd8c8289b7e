//! Writes the go.mod from which a Kubernetes release is built.
//!
//! `k8s.io/kubernetes` replaces its staging modules by local folders, and a
//! `replace` counts only in the main module: a module that depends on it
//! has to name the published version of each itself.

use std::fmt::Write as _;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::{paths, process, report};

/// Options of `cargo xtask gomod`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The release, for example v1.37.2.
    version: String,
    /// The Go toolchain that builds it, for example go1.27.3.
    #[arg(long)]
    toolchain: Option<String>,
}

const TOOLS_GO: &str = "//go:build tools

// Package tools names the programs that are built from this module.
package tools

import (
\t_ \"k8s.io/kubernetes/cmd/kube-apiserver\"
\t_ \"k8s.io/kubernetes/cmd/kube-controller-manager\"
\t_ \"k8s.io/kubernetes/cmd/kube-scheduler\"
)
";

/// Runs `cargo xtask gomod`.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let version = &options.version;
    let minor = version
        .strip_prefix("v1.")
        .and_then(|rest| rest.split('.').next())
        .with_context(|| format!("`{version}` is not a version like v1.37.2"))?;
    let name = format!("kubernetes-1.{minor}");
    let folder = paths::conformance().join("go").join(&name);
    std::fs::create_dir_all(&folder)?;

    let go = || {
        let mut command = Command::new("go");
        if let Some(toolchain) = &options.toolchain {
            command.env("GOTOOLCHAIN", toolchain);
        }
        command
    };
    let module = format!("k8s.io/kubernetes@{version}");
    let answer = process::stdout(go().args(["mod", "download", "-json", &module]))?;
    let answer: serde_json::Value = serde_json::from_str(&answer)?;
    let original = answer
        .get("GoMod")
        .and_then(serde_json::Value::as_str)
        .context("`go mod download` names no go.mod")?;
    let original = std::fs::read_to_string(original)?;

    std::fs::write(folder.join("go.mod"), manifest(&name, version, &original))?;
    std::fs::write(folder.join("tools.go"), TOOLS_GO)?;
    process::output(go().args(["mod", "tidy"]).current_dir(&folder))?;
    report::line(format_args!("wrote {}", folder.display()));
    Ok(ExitCode::SUCCESS)
}

/// The go.mod of a module that builds the programs of `version`.
fn manifest(name: &str, version: &str, original: &str) -> String {
    let staging = format!("v0.{}", version.trim_start_matches("v1."));
    let language = original.lines().find(|line| line.starts_with("go ")).unwrap_or("go 1.26");
    let mut text = format!(
        "// Written by `cargo xtask gomod`; the replaced modules are those of the release's own go.mod.\n\
         module conformance/{name}\n\n{language}\n\nrequire k8s.io/kubernetes {version}\n\nreplace (\n"
    );
    for line in original.lines() {
        if let Some((module, target)) = line.split_once("=>")
            && target.trim().starts_with("./staging/")
        {
            let module = module.trim().trim_start_matches("replace ");
            let _ = writeln!(text, "\t{module} => {module} {staging}");
        }
    }
    text.push_str(")\n");
    text
}

#[cfg(test)]
mod tests {
    use super::manifest;

    #[test]
    fn staging_modules_are_replaced_by_their_published_versions() {
        let original = "module k8s.io/kubernetes\n\ngo 1.26.0\n\nreplace (\n\
            \tk8s.io/api => ./staging/src/k8s.io/api\n\texample.org/x => example.org/y v1.0.0\n)\n";
        let text = manifest("kubernetes-1.37", "v1.37.2", original);
        assert!(text.contains("\tk8s.io/api => k8s.io/api v0.37.2\n"), "{text}");
        assert!(text.contains("\ngo 1.26.0\n"), "{text}");
        assert!(!text.contains("example.org"), "{text}");
    }
}
