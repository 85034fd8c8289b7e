//! The pods: one server for all addresses, that says at which of them it was
//! asked.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::Result;

/// The ports that pods and Services listen on.
const PORTS: [u16; 5] = [8080, 8081, 8082, 443, 9999];

/// Starts servers of HTTP on every address.
pub(crate) fn start() -> Result<()> {
    for port in PORTS {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))?;
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let _ = answer(stream);
                });
            }
        });
    }
    Ok(())
}

/// Answers one request with the address and the target that it came to.
fn answer(stream: TcpStream) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let address = stream.local_addr()?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 && !line.trim().is_empty() {
        line.clear();
    }
    let target = first.split(' ').nth(1).unwrap_or("");
    let body = format!("{} {target}", address.ip());
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    Ok(())
}

/// Answers datagrams to an address with that address, as long as it is kept.
pub(crate) struct Udp {
    sockets: Vec<(Ipv4Addr, UdpSocket)>,
}

impl Udp {
    /// Listens on these addresses.
    pub(crate) fn start(addresses: impl Iterator<Item = Ipv4Addr>) -> Result<Self> {
        let mut sockets = Vec::new();
        for address in addresses {
            let [_, _, c, d] = address.octets();
            // The Service's own address, too.
            for own in [address, Ipv4Addr::new(10, 96, c, d)] {
                for port in PORTS {
                    let socket = UdpSocket::bind(SocketAddr::from((own, port)))?;
                    socket.set_nonblocking(true)?;
                    sockets.push((address, socket));
                }
            }
        }
        Ok(Self { sockets })
    }

    /// Sends a datagram to a port of this machine, and says who got it within
    /// that time.
    pub(crate) fn ask(&self, port: u16, patience: Duration) -> Result<Option<Ipv4Addr>> {
        let mut buffer = [0; 64];
        for (_, socket) in &self.sockets {
            while socket.recv_from(&mut buffer).is_ok() {}
        }
        let client = UdpSocket::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        client.send_to(b"hello", SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        let start = Instant::now();
        while start.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(5));
            for (address, socket) in &self.sockets {
                if socket.recv_from(&mut buffer).is_ok() {
                    return Ok(Some(*address));
                }
            }
        }
        Ok(None)
    }
}
