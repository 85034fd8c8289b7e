//! pattern that matches nothing.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0111",
    severity: Severity::Error,
    title: "pattern that matches nothing",
    what: "An `include` or `manifest` matches no file.",
    why: "What was meant to be read would be missing, in silence.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
include "namespaces/*.kdl"
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Mend the path, which is relative to the file it stands in, or remove the node.",
};

/// A pattern without a match.
pub(crate) fn diag(pattern: &At<String>) -> Diag {
    Diag::new(&META, pattern.span, "no file", format!("`{}` matches no file", pattern.value))
        .help("a path is relative to the file it stands in; `*` stands for part of a name, `**` for folders")
}
