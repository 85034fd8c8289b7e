//! Jobmon namespace without a database.

use super::prelude::*;
use crate::model::resolved::Site;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0816",
    severity: Severity::Error,
    title: "Jobmon namespace without a database",
    what: "A namespace has a `version`, and no `database`.",
    why: "The server would start without one, or with an empty one that is gone with its pod, and lose every workflow.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Name the database of the namespace.",
};

/// A namespace that runs Jobmon without a database.
pub(crate) fn diag(site: &Site<'_>, version: Span) -> Diag {
    Diag::new(
        &META,
        site.decl.span,
        "it has no `database`",
        format!("namespace `{}` runs Jobmon, and has no database", site.name),
    )
    .with(version, "the version makes it a Jobmon namespace")
    .help("write `database=\"NAME\"` beside `version`, with the name of a `database` node")
}
