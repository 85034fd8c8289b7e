//! Requests exactly as they are written, and what comes back.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::generate::Asked;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Got {
    /// The status; 0 when the connection was closed without an answer.
    pub(crate) status: u16,
    /// The address of the pod that answered.
    pub(crate) address: Option<Ipv4Addr>,
    /// The target that the pod saw.
    pub(crate) target: String,
    /// The header `Location`.
    pub(crate) location: Option<String>,
}

/// Sends a request to a port of this machine.
pub(crate) fn ask(port: u16, asked: &Asked) -> Result<Got> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut request =
        format!("{} {} HTTP/1.1\r\nHost: {}\r\n", asked.method, asked.target, asked.host);
    for (name, value) in &asked.headers {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    request.push_str("Content-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    // A reset after the answer is no matter.
    let read = stream.read_to_end(&mut bytes);
    if bytes.is_empty() {
        read.or_else(|error| match error.kind() {
            std::io::ErrorKind::ConnectionReset => Ok(0),
            _ => Err(error),
        })?;
    }
    parse(&String::from_utf8_lossy(&bytes))
}

fn parse(text: &str) -> Result<Got> {
    let mut got = Got { status: 0, address: None, target: String::new(), location: None };
    if text.is_empty() {
        return Ok(got);
    }
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    got.status = status.context("no status")?.parse()?;
    got.location = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
    });
    if let Some((address, target)) = body.split_once(' ')
        && let Ok(address) = address.parse()
    {
        got.address = Some(address);
        target.clone_into(&mut got.target);
    }
    Ok(got)
}
