//! port that no entrypoint of Traefik has.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0518",
    severity: Severity::Error,
    title: "port that no entrypoint of Traefik has",
    what: "What arrives at a port of Traefik's Service reaches a port at which Traefik has no entrypoint, or one of the other protocol.",
    why: "The connection would be refused, or never be answered.",
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
            "--entrypoints.web.address=:9999" \
            "--entrypoints.traefik.address=:8080" \
            "--ping=true"
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
    fix: "Say entrypoints with `entrypoint` inside `traefik`, and leave its arguments to `jtc`.",
};
