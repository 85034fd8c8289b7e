//! rule of a manifest that Traefik refuses.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0532",
    severity: Severity::Error,
    title: "rule of a manifest that Traefik refuses",
    what: "The rule of a hand-written route is not one of Traefik v3.",
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
      match: Hots(`a.example.org`)
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
      match: Host(`a.example.org`)
      services: [ { name: jobmon-server, port: 80 } ]
"#,
    fix: "Mend the rule where the message points: matchers with values in backticks, joined by `&&`, `||`, `!` and parentheses.",
};
