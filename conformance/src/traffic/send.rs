//! Requests byte for byte as a client would send them.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::echo::MARK;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came back.
#[derive(Debug)]
pub(super) struct Answered {
    /// The status.
    pub(super) status: u16,
    /// The header `Location`.
    pub(super) location: String,
    /// The body.
    pub(super) body: String,
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent<'s> {
    /// The method.
    pub(super) method: &'s str,
    /// The header `Host`.
    pub(super) host: &'s str,
    /// The path, with its query.
    pub(super) target: &'s str,
    /// Other headers.
    pub(super) headers: &'s [(&'s str, &'s str)],
}

impl<'s> Sent<'s> {
    /// A request without other headers.
    pub(super) fn new(method: &'s str, host: &'s str, target: &'s str) -> Self {
        Self { method, host, target, headers: &[] }
    }
}

/// Sends a request with a mark, and reads the answer; none when nobody listens
/// or the connection is closed without a word.
pub(super) fn http(to: SocketAddr, sent: Sent<'_>, mark: &str) -> Result<Option<Answered>> {
    let Ok(mut stream) = TcpStream::connect_timeout(&to, PATIENCE) else { return Ok(None) };
    stream.set_read_timeout(Some(PATIENCE))?;
    let Sent { method, host, target, headers } = sent;
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{MARK}: {mark}\r\n");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    if method != "GET" {
        head.push_str("Content-Length: 0\r\n");
    }
    head.push_str("Connection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).with_context(|| format!("{sent:?} gets no answer"))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) =
        text.split_once("\r\n\r\n").context("an answer without an end of its head")?;
    let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok());
    let location = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
    });
    Ok(Some(Answered {
        status: status.context("an answer without a status")?,
        location: location.unwrap_or_default(),
        body: body.to_owned(),
    }))
}

/// Sends a datagram that begins with a mark.
pub(super) fn udp(to: SocketAddr, mark: &str, line: &str) -> Result<()> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.send_to(format!("{mark} {line}").as_bytes(), to)?;
    Ok(())
}
