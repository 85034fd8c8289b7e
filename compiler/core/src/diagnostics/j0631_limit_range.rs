//! amounts that a `LimitRange` refuses.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0631",
    severity: Severity::Error,
    title: "amounts that a `LimitRange` refuses",
    what: "A hand-written `LimitRange` bounds what a container or a pod of its namespace may ask for, and a program there asks for more, or for less.",
    why: "Kubernetes refuses every pod of it, and the Deployment stays at 0.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    manifest "range.yaml"
    workload "report" image="example/report:1" { resources { limits memory="4Gi"; }; }
}
// file: range.yaml
apiVersion: v1
kind: LimitRange
metadata: { name: range }
spec: { limits: [ { type: Container, max: { memory: 2Gi } } ] }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    manifest "range.yaml"
    workload "report" image="example/report:1" { resources { limits memory="2Gi"; }; }
}
// file: range.yaml
apiVersion: v1
kind: LimitRange
metadata: { name: range }
spec: { limits: [ { type: Container, max: { memory: 2Gi } } ] }
"#,
    fix: "Say an amount within the bounds in the `resources` of the program, or change the `LimitRange`.",
};

/// What a range sets.
#[derive(Clone, Copy)]
pub(crate) enum Bound<'a> {
    Most(&'a str),
    Least(&'a str),
    /// The limit of containers that say none.
    Limit(&'a str),
}

/// A container whose amount of a resource is out of bounds.
pub(crate) fn container(
    (object, name): (&Object, &str),
    range: &Object,
    resource: &str,
    own: &str,
    bound: Bound<'_>,
) -> Diag {
    let (bounded, change, wanted) = match bound {
        Bound::Most(most) => (format!("lets a container have {most} of `{resource}` at most"), "raise its `max`", most),
        Bound::Limit(limit) => {
            (format!("gives a container that says no limit {limit} of `{resource}`"), "raise its `default`", own)
        }
        Bound::Least(least) => (format!("wants {least} of `{resource}` at least"), "lower its `min`", least),
    };
    Diag::new(
        &META,
        object.source,
        format!("has {own} of `{resource}`"),
        format!("`{}` {bounded}, and the container `{name}` of `{}` has {own}", range.id, object.id),
    )
    .with(range.source, "the range")
    .help(format!(
        "say an amount within the bounds, as in `resources {{ requests {resource}=\"{wanted}\"; limits {resource}=\"{wanted}\"; }}`; or {change}"
    ))
}

/// A pod whose containers may use more together.
pub(crate) fn pod(object: &Object, range: &Object, resource: &str, most: &str) -> Diag {
    Diag::new(
        &META,
        object.source,
        format!("may use more of `{resource}`"),
        format!(
            "`{}` lets a pod have {most} of `{resource}` at most, and the limits of the containers of `{}` are more together",
            range.id, object.id
        ),
    )
    .with(range.source, "the range")
    .help("lower the `limits` in the `resources` of the program, or raise `max` of the range")
}
