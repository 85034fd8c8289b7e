//! Service of another namespace named past its Traefik.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0549",
    severity: Severity::Error,
    title: "Service of another namespace named past its Traefik",
    what: "A variable, an argument, a file or a manifest names a Service of another namespace, by its name or its address.",
    why: "Everything between namespaces goes by the Traefik of the other one: the policies refuse this way, and where there are none it goes around routes, rights and logs.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
secret "db2" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "next" external="mysql" secret="db2" name="next"
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.6.0" namespace="other"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "other" version="3.6.0" database="next" {
    workload "report" image="example/report:1" {
        env "JOBMON_URL" "http://jobmon-server.jobmon.svc/api/v3"
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
secret "db2" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "next" external="mysql" secret="db2" name="next"
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.6.0" namespace="other"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "other" version="3.6.0" database="next" {
    workload "report" image="example/report:1" {
        connect "jobmon/server" url-env="JOBMON_URL"
    }
}
"#,
    fix: "Say `connect` instead, which gives the program the host and the port, and both ends their policies.",
};
