//! Pods that answer: a small server at the address of each pod, on every port
//! that its containers declare, which says which pod it is.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::discovery::{array, number, text};
use crate::cluster::isolation;

/// The header that tells one request from another.
pub(super) const MARK: &str = "X-Probe";
/// How long a connection may say nothing.
const SILENCE: Duration = Duration::from_secs(10);

/// A pod that answers.
#[derive(Debug)]
pub(super) struct Pod {
    /// Its namespace.
    pub(super) namespace: String,
    /// Its name.
    pub(super) name: String,
    /// Its labels.
    pub(super) labels: BTreeMap<String, String>,
}

/// Something that arrived at a pod.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    /// The pod.
    pub(super) pod: Arc<Pod>,
    /// The port.
    pub(super) port: u16,
    /// Whether it came as a datagram.
    pub(super) udp: bool,
    /// What it carries to be told from others.
    pub(super) mark: String,
    /// `METHOD TARGET` of a request, the text of a datagram.
    pub(super) said: String,
    /// The header `Host` of a request.
    pub(super) host: String,
}

/// All pods that answer, and what has arrived there. The servers end when it is
/// dropped, as other pods will have their addresses.
pub(super) struct Echoes {
    arrivals: Arrivals,
    stopped: Arc<AtomicBool>,
    servers: Vec<Server>,
}

/// What has arrived anywhere.
#[derive(Clone, Default)]
struct Arrivals(Arc<Mutex<Vec<Arrival>>>);

/// A server at one port of a pod.
struct Server {
    place: SocketAddr,
    udp: bool,
    thread: JoinHandle<()>,
}

impl Drop for Echoes {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        for Server { place, udp, thread } in self.servers.drain(..) {
            // Each waits for somebody; a server that ended by itself needs nobody.
            if udp {
                let _ = UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.send_to(b"", place));
            } else {
                let _ = TcpStream::connect(place);
            }
            let _ = thread.join();
        }
    }
}

impl Echoes {
    /// Starts a server for each port of every pod, but for those of Traefik,
    /// which is the real one.
    pub(super) fn start(cluster: &Cluster) -> Result<Self> {
        let mut echoes =
            Self { arrivals: Arrivals::default(), stopped: Arc::default(), servers: Vec::new() };
        for pod in cluster.client.list("/api/v1/pods")? {
            let labels = pod.pointer("/metadata/labels").and_then(Value::as_object);
            let labels: BTreeMap<String, String> = labels
                .into_iter()
                .flatten()
                .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
                .collect();
            let address = text(&pod, "/status/podIP");
            if address.is_empty()
                || text(&pod, "/status/phase") != "Running"
                || labels.get("app").is_some_and(|app| app == "traefik")
            {
                continue;
            }
            isolation::add_address(address)?;
            let known = Arc::new(Pod {
                namespace: text(&pod, "/metadata/namespace").to_owned(),
                name: text(&pod, "/metadata/name").to_owned(),
                labels,
            });
            for container in array(&pod, "/spec/containers") {
                for port in array(container, "/ports") {
                    let number = u16::try_from(number(port, "/containerPort"))?;
                    let place = SocketAddr::new(address.parse()?, number);
                    let udp = text(port, "/protocol") == "UDP";
                    echoes
                        .serve(&known, place, udp)
                        .with_context(|| format!("can't answer for {} at {place}", known.name))?;
                }
            }
        }
        Ok(echoes)
    }

    fn serve(&mut self, pod: &Arc<Pod>, place: SocketAddr, udp: bool) -> Result<()> {
        let (arrivals, pod, stopped) = (self.arrivals.clone(), pod.clone(), self.stopped.clone());
        let thread = if udp {
            let socket = UdpSocket::bind(place)?;
            thread::spawn(move || arrivals.datagrams(&pod, &socket, &stopped))
        } else {
            let listener = TcpListener::bind(place)?;
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    if stopped.load(Ordering::Relaxed) {
                        break;
                    }
                    let (arrivals, pod) = (arrivals.clone(), pod.clone());
                    thread::spawn(move || arrivals.request(&pod, place.port(), stream));
                }
            })
        };
        self.servers.push(Server { place, udp, thread });
        Ok(())
    }

    /// How many ports of pods answer.
    pub(super) fn count(&self) -> usize {
        self.servers.len()
    }

    /// Everything with a mark that arrived anywhere.
    pub(super) fn of(&self, mark: &str) -> Vec<Arrival> {
        let arrivals = self.arrivals.0.lock();
        let arrivals = arrivals.map(|arrivals| arrivals.clone()).unwrap_or_default();
        arrivals.into_iter().filter(|arrival| arrival.mark == mark).collect()
    }
}

impl Arrivals {
    fn datagrams(&self, pod: &Arc<Pod>, socket: &UdpSocket, stopped: &AtomicBool) {
        let port = socket.local_addr().map(|address| address.port()).unwrap_or_default();
        let mut bytes = [0_u8; 2048];
        while let Ok((count, _)) = socket.recv_from(&mut bytes) {
            if stopped.load(Ordering::Relaxed) {
                return;
            }
            let said = String::from_utf8_lossy(bytes.get(..count).unwrap_or_default()).into_owned();
            let mark = said.split_whitespace().next().unwrap_or_default().to_owned();
            let host = String::new();
            self.note(Arrival { pod: pod.clone(), port, udp: true, mark, said, host });
        }
    }

    /// One request on one connection.
    fn request(&self, pod: &Arc<Pod>, port: u16, stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(SILENCE))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let (mut host, mut mark, mut length) = (String::new(), String::new(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                let value = value.trim();
                match name.to_ascii_lowercase().as_str() {
                    "host" => value.clone_into(&mut host),
                    "x-probe" => value.clone_into(&mut mark),
                    "content-length" => length = value.parse().unwrap_or(0),
                    _ => {}
                }
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let said = first.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
        let answer = format!("{}/{}", pod.namespace, pod.name);
        self.note(Arrival { pod: pod.clone(), port, udp: false, mark, said, host });
        let mut stream = stream;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
            answer.len()
        )
    }

    fn note(&self, arrival: Arrival) {
        if let Ok(mut arrivals) = self.0.lock() {
            arrivals.push(arrival);
        }
    }
}
