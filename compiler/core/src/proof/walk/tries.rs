//! Requests that stand for those of a caller of whom only the route is known:
//! one at least must lead to its target.

use std::borrow::Cow;

use super::gate::{ask, asking};
use super::outside::{as_admitted, ask_from_outside};
use super::{Group, Passed, Walk};
use crate::components::program::Asks;
use crate::proof::demand::Client;
use crate::proof::ground::Running;
use crate::proof::trail::{Broken, Step, Trail};
use crate::traefik::instance::{Action, Router};
use crate::traefik::request::Hello;
use crate::traefik::rule::{Example, Overlap};
use crate::traefik::{Answer, EntryPoint, Protocol as Speaks, Request, Rule};

/// An entrypoint that requests come to, and what is asked for there.
pub(super) struct Door<'d, 'w> {
    pub(super) running: &'w Running<'w>,
    pub(super) group: Group<'w>,
    pub(super) entrypoint: &'d EntryPoint,
    /// The port that is asked for.
    pub(super) port: u16,
    pub(super) asks: &'d Asks,
}

impl<'w> Door<'_, 'w> {
    /// The `Host` that a client sends: with the port, unless it is the usual one
    /// (RFC 9110, section 7.2).
    pub(super) fn host<'h>(&self, host: &'h str) -> Cow<'h, str> {
        match (self.asks.tls, self.port) {
            (false, 80) | (true, 443) => host.into(),
            (_, port) => format!("{host}:{port}").into(),
        }
    }

    /// The routers that take HTTP here, with their rules.
    fn routers(&self) -> impl Iterator<Item = (usize, &'w Router, &'w Rule)> {
        let (name, tls) = (&self.entrypoint.name, self.asks.tls);
        let routers = self.running.instance.routers.iter().enumerate();
        routers.filter_map(move |(index, router)| {
            let here = router.protocol == Speaks::Http
                && router.status.is_enabled()
                && router.served.iter().any(|at| at.entry_point == *name && at.tls == tls);
            Some((index, router, router.rule.as_deref()?)).filter(|_| here)
        })
    }
}

impl<'w> Walk<'w> {
    /// A program of another namespace of whose requests nobody knows but the
    /// host: it asks for what the routes to its target are written to take.
    /// What is told of a failure is that of such a request, if there is one.
    pub(super) fn any_path(&self, door: &Door<'_, 'w>, host: &str, trail: &mut Trail) -> Passed {
        let get = |target: String| Example {
            method: "GET".to_owned(),
            host: host.to_owned(),
            target,
            ..Example::default()
        };
        let Err(plain) = self.attempt(door, &get("/".to_owned()), trail) else { return Ok(()) };
        let Ok(named) = Rule::read(&format!("Host(`{host}`)")) else { return Err(plain) };
        let mut first = None;
        let mut undecided = Vec::new();
        let written = door.asks.rules.iter().filter_map(|rule| Rule::read(rule).ok());
        for rule in written {
            match rule.overlap(&named) {
                Overlap::No => {}
                Overlap::Possible => undecided.push(rule),
                Overlap::Yes(example) => match self.attempt(door, &example, trail) {
                    Ok(()) => return Ok(()),
                    Err(broken) => drop(first.get_or_insert(broken)),
                },
            }
        }
        // Some other path may lead there, as the routes are now.
        let instance = &door.running.instance;
        let mut other_host = None;
        for (index, router, _) in door.routers() {
            if !self.leads(door.running, router, door.asks) {
                continue;
            }
            other_host.get_or_insert(index);
            for way in instance.ways_down(index) {
                let rules = instance.rules_on(&way);
                let other = Example::below(&rules);
                let whole = match rules.as_slice() {
                    [one] => one.overlap(&named),
                    _ => Rule::All(rules).overlap(&named),
                };
                let straight = whole.example();
                for example in straight.into_iter().chain(other) {
                    match self.attempt(door, &get(example.target), trail) {
                        Ok(()) => return Ok(()),
                        // Nothing else says what is asked for.
                        Err(broken) if door.asks.rules.is_empty() => {
                            first.get_or_insert(broken);
                        }
                        Err(_) => {}
                    }
                }
            }
        }
        for (index, router, rule) in door.routers() {
            if self.leads(door.running, router, door.asks) && undecided.contains(rule) {
                match self.supposed(door, index, trail) {
                    Ok(()) => return Ok(()),
                    Err(broken) => drop(first.get_or_insert(broken)),
                }
            }
        }
        if let (true, None, Some(index)) = (door.asks.rules.is_empty(), &first, other_host) {
            let clause = format!("its rule takes no request of the host `{host}`");
            let help =
                format!("let the rule of that route take ``Host(`{host}`)`` too, or any host");
            let broken = Broken::new(Step::Route, clause, help);
            return Err(Box::new(self.routed(door.running, index, broken)));
        }
        Err(first.unwrap_or(plain))
    }

    /// A client outside: one request at least of those that the rule of a
    /// route takes must lead to its program: the example, or one that no route
    /// before it takes. That a middleware turns away who has no password, or
    /// sends him to another scheme, is what it is there for.
    pub(super) fn client(&self, door: &Door<'_, 'w>, client: &Client, trail: &mut Trail) -> Passed {
        let own = || door.routers().filter(|one| client.rule.as_deref() == Some(one.2));
        let Some(example) = &client.example else {
            let Some(index) = client.leaf.or_else(|| Some(own().next()?.0)) else { return Ok(()) };
            return self.supposed(door, index, trail);
        };
        let rule = client.rule.as_deref().filter(|_| client.leaf.is_none());
        let other = match rule.and_then(|rule| as_admitted(door, rule, example)).transpose() {
            Ok(other) => other,
            Err(broken) => {
                let Some((index, ..)) = own().next() else { return Ok(()) };
                return Err(Box::new(self.routed(door.running, index, broken)));
            }
        };
        let example = other.as_ref().unwrap_or(example);
        let mut first = None;
        // The second costs more, and is seldom wanted.
        let other = std::iter::once_with(|| {
            let priority = own().map(|(_, router, _)| router.priority).max()?;
            self.beside(door, client.rule.as_deref()?, priority)
        });
        for example in std::iter::once(example.clone()).chain(other.flatten()) {
            match self.attempt(door, &example, trail) {
                Ok(()) => return Ok(()),
                Err(broken) if broken.step == Step::Middleware => {
                    let allowed = allowed_hosts(door.running, &self.answer(door, &example));
                    if !allowed.is_empty() {
                        let comes = allowed.into_iter().any(|host| {
                            let bare = host.rsplit_once(':').map_or(host, |(bare, _)| bare);
                            let other = Example { host: bare.to_owned(), ..example.clone() };
                            self.attempt(door, &other, trail).is_ok()
                        });
                        return if comes { Ok(()) } else { Err(broken) };
                    }
                    let Example { method, host, target, .. } = &example;
                    if let Some(shut) = self.shut(door, host, &self.answer(door, &example))
                        && !self.elsewhere_open(door, client)
                    {
                        return Err(asking(Box::new(shut), method, host, target));
                    }
                    trail.note(Step::Middleware, self.demand.span, || {
                        format!("{}, which is what its middleware is for", broken.clause)
                    });
                    return Ok(());
                }
                Err(broken) => drop(first.get_or_insert(broken)),
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// Whether some request of those that a route takes is sent to where a route
    /// answers: one that also another route takes, as for a host that it names.
    fn elsewhere_open(&self, door: &Door<'_, 'w>, client: &Client) -> bool {
        let Some(rule) = client.rule.as_deref() else { return false };
        let routers = door.running.instance.routers.iter();
        let others = routers.filter(|router| {
            router.protocol == Speaks::Http
                && router.status.is_enabled()
                && !router.served.is_empty()
        });
        others.filter_map(|router| router.rule.as_deref()).filter(|other| *other != rule).any(
            |other| {
                let Some(example) = other.overlap(rule).example() else { return false };
                let answer = self.answer(door, &example);
                matches!(answer, Answer::Redirect { .. })
                    && self.shut(door, &example.host, &answer).is_none()
            },
        )
    }

    /// Sends a request, without a trail first, so that what fails leaves no
    /// hop.
    fn attempt(&self, door: &Door<'_, 'w>, example: &Example, trail: &mut Trail) -> Passed {
        let Door { running, group, asks, .. } = door;
        let answer = self.answer(door, example);
        self.answered(running, *group, &answer, asks, &mut Trail::default())
            .map_err(|broken| asking(broken, &example.method, &example.host, &example.target))?;
        if trail.is_kept() { self.answered(running, *group, &answer, asks, trail) } else { Ok(()) }
    }

    /// Who answers a request.
    fn answer(&self, door: &Door<'_, 'w>, example: &Example) -> Answer {
        let Door { running, entrypoint, asks, .. } = door;
        let headers = example.headers();
        let (method, host, target) = (&*example.method, &*example.host, &*example.target);
        let sent = door.host(host);
        let request = Request {
            host: &sent,
            headers: &headers,
            client: example.client,
            ..request(entrypoint, method, host, target, asks.tls)
        };
        // What a middleware says of the addresses outside is what it is for.
        match &self.demand.client {
            Some(_) => ask_from_outside(door, &request),
            None => ask(running, &request),
        }
    }

    /// Goes on behind a route of which nobody can tell what it takes.
    fn supposed(&self, door: &Door<'_, 'w>, index: usize, trail: &mut Trail) -> Passed {
        let Door { running, group, asks, .. } = door;
        trail.note(Step::Route, self.demand.span, || {
            "whether a request fits the rule of the route can't be told; if one does, it goes on so"
                .to_owned()
        });
        let mut first = None;
        for way in running.instance.ways_down(index) {
            let Some(leaf) = way.last() else { continue };
            let answer = running.instance.behind(*leaf);
            match self.answered(running, *group, &answer, asks, trail) {
                Ok(()) => return Ok(()),
                Err(broken) => drop(first.get_or_insert(broken)),
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// A request that a rule takes, and no other route of that priority or a
    /// higher one that leads elsewhere.
    fn beside(&self, door: &Door<'_, 'w>, rule: &Rule, priority: i64) -> Option<Example> {
        let mut all = vec![rule.clone()];
        for (_, router, other) in door.routers() {
            if router.priority >= priority
                && !self.leads(door.running, router, door.asks)
                && other.overlap(rule) != Overlap::No
                && other != rule
            {
                all.push(Rule::Not(Box::new(other.clone())));
            }
        }
        match Rule::All(all).satisfiable() {
            Overlap::Yes(example) => Some(example),
            Overlap::No | Overlap::Possible => None,
        }
    }
}

/// The hosts that a middleware lets pass which turns a request away for its own:
/// with another no client gets in.
fn allowed_hosts<'r>(running: &'r Running<'_>, answer: &Answer) -> Vec<&'r str> {
    let Answer::Refused { middleware, status: 500, .. } = answer else { return Vec::new() };
    let built = running.instance.middlewares.get(*middleware);
    match built.map(|built| &built.action) {
        Some(Ok(Action::Headers(headers))) => headers.hosts.iter().map(|host| &**host).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn request<'r>(
    entrypoint: &'r EntryPoint,
    method: &'r str,
    host: &'r str,
    target: &'r str,
    tls: bool,
) -> Request<'r> {
    let hello = tls.then_some(Hello { sni: host, protocols: &[] });
    Request { method, tls: hello, ..Request::get(&entrypoint.name, host, target) }
}
