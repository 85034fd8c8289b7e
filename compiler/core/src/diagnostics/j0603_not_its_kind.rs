//! manifest that isn't what its kind says.

use super::prelude::*;
use crate::model::hand_written::Misfit;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0603",
    severity: Severity::Error,
    title: "manifest that isn't what its kind says",
    what: "A manifest doesn't fit the kind that it names.",
    why: "The API server would refuse it.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: report }
spec:
  replicas: three
  selector: { matchLabels: { app: report } }
  template:
    metadata: { labels: { app: report } }
    spec:
      containers: [ { name: report, image: "example/report:1" } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: report }
spec:
  replicas: 3
  selector: { matchLabels: { app: report } }
  template:
    metadata: { labels: { app: report } }
    spec:
      containers: [ { name: report, image: "example/report:1" } ]
"#,
    fix: "Mend the field that the message names; `kubectl explain KIND` tells what there is.",
};

/// What doesn't fit.
pub(crate) fn diag(object: &Object, misfit: &Misfit) -> Diag {
    let Misfit { path, why } = misfit;
    let why = why.as_deref().unwrap_or_default();
    // What the reader of Base64 says of `data` of a Secret or `binaryData`.
    let is_base64 = ["Invalid input length", "Invalid symbol", "Invalid byte", "Invalid last symbol", "Invalid padding"]
        .iter()
        .any(|start| why.starts_with(start));
    let told = if is_base64 {
        let place = if path.is_empty() { "a value in its `data` or `binaryData`".to_owned() } else { format!("its `{path}`") };
        format!("{place} is not Base64")
    } else {
        misfit.to_string()
    };
    let help = if is_base64 {
        "write it as Base64, or, in a Secret, as it is in `stringData`".to_owned()
    } else if why.ends_with("expected a string") {
        "write it in quotes: without them YAML reads it as something else than text".to_owned()
    } else {
        format!("`kubectl explain {}` tells what there is", object.id.kind.as_str().to_lowercase())
    };
    Diag::new(&META, object.source, "this object", format!("`{}` doesn't fit its kind: {told}", object.id))
        .in_field(path, None)
        .help(help)
}

/// A field of an object that the API server refuses; `why` follows its path.
pub(crate) fn refused(object: &Object, path: &str, why: &str, help: &str) -> Diag {
    Diag::new(&META, object.source, "this object", format!("`{}` would be refused: its `{path}` {why}", object.id))
    .in_field(path, None)
        .help(help)
}
