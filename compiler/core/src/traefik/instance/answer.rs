//! Who answers a request.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::tables::{Entry, Table};
use super::way::{DEEPEST, Elsewhere, Leads, Way, denied, redirect_status, scheme_redirect};
use super::{Backend, Instance, Router, Service, Text};
use crate::traefik::config::{EntryPoint, INTERNAL_ENTRY_POINT};
use crate::traefik::objects::Protocol;
use crate::traefik::request::{Connection, Malformed, Request, Seen};
use crate::traefik::rule::host_matches;

/// Who answers a request, and how.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// 404: no router matches.
    NotFound,
    /// 404: a router matches, and none of those below it.
    NoneBelow {
        /// The router's index.
        router: usize,
    },
    /// 400: the request is none.
    Malformed(Malformed),
    /// A pod.
    Backend(Reached),
    /// A middleware turns it away.
    Refused {
        /// The status.
        status: u16,
        /// The router's index.
        router: usize,
        /// The middleware's index.
        middleware: usize,
    },
    /// A redirect.
    Redirect {
        /// The status.
        status: u16,
        /// Where to.
        location: String,
        /// The router's index; none when the entrypoint does it.
        router: Option<usize>,
        /// The middleware's index; none when the entrypoint does it.
        middleware: Option<usize>,
    },
    /// 503: the router matches, and no pod is ready.
    Unavailable {
        /// The router's index.
        router: usize,
    },
    /// A page of an `errors` middleware instead.
    Page {
        /// The status that it replaces.
        status: u16,
        /// The middleware's index.
        middleware: usize,
    },
    /// Traefik itself.
    Internal(Internal),
    /// Traefik fails, with this status.
    Failed(u16),
    /// One of these in turn, request by request: by weight.
    Spread(Vec<Answer>),
    /// One of these, for as long as Traefik runs: rules of one priority, or
    /// names that collide. Another replica may choose another.
    Random(Vec<Answer>),
    /// The connection is closed, or nobody listens.
    Closed,
    /// What isn't known here decides: a plugin, another provider, a password,
    /// another program; as a clause.
    Unknown {
        /// The router's index.
        router: usize,
        /// What.
        decides: Text,
    },
}

/// What Traefik answers itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Internal {
    /// `/ping`.
    Ping,
    /// `/metrics`.
    Metrics,
    /// The API or its dashboard.
    Api,
}

/// Pods that a request reaches.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// The router's index.
    pub router: usize,
    /// The routers above it, from the one of an entrypoint on.
    pub above: Vec<usize>,
    /// The ports of Services of which one answers, in turn.
    pub backends: Vec<Arc<Backend>>,
    /// The request target that the pod sees; empty for TCP and UDP.
    pub target: String,
    /// The `Content-Type` that it sees; empty without.
    pub content_type: String,
}

impl Reached {
    /// By a router of an entrypoint, with whatever target.
    fn by(router: usize, backends: Vec<Arc<Backend>>) -> Self {
        let (target, content_type) = (String::new(), String::new());
        Self { router, above: Vec::new(), backends, target, content_type }
    }
}

impl Answer {
    /// Every answer that may come, without [`Spread`](Self::Spread) and
    /// [`Random`](Self::Random).
    pub fn each(&self) -> Vec<&Self> {
        match self {
            Self::Spread(answers) | Self::Random(answers) => {
                answers.iter().flat_map(Self::each).collect()
            }
            one => vec![one],
        }
    }

    /// The status of an answer that doesn't come from a pod.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::NotFound | Self::NoneBelow { .. } => Some(404),
            Self::Malformed(malformed) => Some(malformed.status()),
            Self::Refused { status, .. }
            | Self::Redirect { status, .. }
            | Self::Page { status, .. }
            | Self::Failed(status) => Some(*status),
            Self::Unavailable { .. } => Some(503),
            Self::Internal(_) => Some(200),
            _ => None,
        }
    }
}

/// How many ways names may collide before all routers count as alive.
const WORLDS: usize = 256;

impl Instance {
    /// Who answers a request of HTTP.
    pub fn answer(&self, request: &Request<'_>) -> Answer {
        let Some(entry_point) = self.config.entry_point(request.entry_point) else {
            return Answer::Closed;
        };
        let empty = Table::default();
        let table = self.tables.get(&entry_point.name).unwrap_or(&empty);
        if entry_point.udp || !self.config.starts() {
            return Answer::Closed;
        }
        Self::worlds(table, |dead| self.answer_at(request, entry_point, table, dead))
    }

    /// Who gets the datagrams of a UDP entrypoint.
    pub fn answer_udp(&self, entry_point: &str) -> Answer {
        let Some(table) = self.tables.get(entry_point) else { return Answer::Closed };
        Self::worlds(table, |dead| {
            let alive = table.udp.iter().find(|entry| !dead.contains(&entry.router));
            alive.map_or(Answer::Closed, |entry| self.l4(entry.router))
        })
    }

    /// Who gets a connection of TCP that isn't HTTP; `tls` says that the
    /// client speaks TLS.
    pub fn answer_tcp(&self, entry_point: &str, connection: &Connection<'_>, tls: bool) -> Answer {
        let Some(table) = self.tables.get(entry_point) else { return Answer::Closed };
        Self::worlds(table, |dead| {
            let list = if tls { &table.tcp_tls } else { &table.tcp };
            self.tcp(list, connection, dead).unwrap_or(Answer::Closed)
        })
    }

    /// Asks once for every way in which colliding names may come out.
    fn worlds(table: &Table, ask: impl Fn(&BTreeSet<usize>) -> Answer) -> Answer {
        let count = table.groups.iter().map(Vec::len).fold(1_usize, usize::saturating_mul);
        if count > WORLDS || table.groups.is_empty() {
            return ask(&BTreeSet::new());
        }
        let mut answers = Vec::new();
        for mut world in 0..count {
            let mut dead = BTreeSet::new();
            for group in &table.groups {
                let survivor = world % group.len();
                world /= group.len();
                let others = group.iter().enumerate().filter(|(index, _)| *index != survivor);
                dead.extend(others.map(|(_, router)| *router));
            }
            answers.push(ask(&dead));
        }
        random(answers)
    }

    fn answer_at(
        &self,
        request: &Request<'_>,
        entry_point: &EntryPoint,
        table: &Table,
        dead: &BTreeSet<usize>,
    ) -> Answer {
        let connection = Connection::of(request);
        if request.tls.is_none() {
            if let Some(answer) = self.tcp(&table.tcp, &connection, dead) {
                return answer;
            }
            return self.http(request, entry_point, &table.http, dead);
        }
        // The host of TLS decides between HTTP and TCP
        // (`ServeTCP`, `pkg/server/router/tcp/router.go`).
        let named = |entry: &&Entry| {
            let router = self.routers.get(entry.router);
            router.and_then(|router| router.rule.as_ref()).is_some_and(|rule| {
                rule.hosts().iter().any(|host| {
                    *host != "*"
                        && !connection.sni.is_empty()
                        && host_matches(&connection.sni, host)
                })
            })
        };
        let alive = |entry: &&Entry| !dead.contains(&entry.router);
        if !table.https.iter().filter(alive).any(|entry| named(&entry)) {
            let catches = |entry: &Entry| entry.priority == -1;
            let (last, first): (Vec<Entry>, Vec<Entry>) =
                table.tcp_tls.iter().partition(|entry| catches(entry));
            if let Some(answer) = self.tcp(&first, &connection, dead) {
                return answer;
            }
            if table.https.iter().filter(alive).count() == 0
                && let Some(answer) = self.tcp(&last, &connection, dead)
            {
                return answer;
            }
        }
        self.http(request, entry_point, &table.https, dead)
    }

    /// The routers of TCP that match first.
    fn tcp(
        &self,
        list: &[Entry],
        connection: &Connection<'_>,
        dead: &BTreeSet<usize>,
    ) -> Option<Answer> {
        let matching = list.iter().filter(|entry| {
            !dead.contains(&entry.router)
                && self
                    .routers
                    .get(entry.router)
                    .and_then(|router| router.rule.as_ref())
                    .is_some_and(|rule| rule.matches_connection(connection))
        });
        let answers = first_of(matching).into_iter().map(|entry| {
            let refused = self.routers.get(entry.router).is_some_and(|router| {
                router.allowed.iter().any(|networks| {
                    !connection.client.is_some_and(|client| {
                        networks.iter().any(|network| network.contains(client))
                    })
                })
            });
            if refused { Answer::Closed } else { self.l4(entry.router) }
        });
        let answers: Vec<Answer> = answers.collect();
        (!answers.is_empty()).then(|| random(answers))
    }

    /// Who would answer what a router of HTTP takes, whatever its middlewares
    /// say.
    pub fn behind(&self, index: usize) -> Answer {
        let service = self.routers.get(index).and_then(|router| router.service.as_ref());
        let all = service.map(Service::backends).unwrap_or_default();
        let backends: Vec<Arc<Backend>> =
            all.into_iter().filter(|backend| !backend.empty).cloned().collect();
        if backends.is_empty() {
            return Answer::Unavailable { router: index };
        }
        Answer::Backend(Reached::by(index, backends))
    }

    fn l4(&self, index: usize) -> Answer {
        let service = self.routers.get(index).and_then(|router| router.service.as_ref());
        let all = service.map(Service::backends).unwrap_or_default();
        let backends: Vec<Arc<Backend>> =
            all.iter().filter(|backend| !backend.empty).map(|one| Arc::clone(one)).collect();
        if backends.is_empty() {
            return Answer::Closed;
        }
        let whole = backends.len() == all.len();
        let reached = Answer::Backend(Reached::by(index, backends));
        // Turns go to a service without servers as well, and end there
        // (`pkg/tcp/wrr_load_balancer.go`, `pkg/udp/wrr_load_balancer.go`).
        if whole { reached } else { Answer::Spread(vec![reached, Answer::Closed]) }
    }

    fn http(
        &self,
        request: &Request<'_>,
        entry_point: &EntryPoint,
        list: &[Entry],
        dead: &BTreeSet<usize>,
    ) -> Answer {
        let mut seen = match Seen::new(request, entry_point) {
            Ok(seen) => seen,
            Err(malformed) => return Answer::Malformed(malformed),
        };
        if self.reads_headers {
            seen.forwarded(request);
        }
        let own = self.own(request, entry_point, &seen, dead);
        let matching = list.iter().filter(|entry| {
            !dead.contains(&entry.router)
                && self.routers.get(entry.router).is_some_and(|router| matches(router, &seen))
        });
        let first = first_of(matching);
        // The redirect of an entrypoint is a router as well: of equal priorities
        // either may come first.
        let priority = first.first().map(|entry| entry.priority);
        let tied = matches!(own, Some(Answer::Redirect { .. } | Answer::Failed(_)))
            && priority == entry_point.redirect.as_ref().map(|redirect| redirect.priority);
        let own = match own {
            Some(answer) if !tied => return answer,
            own => own,
        };
        let follow = |entry: &Entry, seen| {
            let served =
                self.routers.get(entry.router).and_then(|one| one.served.get(entry.served));
            let mut steps = served.map(|served| served.middlewares.clone()).unwrap_or_default();
            self.router(entry.router, Vec::new(), &mut steps, seen, (request, entry_point))
        };
        let mut answers: Vec<Answer> = own.into_iter().collect();
        if let Some((last, others)) = first.split_last() {
            answers.extend(others.iter().map(|entry| follow(entry, seen.clone())));
            answers.push(follow(last, seen));
        }
        if answers.is_empty() { Answer::NotFound } else { random(answers) }
    }

    /// Follows a router, after the routers and the middlewares before it.
    pub(super) fn router(
        &self,
        index: usize,
        above: Vec<usize>,
        before: &mut Vec<Vec<usize>>,
        seen: Seen<'_>,
        (request, entry_point): (&Request<'_>, &EntryPoint),
    ) -> Answer {
        let Some(router) = self.routers.get(index) else { return Answer::NotFound };
        if !entry_point.denied_characters.is_empty()
            && denied(&seen, &entry_point.denied_characters)
        {
            return Answer::Malformed(Malformed::Target);
        }
        let mut steps = std::mem::take(before);
        steps.extend(router.middlewares.iter().cloned());
        steps.reverse();
        let (left, chosen) = (DEEPEST, Vec::new());
        let way = Way { instance: self, request, entry_point, above, router: index, left, chosen };
        way.pass(steps, seen, Leads::Router(router))
    }

    /// What Traefik answers before any router of Kubernetes.
    fn own(
        &self,
        request: &Request<'_>,
        entry_point: &EntryPoint,
        seen: &Seen<'_>,
        dead: &BTreeSet<usize>,
    ) -> Option<Answer> {
        let here = |name: &Option<Text>| name.as_ref() == Some(&entry_point.name);
        let begins = |prefix: &str| seen.path.starts_with(prefix.as_bytes());
        if request.tls.is_some() {
            return None;
        }
        if here(&self.config.ping)
            && begins("/ping")
            && let Some(answer) = self.ping(request, entry_point, seen)
        {
            return Some(answer);
        }
        if here(&self.config.metrics) && begins("/metrics") {
            return Some(Answer::Internal(Internal::Metrics));
        }
        if self.config.api_insecure
            && &*entry_point.name == INTERNAL_ENTRY_POINT
            && (begins("/api") || self.config.dashboard)
        {
            return Some(Answer::Internal(Internal::Api));
        }
        let redirect = entry_point.redirect.as_ref()?;
        // A router of this priority would be tried before it.
        if redirect.priority < i64::MAX - 1
            && self.above(entry_point, redirect.priority, seen, dead)
        {
            return None;
        }
        let challenge = redirect.spares_acme && begins("/.well-known/acme-challenge/");
        if seen.host.is_empty() || challenge {
            return None;
        }
        let usual =
            matches!((&*redirect.scheme, &*redirect.port), ("http", "80") | ("https", "443"));
        let port = if usual { String::new() } else { format!(":{}", redirect.port) };
        let status = redirect_status(request.method, redirect.permanent, false);
        match scheme_redirect(seen, request, &redirect.scheme, &port) {
            Elsewhere::Same => None,
            Elsewhere::To(location) => {
                Some(Answer::Redirect { status, location, router: None, middleware: None })
            }
            Elsewhere::Nowhere => Some(Answer::Failed(502)),
        }
    }

    fn above(
        &self,
        entry_point: &EntryPoint,
        priority: i64,
        seen: &Seen<'_>,
        dead: &BTreeSet<usize>,
    ) -> bool {
        let Some(table) = self.tables.get(&entry_point.name) else { return false };
        table.http.iter().any(|entry| {
            entry.priority > priority
                && !dead.contains(&entry.router)
                && self.routers.get(entry.router).is_some_and(|router| matches(router, seen))
        })
    }
}

pub(super) fn matches(router: &Router, seen: &Seen<'_>) -> bool {
    router.protocol == Protocol::Http && router.rule.as_ref().is_some_and(|rule| rule.matches(seen))
}

/// Of entries by priority those of the highest.
pub(super) fn first_of<'e>(entries: impl Iterator<Item = &'e Entry>) -> Vec<Entry> {
    let mut first: Vec<Entry> = Vec::new();
    for entry in entries {
        if first.first().is_some_and(|one| one.priority != entry.priority) {
            break;
        }
        first.push(*entry);
    }
    first
}

pub(super) fn random(answers: Vec<Answer>) -> Answer {
    several(answers, Answer::Random)
}

pub(super) fn several(answers: Vec<Answer>, many: impl FnOnce(Vec<Answer>) -> Answer) -> Answer {
    let mut different = answers;
    if different.len() > 1 {
        for answer in std::mem::take(&mut different) {
            if !different.contains(&answer) {
                different.push(answer);
            }
        }
    }
    match different.len() {
        0 => Answer::NotFound,
        1 => different.pop().unwrap_or(Answer::NotFound),
        _ => many(different),
    }
}
