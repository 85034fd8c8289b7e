//! reaper with more than one pod.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0813",
    severity: Severity::Error,
    title: "reaper with more than one pod",
    what: "A reaper has more than one replica.",
    why: "The pods have no lock: both end the same runs, messages come twice, and one may overwrite a newer status that the other has set.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon" { replicas 2; }; }
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
    fix: "Remove `replicas`: a reaper is one pod.",
};

/// A reaper with more than one pod.
pub(crate) fn diag(number: &str, place: Span) -> Diag {
    Diag::new(
        &META,
        place,
        "more than one",
        format!("reaper `{number}` would run in more than one pod"),
    )
    .help("remove `replicas`; a reaper is one pod, and has little to do")
}

/// A reaper that would overlap itself at a change.
pub(crate) fn rolling(number: &str, place: Span) -> Diag {
    Diag::new(
        &META,
        place,
        "starts the new pod beside the old one",
        format!("reaper `{number}` would run in two pods at each change"),
    )
    .help("remove `strategy`; a reaper's old pod ends before the new one starts")
}
