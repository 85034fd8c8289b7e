//! file too large for a ConfigMap.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0619",
    severity: Severity::Error,
    title: "file too large for a ConfigMap",
    what: "The files of a program are larger together than a ConfigMap may be.",
    why: "The API server refuses a ConfigMap of more than 1 MiB.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        config-file "/data/data.csv" from="data.csv"
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        volume "data" mount="/data" empty=#true
    }
}
"#,
    fix: "Put the data into the image, or on a volume.",
};

/// The largest file, and the size of all in bytes.
pub(crate) fn diag(at: Span, size: usize) -> Diag {
    Diag::new(&META, at, "the largest", format!("the files of this program have {size} bytes, and 1048576 is the most"))
        .help("put large data into the image, or on a `volume`")
}

/// A ConfigMap in a manifest, and the size of what it holds.
pub(crate) fn in_manifest(object: &Object, size: usize) -> Diag {
    Diag::new(&META, object.source, "too large", format!("`{}` holds {size} bytes, and 1048576 is the most", object.id))
        .help("put large data into an image, or on a volume")
}
