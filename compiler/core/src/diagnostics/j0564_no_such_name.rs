//! Name that no Service of the namespace has.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0564",
    severity: Severity::Error,
    title: "name that nothing in the namespace has",
    what: "A URL that the topology gives a program has the name of a Service of another namespace, or of an alias that isn't there, or, in a variable or an argument, a name of one word that is neither a Service nor an `external`; or a full name of the cluster, in a namespace that the topology doesn't know, and no policy lets the program there.",
    why: "A name without a namespace means a Service of the program's own namespace. There is none, so that the cluster's DNS knows no such name. What is in another namespace is asked for at its Traefik, by the alias that `connect` makes; what is outside of the cluster is let through by the network policies where an `external` names it.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "tools" {
    workload "report" image="example/report:1" { env "API" "http://jobmon-server/api/v3"; }
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
namespace "tools" {
    workload "report" image="example/report:1" { connect "jobmon/server" url-env="API"; }
}
"#,
    fix: "Write `connect` with the component, with its namespace before it if that is another, or with the name of an `external`, and let `url-env`, or `host-env` and `port-env`, say the address.",
};
