//! program without an image.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0615",
    severity: Severity::Error,
    title: "program without an image",
    what: "A program has no image.",
    why: "There is nothing to run.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "Add `image`.",
};

/// A program without an image.
pub(crate) fn diag(program: &str, at: Span) -> Diag {
    Diag::new(&META, at, "runs what?", format!("`{program}` has no image"))
        .help("add an image, as in `image \"registry.example.org/program:1.0\"`")
}

/// A container of a manifest without an image.
pub(crate) fn in_manifest(object: &Object, path: &str) -> Diag {
    Diag::new(&META, object.source, "runs what?", format!("`{path}` of `{}` has no image", object.id))
    .in_field(path, None)
        .help("add an image, as in `image: \"registry.example.org/program:1.0\"`")
}
