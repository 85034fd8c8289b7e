//! address that nothing has.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0513",
    severity: Severity::Error,
    title: "address that nothing has",
    what: "The name or the port by which a program is reached is none that a Service has.",
    why: "The connection would be refused or time out, whatever the pods do.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
elk "logs" version="8.19.3" { elasticsearch nodes=1 { storage "10Gi"; }; kibana; }
namespace "jobmon" version="3.6.0" database="prod" elk="logs" {
    elk { elasticsearch { port "http" 9201; env "http.port" "9201"; }; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
elk "logs" version="8.19.3" { elasticsearch nodes=1 { storage "10Gi"; }; kibana; }
namespace "jobmon" version="3.6.0" database="prod" elk="logs"
"#,
    fix: "Leave the ports of built-in components as they are, since the others are told of them.",
};
