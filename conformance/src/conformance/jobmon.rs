//! The real Jobmon 3.2.2: server and reaper run with the emitted commands
//! and variables, the reaper reaching the server through the real Traefik.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::example::{Empty, Part, Setup};
use super::prepare::SECRET_VALUE;
use super::proxy::{self, Seen};
use super::traefik::{self, Traefik};
use crate::cluster::Cluster;
use crate::cluster::client::plain_agent;
use crate::cluster::discovery::{array, number, text};
use crate::cluster::isolation;
use crate::process::{self, Background};
use crate::tools;

/// The namespaces that the topology uses.
const SERVER_NAMESPACE: &str = "jobmon-322";
const REAPER_NAMESPACE: &str = "jobmon-reapers";
/// The key of the Secret that holds the address of the database.
const DATABASE_KEY: &str = "DB_URI";
/// How long each program may take.
const LIMIT: Duration = Duration::from_mins(1);

/// Runs the checks; true when the cluster is empty again afterwards.
pub(crate) fn run(part: &mut Part<'_>, empty: &Empty, topology: &Path) -> Result<bool> {
    let name = "jobmon-3.2.2";
    let documents = super::compile(part.compiler, topology)?;
    let mut setup = part.set_up(empty, &documents)?;
    part.apply(empty, name, &documents, &mut setup);
    let cluster = &empty.cluster;
    let part_version = part.version;

    let title = part.title(name, "the real server starts, and the emitted probes find it healthy");
    let server = part.report.check(&title, || {
        let (server, probes) = start_server(cluster, &setup)?;
        Ok((server, probes.join(", ")))
    });
    let title = part.title(name, "the real reaper asks for lost runs, through the real Traefik");
    match server {
        Some(_server) => {
            part.report.check(&title, || {
                let mut traefik = Traefik::start(cluster, SERVER_NAMESPACE)?;
                traefik.check_routers(&documents)?;
                // One address a version: a relay listens until the end.
                let relay = part_version.replace("1.", "10.200.0.");
                let asked = run_reaper(cluster, &traefik, &relay)?;
                Ok(((), format!("{} requests", asked.len())))
            });
        }
        None => part.report.fail(&title, "the server doesn't run"),
    }
    Ok(part.remove(empty, name, &documents, setup))
}

/// A container as its pod would start it.
struct Container {
    words: Vec<String>,
    variables: BTreeMap<String, String>,
    value: Value,
}

impl Container {
    /// Reads the first container of a workload and resolves its variables.
    fn of(cluster: &Cluster, workload: &Value) -> Result<Self> {
        let containers = workload.pointer("/spec/template/spec/containers");
        let value = containers.and_then(|all| all.get(0)).context("no container")?.clone();
        let namespace = text(workload, "/metadata/namespace");
        let variables = variables(cluster, namespace, &value)?;
        let words: Vec<String> = array(&value, "/command")
            .iter()
            .chain(array(&value, "/args"))
            .filter_map(Value::as_str)
            .map(|word| expand(word, &variables))
            .collect();
        if array(&value, "/command").is_empty() {
            bail!("{} gives its container no command", text(workload, "/metadata/name"));
        }
        Ok(Self { words, variables, value })
    }

    /// A port of the container, by name or number.
    fn port(&self, port: &Value) -> Result<u16> {
        let wanted = port.as_str();
        let number = match wanted {
            Some(name) => array(&self.value, "/ports")
                .iter()
                .find(|port| text(port, "/name") == name)
                .map(|port| number(port, "/containerPort")),
            None => port.as_i64(),
        };
        let number = number.with_context(|| format!("the container has no port {port}"))?;
        Ok(u16::try_from(number)?)
    }

    /// The command, found in the Jobmon environment, with nothing but the
    /// emitted variables.
    fn command(&self, folder: &Path) -> Result<Command> {
        let programs = tools::program("jobmon", "bin")?;
        let program = self.words.first().context("an empty command")?;
        let own = programs.join(program);
        let mut command = Command::new(if own.exists() { own } else { program.into() });
        command
            .args(self.words.get(1..).unwrap_or_default())
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .env("HOME", folder)
            .envs(&self.variables);
        Ok(command)
    }
}

/// The variables of a container, as a kubelet resolves them.
fn variables(
    cluster: &Cluster,
    namespace: &str,
    container: &Value,
) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let stored = |kind: &str, name: &str, key: &str| -> Result<Value> {
        let object =
            cluster.client.get(&format!("/api/v1/namespaces/{namespace}/{kind}/{name}"))?;
        let data = object.get("data").cloned().unwrap_or_default();
        Ok(if key.is_empty() { data } else { data.get(key).cloned().unwrap_or_default() })
    };
    for source in array(container, "/envFrom") {
        let name = text(source, "/configMapRef/name");
        if name.is_empty() {
            bail!("a Secret as a whole has no keys here: {source}");
        }
        for (key, value) in stored("configmaps", name, "")?.as_object().into_iter().flatten() {
            found.insert(key.clone(), value.as_str().unwrap_or_default().to_owned());
        }
    }
    for variable in array(container, "/env") {
        let value = match (
            variable.pointer("/valueFrom/secretKeyRef"),
            variable.pointer("/valueFrom/configMapKeyRef"),
        ) {
            (Some(secret), _) if text(secret, "/key") == DATABASE_KEY => {
                format!("sqlite:///{}", database(cluster))
            }
            (Some(_), _) => SECRET_VALUE.to_owned(),
            (_, Some(map)) => {
                let value = stored("configmaps", text(map, "/name"), text(map, "/key"))?;
                value.as_str().unwrap_or_default().to_owned()
            }
            _ => expand(text(variable, "/value"), &found),
        };
        found.insert(text(variable, "/name").to_owned(), value);
    }
    Ok(found)
}

fn database(cluster: &Cluster) -> String {
    cluster.folder.join("jobmon.sqlite").display().to_string()
}

/// Replaces `$(NAME)` by the variable of that name.
fn expand(value: &str, variables: &BTreeMap<String, String>) -> String {
    variables
        .iter()
        .fold(value.to_owned(), |text, (name, value)| text.replace(&format!("$({name})"), value))
}

/// Starts the server at its pod's address and runs each of its probes.
fn start_server(cluster: &Cluster, _: &Setup) -> Result<(Background, Vec<String>)> {
    let path = format!("/apis/apps/v1/namespaces/{SERVER_NAMESPACE}/deployments/jobmon-server");
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
    let mut server = Background::start("jobmon-server", &mut command, &cluster.folder)?;
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

/// Starts the reaper and waits until it has asked for runs in every state.
fn run_reaper(cluster: &Cluster, traefik: &Traefik, relay: &str) -> Result<Vec<String>> {
    let path = format!("/apis/apps/v1/namespaces/{REAPER_NAMESPACE}/deployments");
    let deployments = cluster.client.list(&path)?;
    let mut deployment = deployments
        .into_iter()
        .find(|found| text(found, "/metadata/name").starts_with("jobmon-reaper"))
        .context("there is no Deployment `jobmon-reaper…`")?;
    deployment["kind"] = "Deployment".into();
    let container = Container::of(cluster, &deployment)?;
    let url = container
        .variables
        .get("JOBMON__HTTP__SERVICE_URL")
        .cloned()
        .or_else(|| container.words.iter().find(|word| word.starts_with("http://")).cloned())
        .context("the reaper is told no address")?;
    let seen = relay_to(cluster, traefik, relay, &url)?;

    let mut command = container.command(&cluster.folder)?;
    let mut reaper = Background::start("jobmon-reaper", &mut command, &cluster.folder)?;
    let start = Instant::now();
    loop {
        let lines = seen.lines();
        let asked = |status: &str| {
            let wanted = format!("status={status}");
            lines.iter().any(|line| {
                line.contains("/lost_workflow_run?")
                    && line.contains(&wanted)
                    && line.contains("version=3.2.2")
            })
        };
        if ["C", "H", "L", "R"].into_iter().all(asked) {
            return Ok(lines);
        }
        // A reaper that gets an error answer ends.
        reaper.alive().with_context(|| format!("requests so far: {lines:?}"))?;
        if start.elapsed() > LIMIT {
            bail!("it asked only this: {lines:?}\n{}", process::tail(&reaper.log(), 20));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Makes the host of `url` reachable as the emitted Services say: through
/// the alias, if it is one, to the container port of Traefik.
fn relay_to(cluster: &Cluster, traefik: &Traefik, relay: &str, url: &str) -> Result<Seen> {
    let rest = url.strip_prefix("http://").with_context(|| format!("{url} is not http"))?;
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let service = resolve(cluster, host, REAPER_NAMESPACE)?;
    let name = text(&service, "/metadata/name");
    if text(&service, "/metadata/namespace") != traefik.namespace || name != "traefik" {
        bail!("{url} leads to the Service {name}, not to Traefik of {}", traefik.namespace);
    }
    let port: u16 = port.parse()?;
    let target = array(&service, "/spec/ports")
        .iter()
        .find(|found| number(found, "/port") == i64::from(port))
        .and_then(|found| found.get("targetPort").cloned())
        .with_context(|| format!("the Service {name} has no port {port}"))?;
    let path = format!("/apis/apps/v1/namespaces/{}/deployments/traefik", traefik.namespace);
    let deployment = cluster.client.get(&path)?;
    let target = Container {
        words: Vec::new(),
        variables: BTreeMap::new(),
        value: deployment
            .pointer("/spec/template/spec/containers/0")
            .cloned()
            .context("no container")?,
    }
    .port(&target)?;

    isolation::add_address(relay)?;
    isolation::name_hosts(&cluster.folder, &[(host.to_owned(), relay.to_owned())])?;
    proxy::start(
        format!("{relay}:{port}").parse()?,
        format!("{}:{target}", traefik.address).parse()?,
    )
}

/// The Service that a host name means in a namespace, aliases followed.
fn resolve(cluster: &Cluster, host: &str, namespace: &str) -> Result<Value> {
    let mut labels = host.split('.');
    let name = labels.next().unwrap_or_default();
    let namespace = labels.next().unwrap_or(namespace);
    let path = format!("/api/v1/namespaces/{namespace}/services/{name}");
    let service =
        cluster.client.find(&path)?.with_context(|| format!("{host}: there is no such Service"))?;
    match text(&service, "/spec/externalName") {
        "" => Ok(service),
        target => resolve(cluster, target, namespace),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::expand;

    #[test]
    fn variables_expand_like_a_kubelet_does() {
        let variables = BTreeMap::from([("A".to_owned(), "x".to_owned())]);
        assert_eq!(expand("$(A)/$(B)/$A", &variables), "x/$(B)/$A");
    }
}
