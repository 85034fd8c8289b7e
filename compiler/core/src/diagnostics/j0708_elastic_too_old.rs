//! Elastic stack that is too old.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0708",
    severity: Severity::Error,
    title: "Elastic stack that is too old",
    what: "The stack is older than 7.8.",
    why: "Elasticsearch has index templates of the present kind only since 7.8; the Job that prepares it would be refused, and Logstash would wait for ever.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="7.7.1" { elasticsearch; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="7.17.29" { elasticsearch; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Use 7.17 or later. Data goes from 7.x to 8 only by way of 7.17, and to 9 only by way of 8.19.",
};

/// The version of a stack.
pub(crate) fn diag(place: Span, version: &str) -> Diag {
    Diag::new(
        &META,
        place,
        "older than 7.8",
        format!("version `{version}` of the Elastic stack is too old: it has no composable index templates"),
    )
    .help("use 7.17 or later")
}
