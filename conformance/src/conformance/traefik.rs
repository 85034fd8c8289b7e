//! The real Traefik, with the emitted arguments and permissions.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::stream::Document;
use crate::cluster::Cluster;
use crate::cluster::client::plain_agent;
use crate::cluster::discovery::{array, text};
use crate::cluster::isolation;
use crate::process::{self, Background};
use crate::tools;

/// How long Traefik may take to know all its routers.
const LIMIT: Duration = Duration::from_secs(30);
/// The port of its own entry point, where `/ping` and the API are, unless
/// the arguments say another one.
const OWN_PORT: u16 = 8080;

/// A running Traefik at the address of one of its own pods.
pub(crate) struct Traefik {
    /// The address of the pod.
    pub(crate) address: String,
    /// The namespace.
    pub(crate) namespace: String,
    own_port: u16,
    program: Background,
}

/// The deployments of Traefik among the objects.
pub(crate) fn deployments(documents: &[Document]) -> impl Iterator<Item = &Document> {
    documents
        .iter()
        .filter(|document| document.kind() == "Deployment" && document.name() == "traefik")
}

impl Traefik {
    /// Starts Traefik as its Deployment in `namespace` says.
    pub(crate) fn start(cluster: &Cluster, namespace: &str) -> Result<Self> {
        let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/traefik");
        let deployment = cluster.client.get(&path)?;
        let pods = addresses(cluster, &deployment)?;
        let address = pods.first().context("Traefik's Deployment has no pod with an address")?;
        isolation::add_address(address)?;
        let spec = deployment.pointer("/spec/template/spec").context("no pod template")?;
        let container = array(spec, "/containers").first().context("no container")?;
        let (args, own_port) = arguments(container, address);

        let account = text(spec, "/serviceAccountName");
        let token = token(cluster, namespace, account)?;
        let mut command = Command::new(tools::program("programs", "bin/traefik")?);
        command
            .args(&args)
            .arg(format!("--providers.kubernetescrd.endpoint={}", cluster.client.server()))
            .arg(format!("--providers.kubernetescrd.token={token}"))
            .arg(format!(
                "--providers.kubernetescrd.certauthfilepath={}",
                cluster.authority().display()
            ))
            .current_dir(&cluster.folder)
            .env_clear();
        for variable in array(container, "/env") {
            if let Some(value) = variable.pointer("/value").and_then(Value::as_str) {
                command.env(text(variable, "/name"), value);
            }
        }
        let name = format!("traefik-{namespace}");
        let program = Background::start(&name, &mut command, &cluster.folder)?;
        Ok(Self { address: address.clone(), namespace: namespace.to_owned(), own_port, program })
    }

    /// Asks Traefik's own API.
    fn ask(&self, path: &str) -> Result<Value> {
        let url = format!("http://{}:{}{path}", self.address, self.own_port);
        let mut answer = plain_agent().get(&url).call()?;
        Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
    }

    /// Waits until every router of the namespace is enabled.
    pub(crate) fn check_routers(&mut self, documents: &[Document]) -> Result<usize> {
        let start = Instant::now();
        loop {
            self.program.alive()?;
            match self.routers(documents) {
                Ok(count) => {
                    self.check_log()?;
                    return Ok(count);
                }
                Err(error) if start.elapsed() > LIMIT => {
                    let raw = self.ask("/api/rawdata").map(|raw| raw.to_string());
                    return Err(error.context(format!(
                        "Traefik of {} doesn't get there\nraw data: {}\nlog:\n{}",
                        self.namespace,
                        raw.unwrap_or_default(),
                        process::tail(&self.program.log(), 15)
                    )));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(200)),
            }
        }
    }

    fn routers(&self, documents: &[Document]) -> Result<usize> {
        let mut total = 0;
        for (kind, protocol) in
            [("IngressRoute", "http"), ("IngressRouteTCP", "tcp"), ("IngressRouteUDP", "udp")]
        {
            let expected: usize = documents
                .iter()
                .filter(|document| {
                    document.kind() == kind && document.namespace() == Some(self.namespace.as_str())
                })
                .map(|document| array(&document.value, "/spec/routes").len())
                .sum();
            let answer = self.ask(&format!("/api/{protocol}/routers?per_page=1000"))?;
            let of_cluster = |router: &&Value| text(router, "/provider") == "kubernetescrd";
            let found: Vec<&Value> = answer
                .as_array()
                .map_or(&[][..], Vec::as_slice)
                .iter()
                .filter(of_cluster)
                .collect();
            let disabled: Vec<String> = found
                .iter()
                .filter(|router| {
                    text(router, "/status") != "enabled" || !array(router, "/error").is_empty()
                })
                .map(ToString::to_string)
                .collect();
            if !disabled.is_empty() {
                bail!("{protocol} routers are not enabled: {}", disabled.join(", "));
            }
            if found.len() != expected {
                let names: BTreeSet<&str> =
                    found.iter().map(|found| text(found, "/name")).collect();
                bail!("{} {protocol} routers of {expected}: {names:?}", found.len());
            }
            total += expected;
        }
        Ok(total)
    }

    /// A list that is forbidden is retried for ever and stops every later
    /// change from arriving, while the routers look right.
    fn check_log(&self) -> Result<()> {
        let log = self.program.log();
        let bad: Vec<&str> = log
            .lines()
            .filter(|line| line.contains("forbidden") || line.contains(" ERR "))
            .collect();
        if bad.is_empty() { Ok(()) } else { bail!("Traefik's log says:\n{}", bad.join("\n")) }
    }
}

/// The emitted arguments, with each entry point at one address, and the API
/// added, which the emitted ones rightly keep closed; and the API's port.
fn arguments(container: &Value, address: &str) -> (Vec<String>, u16) {
    let mut args: Vec<String> = Vec::new();
    let mut own_port = None;
    for arg in array(container, "/args").iter().filter_map(Value::as_str) {
        let lower = arg.to_ascii_lowercase();
        match arg.split_once("=:") {
            Some((name, rest))
                if lower.starts_with("--entrypoints.") && lower.contains(".address=:") =>
            {
                args.push(format!("{name}={address}:{rest}"));
                if lower.starts_with("--entrypoints.traefik.") {
                    own_port = rest.split('/').next().and_then(|port| port.parse().ok());
                }
            }
            _ => args.push(arg.to_owned()),
        }
    }
    if own_port.is_none() {
        args.push(format!("--entrypoints.traefik.address={address}:{OWN_PORT}"));
    }
    args.push("--api.insecure=true".to_owned());
    (args, own_port.unwrap_or(OWN_PORT))
}

/// The addresses of the pods that a workload selects.
pub(crate) fn addresses(cluster: &Cluster, workload: &Value) -> Result<Vec<String>> {
    let labels = workload.pointer("/spec/selector/matchLabels").and_then(Value::as_object);
    let selector: Vec<String> = labels
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}%3D{}", value.as_str().unwrap_or_default()))
        .collect();
    let namespace = text(workload, "/metadata/namespace");
    let path = format!(
        "/api/v1/namespaces/{namespace}/pods?labelSelector={}",
        selector.join("%2C").replace('/', "%2F")
    );
    let pods = cluster.client.list(&path)?;
    let addresses = pods.iter().map(|pod| text(pod, "/status/podIP").to_owned());
    Ok(addresses.filter(|address| !address.is_empty()).collect())
}

/// A token of a service account, as its pods get it.
fn token(cluster: &Cluster, namespace: &str, account: &str) -> Result<String> {
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token");
    let request = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": { "expirationSeconds": 3600 } });
    let answer = cluster.client.create(&path, &request)?;
    Ok(text(&answer, "/status/token").to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::arguments;

    #[test]
    fn entry_points_move_to_the_pods_address() {
        let container = json!({ "args": ["--entryPoints.web.address=:8000/tcp", "--ping=true"] });
        let expected = [
            "--entryPoints.web.address=10.0.0.9:8000/tcp",
            "--ping=true",
            "--entrypoints.traefik.address=10.0.0.9:8080",
            "--api.insecure=true",
        ];
        let (args, port) = arguments(&container, "10.0.0.9");
        assert_eq!(args, expected);
        assert_eq!(port, 8080);
    }
}
