//! Real traffic through the real Traefik, beside what the compiler's proof says
//! of the same objects.
//!
//! Each pod gets a small server at its own address, each Traefik runs with its
//! emitted arguments, and names are followed over the emitted Services as the
//! DNS of a cluster would. Nothing enforces a `NetworkPolicy` here.

mod clients;
mod echo;
mod model;
mod probes;
mod send;

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use jtc_core::components::program::Peer;
use jtc_core::model::settings::Protocol;
use jtc_core::proof::demand::Demand;
use jtc_core::proof::ground::{Ground, Running};
use jtc_core::traefik::Answer;
use serde_json::Value;

use self::echo::Echoes;
use self::send::Sent;
use crate::conformance::compile;
use crate::conformance::container::{Container, resolve};
use crate::conformance::example::{Empty, Part};

use crate::cluster::Cluster;
use crate::cluster::discovery::{array, number, text};
use crate::conformance::traefik::{self, Traefik};

/// How long a datagram may be under way.
const LIMIT: Duration = Duration::from_secs(10);

/// What a reaper asks for, beyond the prefix in its address.
const REAPER: [(&str, &str); 4] = [
    ("GET", "/lost_workflow_run?status=C&status=H&version=3.6.0"),
    ("PUT", "/workflow_run/7/reap"),
    ("GET", "/workflow/7/workflow_name_and_args?workflow_id=7"),
    ("PUT", "/workflow/0/fix_status_inconsistency"),
];

/// Where it all runs.
pub(crate) struct Scene<'s> {
    cluster: &'s Cluster,
    ground: &'s Ground<'s>,
    echoes: Echoes,
    traefiks: Vec<Traefik>,
}

/// Applies a topology of one file and sends real traffic; true when the cluster
/// is empty again afterwards.
pub(crate) fn run(part: &mut Part<'_>, empty: &Empty, name: &str, topology: &Path) -> Result<bool> {
    let documents = compile(part.compiler, topology)?;
    let analysis = model::analysis(topology)?;
    let mut setup = part.set_up(empty, &documents)?;
    part.apply(empty, name, &documents, &mut setup);
    let cluster = &empty.cluster;
    let ground = Ground::new(&analysis.evidence.network, &[]);

    let title = part.title(name, "every Traefik serves all its routers, and every pod answers");
    let scene = part.report.check(&title, || {
        let echoes = Echoes::start(cluster)?;
        let mut traefiks = Vec::new();
        for deployment in traefik::deployments(&documents) {
            let namespace = deployment.namespace().unwrap_or_default();
            let mut traefik = Traefik::start(cluster, namespace)?;
            traefik.check_routers(&documents)?;
            traefiks.push(traefik);
        }
        let note = format!("{} Traefiks, {} ports of pods", traefiks.len(), echoes.count());
        Ok((Scene { cluster, ground: &ground, echoes, traefiks }, note))
    });
    if let Some(scene) = scene {
        let demands: Vec<_> = analysis.evidence.demands().collect();
        let title = part.title(name, "each caller arrives in the namespace that it asks, alone");
        part.report.check(&title, || Ok(((), scene.callers(&demands)?)));
        let title = part.title(name, "each client outside gets the program of its route");
        part.report.check(&title, || Ok(((), scene.clients(&demands)?)));
        let title = part.title(name, "every request is answered as the proof says");
        part.report.check(&title, || Ok(((), scene.probes()?)));
        if ground.all().any(|running| running.config.entry_points.iter().any(|one| one.udp)) {
            let title = part.title(name, "datagrams arrive as the proof says");
            part.report.check(&title, || Ok(((), scene.datagrams()?)));
        }
    }
    Ok(part.remove(empty, name, &documents, setup))
}

impl Scene<'_> {
    /// The Traefik of a namespace.
    fn traefik(&self, namespace: &str) -> Result<&Traefik> {
        self.traefiks
            .iter()
            .find(|traefik| traefik.namespace == namespace)
            .with_context(|| format!("no Traefik of {namespace} runs"))
    }

    /// The Traefik of a namespace, as the proof has it.
    fn running(&self, namespace: &str) -> Result<&Running<'_>> {
        self.ground.traefiks(namespace).first().context("the proof knows no such Traefik")
    }

    /// Every caller that goes through a Traefik, with the host and the path that
    /// it is told by what was emitted.
    fn callers(&self, demands: &[&Demand]) -> Result<String> {
        let (mut reapers, mut others, mut requests) = (0, 0, 0);
        for demand in demands.iter().filter(|demand| demand.client.is_none()) {
            let Peer::Traefik { namespace, service, protocol, asks, .. } = &*demand.to else {
                continue;
            };
            let host = demand.host().context("a caller without a host")?;
            let place = self.place(&host, &demand.namespace, *service, *protocol)?;
            if let (Protocol::Tcp, Some(_)) = (protocol, &asks.path) {
                reapers += 1;
                let told = self.told(demand)?;
                for (method, path) in REAPER {
                    let target = format!("{}{path}", told.path);
                    let sent = Sent::new(method, &told.host, &target);
                    self.arrives(place, sent, namespace, &asks.app)?;
                    requests += 1;
                }
            } else if *protocol == Protocol::Tcp {
                others += 1;
                let sent = Sent::new("GET", &host, "/api/v3/health");
                self.arrives(place, sent, namespace, &asks.app)?;
                requests += 1;
            } else {
                others += 1;
                let mark = format!("{}/{}", demand.namespace, demand.component);
                send::udp(place, &mark, "a line of a log")?;
                let arrivals = self.wait(&mark);
                let [arrival] = arrivals.as_slice() else {
                    bail!("the datagram of {mark} arrives {} times", arrivals.len());
                };
                ensure!(arrival.udp, "{mark}: it arrives otherwise: {arrival:?}");
                right(arrival, namespace, &asks.app)?;
                requests += 1;
            }
        }
        ensure!(reapers > 0, "no reaper");
        Ok(format!("{requests} requests of {reapers} reapers and {others} others"))
    }

    /// Sends a request that must arrive at one pod, and says which is wrong.
    fn arrives(&self, to: SocketAddr, sent: Sent<'_>, namespace: &str, app: &str) -> Result<()> {
        let mark = mark();
        let answer = send::http(to, sent, &mark)?.with_context(|| format!("{sent:?}: closed"))?;
        ensure!(answer.status == 200, "{sent:?}: HTTP {}: {}", answer.status, answer.body);
        let arrivals = self.echoes.of(&mark);
        let [arrival] = arrivals.as_slice() else {
            bail!("{sent:?} arrives {} times: {arrivals:?}", arrivals.len());
        };
        right(arrival, namespace, app).with_context(|| format!("{sent:?}"))?;
        let said = format!("{} {}", sent.method, sent.target);
        ensure!(arrival.said == said, "{said} arrives as {}", arrival.said);
        ensure!(arrival.host == sent.host, "{sent:?} arrives for {}", arrival.host);
        let name = format!("{}/{}", arrival.pod.namespace, arrival.pod.name);
        ensure!(answer.body == name, "{name} has it, and {} answers", answer.body);
        Ok(())
    }

    /// Where a host and a port of a Service lead from a namespace: names over
    /// the Services of the API server, the port to that of Traefik's container.
    fn place(&self, host: &str, from: &str, port: u16, protocol: Protocol) -> Result<SocketAddr> {
        let service = resolve(self.cluster, host, from)?;
        ensure!(text(&service, "/metadata/name") == "traefik", "{host} leads to no Traefik");
        self.behind(&service, port, protocol)
    }

    /// Where a port of a Service of Traefik leads.
    fn behind(&self, service: &Value, port: u16, protocol: Protocol) -> Result<SocketAddr> {
        let (namespace, name) =
            (text(service, "/metadata/namespace"), text(service, "/metadata/name"));
        let udp = protocol == Protocol::Udp;
        let target = array(service, "/spec/ports").iter().find(|it| {
            number(it, "/port") == i64::from(port) && (text(it, "/protocol") == "UDP") == udp
        });
        let target = target
            .and_then(|found| found.get("targetPort"))
            .with_context(|| format!("the Service {name} of {namespace} has no port {port}"))?;
        let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/traefik");
        let container = Container::of_traefik(&self.cluster.client.get(&path)?)?;
        let address = &self.traefik(namespace)?.address;
        Ok(format!("{address}:{}", container.port(target)?).parse()?)
    }

    /// What a reaper is told by its emitted variables or words.
    fn told(&self, demand: &Demand) -> Result<Told> {
        let path = format!("/apis/apps/v1/namespaces/{}/deployments", demand.namespace);
        let deployments = self.cluster.client.list(&path)?;
        let deployment = deployments
            .iter()
            .find(|found| text(found, "/metadata/name") == &*demand.component)
            .with_context(|| format!("there is no Deployment {}", demand.component))?;
        let url = Container::of(self.cluster, deployment)?.service_url()?;
        let rest = url.strip_prefix("http://").with_context(|| format!("{url} is not http"))?;
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, _)| {
            (authority, rest.get(authority.len()..).unwrap_or_default())
        });
        Ok(Told {
            // Nobody sends the port that HTTP has anyway.
            host: authority.trim_end_matches(":80").to_owned(),
            path: path.trim_end_matches('/').to_owned(),
        })
    }

    /// What arrives with a mark, once something has; and what comes twice.
    fn wait(&self, mark: &str) -> Vec<echo::Arrival> {
        let start = Instant::now();
        loop {
            let arrivals = self.echoes.of(mark);
            if !arrivals.is_empty() || start.elapsed() > LIMIT {
                std::thread::sleep(Duration::from_millis(100));
                return self.echoes.of(mark);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Datagrams to every UDP entrypoint of every Traefik.
    fn datagrams(&self) -> Result<String> {
        let mut sent = 0;
        for traefik in &self.traefiks {
            let running = self.running(&traefik.namespace)?;
            for entrypoint in running.config.entry_points.iter().filter(|one| one.udp) {
                let Some(port) = entrypoint.port else { continue };
                let mark = format!("{}/{}", traefik.namespace, entrypoint.name);
                send::udp(format!("{}:{port}", traefik.address).parse()?, &mark, "a line")?;
                sent += 1;
                match running.instance.answer_udp(&entrypoint.name) {
                    Answer::Backend(reached) => {
                        let arrivals = self.wait(&mark);
                        let wrong = model::misled(self.ground.net, &reached.backends, &arrivals)?;
                        ensure!(wrong.is_none(), "{mark}: {}", wrong.unwrap_or_default());
                    }
                    other => {
                        let arrivals = self.echoes.of(&mark);
                        ensure!(arrivals.is_empty(), "{mark}: {other:?}, but {arrivals:?}");
                    }
                }
            }
        }
        ensure!(sent > 0, "no Traefik listens for datagrams");
        Ok(format!("UDP entrypoints: {sent}"))
    }
}

/// What a caller is told.
struct Told {
    /// The header `Host` that it sends.
    host: String,
    /// What its paths start with.
    path: String,
}

/// A mark that no other request has.
fn mark() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    format!("p{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// An error unless that is the right pod.
fn right(arrival: &echo::Arrival, namespace: &str, app: &str) -> Result<()> {
    let pod = &arrival.pod;
    let label = pod.labels.get("app").map_or("", String::as_str);
    ensure!(
        pod.namespace == namespace && label == app,
        "it arrives at {}/{} instead of {namespace}/{app}",
        pod.namespace,
        pod.name
    );
    Ok(())
}
