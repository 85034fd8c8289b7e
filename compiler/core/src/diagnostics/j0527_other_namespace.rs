//! route to another namespace.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0527",
    severity: Severity::Error,
    title: "route to another namespace",
    what: "A route names a Service, a middleware or an option of another namespace.",
    why: "The Traefik of a namespace takes nothing of others: it leaves the route out and answers 404. It must be so, as what is in a namespace is reached through its own Traefik.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
secret "db2" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "next" external="mysql" secret="db2" name="next"
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.6.0" namespace="other"; }
namespace "jobmon" version="3.6.0" database="prod" { manifest "extra.yaml"; }
namespace "other" version="3.6.0" database="next"
// file: extra.yaml
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: extra }
spec:
  entryPoints: [ web ]
  routes:
    - kind: Rule
      match: PathPrefix(`/extra`)
      services: [ { name: jobmon-server, namespace: other, port: 80 } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
secret "db2" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "next" external="mysql" secret="db2" name="next"
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.6.0" namespace="other"; }
namespace "jobmon" version="3.6.0" database="prod" { manifest "extra.yaml"; }
namespace "other" version="3.6.0" database="next"
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
    fix: "Keep what a route needs in its namespace; a program that talks to another namespace says `connect`.",
};
