//! reference to an object of Traefik's that is not there.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0531",
    severity: Severity::Error,
    title: "reference to an object of Traefik's that is not there",
    what: "A route names a TraefikService, a ServersTransport, a TLSOption or a parent that is not there, or that leads nowhere.",
    why: "Traefik switches the route off and answers 404.",
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
      services: [ { name: splt, kind: TraefikService } ]
---
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: { name: split }
spec: { weighted: { services: [ { name: jobmon-server, port: 80, weight: 1 } ] } }
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
      services: [ { name: split, kind: TraefikService } ]
---
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: { name: split }
spec: { weighted: { services: [ { name: jobmon-server, port: 80, weight: 1 } ] } }
"#,
    fix: "Mend the name, or add the object to the namespace of the route.",
};
