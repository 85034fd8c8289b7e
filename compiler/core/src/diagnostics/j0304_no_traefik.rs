//! namespace without a door.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0304",
    severity: Severity::Error,
    title: "namespace without a door",
    what: "Something is to be reached in a namespace that has no Traefik.",
    why: "Between namespaces everything goes through the Traefik of the target, and only Jobmon namespaces have one.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "a" { workload "x" image="example/x:1" { connect "b/y"; }; }
namespace "b" { workload "y" image="example/y:1" { port "http" 8080; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "a" { workload "x" image="example/x:1" { connect "y"; }; workload "y" image="example/y:1" { port "http" 8080; }; }
"#,
    fix: "Put both into one namespace, or the target into a Jobmon namespace with a route to it.",
};

/// A `connect` to such a namespace.
pub(crate) fn connect(at: &At<String>, namespace: &str) -> Diag {
    Diag::new(&META, at.span, "can't be reached", format!("`{}` can't be reached: `{namespace}` has no Traefik", at.value))
        .help("only a namespace with a `version` has a Traefik: put both programs into one namespace, or the target into one with a Traefik and a `route` to it")
}

/// A reaper of such a namespace.
pub(crate) fn reaper(namespace: &At<String>) -> Diag {
    Diag::new(&META, namespace.span, "is no Jobmon namespace", format!("`{}` has no server that a reaper could ask", namespace.value))
        .help("name a namespace that has a `version`")
}
