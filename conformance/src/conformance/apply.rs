//! Applying a stream: one object after another, in the emitted order.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::Value;

use super::prepare::Outside;
use super::ready;
use super::references::{self, Part, Reference};
use super::stream::Document;
use crate::cluster::Cluster;
use crate::cluster::client::Answer;
use crate::cluster::discovery::{Discovery, array, text};

/// Who applies, as the server records it.
const MANAGER: &str = "fieldManager=jtc&fieldValidation=Strict&force=true";

/// Applies one document exactly as it was emitted.
pub(crate) fn apply(cluster: &Cluster, path: &str, document: &Document) -> Result<Answer> {
    let body = document.yaml.clone().into_bytes();
    cluster.client.send(
        "PATCH",
        &format!("{path}?{MANAGER}"),
        "application/json",
        Some(("application/apply-patch+yaml", body)),
    )
}

/// Applies all the documents; every problem on the way is part of the error.
pub(crate) fn apply_in_order(
    cluster: &Cluster,
    discovery: &mut Discovery,
    documents: &[Document],
    outside: &Outside,
) -> Result<()> {
    let mut problems = Vec::new();
    let mut known = BTreeSet::new();
    let mut waves: Vec<Vec<&Document>> = Vec::new();
    for document in documents {
        match waves.last_mut() {
            Some(wave) if wave.first().is_some_and(|first| first.wave == document.wave) => {
                wave.push(document);
            }
            _ => waves.push(vec![document]),
        }
    }
    for wave in waves {
        let mut applied = Vec::new();
        for document in wave {
            match apply_one(cluster, discovery, document, &mut known) {
                Ok(mut found) => {
                    problems.append(&mut found);
                    applied.push(document);
                }
                Err(error) => problems.push(format!("{}: {error:#}", document.label())),
            }
            if document.kind() == "Namespace" {
                outside.create_secrets(cluster, document.name())?;
                wait_for_account(cluster, document.name());
            }
        }
        if let Err(error) = ready::wait(cluster, discovery, &applied) {
            problems.push(format!("{error:#}"));
        }
        if applied.iter().any(|document| document.kind() == "CustomResourceDefinition") {
            *discovery = Discovery::read(&cluster.client)?;
        }
    }
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
}

/// Applies one document and returns what is wrong short of a refusal.
fn apply_one(
    cluster: &Cluster,
    discovery: &Discovery,
    document: &Document,
    known: &mut BTreeSet<Reference>,
) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for reference in references::of(document) {
        if known.contains(&reference) {
            continue;
        }
        match missing(cluster, discovery, &reference)? {
            Some(why) => problems.push(format!("{} comes too early: {why}", document.label())),
            None => {
                known.insert(reference);
            }
        }
    }
    let path = path(discovery, document)?;
    let answer = apply(cluster, &path, document)?;
    for warning in &answer.warnings {
        problems.push(format!("{}: the server warns: {warning}", document.label()));
    }
    answer.success("refused")?;
    Ok(problems)
}

/// The path of a document's object.
pub(crate) fn path(discovery: &Discovery, document: &Document) -> Result<String> {
    discovery.path(document.api_version(), document.kind(), document.namespace(), document.name())
}

/// Why a reference leads nowhere on the server as it is now.
fn missing(
    cluster: &Cluster,
    discovery: &Discovery,
    reference: &Reference,
) -> Result<Option<String>> {
    let Reference { api_version, kind, namespace, name, part } = reference;
    let place = namespace.as_deref().map(|name| format!(" in {name}")).unwrap_or_default();
    let path = match discovery.path(api_version, kind, namespace.as_deref(), name) {
        Ok(path) => path,
        Err(error) => return Ok(Some(format!("{error:#}"))),
    };
    let Some(object) = cluster.client.find(&path)? else {
        return Ok(Some(format!("there is no {kind} {name}{place} yet")));
    };
    let found = match part {
        Part::Key(key) => {
            let has = |field: &str| object.get(field).is_some_and(|data| data.get(key).is_some());
            has("data") || has("binaryData")
        }
        Part::Port(port) => array(&object, "/spec/ports").iter().any(|found| {
            text(found, "/name") == port
                || found.pointer("/port").map(Value::to_string).as_deref() == Some(port)
        }),
        _ => true,
    };
    Ok((!found).then(|| format!("{kind} {name}{place} has no {part:?}")))
}

/// Waits for the `default` account, without which no pod is admitted. The
/// controllers would try again; waiting keeps their events out of the way.
fn wait_for_account(cluster: &Cluster, namespace: &str) {
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/default");
    for _ in 0..100 {
        if matches!(cluster.client.find(&path), Ok(Some(_))) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Applies everything once more and says what changed by it.
pub(crate) fn apply_again(
    cluster: &Cluster,
    discovery: &Discovery,
    documents: &[Document],
) -> Result<()> {
    let mut problems = Vec::new();
    for document in documents {
        let path = path(discovery, document)?;
        let before = cluster.client.get(&path)?;
        let answer = apply(cluster, &path, document)?;
        for warning in &answer.warnings {
            problems.push(format!("{}: the server warns: {warning}", document.label()));
        }
        match answer.success("refused") {
            Ok(after) => {
                if let Some(field) = change(&before, &after) {
                    problems.push(format!("{}: {field} changed", document.label()));
                }
            }
            Err(error) => problems.push(format!("{}: {error:#}", document.label())),
        }
    }
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
}

/// The part of an object that differs. The same resource version means that
/// nothing was written; otherwise a controller may have written a status in
/// between, which is no change of the object.
fn change(before: &Value, after: &Value) -> Option<String> {
    let version = |object: &Value| text(object, "/metadata/resourceVersion").to_owned();
    if version(before) == version(after) {
        return None;
    }
    let (before, after) = (without_status(before), without_status(after));
    if before == after {
        return None;
    }
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        return Some("everything".to_owned());
    };
    let field = new.iter().find(|(key, value)| old.get(key.as_str()) != Some(value));
    let text = field.map_or("a removed field".to_owned(), |(key, value)| {
        format!("{key} {}\n  is now {value}\n  which", old.get(key).unwrap_or(&Value::Null))
    });
    Some(text)
}

fn without_status(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = object.pointer_mut("/metadata").and_then(Value::as_object_mut) {
        metadata.remove("resourceVersion");
        metadata.remove("managedFields");
    }
    object
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::change;

    #[test]
    fn only_a_status_may_change() {
        let before = json!({"metadata": {"resourceVersion": "1"}, "spec": {"a": 1}, "status": 1});
        let mut after = before.clone();
        after["metadata"]["resourceVersion"] = "2".into();
        after["status"] = 2.into();
        assert_eq!(change(&before, &after), None);
        after["spec"]["a"] = 2.into();
        assert!(change(&before, &after).is_some_and(|text| text.starts_with("spec ")));
    }
}
