//! unknown property.

use super::prelude::*;
use crate::schema::NodeSpec;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0202",
    severity: Severity::Error,
    title: "unknown property",
    what: "A node has a property that it doesn't know.",
    why: "The setting would be left out in silence.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "db" hots="db.example.org" port=3306
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "db" host="db.example.org" port=3306
"#,
    fix: "Use one of the properties in the message; a child node has a line of its own inside braces.",
};

/// A property that the node doesn't know.
pub(crate) fn diag(spec: &'static NodeSpec, node: &Node, name: &Name, entry: &Entry) -> Diag {
    let text = &*name.text;
    let diag = Diag::new(&META, name.span, "not known here", format!("unknown property `{}` of `{}`", shorten(text), spec.name));
    let known = || spec.props.iter().map(|prop| prop.name).collect::<Vec<_>>();
    if let Some(child) = spec.child(text) {
        return diag.help(format!("`{text}` is a child of `{}`: write it inside the braces, as in `{}`", spec.name, child.example));
    }
    match suggest(text, known()) {
        Some(meant) => {
            let diag = diag.help(format!("write `{meant}`"));
            let is_there = |wanted: &str| {
                node.entries.iter().filter_map(|entry| entry.name.as_ref()).any(|name| &*name.text == wanted)
            };
            match sure(text, known()).filter(|meant| !is_there(meant)) {
                Some(meant) => diag.replace(format!("replace `{text}` by `{meant}`"), name.span, meant),
                None => diag,
            }
        }
        None if spec.props.is_empty() => {
            diag.help(format!("`{}` has no properties: remove it", spec.name)).with(entry.span, "all of this")
        }
        None => diag.help(format!("known here: {}", list(known()))),
    }
}
