//! database URI in a version that reads none.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0817",
    severity: Severity::Error,
    title: "database URI in a version that reads none",
    what: "A `database` has `uri-key`, and a server uses it whose release takes host, port, user and password one by one.",
    why: "The server would ignore the URI, and end with an error because `DB_HOST` is missing. Releases from 3.2.0 on take a URI.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS URI; }
database "prod" external="mysql" secret="db" name="docker" uri-key="URI"
version "3.1.5" { image "example/jobmon:3.1.5"; }
namespace "jobmon" version="3.1.5" database="prod"
reapers "reapers" { reaper "3.1.5" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS URI; }
database "prod" external="mysql" secret="db" name="docker"
version "3.1.5" { image "example/jobmon:3.1.5"; }
namespace "jobmon" version="3.1.5" database="prod"
reapers "reapers" { reaper "3.1.5" namespace="jobmon"; }
"#,
    fix: "Remove `uri-key`, and hold the four keys in the Secret.",
};

/// A database whose URI a server doesn't read.
pub(crate) fn diag(database: &str, key: &At<String>, number: &str, version: Span) -> Diag {
    Diag::new(
        &META,
        key.span,
        "not read by this version",
        format!("version `{number}` takes no database URI, and the database `{database}` has nothing else"),
    )
    .with(version, format!("version `{number}` runs here"))
    .help("remove `uri-key`; the Secret must hold `DB_HOST`, `DB_PORT`, `DB_USER` and `DB_PASS`")
}
