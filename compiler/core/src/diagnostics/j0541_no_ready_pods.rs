//! route to a Service without pods.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0541",
    severity: Severity::Warning,
    title: "route to a Service without pods",
    what: "A hand-written route leads to a Service that selects none of the pods that the topology makes.",
    why: "Traefik answers 503 until somebody makes pods with these labels.",
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
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: extra }
spec:
  entryPoints: [ web ]
  routes:
    - kind: Rule
      match: PathPrefix(`/extra`)
      services: [ { name: other, port: 80 } ]
---
apiVersion: v1
kind: Service
metadata: { name: other }
spec: { selector: { app: jobmon-sever }, ports: [ { name: http, port: 80, targetPort: http } ] }
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
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: extra }
spec:
  entryPoints: [ web ]
  routes:
    - kind: Rule
      match: PathPrefix(`/extra`)
      services: [ { name: other, port: 80 } ]
---
apiVersion: v1
kind: Service
metadata: { name: other }
spec: { selector: { app: jobmon-server }, ports: [ { name: http, port: 80, targetPort: http } ] }
"#,
    fix: "Let the selector of the Service be the labels of pods that have the port.",
};
