//! What programs are told for others: who may ask them, where browsers are sent,
//! what images are called. The program itself asks nobody there.

/// Words of which the name of such a text has one.
const WORDS: [&str; 16] = [
    "ADVERTISE",
    "ADVERTISED",
    "AUD",
    "AUDIENCE",
    "CORS",
    "IMAGE",
    "ISSUER",
    "ORIGIN",
    "ORIGINS",
    "PROXIED",
    "REACT",
    "REDIRECT",
    "REFERER",
    "REFERERS",
    "VITE",
    "XMLNS",
];

/// How a word of such a name begins.
const PUBLIC: &str = "PUBLIC";

/// What such names have somewhere.
const PARTS: [&str; 6] = [
    "NO_PROXY",
    "NONPROXYHOSTS",
    "ALLOWED_HOSTS",
    "VIRTUAL_HOST",
    "EXTERNAL_URL",
    "CONTENT_SECURITY",
];

/// Whether the name of a variable, an option or a key of a file says so, in
/// letters of either size and with any mark between its words.
pub fn is_name_for_others(name: &str) -> bool {
    let same = |own: &[u8], part: &str| {
        let own = own.iter().map(|byte| match byte {
            b'-' | b'.' => b'_',
            byte => byte.to_ascii_uppercase(),
        });
        own.eq(part.bytes())
    };
    words(name).any(|word| {
        WORDS.iter().any(|part| word.eq_ignore_ascii_case(part))
            || word.get(..PUBLIC.len()).is_some_and(|start| start.eq_ignore_ascii_case(PUBLIC))
    }) || PARTS.iter().any(|part| name.as_bytes().windows(part.len()).any(|own| same(own, part)))
}

/// Whether a variable, an option or a key of this name may hold a host.
pub fn may_hold_host(name: &str) -> bool {
    const WORDS: [&str; 22] = [
        "ADDR",
        "ADDRESS",
        "ADDRESSES",
        "API",
        "BACKEND",
        "BROKER",
        "BROKERS",
        "ENDPOINT",
        "ENDPOINTS",
        "FQDN",
        "HOSTS",
        "PEER",
        "PEERS",
        "PROXY",
        "SERVER",
        "SERVERS",
        "TARGET",
        "TARGETS",
        "TO",
        "UPSTREAM",
        "URI",
        "URLS",
    ];
    words(name).any(|word| {
        let ends = |end: &str| {
            let at = word.len().checked_sub(end.len());
            at.and_then(|at| word.get(at..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
        };
        WORDS.iter().any(|part| word.eq_ignore_ascii_case(part))
            || ["HOST", "HOSTNAME", "URL"].into_iter().any(ends)
    })
}

/// The words of a name, also of one as `allowedOrigins`.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let mut last = 0;
        let ends = rest.bytes().position(|byte| {
            let is_hump = byte.is_ascii_uppercase() && u8::is_ascii_lowercase(&last);
            last = byte;
            is_hump || !byte.is_ascii_alphanumeric()
        });
        let (word, after) = rest.split_at(ends.unwrap_or(rest.len()));
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// Tells of each line of a file whether it says something for others, by the key
/// that it starts with, or by that of the list that it is an item of.
pub fn lines_for_others() -> impl FnMut(&str) -> bool {
    let mut under = false;
    move |line| {
        let quotes = ['"', '\''];
        let line = line.trim_start();
        let item = line.strip_prefix("- ").unwrap_or(line).trim_start();
        let is_item = (item.len() < line.len() || item.starts_with(quotes)) && is_value(item);
        if !is_item {
            // With several keys on a line nothing is known of the others.
            let is_one = item.matches("\":").nth(1).is_none();
            under = is_one && key(item).is_some_and(is_name_for_others);
        }
        under
    }
}

/// Whether something begins with an address, and with no key.
fn is_value(item: &str) -> bool {
    let first = item.split([' ', ',']).next().unwrap_or_default();
    first.contains("://") && !first.contains('=')
}

/// What a line says about its value: up to a colon or an equals sign, and two words
/// at most, as in `add_header Access-Control-Allow-Origin`.
pub fn key(line: &str) -> Option<&str> {
    let before = line.split([':', '=']).next()?;
    let first = before.find(char::is_whitespace).unwrap_or(before.len());
    let rest = before.get(first..)?.trim_start();
    let second = rest.find(char::is_whitespace).unwrap_or(rest.len());
    before.get(..before.len() - rest.len() + second)
}

#[cfg(test)]
mod tests {
    use super::{is_name_for_others, lines_for_others};

    #[test]
    fn names_say_it() {
        for name in [
            "CORS_ORIGINS",
            "--cors-allow-origin",
            "server.cors.origin",
            "allowedOrigins",
            "PUBLIC_URL",
            "publicUrl",
            "Content-Security-Policy",
            "WORKER_IMAGE",
            "no_proxy",
        ] {
            assert!(is_name_for_others(name), "{name}");
        }
        for name in ["URL", "REPUBLIC_URL", "proxy_pass", "original", "imaged", "host", ""] {
            assert!(!is_name_for_others(name), "{name}");
        }
    }

    #[test]
    fn lines_say_it_by_their_key_and_items_by_that_of_their_list() {
        let text = "\
cors.origins: http://q:8080
url: http://q:8080
  allowedOrigins:
    - http://q:8080
    - \"http://q:8081\"
  - url: http://q:8080
add_header Access-Control-Allow-Origin \"http://q:8080\";
proxy_pass http://q:8080;
curl --header \"Origin: x\" http://q:8080
\"origins\": [
  \"http://q:8080\",
\"next\": \"http://q:8080\"
";
        let is_for_others = lines_for_others();
        let found: Vec<bool> = text.lines().map(is_for_others).collect();
        let wanted = [true, false, true, true, true, false, true, false, false, true, true, false];
        assert_eq!(found, wanted);
    }
}
