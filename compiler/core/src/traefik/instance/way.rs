//! The way of one request through one router: middlewares, then services.

use super::answer::{Answer, Internal, Reached, first_of, matches, random, several};
use super::middlewares::Action;
use super::tables::Entry;
use super::{Instance, Router, Service, Text};
use crate::traefik::config::EntryPoint;
use crate::traefik::request::{Request, Seen, split_port};

pub(super) fn denied(seen: &Seen<'_>, characters: &[&str]) -> bool {
    let path = String::from_utf8_lossy(&seen.url.encoded()).to_ascii_uppercase();
    characters.iter().any(|character| path.contains(character))
}

/// The header that tells what was taken off a path
/// (`pkg/middlewares/stripprefix`).
const STRIPPED: &str = "X-Forwarded-Prefix";

/// Where a request goes when it has passed all middlewares.
#[derive(Clone, Copy)]
pub(super) enum Leads<'i> {
    Router(&'i Router),
    Service(&'i Service),
}

/// The way of one request through one router.
#[derive(Clone)]
pub(super) struct Way<'i> {
    pub(super) instance: &'i Instance,
    pub(super) request: &'i Request<'i>,
    pub(super) entry_point: &'i EntryPoint,
    /// The routers above it.
    pub(super) above: Vec<usize>,
    pub(super) router: usize,
    /// How many more middlewares it may pass.
    pub(super) left: usize,
    /// The middlewares that stand for their names here, where several have one:
    /// Traefik keeps one of them when it loads, and means it ever after.
    pub(super) chosen: Vec<usize>,
}

/// How many middlewares a request passes at most. Chains lead in no circle, but
/// where names collide it isn't known which of two chains is meant.
pub(super) const DEEPEST: usize = 100;

/// For how many names that collide each choice is followed.
const CHOICES: usize = 6;

impl Way<'_> {
    /// Passes middlewares, of which the last is the next, then goes on.
    pub(super) fn pass(
        mut self,
        mut steps: Vec<Vec<usize>>,
        seen: Seen<'_>,
        leads: Leads<'_>,
    ) -> Answer {
        let Some(left) = self.left.checked_sub(1) else { return Answer::NotFound };
        self.left = left;
        let Some(candidates) = steps.pop() else { return self.lead(seen, leads) };
        let unknown =
            |decides: &str| Answer::Unknown { router: self.router, decides: decides.into() };
        match candidates.as_slice() {
            // Something of another provider.
            [] => unknown("another provider"),
            [one] => self.step(*one, steps, seen, leads),
            several => {
                if let Some(one) = several.iter().find(|one| self.chosen.contains(one)) {
                    let one = *one;
                    return self.step(one, steps, seen, leads);
                }
                if self.chosen.len() == CHOICES {
                    return unknown("which of the middlewares of one name Traefik keeps");
                }
                let each = several.iter().map(|one| {
                    let mut way = self.clone();
                    way.chosen.push(*one);
                    way.step(*one, steps.clone(), seen.clone(), leads)
                });
                random(each.collect())
            }
        }
    }

    fn step(
        self,
        index: usize,
        mut steps: Vec<Vec<usize>>,
        mut seen: Seen<'_>,
        leads: Leads<'_>,
    ) -> Answer {
        let refused =
            |status: u16| Answer::Refused { status, router: self.router, middleware: index };
        let unknown =
            |decides: &str| Answer::Unknown { router: self.router, decides: decides.into() };
        let Some(Ok(action)) = self.instance.middlewares.get(index).map(|built| &built.action)
        else {
            return Answer::NotFound;
        };
        match action {
            Action::Pass(_) => {}
            Action::Headers(headers) => {
                if let Some(status) = headers.pass(&mut seen) {
                    return refused(status);
                }
            }
            Action::AddPrefix(prefix) => seen.url.add_prefix(prefix),
            Action::StripPrefix(prefixes, force_slash) => {
                let fits = |prefix: &&Text| seen.url.path().starts_with(prefix.as_bytes());
                if let Some(prefix) = prefixes.iter().find(fits) {
                    if !seen.url.strip_prefix(prefix, *force_slash) {
                        return refused(400);
                    }
                    seen.headers.push((STRIPPED.into(), prefix.to_string().into()));
                }
            }
            Action::StripPrefixRegex(patterns) => {
                let path = String::from_utf8_lossy(seen.url.path()).into_owned();
                let fits = patterns.iter().find_map(|pattern| {
                    pattern.find(&path).filter(|found| !found.is_empty() && path.starts_with(found))
                });
                if let Some(prefix) = fits {
                    if !seen.url.strip_prefix(prefix, false) {
                        return refused(400);
                    }
                    seen.headers.push((STRIPPED.into(), prefix.to_owned().into()));
                }
            }
            Action::ReplacePath(path) => {
                seen.note_path();
                if !seen.url.replace(path) {
                    return refused(500);
                }
            }
            Action::ReplacePathRegex(pattern, by) => {
                let path = String::from_utf8_lossy(&seen.url.raw_or_encoded()).into_owned();
                if pattern.is_match(&path) {
                    seen.note_path();
                    if !seen.url.replace(&pattern.replace_all(&path, by)) {
                        return refused(500);
                    }
                    if !seen.url.stays_clean() {
                        return refused(400);
                    }
                }
            }
            Action::Chain(chain) => steps.extend(chain.iter().rev().cloned()),
            Action::Allow(_, _, true) => return unknown("the header `X-Forwarded-For`"),
            Action::Allow(networks, status, false) => {
                let Some(client) = self.request.client else {
                    return unknown("the address of the client");
                };
                if !networks.iter().any(|network| network.contains(client)) {
                    return refused(*status);
                }
            }
            Action::Full => return refused(429),
            Action::DenyEncoded(characters) => {
                if denied(&seen, characters) {
                    return refused(400);
                }
            }
            Action::RedirectRegex(pattern, by, permanent) => {
                let scheme = if self.request.tls.is_some() { "https" } else { "http" };
                let old = format!("{scheme}://{}{}", seen.host_header, seen.url.uri());
                if pattern.is_match(&old) {
                    let new = pattern.replace_all(&old, by);
                    if new != old {
                        let status = redirect_status(self.request.method, *permanent, false);
                        return self.redirect(index, status, new);
                    }
                }
            }
            Action::RedirectScheme { scheme, port, permanent, always_308 } => {
                let status = redirect_status(self.request.method, *permanent, *always_308);
                match scheme_redirect(&seen, self.request, scheme, port) {
                    Elsewhere::To(location) => return self.redirect(index, status, location),
                    Elsewhere::Nowhere => return Answer::Failed(502),
                    Elsewhere::Same => {}
                }
            }
            Action::Auth => {
                let given = seen.header("Authorization").next().is_some();
                return if given { unknown("a password") } else { refused(401) };
            }
            Action::Forward(address) => return unknown(&format!("the program at `{address}`")),
            Action::Plugin(name) => return unknown(&format!("the plugin `{name}`")),
            Action::Errors(statuses, _) => {
                let inner = self.pass(steps, seen, leads);
                return error_page(index, statuses, inner);
            }
        }
        self.pass(steps, seen, leads)
    }

    fn redirect(self, middleware: usize, status: u16, location: String) -> Answer {
        let (router, middleware) = (Some(self.router), Some(middleware));
        Answer::Redirect { status, location, router, middleware }
    }

    fn lead(&self, seen: Seen<'_>, leads: Leads<'_>) -> Answer {
        match leads {
            Leads::Service(service) => self.serve(service, seen),
            Leads::Router(router) if router.children.is_empty() => match &router.service {
                Some(service) => self.serve(service, seen),
                None => Answer::NotFound,
            },
            Leads::Router(router) => self.below(router, seen),
        }
    }

    /// Routers below a router choose by the path as middlewares have left it
    /// (`Muxer.ServeHTTP`, `pkg/muxer/http/mux.go`).
    fn below(&self, parent: &Router, mut seen: Seen<'_>) -> Answer {
        let routers = &self.instance.routers;
        seen.routed_anew();
        let mut children: Vec<Entry> = parent
            .children
            .iter()
            .filter_map(|index| {
                let child = routers.get(*index)?;
                let served = child.status.is_enabled() && matches(child, &seen);
                served.then_some(Entry { router: *index, served: 0, priority: child.priority })
            })
            .collect();
        children.sort_by_key(|entry| std::cmp::Reverse(entry.priority));
        let answers = first_of(children.iter()).into_iter().map(|entry| {
            let above = self.above.iter().copied().chain([self.router]).collect();
            let asked = (self.request, self.entry_point);
            self.instance.router(entry.router, above, &mut Vec::new(), seen.clone(), asked)
        });
        let answers: Vec<Answer> = answers.collect();
        if answers.is_empty() {
            return Answer::NoneBelow { router: self.router };
        }
        random(answers)
    }

    fn serve(&self, service: &Service, seen: Seen<'_>) -> Answer {
        let unavailable = Answer::Unavailable { router: self.router };
        match service {
            Service::Kubernetes(backend) if backend.empty || backend.terminating => unavailable,
            Service::Kubernetes(backend) => Answer::Backend(Reached {
                router: self.router,
                above: self.above.clone(),
                backends: vec![backend.clone()],
                target: seen.url.target(),
                content_type: seen.header("Content-Type").next().unwrap_or_default().to_owned(),
            }),
            Service::Weighted(services) | Service::HighestRandomWeight(services) => {
                let weighed = services.iter().filter(|(weight, _)| *weight > 0);
                let answers: Vec<Answer> =
                    weighed.map(|(_, service)| self.serve(service, seen.clone())).collect();
                if answers.is_empty() { unavailable } else { spread(answers) }
            }
            Service::Mirroring(service, _) => self.serve(service, seen),
            Service::Failover(service, fallback, statuses) => {
                let answer = self.serve(service, seen.clone());
                if answer == unavailable && covers(statuses, 503) {
                    return self.serve(fallback, seen);
                }
                answer
            }
            Service::Through(steps, service) => {
                let steps = steps.iter().rev().cloned().collect();
                self.clone().pass(steps, seen, Leads::Service(service))
            }
            Service::Random(services) => {
                random(services.iter().map(|service| self.serve(service, seen.clone())).collect())
            }
            Service::Foreign(name) if name.ends_with("@internal") => {
                Answer::Internal(match &**name {
                    "ping@internal" => Internal::Ping,
                    "prometheus@internal" => Internal::Metrics,
                    _ => Internal::Api,
                })
            }
            Service::Foreign(name) => {
                let decides = format!("the service `{name}`").into();
                Answer::Unknown { router: self.router, decides }
            }
        }
    }
}

/// Whether a status is one of `404`, `500-599`, or a list of them.
fn covers(ranges: &[Text], status: u16) -> bool {
    ranges.iter().flat_map(|range| range.split(',')).any(|part| {
        let (low, high) = part.split_once('-').unwrap_or((part, part));
        low.parse::<u16>().is_ok_and(|low| low <= status)
            && high.parse::<u16>().is_ok_and(|high| status <= high)
    })
}

fn error_page(middleware: usize, statuses: &[Text], inner: Answer) -> Answer {
    match inner.status() {
        Some(status) if covers(statuses, status) => Answer::Page { status, middleware },
        _ => inner,
    }
}

/// Answers by weight: backends of one request target become one answer.
fn spread(answers: Vec<Answer>) -> Answer {
    let mut merged: Vec<Answer> = Vec::new();
    for answer in answers {
        if let Answer::Backend(reached) = &answer {
            let same = merged.iter_mut().find_map(|one| match one {
                Answer::Backend(own) if own.target == reached.target => Some(own),
                _ => None,
            });
            if let Some(own) = same {
                for backend in &reached.backends {
                    if !own.backends.contains(backend) {
                        own.backends.push(backend.clone());
                    }
                }
                continue;
            }
        }
        merged.push(answer);
    }
    several(merged, Answer::Spread)
}

/// `pkg/middlewares/redirect/redirect.go`.
pub(super) fn redirect_status(method: &str, permanent: bool, always_308: bool) -> u16 {
    match (always_308, permanent, method == "GET") {
        (true, ..) | (_, true, false) => 308,
        (_, true, true) => 301,
        (_, false, true) => 302,
        (_, false, false) => 307,
    }
}

/// Where a redirect to another scheme leads.
pub(super) enum Elsewhere {
    /// To where the request came: it goes on.
    Same,
    /// There.
    To(String),
    /// To no URL: an IPv6 address with a port loses its brackets on the way.
    Nowhere,
}

/// Where a redirect to another scheme and port leads
/// (`pkg/middlewares/redirect/redirect_scheme.go`).
pub(super) fn scheme_redirect(
    seen: &Seen<'_>,
    request: &Request<'_>,
    scheme: &str,
    port: &str,
) -> Elsewhere {
    let own = if request.tls.is_some() { "https" } else { "http" };
    let (host, own_port) = split_port(&seen.host_header);
    let own_port = own_port.map_or_else(String::new, |port| format!(":{port}"));
    if host.starts_with('[') && !own_port.is_empty() {
        return Elsewhere::Nowhere;
    }
    let usual = matches!((own, own_port.as_str()), ("http", ":80") | ("https", ":443"));
    let own_port = if usual { "" } else { &own_port };
    let target = seen.url.uri();
    let old = format!("{own}://{host}{own_port}{target}");
    let new = format!("{scheme}://{host}{port}{target}");
    if new == old { Elsewhere::Same } else { Elsewhere::To(new) }
}
