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

/// `at` is the line where reading stopped, `document` the start of what it is
/// in, `manifest` the node that named the file.
pub(crate) fn diag(at: Option<Span>, document: Span, manifest: Span, why: &str) -> Diag {
    let first = why.lines().next().unwrap_or_default();
    // The place is told by the label, in lines of the file.
    let first = match first.split_once("column ").and_then(|(_, rest)| rest.split_once(": ")) {
        Some((column, why)) if column.bytes().all(|byte| byte.is_ascii_digit()) => why,
        _ => first,
    };
    let first = first.split(" at line ").next().unwrap_or(first);
    let said = first.strip_prefix("duplicate mapping key");
    let key = said.and_then(|rest| rest.strip_prefix(": ")?.split_once(", set ")).map(|(key, _)| key);
    let first = match (said, key) {
        (_, Some(key)) => format!("the key `{key}` is there twice"),
        (Some(_), None) => "a key is there twice".to_owned(),
        _ if first.starts_with("budget breached") => {
            "it is larger, or nested deeper, than any manifest that Kubernetes takes".to_owned()
        }
        _ => first.to_owned(),
    };
    let (place, role) = match at {
        Some(at) => (at, "reading stopped here"),
        None => (document, "in the document that starts here"),
    };
    let diag = Diag::new(&META, place, role, format!("this manifest is no YAML: {}", shorten(&first)));
    let diag = if place == document { diag } else { diag.with(document, "in the document that starts here") };
    diag.with(manifest, "read because of this")
        .help(match said {
            Some(_) => "remove one of the two",
            None => "mend this line or the one before it: most often one is indented otherwise than its neighbours, or a quote or a `:` lacks",
        })
}
