//! file included twice.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0115",
    severity: Severity::Error,
    title: "file included twice",
    what: "Two includes match the same file.",
    why: "Everything in it would be there twice.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
include "a.kdl"
include "*.kdl"
// file: a.kdl
external "mail" host="mail.example.org" port=25
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
include "a.kdl"
// file: a.kdl
external "mail" host="mail.example.org" port=25
"#,
    fix: "Remove one, or make the pattern narrower.",
};

/// A file that has been read already.
pub(crate) fn diag(pattern: &At<String>, path: &str, first: Option<Span>) -> Diag {
    let diag = Diag::new(&META, pattern.span, "again here", format!("`{path}` is included twice"))
        .help("remove one of the includes, or make the pattern narrower");
    match first {
        Some(first) => diag.with(first, "first here"),
        None => diag,
    }
}
