//! connection to a program that has ended by then.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0576",
    severity: Severity::Error,
    title: "connection to a program that has ended by then",
    what: "A `connect` leads to a workload with `run-once`, and waits until that is ready: a Job is when it has ended.",
    why: "Its pods are gone when the other one starts: nobody answers.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "cache" image="example/cache:1" { run-once; port "http" 8080; }
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
    fix: "Let the other program run all the time; or write `wait=#false`, if it answers for long enough while it runs.",
};

/// `from` is the program with the `connect`; `once` is where the other says `run-once`.
pub(crate) fn diag(from: &str, to: &str, connect: Span, once: Span) -> Diag {
    Diag::new(
        &META,
        connect,
        "waits until it has ended",
        format!("`{from}` would start when `{to}` has ended, and then nobody answers"),
    )
    .with(once, format!("`{to}` runs once"))
    .help(format!(
        "take `run-once` out of `{to}`, so that it runs all the time; or write `wait=#false` in the `connect`, if `{to}` answers for long enough"
    ))
}
