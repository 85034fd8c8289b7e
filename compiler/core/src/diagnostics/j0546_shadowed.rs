//! route that never gets a request.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0546",
    severity: Severity::Warning,
    title: "route that never gets a request",
    what: "The routes that are tried before it take everything that the route would.",
    why: "Traefik tries routes by priority, which is the length of the rule where none is said: the program behind this one gets nothing.",
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
    route "z" path="/y/z" priority=40 to="z"
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
    route "z" path="/y/z" priority=60 to="z"
}
"#,
    fix: "Give it a higher `priority`, or take it out.",
};
