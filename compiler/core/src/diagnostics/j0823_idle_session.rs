//! session key that nobody reads.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0823",
    severity: Severity::Warning,
    title: "session key that nobody reads",
    what: "A `server` has `session`, and its version reads no key for sessions, or none without login.",
    why: "Nothing is made of it: no variable holds the key, and the Secret isn't asked for. Who thinks that login is on is mistaken.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "session" { keys SECRET_KEY; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    server { session secret="session" key="SECRET_KEY"; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "session" { keys SECRET_KEY; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
"#,
    fix: "Remove `session`.",
};

/// A key that isn't read; `with_login` is whether it would be with login.
pub(crate) fn diag(place: Span, number: &str, version: Span, with_login: bool) -> Diag {
    let (when, help) = if with_login {
        (" without login", "remove `session`: without `auth` nobody logs in, and what reapers ask needs that")
    } else {
        ("", "remove `session`")
    };
    Diag::new(
        &META,
        place,
        "has no effect",
        format!("the server of version `{number}` reads no key for sessions{when}"),
    )
    .with(version, "this version")
    .help(help)
}
