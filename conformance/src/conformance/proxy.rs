//! A TCP relay that remembers the request lines that passed through it.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::Result;

/// The request lines seen so far.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    /// The request lines so far, `METHOD PATH VERSION`.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().map(|lines| lines.clone()).unwrap_or_default()
    }

    fn note(&self, line: &str) {
        if let Ok(mut lines) = self.0.lock() {
            lines.push(line.to_owned());
        }
    }
}

/// Relays every connection made to `listen` to `target`, until the program
/// ends.
pub(crate) fn start(listen: SocketAddr, target: SocketAddr) -> Result<Seen> {
    let listener = TcpListener::bind(listen)?;
    let seen = Seen::default();
    let kept = seen.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let seen = seen.clone();
            thread::spawn(move || relay(client, target, &seen));
        }
    });
    Ok(kept)
}

/// Both directions of one connection. Whichever side closes first ends both.
fn relay(client: TcpStream, target: SocketAddr, seen: &Seen) -> std::io::Result<()> {
    let server = TcpStream::connect(target)?;
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let back = thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    forward(client, &server, seen)?;
    server.shutdown(Shutdown::Both)?;
    let _ = back.join();
    Ok(())
}

fn forward(mut client: TcpStream, mut server: &TcpStream, seen: &Seen) -> std::io::Result<()> {
    let mut line = Vec::new();
    let mut chunk = [0_u8; 8192];
    loop {
        let count = client.read(&mut chunk)?;
        let bytes = chunk.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(());
        }
        for byte in bytes {
            if *byte == b'\n' {
                let text = String::from_utf8_lossy(&line);
                if text.trim_end().ends_with("HTTP/1.1") {
                    seen.note(text.trim_end());
                }
                line.clear();
            } else {
                line.push(*byte);
            }
        }
        server.write_all(bytes)?;
    }
}
