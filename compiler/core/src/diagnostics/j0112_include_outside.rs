//! path that leaves the folder.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0112",
    severity: Severity::Error,
    title: "path that leaves the folder",
    what: "A path leads out of the folder of the root file, by `..`, by `/`, or by a link.",
    why: "A topology must be whole: what lies elsewhere isn't in its repository, and may be anything.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
include "../other/*.kdl"
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Move the file under the folder of the root file, or the root file up.",
};

/// A pattern that matches a link that leads out.
pub(crate) fn link(pattern: &At<String>, path: &str) -> Diag {
    Diag::new(
        &META,
        pattern.span,
        "matches a link",
        format!("`{path}` is a link that leaves the folder of the topology"),
    )
    .help("put the file itself there, or write a pattern that doesn't match the link")
}

/// A path that leads out.
pub(crate) fn diag(path: &At<String>) -> Diag {
    Diag::new(&META, path.span, "leads out", format!("`{}` leaves the folder of the topology", path.value))
        .help("keep every file under the folder of the root file, and name it relative to the file that says so")
}
