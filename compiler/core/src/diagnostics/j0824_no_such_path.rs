//! probe of a path that the server of a release hasn't.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0824",
    severity: Severity::Error,
    title: "probe of a path that the server hasn't",
    what: "A `probe` of the server asks for a path that its release doesn't serve, or only to those who are logged in.",
    why: "The server answers 404 or 403: its pods are never ready, or are started again and again.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    server { probe "readiness" path="/health"; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    server { probe "readiness" path="/api/v3/health"; }
}
"#,
    fix: "Ask for the health path of the release, or take the probe out: `jtc` writes the right ones.",
};

/// `health` is the path that answers in this release; `why` is as in "nothing answers there".
pub(crate) fn diag(version: &str, probe: (&str, Span), why: &str, health: &str) -> Diag {
    let (path, place) = probe;
    Diag::new(&META, place, why, format!("the server of {version} has no path `{path}` for a probe: {why}"))
        .help(format!("write `path=\"{health}\"`, or take the probe out: `jtc` writes the right ones"))
}
