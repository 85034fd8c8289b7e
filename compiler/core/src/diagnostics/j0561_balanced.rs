//! address of a load balancer in a text.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0561",
    severity: Severity::Warning,
    title: "address of a load balancer in a text",
    what: "A text of a program names the address of the load balancer of another namespace, to which it has no `connect`; or an `external` that programs reach has the host of a route behind a load balancer.",
    why: "From pods such an address leads to the Traefik of that namespace at once, without leaving the cluster. So the network policies of both ends decide, and these let nobody through who has no `connect`.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "ips" addresses="10.20.0.16/29"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { load-balancer pool="ips" address="10.20.0.17"; }
}
namespace "tools" {
    workload "report" image="example/report:1" { env "URL" "http://10.20.0.17/"; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "ips" addresses="10.20.0.16/29"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik { load-balancer pool="ips" address="10.20.0.17"; }
}
namespace "tools" {
    workload "report" image="example/report:1" { connect "jobmon/server" url-env="URL"; }
}
"#,
    fix: "Say `connect` with the component that is asked for. Where the text is for browsers of people, name the host of a `route` instead.",
};
