//! Documentation from the node table, as Markdown.

use std::fmt::Write;

use jtc_core::diagnostics::Meta;
use jtc_core::schema::{ArgSpec, NodeSpec, Occurs, PropSpec, Type};
use lsp_types::{MarkupContent, MarkupKind};

/// A fenced topology.
pub(crate) fn kdl(text: &str) -> String {
    format!("```kdl\n{}\n```", text.trim_end())
}

/// What a node means, and what may stand in it.
pub(crate) fn node(spec: &NodeSpec) -> String {
    let mut out = format!("**`{}`**", spec.name);
    let how_often = match spec.occurs {
        Occurs::Once | Occurs::Many => None,
        Occurs::Required => Some("must be there"),
        Occurs::ByName => Some("each with a name of its own"),
        Occurs::ByNameAndPort => Some("each with a name or a port of its own"),
    };
    // Writing to a string can't fail.
    if let Some(how_often) = how_often {
        let _ = write!(out, " ({how_often})");
    }
    let _ = write!(out, "\n\n{}\n\n{}", spec.doc, kdl(spec.example));
    for arg in spec.args {
        let _ = write!(out, "\n- {}", self::arg(arg));
    }
    for prop in spec.props {
        let _ = write!(out, "\n- {}", self::prop(prop));
    }
    if let Some(any) = &spec.any_props {
        let _ = write!(out, "\n- any name `=` value: {}", any.doc);
    }
    let children: Vec<String> =
        spec.child_specs().map(|child| format!("`{}`", child.name)).collect();
    if !children.is_empty() {
        let _ = write!(out, "\n\nIn it: {}", children.join(", "));
    }
    out
}

/// What an argument means.
pub(crate) fn arg(arg: &ArgSpec) -> String {
    let optional = if arg.required { "" } else { ", may be left out" };
    format!("`{}`: {} ({}{optional})", arg.name, arg.doc, arg.ty.describe())
}

/// What a property means.
pub(crate) fn prop(prop: &PropSpec) -> String {
    let mut facts = vec![prop.ty.describe()];
    if prop.required {
        facts.push("required".to_owned());
    }
    if prop.repeat {
        facts.push("may be repeated".to_owned());
    }
    if let Some(default) = prop.default {
        facts.push(format!("without it: {default}"));
    }
    format!("`{}=`: {} ({})", prop.name, prop.doc, facts.join("; "))
}

/// The rule of a value's kind, which its description has not.
pub(crate) fn rule(ty: Type) -> String {
    match ty {
        Type::Text(kind) => format!("\n\n{}: {}, as in `{}`", kind.name, kind.rule, kind.example),
        _ => String::new(),
    }
}

/// The page of a diagnostic.
pub(crate) fn diagnostic(meta: &Meta) -> String {
    format!(
        "# {}: {}\n\n{}\n\n{}\n\n## Wrong\n\n{}\n\n## Right\n\n{}\n\n## What to do\n\n{}\n",
        meta.code,
        meta.title,
        meta.what,
        meta.why,
        kdl(meta.wrong),
        kdl(meta.right),
        meta.fix,
    )
}

/// A text as a client shows it: without its Markdown where that knows none.
pub(crate) fn markup(knows: bool, text: String) -> MarkupContent {
    if knows {
        MarkupContent { kind: MarkupKind::Markdown, value: text }
    } else {
        MarkupContent { kind: MarkupKind::PlainText, value: plain(&text) }
    }
}

/// What Markdown of this module says, as plain text.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            out.push_str(line);
            out.push('\n');
        } else if line != "---" {
            // Every second part stands between two "`".
            for (index, part) in line.trim_start_matches("# ").split('`').enumerate() {
                let is_code = index % 2 == 1;
                out.push_str(&if is_code { part.to_owned() } else { part.replace("**", "") });
            }
            out.push('\n');
        }
    }
    while out.contains("\n\n\n") {
        out = out.replace("\n\n\n", "\n\n");
    }
    out.trim_end().to_owned()
}

/// As in `2 objects`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}
