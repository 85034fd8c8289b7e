//! The real Jobmon 3.2.2, twice: in each of two namespaces a server with its own
//! database, and a reaper for each. Servers and reapers run with the emitted
//! commands and variables, and reach each other through the real Traefik.

mod lost_run;

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::container::{Container, resolve};
use super::example::{Empty, Part};
use super::proxy::{self, Seen};
use super::traefik::{self, Traefik};
use crate::cluster::Cluster;
use crate::cluster::client::plain_agent;
use crate::cluster::discovery::{array, number, text};
use crate::cluster::isolation;
use crate::process::{self, Background};

/// The namespaces that the topology uses.
const SERVER_NAMESPACES: [&str; 2] = ["jobmon-322", "jobmon-322-next"];
const REAPER_NAMESPACE: &str = "jobmon-reapers";
/// Where the relays in front of the Traefiks listen.
const RELAYS: &str = "10.200.0";
/// How long each program may take.
const LIMIT: Duration = Duration::from_mins(1);

/// Runs the checks; true when the cluster is empty again afterwards.
pub(crate) fn run(part: &mut Part<'_>, empty: &Empty, topology: &Path) -> Result<bool> {
    let name = "jobmon-3.2.2";
    let documents = super::compile(part.compiler, topology)?;
    let mut setup = part.set_up(empty, &documents)?;
    part.apply(empty, name, &documents, &mut setup);
    let cluster = &empty.cluster;

    let title =
        part.title(name, "the real servers start, and the emitted probes find them healthy");
    let servers = part.report.check(&title, || {
        let mut servers = Vec::new();
        let mut notes = Vec::new();
        for namespace in SERVER_NAMESPACES {
            let (server, probes) = start_server(cluster, namespace)?;
            servers.push(server);
            notes = probes;
        }
        Ok((servers, notes.join(", ")))
    });
    let title = part.title(
        name,
        "a lost run is reaped by the reaper of its namespace, through Traefik, and by no other",
    );
    match servers {
        Some(_servers) => {
            part.report.check(&title, || {
                let mut traefiks = Vec::new();
                for namespace in SERVER_NAMESPACES {
                    let mut traefik = Traefik::start(cluster, namespace)?;
                    traefik.check_routers(&documents)?;
                    traefiks.push(traefik);
                }
                let reapers = reapers(cluster, &traefiks)?;
                Ok(((), lost_run::check(cluster, &reapers)?))
            });
        }
        None => part.report.fail(&title, "a server doesn't run"),
    }
    Ok(part.remove(empty, name, &documents, setup))
}

/// Starts the server of a namespace at its pod's address and runs each of its
/// probes.
fn start_server(cluster: &Cluster, namespace: &str) -> Result<(Background, Vec<String>)> {
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/jobmon-server");
    let deployment = cluster.client.get(&path)?;
    let addresses = traefik::addresses(cluster, &deployment)?;
    let address = addresses.first().context("the server has no pod with an address")?;
    isolation::add_address(address)?;
    let mut container = Container::of(cluster, &deployment)?;
    // All pods share this machine: each gets its own address only.
    for word in &mut container.words {
        *word = word.replace("0.0.0.0", address);
    }

    let mut prepare = Container { words: Vec::new(), ..Container::of(cluster, &deployment)? };
    prepare.words = vec!["jobmon_server".to_owned(), "init_db".to_owned()];
    process::output(&mut prepare.command(&cluster.folder)?).context("can't make the database")?;

    let mut command = container.command(&cluster.folder)?;
    let name = format!("jobmon-server-{namespace}");
    let mut server = Background::start(&name, &mut command, &cluster.folder)?;
    let mut healthy = Vec::new();
    for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
        if let Some(action) = container.value.get(probe) {
            healthy.push(run_probe(&mut server, &container, address, probe, action)?);
        }
    }
    if container.value.pointer("/readinessProbe/httpGet").is_none() {
        bail!("the server's readiness is not asked for over HTTP");
    }
    Ok((server, healthy))
}

/// Runs one emitted probe until it succeeds, as a kubelet would.
fn run_probe(
    server: &mut Background,
    container: &Container,
    address: &str,
    name: &str,
    probe: &Value,
) -> Result<String> {
    if let Some(port) = probe.pointer("/tcpSocket/port") {
        let place: SocketAddr = format!("{address}:{}", container.port(port)?).parse()?;
        server.wait_for(LIMIT, || std::net::TcpStream::connect(place).is_ok())?;
        return Ok(format!("{name} connects"));
    }
    let get = probe.get("httpGet").with_context(|| format!("{name} is neither HTTP nor TCP"))?;
    let port = container.port(get.get("port").context("no port")?)?;
    let path = text(get, "/path");
    let url = format!("http://{address}:{port}{path}");
    let agent = plain_agent();
    let mut last = String::new();
    let result = server.wait_for(LIMIT, || {
        let mut request = agent.get(&url);
        for header in array(get, "/httpHeaders") {
            request = request.header(text(header, "/name"), text(header, "/value"));
        }
        match request.call() {
            Ok(answer) => {
                last = format!("HTTP {}", answer.status());
                answer.status().as_u16() == 200
            }
            Err(error) => {
                last = error.to_string();
                false
            }
        }
    });
    result.with_context(|| format!("{name}, GET {path}: {last}"))?;
    Ok(format!("{name} GET {path} 200"))
}

/// A reaper, ready to be started.
struct Reaper {
    /// The namespace that it is for.
    namespace: String,
    /// As emitted.
    container: Container,
    /// What it asks for.
    seen: Seen,
}

/// The reapers, with the host of each reachable as the emitted Services say.
fn reapers(cluster: &Cluster, traefiks: &[Traefik]) -> Result<Vec<Reaper>> {
    let path = format!("/apis/apps/v1/namespaces/{REAPER_NAMESPACE}/deployments");
    let mut reapers = Vec::new();
    let mut names = Vec::new();
    for mut deployment in cluster.client.list(&path)? {
        deployment["kind"] = "Deployment".into();
        let container = Container::of(cluster, &deployment)?;
        let url = container.service_url()?;
        let relay = format!("{RELAYS}.{}", reapers.len() + 1);
        let (host, namespace, seen) = relay_to(cluster, traefiks, &relay, &url)?;
        names.push((host, relay));
        reapers.push(Reaper { namespace, container, seen });
    }
    isolation::name_hosts(&cluster.folder, &names)?;
    let found: Vec<&str> = reapers.iter().map(|reaper| reaper.namespace.as_str()).collect();
    if found.len() != SERVER_NAMESPACES.len() {
        bail!("there are reapers of {found:?}");
    }
    Ok(reapers)
}

impl Reaper {
    /// Starts it, as emitted, and waits until it has asked for runs in every
    /// state and `done` says so; returns how many requests that took.
    fn run(&self, cluster: &Cluster, done: &mut dyn FnMut() -> Result<bool>) -> Result<usize> {
        let before = self.seen.lines().len();
        let mut command = self.container.command(&cluster.folder)?;
        let name = format!("jobmon-reaper-{}", self.namespace);
        let mut program = Background::start(&name, &mut command, &cluster.folder)?;
        let start = Instant::now();
        loop {
            let lines = self.seen.lines().split_off(before);
            let asked = |status: &str| {
                let wanted = format!("status={status}");
                lines.iter().any(|line| {
                    line.contains("/lost_workflow_run?")
                        && line.contains(&wanted)
                        && line.contains("version=3.2.2")
                })
            };
            // After the last of them it looks for runs that contradict themselves.
            let turned = lines.iter().any(|line| line.contains("/fix_status_inconsistency"));
            if turned && ["C", "H", "L", "R"].into_iter().all(asked) && done()? {
                return Ok(lines.len());
            }
            // A reaper that gets an error answer ends.
            program.alive().with_context(|| format!("requests so far: {lines:?}"))?;
            if start.elapsed() > LIMIT {
                let log = process::tail(&program.log(), 20);
                bail!("the reaper of {} asked only this: {lines:?}\n{log}", self.namespace);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Makes the host of `url` reachable as the emitted Services say: through the
/// alias, if it is one, to the container port of Traefik. Returns the host, the
/// namespace that it leads to, and what passes.
fn relay_to(
    cluster: &Cluster,
    traefiks: &[Traefik],
    relay: &str,
    url: &str,
) -> Result<(String, String, Seen)> {
    let rest = url.strip_prefix("http://").with_context(|| format!("{url} is not http"))?;
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let service = resolve(cluster, host, REAPER_NAMESPACE)?;
    let name = text(&service, "/metadata/name");
    let namespace = text(&service, "/metadata/namespace");
    let traefik = traefiks.iter().find(|traefik| traefik.namespace == namespace);
    let Some(traefik) = traefik.filter(|_| name == "traefik") else {
        bail!("{url} leads to the Service {name} of {namespace}, not to a Traefik");
    };
    let port: u16 = port.parse()?;
    let target = array(&service, "/spec/ports")
        .iter()
        .find(|found| number(found, "/port") == i64::from(port))
        .and_then(|found| found.get("targetPort").cloned())
        .with_context(|| format!("the Service {name} has no port {port}"))?;
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/traefik");
    let target = Container::of_traefik(&cluster.client.get(&path)?)?.port(&target)?;

    isolation::add_address(relay)?;
    let seen = proxy::start(
        format!("{relay}:{port}").parse()?,
        format!("{}:{target}", traefik.address).parse()?,
    )?;
    Ok((host.to_owned(), namespace.to_owned(), seen))
}
