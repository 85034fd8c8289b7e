//! route for a host that nobody outside can reach.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0553",
    severity: Severity::Warning,
    title: "route for a host that nobody outside can reach",
    what: "A route is for a host, on an entrypoint that the load balancer of its Traefik does not expose.",
    why: "Clients outside get no connection; the route itself is well.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { entrypoint "metrics" port=9100; }
    route "metrics" entrypoint="metrics" host="metrics.example.org" to="server"
    manifest "extra.yaml"
}
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: public }
spec: { type: LoadBalancer, selector: { app: traefik }, ports: [ { name: web, port: 80, targetPort: web } ] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: public }
spec:
  podSelector: { matchLabels: { app: traefik } }
  policyTypes: [ Ingress ]
  ingress:
    - from: [ { ipBlock: { cidr: 0.0.0.0/0 } } ]
      ports: [ { port: 10080 }, { port: 9100 } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { entrypoint "metrics" port=9100; }
    route "metrics" entrypoint="metrics" host="metrics.example.org" to="server"
    manifest "extra.yaml"
}
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: public }
spec: { type: LoadBalancer, selector: { app: traefik }, ports: [ { name: web, port: 80, targetPort: web }, { name: metrics, port: 9100, targetPort: metrics } ] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: public }
spec:
  podSelector: { matchLabels: { app: traefik } }
  policyTypes: [ Ingress ]
  ingress:
    - from: [ { ipBlock: { cidr: 0.0.0.0/0 } } ]
      ports: [ { port: 10080 }, { port: 9100 } ]
"#,
    fix: "Add the port to the load balancer, or move the route.",
};
