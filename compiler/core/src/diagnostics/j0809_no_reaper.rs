//! running version without a reaper.

use super::prelude::*;
use crate::model::declared::Reaper;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0809",
    severity: Severity::Error,
    title: "running version without a reaper",
    what: "A namespace runs a version of Jobmon, and no reaper ends the runs of that version in its database.",
    why: "A run whose client is gone stays as it is for ever: nobody is told, and its users can not resume it.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
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
    fix: "Add a reaper of that version to `reapers`.",
};

/// A version that nobody reaps, and the reaper that once did.
pub(crate) fn diag(
    (namespace, at): (&str, Span),
    number: &str,
    place: Span,
    retired: Option<&Reaper>,
    elsewhere: Option<&Reaper>,
) -> Diag {
    let diag = Diag::new(
        &META,
        place,
        "this version runs here",
        format!("nothing reaps the runs of version `{number}` in namespace `{namespace}`"),
    );
    let missing = format!("write into `reapers`: `reaper \"{number}\" namespace=\"{namespace}\"`");
    match (retired, elsewhere) {
        (Some(reaper), _) => diag
            .with(reaper.state.span, "its reaper is retired")
            .help("write `state=\"active\"`, or `state=\"draining\"`, until another version runs in the namespace"),
        (None, Some(reaper)) => diag
            .with(reaper.namespace.span, "the reaper of this version asks another namespace")
            .help(format!("{missing}; or mend `namespace=` of the one that asks another namespace")),
        (None, None) => diag.with(at, "this namespace needs a reaper").help(missing),
    }
}

/// A reaper that has no pods.
pub(crate) fn stopped(number: &str, namespace: &str, replicas: Span) -> Diag {
    Diag::new(
        &META,
        replicas,
        "no pods",
        format!("nothing reaps the runs of version `{number}` in namespace `{namespace}`: its reaper has no pods"),
    )
    .help("take `replicas` out: a reaper has one pod; `state=\"retired\"` is for one that has nothing left to reap")
}
