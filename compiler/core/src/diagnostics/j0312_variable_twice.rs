//! variable of two connections.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0312",
    severity: Severity::Error,
    title: "variable of two connections",
    what: "Two `connect`s of a program want the same variable.",
    why: "Only one of the two addresses could be in it.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "a" host="a.example.org" port=1
external "b" host="b.example.org" port=2
namespace "tools" { workload "report" image="example/report:1" { connect "a" host-env="HOST"; connect "b" host-env="HOST"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "a" host="a.example.org" port=1
external "b" host="b.example.org" port=2
namespace "tools" { workload "report" image="example/report:1" { connect "a" host-env="A_HOST"; connect "b" host-env="B_HOST"; }; }
"#,
    fix: "Give each its own variables.",
};

/// A variable that an earlier `connect` has.
pub(crate) fn diag(name: &str, again: Span, first: Span) -> Diag {
    Diag::new(&META, again, "wants it again", format!("two `connect`s want the variable `{name}`"))
        .with(first, "has it first")
        .help("give each its own variables")
}
