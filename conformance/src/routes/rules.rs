//! Rules, good and bad, and the requests to try them with.

use super::random::Random;

/// Hosts of a set, as rules name them.
pub(super) fn hosts(set: usize) -> Vec<String> {
    vec![
        format!("h{set}.test"),
        format!("a.h{set}.test"),
        format!("b.a.h{set}.test"),
        format!("*.h{set}.test"),
        format!("H{set}.Test"),
        format!("h{set}.test."),
        "*".to_owned(),
        "::1".to_owned(),
        "10.1.2.3".to_owned(),
    ]
}

/// Paths as rules name them.
const PATHS: [&str; 14] = [
    "/", "/a", "/a/", "/ab", "/a/b", "/a b", "/é", "/a%2Fb", "/a//b", "/b", "/a/b/c", "/A", "/a.b",
    "/a/../b",
];

/// Hosts as requests name them.
pub(super) fn asked_hosts(set: usize, port: u16) -> Vec<String> {
    vec![
        format!("h{set}.test"),
        format!("a.h{set}.test"),
        format!("b.a.h{set}.test"),
        format!("H{set}.TEST"),
        format!("h{set}.test."),
        format!("h{set}.test:{port}"),
        format!("a.h{set}.test.:80"),
        "[::1]".to_owned(),
        format!("[::1]:{port}"),
        "10.1.2.3".to_owned(),
        "other.test".to_owned(),
    ]
}

/// Targets as requests name them.
pub(super) const TARGETS: [&str; 26] = [
    "/",
    "/a",
    "/a/",
    "/ab",
    "/a/b",
    "/a%20b",
    "/%C3%A9",
    "/a%2Fb",
    "/a%2fb",
    "/a//b",
    "/b",
    "/a/b/c",
    "/A",
    "/a.b",
    "/%61",
    "/a/../b",
    "/a/./b",
    "/a/%2e%2e/b",
    "/a?k=v",
    "/a?k",
    "/a?k=v&k=w",
    "/b?k=%76",
    "/a;x",
    "/a?k=v;l=w",
    "/x'y",
    "/a%3Fb",
];

/// A rule for HTTP.
pub(super) fn http(random: &mut Random, hosts: &[String], own: bool) -> String {
    if random.chance(6) {
        return broken(random, hosts);
    }
    let rule = tree(random, hosts, 3);
    if own {
        // What is served everywhere must not take the requests of others.
        format!("Host(`{}`) && ({rule})", hosts[0])
    } else if random.chance(10) {
        odd(&rule)
    } else {
        rule
    }
}

/// The same in another spelling.
fn odd(rule: &str) -> String {
    match rule.len() % 4 {
        0 => rule.replace(" && ", " &&\n  "),
        1 => format!(" ( {rule} ) "),
        2 => rule.replace("Host(`", "host(`").replace("PathPrefix(", "PATHPREFIX("),
        _ => format!("/* all */ {rule} // end"),
    }
}

fn tree(random: &mut Random, hosts: &[String], depth: usize) -> String {
    if depth == 0 || random.chance(45) {
        return matcher(random, hosts);
    }
    let (left, right) = (tree(random, hosts, depth - 1), tree(random, hosts, depth - 1));
    match random.below(5) {
        0 => format!("!({left})"),
        1 => format!("!({left}) && {right}"),
        2 => format!("({left} || {right})"),
        _ => format!("{left} && {right}"),
    }
}

fn matcher(random: &mut Random, hosts: &[String]) -> String {
    let path = *random.pick(&PATHS);
    let host = random.pick(hosts);
    match random.below(22) {
        0..=4 => format!("Host(`{host}`)"),
        5..=9 => format!("PathPrefix(`{path}`)"),
        10..=12 => format!("Path(`{path}`)"),
        13 => format!("Method(`{}`)", random.pick(&["GET", "post", "PUT"])),
        14 => match random.below(8) {
            0 => "Header(`X-Forwarded-Proto`, `http`)".to_owned(),
            1 => "Header(`x-forwarded-proto`, `https`)".to_owned(),
            2 => format!("Header(`X-Forwarded-Host`, `{}`)", random.pick(hosts)),
            3 => "Header(`X-Real-Ip`, `127.0.0.1`)".to_owned(),
            4 => "HeaderRegexp(`X-Forwarded-Port`, `.`)".to_owned(),
            _ => {
                let name = random.pick(&["X-K", "x-k"]);
                format!("Header(`{name}`, `{}`)", random.pick(&["v", "w"]))
            }
        },
        15 => format!(
            "HeaderRegexp(`X-K`, `{}`)",
            random.pick(&["^v", "w$", "[a-v]", "^(v|w)$", "\\d"])
        ),
        16 => format!("Query(`k`, `{}`)", random.pick(&["v", "w"])),
        17 => "Query(`k`)".to_owned(),
        18 => format!("QueryRegexp(`k`, `{}`)", random.pick(&["^v?$", "w", "."])),
        19 => format!(
            "ClientIP(`{}`)",
            random.pick(&["127.0.0.1", "127.0.0.0/8", "10.0.0.0/8", "::1", "::ffff:127.0.0.1"])
        ),
        20 => format!(
            "PathRegexp(`{}`)",
            random.pick(&[
                "^/a",
                "b$",
                "^/[a-c]{1,2}$",
                "(?i)^/A",
                "/\\w+$",
                "^/a\\b",
                "é",
                "^/a{,2}"
            ])
        ),
        _ => format!(
            "HostRegexp(`{}`)",
            random.pick(&["^h[0-9]+\\.test$", "\\.test$", "^a\\.", "(?i)^H", ".*", "^$", "^\\d"])
        ),
    }
}

/// What Traefik refuses, and what it only seems to.
fn broken(random: &mut Random, hosts: &[String]) -> String {
    let host = &hosts[0];
    match random.below(30) {
        0 => format!("Host(`{host}`, `{}`)", hosts[1]),
        1 => "Method(`GET`, `POST`)".to_owned(),
        2 => "Headers(`X-K`, `v`)".to_owned(),
        3 => "HeadersRegexp(`X-K`, `v`)".to_owned(),
        4 => "HostHeader(`a`)".to_owned(),
        5 => "PathPrefix(`a`)".to_owned(),
        6 => "Path()".to_owned(),
        7 => "Path(``)".to_owned(),
        8 => format!("Host(`{host}`"),
        9 => format!("Host({host})"),
        10 => format!("Host(`{host}`) Path(`/`)"),
        11 => format!("Host(`{host}`)\n&& Path(`/`)"),
        12 => "PathRegexp(`^/(?!a)`)".to_owned(),
        13 => "PathRegexp(`a**`)".to_owned(),
        14 => "PathRegexp(`(`)".to_owned(),
        15 => "PathRegexp(`\\1`)".to_owned(),
        16 => "PathRegexp(`a{1001}`)".to_owned(),
        17 => "ClientIP(`10.0.0.0/33`)".to_owned(),
        18 => "ClientIP(`localhost`)".to_owned(),
        19 => "Host(`ä.test`)".to_owned(),
        20 => "Header(`X-K`)".to_owned(),
        21 => "Query(`k=v`)".to_owned(),
        22 => "Hots(`a`)".to_owned(),
        23 => "HostSNI(`*`)".to_owned(),
        24 => "Path(\"/a\") && Path('/a')".to_owned(),
        25 => "Path(\"/\\x61\")".to_owned(),
        26 => "Path(`/a`,)".to_owned(),
        27 => "Path(`/a`) & Path(`/b`)".to_owned(),
        28 => "PathRegexp(`[[:alpha:]&&[^a]]`)".to_owned(),
        _ => format!("Host(`{host}:80`) || PathPrefix(`/{{id}}`)"),
    }
}

/// A rule for TCP.
pub(super) fn tcp(random: &mut Random, tls: bool, set: usize) -> String {
    match random.below(12) {
        0 => "HostSNI(`h.test`)".to_owned(),
        1 => "HostSNI(`*`) && ClientIP(`10.0.0.0/8`)".to_owned(),
        2 => "HostSNI(`*`) || ALPN(`h2`)".to_owned(),
        3 => "ClientIP(`127.0.0.1`)".to_owned(),
        4 => "Host(`a`)".to_owned(),
        5 => "ALPN(`acme-tls/1`)".to_owned(),
        6 => "!HostSNI(`*`)".to_owned(),
        7 => "HostSNIRegexp(`^.*$`)".to_owned(),
        8 => "HostSNI(`a b`)".to_owned(),
        9 if tls => format!("HostSNI(`h{set}.test`)"),
        10 if tls => "HostSNI(`*.test`)".to_owned(),
        _ => "HostSNI(`*`)".to_owned(),
    }
}
