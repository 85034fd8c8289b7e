//! same port twice.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0612",
    severity: Severity::Error,
    title: "same port twice",
    what: "Two ports of a program have the same number and protocol.",
    why: "The API server refuses the Service; the program can listen only once.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        probe "readiness" tcp=#true
        port "http" 8080
        port "metrics" 8080
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        probe "readiness" tcp=#true
        port "http" 8080
        port "metrics" 9090
    }
}
"#,
    fix: "Give one of them another number.",
};

/// Two ports, where they are said, and the number.
pub(crate) fn diag(again: (&str, Span), first: (&str, Span), number: u16, protocol: &str) -> Diag {
    Diag::new(
        &META,
        again.1,
        format!("{protocol} {number} again"),
        format!("the ports `{}` and `{}` are both {protocol} {number}", first.0, again.0),
    )
    .with(first.1, "first here")
    .help("give one of them another number; TCP and UDP may share one")
}

/// The same in the container only, which listens to `numbers.1` where the
/// Service has `numbers.0`.
pub(crate) fn inside(again: (&str, Span), first: (&str, Span), numbers: (u16, u16), protocol: &str) -> Diag {
    let (outside, inside) = numbers;
    let mut diag = diag(again, first, inside, protocol);
    diag.message = format!("the program would listen to {protocol} {inside} twice: for the ports `{}` and `{}`", first.0, again.0);
    if outside != inside
        && let Some(label) = diag.labels.first_mut()
    {
        label.text = format!("{protocol} {outside}, which is {inside} in the container");
    }
    diag
}

/// Two ports of a Service in a manifest, by their place in the list.
pub(crate) fn in_manifest(object: &Object, (first, again): (usize, usize), number: i32, protocol: &str) -> Diag {
    Diag::new(
        &META,
        object.source,
        format!("{protocol} {number} twice"),
        format!("`{}` would be refused: `spec.ports[{first}]` and `spec.ports[{again}]` are both {protocol} {number}", object.id),
    )
    .in_field(&format!("spec.ports[{again}]"), None)
    .help("give one of them another number; TCP and UDP may share one")
}
