//! route of another protocol than its entrypoint.

use super::prelude::*;
use crate::components::routes::Backend;
use crate::components::traefik::Entrypoint;
use crate::model::At;
use crate::model::declared::Route;
use crate::model::settings::Protocol;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0501",
    severity: Severity::Error,
    title: "route of another protocol than its entrypoint",
    what: "A route leads from an entrypoint that speaks one protocol to a port that speaks another.",
    why: "An HTTP route on a UDP entrypoint is never served; one to a UDP port answers nothing.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "prod" external="mysql" secret="db"
version "3.3.1" { image "example/jobmon:3.3.1"; }
reapers "jobmon-reapers" {
    slack external="slack" secret="hooks"
    reaper "3.3.1" namespace="jobmon"
}
namespace "jobmon" version="3.3.1" database="prod" { workload "y" image="example/y:1" { port "logs" 5000 protocol="udp"; }; route "y" path="/y" to="y"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "prod" external="mysql" secret="db"
version "3.3.1" { image "example/jobmon:3.3.1"; }
reapers "jobmon-reapers" {
    slack external="slack" secret="hooks"
    reaper "3.3.1" namespace="jobmon"
}
namespace "jobmon" version="3.3.1" database="prod" { workload "y" image="example/y:1" { port "http" 5000; }; route "y" path="/y" to="y"; }
"#,
    fix: "Choose an entrypoint and a port of the same protocol.",
};

/// An entrypoint of the topology by which the route that every Jobmon
/// namespace has to a component can't lead.
pub(crate) fn usual(component: &str, entrypoint: &Entrypoint) -> Diag {
    let name = &entrypoint.name;
    let (from, to) = match entrypoint.port.protocol {
        Protocol::Tcp => ("TCP", "UDP"),
        Protocol::Udp => ("UDP", "TCP"),
    };
    Diag::new(
        &META,
        entrypoint.span,
        format!("speaks {from}"),
        format!("the usual route to `{component}` comes by the entrypoint `{name}` and speaks {to}"),
    )
    .help(format!(
        "write `protocol=\"{}\"` here, or give this entrypoint another name, and `{name}` stays as it is",
        to.to_lowercase()
    ))
}

/// A route between two protocols.
pub(crate) fn diag(name: &str, route: &Route, wanted: &At<String>, entrypoint: &Entrypoint, backend: &Backend) -> Diag {
    let (from, to) = (entrypoint.port.protocol.as_str(), backend.port.protocol.as_str());
    let mut diag = Diag::new(
        &META,
        route.to.span,
        format!("speaks {to}"),
        format!("route `{name}` leads from {from} to {to}"),
    );
    if wanted.span != route.span {
        diag = diag.with(wanted.span, format!("speaks {from}"));
    }
    diag.help(format!("choose an entrypoint that speaks {to}, or a port of `{}` that speaks {from}", backend.component))
}
