//! Whether every pod that an object promises was admitted.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::ready;
use super::stream::Document;
use crate::cluster::Cluster;
use crate::cluster::discovery::{Discovery, array, text};

/// Makes a Job of each `CronJob`, looks for rejected pods, and for Services
/// that reach none.
pub(crate) fn check(
    cluster: &Cluster,
    discovery: &Discovery,
    documents: &[Document],
) -> Result<String> {
    let jobs = run_schedules(cluster, documents)?;
    let run = ready::wait(cluster, discovery, &jobs.iter().collect::<Vec<_>>());
    let mut problems = rejections(cluster)?;
    if let Err(error) = run {
        problems.push(format!("{error:#}"));
    }
    for job in &jobs {
        cluster.client.delete(&super::apply::path(discovery, job)?)?;
    }
    problems.extend(unreachable_services(cluster, documents)?);
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    let pods = cluster.client.list("/api/v1/pods")?.len();
    Ok(format!("{pods} pods"))
}

/// Starts a Job from the template of each `CronJob`, as its schedule will.
fn run_schedules(cluster: &Cluster, documents: &[Document]) -> Result<Vec<Document>> {
    let mut jobs = Vec::new();
    for document in documents.iter().filter(|document| document.kind() == "CronJob") {
        let namespace = document.namespace().unwrap_or_default();
        let template = document.value.pointer("/spec/jobTemplate").cloned().unwrap_or_default();
        let mut job = json!({ "apiVersion": "batch/v1", "kind": "Job" });
        job["metadata"] = template.get("metadata").cloned().unwrap_or_else(|| json!({}));
        job["metadata"]["name"] = document.name().into();
        job["metadata"]["namespace"] = namespace.into();
        job["spec"] = template.get("spec").cloned().unwrap_or_default();
        let made =
            cluster.client.create(&format!("/apis/batch/v1/namespaces/{namespace}/jobs"), &job)?;
        jobs.push(Document { value: made, ..document.clone() });
    }
    Ok(jobs)
}

/// What controllers say about pods that the server didn't admit.
fn rejections(cluster: &Cluster) -> Result<Vec<String>> {
    let mut found = BTreeMap::new();
    for event in cluster.client.list("/api/v1/events")? {
        if text(&event, "/reason") == "FailedCreate" {
            let object = format!(
                "{} {}/{}",
                text(&event, "/involvedObject/kind"),
                text(&event, "/involvedObject/namespace"),
                text(&event, "/involvedObject/name"),
            );
            // Each try has a name of its own in its message; one is enough.
            found.entry(object).or_insert_with(|| text(&event, "/message").to_owned());
        }
    }
    for set in cluster.client.list("/apis/apps/v1/replicasets")? {
        for condition in array(&set, "/status/conditions") {
            if text(condition, "/type") == "ReplicaFailure" {
                let object = format!(
                    "ReplicaSet {}/{}",
                    text(&set, "/metadata/namespace"),
                    text(&set, "/metadata/name")
                );
                found.entry(object).or_insert_with(|| text(condition, "/message").to_owned());
            }
        }
    }
    Ok(found.into_iter().map(|(object, why)| format!("{object}: {why}")).collect())
}

/// Services whose selector matches no ready pod.
fn unreachable_services(cluster: &Cluster, documents: &[Document]) -> Result<Vec<String>> {
    let slices = cluster.client.list("/apis/discovery.k8s.io/v1/endpointslices")?;
    let mut found = Vec::new();
    for document in documents.iter().filter(|document| document.kind() == "Service") {
        let selects = document.value.pointer("/spec/selector").and_then(Value::as_object);
        if selects.is_none_or(serde_json::Map::is_empty) {
            continue;
        }
        let mut ports = BTreeSet::new();
        for slice in &slices {
            let service = slice.pointer("/metadata/labels/kubernetes.io~1service-name");
            let same = service.and_then(Value::as_str) == Some(document.name())
                && Some(text(slice, "/metadata/namespace")) == document.namespace();
            let ready = |endpoint: &Value| {
                endpoint.pointer("/conditions/ready").and_then(Value::as_bool) == Some(true)
            };
            if same && array(slice, "/endpoints").iter().any(ready) {
                ports.extend(array(slice, "/ports").iter().map(|port| text(port, "/name")));
            }
        }
        for port in array(&document.value, "/spec/ports") {
            if !ports.contains(text(port, "/name")) {
                let name = text(port, "/name");
                found.push(format!("{}: no ready pod behind its port `{name}`", document.label()));
            }
        }
    }
    Ok(found)
}
