//! no time left to end.

use super::prelude::*;
use crate::model::object::Object;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0605",
    severity: Severity::Error,
    title: "no time left to end",
    what: "`drain` takes all of the time that `grace` allows.",
    why: "The wait before the program is told to end counts as part of the time to end in: the program would be killed in the middle of a request.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        grace 10
        drain 15
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        grace 30
        drain 15
    }
}
"#,
    fix: "Make `grace` longer than `drain` by as long as the program needs to end.",
};

/// The wait and the time to end in, in seconds, with their places.
pub(crate) fn diag(drain: At<u32>, grace: u32, grace_at: Option<Span>, program: Span) -> Diag {
    let diag = Diag::new(
        &META,
        drain.span,
        format!("waits {} s", drain.value),
        format!("`drain` takes {} of the {grace} seconds of `grace`: the program would be killed", drain.value),
    );
    let at = grace_at.filter(|at| *at != crate::model::NOWHERE);
    let diag = match at {
        Some(at) => diag.with(at, format!("ends after {grace} s")),
        None => diag.with(program, format!("`grace` is {grace} s here, since nothing else is said")),
    };
    diag.help(format!("write `grace {}` or more", drain.value + 30))
}

/// A hook in a manifest that takes all of the time.
pub(crate) fn in_manifest(object: &Object, path: &str, seconds: i64, grace: i64) -> Diag {
    Diag::new(
        &META,
        object.source,
        format!("waits {seconds} s of {grace}"),
        format!(
            "`{path}` of `{}` takes {seconds} of the {grace} seconds of `terminationGracePeriodSeconds`: the program would be killed",
            object.id
        ),
    )
    .in_field(path, None)
    .help(format!("write `terminationGracePeriodSeconds: {}` or more", seconds.saturating_add(30)))
}
