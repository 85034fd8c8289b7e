//! API version that no Kubernetes serves.

use super::prelude::*;
use crate::model::object::ObjectId;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0621",
    severity: Severity::Error,
    title: "API version that no Kubernetes serves",
    what: "A manifest names an API version that is gone, or that never was one.",
    why: "The API server would answer: no matches for kind.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "old.yaml"; }
// file: old.yaml
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: { name: report }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: report } } }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "old.yaml"; }
// file: old.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: report }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: report } } }
"#,
    fix: "Write the version that the message names.",
};

/// What is written, and what took its place.
pub(crate) fn diag(id: &ObjectId, at: Span, old: &str, new: &str) -> Diag {
    Diag::new(&META, at, "in this object", format!("`{id}` names the API version `{old}`, which is gone"))
        .help(format!("write `apiVersion: {new}`"))
}

/// What no Kubernetes serves, and the API version and kind that were meant.
pub(crate) fn unknown(id: &ObjectId, at: Span, api_version: &str, instead: Option<(&str, &str)>) -> Diag {
    let kind = id.kind.as_str();
    let diag = Diag::new(
        &META,
        at,
        "in this object",
        format!("`{id}` says `apiVersion: {}`, where Kubernetes has no `{}`", shorten(api_version), shorten(kind)),
    );
    match instead {
        Some((version, meant)) if meant == kind => diag.help(format!("write `apiVersion: {version}`")),
        Some((version, meant)) if version == api_version => diag.help(format!("write `kind: {meant}`")),
        Some((version, meant)) => diag.help(format!("write `apiVersion: {version}` and `kind: {meant}`")),
        None => diag.help("`kubectl api-resources` tells what there is"),
    }
}
