//! more pods than the disk has room for.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0610",
    severity: Severity::Error,
    title: "more pods than the disk has room for",
    what: "Several pods share a claim that one node at a time can mount.",
    why: "A second pod on another node would wait for ever, with `Multi-Attach error`.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        replicas 2
        volume "data" mount="/data" size="1Gi"
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        volume "data" mount="/data" size="1Gi"
    }
}
"#,
    fix: "Run one pod, or use a storage class with `access=\"ReadWriteMany\"`.",
};

/// The claim, and what makes more than one pod.
pub(crate) fn diag(volume: &str, at: Span, pods: Span, why: &str) -> Diag {
    Diag::new(&META, at, "one node at a time", format!("{why}, and the volume `{volume}` is for one node at a time"))
        .with(pods, "this asks for more pods at once")
        .help("run one pod with `strategy \"recreate\"`, or name a `class` whose access is \"ReadWriteMany\"")
}

/// A Deployment in a manifest, and the claim of its pods.
pub(crate) fn in_manifest(object: &Object, claim: &Object, why: &str) -> Diag {
    Diag::new(
        &META,
        object.source,
        "wants it for more pods at once",
        format!("{why}, and `{}` of `{}` is for one node at a time", claim.id, object.id),
    )
    .with(claim.source, "one node at a time")
    .help("write `replicas: 1` and `strategy: {type: Recreate}`, or let the claim be `ReadWriteMany`, if its class can")
}
