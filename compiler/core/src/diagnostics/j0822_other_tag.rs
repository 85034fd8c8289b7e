//! image of another release.

use super::prelude::*;
use crate::model::At;
use crate::model::declared::VersionDecl;
use crate::text::ImageRef;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0822",
    severity: Severity::Warning,
    title: "image of another release",
    what: "The image of a `version` has the number of another release for a tag.",
    why: "Variables, commands, probes and what the reaper asks for follow from the number: another release may not start with them, or leave its runs to nobody.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
version "3.3.1" { image "example/jobmon:3.3.0"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
version "3.3.1" { image "example/jobmon:3.3.1"; }
"#,
    fix: "Write the image of the version, or the version of the image.",
};

/// A version, and its image.
pub(crate) fn diag(number: &str, version: &VersionDecl, image: &At<ImageRef>) -> Diag {
    let tag = image.value.tag().unwrap_or_default();
    Diag::new(
        &META,
        image.span,
        format!("says {tag}"),
        format!("the image of version `{number}`, `{}`, says that it is another release", image.value),
    )
    .with(version.span, "the version")
    .help(format!("write the image of {number}, or `version \"{tag}\"`"))
}
