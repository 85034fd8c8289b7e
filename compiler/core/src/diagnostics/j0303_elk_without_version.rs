//! Elastic stack without a version.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0303",
    severity: Severity::Error,
    title: "Elastic stack without a version",
    what: "A namespace has an Elastic stack, and nothing says of which version.",
    why: "There would be no image to run.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
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
namespace "jobmon" version="3.3.1" database="prod" { elk { logstash; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
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
namespace "jobmon" version="3.3.1" database="prod" { elk version="8.19.3" { elasticsearch; logstash; }; }
"#,
    fix: "Add `version` to the `elk`, or name a profile with `elk=` on the namespace.",
};

/// A stack without a version.
pub(crate) fn diag<'a>(at: Span, namespace: Span, profiles: impl Iterator<Item = &'a String>) -> Diag {
    let profiles: Vec<&str> = profiles.map(String::as_str).collect();
    let diag = Diag::new(&META, at, "of which version?", "the Elastic stack has no version").with(namespace, "of this namespace");
    match profiles.first() {
        Some(profile) => diag.help(format!(
            "add `elk=\"{profile}\"` to the namespace to refine that profile, or `version=\"8.19.3\"` to `elk`"
        )),
        None => diag.help("add `version=\"8.19.3\"` to `elk`"),
    }
}
