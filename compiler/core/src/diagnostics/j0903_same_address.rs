//! address asked for twice.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0903",
    severity: Severity::Error,
    title: "address asked for twice",
    what: "Two load balancers ask for the same address, or one asks for its address twice.",
    why: "Both want the same ports: the second would stay at `<pending>`.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "p" addresses="10.0.0.1-10.0.0.4"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "db2" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "a" external="mysql" secret="db" name="a"
database "b" external="mysql" secret="db2" name="b"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "one" version="3.3.1" database="a" { traefik { load-balancer pool="p" address="10.0.0.2"; }; }
namespace "two" version="3.3.1" database="b" { traefik { load-balancer pool="p" address="10.0.0.2"; }; }
reapers "jobmon-reapers" {
    slack external="slack" secret="hooks"
    reaper "3.3.1" namespace="one"
    reaper "3.3.1" namespace="two"
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "p" addresses="10.0.0.1-10.0.0.4"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "db2" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "a" external="mysql" secret="db" name="a"
database "b" external="mysql" secret="db2" name="b"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "one" version="3.3.1" database="a" { traefik { load-balancer pool="p" address="10.0.0.2"; }; }
namespace "two" version="3.3.1" database="b" { traefik { load-balancer pool="p" address="10.0.0.3"; }; }
reapers "jobmon-reapers" {
    slack external="slack" secret="hooks"
    reaper "3.3.1" namespace="one"
    reaper "3.3.1" namespace="two"
}
"#,
    fix: "Give each its own address.",
};

/// An address that is taken.
pub(crate) fn diag(address: &At<String>, first: Span) -> Diag {
    Diag::new(&META, address.span, "again here", format!("two load balancers ask for {}", address.value))
        .with(first, "first here")
        .help("give each its own `address`, or leave it out to take any of the pool")
}
