//! quota that is too small.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0620",
    severity: Severity::Error,
    title: "quota that is too small",
    what: "The programs of a namespace need more together than its quota allows.",
    why: "Kubernetes refuses the pods that come last: which ones, nobody says.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    quota { requests cpu="1"; }
    workload "report" image="example/report:1" { replicas 3; resources { requests cpu="500m"; }; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    quota { requests cpu="2"; }
    workload "report" image="example/report:1" { replicas 3; resources { requests cpu="500m"; }; }
}
"#,
    fix: "Raise the quota, or lower what the programs ask for.",
};

/// `what` is an amount such as `requests cpu`; `needs` and `has` are written
/// as in a topology.
pub(crate) fn diag(what: &str, needs: &str, has: &str, quota: Span, largest: (&str, Span)) -> Diag {
    Diag::new(
        &META,
        quota,
        format!("`{what}` is {has}"),
        format!("the programs of this namespace need {needs} of `{what}` together, and its quota is {has}"),
    )
    .with(largest.1, format!("`{}` needs the most", largest.0))
    .help(format!("raise the quota to {needs} or more, or lower what the programs ask for"))
}

/// More pods than a hand-written quota lets be.
pub(crate) fn pods(needs: u64, has: u64, quota: Span, largest: (&str, Span)) -> Diag {
    Diag::new(
        &META,
        quota,
        format!("`pods` is {has}"),
        format!("the programs of this namespace have {needs} pods together, and its quota lets {has} be"),
    )
    .with(largest.1, format!("`{}` has the most", largest.0))
    .help(format!("raise `pods` of the quota to {needs} or more, or ask for fewer `replicas`"))
}
