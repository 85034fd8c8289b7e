//! What the compiler says the API server would refuse of hand-written objects:
//! whether it does.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::example::{Empty, Part};
use crate::cluster::client::Answer;
use crate::cluster::discovery::{Discovery, array, text};
use crate::paths;

/// A golden file of objects with many mistakes each.
const REFUSED: &str = "golden/bad-refused-fields";
/// One of objects that are odd, and right.
const TAKEN: &str = "golden/ok-odd-fields";

/// Sends every object of the golden file, to be judged and not kept. True, as
/// the cluster stays as it was.
pub(super) fn run(part: &mut Part<'_>, empty: &Empty) -> Result<bool> {
    let folder = paths::workspace().join(REFUSED);
    let output = Command::new(part.compiler)
        .args(["check", "--format", "short"])
        .arg(folder.join("topology.kdl"))
        .output()?;
    let told = told(&String::from_utf8_lossy(&output.stdout));
    let discovery = Discovery::read(&empty.cluster.client)?;
    for object in objects(TAKEN)? {
        let title = part.title("refusals", &format!("{} is taken", label(&object)));
        part.report.check(&title, || {
            let answer = send(empty, &discovery, &object)?;
            ensure!(answer.status == 201, "the server answers {}", answer.message());
            Ok(((), String::new()))
        });
    }
    for object in objects(REFUSED)? {
        let name = label(&object);
        let title = part.title("refusals", &name);
        part.report.check(&title, || {
            let fields = told.get(&name).context("the compiler tells nothing of it")?;
            let note = refused(empty, &discovery, &object, fields)?;
            Ok(((), note))
        });
    }
    Ok(true)
}

/// The objects of a golden file, in a namespace that there always is.
fn objects(folder: &str) -> Result<Vec<Value>> {
    let yaml = std::fs::read_to_string(paths::workspace().join(folder).join("fields.yaml"))?;
    let object = |text| {
        let mut object: Value = serde_saphyr::from_str(text)?;
        object["metadata"]["namespace"] = json!("default");
        Ok(object)
    };
    yaml.split("\n---\n").map(object).collect()
}

/// Has an object judged, and not kept.
fn send(empty: &Empty, discovery: &Discovery, object: &Value) -> Result<Answer> {
    let resource = discovery.resource(text(object, "/apiVersion"), text(object, "/kind"))?;
    let path = format!("{}?dryRun=All", resource.collection(Some("default")));
    let body = ("application/json", object.to_string().into_bytes());
    empty.cluster.client.send("POST", &path, "application/json", Some(body))
}

fn label(object: &Value) -> String {
    format!("{}/{}", text(object, "/kind"), text(object, "/metadata/name"))
}

/// The fields that the compiler tells of, by object; empty for one that can't
/// be read at all.
fn told(lines: &str) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in lines.lines() {
        let quoted: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let Some(id) = quoted.first().map(|id| id.replace("/tools/", "/")) else { continue };
        let fields = told.entry(id).or_default();
        if line.contains("would be refused") {
            fields.extend(quoted.get(1).map(|field| (*field).to_owned()));
        }
    }
    told
}

/// Whether the server refuses an object, for each of these fields or what stands
/// beside it.
fn refused(
    empty: &Empty,
    discovery: &Discovery,
    object: &Value,
    fields: &[String],
) -> Result<String> {
    let answer = send(empty, discovery, object)?;
    ensure!(matches!(answer.status, 400 | 422), "the server answers {}", answer.status);
    if answer.status == 400 {
        ensure!(fields.is_empty(), "the server can't read it, and the compiler can");
        return Ok(answer.message());
    }
    let causes = array(&answer.body, "/details/causes");
    // What a claim requests the server calls by its key alone.
    let causes = causes
        .iter()
        .map(|cause| text(cause, "/field").replace("resources[", "resources.requests["));
    let causes: Vec<String> = causes.collect();
    let around = |field: &str| field.rsplit_once('.').map_or("", |(around, _)| around).to_owned();
    for field in fields {
        // The server writes keys of maps in brackets, and names another of two
        // fields that don't go together.
        let around = around(field);
        if !causes.iter().any(|cause| cause == field || cause.starts_with(&around)) {
            bail!("the server says nothing of `{field}`, but of {causes:?}");
        }
    }
    for cause in &causes {
        let is_told = fields.iter().any(|field| {
            field == cause || cause.starts_with(&around(field)) || field.starts_with(&**cause)
        });
        ensure!(is_told, "the compiler says nothing of `{cause}`");
    }
    Ok(format!("{} fields", fields.len()))
}
