//! TLS without a certificate.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0555",
    severity: Severity::Warning,
    title: "TLS without a certificate",
    what: "A hand-written route has `tls`, and neither it nor the Traefik names a certificate.",
    why: "Traefik makes one up, which no client trusts.",
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
  tls: {}
  routes:
    - kind: Rule
      match: Host(`a.example.org`)
      services: [ { name: jobmon-server, port: 80 } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
secret "cert" { keys "tls.crt" "tls.key"; }
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
  tls: { secretName: cert }
  routes:
    - kind: Rule
      match: Host(`a.example.org`)
      services: [ { name: jobmon-server, port: 80 } ]
"#,
    fix: "Name a Secret with `tls.crt` and `tls.key`.",
};
