//! number of Elasticsearch nodes without a majority.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0701",
    severity: Severity::Error,
    title: "number of Elasticsearch nodes without a majority",
    what: "Elasticsearch has an even number of nodes.",
    why: "A cluster works while more than half of its nodes agree. Of two nodes none may be lost, which is worse than one node; of four, no more than of three.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch nodes=2; }
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
    fix: "Write 1, or an odd number of at least 3.",
};

/// An even number, and the place that says it.
pub(crate) fn diag(place: Span, nodes: u32) -> Diag {
    let more = nodes.saturating_add(1);
    let fewer = if nodes == 2 { 1 } else { nodes.saturating_sub(1) };
    Diag::new(
        &META,
        place,
        "an even number",
        format!("{nodes} Elasticsearch nodes survive no more failures than {fewer}"),
    )
    .help(format!("write `nodes={fewer}` or `nodes={more}`"))
}
