//! version older than any that is known.

use super::prelude::*;
use crate::components::release;
use crate::model::declared::VersionDecl;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0801",
    severity: Severity::Error,
    title: "version older than any that is known",
    what: "A `version` is older than 3.0.0, the first release whose commands and variables are known.",
    why: "Its server and reaper would be started with commands and variables of another release, and not come up.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "2.1.0" { image "example/jobmon:2.1.0"; }
namespace "jobmon" version="2.1.0" database="prod"
reapers "reapers" { reaper "2.1.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.0.3" { image "example/jobmon:3.0.3"; }
namespace "jobmon" version="3.0.3" database="prod"
reapers "reapers" { reaper "3.0.3" namespace="jobmon"; }
"#,
    fix: "Write a version from 3.0.0 on, or name the dialect that it speaks.",
};

/// A version before the first that is known.
pub(crate) fn diag(number: &str, version: &VersionDecl) -> Diag {
    Diag::new(
        &META,
        version.span,
        "nothing is known of it",
        format!("version `{number}` is older than `{}`, the first that is known", release::first_known()),
    )
    .help("if it starts and is configured like a later release, say so with a child, as in `dialect \"D1\"`")
}
