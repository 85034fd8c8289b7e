//! second route on a UDP entrypoint.

use super::prelude::*;
use crate::components::routes::Route;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0508",
    severity: Severity::Error,
    title: "second route on a UDP entrypoint",
    what: "Two routes are on one UDP entrypoint.",
    why: "UDP has no rules to choose by. Traefik would use one of the two, and the other program would receive nothing.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { entrypoint "syslog" port=5140 protocol="udp"; }
    workload "sink" image="example/sink:1" { port "in" 5140 protocol="udp"; }
    workload "other" image="example/other:1" { port "in" 5141 protocol="udp"; }
    route "syslog" entrypoint="syslog" to="sink"
    route "other" entrypoint="syslog" to="other"
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
    traefik { entrypoint "syslog" port=5140 protocol="udp"; }
    workload "sink" image="example/sink:1" { port "in" 5140 protocol="udp"; }
    route "syslog" entrypoint="syslog" to="sink"
}
"#,
    fix: "Give the second an entrypoint of its own, or give it the name of the first, which it then replaces.",
};

/// A route on the UDP entrypoint of another.
pub(crate) fn diag(route: &Route, first: &Route) -> Diag {
    Diag::new(
        &META,
        route.span,
        "the second",
        format!(
            "routes `{}` and `{}` are both on the UDP entrypoint `{}`, which has room for one",
            first.name, route.name, route.entrypoint
        ),
    )
    .with(first.span, format!("route `{}` is from here", first.name))
    .help(format!(
        "give one of them another entrypoint; a route of the name `{}` would replace the first",
        first.name
    ))
}
