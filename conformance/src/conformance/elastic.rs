//! The bodies that the bootstrap Job sends to Elasticsearch, against the
//! types of the official client of the same major version.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::Example;
use super::stream::Document;
use crate::cluster::discovery::text;
use crate::report::Report;
use crate::{process, tools};

/// The label that tells the version of the stack.
const VERSION: &str = "/metadata/labels/app.kubernetes.io~1version";
/// Each body: its key in the `ConfigMap`, the request's type, the field that
/// the path holds.
const BODIES: [(&str, &str, &str); 3] = [
    ("ilm-policy.json", "IlmPutLifecycleRequest", "name"),
    ("index-template.json", "IndicesPutIndexTemplateRequest", "name"),
    ("first-index.json", "IndicesCreateRequest", "index"),
];

/// Elasticsearch 7 has had `index.lifecycle.rollover_alias` since 6.6, and the
/// client's types list it from 8 on only. Everything else has to be in them.
const ADDED_IN_8: &str = "declare module \"elasticsearch7/api/types\" {
  interface IndicesIndexSettingsLifecycle { rollover_alias?: string }
}";

/// Checks the bodies of all examples at once: each is a file of its own.
pub(crate) fn run(report: &mut Report, folder: &Path, examples: &[Example]) {
    let checked = report.check("the bodies of every bootstrap Job can be read", || {
        let files = collect(examples)?;
        let note = format!("{} of {} bootstrap Jobs", files.len(), count(examples));
        Ok((files, note))
    });
    if let Some(files) = checked {
        report.check("the bodies pass the types of the official client", || {
            compile(&folder.join("types"), &files)?;
            Ok(((), format!("{} files", files.len())))
        });
    }
}

fn bootstraps(examples: &[Example]) -> impl Iterator<Item = (&str, &Document)> {
    examples.iter().flat_map(|example| {
        let maps = example.documents.iter().filter(|document| {
            document.kind() == "ConfigMap" && document.name().starts_with("elasticsearch-bootstrap")
        });
        maps.map(|document| (example.name.as_str(), document))
    })
}

fn count(examples: &[Example]) -> usize {
    bootstraps(examples).count()
}

/// The TypeScript files to check, by name.
fn collect(examples: &[Example]) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for (example, document) in bootstraps(examples) {
        let file = source(document).with_context(|| format!("{example}: {}", document.label()))?;
        let namespace = document.namespace().unwrap_or_default();
        files.insert(format!("{example}.{namespace}.{}.ts", document.name()), file);
    }
    if files.is_empty() {
        bail!("no example has a ConfigMap `elasticsearch-bootstrap…`: nothing would be checked");
    }
    Ok(files)
}

/// One file: each body as the request that it is the body of.
fn source(document: &Document) -> Result<String> {
    let version = text(&document.value, VERSION);
    let major: u32 = version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .with_context(|| format!("its label app.kubernetes.io/version is `{version}`"))?;
    let mut lines = vec![format!("import type {{ estypes }} from \"elasticsearch{major}\";")];
    if major == 7 {
        lines.push(ADDED_IN_8.to_owned());
    }
    let data = document.value.pointer("/data").and_then(Value::as_object).context("no data")?;
    let known = |key: &String| BODIES.iter().any(|(name, ..)| name == key);
    let is_body = |key: &String| Path::new(key).extension().is_some_and(|ending| ending == "json");
    if let Some(other) = data.keys().find(|key| is_body(key) && !known(key)) {
        bail!("`{other}` is a body of no known request");
    }
    for (index, (key, request, field)) in BODIES.iter().enumerate() {
        let body = data.get(*key).and_then(Value::as_str);
        let body = body.with_context(|| format!("there is no `{key}`"))?;
        let body: Value = serde_json::from_str(body).with_context(|| format!("`{key}`"))?;
        let request = format!("estypes.{request}");
        lines.push(format!(
            "export const body{index}: {request} = {};",
            literal(major, field, &body)?
        ));
    }
    // Proof that the types refuse what they don't know: without an error on
    // the line below the comment, the compiler fails.
    let wrong = serde_json::json!({ "policy": { "phasez": {} } });
    lines.push("// @ts-expect-error".to_owned());
    let wrong = literal(major, "name", &wrong)?;
    lines.push(format!("export const wrong: estypes.IlmPutLifecycleRequest = {wrong};"));
    Ok(lines.join("\n") + "\n")
}

/// A request as an object literal. Since major 8 the body's fields stand
/// beside those of the path.
fn literal(major: u32, field: &str, body: &Value) -> Result<String> {
    let mut request = serde_json::Map::new();
    request.insert(field.to_owned(), "jobmon".into());
    if major <= 7 {
        request.insert("body".to_owned(), body.clone());
    } else {
        request.extend(body.as_object().context("the body is no object")?.clone());
    }
    Ok(Value::Object(request).to_string())
}

fn compile(folder: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let modules = tools::program("node", "node_modules")?;
    std::os::unix::fs::symlink(&modules, folder.join("node_modules"))?;
    for (name, content) in files {
        std::fs::write(folder.join(name), content)?;
    }
    process::output(
        Command::new(modules.join("typescript/bin/tsc"))
            .args(["--noEmit", "--strict", "--skipLibCheck", "--types", "node"])
            .args(["--module", "node16", "--moduleResolution", "node16", "--target", "es2022"])
            .args(files.keys())
            .current_dir(folder),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::literal;

    #[test]
    fn the_body_is_a_field_of_its_own_only_up_to_major_7() {
        let body = json!({ "settings": {} });
        let seven = literal(7, "index", &body).expect("an object");
        assert_eq!(seven, r#"{"index":"jobmon","body":{"settings":{}}}"#);
        let nine = literal(9, "index", &body).expect("an object");
        assert_eq!(nine, r#"{"index":"jobmon","settings":{}}"#);
    }
}
