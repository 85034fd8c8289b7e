//! two things at the same path.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0613",
    severity: Severity::Error,
    title: "two things at the same path",
    what: "Two volumes or files of a program stand at the same path.",
    why: "The API server refuses the pod: a path can be mounted once.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        volume "a" mount="/data" empty=#true
        volume "b" mount="/data" empty=#true
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        volume "a" mount="/data" empty=#true
        volume "b" mount="/other" empty=#true
    }
}
"#,
    fix: "Give one of them another path.",
};

/// A path that is taken.
pub(crate) fn diag(path: &str, again: Span, first: Span) -> Diag {
    let diag = Diag::new(&META, again, "again here", format!("`{path}` is mounted twice"))
        .help("give one of the two another path");
    if first == crate::model::NOWHERE { diag } else { diag.with(first, "first here") }
}
