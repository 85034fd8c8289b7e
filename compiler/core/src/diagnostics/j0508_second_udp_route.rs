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
    fix: "Give each an entrypoint of its own. Where the first is the usual route `logstash`, call the second `logstash`: it then replaces it.",
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
    .help(if first.name == "logstash" {
        "give it another entrypoint, or the name `logstash`, which replaces the usual route"
    } else {
        "give one of them another entrypoint, or remove it"
    })
}
