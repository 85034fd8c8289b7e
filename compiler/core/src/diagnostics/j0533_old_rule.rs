//! rule of a manifest in the syntax of Traefik v2.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0533",
    severity: Severity::Error,
    title: "rule of a manifest in the syntax of Traefik v2",
    what: "The rule of a hand-written route is written for Traefik v2.",
    why: "Traefik v3 switches the route off and answers 404.",
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
      match: Host(`a.example.org`, `b.example.org`)
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
      match: Host(`a.example.org`) || Host(`b.example.org`)
      services: [ { name: jobmon-server, port: 80 } ]
"#,
    fix: "Write the rule as the message has it, for Traefik v3.",
};
