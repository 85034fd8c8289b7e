//! program that is told another address.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0511",
    severity: Severity::Error,
    title: "program that is told another address",
    what: "A program has to reach something, and its variables or files name another host, port or path.",
    why: "It would ask somebody else, or nobody. That shows as an error of the program, long after the deployment.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "tools" {
    workload "report" image="example/report:1" {
        env "JOBMON_HOST" "jobmon.example.org"
        connect "jobmon/server" host-env="JOBMON_HOST" port-env="JOBMON_PORT"
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "tools" {
    workload "report" image="example/report:1" {
        connect "jobmon/server" host-env="JOBMON_HOST" port-env="JOBMON_PORT"
    }
}
"#,
    fix: "Leave the variable that `connect` names to `jtc`; to reach something outside, declare it with `external` and connect to that.",
};

/// A program that is told another port of its database; `external` is its name and its
/// port.
pub(crate) fn database(program: &str, place: Span, said: &str, external: (&str, u16)) -> Diag {
    let (name, port) = external;
    Diag::new(
        &META,
        place,
        "another port",
        format!("`{program}` is told the port `{said}` of its database, and that of the `external` `{name}` is {port}, to which policies let it"),
    )
    .help(format!("take it out, or say the port in `external \"{name}\"`: `jtc` tells it to all who need it"))
}
