//! Address with a port that its Service hasn't.

use super::closed::Address;
use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0563",
    severity: Severity::Error,
    title: "address with a port that its Service hasn't",
    what: "A variable, an argument or a file that the topology gives a program names a Service with a port that the Service hasn't. `http` without a port means 80, and `https` means 443.",
    why: "A Service answers at its own ports alone: nobody answers at another, whatever the pods listen on, and the program waits until its request times out.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "report" image="example/report:1" { connect "server"; env "API" "http://jobmon-server:8070/api/v3"; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "report" image="example/report:1" { connect "server" url-env="API"; }
}
"#,
    fix: "Let `connect` say the address with `url-env`, or with `host-env` and `port-env`; or write a port that the Service has.",
};

/// A Redis that Traefik is to count requests in, without a port, or in its own pods.
pub(crate) fn redis(told: &Address<'_>, port: Option<u16>) -> Diag {
    let clause = match port {
        None => " without a port, at which nothing can be asked",
        Some(_) => " by its `rateLimit`, where no Redis runs: that is its own pod",
    };
    told.diag(&META, clause).help("write the Service of a Redis with its port, as in `redis:6379`, and let `traefik` have a `connect` to it")
}
