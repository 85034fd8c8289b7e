//! active reaper of a version that doesn't run.

use super::prelude::*;
use crate::checks::jobmon::Live;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0821",
    severity: Severity::Warning,
    title: "active reaper of a version that doesn't run",
    what: "A reaper is `active`, and its namespace runs another version.",
    why: "`active` says that clients of its version may start runs, and the namespace has no server of that version any more. Most often the reaper was forgotten when the version of the namespace changed.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.4.8" { image "example/jobmon:3.4.8"; }
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.4.8" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Give the reaper the version of its namespace, or, while runs of the old version are left, the state `draining`.",
};

/// A reaper that was left behind, and the version that runs.
pub(crate) fn diag(live: &Live<'_>, running: Span) -> Diag {
    let (number, namespace) = (live.reaper.number, live.site.name);
    Diag::new(
        &META,
        live.reaper.decl.version.span,
        "active",
        format!("the reaper `{number}` of `{namespace}` is `active`, and `{namespace}` runs `{}`", live.jobmon.number),
    )
    .with(running, "this version runs")
    .help(format!(
        "write `reaper \"{}\" namespace=\"{namespace}\"`; or `state=\"draining\"` while runs of `{number}` are left",
        live.jobmon.number
    ))
}
