//! Traefik that can't see its routes.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0517",
    severity: Severity::Error,
    title: "Traefik that can't see its routes",
    what: "Traefik watches something that its account may not read.",
    why: "It then serves no route at all: every request gets 404 while `/ping` answers 200, and only a line on standard error says why.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik {
        args \
            "--providers.kubernetescrd=true" \
            "--providers.kubernetescrd.namespaces=jobmon,tools" \
            "--providers.kubernetescrd.disableclusterscoperesources=true" \
            "--providers.kubernetescrd.allowemptyservices=true" \
            "--entrypoints.web.address=:10080" \
            "--entrypoints.traefik.address=:8080" \
            "--ping=true"
    }
}
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik {
        args \
            "--providers.kubernetescrd=true" \
            "--providers.kubernetescrd.namespaces=jobmon" \
            "--providers.kubernetescrd.disableclusterscoperesources=true" \
            "--providers.kubernetescrd.allowemptyservices=true" \
            "--entrypoints.web.address=:10080" \
            "--entrypoints.traefik.address=:8080" \
            "--ping=true"
    }
}
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "Leave the arguments of Traefik to `jtc`: it watches its own namespace, and may read just that.",
};
