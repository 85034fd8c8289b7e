//! too many files.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0116",
    severity: Severity::Error,
    title: "too many files",
    what: "Includes go too deep, or name too many files.",
    why: "It is more than anybody writes by hand: most likely a pattern matches more than was meant.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
include "deep/0.kdl"    // which includes `deep/1.kdl`, and so on
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Make the patterns narrower.",
};

/// Beyond what is read.
pub(crate) fn diag(pattern: &At<String>, deepest: usize, most: usize) -> Diag {
    Diag::new(
        &META,
        pattern.span,
        "too much",
        format!("includes go deeper than {deepest} files, or name more than {most}"),
    )
    .help("make the pattern narrower")
}
