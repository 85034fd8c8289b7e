//! Address of an external without a `connect`.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0565",
    severity: Severity::Error,
    title: "address of an external without a `connect` to it",
    what: "A variable, an argument or a file that the topology gives a program names the host of an `external`, and nothing lets the program reach it there: it has no `connect` to it, or asks at another port. Comments and links of the web in files don't count, nor variables for others, as `CORS_ORIGINS`, nor what a program asks a proxy for, by `HTTPS_PROXY`; hand-written policies do, and where there are policies of Cilium or Calico nothing is said.",
    why: "Pods may talk to whom the topology says, and to nobody else, outside of the cluster as well: the network policies drop what comes without a `connect`, and the program waits until its request times out.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "archive" host="archive.example.org" port=443
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "report" image="example/report:1" { env "ARCHIVE" "https://archive.example.org/2026"; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "archive" host="archive.example.org" port=443
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "report" image="example/report:1" { connect "archive"; env "ARCHIVE" "https://archive.example.org/2026"; }
}
"#,
    fix: "Write `connect` with the name of the external, and leave the address as it is; or let `host-env`, `port-env` or `url-env` of that `connect` say it. A host with two ports is two externals.",
};
