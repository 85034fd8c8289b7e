//! Addresses that a text says: in URLs, with a port, or as a full name of the
//! cluster.

use super::others::lines_for_others;

/// An address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'t> {
    /// The host, as it is written, without a dot at its end.
    pub host: &'t str,
    /// The port that is said, or meant by `http` and `https`.
    pub port: Option<u16>,
    /// The scheme of a URL. Without one, a word may look like an address and be
    /// something else, as the tag of an image.
    pub scheme: Option<&'t str>,
}

/// What stands for a host on a network in a URL, up to a `+`; others, as `s3` or
/// `docker`, name something else there.
const SCHEMES: [&str; 32] = [
    "amqp",
    "amqps",
    "beats",
    "bolt",
    "elasticsearch",
    "es",
    "ftp",
    "grpc",
    "grpcs",
    "http",
    "https",
    "jdbc",
    "kafka",
    "ldap",
    "ldaps",
    "mariadb",
    "memcached",
    "mongodb",
    "mqtt",
    "mysql",
    "nats",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "sftp",
    "smtp",
    "ssh",
    "tcp",
    "udp",
    "ws",
    "wss",
];

/// The addresses in a text, but for those of which something comes in only
/// when it runs, as in `http://{{ host }}`, and for comments.
pub fn addresses<'t>(
    text: &'t str,
    is_file: bool,
    dns_domain: &str,
) -> impl Iterator<Item = Address<'t>> {
    // Most texts have neither.
    let text = if text.contains([':', '.']) { text } else { "" };
    let is_file = is_file || text.contains('\n');
    let (of_file, other) = if is_file { (text, "") } else { ("", text) };
    spoken(of_file, &[':', '.'])
        .chain(other.lines())
        .flat_map(words)
        .filter_map(move |(word, next)| of_word(word, next, dns_domain))
}

/// The words of a line, each with the character behind it.
fn words(line: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let ends = |c: char| c.is_whitespace() || "\"'`,;()[]{}<>|".contains(c);
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = line.find(ends);
        let (word, after) = line.split_at(end.unwrap_or(line.len()));
        let next = after.chars().next();
        rest = next.and_then(|next| after.get(next.len_utf8()..));
        Some((word, next))
    })
}

/// The lines of a file that have one of some characters, without comments, also
/// those of several lines, and without what is for others.
pub fn spoken<'t>(text: &'t str, about: &[char]) -> impl Iterator<Item = &'t str> {
    let mut open = None;
    let blocks = ["/*", "<!--"].iter().any(|mark| text.contains(mark));
    // Of a file few lines have what is looked for.
    let lines = text.lines().filter(move |line| blocks || line.contains(about));
    let mut is_for_others = lines_for_others();
    lines.map(move |line| {
        let mut line = line;
        if let Some(end) = open {
            let Some((_, rest)) = line.split_once(end) else { return "" };
            (line, open) = (rest, None);
        }
        let kept = without_comment(line);
        let comment = line.get(kept.len()..).unwrap_or_default().trim_start();
        open = [("/*", "*/"), ("<!--", "-->")].into_iter().find_map(|(start, end)| {
            let inside = comment.strip_prefix(start)?;
            (!inside.contains(end)).then_some(end)
        });
        if is_for_others(kept) { "" } else { kept }
    })
}

/// A line without a comment, as most languages write it.
fn without_comment(line: &str) -> &str {
    const AT_START: [&str; 5] = ["#", "//", ";", "/*", "<!--"];
    let start = line.trim_start();
    // Of SQL and Lua, and no option of a command.
    let dashes = start
        .strip_prefix("--")
        .is_some_and(|rest| rest.chars().next().is_none_or(char::is_whitespace));
    if dashes || AT_START.iter().any(|mark| start.starts_with(mark)) {
        return "";
    }
    let begins = |at: usize, rest: &str| {
        let before = line.get(..at).unwrap_or_default();
        ["#", "// ", "/*", "<!--"].iter().any(|mark| rest.starts_with(mark))
            && before.chars().next_back().is_none_or(char::is_whitespace)
            && before.bytes().filter(|byte| *byte == b'"').count() % 2 == 0
    };
    let mut marks = line.match_indices(['#', '/', '<']).map(|(at, _)| at);
    if let Some(at) = marks.find(|at| begins(*at, line.get(*at..).unwrap_or_default())) {
        return line.get(..at).unwrap_or(line);
    }
    line
}

/// The address that a word is. What follows the host of a URL belongs to that.
fn of_word<'t>(word: &'t str, next: Option<char>, dns_domain: &str) -> Option<Address<'t>> {
    let (scheme, rest) = match word.split_once("://") {
        Some((before, rest)) => {
            let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '+');
            let scheme = start.and_then(|at| before.get(at + 1..)).unwrap_or(before);
            (Some(scheme).filter(|scheme| is_of_network(scheme)), rest)
        }
        None => (None, word.rsplit_once('=').map_or(word, |(_, value)| value)),
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    // The rest of the host is put in later.
    if authority.len() == rest.len() && next.is_some_and(|next| "{<([".contains(next)) {
        return None;
    }
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match authority.split_once(':') {
        // More than a port follows where it is no address.
        Some((_, digits)) if !digits.is_empty() && digits.parse::<u16>().is_err() => return None,
        Some((host, digits)) => (host, digits.parse().ok()),
        None => (authority, None),
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() || !host.bytes().all(of_name) {
        return None;
    }
    let usual = |name: &str, port: u16| scheme?.eq_ignore_ascii_case(name).then_some(port);
    let port = port.or_else(|| usual("http", 80)).or_else(|| usual("https", 443));
    let is_sure = scheme.is_some() || port.is_some() || is_full(host, dns_domain);
    is_sure.then_some(Address { host, port, scheme })
}

/// Whether what stands before `://` is followed by a host on a network.
pub fn is_of_network(scheme: &str) -> bool {
    let kind = scheme.split('+').next().unwrap_or_default();
    SCHEMES.iter().any(|known| kind.eq_ignore_ascii_case(known)) && !scheme.ends_with("unix")
}

/// The Service and the namespace of a name that can be of the cluster alone.
pub fn full_name<'h>(host: &'h str, dns_domain: &str) -> Option<(&'h str, &'h str)> {
    before_svc(host, dns_domain)?.rsplit_once('.')
}

/// Whether a byte may stand in the name of a host.
pub fn of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// Whether a name can be of the cluster alone.
fn is_full(host: &str, dns_domain: &str) -> bool {
    before_svc(&host.to_ascii_lowercase(), dns_domain).is_some()
}

/// What stands before the `svc` by which a name is of the cluster.
fn before_svc<'h>(host: &'h str, dns_domain: &str) -> Option<&'h str> {
    let within = host.strip_suffix(dns_domain).and_then(|rest| rest.strip_suffix('.'));
    let (before, last) = within.unwrap_or(host).rsplit_once('.')?;
    (last == "svc").then_some(before)
}

#[cfg(test)]
mod tests {
    use super::addresses;

    fn found(text: &str, is_file: bool) -> Vec<String> {
        addresses(text, is_file, "cluster.local")
            .map(|one| {
                let port = one.port.map_or(String::new(), |port| format!(" {port}"));
                format!("{}{port}{}", one.host, if one.scheme.is_none() { " bare" } else { "" })
            })
            .collect()
    }

    #[test]
    fn addresses_are_found_where_they_stand() {
        for (text, wanted) in [
            ("http://q", &["q 80"][..]),
            ("HTTP://Q:8080/", &["Q 8080"]),
            ("http://u:p@q:8080/x?to=http://r", &["q 8080"]),
            ("https://example.org/login?next=http://q:8080/", &["example.org 443"]),
            ("http://q.x.svc.cluster.local.:8080", &["q.x.svc.cluster.local 8080"]),
            ("q.x.svc", &["q.x.svc bare"]),
            ("q.x.svc.cluster.local", &["q.x.svc.cluster.local bare"]),
            ("--url=http://q:1", &["q 1"]),
            ("--peer=q:8080", &["q 8080 bare"]),
            ("a:1,b:2", &["a 1 bare", "b 2 bare"]),
            ("user@tcp(db:3306)/jobmon", &["db 3306 bare"]),
            ("[\"http://a:1\", \"http://b:2\"]", &["a 1", "b 2"]),
            ("mysql+mysqldb://u:p@db:3306/x", &["db 3306"]),
            ("tcp://q", &["q"]),
            ("example/report:1.2", &[]),
            ("q", &[]),
            ("12:30:15", &[]),
            ("http://[::1]:8080/", &[]),
            ("http://", &[]),
            ("s3://q/x docker://q file://q/x http+unix://q", &[]),
            ("http://q{{ x }}.example.org http://q<x> http://q(-dev)? http://q[a]", &[]),
            ("http://{{host}}/ http://$(HOST):80/ http://${HOST}/", &[]),
            ("http://q/{{ x }}", &["q 80"]),
            ("redis://q:6379/0", &["q 6379"]),
            ("key: value", &[]),
        ] {
            assert_eq!(found(text, false), wanted, "{text}");
        }
    }

    #[test]
    fn comments_of_files_say_nothing() {
        let text = "# see http://a\nurl: http://b # or http://c\n  // http://d\n;http://e\nx: http://f/#g\n\
                    /* http://h */\n-- http://i\n<!-- http://j -->\nk\t# http://k\nl: 1 // http://l\n\
                    m: \"issue #1 http://m\"\n";
        assert_eq!(found(text, true), ["b 80", "f 80", "m 80"]);
        assert_eq!(found("# http://a", false), ["a 80"]);
        assert_eq!(found("# http://a\nrun --to http://b", false), ["b 80"]);
        let blocks = "/*\n * http://a\n http://b\n*/ c: http://c\n<!--\nhttp://d\n-->\n\
                      */5 * * * * curl http://e\n--url=http://f\n-- http://g\n--\n/* http://h */\nhttp://i\n";
        assert_eq!(found(blocks, true), ["c 80", "e 80", "f 80", "i 80"]);
    }
}
