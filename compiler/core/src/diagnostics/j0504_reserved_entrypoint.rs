//! name that Traefik keeps for itself.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0504",
    severity: Severity::Error,
    title: "name that Traefik keeps for itself",
    what: "An entrypoint is called `traefik` or `ping`.",
    why: "That one answers `/ping`, which the probes ask: Traefik would not start, or never be ready.",
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
namespace "jobmon" version="3.3.1" database="prod" { traefik { entrypoint "traefik" port=9000; }; }
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
namespace "jobmon" version="3.3.1" database="prod" { traefik { entrypoint "extra" port=9000; }; }
"#,
    fix: "Give it another name.",
};

/// An entrypoint of that name.
pub(crate) fn diag(name: &str, at: Span) -> Diag {
    Diag::new(&META, at, "is Traefik's own", format!("the entrypoint `{name}` is Traefik's own, for its probes"))
        .help("give it another name")
}
