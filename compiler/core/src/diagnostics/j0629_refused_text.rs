//! name or text in a manifest that Kubernetes refuses.

use super::prelude::*;
use crate::model::object::Object;
use crate::schema::article;
use crate::text::{Refusal, TextKind};

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0629",
    severity: Severity::Error,
    title: "name or text in a manifest that Kubernetes refuses",
    what: "A name, a label, a key, a port's name or a schedule in a manifest has a form that Kubernetes doesn't take.",
    why: "The API server refuses the object.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "settings.yaml"; }
// file: settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: Report_Settings }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "settings.yaml"; }
// file: settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: report-settings }
"#,
    fix: "The message says what is allowed, and offers the nearest.",
};

/// The text at `path` of an object, and why its kind refuses it.
pub(crate) fn diag(object: &Object, path: &str, kind: &TextKind, text: &str, refusal: Refusal) -> Diag {
    let text = shorten(text);
    let what = if text.is_empty() { "is empty".to_owned() } else { format!("is `{text}`") };
    let diag = Diag::new(
        &META,
        object.source,
        refusal.reason,
        format!("`{}` would be refused: its `{path}` {what}, which is not {} {}", object.id, article(kind.name), kind.name),
    )
    .in_field(path, None);
    match refusal.instead {
        Some(instead) => diag.help(format!("write `{instead}`; allowed: {}", kind.rule)),
        None => diag.help(format!("allowed: {}, as in `{}`", kind.rule, kind.example)),
    }
}
