//! bounds for autoscaling.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0213",
    severity: Severity::Error,
    title: "bounds for autoscaling",
    what: "`replicas` asks for an autoscaler and doesn't say all it needs.",
    why: "Kubernetes refuses a HorizontalPodAutoscaler without an upper bound or a target.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { replicas min=2 cpu=80; resources { requests cpu="1"; }; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { replicas min=2 max=4 cpu=80; resources { requests cpu="1"; }; }; }
"#,
    fix: "Write `replicas min=2 max=9 cpu=80`.",
};

/// A bound is missing.
pub(crate) fn bounds(node: &Node) -> Diag {
    Diag::new(&META, node.span, "lacks a bound", "`replicas` needs both `min` and `max`")
        .help("write `replicas min=2 max=9 cpu=80`, or a number alone")
}

/// There is nothing to scale by.
pub(crate) fn target(node: &Node) -> Diag {
    Diag::new(&META, node.span, "nothing to scale by", "`replicas` needs `cpu` or `memory` to scale by")
        .help("add `cpu=80`: more pods when they use more than 80 % of the CPU they request")
}

/// The bounds are the wrong way round.
pub(crate) fn order(node: &Node, min: u32, max: u32) -> Diag {
    Diag::new(&META, node.span, "wrong way round", format!("`min` is {min} and `max` is {max}"))
        .help(format!("write `min={max} max={min}`"))
}

/// The bounds of an autoscaler in a manifest are the wrong way round.
pub(crate) fn in_manifest(object: &Object, min: i32, max: i32) -> Diag {
    Diag::new(
        &META,
        object.source,
        "wrong way round",
        format!("`{}` would be refused: its `spec.minReplicas` is {min} and its `spec.maxReplicas` is {max}", object.id),
    )
    .in_field("spec.minReplicas", None)
    .help(format!("write `minReplicas: {max}` and `maxReplicas: {min}`"))
}
