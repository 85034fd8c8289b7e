//! two routes of one priority for perhaps one request.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0545",
    severity: Severity::Warning,
    title: "two routes of one priority for perhaps one request",
    what: "Two routes of one entrypoint have the same priority, lead to different places, and have regular expressions of which it can not be told whether they match a request in common.",
    why: "If they do, which of the two answers may change whenever Traefik starts.",
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
    route "y" match="PathRegexp(`^/[a-m]{7}[0-9]{3}$`)" priority=50 to="y"
    route "z" match="PathRegexp(`^/.*7[0-9]{2}$`)" priority=50 to="z"
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
    route "y" match="PathRegexp(`^/[a-m]{7}[0-9]{3}$`)" priority=50 to="y"
    route "z" match="PathRegexp(`^/.*7[0-9]{2}$`)" priority=60 to="z"
}
"#,
    fix: "Give one of them another `priority`.",
};
