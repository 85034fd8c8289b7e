//! two routes of one priority for one request.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0544",
    severity: Severity::Error,
    title: "two routes of one priority for one request",
    what: "Two routes of one entrypoint have the same priority, share requests, and lead to different places.",
    why: "Traefik sorts routes by priority only: which of the two answers may change whenever it starts, and from pod to pod.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "y" image="example/y:1" { port "http" 8080; }
    workload "z" image="example/z:1" { port "http" 8080; }
    route "y" path="/y" priority=50 to="y"
    route "z" host="a.example.org" priority=50 to="z"
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
    workload "y" image="example/y:1" { port "http" 8080; }
    workload "z" image="example/z:1" { port "http" 8080; }
    route "y" path="/y" priority=50 to="y"
    route "z" host="a.example.org" priority=60 to="z"
}
"#,
    fix: "Give the one that is to be tried first a higher `priority`, or tell the rules apart.",
};
