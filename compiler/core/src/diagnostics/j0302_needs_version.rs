//! only in a Jobmon namespace.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0302",
    severity: Severity::Error,
    title: "only in a Jobmon namespace",
    what: "A namespace without `version` says something that only a Jobmon namespace has.",
    why: "There is no server and no Traefik that it could be about.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { traefik { replicas 3; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "Give the namespace a `version` and a `database`, or remove it.",
};

/// `what` stands in a namespace without a version.
pub(crate) fn diag(what: &str, at: Span, namespace: Span) -> Diag {
    Diag::new(&META, at, "has no meaning here", format!("`{what}` needs a namespace with a `version`"))
        .with(namespace, "this namespace has none")
        .help("add `version=\"…\"` and `database=\"…\"` to the namespace, or remove this")
}
