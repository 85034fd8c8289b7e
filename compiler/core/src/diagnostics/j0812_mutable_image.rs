//! reaper whose image may change.

use super::prelude::*;
use crate::model::At;
use crate::text::ImageRef;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0812",
    severity: Severity::Warning,
    title: "reaper whose image may change",
    what: "The image of a reaper has no tag, or the tag `latest`.",
    why: "A reaper asks for the runs of its own version. When its pod restarts with a newer image, it silently stops looking after those of the old one.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.3.1" { image "example/jobmon:latest"; }
namespace "jobmon" version="3.3.1" database="prod"
reapers "reapers" { reaper "3.3.1" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "jobmon" version="3.3.1" database="prod"
reapers "reapers" { reaper "3.3.1" namespace="jobmon"; }
"#,
    fix: "Name the version in the tag, or pin the image by its digest.",
};

/// A reaper's image that may be another tomorrow.
pub(crate) fn diag(number: &str, image: &At<ImageRef>, reaper: Span) -> Diag {
    let bare = image.value.as_str().trim_end_matches(":latest");
    Diag::new(
        &META,
        image.span,
        "may be another image tomorrow",
        format!(
            "the image of reaper `{number}`, `{}`, does not say which version it is",
            image.value
        ),
    )
    .with(reaper, "this reaper runs it")
    .help(format!("write the version, as in `{bare}:{number}`, or a digest"))
}
