//! variable of a connection that is taken.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0312",
    severity: Severity::Error,
    title: "variable of a connection that is taken",
    what: "Two `connect`s of a program want the same variable, or one to an `external` wants a variable that `env` sets.",
    why: "Only one of the two values could be in it.",
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

/// A variable that the program has already, and where that is said.
pub(crate) fn own(name: &At<String>, first: Span) -> Diag {
    let diag = Diag::new(
        &META,
        name.span,
        "wants it",
        format!("a `connect` wants the variable `{}`, which the program has already", name.value),
    );
    if first == crate::model::NOWHERE {
        diag.help("give the `connect` another variable")
    } else {
        diag.with(first, "has it first")
            .help(format!("remove `env \"{}\"`, or give the `connect` another variable", name.value))
    }
}
