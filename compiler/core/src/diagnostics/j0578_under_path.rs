//! route under a path that the program doesn't know.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0578",
    severity: Severity::Warning,
    title: "route under a path that the program doesn't know",
    what: "A `route` puts Kibana or the GUI under a path, and the program doesn't know that it is there.",
    why: "The request arrives, and what comes back asks for its own files under `/`, where others answer: the page stays empty.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; address-pool "ips" addresses="10.0.0.16/28"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    elk version="9.2.1" { elasticsearch; kibana; }
    traefik { load-balancer pool="ips"; }
    route "logs" host="jobmon.example.org" path="/kibana" to="kibana"
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; address-pool "ips" addresses="10.0.0.16/28"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    elk version="9.2.1" {
        elasticsearch
        kibana {
            env "SERVER_BASEPATH" "/kibana"
            env "SERVER_REWRITEBASEPATH" "true"
        }
    }
    traefik { load-balancer pool="ips"; }
    route "logs" host="jobmon.example.org" path="/kibana" to="kibana"
}
"#,
    fix: "Tell Kibana its path, with `SERVER_BASEPATH` and `SERVER_REWRITEBASEPATH`; give the GUI a host of its own, and no path.",
};

/// A route to the GUI.
pub(crate) fn gui(name: &str, path: &At<String>) -> Diag {
    Diag::new(
        &META,
        path.span,
        "its pages ask for their files under `/`",
        format!("the route `{name}` puts the GUI under `{}`, and its image is built to stand at `/`", path.value),
    )
    .help("give the GUI a host of its own, and take the `path` out; the server may have the paths under `/api` of the same host")
}

/// A route to Kibana; `base` is the path that it thinks it is under, and `strips` says
/// whether a middleware takes it off.
pub(crate) fn kibana(name: &str, path: &At<String>, base: Option<&str>, strips: bool) -> Diag {
    let knows = match base {
        Some(base) if path.value.starts_with(base) && strips => {
            "and both a middleware and Kibana take that off".to_owned()
        }
        Some(base) if path.value.starts_with(base) => "and nobody takes that off".to_owned(),
        Some(base) => format!("and Kibana is told that it is under `{base}`"),
        None => "and Kibana isn't told that it is there".to_owned(),
    };
    Diag::new(
        &META,
        path.span,
        "the path",
        format!("the route `{name}` puts Kibana under `{}`, {knows}", path.value),
    )
    .help(format!(
        "write `env \"SERVER_BASEPATH\" \"{}\"` and `env \"SERVER_REWRITEBASEPATH\" \"true\"` in `kibana`, and no `strip-prefix` in the route; or give it a host of its own, and no `path`",
        path.value.trim_end_matches('/')
    ))
}
