//! autoscaling by what isn't requested.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0607",
    severity: Severity::Error,
    title: "autoscaling by what isn't requested",
    what: "An autoscaler is to scale by a share of a request, and there is no request.",
    why: "It would never scale: `FailedGetResourceMetric` in its events, at the first peak.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        replicas min=2 max=4 cpu=80
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        replicas min=2 max=4 cpu=80
        resources { requests cpu="200m"; }
    }
}
"#,
    fix: "Add the request to `resources`.",
};

/// `what` is CPU or memory.
pub(crate) fn diag(what: &str, replicas: Span) -> Diag {
    let example = if what == "cpu" { "200m" } else { "500Mi" };
    Diag::new(&META, replicas, format!("scales by {what}"), format!("the program doesn't request any {what} to scale by"))
        .help(format!("add `resources {{ requests {what}=\"{example}\"; }}`"))
}

/// An autoscaler in a manifest, what it scales, and the container that asks for
/// none of it.
pub(crate) fn in_manifest(object: &Object, target: &Object, what: &str, container: &str) -> Diag {
    let example = if what == "cpu" { "200m" } else { "500Mi" };
    Diag::new(
        &META,
        object.source,
        format!("scales by {what}"),
        format!("`{}` scales by {what}, of which the container `{container}` of `{}` requests none", object.id, target.id),
    )
    .in_field("spec.metrics", None)
    .with(target.source, "what it scales")
    .help(format!("write `resources: {{requests: {{{what}: {example}}}}}` into the container"))
}
