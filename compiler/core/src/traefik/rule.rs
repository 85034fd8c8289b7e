//! Rules of Traefik v3.
//!
//! A rule is an expression of Go: matchers with texts as values, joined by
//! `&&`, `||`, `!` and parentheses (`pkg/rules/parser.go` of Traefik, which
//! leaves the reading to Go's own parser). [`Rule::read`] accepts what Traefik
//! accepts; [`parse`] also refuses what no request can match.

mod bits;
mod example;
mod host;
mod lex;
mod matches;
mod never;
mod obvious;
mod overlap;
mod parse;
mod pattern;
mod samples;
mod v2;

#[cfg(test)]
mod expressions;
#[cfg(test)]
mod tests;

use std::fmt::{self, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv6Addr};
use std::ops::Range;

pub use self::example::Example;
pub use self::host::host_fault;
pub(super) use self::host::{canonical as canonical_host, same as host_matches};
pub use self::overlap::{Covers, Overlap, Requests};
pub use self::parse::HTTP as MATCHERS;
pub(crate) use self::parse::header_name;
pub use self::pattern::{Pattern, Patterns};

/// How deep parentheses may nest; far more than a person writes.
pub const DEEPEST: usize = 64;

/// A rule that has been read.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Rule {
    /// All of them.
    All(Vec<Rule>),
    /// One of them at least.
    Any(Vec<Rule>),
    /// What the other doesn't match.
    Not(Box<Rule>),
    /// One matcher.
    Matcher(Matcher),
}

/// One matcher, and where it stands in the rule.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// What it looks at.
    pub test: Test,
    /// Its bytes in the text of the rule.
    pub span: Range<usize>,
}

/// Where a matcher stands is no part of what it is.
impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.test == other.test
    }
}

impl Hash for Matcher {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.test.hash(state);
    }
}

/// What a matcher looks at (`pkg/muxer/http/matcher.go`,
/// `pkg/muxer/tcp/matcher.go`).
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Test {
    /// The host, in lower case; `*.` before it is one label, `*` alone is all.
    Host(String),
    /// The host by an expression.
    HostRegexp(Pattern),
    /// The whole path.
    Path(String),
    /// How the path begins, letter by letter.
    PathPrefix(String),
    /// The path by an expression.
    PathRegexp(Pattern),
    /// A header: its name, of which upper and lower case don't count, and its value.
    Header(String, String),
    /// A header by an expression.
    HeaderRegexp(String, Pattern),
    /// The method, in upper case.
    Method(String),
    /// A parameter of the query; empty when the rule names no value.
    Query(String, String),
    /// The first of the parameters of this name, as rules of v2 mean it, with a
    /// value.
    FirstQuery(String, String),
    /// A parameter by an expression.
    QueryRegexp(String, Pattern),
    /// The address that connects.
    ClientIp(Network),
    /// The host of the TLS connection.
    HostSni(String),
    /// The host of the TLS connection by an expression.
    HostSniRegexp(Pattern),
    /// A protocol that the client offers.
    Alpn(String),
}

/// An address, or a range of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// As written.
    pub text: String,
    /// The first address, with IPv4 inside of IPv6.
    pub first: u128,
    /// The last.
    pub last: u128,
}

impl Network {
    /// Reads an address or a range as Go does.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            None => (text, None),
            Some((address, bits)) => {
                let plain = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
                (address, Some(bits.parse::<u32>().ok().filter(|_| plain)?))
            }
        };
        let address: IpAddr = address.parse().ok()?;
        let (value, width) = match address {
            IpAddr::V4(_) => (number(address), 32),
            IpAddr::V6(_) => (number(address), 128),
        };
        let bits = bits.unwrap_or(width);
        if bits > width {
            return None;
        }
        let below = width - bits;
        let mask = if below >= 128 { u128::MAX } else { (1_u128 << below) - 1 };
        Some(Self { text: text.to_owned(), first: value & !mask, last: value | mask })
    }

    /// Its first address.
    pub fn first_address(&self) -> IpAddr {
        address(self.first)
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let value = number(address);
        self.first <= value && value <= self.last
    }
}

/// An address as a number, with IPv4 inside of IPv6.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The address of such a number.
fn address(number: u128) -> IpAddr {
    IpAddr::from(Ipv6Addr::from(number)).to_canonical()
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A clause, as in "`Hots` is no matcher".
    pub reason: String,
    /// The bytes of the rule that are to blame.
    pub span: Range<usize>,
    /// The rule as it must be written, where that is certain.
    pub instead: Option<String>,
}

impl Fault {
    fn new(span: Range<usize>, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), span, instead: None }
    }
}

/// Reads a rule of HTTP.
///
/// # Errors
/// What Traefik would refuse, and what it would accept and never match.
pub fn parse(text: &str) -> Result<Rule, Fault> {
    let rule = Rule::read(text)?;
    match rule.idle().into_iter().next() {
        Some(fault) => Err(fault),
        None => Ok(rule),
    }
}

impl Rule {
    /// Reads a rule of HTTP as Traefik v3 does.
    ///
    /// # Errors
    /// What Traefik would refuse; with the text for v3 when it is in the
    /// syntax of v2. Rules that nest deeper than [`DEEPEST`] are refused too.
    pub fn read(text: &str) -> Result<Self, Fault> {
        parse::read(text, parse::Grammar::Http)
    }

    /// Reads a rule of TCP as Traefik v3 does.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_tcp(text: &str) -> Result<Self, Fault> {
        parse::read(text, parse::Grammar::Tcp)
    }

    /// Reads a rule of a route that says `syntax: v2`.
    ///
    /// # Errors
    /// What Traefik would refuse, and what no matcher of v3 can say.
    pub fn read_v2(text: &str) -> Result<Self, Fault> {
        parse::read(text, parse::Grammar::OldHttp)
    }

    /// The hosts by which TLS options are chosen for a rule, which need not be
    /// one that is accepted; none when it can't be read at all.
    pub(crate) fn hosts_of(text: &str) -> Option<Vec<String>> {
        parse::hosts(text)
    }

    /// The parts that no request can match, though Traefik accepts them; each
    /// with the text that was meant where that is certain.
    pub fn idle(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.each(&mut |matcher, negated| {
            if !negated && let Some(fault) = v2::idle(self, matcher) {
                faults.push(fault);
            }
        });
        faults
    }

    /// Every matcher, with whether it is negated.
    pub fn each<'r>(&'r self, see: &mut dyn FnMut(&'r Matcher, bool)) {
        self.visit(false, see);
    }

    fn visit<'r>(&'r self, negated: bool, see: &mut dyn FnMut(&'r Matcher, bool)) {
        match self {
            Self::All(rules) | Self::Any(rules) => {
                for rule in rules {
                    rule.visit(negated, see);
                }
            }
            Self::Not(rule) => rule.visit(!negated, see),
            Self::Matcher(matcher) => see(matcher, negated),
        }
    }

    /// The ranges of addresses that clients are told apart by.
    pub fn clients(&self) -> Vec<&Network> {
        let mut clients = Vec::new();
        self.each(&mut |matcher, _| {
            if let Test::ClientIp(network) = &matcher.test {
                clients.push(network);
            }
        });
        clients
    }

    /// The hosts that matchers name without `!`, in lower case: what TLS
    /// options are chosen by (`ParseDomains`, `pkg/muxer/http/mux.go`).
    pub fn hosts(&self) -> Vec<&str> {
        let mut hosts = Vec::new();
        self.each(&mut |matcher, negated| {
            if let (Test::Host(host) | Test::HostSni(host), false) = (&matcher.test, negated) {
                hosts.push(host.as_str());
            }
        });
        hosts
    }

    /// The expressions for hosts that matchers name without `!`.
    pub fn host_patterns(&self) -> Vec<&Pattern> {
        let mut patterns = Vec::new();
        self.each(&mut |matcher, negated| {
            if let (Test::HostRegexp(pattern), false) = (&matcher.test, negated) {
                patterns.push(pattern);
            }
        });
        patterns
    }
}

impl Display for Rule {
    /// As Traefik v3 reads it.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut Formatter<'_>, rules: &[Self], by: &str| {
            for (index, rule) in rules.iter().enumerate() {
                if index > 0 {
                    f.write_str(by)?;
                }
                match rule {
                    Self::Any(_) => write!(f, "({rule})")?,
                    _ => write!(f, "{rule}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All(rules) => joined(f, rules, " && "),
            Self::Any(rules) => joined(f, rules, " || "),
            Self::Not(rule) => match rule.as_ref() {
                Self::All(_) | Self::Any(_) => write!(f, "!({rule})"),
                _ => write!(f, "!{rule}"),
            },
            Self::Matcher(matcher) => write!(f, "{}", matcher.test),
        }
    }
}

impl Test {
    /// Its name, as Traefik's documentation spells it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Host(_) => "Host",
            Self::HostRegexp(_) => "HostRegexp",
            Self::Path(_) => "Path",
            Self::PathPrefix(_) => "PathPrefix",
            Self::PathRegexp(_) => "PathRegexp",
            Self::Header(..) => "Header",
            Self::HeaderRegexp(..) => "HeaderRegexp",
            Self::Method(_) => "Method",
            Self::Query(..) | Self::FirstQuery(..) => "Query",
            Self::QueryRegexp(..) => "QueryRegexp",
            Self::ClientIp(_) => "ClientIP",
            Self::HostSni(_) => "HostSNI",
            Self::HostSniRegexp(_) => "HostSNIRegexp",
            Self::Alpn(_) => "ALPN",
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (first, second): (&str, Option<&str>) = match self {
            Self::Host(text)
            | Self::Path(text)
            | Self::PathPrefix(text)
            | Self::Method(text)
            | Self::HostSni(text)
            | Self::Alpn(text) => (text, None),
            Self::HostRegexp(pattern)
            | Self::PathRegexp(pattern)
            | Self::HostSniRegexp(pattern) => (pattern.source(), None),
            Self::Header(key, value) => (key, Some(value)),
            Self::Query(key, value) | Self::FirstQuery(key, value) => {
                (key, Some(value.as_str()).filter(|value| !value.is_empty()))
            }
            Self::HeaderRegexp(key, pattern) | Self::QueryRegexp(key, pattern) => {
                (key, Some(pattern.source()))
            }
            Self::ClientIp(network) => (&network.text, None),
        };
        write!(f, "{}(", self.name())?;
        for (index, value) in [Some(first), second].into_iter().flatten().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            // A text with a backtick must have come in quotes.
            if value.contains('`') {
                write!(f, "{comma}{value:?}")?;
            } else {
                write!(f, "{comma}`{value}`")?;
            }
        }
        f.write_str(")")
    }
}
