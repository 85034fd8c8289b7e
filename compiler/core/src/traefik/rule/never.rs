//! Rules that Traefik accepts and no request fits, at an entrypoint that
//! cleans paths, as they do unless told otherwise.

use super::overlap::Overlap;
use super::parse::header_name;
use super::v2::replaced;
use super::{Fault, Matcher, Pattern, Rule, Test};
use crate::traefik::request::{Request, Seen, reaches};

impl Rule {
    /// The parts that no request fits: paths as no request has them, and parts
    /// that contradict each other. Beside them stands what
    /// [`idle`](Self::idle) finds.
    pub fn unmatched(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.is_plain() {
            return faults;
        }
        self.each(&mut |matcher, negated| {
            if !negated {
                let fault = path(self, matcher).or_else(|| header(matcher));
                let fault = fault.or_else(|| host(self, matcher));
                faults.extend(fault.or_else(|| no_path(matcher)));
            }
        });
        if faults.is_empty() {
            self.contradictions(&mut faults);
        }
        faults
    }

    /// Whether a look suffices to see that some request fits: each part looks
    /// at something else, and fits something by itself.
    fn is_plain(&self) -> bool {
        match self {
            Self::Matcher(matcher) => match &matcher.test {
                Test::Path(path) | Test::PathPrefix(path) => reaches(path),
                Test::Header(name, _) | Test::HeaderRegexp(name, _) => header_name(name) != "Host",
                Test::HostRegexp(pattern) => {
                    !pattern.is_with_port() && pattern.needs(in_no_host).is_none()
                }
                Test::PathRegexp(pattern) => !pattern.is_no_path(),
                _ => true,
            },
            Self::All(rules) => {
                let mut seen = [false; 4];
                rules.iter().all(|rule| {
                    let Self::Matcher(matcher) = rule else { return false };
                    let first = match &matcher.test {
                        Test::Host(_) | Test::HostRegexp(_) => 0,
                        Test::Path(_) | Test::PathPrefix(_) | Test::PathRegexp(_) => 1,
                        Test::Method(_) => 2,
                        Test::ClientIp(_) => 3,
                        // One request may have any number of them.
                        _ => return rule.is_plain(),
                    };
                    let first =
                        seen.get_mut(first).is_some_and(|seen| !std::mem::replace(seen, true));
                    first && rule.is_plain()
                })
            }
            Self::Any(rules) => rules.iter().all(Self::is_plain),
            Self::Not(_) => false,
        }
    }

    /// The same of a rule of TCP; `tls` is whether its connections have TLS, without
    /// which none names a host or what it speaks (`pkg/muxer/tcp/matcher.go`).
    pub fn unmatched_by_connections(&self, tls: bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.each(&mut |matcher, negated| {
            if !negated {
                faults.extend(host(self, matcher));
            }
        });
        if faults.is_empty() && !tls && !self.bare(true) {
            let reason = format!(
                "without TLS no connection names a host, nor what it speaks: none fits {self}"
            );
            faults.push(Fault::new(self.span(), reason));
        }
        faults
    }

    /// Whether a connection without TLS may fit, or not fit where that isn't `wanted`.
    fn bare(&self, wanted: bool) -> bool {
        match self {
            Self::Not(rule) => rule.bare(!wanted),
            Self::All(rules) if wanted => rules.iter().all(|rule| rule.bare(wanted)),
            Self::Any(rules) if !wanted => rules.iter().all(|rule| rule.bare(wanted)),
            Self::All(rules) | Self::Any(rules) => rules.iter().any(|rule| rule.bare(wanted)),
            Self::Matcher(matcher) => match &matcher.test {
                Test::HostSni(host) => (host == "*") == wanted,
                Test::HostSniRegexp(pattern) => pattern.is_match("") == wanted,
                Test::Alpn(_) => !wanted,
                _ => true,
            },
        }
    }

    fn contradictions(&self, faults: &mut Vec<Fault>) {
        if let Self::Any(rules) = self {
            return rules.iter().for_each(|rule| rule.contradictions(faults));
        }
        if self.is_plain() || self.satisfiable() != Overlap::No {
            return;
        }
        let rules = if let Self::All(rules) = self { rules.as_slice() } else { &[] };
        let pair = rules.iter().enumerate().find_map(|(at, one)| {
            let later = rules.get(at + 1..).unwrap_or_default();
            let other = later.iter().find(|other| one.overlap(other) == Overlap::No)?;
            Some(format!("no request fits both {one} and {other}"))
        });
        let reason = pair.unwrap_or_else(|| format!("no request fits {self}"));
        faults.push(Fault::new(self.span(), reason));
    }

    /// From its first matcher to its last.
    fn span(&self) -> std::ops::Range<usize> {
        let (mut first, mut last) = (usize::MAX, 0);
        self.each(&mut |matcher, _| {
            first = first.min(matcher.span.start);
            last = last.max(matcher.span.end);
        });
        first.min(last)..last
    }
}

/// Go takes the header `Host` out of the others (`net/http`, `Request.Header`).
fn header(matcher: &Matcher) -> Option<Fault> {
    let (Test::Header(name, _) | Test::HeaderRegexp(name, _)) = &matcher.test else { return None };
    let reason = "the header `Host` is what `Host(…)` looks at, and no other";
    (header_name(name) == "Host").then(|| Fault::new(matcher.span.clone(), reason))
}

/// Whether no host has a character: Traefik makes all letters small
/// (`types.CanonicalDomain`), and Go refuses others in the header `Host`
/// (`golang.org/x/net/http/httpguts`, `ValidHostHeader`).
fn in_no_host(character: char) -> bool {
    character.is_ascii_uppercase()
        || matches!(character, '/' | '@' | '?' | '#' | ' ' | '"' | '<' | '>')
}

/// Why no request has a host that an expression wants.
fn host(rule: &Rule, matcher: &Matcher) -> Option<Fault> {
    let (Test::HostRegexp(pattern) | Test::HostSniRegexp(pattern)) = &matcher.test else {
        return None;
    };
    let span = matcher.span.clone();
    if pattern.is_with_port() {
        let reason = format!(
            "Traefik takes the port off a host before it looks at rules, and `{}` wants one",
            pattern.source()
        );
        return Some(Fault::new(span, reason));
    }
    let wanted = pattern.needs(in_no_host)?;
    if !wanted.is_ascii_uppercase() {
        return Some(Fault::new(
            span,
            format!("no host has `{wanted}` in it, as `{}` wants", pattern.source()),
        ));
    }
    let reason = format!(
        "Traefik makes the letters of a host small before it looks at rules, and `{}` wants `{wanted}`",
        pattern.source()
    );
    let mut fault = Fault::new(span.clone(), reason);
    let either = Pattern::compile(&format!("(?i){}", pattern.source())).ok();
    fault.instead = either.map(|either| {
        let test = match &matcher.test {
            Test::HostRegexp(_) => Test::HostRegexp(either),
            _ => Test::HostSniRegexp(either),
        };
        replaced(rule, matcher, &Rule::Matcher(Matcher { test, span })).to_string()
    });
    Some(fault)
}

/// Why no request has a path that an expression wants.
fn no_path(matcher: &Matcher) -> Option<Fault> {
    let Test::PathRegexp(pattern) = &matcher.test else { return None };
    let reason =
        format!("all paths begin with `/`, and `{}` wants something else there", pattern.source());
    pattern.is_no_path().then(|| Fault::new(matcher.span.clone(), reason))
}

/// Why no request has a path: Traefik decodes and cleans paths before it looks
/// at rules (`normalizePath` and `sanitizePath`,
/// `pkg/server/server_entrypoint_tcp.go`; `withRoutingPath`,
/// `pkg/muxer/http/mux.go`).
fn path(rule: &Rule, matcher: &Matcher) -> Option<Fault> {
    let (Test::Path(path) | Test::PathPrefix(path)) = &matcher.test else { return None };
    let alone = Rule::Matcher(matcher.clone());
    if reaches(path) || alone.satisfiable() != Overlap::No {
        return None;
    }
    if path.contains(['?', '#']) {
        let reason = format!(
            "no path has `?` or `#` in it, as `{path}` has: what follows a `?` is for `Query`"
        );
        return Some(Fault::new(matcher.span.clone(), reason));
    }
    let as_seen = Seen::cleaned(&Request::get("", "", path)).ok();
    let as_seen = as_seen.and_then(|seen| String::from_utf8(seen.path).ok());
    let as_seen = as_seen.filter(|as_seen| as_seen != path && reaches(as_seen));
    let reason = match &as_seen {
        Some(as_seen) => format!(
            "Traefik decodes and cleans a path before it looks at rules, and sees `{as_seen}` instead of `{path}`"
        ),
        None => format!("no request has a path like `{path}`"),
    };
    let mut fault = Fault::new(matcher.span.clone(), reason);
    fault.instead = as_seen.map(|as_seen| {
        let test = match &matcher.test {
            Test::Path(_) => Test::Path(as_seen),
            _ => Test::PathPrefix(as_seen),
        };
        replaced(rule, matcher, &Rule::Matcher(Matcher { test, span: matcher.span.clone() }))
            .to_string()
    });
    Some(fault)
}
