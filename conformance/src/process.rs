//! Child processes: run to completion, or kept in the background and ended
//! by their id.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Runs a command and returns its output; a failure carries both streams.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    let shown = describe(command);
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("can't start `{shown}`"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` ended with {}\n{}{}",
            output.status,
            tail(&String::from_utf8_lossy(&output.stdout), 60),
            tail(&String::from_utf8_lossy(&output.stderr), 60),
        );
    }
    Ok(output)
}

/// Runs a command and returns its standard output as text.
pub(crate) fn stdout(command: &mut Command) -> Result<String> {
    Ok(String::from_utf8(output(command)?.stdout)?)
}

/// The command as a person would type it.
fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The last `lines` lines of a text.
pub(crate) fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    let mut kept = all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n");
    if !kept.is_empty() {
        kept.push('\n');
    }
    kept
}

/// A program in the background, ended when this value is dropped.
pub(crate) struct Background {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Background {
    /// Starts `command` with both its streams in `FOLDER/NAME.log`.
    pub(crate) fn start(name: &str, command: &mut Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("can't start {name}"))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// What the program has written so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// An error when the program has ended.
    pub(crate) fn alive(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("{} ended with {status}\n{}", self.name, tail(&self.log(), 40));
        }
        Ok(())
    }

    /// Waits until `ready` says so, as long as the program runs.
    pub(crate) fn wait_for(
        &mut self,
        limit: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            self.alive()?;
            if start.elapsed() > limit {
                bail!("{} is not ready after {limit:?}\n{}", self.name, tail(&self.log(), 40));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Nothing to tell anybody if the program is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
