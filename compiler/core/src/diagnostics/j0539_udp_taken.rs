//! two UDP routes on one entrypoint.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0539",
    severity: Severity::Error,
    title: "two UDP routes on one entrypoint",
    what: "Two hand-written UDP routes are on one entrypoint.",
    why: "UDP has no rules: one of them gets everything, and the other nothing.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; network-policies #false; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "sink" image="example/y:1" { port "http" 8080; port "logs" 9000 protocol="udp"; probe "readiness" port="http" tcp=#true; }
    traefik { entrypoint "syslog" port=5140 protocol="udp"; }
    manifest "extra.yaml"
}
// file: extra.yaml
apiVersion: traefik.io/v1alpha1
kind: IngressRouteUDP
metadata: { name: a }
spec:
  entryPoints: [ syslog ]
  routes: [ { services: [ { name: sink, port: 9000 } ] } ]
---
apiVersion: traefik.io/v1alpha1
kind: IngressRouteUDP
metadata: { name: b }
spec:
  entryPoints: [ syslog ]
  routes: [ { services: [ { name: sink, port: 9000 } ] } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; network-policies #false; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "sink" image="example/y:1" { port "http" 8080; port "logs" 9000 protocol="udp"; probe "readiness" port="http" tcp=#true; }
    traefik { entrypoint "syslog" port=5140 protocol="udp"; }
    manifest "extra.yaml"
}
// file: extra.yaml
apiVersion: traefik.io/v1alpha1
kind: IngressRouteUDP
metadata: { name: a }
spec:
  entryPoints: [ syslog ]
  routes: [ { services: [ { name: sink, port: 9000 } ] } ]
"#,
    fix: "Keep one, and open an entrypoint for the other.",
};
