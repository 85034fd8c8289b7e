//! empty file.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0110",
    severity: Severity::Error,
    title: "empty file",
    what: "The root file has nothing in it.",
    why: "There is nothing to deploy.",
    wrong: "",
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Start from what `jtc init` prints.",
};

/// The root file says nothing.
pub(crate) fn diag(at: Span) -> Diag {
    Diag::new(&META, at, "nothing here", "the topology is empty")
        .help("start from a commented topology: `jtc init > topology.kdl`")
}
