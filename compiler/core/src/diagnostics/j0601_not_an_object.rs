//! manifest that is no object.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0601",
    severity: Severity::Error,
    title: "manifest that is no object",
    what: "A document of a manifest lacks what every Kubernetes object has.",
    why: "The API server would refuse it.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
kind: ConfigMap
metadata:
  name: report
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: report
"#,
    fix: "Add what the message names.",
};

/// `lacks` is the field that isn't there.
pub(crate) fn diag(at: Span, manifest: Span, lacks: &str) -> Diag {
    Diag::new(&META, at, format!("lacks `{lacks}`"), format!("this manifest has no `{lacks}`"))
        .with(manifest, "read because of this")
        .help("every object needs `apiVersion`, `kind` and `metadata.name`")
}
