//! Objects of Traefik's, held against the definitions that are applied with them.

use serde_json::Value;

use super::Tell;
use crate::diagnostics::{list, suggest};
use crate::traefik_crds::Crd;
use crate::traefik_crds::schema::{Violation, Wrong};

/// The most fields that are named in place of an unknown one.
const MOST_NAMED: usize = 15;

/// Tells what the API server would refuse.
pub(super) fn check(tell: &mut Tell<'_>, has_traefik: bool) {
    let version = tell.value.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    let Some(crd) = Crd::of(version, tell.object.id.kind.as_str()) else { return };
    // A priority that is too high has a page of its own (J0535), where a Traefik sees it.
    for Violation { path, wrong } in crd.schema().violations(tell.value) {
        if has_traefik && path.ends_with(".priority") && matches!(wrong, Wrong::More(_)) {
            continue;
        }
        let (why, help) = told(&path, &wrong, crd.kind);
        tell.refused(&path, &why, &help);
    }
}

/// What is wrong, as it follows the path of the field, and what to write.
fn told(path: &str, wrong: &Wrong<'_>, kind: &str) -> (String, String) {
    let name = path.rsplit('.').next().unwrap_or(path);
    match wrong {
        Wrong::Unknown(known) => {
            let near = suggest(name, known.iter().copied());
            let help = match near {
                Some(near) => format!("write `{near}`"),
                None if known.is_empty() => "take it out".to_owned(),
                None if known.len() > MOST_NAMED => {
                    format!(
                        "take it out; `kubectl explain {}` tells what there is",
                        kind.to_lowercase()
                    )
                }
                None => format!("what there is: {}", list(known.iter().copied())),
            };
            ("is unknown".to_owned(), help)
        }
        Wrong::Missing => ("is missing".to_owned(), format!("write `{name}`")),
        Wrong::Type(wanted, is_scalar) => {
            let help = match *wanted {
                "string" if !is_scalar => "write a text".to_owned(),
                "string" => {
                    "write it in quotes: without them YAML reads it as something else than text"
                        .to_owned()
                }
                "integer" => "write a whole number, without quotes".to_owned(),
                "boolean" => "write `true` or `false`, without quotes".to_owned(),
                "array" => "write a list, each of its values behind a `-`".to_owned(),
                "object" => "write fields below it, as in `name: value`".to_owned(),
                _ => "write a whole number or a text".to_owned(),
            };
            (format!("has to be of the type `{wanted}`"), help)
        }
        Wrong::NotOneOf(known) => (
            "is none of the values that there are".to_owned(),
            format!("write one of {}", list(known.iter().copied())),
        ),
        Wrong::Less(bound) => (format!("is less than {bound}"), format!("write {bound} or more")),
        Wrong::More(bound) => (format!("is more than {bound}"), format!("write {bound} or less")),
        Wrong::Pattern(pattern) => {
            let (what, example) = meant(pattern);
            (format!("is no {what}"), format!("write a {what}, as in {example}"))
        }
        Wrong::Rule("self.startsWith('/')") => {
            ("doesn't start with `/`".to_owned(), "write a `/` before it".to_owned())
        }
        Wrong::Rule(_) => {
            let help = "write either `secret` or `configMap`";
            ("has fields that don't go together".to_owned(), help.to_owned())
        }
    }
}

/// What a pattern of the definitions means, and an example.
fn meant(pattern: &str) -> (&'static str, &'static str) {
    if pattern.contains("ms|s|m|h") {
        ("time", "`10s`")
    } else {
        ("status of HTTP", "`500` or `500-599`")
    }
}
