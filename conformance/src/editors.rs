//! `cargo xtask conformance --editors`: a real Neovim with this repository's
//! configuration, and VS Code's extension at the real server.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::report::{self, Report};
use crate::{paths, process};

/// Runs the tests of all editors with this program as their server.
pub(crate) fn run(jtc: &Path) -> Result<ExitCode> {
    let folder = tempfile::Builder::new().prefix("jtc-editors-").tempdir()?;
    let topology = paths::conformance().join("editors").join("topology");
    let mut report = Report::default();
    report::line(format_args!("Neovim"));
    report.check("a person's work in Neovim", || neovim(jtc, &topology, folder.path()));
    report::line(format_args!("VS Code"));
    let extension = paths::workspace().join("editors").join("vscode");
    report.check("the extension's packages, as its lock file has them", || {
        needs_node()?;
        let args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        npm(&extension, &args, &[])?;
        Ok(((), String::new()))
    });
    report.check("the extension builds into jtc.vsix", || {
        let package = extension.join("jtc.vsix");
        if package.exists() {
            std::fs::remove_file(&package)?;
        }
        npm(&extension, &["run", "package"], &[])?;
        let size = package.metadata().context("there is no jtc.vsix")?.len();
        Ok(((), format!("{} KiB", size / 1024)))
    });
    report.check("its package, its grammar, and its client at the real server", || {
        let variables = [("JTC_SERVER", jtc), ("JTC_TOPOLOGY", topology.as_path())];
        let said = npm(&extension, &["test"], &variables)?;
        let passed = count(&said, "pass").context("no tests were run")?;
        ensure!(passed > 0 && count(&said, "skipped") == Some(0), "{said}");
        Ok(((), format!("{passed} tests")))
    });
    Ok(if report.finish() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Neovim with a home of its own, in a copy of the topology.
fn neovim(jtc: &Path, topology: &Path, folder: &Path) -> Result<((), String)> {
    let nvim = find_neovim()?;
    let (home, copy) = (folder.join("home"), folder.join("topology"));
    std::fs::create_dir_all(&home)?;
    paths::copy(topology, &copy)?;
    let ours = paths::conformance().join("editors");
    // An editor that asks what nobody answers would wait for ever.
    let mut command = Command::new("timeout");
    command
        .args(["--kill-after=10", "300", nvim])
        .args(["--headless", "--clean", "-u", "NONE", "-c"])
        .arg(format!("luafile {}", ours.join("neovim.lua").display()))
        // What a folder is called once its links are followed, as the editor
        // has it.
        .current_dir(copy.canonicalize()?)
        .env("JTC_CONFIGURATION", ours.join("init.lua"))
        .env("JTC_PLUGIN", paths::workspace().join("editors").join("neovim"))
        .env("JTC_SERVER", jtc)
        .env_remove("NVIM");
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
        command.env(name, &home);
    }
    let said = process::stdout(&mut command)?;
    said.lines().for_each(|line| report::line(format_args!("  {line}")));
    let last = said.lines().last().unwrap_or_default();
    ensure!(last.ends_with(" passed, 0 failed"), "it ended before its last step");
    Ok(((), last.to_owned()))
}

/// The program, installed from Debian's package where it is missing and
/// whoever asks may install something.
fn find_neovim() -> Result<&'static str> {
    const NAME: &str = "nvim";
    let runs = || {
        let mut command = Command::new(NAME);
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if runs() {
        return Ok(NAME);
    }
    if process::stdout(Command::new("id").arg("-u"))?.trim() != "0" {
        bail!("`{NAME}` doesn't run: install Neovim 0.7 or later (Debian: apt-get install neovim)");
    }
    report::line(format_args!("  installing Neovim …"));
    for args in
        [&["update", "-qq"][..], &["install", "-y", "-qq", "--no-install-recommends", "neovim"][..]]
    {
        process::output(
            Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"),
        )?;
    }
    ensure!(runs(), "`{NAME}` doesn't run, although Debian's package is installed");
    Ok(NAME)
}

fn needs_node() -> Result<()> {
    for program in ["node", "npm"] {
        if process::output(Command::new(program).arg("--version")).is_err() {
            bail!("`{program}` doesn't run: install Node.js 20 or later with npm");
        }
    }
    Ok(())
}

/// Runs npm, and returns what it says.
fn npm(folder: &Path, args: &[&str], variables: &[(&str, &Path)]) -> Result<String> {
    process::stdout(
        Command::new("npm").args(args).current_dir(folder).envs(variables.iter().copied()),
    )
}

/// The number in a line of Node's test runner, as in `# pass 25` or `ℹ pass 25`.
fn count(said: &str, what: &str) -> Option<usize> {
    let mut numbers = said.lines().filter_map(|line| {
        let (_, rest) = line.split_once(' ')?;
        rest.strip_prefix(what)?.trim().parse().ok()
    });
    numbers.next_back()
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn the_totals_are_read_in_both_forms() {
        for mark in ["#", "ℹ"] {
            let said = format!("ok 1 - pass 3\n{mark} pass 25\n{mark} skipped 0\n");
            assert_eq!(count(&said, "pass"), Some(25));
            assert_eq!(count(&said, "skipped"), Some(0));
            assert_eq!(count(&said, "fail"), None);
        }
    }
}
