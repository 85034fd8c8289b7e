//! Whether an object has become what it promises to be.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::Value;

use super::prepare;
use super::stream::Document;
use crate::cluster::Cluster;
use crate::cluster::discovery::{Discovery, array, number, text};

/// How long the objects of one wave may take.
const LIMIT: Duration = Duration::from_mins(1);

/// Why an object is not ready; `None` when it is, or when its kind has no
/// such state.
pub(crate) fn lacks(object: &Value) -> Option<String> {
    let status = |field: &str| number(object, &format!("/status/{field}"));
    let generation = number(object, "/metadata/generation");
    match text(object, "/kind") {
        "Namespace" => unless(text(object, "/status/phase") == "Active", "it is not active"),
        "CustomResourceDefinition" => {
            unless(is_true(object, "Established"), "it is not established")
        }
        "PersistentVolumeClaim" => {
            unless(text(object, "/status/phase") == "Bound", "it is bound to no volume")
        }
        "Deployment" => {
            if status("observedGeneration") < generation {
                return Some("the controller has not seen it".to_owned());
            }
            let wanted = number(object, "/spec/replicas");
            let counts =
                [status("updatedReplicas"), status("replicas"), status("availableReplicas")];
            let ready = counts.iter().all(|count| *count == wanted) && is_true(object, "Available");
            unless(ready, &format!("{counts:?} of {wanted} pods are updated, there, available"))
        }
        "StatefulSet" => {
            let wanted = number(object, "/spec/replicas");
            let counts = [status("updatedReplicas"), status("replicas"), status("readyReplicas")];
            let seen = status("observedGeneration") >= generation;
            let ready = seen && counts.iter().all(|count| *count == wanted);
            unless(ready, &format!("{counts:?} of {wanted} pods are updated, there, ready"))
        }
        "DaemonSet" => {
            let wanted = status("desiredNumberScheduled");
            let ready = wanted > 0
                && status("observedGeneration") >= generation
                && status("numberReady") == wanted;
            unless(ready, &format!("{} of {wanted} pods are ready", status("numberReady")))
        }
        "Job" => unless(is_true(object, "Complete"), "it is not complete"),
        "HorizontalPodAutoscaler" => {
            let least = object.pointer("/spec/minReplicas").and_then(Value::as_i64).unwrap_or(1);
            let now = status("currentReplicas");
            unless(now >= least, &format!("its target has {now} pods, fewer than {least}"))
        }
        _ => None,
    }
}

fn unless(ready: bool, why: &str) -> Option<String> {
    (!ready).then(|| why.to_owned())
}

fn is_true(object: &Value, condition: &str) -> bool {
    array(object, "/status/conditions")
        .iter()
        .any(|found| text(found, "/type") == condition && text(found, "/status") == "True")
}

/// The conditions and the events that may tell why.
fn explain(cluster: &Cluster, object: &Value) -> String {
    let mut lines = Vec::new();
    for condition in array(object, "/status/conditions") {
        let message = text(condition, "/message");
        if !message.is_empty() {
            lines.push(format!("  {}: {message}", text(condition, "/type")));
        }
    }
    let namespace = text(object, "/metadata/namespace");
    if !namespace.is_empty() {
        let events = cluster.client.list(&format!("/api/v1/namespaces/{namespace}/events"));
        for event in events.unwrap_or_default() {
            let name = text(&event, "/involvedObject/name");
            if text(&event, "/type") == "Warning"
                && name.starts_with(text(object, "/metadata/name"))
                && !text(&event, "/reason").starts_with("FailedGet")
            {
                lines.push(format!("  event on {name}: {}", text(&event, "/message")));
            }
        }
    }
    lines.truncate(5);
    if lines.is_empty() { String::new() } else { format!("\n{}", lines.join("\n")) }
}

/// Waits until all the documents are ready on the server.
pub(crate) fn wait(
    cluster: &Cluster,
    discovery: &Discovery,
    documents: &[&Document],
) -> Result<()> {
    let start = Instant::now();
    let mut waiting: Vec<&Document> = documents.to_vec();
    loop {
        prepare::make_volumes(cluster)?;
        let mut lacking = Vec::new();
        let mut reasons = Vec::new();
        for document in waiting {
            let path = discovery.path(
                document.api_version(),
                document.kind(),
                document.namespace(),
                document.name(),
            )?;
            let live = cluster.client.find(&path)?.unwrap_or(Value::Null);
            let why = if live.is_null() { Some("it is gone".to_owned()) } else { lacks(&live) };
            if let Some(why) = why {
                lacking.push(document);
                reasons.push((document.label(), why, live));
            }
        }
        if lacking.is_empty() {
            return Ok(());
        }
        if start.elapsed() > LIMIT {
            let lines: Vec<String> = reasons
                .iter()
                .map(|(label, why, live)| format!("{label}: {why}{}", explain(cluster, live)))
                .collect();
            bail!("not ready after {} s:\n{}", LIMIT.as_secs(), lines.join("\n"));
        }
        waiting = lacking;
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::lacks;

    #[test]
    fn a_deployment_is_ready_when_every_pod_is_available() {
        let mut deployment = json!({
            "kind": "Deployment", "metadata": {"generation": 2}, "spec": {"replicas": 2},
            "status": {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2,
                "availableReplicas": 2, "conditions": [{"type": "Available", "status": "True"}]},
        });
        assert_eq!(lacks(&deployment), None);
        deployment["status"]["availableReplicas"] = 1.into();
        assert!(lacks(&deployment).is_some());
        deployment["status"]["observedGeneration"] = 1.into();
        assert!(lacks(&deployment).is_some());
    }

    #[test]
    fn kinds_without_a_state_are_ready_at_once() {
        assert_eq!(lacks(&json!({"kind": "ConfigMap"})), None);
        assert!(lacks(&json!({"kind": "Job", "status": {}})).is_some());
    }
}
