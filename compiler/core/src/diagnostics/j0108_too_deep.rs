//! blocks nested too deep.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0108",
    severity: Severity::Error,
    title: "blocks nested too deep",
    what: "So many blocks stand in each other that no topology could mean it.",
    why: "The deepest node of the language is a few blocks down. More come from a generator that went wrong, or from a `{` where a `}` was meant; reading on could exhaust memory.",
    wrong: concat!(
        "edition 1\ncluster \"demo\" { kubernetes \"1.34\"; }\n",
        "namespace \"tools\" { a { a { a { a { a { a { a { a { a { a { a { a { a { a { a { a {",
        " a { a { a { a { a { a { a { a { a { a { a { a { a { a { a { a {",
        " a { a { a { a { a { a { a { a { a { a { a { a { a { a { a { a {",
        " a { a { a { a { a { a { a { a { a { a { a { a { a { a { a { a {",
        " }}}}}}}}}}}}}}}} }}}}}}}}}}}}}}}} }}}}}}}}}}}}}}}} }}}}}}}}}}}}}}}} }\n",
    ),
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "Take the needless blocks out; look for a `{` where a `}` was meant.",
};

/// More than `limit` blocks in each other.
pub(crate) fn diag(span: Span, limit: u32) -> Diag {
    Diag::new(
        &META,
        span,
        "one block too many",
        format!("more than {limit} blocks stand in each other here"),
    )
    .help("close the blocks before; the deepest node of a topology is a few blocks down")
}
