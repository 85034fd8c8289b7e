//! pod that its namespace refuses.

use super::prelude::*;
use crate::model::declared::PodSecurity;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0901",
    severity: Severity::Error,
    title: "pod that its namespace refuses",
    what: "A program needs more than the Pod Security level of its namespace allows.",
    why: "Kubernetes takes the Deployment and refuses its pods: it stays at 0, and only its events say why.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        security { user 0; }
    }
    pod-security "restricted"
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        security { user 1000; }
    }
    pod-security "restricted"
}
"#,
    fix: "Lower what the program needs, or the level of the namespace.",
};

/// `why` is what the level refuses.
pub(crate) fn diag(program: &str, at: Span, level: PodSecurity, level_at: Span, why: &str, wanted: PodSecurity) -> Diag {
    let diag = Diag::new(
        &META,
        at,
        why.to_owned(),
        format!("`{program}` would be refused by the Pod Security level `{}`: {why}", level.as_str()),
    )
    .help(format!(
        "change the `security` of the program, or write `pod-security \"{}\"` in its namespace",
        wanted.as_str()
    ));
    if level_at == crate::model::NOWHERE { diag } else { diag.with(level_at, "the level") }
}
