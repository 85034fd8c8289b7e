//! login in a version that knows none.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0805",
    severity: Severity::Error,
    title: "login in a version that knows none",
    what: "A `server` has `auth \"oidc\"`, and its release knows no login.",
    why: "The settings would be ignored, and everybody could do everything: releases before 3.4.0 ask nobody who they are.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "login" { keys CLIENT_ID CLIENT_SECRET; }
database "prod" external="mysql" secret="db" name="docker"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "jobmon" version="3.3.1" database="prod" {
    server { auth "oidc" { oidc secret="login" url="https://id.example.org/conf"; }; }
}
reapers "reapers" { reaper "3.3.1" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "login" { keys CLIENT_ID CLIENT_SECRET; }
database "prod" external="mysql" secret="db" name="docker"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "jobmon" version="3.3.1" database="prod"
reapers "reapers" { reaper "3.3.1" namespace="jobmon"; }
"#,
    fix: "Remove it, or ask for a password in Traefik: a `middleware` with `basic-auth`, on a route of its own.",
};

/// Login for a server that knows none.
pub(crate) fn diag(number: &str, place: Span, version: Span) -> Diag {
    Diag::new(&META, place, "ignored by this version", format!("version `{number}` knows no login"))
        .with(version, "this version")
        .help("remove `auth`; login is there from `3.4.0` on")
}
