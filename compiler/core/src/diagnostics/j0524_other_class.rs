//! route that Traefik leaves to another.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0524",
    severity: Severity::Error,
    title: "route that Traefik leaves to another",
    what: "The ingress class or the labels of a route are not those that the Traefik of its namespace takes.",
    why: "Traefik leaves such a route out without a word, and answers 404.",
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
  ingressClassName: nginx
  routes:
    - kind: Rule
      match: PathPrefix(`/extra`)
      services: [ { name: jobmon-server, port: 80 } ]
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
"#,
    fix: "Take the class out of the route, or make it the one that Traefik wants.",
};
