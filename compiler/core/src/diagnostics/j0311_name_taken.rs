//! workload named like a component.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0311",
    severity: Severity::Error,
    title: "workload named like a component",
    what: "A workload of a Jobmon namespace has the name of one of its components.",
    why: "`to`, `connect` and the order could mean either.",
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
namespace "jobmon" version="3.3.1" database="prod" { workload "server" image="example/x:1"; }
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
namespace "jobmon" version="3.3.1" database="prod" { workload "own-server" image="example/x:1"; }
"#,
    fix: "Give the workload another name.",
};

/// A workload and the component that has its name.
pub(crate) fn diag(name: &str, at: Span) -> Diag {
    Diag::new(&META, at, "is a component's name", format!("`{name}` is the name of a component, and can't be a workload's too"))
        .help(format!("give it another name, as in `workload \"my-{name}\"`"))
}
