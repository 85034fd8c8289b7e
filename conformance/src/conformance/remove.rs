//! Deleting what was applied, in reverse order, and looking for the rest.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::apply;
use super::prepare::Outside;
use super::stream::Document;
use crate::cluster::Cluster;
use crate::cluster::discovery::{Discovery, array, text};

/// How long one object, and the rest at the end, may take to go.
const LIMIT: Duration = Duration::from_mins(3);
/// What the control plane itself writes all the time.
const RESTLESS: [&str; 3] = ["events", "leases", "componentstatuses"];

/// Every object in the cluster, as `GROUP/RESOURCE NAMESPACE/NAME`.
pub(crate) type Snapshot = BTreeSet<String>;

/// Reads the names of all objects of all resources.
pub(crate) fn snapshot(cluster: &Cluster) -> Result<Snapshot> {
    const ACCEPT: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    let discovery = Discovery::read(&cluster.client)?;
    let mut found = Snapshot::new();
    for resource in discovery.listable() {
        if RESTLESS.contains(&resource.plural.as_str()) {
            continue;
        }
        let path = resource.collection(None);
        let answer = cluster.client.send("GET", &path, ACCEPT, None)?;
        if answer.status == 404 {
            // Its definition went while the list was being read.
            continue;
        }
        for item in array(&answer.success(&path)?, "/items") {
            found.insert(format!(
                "{}/{} {}/{}",
                resource.api_version,
                resource.plural,
                text(item, "/metadata/namespace"),
                text(item, "/metadata/name"),
            ));
        }
    }
    Ok(found)
}

/// Waits until two looks in a row see the same: the control plane has made
/// everything of its own.
pub(crate) fn settled_snapshot(cluster: &Cluster) -> Result<Snapshot> {
    let mut before = snapshot(cluster)?;
    for _ in 0..20 {
        std::thread::sleep(Duration::from_secs(1));
        let now = snapshot(cluster)?;
        if now == before {
            return Ok(now);
        }
        before = now;
    }
    bail!("the empty cluster doesn't come to rest")
}

/// Deletes in reverse order, then compares with how it was in the beginning.
pub(crate) fn remove(
    cluster: &Cluster,
    discovery: &Discovery,
    documents: &[Document],
    outside: &mut Outside,
    empty: &Snapshot,
) -> Result<String> {
    let mut problems = Vec::new();
    let mut slowest = (Duration::ZERO, String::new());
    let mut index = documents.len();
    while let Some(last) = documents.get(..index).and_then(<[_]>::last) {
        let wave = last.wave;
        let start = documents.iter().position(|document| document.wave == wave).unwrap_or(0);
        let members = documents.get(start..index).unwrap_or_default();
        let mut paths = Vec::new();
        let begin = Instant::now();
        for document in members.iter().rev() {
            let Ok(path) = apply::path(discovery, document) else { continue };
            if document.kind() == "Namespace" {
                wait_for_pods(cluster, document.name())?;
            }
            if document.kind() == "CustomResourceDefinition" {
                wait_until_listed(cluster, document)?;
            }
            match cluster.client.delete(&path) {
                // A server that takes down several definitions at once may
                // stumble over its own retries, and then waits for minutes.
                Ok(()) if document.kind() == "CustomResourceDefinition" => {
                    if !wait_until_gone(cluster, &path)? {
                        problems.push(still_there(document));
                    }
                }
                Ok(()) => paths.push((document, path)),
                Err(error) => problems.push(format!("{}: {error:#}", document.label())),
            }
        }
        for (document, path) in paths {
            if !wait_until_gone(cluster, &path)? {
                problems.push(still_there(document));
            }
        }
        if begin.elapsed() > slowest.0 {
            slowest = (begin.elapsed(), format!("wave {wave}"));
        }
        index = start;
    }
    outside.remove(cluster)?;
    let begin = Instant::now();
    if let Err(error) = compare(cluster, empty) {
        problems.push(format!("{error:#}"));
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    if begin.elapsed() > slowest.0 {
        slowest = (begin.elapsed(), "garbage collection".to_owned());
    }
    Ok(format!("{} took {:.1} s of it", slowest.1, slowest.0.as_secs_f64()))
}

fn still_there(document: &Document) -> String {
    format!("{} is still there after {} s", document.label(), LIMIT.as_secs())
}

fn wait_until_gone(cluster: &Cluster, path: &str) -> Result<bool> {
    let start = Instant::now();
    while cluster.client.find(path)?.is_some() {
        if start.elapsed() > LIMIT {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(true)
}

/// The server makes the store of a kind when somebody first asks for it. If that
/// is the deletion of its definition, that fails at first, is tried again ever
/// more seldom, and may take minutes (`crd_finalizer.go`).
fn wait_until_listed(cluster: &Cluster, definition: &Document) -> Result<()> {
    let spec = &definition.value["spec"];
    let stored = array(spec, "/versions").iter().find(|version| version["storage"] == true);
    let path = format!(
        "/apis/{}/{}/{}",
        text(spec, "/group"),
        stored.map_or("", |version| text(version, "/name")),
        text(spec, "/names/plural"),
    );
    let start = Instant::now();
    loop {
        let answer = cluster.client.send("GET", &path, "application/json", None)?;
        // It may be gone already.
        if matches!(answer.status, 200 | 404) || start.elapsed() > LIMIT {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A namespace that still holds pods waits for half of their grace period;
/// without them it goes at once.
fn wait_for_pods(cluster: &Cluster, namespace: &str) -> Result<()> {
    let start = Instant::now();
    let path = format!("/api/v1/namespaces/{namespace}/pods");
    while start.elapsed() < LIMIT && !cluster.client.list(&path)?.is_empty() {
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Waits until the cluster holds what it held when it was empty.
fn compare(cluster: &Cluster, empty: &Snapshot) -> Result<()> {
    let start = Instant::now();
    loop {
        let now = snapshot(cluster)?;
        if now == *empty {
            return Ok(());
        }
        if start.elapsed() > LIMIT {
            let left: Vec<&str> = now.difference(empty).map(String::as_str).collect();
            let lost: Vec<&str> = empty.difference(&now).map(String::as_str).collect();
            bail!("left behind: {}; missing: {}", left.join(", "), lost.join(", "));
        }
        std::thread::sleep(Duration::from_millis(250));
    }
}
