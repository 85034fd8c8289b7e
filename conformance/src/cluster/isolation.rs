//! The suite's own network, process and mount namespaces.
//!
//! With a process namespace of its own, nothing that was started outlives the
//! suite, however it ends. Each of its parts has a network of its own besides,
//! so that the addresses of fake pods and every port are free, and mounts of its
//! own, so that it can give names to addresses in `/etc/hosts`.

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use nix::sched::{CloneFlags, unshare};

use crate::process;

/// Set inside, so that the program knows where it is.
const INSIDE: &str = "JTC_CONFORMANCE_INSIDE";

/// Whether this process runs in the suite's own namespaces.
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs this program again, in namespaces of its own, with `extra`
/// variables set, and returns how it ended. An interrupt ends it first.
pub(crate) fn enter(extra: &[(&str, &Path)]) -> Result<ExitCode> {
    let mut command = Command::new("unshare");
    // Only root may have namespaces of its own; in a user namespace of its
    // own, everybody is root.
    if std::fs::metadata("/proc/self")?.uid() != 0 {
        command.arg("--map-root-user");
    }
    command
        .args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
        .arg(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(INSIDE, "1")
        // Closes when this process ends, however it does: see `watch`.
        .stdin(Stdio::piped());
    for (name, value) in extra {
        command.env(name, value);
    }
    let (sender, interrupt) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = sender.send(());
    })?;
    let mut child = command.spawn().context(
        "can't run `unshare` (package util-linux), which gives the suite a network of its own",
    )?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        if interrupt.recv_timeout(Duration::from_millis(100)).is_ok() {
            child.kill()?;
            child.wait()?;
            bail!("interrupted");
        }
    }
}

/// Calls `gone` once the process outside has ended.
pub(crate) fn watch(gone: impl FnOnce() + Send + 'static) {
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        gone();
    });
}

/// Runs a part of the suite in a thread with a network and mounts of its own,
/// which every thread and program inherits that it starts: whatever it leaves
/// behind, a listener, an address, a name, is nowhere else (`namespaces(7)`).
pub(crate) fn apart<T: Send>(part: impl FnOnce() -> T + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS)
                .context("can't have a network and mounts of its own")?;
            process::output(Command::new("ip").args(["link", "set", "lo", "up"]))
                .context("can't bring up the loopback device (package iproute2)")?;
            Ok(part())
        });
        thread.join().unwrap_or_else(|_| bail!("it panicked"))
    })
}

/// Gives this machine one more address.
pub(crate) fn add_address(address: &str) -> Result<()> {
    process::output(Command::new("ip").args([
        "address",
        "replace",
        &format!("{address}/32"),
        "dev",
        "lo",
    ]))?;
    Ok(())
}

/// Makes `names` resolve to addresses, for every program of the suite.
pub(crate) fn name_hosts(folder: &Path, names: &[(String, String)]) -> Result<()> {
    let mut hosts = "127.0.0.1 localhost\n".to_owned();
    for (name, address) in names {
        let _ = writeln!(hosts, "{address} {name}");
    }
    let file = folder.join("hosts");
    std::fs::write(&file, hosts)?;
    process::output(Command::new("mount").arg("--bind").arg(&file).arg("/etc/hosts"))?;
    Ok(())
}

/// A TCP port of the loopback address that nothing listens on.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    Ok(listener.local_addr()?.port())
}
