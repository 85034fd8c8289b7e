//! two things at the same path.

use super::prelude::*;
use crate::model::object::Object;

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

/// A name of a volume that is built in.
pub(crate) fn name(name: &str, at: Span) -> Diag {
    Diag::new(&META, at, "is built in", format!("the volume name `{name}` is taken by a volume that is built in"))
        .help("give the volume another name")
}

/// Two files whose paths make the same key of their ConfigMap.
pub(crate) fn key(path: &str, key: &str, again: Span, first: Span) -> Diag {
    Diag::new(&META, again, "the same key", format!("`{path}` and another file both become the key `{key}` of a ConfigMap"))
        .with(first, "the other file")
        .help("give one of the two another name")
}

/// A path that is taken.
pub(crate) fn diag(path: &str, again: Span, first: Span) -> Diag {
    let diag = Diag::new(&META, again, "again here", format!("`{path}` is mounted twice"))
        .help("give one of the two another path");
    if first == crate::model::NOWHERE { diag } else { diag.with(first, "first here") }
}

/// A path that a container of a manifest mounts twice.
pub(crate) fn in_manifest(object: &Object, path: &str, mount: &str) -> Diag {
    Diag::new(
        &META,
        object.source,
        "mounts it twice",
        format!("`{}` would be refused: its `{path}` is `{}`, which is mounted already", object.id, shorten(mount)),
    )
    .in_field(path, None)
    .help("give one of the two another path")
}
