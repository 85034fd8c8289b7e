//! edition that isn't first.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0211",
    severity: Severity::Error,
    title: "edition that isn't first",
    what: "`edition` stands behind another node.",
    why: "It says how to read what follows.",
    wrong: r#"cluster "demo" { kubernetes "1.34"; }
edition 1
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Move it to the top.",
};

/// `edition` is not the first node.
pub(crate) fn diag(edition: &Node, first: &Node) -> Diag {
    Diag::new(&META, edition.name.span, "not the first", "`edition` must be the first node")
        .with(first.name.span, "before it")
        .help("move `edition` to the top of the root file")
}
