//! Service that leads to no pod, or to the wrong port.

use super::closed::Told;
use super::prelude::*;
use crate::network::{ServicePort, Target};

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0514",
    severity: Severity::Error,
    title: "Service that leads to no pod, or to the wrong port",
    what: "The pods that a Service selects are none, or they don't listen on the port that it leads to.",
    why: "The API server accepts it. Connections are refused, and Traefik answers 503.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
elk "logs" version="8.19.3" { elasticsearch nodes=1 { storage "10Gi"; }; kibana { replicas 0; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="logs"
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
elk "logs" version="8.19.3" { elasticsearch nodes=1 { storage "10Gi"; }; kibana { replicas 1; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="logs"
"#,
    fix: "Give the program behind the Service a pod at least, and leave ports and labels to `jtc`.",
};

/// The address of a Service whose port leads to none that its pods declare.
pub(crate) fn target(told: &Told<'_>, port: &ServicePort) -> Diag {
    let target = match &port.target {
        Target::Name(name) => format!("`{name}`"),
        Target::Number(number) => number.to_string(),
    };
    told.diag(&META, &format!(", whose port {} leads to the port {target} of its pods, and they declare none", port.number))
        .help("let `targetPort` be a port that the containers declare, by its name or its number")
}
