//! address pool that is too small.

use std::net::IpAddr;

use super::prelude::*;
use crate::model::At;
use crate::model::declared::AddressPool;
use crate::text::Cidr;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0902",
    severity: Severity::Error,
    title: "address pool that is too small",
    what: "More load balancers ask for an address of a pool than it has.",
    why: "The last ones would stay at `<pending>`.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "p" addresses="10.0.0.1-10.0.0.1"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "db2" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "a" external="mysql" secret="db" name="a"
database "b" external="mysql" secret="db2" name="b"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "one" version="3.3.1" database="a" { traefik { load-balancer pool="p"; }; }
namespace "two" version="3.3.1" database="b" { traefik { load-balancer pool="p"; }; }
reapers "jobmon-reapers" {
    slack external="slack" secret="hooks"
    reaper "3.3.1" namespace="one"
    reaper "3.3.1" namespace="two"
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; address-pool "p" addresses="10.0.0.1-10.0.0.2"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "db2" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "a" external="mysql" secret="db" name="a"
database "b" external="mysql" secret="db2" name="b"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "one" version="3.3.1" database="a" { traefik { load-balancer pool="p"; }; }
namespace "two" version="3.3.1" database="b" { traefik { load-balancer pool="p"; }; }
reapers "jobmon-reapers" {
    slack external="slack" secret="hooks"
    reaper "3.3.1" namespace="one"
    reaper "3.3.1" namespace="two"
}
"#,
    fix: "Make the pool larger, or give fewer namespaces a load balancer.",
};

/// A pool, how many addresses it has, and who asks for one.
pub(crate) fn small(name: &str, pool: &AddressPool, has: u128, wanted: &[Span]) -> Diag {
    let mut diag = Diag::new(
        &META,
        pool.addresses.span,
        format!("{has} {}", plural(has)),
        format!("the pool `{name}` has {has} {}, and {} load balancers ask for one", plural(has), wanted.len()),
    );
    for span in wanted.iter().take(5) {
        diag = diag.with(*span, "asks for one");
    }
    diag.help("make the pool larger, or leave out a `load-balancer`: the namespaces of this topology can't share an address")
}

fn plural(number: u128) -> &'static str {
    if number == 1 { "address" } else { "addresses" }
}

/// A pool whose addresses can't be read.
pub(crate) fn unreadable(pool: &AddressPool) -> Diag {
    let value = &pool.addresses.value;
    if let Some((first, last)) = turned_round(value) {
        let help = format!("write `addresses=\"{last}-{first}\"`");
        return Diag::new(&META, pool.addresses.span, "ends before it begins", format!("`{value}` begins with its last address"))
            .help(help);
    }
    Diag::new(&META, pool.addresses.span, "not a range", format!("`{value}` is no range of addresses"))
        .help("write `addresses=\"10.20.0.16/29\"` or `addresses=\"10.20.0.16-10.20.0.23\"`; several are joined by commas")
}

/// The two ends of a range that ends before it begins.
fn turned_round(addresses: &str) -> Option<(IpAddr, IpAddr)> {
    let (first, last) = addresses.split_once('-')?;
    let (first, last) = (first.trim().parse::<IpAddr>().ok()?, last.trim().parse::<IpAddr>().ok()?);
    (first.is_ipv4() == last.is_ipv4() && last < first).then_some((first, last))
}

/// Clients of another family than the addresses that they would ask.
pub(crate) fn other_family(name: &str, pool: &AddressPool, (range, span): (&Cidr, Span)) -> Diag {
    Diag::new(
        &META,
        span,
        "of the other family",
        format!("no client can come: {} and the pool `{name}` are of different families, IPv4 and IPv6", shorten(&range.to_string())),
    )
    .with(pool.addresses.span, "has these")
    .help("write ranges of the family that the pool has")
}

/// An address that its pool hasn't.
pub(crate) fn outside(name: &str, pool: &AddressPool, address: &At<String>) -> Diag {
    Diag::new(&META, address.span, "not in the pool", format!("the pool `{name}` doesn't have the address {}", address.value))
        .with(pool.addresses.span, "has these")
        .help("choose an address of the pool, or leave `address` out to take any of it")
}
