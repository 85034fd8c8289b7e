//! unsupported version of Kubernetes.

use super::prelude::*;
use crate::model::At;
use crate::text::Version;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0616",
    severity: Severity::Error,
    title: "unsupported version of Kubernetes",
    what: "The output isn't made for this version of Kubernetes.",
    why: "Older servers lack fields that the output uses; newer ones may have removed some.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.30"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Write a version from 1.34 to 1.37.",
};

/// A version outside of what is supported.
pub(crate) fn diag(version: At<Version>, low: Version, high: Version) -> Diag {
    let short = |version: Version| format!("{}.{}", version.major, version.minor);
    Diag::new(
        &META,
        version.span,
        "not supported",
        format!("version {} of Kubernetes is not supported: {} to {} are", short(version.value), short(low), short(high)),
    )
    .help(format!("write `kubernetes \"{}\"` if that is what the cluster runs; `kubectl version` tells", short(high)))
}
