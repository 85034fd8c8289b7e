//! Routes that take requests from each other: by chance, or all of them.
//!
//! Routers of one entrypoint are looked up by the hosts that their rules are
//! bound to, so that a thousand routes for a thousand hosts cost a thousand
//! questions and not a million.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::below;
use crate::diagnostics::{Diag, router as d};
use crate::model::object::ObjectId;
use crate::proof::ground::Running;
use crate::traefik::instance::{Router, Service};
use crate::traefik::objects::Protocol;
use crate::traefik::rule::{Overlap, Rule, Test};

/// How many routes before another are held against it together: those that
/// are tried last before it.
const MOST: usize = 24;

/// Where routers meet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place<'r> {
    /// An entrypoint, with and without TLS apart: they never meet.
    At(&'r str, bool),
    /// Below another router, by its index.
    Below(usize),
}

impl Place<'_> {
    /// As part of a sentence.
    fn name(self, running: &Running<'_>) -> String {
        match self {
            Self::At(entry_point, _) => format!("on the entrypoint `{entry_point}`"),
            Self::Below(parent) => {
                let parent = running.instance.routers.get(parent);
                let parent = parent.and_then(|parent| running.origin(parent.at));
                parent.map_or_else(String::new, |parent| format!("below `{}`", parent.id))
            }
        }
    }
}

/// A router by its index, with what it takes there.
type Taken<'r> = (usize, &'r Router, Cow<'r, Rule>);

/// Routers by the place where they meet.
type Table<'r> = BTreeMap<Place<'r>, Vec<Taken<'r>>>;

/// The routes of a Traefik that take requests from each other.
pub(super) fn find(running: &Running<'_>, told: &BTreeSet<ObjectId>) -> Vec<Diag> {
    let mut found = Vec::new();
    let routers = &running.instance.routers;
    let mut above: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, router) in routers.iter().enumerate().filter(|(_, router)| router.serves()) {
        for child in &router.children {
            above.entry(*child).or_default().push(index);
        }
    }
    let mut table: Table<'_> = BTreeMap::new();
    for (index, router) in routers.iter().enumerate() {
        let Some(rule) = router.rule.as_deref() else { continue };
        // One whose name another has is told by that.
        let served = router.protocol == Protocol::Http
            && router.status.is_enabled()
            && router.notes.is_empty();
        let places: Vec<Place<'_>> = match above.get(&index) {
            Some(parents) => parents.iter().copied().map(Place::Below).collect(),
            None => router.served.iter().map(|at| Place::At(&at.entry_point, at.tls)).collect(),
        };
        for place in places.into_iter().filter(|_| served) {
            let rule = match place {
                Place::At(..) => Cow::Borrowed(rule),
                // Only what the parent takes comes to it.
                Place::Below(parent) => below::unchanged(&running.instance, parent, rule)
                    .map_or(Cow::Borrowed(rule), Cow::Owned),
            };
            table.entry(place).or_default().push((index, router, rule));
        }
    }
    let mut pairs = BTreeSet::new();
    let (mut hidden, mut told_of) = (BTreeSet::new(), BTreeSet::new());
    for (place, mut routers) in table {
        routers.sort_by_key(|(index, router, _)| (std::cmp::Reverse(router.priority), *index));
        let table = Hosts::of(&routers);
        for (position, (index, router, rule)) in routers.iter().enumerate() {
            let rivals = table.rivals(position, rule);
            let at = |router: &Router| {
                Some(d::Place { origin: running.origin(router.at)?, route: router.route })
            };
            let Some(own) = at(router) else { continue };
            let known = |other: &Router| {
                running.origin(other.at).is_none_or(|other| told.contains(&other.id))
                    || told.contains(&own.origin.id)
            };
            let mut before: Vec<&Taken<'_>> = Vec::new();
            for taken in rivals.iter().filter_map(|at| routers.get(*at)) {
                let (other_index, other, other_rule) = (taken.0, taken.1, &taken.2);
                if other.priority > router.priority {
                    if !hidden.contains(&(place, other_index)) {
                        before.push(taken);
                    }
                    continue;
                }
                let Some(one) = at(other) else { continue };
                if known(other) || same(router, other) || pairs.contains(&(other_index, *index)) {
                    continue;
                }
                let place = || place.name(running);
                match other_rule.overlap(rule) {
                    Overlap::No => continue,
                    Overlap::Yes(example) => {
                        let example = example.to_string();
                        found.push(d::tie(one, own, &place(), router.priority, &example));
                    }
                    Overlap::Possible => {
                        found.push(d::possible_tie(one, own, &place(), router.priority));
                    }
                }
                pairs.insert((other_index, *index));
            }
            let near = before.len().saturating_sub(MOST);
            let before = before.get(near..).unwrap_or_default();
            if before.is_empty() {
                continue;
            }
            if let Some(by) = shadow(rule, before) {
                let by: Vec<&Router> = by.into_iter().map(|taken| taken.1).collect();
                // To the same place: nothing is lost.
                if by.iter().all(|other| same(router, other)) || by.iter().any(|one| known(one)) {
                    continue;
                }
                hidden.insert((place, *index));
                if !told_of.insert(*index) {
                    continue;
                }
                let by: Vec<_> = by.into_iter().filter_map(at).collect();
                found.push(d::shadowed(own, &by, &place.name(running), &router.rule_text));
            }
        }
    }
    of_tcp(running, told, &mut found);
    behind_https(running, told, &mut found);
    found
}

/// Routers of TCP that have one rule at one entrypoint: Traefik sorts them by
/// their priority alone (`pkg/muxer/tcp/mux.go`), out of a map.
fn of_tcp(running: &Running<'_>, told: &BTreeSet<ObjectId>, found: &mut Vec<Diag>) {
    let mut first: BTreeMap<(&str, bool, &str, i64), &Router> = BTreeMap::new();
    let mut pairs = BTreeSet::new();
    for router in sound_tcp(running) {
        for at in &router.served {
            let key = (&*at.entry_point, at.tls, &*router.rule_text, router.priority);
            let one = *first.entry(key).or_insert(router);
            let place = |router: &Router| untold(running, told, router);
            let mut is_new = || pairs.insert(((one.at, one.route), (router.at, router.route)));
            if !std::ptr::eq(one, router)
                && !same(one, router)
                && let (Some(one), Some(other)) = (place(one), place(router))
                && is_new()
            {
                let meet = Place::At(&at.entry_point, at.tls).name(running);
                found.push(d::tie(one, other, &meet, router.priority, &router.rule_text));
            }
        }
    }
}

/// Routes of TCP with TLS whose hosts routes of HTTP have at the same entrypoint: these
/// come first, whatever the priority (`ServeTCP`, `pkg/server/router/tcp/router.go`).
fn behind_https(running: &Running<'_>, told: &BTreeSet<ObjectId>, found: &mut Vec<Diag>) {
    let tcp = sound_tcp(running).filter(|router| router.served.iter().any(|at| at.tls));
    let tcp: Vec<(&Router, BTreeSet<String>)> = tcp
        .filter_map(|router| Some((router, named(router.rule.as_deref()?))))
        .filter(|(_, names)| !names.is_empty())
        .collect();
    if tcp.is_empty() {
        return;
    }
    let mut https: BTreeMap<(&str, String), &Router> = BTreeMap::new();
    let routers = running.instance.routers.iter();
    for router in routers.filter(|router| router.protocol == Protocol::Http) {
        for at in router.served.iter().filter(|at| at.tls) {
            for host in Rule::hosts_of(&router.rule_text).unwrap_or_default() {
                https.entry((&at.entry_point, host.to_lowercase())).or_insert(router);
            }
        }
    }
    let place = |router: &Router| untold(running, told, router);
    for (router, names) in tcp {
        let taken = router.served.iter().filter(|at| at.tls).find_map(|at| {
            names
                .iter()
                .find_map(|name| Some((at, name, *https.get(&(&*at.entry_point, name.clone()))?)))
        });
        if let Some((at, host, other)) = taken
            && let (Some(own), Some(by)) = (place(router), place(other))
        {
            let meet = Place::At(&at.entry_point, true).name(running);
            found.push(d::behind_https(own, by, &meet, host));
        }
    }
}

/// The routers of TCP with which nothing is wrong.
fn sound_tcp<'r>(running: &'r Running<'_>) -> impl Iterator<Item = &'r Router> {
    running.instance.routers.iter().filter(|router| {
        router.protocol == Protocol::Tcp && router.status.is_enabled() && router.notes.is_empty()
    })
}

/// Where a router stands, unless something has been told of its object.
fn untold<'r>(
    running: &'r Running<'_>,
    told: &BTreeSet<ObjectId>,
    router: &Router,
) -> Option<d::Place<'r>> {
    let origin = running.origin(router.at).filter(|own| !told.contains(&own.id))?;
    Some(d::Place { origin, route: router.route })
}

/// The hosts that a rule of TCP names, in small letters.
fn named(rule: &Rule) -> BTreeSet<String> {
    rule.hosts().into_iter().filter(|host| *host != "*").map(str::to_lowercase).collect()
}

/// The routes that together take everything that a rule would take.
fn shadow<'t, 'r>(rule: &Rule, before: &[&'t Taken<'r>]) -> Option<Vec<&'t Taken<'r>>> {
    let without = |others: &[&Taken<'_>]| {
        let mut all = vec![rule.clone()];
        all.extend(others.iter().map(|other| Rule::Not(Box::new(Rule::clone(&other.2)))));
        Rule::All(all).satisfiable() == Overlap::No
    };
    let example = match rule.satisfiable() {
        // A rule that nothing matches is told by the router itself (J0534).
        Overlap::No => return None,
        Overlap::Yes(example) => Some(example),
        Overlap::Possible => None,
    };
    // What doesn't take the example doesn't take everything.
    let may = |other: &Rule| example.as_ref().is_none_or(|example| example.matches(other));
    if !before.iter().any(|other| may(&other.2)) {
        return None;
    }
    if let Some(one) = before.iter().find(|one| may(&one.2) && without(&[**one])) {
        return Some(vec![*one]);
    }
    if before.len() < 2 || !without(before) {
        return None;
    }
    // Those that it takes, and no others.
    let mut taking = before.to_vec();
    for at in (0..before.len()).rev() {
        let mut fewer = taking.clone();
        fewer.remove(at);
        if without(&fewer) {
            taking = fewer;
        }
    }
    Some(taking)
}

/// Whether two routers lead to the same, by the same way.
fn same(one: &Router, other: &Router) -> bool {
    // Those below decide.
    if !one.children.is_empty() || !other.children.is_empty() {
        return one.children == other.children && one.middlewares == other.middlewares;
    }
    let place = |router: &Router| {
        let service = router.service.as_ref()?;
        if let Service::Foreign(name) = service {
            return Some(vec![name.to_string()]);
        }
        let backends = service.backends().into_iter().map(|backend| {
            format!("{}/{}:{}", backend.service.namespace, backend.service.name, backend.port)
        });
        Some(backends.collect::<Vec<_>>())
    };
    one.middlewares == other.middlewares && place(one) == place(other)
}

/// Routers by the hosts that their rules are bound to.
struct Hosts<'r> {
    by_host: BTreeMap<&'r str, Vec<usize>>,
    any: Vec<usize>,
}

impl<'r> Hosts<'r> {
    fn of(routers: &'r [Taken<'_>]) -> Self {
        let mut hosts = Self { by_host: BTreeMap::new(), any: Vec::new() };
        for (position, (_, _, rule)) in routers.iter().enumerate() {
            match bound(rule) {
                Some(names) => {
                    for name in names {
                        hosts.by_host.entry(name).or_default().push(position);
                    }
                }
                None => hosts.any.push(position),
            }
        }
        hosts
    }

    /// Those before a position that may take what its rule takes, in order.
    fn rivals(&self, position: usize, rule: &Rule) -> Vec<usize> {
        let before = |list: &[usize]| {
            list.get(..list.partition_point(|at| *at < position)).unwrap_or_default().to_vec()
        };
        let mut rivals = before(&self.any);
        match bound(rule) {
            Some(names) => {
                let same = names.iter().filter_map(|name| self.by_host.get(name));
                rivals.extend(same.flat_map(|list| before(list)));
            }
            // Rules for certain hosts can't take all that one for any host
            // takes; but they tie with it.
            None => rivals.extend(self.by_host.values().flat_map(|list| before(list))),
        }
        rivals.sort_unstable();
        rivals.dedup();
        rivals
    }
}

/// The hosts without which a rule doesn't match; `None` where it isn't bound
/// to any.
fn bound(rule: &Rule) -> Option<BTreeSet<&str>> {
    match rule {
        Rule::Matcher(matcher) => match &matcher.test {
            // A dot at the end makes no other host (`host::matches`).
            Test::Host(host) if !host.contains('*') => {
                Some(BTreeSet::from([host.trim_end_matches('.')]))
            }
            _ => None,
        },
        Rule::All(rules) => rules.iter().find_map(bound),
        Rule::Any(rules) => rules.iter().try_fold(BTreeSet::new(), |mut all, rule| {
            all.extend(bound(rule)?);
            Some(all)
        }),
        Rule::Not(_) => None,
    }
}
