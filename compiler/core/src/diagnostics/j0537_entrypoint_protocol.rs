//! route on an entrypoint of the other protocol.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0537",
    severity: Severity::Error,
    title: "route on an entrypoint of the other protocol",
    what: "A route over TCP names an entrypoint that speaks UDP, or the other way round.",
    why: "Traefik says that there is no such entrypoint, and serves nothing there.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
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
kind: IngressRoute
metadata: { name: extra }
spec:
  entryPoints: [ web, syslog ]
  routes:
    - kind: Rule
      match: PathPrefix(`/extra`)
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
    workload "sink" image="example/y:1" { port "http" 8080; port "logs" 9000 protocol="udp"; probe "readiness" port="http" tcp=#true; }
    traefik { entrypoint "syslog" port=5140 protocol="udp"; }
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
      match: PathPrefix(`/extra`)
      services: [ { name: jobmon-server, port: 80 } ]
"#,
    fix: "Use `IngressRouteUDP` for UDP and `IngressRoute` for HTTP, each on entrypoints of its own.",
};
