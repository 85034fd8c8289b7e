//! request above the limit.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0606",
    severity: Severity::Error,
    title: "request above the limit",
    what: "A program asks for more than it may use.",
    why: "The API server refuses such a pod.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        resources { requests memory="2Gi"; limits memory="1Gi"; }
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        resources { requests memory="1Gi"; limits memory="1Gi"; }
    }
}
"#,
    fix: "Lower the request, or raise the limit.",
};

/// `what` is CPU or memory.
pub(crate) fn diag(what: &str, request: (&str, Span), limit: (&str, Span), program: Span) -> Diag {
    let place = |span: Span| if span == crate::model::NOWHERE { program } else { span };
    Diag::new(
        &META,
        place(request.1),
        format!("asks for {}", request.0),
        format!("the request of {what}, {}, is above the limit, {}", request.0, limit.0),
    )
    .with(place(limit.1), format!("may use {}", limit.0))
    .help(format!("write `requests {what}=\"{}\"` or less, or raise the limit", limit.0))
}

/// `what` is a resource, as in `cpu`, of the container or pod at `path`.
pub(crate) fn in_manifest(object: &Object, path: &str, what: &str, (request, limit): (&str, &str)) -> Diag {
    Diag::new(
        &META,
        object.source,
        format!("asks for {request} and may use {limit}"),
        format!("`{}` would be refused: in `{path}` the request of {what}, {request}, is above the limit, {limit}", object.id),
    )
    .in_field(path, None)
    .help(format!("write `requests: {{{what}: \"{limit}\"}}` or less, or raise the limit"))
}
