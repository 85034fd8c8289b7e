//! include cycle.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0113",
    severity: Severity::Error,
    title: "include cycle",
    what: "A file includes itself, perhaps by way of others.",
    why: "Reading would never end.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
include "main.kdl"
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Remove one of the includes of the chain.",
};

/// `chain` is the files on the way, each with the place that included it.
pub(crate) fn diag(pattern: &At<String>, chain: &[(String, Option<Span>)], path: &str) -> Diag {
    let names: Vec<&str> = chain.iter().map(|(name, _)| name.as_str()).chain([path]).collect();
    let mut diag = Diag::new(
        &META,
        pattern.span,
        "closes the cycle",
        format!("`{path}` includes itself: {}", names.join(" → ")),
    )
    .help("remove one of these includes");
    for (name, from) in chain.iter().skip(1) {
        if let Some(from) = from {
            diag = diag.with(*from, format!("includes `{name}`"));
        }
    }
    diag
}
