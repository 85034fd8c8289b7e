//! namespace that belongs to Kubernetes.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0617",
    severity: Severity::Error,
    title: "namespace that belongs to Kubernetes",
    what: "The topology would own a namespace that belongs to Kubernetes, or that everybody shares.",
    why: "Its network policies would cut off what runs there: DNS first of all.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "kube-system" { workload "report" image="example/report:1"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "Use a namespace of your own.",
};

/// A namespace of that kind.
pub(crate) fn diag(name: &str, at: Span) -> Diag {
    Diag::new(&META, at, "not yours", format!("the namespace `{name}` belongs to Kubernetes, or to everybody"))
        .help("use a namespace of your own: everything in it is under the policies of this topology")
}
