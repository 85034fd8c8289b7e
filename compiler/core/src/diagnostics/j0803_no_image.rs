//! version without the image.

use super::prelude::*;
use crate::model::declared::VersionDecl;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0803",
    severity: Severity::Error,
    title: "version without the image",
    what: "A program is to run in a version that names no image for it.",
    why: "No image of Jobmon is published: without one there is nothing to run.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { dialect "D7"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon" { image "example/jobmon:3.6.0"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { dialect "D7"; image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Write the image into the `version`, or into the component alone.",
};

/// A component without an image, and the version that could have one.
pub(crate) fn diag(component: &str, number: &str, place: Span, version: &VersionDecl) -> Diag {
    let (child, image) = if component == "gui" { ("gui-image", "jobmon-gui") } else { ("image", "jobmon") };
    let message = format!("version `{number}` has no `{child}`");
    let role = format!("its {component} runs in that image");
    let diag = if component == "gui" {
        Diag::new(&META, place, role, message).with(version.span, "the version is here")
    } else {
        // One place to mend, however many programs run in it.
        Diag::new(&META, version.span, "needs an image", message).with(place, role)
    };
    diag.help(format!("write into the version: `{child} \"registry.example.org/{image}:{number}\"`"))
}
