//! The node table and the diagnostics for programs.

use serde_json::{Map, Value, json};

use super::{Entry, entries, entry_of, stage, text_kinds};
use crate::components::table::ROOT;
use crate::diagnostics::ALL;
use crate::schema::{NodeSpec, Occurs, Type};

/// What `format` says. It changes when a reader of the file must.
const FORMAT: &str = "jtc-catalogue/1";

/// A catalogue of nodes, kinds of text and diagnostics, as JSON.
pub fn schema_json() -> String {
    let entries = entries();
    let ids = |spec: &'static NodeSpec| -> Vec<&str> {
        spec.child_specs()
            .filter_map(|child| entry_of(&entries, child))
            .map(|entry| entry.id.as_str())
            .collect()
    };
    let nodes: Map<String, Value> =
        entries.iter().map(|entry| (entry.id.clone(), node(entry, &ids(entry.spec)))).collect();
    let texts: Map<String, Value> = text_kinds(&entries)
        .into_iter()
        .map(|kind| {
            (
                kind.name.to_owned(),
                json!({ "rule": kind.rule, "example": kind.example, "pattern": kind.pattern }),
            )
        })
        .collect();
    let diagnostics: Vec<Value> = ALL
        .iter()
        .map(|meta| {
            json!({
                "code": meta.code,
                "severity": meta.severity.as_str(),
                "stage": stage(meta.code),
                "title": meta.title,
                "what": meta.what,
                "why": meta.why,
                "wrong": meta.wrong,
                "right": meta.right,
                "fix": meta.fix,
            })
        })
        .collect();
    let catalogue = json!({
        "format": FORMAT,
        "$comment": "Generated from the node table and the diagnostics. `top` and `children` name keys of \
                     `nodes`; a type of kind `text` names a key of `texts`. Arguments stand in order.",
        "edition": 1,
        "top": ids(&ROOT),
        "nodes": nodes,
        "texts": texts,
        "diagnostics": diagnostics,
    });
    // A value serialises without fail.
    serde_json::to_string_pretty(&catalogue).unwrap_or_default() + "\n"
}

fn node(entry: &Entry, children: &[&str]) -> Value {
    let spec = entry.spec;
    let arguments: Vec<Value> = spec
        .args
        .iter()
        .map(|arg| {
            json!({
                "name": arg.name,
                "type": ty(arg.ty),
                "required": arg.required,
                "variadic": arg.variadic,
                "doc": arg.doc,
            })
        })
        .collect();
    let properties: Vec<Value> = spec
        .props
        .iter()
        .map(|prop| {
            json!({
                "name": prop.name,
                "type": ty(prop.ty),
                "required": prop.required,
                "repeated": prop.repeat,
                "default": prop.default,
                "doc": prop.doc,
            })
        })
        .collect();
    let any = spec
        .any_props
        .as_ref()
        .map(|any| json!({ "name": any.name.name, "type": ty(any.ty), "doc": any.doc }));
    json!({
        "name": spec.name,
        "doc": spec.doc,
        "occurs": match spec.occurs {
            Occurs::Once => "once",
            Occurs::Required => "required",
            Occurs::Many => "many",
            Occurs::ByName => "by-name",
            Occurs::ByNameAndPort => "by-name-and-port",
        },
        "in": entry.parents,
        "arguments": arguments,
        "properties": properties,
        "anyProperties": any,
        "children": children,
        "example": spec.example,
    })
}

fn ty(ty: Type) -> Value {
    match ty {
        Type::String | Type::Files(_) | Type::Rule => json!({ "kind": "string" }),
        Type::Text(kind) => json!({ "kind": "text", "text": kind.name }),
        Type::OneOf(words) => json!({ "kind": "one-of", "words": words }),
        Type::Int(low, high) => json!({
            "kind": "integer",
            "least": (low != i64::MIN).then_some(low),
            "most": (high != i64::MAX).then_some(high),
        }),
        Type::Bool => json!({ "kind": "boolean" }),
        Type::Ref(what) => json!({ "kind": "name-of", "what": what.noun() }),
    }
}
