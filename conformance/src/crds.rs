//! `cargo xtask crds [--check]`: Traefik's custom resource definitions, cut
//! down to what the API server needs.
//!
//! Reads the ten definitions from the pinned Go module of Traefik (through the
//! `go` command, which checks them against the public checksum database) and
//! writes one JSON file each, keys sorted, to `compiler/core/data/traefik`,
//! with a `PINNED` file that says where they come from, and `options.txt` with
//! the options of the command line. With `--check` nothing
//! is written: the command fails when the files differ from what it would write.
//!
//! What remains is field names, types and validations. A schema key that this
//! file does not know is an error: a new release of Traefik may carry a
//! validation that must not be lost in silence.

mod options;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde_json::{Map, Value};

use crate::{paths, report};

/// The Go module that publishes the definitions.
const MODULE: &str = "github.com/traefik/traefik/v3";

/// The release they are taken from.
const VERSION: &str = "v3.7.13";

/// Where the module keeps them, one file a kind: `traefik.io_<plural>.yaml`.
const SOURCE: &str = "docs/content/reference/dynamic-configuration";

/// Where they go, from the root of the workspace.
const TARGET: &str = "compiler/core/data/traefik";

/// The kinds that Traefik's provider watches, all of which must exist before
/// it serves a single route (`pkg/provider/kubernetes/crd/client.go`).
const PLURALS: [&str; 10] = [
    "ingressroutes",
    "ingressroutetcps",
    "ingressrouteudps",
    "middlewares",
    "middlewaretcps",
    "serverstransports",
    "serverstransporttcps",
    "tlsoptions",
    "tlsstores",
    "traefikservices",
];

/// String formats that every Kubernetes release knows (apiextensions-apiserver,
/// `pkg/apiserver/validation/formats.go`, the set of version 1.0).
///
/// From 1.34 the server warns about any other format. That release looks at
/// the name alone, so `int32` and `int64` draw a warning too; they add nothing
/// to `type: integer`, and are dropped.
const STRING_FORMATS: [&str; 25] = [
    "bsonobjectid",
    "byte",
    "cidr",
    "creditcard",
    "date",
    "datetime",
    "duration",
    "email",
    "hexcolor",
    "hostname",
    "ipv4",
    "ipv6",
    "isbn",
    "isbn10",
    "isbn13",
    "mac",
    "password",
    "rgbcolor",
    "ssn",
    "uri",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
    "date-time",
];

/// Schema keys that only people read.
const PROSE: [&str; 4] = ["description", "example", "externalDocs", "title"];

/// Schema keys whose value is taken over as it is.
const PLAIN: [&str; 24] = [
    "default",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "pattern",
    "required",
    "type",
    "uniqueItems",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
];

/// Options of `cargo xtask crds`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail when the files are out of date.
    #[arg(long)]
    check: bool,
}

/// Runs `cargo xtask crds`.
///
/// # Errors
/// `go` fails, a definition has an unexpected shape, a file cannot be written,
/// or, with `--check`, files are out of date.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let files = generate(&fetch()?)?;
    let target = paths::workspace().join(TARGET);
    if options.check {
        compare(&files, &target)?;
        report::line(format_args!("{TARGET} is up to date"));
    } else {
        write(&files, &target)?;
        let bytes: usize = files.values().map(String::len).sum();
        report::line(format_args!("wrote {TARGET}: {} files, {bytes} bytes", files.len()));
    }
    Ok(ExitCode::SUCCESS)
}

/// What `go mod download -json` says about the module.
struct Module {
    dir: PathBuf,
    sum: String,
}

fn fetch() -> Result<Module> {
    // An empty folder: no go.mod or go.work around may change the answer.
    let empty = tempfile::tempdir().context("cannot make a temporary folder")?;
    let output = Command::new("go")
        .args(["mod", "download", "-json", &format!("{MODULE}@{VERSION}")])
        .env("GOWORK", "off")
        .current_dir(empty.path())
        .output()
        .context("cannot run `go`")?;
    // A refusal is JSON as well, with the reason in it.
    let answer: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
        .context("`go mod download` answered no JSON")?;
    let field = |name: &str| answer.get(name).and_then(Value::as_str);
    if let Some(error) = field("Error") {
        bail!("`go mod download {MODULE}@{VERSION}`: {error}");
    }
    let dir = field("Dir").context("`go mod download` named no folder")?;
    let sum = field("Sum").context("`go mod download` named no checksum")?;
    Ok(Module { dir: PathBuf::from(dir), sum: sum.to_owned() })
}

/// File name → content.
fn generate(module: &Module) -> Result<BTreeMap<String, String>> {
    let folder = module.dir.join(SOURCE);
    let expected: BTreeSet<&str> = PLURALS.into_iter().collect();
    let listing = names(&folder)?;
    let found: BTreeSet<&str> = listing
        .iter()
        .filter_map(|name| name.strip_prefix("traefik.io_")?.strip_suffix(".yaml"))
        .collect();
    if found != expected {
        bail!("{MODULE} {VERSION} defines {found:?}, expected {expected:?}");
    }
    let mut files = BTreeMap::new();
    for plural in PLURALS {
        let text = read(&folder.join(format!("traefik.io_{plural}.yaml")))?;
        let crd: Value = serde_saphyr::from_str(&text).with_context(|| plural.to_owned())?;
        let stripped = definition(&crd, plural).with_context(|| plural.to_owned())?;
        files.insert(format!("{plural}.json"), format!("{}\n", sorted(&stripped)));
    }
    files.insert("options.txt".to_owned(), options::generate(&module.dir)?);
    let licence = read(&module.dir.join("LICENSE.md"))?;
    let copyright = licence
        .lines()
        .find(|line| line.starts_with("Copyright"))
        .context("the licence names no holder")?;
    files.insert(
        "PINNED".to_owned(),
        format!("module {MODULE}\nversion {VERSION}\nsum {}\nfolder {SOURCE}\noptions {}\nlicence MIT, {copyright}\n", module.sum, options::SOURCE),
    );
    Ok(files)
}

/// The whole definition, without annotations, printer columns and prose.
fn definition(crd: &Value, plural: &str) -> Result<Value> {
    known(crd, &["apiVersion", "kind", "metadata", "spec"], "")?;
    let spec = crd.get("spec").context("no spec")?;
    known(spec, &["group", "names", "scope", "versions"], "spec")?;
    if spec.pointer("/names/plural").and_then(Value::as_str) != Some(plural) {
        bail!("spec.names.plural differs from the file's name");
    }
    let mut versions = Vec::new();
    for version in spec.get("versions").and_then(Value::as_array).context("no spec.versions")? {
        known(
            version,
            &["additionalPrinterColumns", "name", "schema", "served", "storage"],
            "spec.versions",
        )?;
        let root = version.pointer("/schema/openAPIV3Schema").context("no openAPIV3Schema")?;
        versions.push(object([
            ("name", taken(version, "name")?),
            ("schema", object([("openAPIV3Schema", schema(root, "")?)])),
            ("served", taken(version, "served")?),
            ("storage", taken(version, "storage")?),
        ]));
    }
    let metadata = crd.get("metadata").context("no metadata")?;
    Ok(object([
        ("apiVersion", taken(crd, "apiVersion")?),
        ("kind", taken(crd, "kind")?),
        ("metadata", object([("name", taken(metadata, "name")?)])),
        (
            "spec",
            object([
                ("group", taken(spec, "group")?),
                ("names", taken(spec, "names")?),
                ("scope", taken(spec, "scope")?),
                ("versions", Value::Array(versions)),
            ]),
        ),
    ]))
}

/// A structural schema without prose; `path` names the field in errors.
fn schema(value: &Value, path: &str) -> Result<Value> {
    let map = value.as_object().with_context(|| format!("`{path}` is not a schema"))?;
    let mut out = Map::new();
    for (key, value) in map {
        let kept = match key.as_str() {
            k if PROSE.contains(&k) => continue,
            k if PLAIN.contains(&k) => value.clone(),
            "format" if is_known_format(map) => value.clone(),
            "format" => continue,
            "properties" => {
                let fields =
                    value.as_object().with_context(|| format!("`{path}` has odd properties"))?;
                let kept = fields.iter().map(|(name, field)| {
                    Ok((name.clone(), schema(field, &format!("{path}.{name}"))?))
                });
                Value::Object(kept.collect::<Result<_>>()?)
            }
            "additionalProperties" if value.is_boolean() => value.clone(),
            "additionalProperties" | "items" | "not" => schema(value, &format!("{path}.{key}"))?,
            "allOf" | "anyOf" | "oneOf" => each(value, path, |branch| schema(branch, path))?,
            "x-kubernetes-validations" => each(value, path, |rule| cel_rule(rule, path))?,
            _ => {
                bail!("`{path}` has the key `{key}`, which `cargo xtask crds` does not know");
            }
        };
        out.insert(key.clone(), kept);
    }
    Ok(Value::Object(out))
}

fn is_known_format(schema: &Map<String, Value>) -> bool {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    text("type") == Some("string")
        && text("format").is_some_and(|format| STRING_FORMATS.contains(&format))
}

/// A CEL validation without its message: the server then quotes the rule. It
/// insists on a message only where the rule has several lines
/// (apiextensions-apiserver, `pkg/apis/apiextensions/validation`).
fn cel_rule(value: &Value, path: &str) -> Result<Value> {
    known(
        value,
        &["fieldPath", "message", "messageExpression", "optionalOldSelf", "reason", "rule"],
        path,
    )?;
    let mut rule = value.as_object().cloned().unwrap_or_default();
    let text = rule
        .get("rule")
        .and_then(Value::as_str)
        .with_context(|| format!("`{path}` has a validation without rule"))?;
    if !text.contains('\n') {
        rule.shift_remove("message");
    }
    Ok(Value::Object(rule))
}

fn each(value: &Value, path: &str, item: impl Fn(&Value) -> Result<Value>) -> Result<Value> {
    let list =
        value.as_array().with_context(|| format!("`{path}` holds no list where one belongs"))?;
    list.iter().map(item).collect::<Result<_, _>>().map(Value::Array)
}

fn known(value: &Value, keys: &[&str], path: &str) -> Result<()> {
    let map = value.as_object().with_context(|| format!("`{path}` is not an object"))?;
    match map.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => {
            Err(anyhow!("`{path}` has the key `{key}`, which `cargo xtask crds` does not know"))
        }
        None => Ok(()),
    }
}

fn taken(value: &Value, key: &str) -> Result<Value> {
    value.get(key).cloned().with_context(|| format!("`{key}` is missing"))
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// The same value with the keys of every object in order: the YAML reader
/// keeps the order of the file, which upstream may change at will.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<&String, &Value> = map.iter().collect();
            Value::Object(
                ordered.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

fn compare(files: &BTreeMap<String, String>, target: &Path) -> Result<()> {
    let mut stale: Vec<String> =
        names(target)?.into_iter().filter(|name| !files.contains_key(name)).collect();
    for (name, content) in files {
        if fs::read_to_string(target.join(name)).ok().as_ref() != Some(content) {
            stale.push(name.clone());
        }
    }
    stale.sort();
    ensure!(
        stale.is_empty(),
        "{TARGET} differs from {MODULE} {VERSION}: {}; run `cargo xtask crds`",
        stale.join(", ")
    );
    Ok(())
}

fn write(files: &BTreeMap<String, String>, target: &Path) -> Result<()> {
    fs::create_dir_all(target).with_context(|| target.display().to_string())?;
    for name in names(target)?.into_iter().filter(|name| !files.contains_key(name)) {
        let path = target.join(name);
        fs::remove_file(&path).with_context(|| path.display().to_string())?;
    }
    for (name, content) in files {
        let path = target.join(name);
        fs::write(&path, content).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn names(folder: &Path) -> Result<BTreeSet<String>> {
    let list = || -> std::io::Result<BTreeSet<String>> {
        fs::read_dir(folder)?.map(|e| Ok(e?.file_name().to_string_lossy().into_owned())).collect()
    };
    list().with_context(|| folder.display().to_string())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::{compare, definition, schema, sorted, write};
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    #[test]
    fn prose_goes_but_a_field_of_that_name_stays() {
        let given = json!({
            "description": "a thing",
            "type": "object",
            "properties": {"description": {"type": "string", "title": "t"}, "title": {"type": "integer"}},
        });
        let kept = json!({
            "type": "object",
            "properties": {"description": {"type": "string"}, "title": {"type": "integer"}},
        });
        assert_eq!(schema(&given, "").expect("a schema"), kept);
    }

    #[test]
    fn only_formats_that_no_release_warns_about_stay() {
        let given = json!({
            "properties": {
                "count": {"type": "integer", "format": "int64"},
                "address": {"type": "string", "format": "ipv4"},
                "name": {"type": "string", "format": "k8s-short-name"},
            },
        });
        let kept = json!({
            "properties": {
                "count": {"type": "integer"},
                "address": {"type": "string", "format": "ipv4"},
                "name": {"type": "string"},
            },
        });
        assert_eq!(schema(&given, "").expect("a schema"), kept);
    }

    #[test]
    fn validations_stay_at_every_depth() {
        let given = json!({
            "items": {
                "additionalProperties": {
                    "anyOf": [{"type": "integer", "description": "d"}, {"type": "string"}],
                    "x-kubernetes-int-or-string": true,
                    "pattern": "^a$",
                    "minimum": 1,
                    "enum": ["a"],
                    "default": {"description": "a value, not prose"},
                },
            },
            "required": ["b", "a"],
        });
        let mut kept = given.clone();
        kept["items"]["additionalProperties"]["anyOf"][0] = json!({"type": "integer"});
        assert_eq!(schema(&given, "").expect("a schema"), kept);
    }

    #[test]
    fn a_rule_keeps_its_message_only_when_the_server_asks_for_it() {
        let given = json!({"x-kubernetes-validations": [
            {"rule": "self > 1", "message": "m", "reason": "FieldValueInvalid"},
            {"rule": "self > 1\n&& self < 9", "message": "m"},
        ]});
        let kept = json!({"x-kubernetes-validations": [
            {"rule": "self > 1", "reason": "FieldValueInvalid"},
            {"rule": "self > 1\n&& self < 9", "message": "m"},
        ]});
        assert_eq!(schema(&given, "").expect("a schema"), kept);
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_the_place() {
        let given = json!({"properties": {"spec": {"items": {"x-kubernetes-new": true}}}});
        let error = schema(&given, "").expect_err("must be refused").to_string();
        assert!(error.contains(".spec.items") && error.contains("x-kubernetes-new"), "{error}");
    }

    #[test]
    fn a_definition_loses_annotations_and_columns() {
        let given = json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"annotations": {"tool": "v1"}, "name": "things.example.org"},
            "spec": {
                "group": "example.org", "names": {"plural": "things", "kind": "Thing"}, "scope": "Namespaced",
                "versions": [{
                    "name": "v1", "served": true, "storage": true, "additionalPrinterColumns": [],
                    "schema": {"openAPIV3Schema": {"type": "object", "description": "d"}},
                }],
            },
        });
        let mut kept = given.clone();
        kept["metadata"] = json!({"name": "things.example.org"});
        kept["spec"]["versions"] = json!([{
            "name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}},
        }]);
        assert_eq!(definition(&given, "things").expect("a definition"), kept);
        assert!(definition(&given, "others").is_err());
        let mut odd = given;
        odd["spec"]["conversion"] = Value::Null;
        assert!(definition(&odd, "things").is_err());
    }

    #[test]
    fn keys_are_sorted_and_lists_are_not() {
        let given = json!({"b": [{"z": 1, "a": 2}, "x"], "a": ["c", "b"]});
        assert_eq!(sorted(&given).to_string(), r#"{"a":["c","b"],"b":[{"a":2,"z":1},"x"]}"#);
    }

    #[test]
    fn check_finds_what_is_changed_missing_or_left_over() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = BTreeMap::from([
            ("a.json".to_owned(), "{}\n".to_owned()),
            ("b.json".to_owned(), "[]\n".to_owned()),
        ]);
        write(&files, folder.path()).expect("written");
        compare(&files, folder.path()).expect("up to date");

        std::fs::write(folder.path().join("a.json"), "{ }\n").expect("changed");
        std::fs::remove_file(folder.path().join("b.json")).expect("removed");
        std::fs::write(folder.path().join("c.json"), "").expect("added");
        let error = compare(&files, folder.path()).expect_err("must be refused").to_string();
        assert!(error.contains("a.json, b.json, c.json"), "{error}");

        write(&files, folder.path()).expect("written again");
        compare(&files, folder.path()).expect("up to date");
    }
}
