//! migration in a version that has none.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0818",
    severity: Severity::Error,
    title: "migration in a version that has none",
    what: "A `server` has `migrate`, and its release has no program that prepares a database.",
    why: "There is nothing that the Job could run: before 3.2.0 the tables were made by hand.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.1.5" { image "example/jobmon:3.1.5"; }
namespace "jobmon" version="3.1.5" database="prod" {
    server { migrate #true; }
}
reapers "reapers" { reaper "3.1.5" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.1.5" { image "example/jobmon:3.1.5"; }
namespace "jobmon" version="3.1.5" database="prod"
reapers "reapers" { reaper "3.1.5" namespace="jobmon"; }
"#,
    fix: "Remove `migrate`, and make the tables by hand, from the SQL files of the release.",
};

/// A migration that can't be.
pub(crate) fn diag(number: &str, place: Span, version: Span) -> Diag {
    Diag::new(
        &META,
        place,
        "nothing to run",
        format!("version `{number}` has no program that prepares a database"),
    )
    .with(version, "this version")
    .help("remove `migrate`; there is one from `3.2.0` on")
}
