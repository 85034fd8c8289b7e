//! URL of what speaks UDP.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0506",
    severity: Severity::Error,
    title: "URL of what speaks UDP",
    what: "A `connect` wants a URL in a variable, and its target speaks UDP.",
    why: "A URL needs TCP: the program would open a connection that nobody answers.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "a" {
    workload "sink" image="example/sink:1" { port "in" 5140 protocol="udp"; }
    workload "x" image="example/x:1" { connect "sink" url-env="SINK_URL"; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "a" {
    workload "sink" image="example/sink:1" { port "in" 5140 protocol="udp"; }
    workload "x" image="example/x:1" { connect "sink" host-env="SINK_HOST" port-env="SINK_PORT"; }
}
"#,
    fix: "Ask for host and port, or name a TCP port of the target.",
};

/// A variable for the URL of something that speaks UDP.
pub(crate) fn diag(url: &At<String>, target: &str) -> Diag {
    Diag::new(
        &META,
        url.span,
        "a URL needs TCP",
        format!("`{target}` speaks UDP here, and has no URL"),
    )
    .help("write `host-env=` and `port-env=`, or name a TCP port with `port=`")
}
