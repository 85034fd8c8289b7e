//! manifest for a namespace that isn't here.

use super::prelude::*;
use crate::model::object::ObjectId;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0622",
    severity: Severity::Error,
    title: "manifest for a namespace that isn't here",
    what: "A manifest names a namespace that the topology doesn't have.",
    why: "On an empty cluster the API server would refuse it.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "config.yaml"; }
// file: config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: report
  namespace: tolls
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "config.yaml"; }
// file: config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: report
  namespace: tools
"#,
    fix: "Mend the namespace, or leave it out: the one of the `manifest` node is taken.",
};

/// An object, and the namespaces that there are.
pub(crate) fn diag(id: &ObjectId, at: Span, known: &[&str]) -> Diag {
    let namespace = id.namespace.as_deref().unwrap_or_default();
    let diag = Diag::new(&META, at, "in this object", format!("`{id}` is for the namespace `{namespace}`, which isn't here"));
    match suggest(namespace, known.iter().copied()) {
        Some(meant) => diag.help(format!("write `namespace: {meant}`, or leave it out")),
        None => diag.help("leave `namespace` out, or add the namespace to the topology"),
    }
}
