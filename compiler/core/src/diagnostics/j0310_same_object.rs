//! two make the same object.

use super::prelude::*;
use crate::model::object::{Object, ObjectId};

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0310",
    severity: Severity::Error,
    title: "two make the same object",
    what: "Two things in the topology become an object of the same kind, namespace and name.",
    why: "The second apply would overwrite the first, in silence.",
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
namespace "jobmon" version="3.3.1" database="prod" { workload "jobmon-server" image="example/x:1"; }
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
namespace "jobmon" version="3.3.1" database="prod" { workload "other" image="example/x:1"; }
"#,
    fix: "Give one of them another name.",
};

/// An object that is there already, made by `component`.
pub(crate) fn diag(object: &Object, first: Span, component: &str) -> Diag {
    Diag::new(&META, object.source, "makes it again", format!("`{}` is made twice", object.id))
        .with(first, format!("`{component}` makes it first"))
        .help("give one of the two another name")
}

/// An object of the cluster that is there already.
pub(crate) fn global(id: &ObjectId, again: Span, first: Span) -> Diag {
    Diag::new(&META, again, "makes it again", format!("`{id}` is made twice"))
        .with(first, "makes it first")
        .help("give one of the two another name, or remove one")
}
