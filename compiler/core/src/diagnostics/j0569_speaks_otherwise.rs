//! Pods that are spoken with as they don't speak.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0569",
    severity: Severity::Error,
    title: "TLS with pods that fails",
    what: "A route lets Traefik speak `https` or `h2c`, or a program is told an address of `https`, and the pods there speak HTTP/1.1 without TLS: those of Jobmon's server and its GUI, where neither a Secret nor a variable or an argument of theirs is about TLS. Or a route leads to a port that is called `https` or is 443, which Traefik asks over TLS, and nothing says how it is to take the certificate: it asks pods by their addresses.",
    why: "Traefik accepts it, and answers with an error to each request, 500 or 502; the program gets no answer that it understands. TLS ends at Traefik: inside a namespace `http` is spoken.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "ips" addresses="10.0.0.16/28"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { load-balancer pool="ips"; }
    manifest "old-name.yaml"
}
// file: old-name.yaml
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: old-name }
spec:
  entryPoints: [ web ]
  routes:
    - match: Host(`old.example.org`)
      kind: Rule
      services: [ { name: jobmon-server, port: 80, scheme: https } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "ips" addresses="10.0.0.16/28"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { load-balancer pool="ips"; }
    manifest "old-name.yaml"
}
// file: old-name.yaml
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: old-name }
spec:
  entryPoints: [ web ]
  routes:
    - match: Host(`old.example.org`)
      kind: Rule
      services: [ { name: jobmon-server, port: 80 } ]
"#,
    fix: "Write `http` in the address. In a route take `scheme` out, or write `scheme: http`. Without a `scheme` Traefik speaks `https` where the port of the Service is 443, or has a name that starts with `https`. Where the pods do speak TLS, name a `ServersTransport` in a route by hand, with `serverName` and `rootCAs`, or say `--serverstransport.…` in the `args` of `traefik`.",
};
