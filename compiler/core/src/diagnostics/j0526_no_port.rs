//! route to a port that the Service has not.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0526",
    severity: Severity::Error,
    title: "route to a port that the Service has not",
    what: "A route leads to a port of a Service, by number or by name, that the Service does not have.",
    why: "Traefik leaves the whole route out and answers 404.",
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
      services: [ { name: jobmon-server, port: 8080 } ]
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
      services: [ { name: jobmon-server, port: http } ]
"#,
    fix: "Write a port of the Service, not of its pods.",
};
