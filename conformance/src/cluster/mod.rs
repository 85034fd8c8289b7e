//! A control plane of its own: etcd, the Kubernetes API server, controller
//! manager and scheduler, and kwok in the place of kubelets.

pub(crate) mod client;
pub(crate) mod discovery;
pub(crate) mod isolation;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::process::{self, Background};
use crate::tools;
use client::Client;

/// The token of the member of `system:masters` that the suite acts as.
pub(crate) const TOKEN: &str = "conformance-admin";
/// The token and name of a user who may do nothing until a role says so.
pub(crate) const LIMITED: &str = "conformance-limited";
/// Any private address: a network without a default route has none to offer.
const ADVERTISED: &str = "10.255.255.1";
/// Nodes, one a zone, so that pods that keep apart from each other fit.
const NODES: [(&str, &str); 3] = [("node-a", "a"), ("node-b", "b"), ("node-c", "c")];
/// How long each program may take to start.
const START: Duration = Duration::from_secs(90);

/// A running control plane; its programs end when it is dropped.
pub(crate) struct Cluster {
    /// The API, as an administrator.
    pub(crate) client: Client,
    /// Where its files and logs are.
    pub(crate) folder: PathBuf,
    programs: Vec<Background>,
}

impl Cluster {
    /// Starts etcd and the API server of a Kubernetes minor version, say
    /// `1.34`: objects are kept and checked, and nothing happens to them.
    pub(crate) fn start_api(version: &str, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let tool = format!("kubernetes-{version}");
        let program = |name: &str| tools::program(&tool, name).map(Command::new);
        let mut programs = Vec::new();

        let store = start_etcd(folder, &mut programs)?;
        let key = folder.join("service-account.key");
        process::output(Command::new("openssl").args(["genrsa", "-out"]).arg(&key).arg("2048"))
            .context("can't make a key for service account tokens (package openssl)")?;
        let tokens = folder.join("tokens.csv");
        let lines = format!("{TOKEN},admin,admin,system:masters\n{LIMITED},{LIMITED},{LIMITED}\n");
        std::fs::write(&tokens, lines)?;

        let port = isolation::free_port()?;
        let server = format!("https://127.0.0.1:{port}");
        let certificates = folder.join("certificates");
        let mut api = Background::start(
            "kube-apiserver",
            program("kube-apiserver")?
                .arg(format!("--etcd-servers={store}"))
                .args(["--bind-address=127.0.0.1", "--authorization-mode=RBAC"])
                .arg(format!("--advertise-address={ADVERTISED}"))
                .arg(format!("--secure-port={port}"))
                .arg(flag("--cert-dir", &certificates))
                .arg(flag("--service-account-key-file", &key))
                .arg(flag("--service-account-signing-key-file", &key))
                .arg("--service-account-issuer=https://kubernetes.default.svc")
                .arg(flag("--token-auth-file", &tokens))
                .args(["--service-cluster-ip-range=10.96.0.0/16", "--allow-privileged=true"])
                .args(["--endpoint-reconciler-type=none", "--profiling=false"]),
            folder,
        )?;
        let authority = certificates.join("apiserver.crt");
        api.wait_for(START, || authority.exists())?;
        let client = Client::new(&server, &authority, TOKEN)?;
        api.wait_for(START, || is_ready(&client))?;
        programs.push(api);
        write_kubeconfig(folder, &server, &authority)?;
        Ok(Self { client, folder: folder.to_owned(), programs })
    }

    /// Starts the control plane of a Kubernetes minor version, say `1.34`.
    pub(crate) fn start(version: &str, folder: &Path) -> Result<Self> {
        let mut cluster = Self::start_api(version, folder)?;
        let tool = format!("kubernetes-{version}");
        let program = |name: &str| tools::program(&tool, name).map(Command::new);
        let kubeconfig = cluster.kubeconfig();
        let (key, authority) = (folder.join("service-account.key"), cluster.authority());
        let certificates = folder.join("certificates");
        let port = isolation::free_port()?;
        cluster.programs.push(Background::start(
            "kube-controller-manager",
            program("kube-controller-manager")?
                .arg(flag("--kubeconfig", &kubeconfig))
                .arg(flag("--service-account-private-key-file", &key))
                .arg(flag("--root-ca-file", &authority))
                .arg(flag("--cert-dir", &certificates))
                .arg(format!("--secure-port={port}"))
                .args(["--bind-address=127.0.0.1", "--leader-elect=false"])
                .args(["--kube-api-qps=500", "--kube-api-burst=1000"])
                // Shorter than the defaults: the suite waits for each of these.
                .args(["--horizontal-pod-autoscaler-sync-period=1s"])
                .args(["--pvclaimbinder-sync-period=1s"]),
            folder,
        )?);
        let scheduler = start_scheduler(program("kube-scheduler")?, folder, &kubeconfig)?;
        cluster.programs.push(scheduler);
        cluster.programs.push(start_kwok(folder, &kubeconfig)?);
        cluster.add_nodes()?;
        Ok(cluster)
    }

    /// The file that `kubectl` is given.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// The certificate chain of the server.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join("certificates").join("apiserver.crt")
    }

    /// An error when one of the programs has ended.
    pub(crate) fn alive(&mut self) -> Result<()> {
        self.programs.iter_mut().try_for_each(Background::alive)
    }

    fn add_nodes(&mut self) -> Result<()> {
        for (name, zone) in NODES {
            self.client.create("/api/v1/nodes", &node(name, zone))?;
        }
        let client = self.client.clone();
        let Some(last) = self.programs.last_mut() else { return Ok(()) };
        last.wait_for(START, || {
            let nodes = client.list("/api/v1/nodes").unwrap_or_default();
            let account = client.find("/api/v1/namespaces/default/serviceaccounts/default");
            nodes.iter().filter(|node| is_node_ready(node)).count() == NODES.len()
                && matches!(account, Ok(Some(_)))
        })
    }

    /// Gives all nodes labels, besides their own.
    pub(crate) fn label_nodes(&self, labels: &Value) -> Result<()> {
        for (name, _) in NODES {
            let patch = json!({ "metadata": { "labels": labels } }).to_string().into_bytes();
            let path = format!("/api/v1/nodes/{name}");
            let body = Some(("application/merge-patch+json", patch));
            self.client.send("PATCH", &path, "application/json", body)?.success(&path)?;
        }
        Ok(())
    }
}

fn flag(name: &str, path: &Path) -> String {
    format!("{name}={}", path.display())
}

fn is_ready(client: &Client) -> bool {
    client.send("GET", "/readyz", "*/*", None).is_ok_and(|answer| answer.status == 200)
}

fn is_node_ready(node: &Value) -> bool {
    discovery::array(node, "/status/conditions").iter().any(|condition| {
        discovery::text(condition, "/type") == "Ready"
            && discovery::text(condition, "/status") == "True"
    })
}

fn node(name: &str, zone: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": { "kwok.x-k8s.io/node": "fake" },
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "topology.kubernetes.io/zone": zone,
            },
        },
    })
}

fn start_etcd(folder: &Path, programs: &mut Vec<Background>) -> Result<String> {
    let store = format!("http://127.0.0.1:{}", isolation::free_port()?);
    let peers = format!("http://127.0.0.1:{}", isolation::free_port()?);
    programs.push(Background::start(
        "etcd",
        Command::new(tools::program("etcd", "etcd")?)
            .arg(flag("--data-dir", &folder.join("etcd")))
            .args(["--listen-client-urls", &store, "--advertise-client-urls", &store])
            .args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers])
            .args(["--initial-cluster", &format!("default={peers}")])
            // The data lives as long as the run.
            .args(["--unsafe-no-fsync", "--log-level=warn"]),
        folder,
    )?);
    Ok(store)
}

fn write_kubeconfig(folder: &Path, server: &str, authority: &Path) -> Result<()> {
    let file = folder.join("kubeconfig");
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{
            "name": "conformance",
            "cluster": { "server": server, "certificate-authority": authority },
        }],
        "users": [{ "name": "admin", "user": { "token": TOKEN } }],
        "contexts": [{
            "name": "conformance",
            "context": { "cluster": "conformance", "user": "admin" },
        }],
        "current-context": "conformance",
    });
    std::fs::write(&file, config.to_string())?;
    Ok(())
}

fn start_scheduler(mut program: Command, folder: &Path, kubeconfig: &Path) -> Result<Background> {
    let file = folder.join("scheduler.json");
    let config = json!({
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "leaderElection": { "leaderElect": false },
        "clientConnection": { "kubeconfig": kubeconfig, "qps": 500, "burst": 1000 },
    });
    std::fs::write(&file, config.to_string())?;
    let port = isolation::free_port()?;
    Background::start(
        "kube-scheduler",
        program
            .arg(flag("--config", &file))
            .arg(flag("--cert-dir", &folder.join("certificates")))
            .arg(format!("--secure-port={port}"))
            .arg("--bind-address=127.0.0.1"),
        folder,
    )
}

fn start_kwok(folder: &Path, kubeconfig: &Path) -> Result<Background> {
    let mut command = Command::new(tools::program("kwok", "kwok")?);
    command
        .arg(flag("--kubeconfig", kubeconfig))
        .args(["--manage-all-nodes=true", "--cidr=10.0.0.1/16"])
        .args(["--node-ip=10.0.0.1", "--node-port=10247"])
        // Without leases the nodes count as lost after 50 seconds, and their
        // pods as not ready.
        .arg("--node-lease-duration-seconds=40");
    for stage in tools::KWOK_STAGES {
        command.arg(flag("--config", &tools::program("kwok", stage)?));
    }
    Background::start("kwok", &mut command, folder)
}
