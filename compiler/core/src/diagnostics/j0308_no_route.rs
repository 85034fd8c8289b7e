//! no route leads there.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0308",
    severity: Severity::Error,
    title: "no route leads there",
    what: "A program of another namespace is to be reached, and its Traefik has no route to it.",
    why: "Traefik would answer 404.",
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
namespace "jobmon" version="3.3.1" database="prod" { workload "y" image="example/y:1" { port "http" 8080; }; }
namespace "a" { workload "x" image="example/x:1" { connect "jobmon/y"; }; }
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
namespace "jobmon" version="3.3.1" database="prod" { workload "y" image="example/y:1" { port "http" 8080; }; route "y" path="/y" to="y"; }
namespace "a" { workload "x" image="example/x:1" { connect "jobmon/y"; }; }
"#,
    fix: "Add a `route` to it in its namespace.",
};

/// A target without a route.
pub(crate) fn diag(at: &At<String>, namespace: &str, program: &str, port: Option<&At<String>>, there: Span) -> Diag {
    let by = port.map_or_else(String::new, |port| format!(" by the entrypoint `{}`", port.value));
    Diag::new(&META, at.span, "no way in", format!("no route of `{namespace}` leads to `{program}`{by}"))
        .with(there, "the namespace")
        .help(format!("add to `{namespace}`: `route \"{program}\" path=\"/{program}\" to=\"{program}\"`"))
}
