//! replicas of a component that is not scaled so.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0703",
    severity: Severity::Error,
    title: "replicas of a component that is not scaled so",
    what: "`replicas` stands in `elasticsearch`, which is scaled with `nodes`, or asks for more than one Metricbeat.",
    why: "Elasticsearch nodes have to know how many they are when they first start. Each Metricbeat reads all of the database server, so two count everything twice.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch { replicas 3; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch nodes=3; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Write `elasticsearch nodes=3`; leave `replicas` out of `metricbeat`.",
};

/// `replicas` in `elasticsearch`.
pub(crate) fn elasticsearch(place: Span, most: u32) -> Diag {
    let nodes = if most > 1 { most | 1 } else { 1 };
    Diag::new(
        &META,
        place,
        "not here",
        "`elasticsearch` is scaled with `nodes`, not with `replicas`",
    )
    .help(format!("leave `replicas` out, and write `elasticsearch nodes={nodes}`"))
}

/// More than one Metricbeat.
pub(crate) fn metricbeat(place: Span, most: u32) -> Diag {
    Diag::new(
        &META,
        place,
        "more than one",
        format!("{most} of `metricbeat` would write every metric {most} times"),
    )
    .help("leave `replicas` out: one is enough for a database server")
}
