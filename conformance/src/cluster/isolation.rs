//! The suite's own network, process and mount namespaces.
//!
//! With a network of its own, the addresses of fake pods and every port are
//! free; with a process namespace of its own, nothing that was started
//! outlives the suite, however it ends; with mounts of its own, it can give
//! names to addresses in `/etc/hosts`.

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;

/// Set inside, so that the program knows where it is.
const INSIDE: &str = "JTC_CONFORMANCE_INSIDE";

/// Whether this process runs in the suite's own namespaces.
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Replaces this process by itself, in namespaces of its own, with
/// `extra` variables set. It returns only when that fails.
pub(crate) fn enter(extra: &[(&str, &Path)]) -> Result<()> {
    let program = std::env::current_exe()?;
    let mut command = Command::new("unshare");
    // Only root may have namespaces of its own; in a user namespace of its
    // own, everybody is root.
    if std::fs::metadata("/proc/self")?.uid() != 0 {
        command.arg("--map-root-user");
    }
    command
        .args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
        .arg(program)
        .args(std::env::args_os().skip(1))
        .env(INSIDE, "1");
    for (name, value) in extra {
        command.env(name, value);
    }
    let error = command.exec();
    bail!(
        "can't run `unshare` (package util-linux), which gives the suite a network of its \
         own: {error}"
    )
}

/// Prepares the namespaces from inside.
pub(crate) fn prepare() -> Result<()> {
    process::output(Command::new("ip").args(["link", "set", "lo", "up"]))
        .context("can't bring up the loopback device (package iproute2)")?;
    Ok(())
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
