//! Addresses that a text says: in URLs, with a port, or as a full name of the
//! cluster.

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

/// The addresses in a text; of a file without what its lines say in comments.
pub fn addresses<'t>(
    text: &'t str,
    is_file: bool,
    dns_domain: &str,
) -> impl Iterator<Item = Address<'t>> {
    // Most texts have neither.
    let text = if text.contains([':', '.']) { text } else { "" };
    let lines = text.lines().map(move |line| if is_file { without_comment(line) } else { line });
    let words = lines
        .flat_map(|line| line.split(|c: char| c.is_whitespace() || "\"'`,;()[]{}<>|".contains(c)));
    words.filter_map(move |word| of_word(word, dns_domain))
}

/// A line without a comment as in YAML, TOML, properties or C.
fn without_comment(line: &str) -> &str {
    let start = line.trim_start();
    if ["#", "//", ";"].iter().any(|mark| start.starts_with(mark)) {
        return "";
    }
    line.find(" #").and_then(|at| line.get(..at)).unwrap_or(line)
}

/// The address that a word is. What follows the host of a URL belongs to that.
fn of_word<'t>(word: &'t str, dns_domain: &str) -> Option<Address<'t>> {
    let (scheme, rest) = match word.split_once("://") {
        Some((before, rest)) => {
            let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '.');
            let scheme = start.and_then(|at| before.get(at + 1..)).unwrap_or(before);
            (Some(scheme), rest)
        }
        None => (None, word.rsplit_once('=').map_or(word, |(_, value)| value)),
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match authority.split_once(':') {
        // More than a port follows where it is no address.
        Some((_, digits)) if !digits.is_empty() && digits.parse::<u16>().is_err() => return None,
        Some((host, digits)) => (host, digits.parse().ok()),
        None => (authority, None),
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if host.is_empty() || !host.bytes().all(of_name) {
        return None;
    }
    let usual = |name: &str, port: u16| scheme?.eq_ignore_ascii_case(name).then_some(port);
    let port = port.or_else(|| usual("http", 80)).or_else(|| usual("https", 443));
    let is_sure = scheme.is_some() || port.is_some() || is_full(host, dns_domain);
    is_sure.then_some(Address { host, port, scheme })
}

/// Whether a name can be of the cluster alone.
fn is_full(host: &str, dns_domain: &str) -> bool {
    let small = host.to_ascii_lowercase();
    let within = small.strip_suffix(dns_domain).and_then(|rest| rest.strip_suffix('.'));
    within.unwrap_or(&small).rsplit_once('.').is_some_and(|(_, last)| last == "svc")
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
            ("key: value", &[]),
        ] {
            assert_eq!(found(text, false), wanted, "{text}");
        }
    }

    #[test]
    fn comments_of_files_say_nothing() {
        let text = "# see http://a\nurl: http://b # or http://c\n  // http://d\n;http://e\nx: http://f/#g\n";
        assert_eq!(found(text, true), ["b 80", "f 80"]);
        assert_eq!(found("# http://a", false), ["a 80"]);
    }
}
