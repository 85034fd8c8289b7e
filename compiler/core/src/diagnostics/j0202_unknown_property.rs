//! unknown property.

use super::prelude::*;
use super::{Report, meant};
use crate::schema::{ArgSpec, NodeSpec, Type};
use crate::schema::access::NodeExt;
use crate::schema::validate::{Meaning, fits, shown};

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

/// Properties that a node doesn't know, in the order of the text: one mistake,
/// unless the name to write can be told of each.
pub(crate) fn report(
    spec: &'static NodeSpec,
    node: &Node,
    strangers: &[(&Name, &Entry)],
    meaning: &Meaning<'_>,
    report: &mut Report,
) {
    let mut rest: Option<Diag> = None;
    for (name, entry) in strangers {
        let text = &*name.text;
        let diag = Diag::new(&META, name.span, "not known here", format!("unknown property `{}` of `{}`", shorten(text), spec.name));
        if let Some(instead) = meaning.instead(name) {
            // All that follow are part of what is to be written.
            if spec.args.iter().any(|arg| arg.variadic) && spec.props.is_empty() {
                let why = if spec.name == "keys" { "values never stand in a topology, only the names of keys: " } else { "" };
                if let Some(first) = &mut rest {
                    *first = first.clone().with(name.span, "and this");
                } else {
                    rest = Some(diag.help(format!("{why}write `{instead}`")));
                }
                continue;
            }
            report.push(diag.help(format!("write `{instead}`")));
        } else if let Some(child) = spec.child(text) {
            report.push(diag.help(format!("`{text}` is a child of `{}`: write it inside the braces, as in `{}`", spec.name, as_child(spec, child, node, entry))));
        } else if let Some(meant) = meant(text, spec.props.iter().map(|prop| prop.name)) {
            let diag = diag.help(format!("write `{meant}`"));
            let is_there = || node.entries.iter().filter_map(|entry| entry.name.as_ref()).any(|name| &*name.text == meant);
            let certain = sure(text, spec.props.iter().map(|prop| prop.name)) == Some(meant) && !is_there();
            report.push(if certain {
                diag.replace(format!("replace `{text}` by `{meant}`"), name.span, meant)
            } else {
                diag
            });
        } else if let Some(first) = &mut rest {
            first.add(name.span, "nor is this");
        } else {
            rest = Some(unknown(diag, spec, text, entry));
        }
    }
    if let Some(diag) = rest {
        report.push(diag);
    }
}

/// As in `server { replicas 3; }`.
fn as_child(spec: &NodeSpec, child: &NodeSpec, node: &Node, entry: &Entry) -> String {
    if child.args.is_empty() {
        return child.example.to_owned();
    }
    let name = node.arg(0).map_or_else(String::new, |entry| format!(" {}", shown(entry)));
    let text = entry.value.as_str().filter(|text| !text.contains(['"', '\'', '\\']));
    let words: Vec<&str> = text.into_iter().flat_map(str::split_whitespace).collect();
    // A command line, of which each word is an argument.
    let value = match child.args {
        [ArgSpec { ty: Type::String, variadic: true, .. }] if words.len() > 1 => {
            words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ")
        }
        // A name comes before it.
        [first, second, ..] if !fits(first.ty, entry) && fits(second.ty, entry) => {
            let name = child.example.split_whitespace().nth(1).unwrap_or_default();
            format!("{name} {}", shown(entry))
        }
        _ => shown(entry),
    };
    format!("{}{name} {{ {} {value}; }}", spec.name, child.name)
}

fn unknown(diag: Diag, spec: &'static NodeSpec, name: &str, entry: &Entry) -> Diag {
    let below = spec.child_specs().find(|child| child.props.iter().any(|prop| prop.name == name));
    if let Some(child) = below {
        return diag.help(format!("`{name}` is a property of `{}`: write it as in `{}`", child.name, spec.example));
    }
    if spec.props.is_empty() {
        return diag.help(format!("`{}` has no properties: remove it", spec.name)).with(entry.span, "all of this");
    }
    diag.help(format!("known here: {}", list(spec.props.iter().map(|prop| prop.name))))
}
