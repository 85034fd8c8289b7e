//! `Ingress` that no Traefik reads.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0566",
    severity: Severity::Warning,
    title: "`Ingress` that no Traefik reads",
    what: "A hand-written manifest has an `Ingress`, and no Traefik of the topology has the provider `kubernetesIngress` with an account that may list it.",
    why: "The Traefiks of `jtc` read `IngressRoute`, and their accounts may read nothing of an `Ingress`: who asks for its host gets a 404. Another controller that reads it would lead past the Traefik of the namespace, and the network policies keep it from the pods.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    manifest "web.yaml"
}
// file: web.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  rules:
    - host: jobmon.example.org
      http:
        paths:
          - path: /api
            pathType: Prefix
            backend: { service: { name: jobmon-server, port: { number: 80 } } }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    route "web" host="jobmon.example.org" path="/api" to="server"
}
"#,
    fix: "Write a `route` with the host and the path, or an `IngressRoute` as a manifest, and take the `Ingress` out.",
};
