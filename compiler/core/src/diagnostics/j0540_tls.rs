//! TLS that Traefik refuses.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0540",
    severity: Severity::Error,
    title: "TLS that Traefik refuses",
    what: "A Secret for TLS has not what it must have, TLS options have a value that is none, or two routes serve one host with different ones.",
    why: "Traefik leaves the route out, or takes its default options instead.",
    wrong: r#"edition 1
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
  tls: { secretName: cert, options: { name: strict } }
  routes:
    - kind: Rule
      match: Host(`a.example.org`)
      services: [ { name: jobmon-server, port: 80 } ]
---
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata: { name: strict }
spec: { cipherSuites: [ AES ] }
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
  tls: { secretName: cert, options: { name: strict } }
  routes:
    - kind: Rule
      match: Host(`a.example.org`)
      services: [ { name: jobmon-server, port: 80 } ]
---
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata: { name: strict }
spec: { cipherSuites: [ TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 ] }
"#,
    fix: "Mend the options or the Secret, and give the routes of one host the same.",
};
