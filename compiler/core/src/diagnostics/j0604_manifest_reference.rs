//! reference to an object that isn't there.

use super::prelude::*;
use crate::model::object::{Object, ObjectId};

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0604",
    severity: Severity::Error,
    title: "reference to an object that isn't there",
    what: "An object refers to another that neither the topology makes nor a `secret` declares.",
    why: "Its pods would never start, or have no names, or its route would answer 404.",
    wrong: r#"edition 1
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
      containers: [ { name: report, image: "example/report:1", envFrom: [ { configMapRef: { name: setings } } ] } ]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
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
      containers: [ { name: report, image: "example/report:1", envFrom: [ { configMapRef: { name: settings } } ] } ]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
"#,
    fix: "Mend the name, add the object, or declare the `secret`.",
};

/// A Secret that the topology doesn't declare.
pub(crate) fn secret(object: &Object, name: &str) -> Diag {
    Diag::new(&META, object.source, "reads it", format!("`{}` reads the secret `{name}`, which isn't declared", object.id))
        .help(format!("declare it: `secret \"{name}\" {{ keys …; }}`"))
}

/// Another object that isn't there.
pub(crate) fn object(object: &ObjectId, at: Span, missing: &ObjectId) -> Diag {
    Diag::new(&META, at, "refers to it", format!("`{object}` refers to `{missing}`, which isn't there"))
        .help("mend the name, or add the object to the manifests")
}
