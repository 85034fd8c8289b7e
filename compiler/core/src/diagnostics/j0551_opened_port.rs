//! port or address outside that is not Traefik's.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0551",
    severity: Severity::Error,
    title: "port or address outside that is not Traefik's",
    what: "A Service with a port of every node or an address outside leads to other pods than those of Traefik, or pods use the network or a port of their node.",
    why: "Who is outside would reach the pods past Traefik, its routes and its middlewares.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    manifest "extra.yaml"
}
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: direct }
spec: { type: NodePort, selector: { app: jobmon-server }, ports: [ { name: http, port: 80, targetPort: http } ] }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    manifest "extra.yaml"
}
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: direct }
spec: { type: ClusterIP, selector: { app: jobmon-server }, ports: [ { name: http, port: 80, targetPort: http } ] }
"#,
    fix: "Let Traefik be the only one with an address outside, and a `route` lead to the program.",
};
