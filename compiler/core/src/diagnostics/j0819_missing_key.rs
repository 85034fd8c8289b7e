//! Secret without a key that a program reads.

use super::prelude::*;
use crate::model::At;
use crate::model::declared::Secret;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0819",
    severity: Severity::Error,
    title: "Secret without a key that a program reads",
    what: "A program takes keys of fixed names from a Secret, and the `secret` node does not have them: `slack` the three Slack keys, `oidc` two that end in `CLIENT_ID` and `CLIENT_SECRET`.",
    why: "A pod that refers to a missing key does not start. Without all three Slack keys a reaper silently tells nobody.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
external "slack" host="slack.com" port=443
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "hooks" { keys SLACK_API_URL SLACK_TOKEN; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { slack external="slack" secret="hooks"; reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
external "slack" host="slack.com" port=443
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "hooks" { keys SLACK_API_URL SLACK_CHANNEL_DEFAULT SLACK_TOKEN; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { slack external="slack" secret="hooks"; reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "If the Secret holds the key, add it to `keys`; if not, put it into the Secret first.",
};

/// Keys that `what` wants of a Secret.
pub(crate) fn diag(what: &str, place: &At<String>, secret: &Secret, missing: &[&str]) -> Diag {
    let missing = list(missing.iter().copied());
    Diag::new(
        &META,
        place.span,
        format!("{missing} missing in it"),
        format!("{what} needs {missing}, which the secret `{}` does not have", place.value),
    )
    .with(secret.span, "the secret is here")
    .help(format!("if the Secret holds it, add {missing} to its `keys`"))
}
