//! access that the class can't give.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0618",
    severity: Severity::Error,
    title: "access that the class can't give",
    what: "A claim wants more than the volumes of its storage class can do.",
    why: "The claim would wait for ever.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd" access="ReadWriteOnce"; storage-class "nfs" access="ReadWriteMany"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        volume "data" mount="/data" size="1Gi" class="local-ssd" access="ReadWriteMany"
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd" access="ReadWriteOnce"; storage-class "nfs" access="ReadWriteMany"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        volume "data" mount="/data" size="1Gi" class="nfs" access="ReadWriteMany"
    }
}
"#,
    fix: "Choose a class that can, or ask for less.",
};

/// What the claim wants, and what its class can.
pub(crate) fn diag(access: &At<String>, class: &str, can: &str, class_at: Span) -> Diag {
    Diag::new(
        &META,
        access.span,
        "more than the class can",
        format!("volumes of the class `{class}` are {can}, and not {}", access.value),
    )
    .with(class_at, format!("is {can}"))
    .help(format!("remove `access`, or name a `class` that is {}", access.value))
}
