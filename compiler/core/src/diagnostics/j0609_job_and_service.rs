//! settings that don't go together.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0609",
    severity: Severity::Error,
    title: "settings that don't go together",
    what: "A program says two things about how it runs that exclude each other.",
    why: "A Job or CronJob has no replicas, no strategy and no autoscaler; only one of them can hold.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        run-once
        replicas 3
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        run-once
    }
}
"#,
    fix: "Remove one of the two.",
};

/// Two settings that exclude each other.
pub(crate) fn diag(one: (&str, Span), other: (&str, Span)) -> Diag {
    Diag::new(&META, other.1, format!("`{}`", other.0), format!("`{}` and `{}` exclude each other", one.0, other.0))
        .with(one.1, format!("`{}`", one.0))
        .help(format!("remove `{}` or `{}`", one.0, other.0))
}

/// A component that always runs, and how it is told to run.
pub(crate) fn always(component: &str, at: Span, how: (&str, Span)) -> Diag {
    Diag::new(&META, how.1, format!("`{}`", how.0), format!("`{component}` runs always, and can't have `{}`", how.0))
        .with(at, "this component")
        .help(format!("remove `{}`", how.0))
}
