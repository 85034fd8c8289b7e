//! way to a program that is there at times only.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0577",
    severity: Severity::Warning,
    title: "way to a program that is there at times only",
    what: "A `route` leads to a workload with `run-once` or `schedule`, or a `connect` to one with `schedule`.",
    why: "Its pods are there while it runs. Before and afterwards Traefik answers 503, and within the namespace nobody does.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "cache" image="example/cache:1" { schedule "0 3 * * *"; port "http" 8080; }
    workload "report" image="example/report:1" { connect "cache" url-env="CACHE_URL"; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "cache" image="example/cache:1" { port "http" 8080; }
    workload "report" image="example/report:1" { connect "cache" url-env="CACHE_URL"; }
}
"#,
    fix: "Let the program run all the time, without `run-once` or `schedule`.",
};

/// A `connect` to a program with a `schedule`.
pub(crate) fn connect(to: &str, connect: Span, schedule: Span) -> Diag {
    Diag::new(&META, connect, "leads there", format!("`{to}` answers only while it runs, at certain times"))
        .with(schedule, "its times")
        .help(format!("take `schedule` out of `{to}`, so that it runs all the time"))
}

/// A `route`; `when` is as in "runs once".
pub(crate) fn route(name: &str, to: &str, place: Span, (when, runs): (&str, Span)) -> Diag {
    Diag::new(
        &META,
        place,
        "leads there",
        format!("the route `{name}` leads to `{to}`, which {when}: Traefik answers 503 whenever it doesn't run"),
    )
    .with(runs, when)
    .help(format!("let `{to}` run all the time, without `run-once` or `schedule`"))
}
