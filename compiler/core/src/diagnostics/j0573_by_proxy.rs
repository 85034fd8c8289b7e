//! proxy between a program and what it reaches inside the cluster.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0573",
    severity: Severity::Error,
    title: "proxy between a program and what it reaches inside",
    what: "A variable as `HTTP_PROXY` sends a reaper or Traefik to a proxy for everything, also for what is inside the cluster.",
    why: "A reaper would ask the proxy for the Traefik of its namespace, a name that no proxy outside knows. Traefik would ask it for the pods behind its routes (`HTTP_PROXY`) and for the Kubernetes API (`HTTPS_PROXY`), gets nowhere, and answers 404 or 502 to everything.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "proxy" host="proxy.example.org" port=3128
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" {
    reaper "3.6.0" namespace="jobmon" { connect "proxy" url-env="HTTP_PROXY"; }
}
namespace "jobmon" version="3.6.0" database="prod"
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "proxy" host="proxy.example.org" port=3128
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" {
    reaper "3.6.0" namespace="jobmon" {
        connect "proxy" url-env="HTTP_PROXY"
        env "NO_PROXY" "traefik-jobmon"
    }
}
namespace "jobmon" version="3.6.0" database="prod"
"#,
    fix: "Set `NO_PROXY` beside it, with what is to be asked without the proxy; or use `HTTPS_PROXY` for a reaper, which asks its server by `http`.",
};

/// A reaper that would ask a proxy for a host.
pub(crate) fn reaper(variable: &str, place: Span, program: &str, host: &str) -> Diag {
    Diag::new(
        &META,
        place,
        "for everything",
        format!("`{program}` would ask the proxy of `{variable}` for `{host}`, which no proxy reaches"),
    )
    .help(format!("write `env \"NO_PROXY\" \"{host}\"` beside it: that is asked without the proxy"))
}

/// A Traefik that would ask a proxy for what is behind it.
pub(crate) fn traefik(variable: &str, place: Span, what: &str) -> Diag {
    Diag::new(
        &META,
        place,
        "for everything",
        format!("Traefik would ask the proxy of `{variable}` for {what}, which no proxy reaches"),
    )
    .help(
        "write `env \"NO_PROXY\" \"…\"` beside it, with the ranges of the addresses that the cluster gives its pods and Services, \
         as in `10.0.0.0/8`: these are asked without the proxy",
    )
}
