//! whole rule and parts of one.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0502",
    severity: Severity::Error,
    title: "whole rule and parts of one",
    what: "A route has `match`, and `host` or `path` beside it.",
    why: "`match` is the whole rule; the others would be left out.",
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
namespace "jobmon" version="3.3.1" database="prod" { route "x" match="PathPrefix(`/x`)" path="/y" to="server"; }
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
namespace "jobmon" version="3.3.1" database="prod" { route "x" match="PathPrefix(`/x`)" to="server"; }
"#,
    fix: "Put everything into `match`, or remove it.",
};

/// A rule beside a host or path.
pub(crate) fn diag(rule: &At<String>, other: &At<String>) -> Diag {
    Diag::new(&META, other.span, "would be left out", "`match` is the whole rule: `host` and `path` can't stand beside it")
        .with(rule.span, "the whole rule")
        .help("put everything into `match`, or remove it")
}
