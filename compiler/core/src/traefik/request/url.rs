//! Paths and queries as Go's `net/url` and Traefik's entrypoint take them.

/// A URL without its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The path, decoded.
    path: Vec<u8>,
    /// The path as it is encoded, where that isn't the usual way.
    raw: Option<Vec<u8>>,
    /// The query, without `?`.
    query: Option<String>,
    /// The query as redirects see it: with `;`, until something changes the path.
    shown: Option<String>,
}

impl Url {
    /// Reads a request target; beside it the host of one that is a whole URL.
    pub(super) fn parse(target: &str) -> Option<(Self, Option<String>)> {
        if target.bytes().any(|byte| byte < 0x20 || byte == 0x7f || byte == b' ') {
            return None;
        }
        let whole = if target.starts_with('/') { None } else { target.split_once("://") };
        let (rest, authority) = match whole {
            Some((scheme, rest)) => {
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
                if scheme.is_empty() || !scheme.bytes().all(plain) {
                    return None;
                }
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let (authority, rest) = rest.split_at(end);
                (rest, Some(authority.to_owned()))
            }
            None => (target, None),
        };
        let (path, query) = match rest.split_once('?') {
            // `http.AllowQuerySemicolons`.
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (rest, None),
        };
        let relative = authority.is_some() && path.is_empty();
        if !(path.starts_with('/') || relative || path == "*") {
            return None;
        }
        // `http.AllowQuerySemicolons`.
        let (shown, query) = (query.clone(), query.map(|query| query.replace(';', "&")));
        let mut url = Self { path: Vec::new(), raw: None, query, shown };
        url.set(path.as_bytes()).then_some((url, authority))
    }

    /// Sets the encoded path; false when the encoding is broken.
    fn set(&mut self, encoded: &[u8]) -> bool {
        if encoded.iter().all(|byte| plain(*byte)) {
            self.raw = None;
            self.path = encoded.to_vec();
            return true;
        }
        let Some(path) = unescape(encoded) else { return false };
        self.raw = (escape(&path) != encoded).then(|| encoded.to_vec());
        self.path = path;
        true
    }

    pub(super) fn has_fragment(&self) -> bool {
        self.raw.as_ref().is_some_and(|raw| raw.contains(&b'#'))
    }

    /// The path as it is sent on.
    pub(in crate::traefik) fn encoded(&self) -> Vec<u8> {
        if let Some(raw) = &self.raw
            && valid(raw)
            && unescape(raw).as_ref() == Some(&self.path)
        {
            return raw.clone();
        }
        if self.path == b"*" { self.path.clone() } else { escape(&self.path) }
    }

    /// Path and query as they are sent on.
    pub(in crate::traefik) fn target(&self) -> String {
        let encoded = self.encoded();
        let mut target = String::from_utf8_lossy(&encoded).into_owned();
        if target.is_empty() {
            target.push('/');
        }
        if let Some(query) = &self.query {
            target.push('?');
            target.push_str(query);
        }
        target
    }

    /// Path and query as redirects see them.
    pub(in crate::traefik) fn uri(&self) -> String {
        Self { query: self.shown.clone(), ..self.clone() }.target()
    }

    /// The decoded path.
    pub(in crate::traefik) fn path(&self) -> &[u8] {
        &self.path
    }

    /// The encoded path, if it isn't the usual encoding, and otherwise the
    /// usual one.
    pub(in crate::traefik) fn raw_or_encoded(&self) -> Vec<u8> {
        self.raw.clone().unwrap_or_else(|| self.encoded())
    }

    /// `normalizePath`: what needs no encoding loses it.
    pub(super) fn normalize(&mut self) {
        let Some(raw) = &self.raw else { return };
        let mut normal = Vec::with_capacity(raw.len());
        let mut bytes = raw.iter().copied();
        while let Some(byte) = bytes.next() {
            if byte != b'%' {
                normal.push(byte);
                continue;
            }
            let digits = [bytes.next().unwrap_or(b'0'), bytes.next().unwrap_or(b'0')];
            match hex(digits) {
                Some(code) if code.is_ascii_alphanumeric() || b"-._~".contains(&code) => {
                    normal.push(code);
                }
                _ => {
                    normal.push(b'%');
                    normal.extend(digits.map(|digit| digit.to_ascii_uppercase()));
                }
            }
        }
        self.raw = Some(normal);
    }

    /// `sanitizePath`: `.`, `..` and `//` are taken out.
    pub(in crate::traefik) fn sanitize(&mut self) {
        // Encoding it touches neither its slashes nor its dots.
        if self.raw.is_none() && is_clean(&self.path) {
            return;
        }
        let encoded = self.encoded();
        let rooted = encoded.starts_with(b"/");
        let mut clean = clean(&encoded);
        if encoded.ends_with(b"/") && !clean.ends_with(b"/") {
            clean.push(b'/');
        }
        let text = if rooted { &clean[..] } else { clean.get(1..).unwrap_or_default() };
        let text = text.to_vec();
        self.set(&text);
    }

    /// `withRoutingPath`.
    pub(super) fn routing_path(&self) -> Vec<u8> {
        let encoded = self.encoded();
        if !encoded.contains(&b'%') {
            return encoded;
        }
        let mut path = Vec::with_capacity(encoded.len());
        let mut rest = encoded.as_slice();
        while let Some((byte, after)) = rest.split_first() {
            if let (b'%', [first, second, after @ ..]) = (*byte, after) {
                match hex([*first, *second]) {
                    // Only the upper-case form counts as reserved.
                    Some(code)
                        if reserved(code)
                            && !first.is_ascii_lowercase()
                            && !second.is_ascii_lowercase() =>
                    {
                        path.extend([b'%', *first, *second]);
                    }
                    Some(code) => path.push(code),
                    None => path.extend([b'%', *first, *second]),
                }
                rest = after;
            } else {
                path.push(*byte);
                rest = after;
            }
        }
        path
    }

    /// Keys and values of the query (`url.ParseQuery`).
    pub(super) fn query_pairs(&self) -> Vec<(String, String)> {
        let query = self.query.as_deref().unwrap_or("");
        let parts = query.split('&').filter(|part| !part.is_empty());
        parts
            .filter_map(|part| {
                let (key, value) = part.split_once('=').unwrap_or((part, ""));
                Some((query_text(key)?, query_text(value)?))
            })
            .collect()
    }

    /// Puts a prefix before it (`pkg/middlewares/addprefix`).
    pub(in crate::traefik) fn add_prefix(&mut self, prefix: &str) {
        self.shown.clone_from(&self.query);
        let with = |path: &[u8]| rooted([prefix.as_bytes(), path].concat());
        self.raw = self.raw.as_deref().map(with);
        self.path = with(&self.path);
    }

    /// Takes a decoded prefix off; false when what is left isn't clean, and
    /// the client gets 400 (`pkg/middlewares/stripprefix`).
    pub(in crate::traefik) fn strip_prefix(&mut self, prefix: &str, force_slash: bool) -> bool {
        self.shown.clone_from(&self.query);
        let rest = |path: &[u8]| {
            if force_slash {
                let path = path.strip_prefix(b"/").unwrap_or(path);
                return [b"/", path].concat();
            }
            rooted(path.to_vec())
        };
        if let Some(raw) = &self.raw {
            let length = encoded_length(raw, prefix.len());
            self.raw = Some(rest(raw.get(length..).unwrap_or_default()));
        }
        self.path = rest(self.path.get(prefix.len()..).unwrap_or_default());
        self.stays_clean()
    }

    /// Cleans the path; false when that changes it.
    pub(in crate::traefik) fn stays_clean(&mut self) -> bool {
        if self.path.is_empty() {
            return true;
        }
        let before = self.path.clone();
        self.sanitize();
        before == self.path
    }

    /// Sets the encoded path; false when it can't be decoded.
    pub(in crate::traefik) fn replace(&mut self, encoded: &str) -> bool {
        let Some(path) = unescape(encoded.as_bytes()) else { return false };
        self.path = path;
        self.raw = Some(encoded.as_bytes().to_vec());
        self.shown.clone_from(&self.query);
        true
    }
}

/// How many bytes of an encoded path are so many decoded ones.
fn encoded_length(raw: &[u8], decoded: usize) -> usize {
    let mut at = 0;
    for _ in 0..decoded {
        match raw.get(at) {
            Some(b'%') if at + 2 < raw.len() => at += 3,
            Some(_) => at += 1,
            None => break,
        }
    }
    at
}

fn rooted(path: Vec<u8>) -> Vec<u8> {
    if path.is_empty() || path.starts_with(b"/") { path } else { [b"/".as_slice(), &path].concat() }
}

/// Whether [`Url::sanitize`] leaves a path as it is.
pub(super) fn is_clean(path: &[u8]) -> bool {
    let Some(rest) = path.strip_prefix(b"/") else { return false };
    // A slash at the end stays.
    let rest = rest.strip_suffix(b"/").unwrap_or(rest);
    path.len() <= 1
        || rest.split(|byte| *byte == b'/').all(|part| !matches!(part, b"" | b"." | b".."))
}

/// `path.Clean` of a path with `/` before it.
fn clean(path: &[u8]) -> Vec<u8> {
    let mut segments: Vec<&[u8]> = Vec::new();
    for segment in path.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let mut clean = vec![b'/'];
    clean.extend(segments.join(&b'/'));
    clean
}

/// What `net/url` leaves as it is in a path.
fn plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte)
}

fn escape(path: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(path.len());
    for byte in path {
        if plain(*byte) {
            encoded.push(*byte);
        } else {
            encoded.push(b'%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(if digit < 10 { b'0' + digit } else { b'A' + digit - 10 });
            }
        }
    }
    encoded
}

/// Whether an encoded path is one that `net/url` keeps.
fn valid(encoded: &[u8]) -> bool {
    encoded.iter().all(|byte| plain(*byte) || b"!'()*[]%".contains(byte))
}

fn unescape(encoded: &[u8]) -> Option<Vec<u8>> {
    let mut path = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((byte, after)) = rest.split_first() {
        if *byte == b'%' {
            let [first, second, after @ ..] = after else { return None };
            path.push(hex([*first, *second])?);
            rest = after;
        } else {
            path.push(*byte);
            rest = after;
        }
    }
    Some(path)
}

fn query_text(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    unescape(spaced.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn hex(digits: [u8; 2]) -> Option<u8> {
    let value =
        |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    Some(value(digits[0])? * 16 + value(digits[1])?)
}

/// What keeps its encoding in the path that rules see (`reservedCharacters`).
fn reserved(code: u8) -> bool {
    b":/?#[]@!$&'()*+,;=%".contains(&code)
}

/// The usual encoding of a path that rules are held against, in which what is
/// encoded stays so.
pub(in crate::traefik) fn encode_routing_path(path: &str) -> String {
    let mut encoded = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        match after {
            [first, second, ..] if *byte == b'%' && hex([*first, *second]).is_some() => {
                encoded.push(b'%');
            }
            _ if *byte == b'%' => encoded.extend(b"%25"),
            _ if plain(*byte) || b"!'()*[]".contains(byte) => encoded.push(*byte),
            _ => encoded.extend(escape(&[*byte])),
        }
        rest = after;
    }
    String::from_utf8_lossy(&encoded).into_owned()
}
