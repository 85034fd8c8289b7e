//! Whether two rules have a request in common, and how a rule stands to all
//! requests of a caller.
//!
//! Hosts, paths, methods and addresses fall into finitely many classes that
//! the matchers of given rules can't tell apart inwardly: each is tried by one
//! of its own. Headers and parameters with a value are independent of each
//! other. So all of these are decided exactly; regular expressions are tried
//! on what the other matchers suggest and on texts made of themselves, and are
//! "possible" otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;
use std::ops::Bound;

use super::bits::{Bits, Value};
use super::example::Example;
use super::host;
use super::parse::header_name;
use super::{Matcher, Rule, Test, address};
use crate::traefik::request::{reaches, sendable_host};

/// Whether two rules match a request in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// None.
    No,
    /// This one.
    Yes(Example),
    /// It can't be told.
    Possible,
}

impl Overlap {
    /// The example, if there is one.
    pub fn example(self) -> Option<Example> {
        match self {
            Self::Yes(example) => Some(example),
            Self::No | Self::Possible => None,
        }
    }
}

/// How a rule stands to the requests of one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covers {
    /// It matches all of them.
    All,
    /// It matches some of them only.
    Some,
    /// It matches none.
    None,
    /// It can't be told.
    Unknown,
}

/// The requests of one caller.
#[derive(Clone, Copy, Debug)]
pub struct Requests<'r> {
    /// The host that each names.
    pub host: &'r str,
    /// What all paths start with, as in `/api/v3/`; none when it isn't known.
    pub path: Option<&'r str>,
}

/// How many operations on 64 paths a question may cost.
const BUDGET: usize = 20_000_000;

/// How many headers and parameters are tried in every combination.
const FREE: usize = 8;

/// How many hosts, and how many paths, are tried for expressions.
const SUGGESTED: usize = 12;

/// How many requests that may match are kept to be tried, for each choice of
/// headers and parameters.
const KEPT: usize = 64;

impl Rule {
    /// Whether this rule and another match a request in common. Exact for
    /// `Host`, `Path`, `PathPrefix`, `Method`, `ClientIP`, `Header` and
    /// `Query` in any combination, for an entrypoint that cleans paths, as
    /// they do unless told otherwise.
    pub fn overlap(&self, other: &Self) -> Overlap {
        if self.is_apart(other) {
            return Overlap::No;
        }
        Space::of(&[self, other]).search(&[self, other])
    }

    /// As [`Rule::satisfiable`], which looks first.
    pub(super) fn searched(&self) -> Overlap {
        if let Self::All(parts) = self {
            let mut pairs = parts.iter().enumerate();
            let later = |at: usize| parts.get(at + 1..).unwrap_or_default();
            if pairs.any(|(at, one)| later(at).iter().any(|other| one.is_apart(other))) {
                return Overlap::No;
            }
        }
        Space::of(&[self]).search(&[self])
    }

    /// Whether parts that both need are expressions of which none fits what the other
    /// does, by a look alone.
    fn is_apart(&self, other: &Self) -> bool {
        let apart = |one: &Test, other: &Test| match (one, other) {
            (Test::HostRegexp(one), Test::HostRegexp(other))
            | (Test::PathRegexp(one), Test::PathRegexp(other)) => one.is_apart(other),
            (Test::Host(host), Test::HostRegexp(pattern))
            | (Test::HostRegexp(pattern), Test::Host(host)) => {
                // With a dot at the end it is the same host, and another text.
                let short = host::canonical(host.trim_end_matches('.'));
                !host.contains('*')
                    && ["", ".", ".."].iter().all(|end| !pattern.is_match(&format!("{short}{end}")))
                    && !pattern.is_match("")
            }
            _ => false,
        };
        let (own, others) = (self.needed(), other.needed());
        own.iter().any(|one| others.iter().any(|other| apart(one, other)))
    }

    /// The tests that each request which fits passes.
    fn needed(&self) -> Vec<&Test> {
        match self {
            Self::Matcher(matcher) => vec![&matcher.test],
            Self::All(rules) => rules.iter().flat_map(Self::needed).collect(),
            Self::Any(_) | Self::Not(_) => Vec::new(),
        }
    }

    /// How the rule stands to the requests of one caller, whose method,
    /// headers and address aren't known.
    pub fn covers(&self, requests: &Requests<'_>) -> Covers {
        let mut space = Space::of(&[self]);
        let host = host::canonical(requests.host);
        space.hosts = vec![host];
        let prefix = requests.path.unwrap_or("/");
        let mut paths: BTreeSet<String> =
            space.paths.iter().filter(|path| path.starts_with(prefix)).cloned().collect();
        // What is asked for, and something below that no rule names.
        paths.extend(space.fresh_below(prefix));
        if paths.is_empty() {
            return Covers::Unknown;
        }
        // The prefix itself is asked only when it is a path by itself.
        space.paths = paths.into_iter().collect();
        let mut found = [false; 3];
        let cells = Cells::new(&space, &[self]);
        for host in 0..space.hosts.len() {
            let Some(value) = cells.eval(self, &Point { host, ..Point::unknown() }) else {
                return Covers::Unknown;
            };
            for path in 0..space.paths.len() {
                let state = match (value.yes.has(path), value.no.has(path)) {
                    (true, _) => 0,
                    (_, true) => 1,
                    _ => 2,
                };
                if let Some(found) = found.get_mut(state) {
                    *found = true;
                }
            }
        }
        match found {
            [true, false, false] => Covers::All,
            [false, true, false] => Covers::None,
            [true, true, _] => Covers::Some,
            _ => Covers::Unknown,
        }
    }
}

/// What the expressions of rules suggest to try.
#[derive(Default)]
struct Tried {
    hosts: Vec<String>,
    paths: Vec<String>,
    free: Vec<(bool, String, String)>,
}

/// One request for each class.
#[derive(Default)]
struct Space {
    hosts: Vec<String>,
    paths: Vec<String>,
    methods: Vec<String>,
    clients: Vec<Option<IpAddr>>,
    /// Headers and parameters: whether it is a header, name and value.
    free: Vec<(bool, String, String)>,
    /// Paths as the rules name them, before any is left out.
    named: BTreeSet<String>,
}

impl Space {
    fn of(rules: &[&Rule]) -> Self {
        let mut space = Self::default();
        let mut hosts = BTreeSet::new();
        let mut methods = BTreeSet::new();
        let mut edges = BTreeSet::new();
        let mut free = BTreeSet::new();
        let mut tried = Tried::default();
        let mut see = |matcher: &Matcher, _: bool| match &matcher.test {
            Test::Host(host) => {
                hosts.insert(host.clone());
            }
            Test::Path(path) | Test::PathPrefix(path) => {
                space.named.insert(path.clone());
            }
            Test::Method(method) => {
                methods.insert(method.clone());
            }
            Test::ClientIp(network) => {
                edges.insert(network.first);
                edges.extend(network.last.checked_add(1));
            }
            // It is never among the headers.
            Test::Header(name, _) if header_name(name) == "Host" => {}
            Test::Header(name, value) => {
                free.insert((true, header_name(name), value.clone()));
            }
            Test::Query(key, value) => {
                free.insert((false, key.clone(), value.clone()));
            }
            Test::FirstQuery(key, value) => tried.free.push((false, key.clone(), value.clone())),
            Test::HostRegexp(pattern) => tried.hosts.extend_from_slice(pattern.samples()),
            Test::PathRegexp(pattern) => tried.paths.extend_from_slice(pattern.samples()),
            Test::HeaderRegexp(name, _) if header_name(name) == "Host" => {}
            Test::HeaderRegexp(name, pattern) => {
                let some = pattern.samples().iter().take(1);
                tried.free.extend(some.map(|value| (true, header_name(name), value.clone())));
            }
            Test::QueryRegexp(key, pattern) => {
                let some = pattern.samples().iter().take(1);
                tried.free.extend(some.map(|value| (false, key.clone(), value.clone())));
            }
            Test::HostSni(_) | Test::HostSniRegexp(_) | Test::Alpn(_) => {}
        };
        for rule in rules {
            rule.each(&mut see);
        }
        space.free = free.into_iter().collect();
        space.set_hosts(&hosts);
        space.set_paths();
        space.try_also(tried);
        // Ordinary ones first: they make the better example.
        space.methods = ["GET", "POST"].map(str::to_owned).into();
        space.methods.extend(methods.iter().cloned());
        space.methods.push("JTC".to_owned());
        space.methods.dedup();
        space.clients = edges.into_iter().map(|edge| Some(address(edge))).collect();
        space.clients.push(None);
        space.clients.reverse();
        if methods.is_empty() {
            space.methods.truncate(1);
        }
        space
    }

    fn set_hosts(&mut self, named: &BTreeSet<String>) {
        let fresh = (0..).map(|n: u32| format!("x{n}"));
        let taken = |label: &String| !named.iter().any(|host| host.split('.').any(|l| l == label));
        let fresh = fresh.into_iter().find(taken).unwrap_or_default();
        let mut hosts: Vec<String> = Vec::new();
        for host in named {
            let host = match host.strip_prefix('*') {
                Some("") => continue,
                Some(rest) => format!("{fresh}{rest}"),
                None => host.clone(),
            };
            let short = host.trim_end_matches('.');
            // A dot at the end counts once.
            for end in ["", ".", ".."] {
                hosts.push(format!("{short}{end}"));
            }
        }
        hosts.push(format!("{fresh}.example.org"));
        // Of hosts that no rule tells apart one is enough.
        let mut seen = BTreeSet::new();
        hosts.retain(|host| {
            let told = named.iter().map(|expression| host::matches(host, expression));
            sendable_host(host).is_some() && seen.insert(told.collect::<Vec<bool>>())
        });
        // Without a header no name matches, but `*` does.
        hosts.push(String::new());
        self.hosts = hosts;
    }

    /// Adds what expressions suggest, before all others.
    fn try_also(&mut self, tried: Tried) {
        let known = |list: &[String], one: &String| list.contains(one);
        let hosts = tried.hosts.into_iter().filter(|host| sendable_host(host).is_some());
        let mut hosts: Vec<String> = hosts.filter(|host| !known(&self.hosts, host)).collect();
        hosts.truncate(SUGGESTED);
        self.hosts.splice(0..0, hosts);
        let mut paths: Vec<String> = Vec::new();
        for sample in &tried.paths {
            // An expression may begin anywhere in a path.
            let slash = if sample.starts_with('/') { "" } else { "/" };
            let starts = ["", slash].into_iter().map(str::to_owned);
            let below = self.named.iter().flat_map(|path| {
                [path.clone(), path.trim_end_matches('/').to_owned(), format!("{path}{slash}")]
            });
            for start in starts.chain(below) {
                let path = format!("{start}{sample}");
                if path.starts_with('/') && !paths.contains(&path) && reaches(&path) {
                    paths.push(path);
                }
            }
        }
        paths.retain(|path| !known(&self.paths, path));
        paths.truncate(SUGGESTED);
        self.paths.splice(0..0, paths);
        for one in tried.free {
            if self.free.len() < FREE && !self.free.contains(&one) {
                self.free.push(one);
            }
        }
    }

    fn set_paths(&mut self) {
        let mut paths = BTreeSet::new();
        for path in &self.named {
            if reaches(path) {
                paths.insert(path.clone());
            }
            paths.extend(self.fresh_below(path));
        }
        paths.extend(self.fresh_below("/"));
        self.paths = paths.into_iter().collect();
    }

    /// A path below a prefix that no rule names, if a request can have one.
    fn fresh_below(&self, prefix: &str) -> Option<String> {
        // What follows an open `%` must be digits.
        for filling in ["", "2F", "F"] {
            let start = format!("{prefix}{filling}");
            let tails = ('a'..='z').chain('0'..='9').map(String::from);
            let tails = tails.chain((0..64).map(|n| format!("x{n}")));
            for tail in tails {
                let path = format!("{start}{tail}");
                let named = self
                    .named
                    .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
                    .take_while(|named| named.starts_with(prefix));
                let mut named = named.filter(|named| named.len() > prefix.len());
                if named.all(|named| !path.starts_with(named.as_str())) {
                    if reaches(&path) {
                        return Some(path);
                    }
                    break;
                }
            }
        }
        None
    }

    fn search(&self, rules: &[&Rule]) -> Overlap {
        let cells = Cells::new(self, rules);
        let nodes: usize = rules.iter().map(|rule| rule.size()).sum();
        let exact = self.free.len() <= FREE;
        let combinations = if exact { 1_usize << self.free.len() } else { 2 };
        let points = self.hosts.len() * self.methods.len() * self.clients.len();
        let cost = points
            .saturating_mul(combinations)
            .saturating_mul(nodes)
            .saturating_mul(self.paths.len() / 64 + 1);
        if cost > BUDGET {
            return Overlap::Possible;
        }
        let mut maybe = Vec::new();
        for bits in 0..combinations {
            // Too many to try all: none and all of them.
            let bits = if exact || bits == 0 { bits } else { usize::MAX };
            let room = maybe.len() + KEPT;
            for host in 0..self.hosts.len() {
                for client in 0..self.clients.len() {
                    for method in 0..self.methods.len() {
                        let point = Point {
                            host,
                            method: Some(method),
                            client: Some(client),
                            free: Some(bits),
                        };
                        let mut all = Value::all(self.paths.len());
                        for rule in rules {
                            let Some(value) = cells.eval(rule, &point) else {
                                return Overlap::Possible;
                            };
                            all = all.and(&value);
                        }
                        if let Some(path) = all.yes.first() {
                            return Overlap::Yes(self.example(&point, path));
                        }
                        if maybe.len() < room {
                            let open = (0..self.paths.len()).filter(|path| !all.no.has(*path));
                            maybe.extend(open.take(16).map(|path| (point, path)));
                        }
                    }
                }
            }
        }
        for (point, path) in &maybe {
            let example = self.example(point, *path);
            if rules.iter().all(|rule| example.matches(rule)) {
                return Overlap::Yes(example);
            }
        }
        if maybe.is_empty() && exact { Overlap::No } else { Overlap::Possible }
    }

    fn example(&self, point: &Point, path: usize) -> Example {
        let text = |list: &[String], index: Option<usize>| {
            index.and_then(|index| list.get(index)).cloned().unwrap_or_default()
        };
        let host = text(&self.hosts, Some(point.host));
        let mut target =
            crate::traefik::request::encode_routing_path(&text(&self.paths, Some(path)));
        let mut headers = Vec::new();
        let mut sign = '?';
        for (index, (header, name, value)) in self.free.iter().enumerate() {
            if point.free.is_none_or(|bits| bits >> index & 1 == 0) {
                continue;
            }
            if *header {
                headers.push((name.clone(), value.clone()));
            } else {
                target.push(sign);
                target.push_str(&query_encoded(name));
                target.push('=');
                target.push_str(&query_encoded(value));
                sign = '&';
            }
        }
        Example {
            method: text(&self.methods, point.method),
            host: sendable_host(&host).unwrap_or_default(),
            target,
            headers,
            client: point.client.and_then(|index| self.clients.get(index)).copied().flatten(),
        }
    }
}

impl Rule {
    /// How many matchers and joints it has.
    fn size(&self) -> usize {
        match self {
            Self::All(rules) | Self::Any(rules) => {
                rules.iter().map(Self::size).fold(1, usize::saturating_add)
            }
            Self::Not(rule) => rule.size().saturating_add(1),
            Self::Matcher(_) => 1,
        }
    }
}

/// A choice in every dimension but the path; `None` is unknown.
#[derive(Clone, Copy)]
struct Point {
    host: usize,
    method: Option<usize>,
    client: Option<usize>,
    /// A bit for each header and parameter.
    free: Option<usize>,
}

impl Point {
    fn unknown() -> Self {
        Self { host: 0, method: None, client: None, free: None }
    }
}

/// What each path matcher says of each path, worked out once.
struct Cells<'s> {
    space: &'s Space,
    paths: BTreeMap<(bool, &'s str), Bits>,
}

impl<'s> Cells<'s> {
    fn new(space: &'s Space, rules: &[&Rule]) -> Self {
        let mut wanted = BTreeSet::new();
        for rule in rules {
            rule.each(&mut |matcher, _| match &matcher.test {
                Test::Path(path) => {
                    wanted.insert((true, path.as_str()));
                }
                Test::PathPrefix(path) => {
                    wanted.insert((false, path.as_str()));
                }
                _ => {}
            });
        }
        let length = space.paths.len();
        let mut paths = BTreeMap::new();
        for (whole, path) in wanted {
            let Some(own) = space.named.get(path) else { continue };
            let each = space
                .paths
                .iter()
                .map(|one| if whole { one == path } else { one.starts_with(path) });
            paths.insert((whole, own.as_str()), Bits::of(each, length));
        }
        Self { space, paths }
    }

    fn eval(&self, rule: &Rule, point: &Point) -> Option<Value> {
        let length = self.space.paths.len();
        Some(match rule {
            Rule::All(rules) => {
                let mut all = Value::all(length);
                for rule in rules {
                    all = all.and(&self.eval(rule, point)?);
                }
                all
            }
            Rule::Any(rules) => {
                let mut any = Value::constant(length, false);
                for rule in rules {
                    any = any.or(&self.eval(rule, point)?);
                }
                any
            }
            Rule::Not(rule) => {
                let Value { yes, no } = self.eval(rule, point)?;
                Value { yes: no, no: yes }
            }
            Rule::Matcher(matcher) => self.leaf(&matcher.test, point)?,
        })
    }

    fn leaf(&self, test: &Test, point: &Point) -> Option<Value> {
        let length = self.space.paths.len();
        let free = |header: bool, name: &str, value: &str| {
            let (Some(bits), Some(index)) = (
                point.free,
                self.space
                    .free
                    .iter()
                    .position(|one| one.0 == header && one.1 == name && one.2 == value),
            ) else {
                return Value::unknown(length);
            };
            Value::constant(length, bits >> index & 1 == 1)
        };
        Some(match test {
            Test::Host(expression) => {
                let host = self.space.hosts.get(point.host)?;
                Value::constant(length, host::matches(host, expression))
            }
            Test::Path(path) => self.on_paths(true, path)?,
            Test::PathPrefix(path) => self.on_paths(false, path)?,
            Test::Method(method) => match point.method {
                Some(index) => Value::constant(length, self.space.methods.get(index)? == method),
                None => Value::unknown(length),
            },
            Test::ClientIp(network) => match point.client {
                Some(index) => {
                    let client = *self.space.clients.get(index)?;
                    Value::constant(length, client.is_some_and(|one| network.contains(one)))
                }
                None => Value::unknown(length),
            },
            Test::Header(name, _) | Test::HeaderRegexp(name, _) if header_name(name) == "Host" => {
                Value::constant(length, false)
            }
            Test::Header(name, value) => free(true, &header_name(name), value),
            Test::Query(key, value) => free(false, key, value),
            _ => Value::unknown(length),
        })
    }

    fn on_paths(&self, whole: bool, path: &str) -> Option<Value> {
        let yes = self.paths.get(&(whole, path))?.clone();
        let no = yes.not(self.space.paths.len());
        Some(Value { yes, no })
    }
}

fn query_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
