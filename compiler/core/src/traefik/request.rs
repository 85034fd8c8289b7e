//! A request, and what Traefik's muxer sees of it.

mod url;

use std::borrow::Cow;
use std::net::IpAddr;

use super::config::EntryPoint;
use super::rule::{canonical_host, header_name};

pub use self::url::Url;
pub(super) use self::url::encode_routing_path;

/// A request, as a client sends it.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// The entrypoint that it arrives at.
    pub entry_point: &'r str,
    /// The method, in upper case.
    pub method: &'r str,
    /// The header `Host`.
    pub host: &'r str,
    /// The request target: path and query as sent, as in `/a%20b?c=d`.
    pub target: &'r str,
    /// Other headers.
    pub headers: &'r [(&'r str, &'r str)],
    /// The address that connects; `None` when it isn't known, and then no
    /// `ClientIP` matches.
    pub client: Option<IpAddr>,
    /// TLS, if the client speaks it.
    pub tls: Option<Hello<'r>>,
}

/// What a TLS client says first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello<'r> {
    /// The host that it asks for; empty without one.
    pub sni: &'r str,
    /// The protocols that it offers.
    pub protocols: &'r [&'r str],
}

impl<'r> Request<'r> {
    /// A `GET` without TLS, headers or address.
    pub fn get(entry_point: &'r str, host: &'r str, target: &'r str) -> Self {
        let method = "GET";
        Self { entry_point, method, host, target, headers: &[], client: None, tls: None }
    }
}

/// A connection of TCP, as the muxer sees it.
#[derive(Clone, Debug)]
pub struct Connection<'r> {
    /// The host of TLS, in lower case; empty without one.
    pub sni: Cow<'r, str>,
    /// The protocols of TLS.
    pub protocols: &'r [&'r str],
    /// The address that connects.
    pub client: Option<IpAddr>,
}

impl<'r> Connection<'r> {
    /// The connection of a request.
    pub fn of(request: &Request<'r>) -> Self {
        let hello = request.tls.clone().unwrap_or_default();
        Self {
            sni: hello.sni.trim().to_lowercase().into(),
            protocols: hello.protocols,
            client: request.client,
        }
    }
}

/// What the HTTP muxer sees.
#[derive(Clone, Debug)]
pub struct Seen<'r> {
    /// The method.
    pub method: &'r str,
    /// The host without port, in lower case.
    pub host: String,
    /// The path that rules are held against: decoded but for the characters
    /// that mean something in a URL (`withRoutingPath`, `pkg/muxer/http/mux.go`).
    pub path: Vec<u8>,
    /// Keys and values of the query, decoded.
    pub query: Vec<(String, String)>,
    /// Headers, the names as Go spells them.
    pub headers: Vec<(Cow<'r, str>, Cow<'r, str>)>,
    /// The host as it is sent, or as a middleware has changed it: rules are held
    /// against [`host`](Self::host) (`pkg/middlewares/requestdecorator`).
    pub host_header: Cow<'r, str>,
    /// The address that connects.
    pub client: Option<IpAddr>,
    /// The URL, which middlewares change.
    pub url: Url,
}

/// Why Traefik answers 400 before it looks at any rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The target is no path.
    Target,
    /// The target has a `#`.
    Fragment,
    /// The `Host` header is none.
    Host,
}

impl Malformed {
    /// The status that the client gets.
    pub fn status(self) -> u16 {
        400
    }
}

impl<'r> Seen<'r> {
    /// What is left of a request when it has passed the entrypoint
    /// (`newHTTPServer`, `pkg/server/server_entrypoint_tcp.go`).
    ///
    /// # Errors
    /// Why it doesn't.
    pub fn new(request: &Request<'r>, entry_point: &EntryPoint) -> Result<Self, Malformed> {
        let trusts = entry_point.forwarded.trusts(request.client);
        Self::make(request, entry_point.sanitize_path, trusts)
    }

    /// The same at an entrypoint that cleans paths, as they do unless told
    /// otherwise.
    pub(super) fn cleaned(request: &Request<'r>) -> Result<Self, Malformed> {
        Self::make(request, true, false)
    }

    fn make(request: &Request<'r>, sanitize: bool, trusts: bool) -> Result<Self, Malformed> {
        let (mut url, authority) = Url::parse(request.target).ok_or(Malformed::Target)?;
        if url.has_fragment() {
            return Err(Malformed::Fragment);
        }
        let host = authority.map_or(Cow::Borrowed(request.host), Cow::Owned);
        if !valid_host(request.host) {
            return Err(Malformed::Host);
        }
        url.normalize();
        if sanitize {
            url.sanitize();
        }
        let path = url.routing_path();
        let sent = request.headers.iter();
        let headers = sent
            .map(|(name, value)| (Cow::Owned(header_name(name)), Cow::Borrowed(value.trim())))
            .filter(|(name, _)| name != "Host" && (trusts || !is_of_proxy(name)))
            .collect();
        Ok(Self {
            method: request.method,
            host: canonical_host(&host),
            path,
            query: url.query_pairs(),
            headers,
            host_header: host,
            client: request.client,
            url,
        })
    }

    /// Adds the headers that an entrypoint sets itself, before any rule is looked at
    /// (`rewrite`, `pkg/middlewares/forwardedheaders`): not the name of the pod,
    /// which nobody knows, and nothing of web sockets. Only who looks at headers
    /// needs them.
    pub(super) fn forwarded(&mut self, request: &Request<'r>) {
        let (scheme, usual) = if request.tls.is_some() { ("https", "443") } else { ("http", "80") };
        let (_, port) = split_port(&self.host_header);
        let port = port.filter(|port| !port.is_empty()).map(str::to_owned);
        let secure = self.header("X-Forwarded-Proto").next().is_some_and(|it| it == "https");
        let port = port.map_or(if secure { "443".into() } else { usual.into() }, Cow::Owned);
        let host = self.host_header.clone();
        let client = request.client.map(|client| client.to_string().into());
        let own = [
            ("X-Forwarded-Proto", Some(Cow::Borrowed(scheme))),
            ("X-Forwarded-Port", Some(port)),
            ("X-Forwarded-Host", Some(host).filter(|host| !host.is_empty())),
            ("X-Real-Ip", client),
        ];
        for (name, value) in own {
            if let Some(value) = value.filter(|_| self.header(name).all(str::is_empty)) {
                self.set_header(name.into(), Some(value));
            }
        }
    }

    /// Tells what the path was before it is replaced
    /// (`pkg/middlewares/replacepath`).
    pub(super) fn note_path(&mut self) {
        let path = String::from_utf8_lossy(&self.url.raw_or_encoded()).into_owned();
        self.headers.push(("X-Replaced-Path".into(), path.into()));
    }

    /// Sets a header, or takes it out.
    pub(super) fn set_header(&mut self, name: Cow<'r, str>, value: Option<Cow<'r, str>>) {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.extend(value.map(|value| (name, value)));
    }

    /// Rules are held against what the path is now.
    pub(super) fn routed_anew(&mut self) {
        self.path = self.url.routing_path();
    }

    /// The values of a header.
    pub fn header<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> + 's {
        self.headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| &**value)
    }
}

/// The host and the port of a `Host` header, as it is written.
pub(super) fn split_port(header: &str) -> (&str, Option<&str>) {
    match header.rsplit_once(':').filter(|_| !header.ends_with(']')) {
        Some((host, port)) => (host, Some(port)),
        None => (header, None),
    }
}

/// Whether a header is one of those that proxies tell each other, also with `_`
/// for `-` (`isManagedXHeader`, `pkg/middlewares/forwardedheaders`).
fn is_of_proxy(name: &str) -> bool {
    const NAMES: [&str; 11] = [
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-method",
        "x-forwarded-port",
        "x-forwarded-prefix",
        "x-forwarded-proto",
        "x-forwarded-server",
        "x-forwarded-tls-client-cert",
        "x-forwarded-tls-client-cert-info",
        "x-forwarded-uri",
        "x-real-ip",
    ];
    let name = name.to_ascii_lowercase().replace('_', "-");
    NAMES.contains(&name.as_str())
}

/// `httpguts.ValidHostHeader`.
fn valid_host(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!$%&()*+,-.:;='[]_~".contains(&byte))
}

/// The `Host` header of a host as rules name it, if a request can have one.
pub(super) fn sendable_host(host: &str) -> Option<String> {
    let header = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    (valid_host(&header) && canonical_host(&header) == host).then_some(header)
}

/// Whether a request can have this path when rules are held against it.
pub(super) fn reaches(path: &str) -> bool {
    // Nothing in it is encoded, and nothing is taken out.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    if path.bytes().all(plain) && self::url::is_clean(path.as_bytes()) {
        return true;
    }
    let target = encode_routing_path(path);
    let request = Request::get("", "", &target);
    Seen::cleaned(&request).is_ok_and(|seen| seen.path == path.as_bytes())
}
