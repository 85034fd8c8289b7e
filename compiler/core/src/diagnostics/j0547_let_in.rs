//! pods that others may reach past Traefik.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0547",
    severity: Severity::Error,
    title: "pods that others may reach past Traefik",
    what: "A policy lets in pods or addresses of elsewhere that nobody needs there, or no policy is about some pods.",
    why: "Whatever comes from another namespace or from outside must come by an entrypoint of Traefik. Two items of `from` mean \"or\": a `namespaceSelector` in an item of its own lets in every pod there.",
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: report }
spec:
  podSelector: { matchLabels: { app: jobmon-server } }
  policyTypes: [ Ingress ]
  ingress:
    - from: [ { namespaceSelector: {} }, { podSelector: { matchLabels: { app: report } } } ]
      ports: [ { port: 8070 } ]
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: report }
spec:
  podSelector: { matchLabels: { app: jobmon-server } }
  policyTypes: [ Ingress ]
  ingress:
    - from: [ { podSelector: { matchLabels: { app: report } } } ]
      ports: [ { port: 8070 } ]
"#,
    fix: "Let in pods of the namespace only; who is elsewhere says `connect`, and comes in by Traefik.",
};
