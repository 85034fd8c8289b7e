//! Whether a request matches a rule.

use std::net::IpAddr;

use super::host;
use super::parse::header_name;
use super::{Rule, Test};
use crate::traefik::request::{Connection, Seen};

impl Rule {
    /// Whether headers decide.
    pub fn reads_headers(&self) -> bool {
        self.has(&|test| matches!(test, Test::Header(..) | Test::HeaderRegexp(..)))
    }

    /// Whether the query decides.
    pub fn reads_queries(&self) -> bool {
        self.has(&|test| {
            matches!(test, Test::Query(..) | Test::FirstQuery(..) | Test::QueryRegexp(..))
        })
    }

    /// The numbers that are whole parts of paths, or begin the last; some number for an
    /// expression.
    pub fn numbers(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.each(&mut |matcher, _| match &matcher.test {
            Test::Path(path) | Test::PathPrefix(path) => {
                let parts = path.split('/').filter(|part| {
                    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
                });
                found.extend(parts.map(str::to_owned));
            }
            Test::PathRegexp(_) => found.push("1".to_owned()),
            _ => {}
        });
        found
    }

    fn has(&self, is: &dyn Fn(&Test) -> bool) -> bool {
        match self {
            Self::All(rules) | Self::Any(rules) => rules.iter().any(|rule| rule.has(is)),
            Self::Not(rule) => rule.has(is),
            Self::Matcher(matcher) => is(&matcher.test),
        }
    }

    /// Whether a request of HTTP matches, as the muxer sees it
    /// (`pkg/muxer/http/matcher.go`).
    pub fn matches(&self, request: &Seen<'_>) -> bool {
        match self {
            Self::All(rules) => rules.iter().all(|rule| rule.matches(request)),
            Self::Any(rules) => rules.iter().any(|rule| rule.matches(request)),
            Self::Not(rule) => !rule.matches(request),
            Self::Matcher(matcher) => matcher.test.matches(request),
        }
    }

    /// Whether a connection matches a rule of TCP (`pkg/muxer/tcp/matcher.go`).
    pub fn matches_connection(&self, connection: &Connection<'_>) -> bool {
        match self {
            Self::All(rules) => rules.iter().all(|rule| rule.matches_connection(connection)),
            Self::Any(rules) => rules.iter().any(|rule| rule.matches_connection(connection)),
            Self::Not(rule) => !rule.matches_connection(connection),
            Self::Matcher(matcher) => matcher.test.matches_connection(connection),
        }
    }
}

impl Test {
    fn matches(&self, request: &Seen<'_>) -> bool {
        match self {
            Self::Host(expression) => host::matches(&request.host, expression),
            // Without a resolver the flattened name is the empty one, which is
            // asked too.
            Self::HostRegexp(pattern) => pattern.is_match(&request.host) || pattern.is_match(""),
            Self::Path(path) => request.path == path.as_bytes(),
            Self::PathPrefix(path) => request.path.starts_with(path.as_bytes()),
            Self::PathRegexp(pattern) => pattern.is_match(&String::from_utf8_lossy(&request.path)),
            Self::Header(name, value) => request.header(&header_name(name)).any(|own| own == value),
            Self::HeaderRegexp(name, pattern) => {
                request.header(&header_name(name)).any(|own| pattern.is_match(own))
            }
            Self::Method(method) => request.method == method,
            Self::Query(key, value) => {
                request.query.iter().any(|(own, one)| own == key && one == value)
            }
            // `findFirstQueryKey` of github.com/gorilla/mux.
            Self::FirstQuery(key, value) => request
                .query
                .iter()
                .find(|(own, _)| own == key)
                .is_some_and(|(_, one)| one == value),
            Self::QueryRegexp(key, pattern) => {
                request.query.iter().any(|(own, one)| own == key && pattern.is_match(one))
            }
            Self::ClientIp(network) => contains(network, request.client),
            Self::HostSni(_) | Self::HostSniRegexp(_) | Self::Alpn(_) => false,
        }
    }

    fn matches_connection(&self, connection: &Connection<'_>) -> bool {
        match self {
            Self::HostSni(expression) if expression == "*" => true,
            Self::HostSni(expression) => {
                let expression = expression.strip_suffix('.').unwrap_or(expression);
                !connection.sni.is_empty() && host::same(&connection.sni, expression)
            }
            Self::HostSniRegexp(pattern) => pattern.is_match(&connection.sni),
            Self::Alpn(protocol) => connection.protocols.contains(&protocol.as_str()),
            Self::ClientIp(network) => contains(network, connection.client),
            _ => false,
        }
    }
}

fn contains(network: &super::Network, client: Option<IpAddr>) -> bool {
    client.is_some_and(|client| network.contains(client))
}
