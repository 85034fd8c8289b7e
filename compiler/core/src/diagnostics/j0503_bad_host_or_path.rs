//! host or path that makes no rule.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0503",
    severity: Severity::Error,
    title: "host or path that makes no rule",
    what: "A host or path can't be put into a rule.",
    why: "Traefik would refuse the rule, and the route would answer 404.",
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
namespace "jobmon" version="3.3.1" database="prod" { route "x" path="x" to="server"; }
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
namespace "jobmon" version="3.3.1" database="prod" { route "x" path="/x" to="server"; }
"#,
    fix: "Start a path with `/`, and write neither without backticks.",
};

/// Empty, or with a backtick.
pub(crate) fn text(at: &At<String>) -> Diag {
    let message = if at.value.is_empty() { "a host or path is empty".to_owned() } else { format!("`{}` has a backtick in it", at.value) };
    Diag::new(&META, at.span, "makes no rule", message).help("write it as in `host=\"jobmon.example.org\" path=\"/\"`")
}

/// A path that starts with something else than `/`.
pub(crate) fn path(at: &At<String>) -> Diag {
    Diag::new(&META, at.span, "starts without `/`", format!("the path `{}` must start with `/`", at.value))
        .help(format!("write `path=\"/{}\"`", at.value))
        .replace("put `/` before it", at.span, format!("\"/{}\"", at.value))
}

/// A path with a `*`, which Traefik takes as it stands (`pkg/muxer/http`).
pub(crate) fn star(at: &At<String>) -> Diag {
    let text = shorten(&at.value);
    let diag = Diag::new(
        &META,
        at.span,
        "no wildcard here",
        format!("the `*` in the path `{text}` stands for itself: only paths with a star in them would match"),
    );
    let start = at.value.trim_end_matches('*');
    if start.contains('*') {
        return diag.help("write the start of the path alone; or a rule, as in `match=\"PathRegexp(`^/a/[^/]+/b`)\"`");
    }
    let start = if start.len() > 1 { start.strip_suffix('/').unwrap_or(start) } else { start };
    diag.help(format!("write `path=\"{start}\"`: a path takes all that begins with it"))
        .replace("leave out the `*`", at.span, format!("\"{start}\""))
}
