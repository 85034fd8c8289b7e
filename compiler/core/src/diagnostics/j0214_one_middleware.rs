//! middleware that does nothing, or two things.

use super::prelude::*;
use crate::schema::access::NodeExt;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0214",
    severity: Severity::Error,
    title: "middleware that does nothing, or two things",
    what: "A `middleware` has no child, or more than one.",
    why: "Traefik refuses a middleware with two; one with none does nothing.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "prod" external="mysql" secret="db"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "jobmon" version="3.3.1" database="prod" { middleware "small" { compress; retry attempts=3; }; }
reapers "jobmon-reapers" { slack external="slack" secret="hooks"; reaper "3.3.1" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "prod" external="mysql" secret="db"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "jobmon" version="3.3.1" database="prod" { middleware "small" { compress; }; }
reapers "jobmon-reapers" { slack external="slack" secret="hooks"; reaper "3.3.1" namespace="jobmon"; }
"#,
    fix: "Give each its own `middleware`; a route can name several.",
};

/// Not exactly one child.
pub(crate) fn diag(node: &Node) -> Diag {
    let does = node.child_nodes().len();
    let diag = Diag::new(
        &META,
        node.name.span,
        if does == 0 { "does nothing" } else { "does more than one thing" },
        "a `middleware` does exactly one thing",
    );
    if does == 0 {
        return diag.help("write in its braces what it does, as in `middleware \"gentle\" { rate-limit average=50; }`");
    }
    diag.help("give each thing a `middleware` of its own; a route can name several, in order")
}
