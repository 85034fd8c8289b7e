//! Building and installing a tool from its pinned manifest.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{Source, Tool};
use crate::{paths, process};

/// Go compilers that run at once. Each needs up to 1 GiB for Kubernetes.
const PARALLEL: &str = "2";

/// Everything that decides what the tool is: its stamp.
pub(super) fn inputs(tool: &Tool) -> Result<String> {
    let conformance = paths::conformance();
    let read = |path: PathBuf| {
        std::fs::read_to_string(&path)
            .with_context(|| format!("can't read the pins in {}", path.display()))
    };
    match &tool.source {
        Source::Go { packages, toolchain, .. } => {
            let folder = conformance.join("go").join(tool.name);
            let toolchain = toolchain.unwrap_or("installed");
            Ok(format!(
                "toolchain {toolchain}\npackages {}\n{}{}",
                packages.join(" "),
                read(folder.join("go.mod"))?,
                read(folder.join("go.sum"))?
            ))
        }
        Source::Wheels(file) | Source::Environment(file) => {
            read(conformance.join("python").join(file))
        }
        Source::Node => read(conformance.join("node").join("package-lock.json")),
    }
}

/// Builds or installs the tool into its folder.
pub(super) fn install(tool: &Tool) -> Result<()> {
    match &tool.source {
        Source::Go { packages, program, toolchain, version, data } => {
            needs("go", &["version"], "Go 1.26 or later, from https://go.dev/dl")?;
            build_go(tool, packages, *program, *toolchain, *version)?;
            data.map_or(Ok(()), |(module, files)| copy_data(tool, module, files))
        }
        Source::Wheels(file) => {
            needs("python3", &["-m", "pip", "--version"], "Python 3 with pip")?;
            let requirements = paths::conformance().join("python").join(file);
            process::output(
                Command::new("python3")
                    .args(["-m", "pip", "install", "--quiet", "--upgrade"])
                    .args(["--disable-pip-version-check", "--root-user-action=ignore"])
                    .arg("--target")
                    .arg(tool.folder())
                    .arg("--requirement")
                    .arg(requirements),
            )?;
            Ok(())
        }
        Source::Environment(file) => build_environment(tool, file),
        Source::Node => {
            needs("npm", &["--version"], "Node.js 20 or later with npm")?;
            for file in ["package.json", "package-lock.json"] {
                std::fs::copy(
                    paths::conformance().join("node").join(file),
                    tool.folder().join(file),
                )?;
            }
            process::output(
                Command::new("npm")
                    .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                    .current_dir(tool.folder()),
            )?;
            Ok(())
        }
    }
}

/// An error that says what to install when a program doesn't run.
fn needs(program: &str, args: &[&str], what: &str) -> Result<()> {
    let runs = Command::new(program).args(args).output().is_ok_and(|out| out.status.success());
    if runs { Ok(()) } else { bail!("`{program}` doesn't run: install {what}") }
}

fn go(folder: &Path, toolchain: Option<&str>) -> Command {
    let mut command = Command::new("go");
    command.current_dir(folder);
    if let Some(toolchain) = toolchain {
        command.env("GOTOOLCHAIN", toolchain);
    }
    command
}

fn build_go(
    tool: &Tool,
    packages: &[&str],
    program: Option<&str>,
    toolchain: Option<&str>,
    version: Option<(&str, &str)>,
) -> Result<()> {
    let folder = paths::conformance().join("go").join(tool.name);
    let mut flags = "-s -w".to_owned();
    if let Some((module, variable)) = version {
        let mut list = go(&folder, toolchain);
        let found = process::stdout(list.args(["list", "-m", "-f", "{{.Version}}", module]))?;
        flags = format!("{flags} -X {variable}={}", found.trim());
    }
    let mut output = tool.folder();
    match program {
        Some(program) => output.push(program),
        // A trailing slash tells `go build` that it is a folder.
        None => output.push(""),
    }
    process::output(
        go(&folder, toolchain)
            .args(["build", "-mod=readonly", "-trimpath", "-p", PARALLEL, "-ldflags", &flags, "-o"])
            .arg(output)
            .args(packages),
    )?;
    Ok(())
}

/// Copies files of a Go module beside the program: the module cache may be
/// gone when it runs.
fn copy_data(tool: &Tool, module: &str, files: &[&str]) -> Result<()> {
    let folder = paths::conformance().join("go").join(tool.name);
    process::output(go(&folder, None).args(["mod", "download", module]))?;
    let mut list = go(&folder, None);
    let found =
        process::stdout(list.args(["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", module]))?;
    for file in files {
        let target = tool.folder().join(file);
        std::fs::create_dir_all(target.parent().unwrap_or(&target))?;
        // Not `fs::copy`: files of the module cache are read-only, and so
        // would be the copy.
        std::fs::write(target, std::fs::read(Path::new(found.trim()).join(file))?)?;
    }
    Ok(())
}

fn build_environment(tool: &Tool, file: &str) -> Result<()> {
    needs("python3", &["-m", "venv", "--help"], "Python 3 with venv (Debian: python3-venv)")?;
    needs(
        "pkg-config",
        &["--exists", "libmariadb"],
        "the MySQL client library, without which Jobmon's server doesn't start \
         (Debian: apt-get install default-libmysqlclient-dev pkg-config)",
    )?;
    let requirements = paths::conformance().join("python").join(file);
    process::output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(tool.folder()))?;
    process::output(
        Command::new(tool.folder().join("bin").join("python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .arg("--requirement")
            .arg(requirements),
    )?;
    Ok(())
}
