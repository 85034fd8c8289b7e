//! rule or middleware over UDP.

use super::prelude::*;
use crate::components::traefik::Entrypoint;
use crate::model::declared::Route;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0507",
    severity: Severity::Error,
    title: "rule or middleware over UDP",
    what: "A route on a UDP entrypoint has a rule, a priority, a middleware or TLS.",
    why: "UDP has neither hosts nor paths, and Traefik has no middlewares for it: all of it would be left out, and an allow list with it.",
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
    middleware "inside" { ip-allow-list "10.0.0.0/8"; }
    route "syslog" entrypoint="syslog" middleware="inside" to="sink"
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
    fix: "Remove it; who may connect is said by `source-ranges` of the `load-balancer`.",
};

/// What a route says that UDP can't hold, if anything.
pub(crate) fn diag(name: &str, route: &Route, entrypoint: &Entrypoint) -> Option<Diag> {
    let said = [
        ("host", route.host.as_ref().map(|at| at.span)),
        ("path", route.path.as_ref().map(|at| at.span)),
        ("match", route.rule.as_ref().map(|at| at.span)),
        ("priority", route.priority.as_ref().map(|at| at.span)),
        ("middleware", route.middlewares.first().map(|at| at.span)),
        ("tls", route.tls.as_ref().map(|at| at.span)),
    ];
    let said: Vec<(&str, Span)> =
        said.into_iter().filter_map(|(what, span)| Some((what, span?))).collect();
    let ((_, first), rest) = said.split_first()?;
    let message = format!(
        "route `{name}` is on the UDP entrypoint `{}`, where {} would have no effect",
        entrypoint.name,
        list(said.iter().map(|(what, _)| *what))
    );
    let mut diag = Diag::new(&META, *first, "has no effect over UDP", message);
    for (_, span) in rest {
        diag = diag.with(*span, "nor has this");
    }
    let guard = !route.middlewares.is_empty();
    let remedy = if guard {
        "remove it; `load-balancer { source-ranges \"10.0.0.0/8\"; }` in `traefik` says who may connect"
    } else {
        "remove it, or use a TCP entrypoint"
    };
    Some(diag.with(entrypoint.span, "the entrypoint").help(remedy))
}
