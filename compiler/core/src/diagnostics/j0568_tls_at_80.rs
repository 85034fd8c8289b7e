//! Route with TLS at port 80.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0568",
    severity: Severity::Warning,
    title: "route with TLS at port 80",
    what: "A route has TLS, and a load balancer has its entrypoint at port 80 alone.",
    why: "Who asks for `https://` comes to port 443, where nothing answers. Who asks for `http://` comes to port 80 without TLS, and Traefik keeps routes with TLS from plain requests: each is a 404, or goes to another route.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "ips" addresses="10.0.0.16/28"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "cert" { keys "tls.crt" "tls.key"; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { load-balancer pool="ips"; }
    route "api" host="jobmon.example.org" path="/api" tls="cert" to="server"
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
    fix: "Give Traefik an entrypoint at port 443, and name it in the route.",
};
