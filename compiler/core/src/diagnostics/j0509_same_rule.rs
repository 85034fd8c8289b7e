//! two routes with one rule.

use super::prelude::*;
use crate::components::routes::Route;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0509",
    severity: Severity::Error,
    title: "two routes with one rule",
    what: "Two routes on one entrypoint have the same rule and the same priority.",
    why: "Traefik sorts routes by priority, and takes either of the two: which one answers may change whenever it starts.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "y" image="example/y:1" { port "http" 8080; }
    route "y" to="y"
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
    route "y" path="/y" to="y"
}
"#,
    fix: "Tell them apart by `host` or `path`, or give the one that comes first a `priority`.",
};

/// A route whose rule another has.
pub(crate) fn diag(route: &Route, first: &Route, rule: &str) -> Diag {
    Diag::new(
        &META,
        route.span,
        "the second",
        format!(
            "routes `{}` and `{}` have the same rule and priority on the entrypoint `{}`: Traefik would pick \
             either at random",
            first.name, route.name, route.entrypoint
        ),
    )
    // The rule has backticks of its own.
    .with(first.span, format!("route `{}`, with the rule {}", first.name, shorten(rule)))
    .help("give one a `host=`, a longer `path=`, or a `priority=`")
}
