//! Address of a component without a `connect` to it.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0562",
    severity: Severity::Error,
    title: "address of a component without a `connect` to it",
    what: "A variable, an argument or a file that the topology gives a program names a Service, or a port of one, that the program has no `connect` to: in a URL, with a port of the Service, or by its full name. Comments in files don't count, nor variables for others, as `CORS_ORIGINS`.",
    why: "Pods may talk to whom the topology says, and to nobody else: the network policies drop what comes without a `connect`, and the program waits until its request times out.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "report" image="example/report:1" { env "API" "http://jobmon-server:80/api/v3"; }
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
    fix: "Write `connect` with the component. With `url-env`, or `host-env` and `port-env`, the variable is set as well, and the text can go; without them the text stays as it is. A hand-written Service has no `connect`: hand-written policies open the way to it.",
};
