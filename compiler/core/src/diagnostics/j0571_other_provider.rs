//! provider that the proof does not read.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0571",
    severity: Severity::Warning,
    title: "provider that the proof does not read",
    what: "An argument of Traefik switches on a provider of routes besides that of its own kinds of objects, as `file` or `kubernetesGateway`.",
    why: "The routes of a provider stand beside all others, and one of a higher priority takes their requests. The proof reads the objects of the cluster alone, so what it says holds without them.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik {
        args "--providers.file.filename=/etc/traefik/routes.yaml"
        config-file "/etc/traefik/routes.yaml" "http: {}"
    }
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
    workload "notice" image="example/notice:1" { port "http" 8080; }
    route "notice" path="/notice" to="notice"
}
"#,
    fix: "Write the routes as `route`, or as an `IngressRoute` in a `manifest`, and take the argument out.",
};
