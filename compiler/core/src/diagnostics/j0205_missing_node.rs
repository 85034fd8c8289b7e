//! missing node.

use super::prelude::*;
use crate::schema::NodeSpec;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0205",
    severity: Severity::Error,
    title: "missing node",
    what: "A node that must be there isn't.",
    why: "Nothing could be taken instead.",
    wrong: "edition 1\n",
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Add the node that the message names.",
};

/// `spec` is missing under `parent`.
pub(crate) fn diag(parent: &'static NodeSpec, spec: &'static NodeSpec, at: Span) -> Diag {
    let place = if parent.name.is_empty() { "the topology".to_owned() } else { format!("`{}`", parent.name) };
    let diag = Diag::new(&META, at, format!("needs `{}`", spec.name), format!("{place} lacks `{}`", spec.name))
        .help(match (parent.name, spec.name) {
            ("", "edition") => format!("write `{}` as the first line", spec.example),
            ("", _) => format!("add `{}`", spec.example),
            _ => format!("add `{}` in its braces, as in `{}`", spec.example, parent.example),
        });
    // There is one edition so far, and one place for it.
    if spec.name == "edition" && at.is_empty() {
        return diag.replace("add `edition 1` at the top", at, "edition 1\n");
    }
    diag
}
