//! manifest that is no YAML.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0602",
    severity: Severity::Error,
    title: "manifest that is no YAML",
    what: "A document of a manifest can't be read.",
    why: "The API server would refuse it.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: report
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: report }
"#,
    fix: "Mend it; `kubectl apply --dry-run=server -f FILE` reads it too.",
};

/// What the reader said.
pub(crate) fn diag(at: Span, manifest: Span, why: &str) -> Diag {
    let first = why.lines().next().unwrap_or_default();
    Diag::new(&META, at, "in the document that starts here", format!("this manifest can't be read: {first}"))
        .with(manifest, "read because of this")
        .help("mend the YAML")
}
