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
    // The place is in the label.
    let first = match first.split_once(": ") {
        Some((place, why)) if place.ends_with(|last: char| last.is_ascii_digit()) => why,
        _ => first,
    };
    Diag::new(&META, at, "not readable from here on", format!("this manifest is no YAML: {}", shorten_reason(first)))
        .with(manifest, "read because of this")
        .help("mend the YAML at this place, or shortly before it")
}

/// Without what the reader puts before and behind every reason.
fn shorten_reason(why: &str) -> &str {
    let why = why.strip_prefix("error: ").unwrap_or(why);
    let why = why.split(" at line ").next().unwrap_or(why);
    why.trim_end_matches('.')
}
