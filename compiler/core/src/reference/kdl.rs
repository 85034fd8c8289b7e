//! The node table as a schema in KDL.

use std::fmt::Write;

use jtc_syntax::quote;

use super::{Entry, entries, entry_of};
use crate::components::table::ROOT;
use crate::schema::{NodeSpec, Occurs, Type};

const HEAD: &str = "\
// Generated from the node table; `cargo test -p jtc-core --test generated` renews it.
//
// A schema of topologies in the KDL Schema Language 2.0.0 (unreleased), written in KDL v2.
// Each node is defined once, under `definitions`; `ref` leads there by its `id`, and how often
// it may stand under one parent is said where it is referred to. Each `value` is one argument,
// in order. What the schema language can't say (that names lead somewhere, that values fit
// together) only `jtc check` knows.

";

/// The schema, in the KDL Schema Language.
pub fn schema_kdl() -> String {
    let entries = entries();
    let mut out = Out { text: String::from(HEAD), depth: 0 };
    out.open("document");
    out.open("info");
    out.line("title \"Jobmon topology\" lang=\"en\"");
    out.line(&format!("description {} lang=\"en\"", quote(ROOT.doc)));
    out.line("version \"1.0.0\"");
    out.close();
    references(&mut out, &entries, &ROOT);
    out.open("definitions");
    for entry in &entries {
        definition(&mut out, &entries, entry);
    }
    out.close();
    out.close();
    out.text
}

/// Lines that are indented by the blocks around them.
struct Out {
    text: String,
    depth: usize,
}

impl Out {
    fn line(&mut self, line: &str) {
        // Writing to a string can't fail.
        let _ = writeln!(self.text, "{}{line}", "    ".repeat(self.depth));
    }

    fn open(&mut self, head: &str) {
        self.line(&format!("{head} {{"));
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.line("}");
    }
}

/// What may stand in a node, by reference.
fn references(out: &mut Out, entries: &[Entry], spec: &'static NodeSpec) {
    for child in spec.child_specs() {
        let Some(entry) = entry_of(entries, child) else { continue };
        let query = quote(&format!("[id={}]", quote(&entry.id)));
        let head = format!("node {} ref={query}", quote(child.name));
        match child.occurs {
            Occurs::Once => out.line(&format!("{head} {{ max 1; }}")),
            Occurs::Required => out.line(&format!("{head} {{ min 1; max 1; }}")),
            Occurs::Many | Occurs::ByName | Occurs::ByNameAndPort => out.line(&head),
        }
    }
}

fn definition(out: &mut Out, entries: &[Entry], entry: &Entry) {
    let spec = entry.spec;
    let head = format!(
        "node {} id={} description={}",
        quote(spec.name),
        quote(&entry.id),
        quote(&spec.doc.replace('\n', " "))
    );
    if spec.args.is_empty()
        && spec.props.is_empty()
        && spec.any_props.is_none()
        && spec.children.is_empty()
    {
        out.line(&head);
        return;
    }
    out.open(&head);
    for arg in spec.args {
        out.open(&format!("value description={}", quote(&format!("{}: {}", arg.name, arg.doc))));
        out.line(if arg.required { "min 1" } else { "min 0" });
        if !arg.variadic {
            out.line("max 1");
        }
        validations(out, arg.ty);
        out.close();
    }
    for prop in spec.props {
        let default =
            prop.default.map(|default| format!("; without it: {default}")).unwrap_or_default();
        out.open(&format!(
            "prop {} description={}",
            quote(prop.name),
            quote(&format!("{}{default}", prop.doc))
        ));
        if prop.required {
            out.line("required #true");
        }
        validations(out, prop.ty);
        out.close();
    }
    if let Some(any) = &spec.any_props {
        out.open("prop-names");
        if let Some(pattern) = any.name.pattern {
            out.line(&format!("pattern {}", quote(pattern)));
        }
        out.close();
        out.line("other-props-allowed #true");
        out.open(&format!("prop description={}", quote(any.doc)));
        validations(out, any.ty);
        out.close();
    }
    if !spec.children.is_empty() {
        out.open("children");
        references(out, entries, spec);
        out.close();
    }
    out.close();
}

fn validations(out: &mut Out, ty: Type) {
    match ty {
        Type::String | Type::Files(_) | Type::Rule | Type::Ref(_) => out.line("type \"string\""),
        Type::Text(kind) => {
            out.line("type \"string\"");
            if let Some(pattern) = kind.pattern {
                out.line(&format!("pattern {}", quote(pattern)));
            }
        }
        Type::OneOf(words) => {
            out.line("type \"string\"");
            let words: Vec<String> = words.iter().map(|word| quote(word)).collect();
            out.line(&format!("enum {}", words.join(" ")));
        }
        Type::Int(low, high) => {
            out.line("type \"number\"");
            if low != i64::MIN {
                out.line(&format!("\">=\" {low}"));
            }
            if high != i64::MAX {
                out.line(&format!("\"<=\" {high}"));
            }
        }
        Type::Bool => out.line("type \"boolean\""),
    }
}
