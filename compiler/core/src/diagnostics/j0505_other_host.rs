//! route for another host than the caller names.

use std::fmt::Write;

use super::prelude::*;
use crate::components::routes::Route;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0505",
    severity: Severity::Error,
    title: "route for another host than the caller names",
    what: "A program of another namespace is to be reached, and every route to it is for certain hosts.",
    why: "The caller goes through an alias Service and names that as its host, as in `traefik-jobmon`. Traefik would answer 404.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "y" image="example/y:1" { port "http" 8080; }
    route "y" host="y.example.org" to="y"
}
namespace "a" { workload "x" image="example/x:1" { connect "jobmon/y" url-env="Y"; }; }
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
    route "y" host="y.example.org" to="y"
    route "y-inside" host="traefik-jobmon" to="y"
}
namespace "a" { workload "x" image="example/x:1" { connect "jobmon/y" url-env="Y"; }; }
"#,
    fix: "Add a route without a host, or for the alias.",
};

/// A target whose routes, of which one is given with its place, are for other
/// hosts than `host`.
pub(crate) fn diag(
    at: &At<String>,
    namespace: &str,
    program: &str,
    host: &str,
    (route, place, rival): (&Route, Span, Option<&str>),
) -> Diag {
    let mut help = format!(
        "add to `{namespace}`: `route \"{program}-inside\" entrypoint=\"{}\" host=\"{host}\" to=\"{program}\"`",
        route.entrypoint
    );
    if let Some(rival) = rival {
        let _ = write!(
            help,
            "; at one entrypoint this host leads to one program: where `{rival}` needs the same, give it an entrypoint of its \
             own, with `entrypoint \"{rival}\" port=…` in `traefik`, and `entrypoint=\"{rival}\"` in its route"
        );
    }
    Diag::new(
        &META,
        at.span,
        format!("names the host `{host}`"),
        format!(
            "route `{}` of `{namespace}` leads to `{program}`, but not for the host `{host}`, which programs of \
             other namespaces name",
            route.name
        ),
    )
    .with(place, "for other hosts only")
    .help(help)
}
