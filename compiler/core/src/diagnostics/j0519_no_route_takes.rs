//! request that no route takes.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0519",
    severity: Severity::Error,
    title: "request that no route takes",
    what: "No route that Traefik serves takes what somebody asks for.",
    why: "Traefik would answer 404. Requests through an alias name the alias as their host, as in `traefik-jobmon`.",
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
            "--providers.kubernetescrd.namespaces=jobmon" \
            "--providers.kubernetescrd.disableclusterscoperesources=true" \
            "--providers.kubernetescrd.allowemptyservices=true" \
            "--entrypoints.web.address=:10080" \
            "--entrypoints.traefik.address=:8080" \
            "--ping=true" \
            "--providers.kubernetescrd.ingressclass=internal"
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
"#,
    fix: "Add a route for it, or mend the one that should take it.",
};
