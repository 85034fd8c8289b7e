//! route with a middleware that is not there.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0529",
    severity: Severity::Error,
    title: "route with a middleware that is not there",
    what: "A route, or a chain on its way, names a middleware that the namespace does not have.",
    why: "Traefik switches the route off and answers 404; only its log and its API say so.",
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
      services: [ { name: jobmon-server, port: 80 } ]
      middlewares: [ { name: both } ]
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: both }
spec: { chain: { middlewares: [ { name: slm } ] } }
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: slim }
spec: { compress: {} }
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
      services: [ { name: jobmon-server, port: 80 } ]
      middlewares: [ { name: both } ]
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: both }
spec: { chain: { middlewares: [ { name: slim } ] } }
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: slim }
spec: { compress: {} }
"#,
    fix: "Mend the name, or add the middleware to the namespace of the route.",
};
