//! Elastic stack without Elasticsearch.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0702",
    severity: Severity::Error,
    title: "Elastic stack without Elasticsearch",
    what: "A stack has components that write to Elasticsearch or read from it, and Elasticsearch is not one of them.",
    why: "They would wait for it for ever: each namespace has its own, and none is shared.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { kibana; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch; kibana; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Add `elasticsearch` to the stack.",
};

/// A stack, and the first of its components.
pub(crate) fn diag(stack: Span, component: Option<(&str, Span)>) -> Diag {
    let diag = match component {
        Some((name, place)) => Diag::new(
            &META,
            place,
            "needs Elasticsearch",
            format!("`{name}` has no Elasticsearch: the stack lacks `elasticsearch`"),
        )
        .with(stack, "of this stack"),
        None => Diag::new(&META, stack, "nothing in it", "the stack lacks `elasticsearch`"),
    };
    diag.help("write `elasticsearch` into the `elk`")
}
