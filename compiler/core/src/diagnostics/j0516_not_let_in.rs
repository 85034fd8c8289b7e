//! program that no policy lets others reach.

use super::prelude::*;
use crate::network::Origin;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0516",
    severity: Severity::Error,
    title: "program that no policy lets others reach",
    what: "Network policies are about a program, and none lets in who must reach it.",
    why: "Connections to it would time out, without a word in any log.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; network-policies #false; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" { manifest "policy.yaml"; }
// file: policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: own }
spec:
  podSelector: { matchLabels: { app: traefik } }
  policyTypes: [Ingress]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; network-policies #false; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" { manifest "policy.yaml"; }
// file: policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: own }
spec:
  podSelector: { matchLabels: { app: traefik } }
  policyTypes: [Ingress]
  ingress:
  - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: jobmon-reapers } } }]
"#,
    fix: "Leave policies to `jtc`, which writes both ends, or let the callers in in your own.",
};

/// A Service for clients outside, whom no policy lets in to the Traefik behind it.
pub(crate) fn outside(service: &Origin, clause: &str, traefik: &Origin, port: u16) -> Diag {
    let diag = Diag::new(
        &META,
        service.source,
        "nobody gets in by it",
        format!(
            "`{}` {clause}, and no policy lets anybody from outside in to port {port} of the pods of `{}`",
            service.id, traefik.id.name
        ),
    );
    let diag = if traefik.source == service.source { diag } else { diag.with(traefik.source, "these pods") };
    diag.help(format!(
        "write `load-balancer` inside `traefik` instead, and `jtc` writes the Service and the policy; or let a `NetworkPolicy` as a \
         `manifest` let the addresses of the clients in to port {port}"
    ))
}
