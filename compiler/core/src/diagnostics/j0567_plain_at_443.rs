//! Route without TLS at port 443.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0567",
    severity: Severity::Warning,
    title: "route without TLS at port 443",
    what: "A route is on an entrypoint that a load balancer has at port 443, and neither the route nor the entrypoint has TLS.",
    why: "Who asks for `https://` speaks TLS at port 443. A Traefik takes the connection with a certificate of its own making, and then tries the routes with TLS alone: with none, every request is a 404.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "ips" addresses="10.0.0.16/28"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "cert" { keys "tls.crt" "tls.key"; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { entrypoint "websecure" port=443; load-balancer pool="ips"; }
    route "api" entrypoint="websecure" host="jobmon.example.org" path="/api" to="server"
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "ips" addresses="10.0.0.16/28"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "cert" { keys "tls.crt" "tls.key"; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { entrypoint "websecure" port=443; load-balancer pool="ips"; }
    route "api" entrypoint="websecure" host="jobmon.example.org" path="/api" tls="cert" to="server"
}
"#,
    fix: "Give the route `tls` with a Secret that has certificate and key, or move it to an entrypoint at another port.",
};
