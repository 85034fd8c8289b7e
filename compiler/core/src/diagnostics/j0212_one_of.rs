//! two ways at once, or none.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0212",
    severity: Severity::Error,
    title: "two ways at once, or none",
    what: "A node says one thing in two ways, or in none.",
    why: "Only one of the two could hold.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { env "LEVEL"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { env "LEVEL" "1"; }; }
"#,
    fix: "Keep one of the ways that the message names.",
};

/// Both of two ways.
pub(crate) fn both(node: &Node, one: &str, other: &str) -> Diag {
    let name = &node.name.text;
    Diag::new(&META, node.span, "says both", format!("`{name}` takes {one} or {other}, not both"))
        .help(format!("remove {one}, or {other}"))
}

/// Neither of two ways.
pub(crate) fn neither(node: &Node, one: &str, other: &str) -> Diag {
    let name = &node.name.text;
    Diag::new(&META, node.span, "says none of them", format!("`{name}` needs {one} or {other}"))
        .help(format!("add {one}, or {other}"))
}

/// One of two properties that belong together.
pub(crate) fn half(node: &Node, given: &str, lacks: &str) -> Diag {
    let name = &node.name.text;
    Diag::new(&META, node.span, format!("`{lacks}` is missing"), format!("`{name}` with `{given}` needs `{lacks}` too"))
        .help(format!("add `{lacks}=\"…\"`"))
}
