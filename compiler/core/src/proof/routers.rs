//! Routes that Traefik would not serve, or not as they say, whether anybody
//! needs them or not.

mod below;
mod rivals;

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::ground::{Ground, Running};
use crate::diagnostics::router::{self as d, Seen};
use crate::diagnostics::{Diag, Report};
use crate::model::object::ObjectId;
use crate::network::{Network, Origin, Pods, RightRule};
use crate::traefik::access::has;
use crate::traefik::fault::Target;
use crate::traefik::instance::Router;
use crate::traefik::objects::Protocol;
use crate::traefik::{Fault, Status, What};

/// Reports every route of every Traefik that isn't served as it is written.
/// `told` are the objects whose faults broken paths have told already.
pub(super) fn check(ground: &Ground<'_>, told: &BTreeSet<ObjectId>, report: &mut Report) {
    let told = &with_services(ground, told);
    let all: Vec<&Running<'_>> = ground.all().collect();
    let looked: Vec<Looked<'_>> =
        all.into_par_iter().map(|running| Looked::at(running, told)).collect();
    let mut faults = Faults::default();
    let mut read = Read::default();
    for one in looked {
        faults.join(one.faults);
        read.join(one.read);
        report.extend(one.found);
    }
    faults.report(told, report);
    unseen(ground, &read, report);
    ingresses(ground, report);
}

/// What is found of one Traefik.
#[derive(Default)]
struct Looked<'g> {
    faults: Faults<'g>,
    read: Read<'g>,
    /// What is told of it alone.
    found: Vec<Diag>,
}

impl<'g> Looked<'g> {
    fn at(running: &'g Running<'_>, told: &BTreeSet<ObjectId>) -> Self {
        let Self { mut faults, mut read, mut found } = Self::default();
        read.add(running);
        if let Some(blind) = &running.instance.blind {
            // Nobody knows what it would make of its objects.
            if blind.what.crashes() {
                faults.add(running, None, blind);
            } else if !told.contains(&running.pods.origin.id) {
                found.extend(asleep(running));
            }
            return Self { faults, read, found };
        }
        let unread = running.config.unread.iter();
        found.extend(unread.map(|word| d::unread(&running.pods.origin, word)));
        // Of an `Ingress` the manifests tell.
        let others = running.config.other_providers.iter();
        let others = others.filter(|name| !name.eq_ignore_ascii_case("kubernetesIngress"));
        found.extend(others.map(|name| d::other_provider(&running.pods.origin, name)));
        for router in &running.instance.routers {
            faults.router(running, router);
        }
        for (router, fault) in below::idle(running) {
            faults.add(running, Some(router), &fault);
        }
        for fault in &running.instance.faults {
            faults.add(running, None, fault);
        }
        for built in &running.instance.middlewares {
            if let Err(fault) = &built.action {
                faults.add(running, None, fault);
            }
        }
        found.extend(rivals::find(running, told));
        Self { faults, read, found }
    }
}

/// What has been told of pods is told of the Services before them.
fn with_services(ground: &Ground<'_>, told: &BTreeSet<ObjectId>) -> BTreeSet<ObjectId> {
    let mut all = told.clone();
    let names: BTreeSet<&str> = told.iter().filter_map(|id| id.namespace.as_deref()).collect();
    for space in names.into_iter().filter_map(|name| ground.net.space(name)) {
        for service in space.services.values() {
            if space.behind(service).any(|pods| told.contains(&pods.origin.id)) {
                all.insert(service.origin.id.clone());
            }
        }
    }
    all
}

/// The routes that some Traefik reads.
#[derive(Default)]
struct Read<'g> {
    /// Those of a namespace that a Traefik reads by itself, by their `at`.
    alone: BTreeMap<&'g str, Vec<bool>>,
    /// Those that one reads together with others.
    together: BTreeSet<&'g ObjectId>,
}

impl<'g> Read<'g> {
    fn add(&mut self, running: &'g Running<'_>) {
        let routers = running.instance.routers.iter().map(|router| router.at);
        match (&running.origins, running.config.namespaces.as_slice()) {
            (Cow::Borrowed(origins), [only]) => {
                let all = self.alone.entry(only).or_insert_with(|| vec![false; origins.len()]);
                for at in routers {
                    if let Some(read) = all.get_mut(at) {
                        *read = true;
                    }
                }
            }
            _ => self.together.extend(routers.filter_map(|at| Some(&running.origin(at)?.id))),
        }
    }

    /// Adds what another Traefik reads.
    fn join(&mut self, other: Self) {
        for (namespace, all) in other.alone {
            let own = self.alone.entry(namespace).or_default();
            own.resize(own.len().max(all.len()), false);
            own.iter_mut().zip(all).for_each(|(own, other)| *own |= other);
        }
        self.together.extend(other.together);
    }

    fn has(&self, namespace: &str, at: usize, id: &ObjectId) -> bool {
        let alone = self.alone.get(namespace).and_then(|all| all.get(at));
        alone.is_some_and(|read| *read) || self.together.contains(id)
    }
}

/// A Traefik that serves nothing at all.
fn asleep(running: &Running<'_>) -> Option<Diag> {
    let pods = &running.pods.origin;
    if let Some(trouble) = running.instance.trouble() {
        return Some(d::argument(pods, &trouble));
    }
    let blind = running.instance.blind.as_ref()?;
    Some(d::blind(pods, &running.pods.account, &blind.what.to_string()))
}

/// Routes of namespaces that no Traefik watches.
fn unseen(ground: &Ground<'_>, read: &Read<'_>, report: &mut Report) {
    for (name, space) in ground.net.spaces() {
        for route in &space.traefik.routes {
            let Some(origin) = space.origins.get(route.meta.at) else { continue };
            if route.routes.is_empty() {
                report.push(d::no_routes(origin));
            } else if !read.has(name, route.meta.at, &origin.id) {
                report.push(d::not_watched(origin, name));
            }
        }
    }
}

/// Objects `Ingress` of namespaces where no Traefik reads those.
fn ingresses(ground: &Ground<'_>, report: &mut Report) {
    let mut with = ground.net.spaces().filter(|(_, space)| !space.ingresses.is_empty()).peekable();
    if with.peek().is_none() {
        return;
    }
    let mut readers = Vec::new();
    for (name, space) in ground.net.spaces() {
        let own = space.pods.iter().filter(|pods| pods.reads_ingresses);
        readers.extend(own.map(|pods| (&pods.origin, may_read_ingresses(ground.net, name, pods))));
    }
    if readers.iter().any(|(_, may)| *may) {
        return;
    }
    let reader = readers.first().map(|(origin, _)| *origin);
    for (name, space) in with {
        let is_behind = !ground.traefiks(name).is_empty();
        let told = |origin| d::ingress(origin, name, is_behind, reader);
        report.extend(space.ingresses.iter().map(told));
    }
}

/// Whether the account of pods may list objects `Ingress` where their Traefik looks.
fn may_read_ingresses(net: &Network, namespace: &str, pods: &Pods) -> bool {
    let lists = |rule: &RightRule| {
        has(&rule.groups, "networking.k8s.io")
            && has(&rule.resources, "ingresses")
            && has(&rule.verbs, "list")
            && rule.names.is_empty()
    };
    let mut rights = net.spaces().flat_map(|(_, space)| &space.rights);
    pods.token
        && rights.any(|right| {
            right.subjects.iter().any(|subject| subject.is(namespace, &pods.account))
                && (right.everywhere || pods.ingresses_by_namespace)
                && right.rules.iter().flat_map(|rules| rules.iter()).any(lists)
        })
}

/// Faults by where they stand: what breaks several routes is told once.
#[derive(Default)]
struct Faults<'g> {
    by_place: BTreeMap<Place, Seen<'g>>,
    /// Objects that a Traefik takes, some of them several times, and those that
    /// one leaves to others.
    taken: Vec<&'g ObjectId>,
    left: BTreeMap<ObjectId, (&'g Origin, Fault)>,
}

/// The object, the field, and the code.
type Place = (ObjectId, String, &'static str);

impl<'g> Faults<'g> {
    fn router(&mut self, running: &'g Running<'_>, router: &'g Router) {
        let Some(origin) = running.origin(router.at) else { return };
        if let Status::Ignored(fault) = &router.status {
            // Another Traefik may be meant.
            self.left.entry(origin.id.clone()).or_insert_with(|| (origin, fault.clone()));
            return;
        }
        self.taken.push(&origin.id);
        // What is wrong with what stands above it is told there.
        let is_lost = |fault: &Fault| fault.what == What::Unreachable;
        let follows = router.status.fault().is_some_and(is_lost)
            && running.instance.routers.iter().any(|parent| {
                let fault = parent.status.fault().or(parent.notes.first());
                parent.is_parent_of(router) && fault.is_some_and(|fault| !is_lost(fault))
            });
        for fault in router.status.fault().into_iter().chain(&router.notes).filter(|_| !follows) {
            self.add(running, Some(router), fault);
        }
        let Some(service) = &router.service else { return };
        if router.protocol == Protocol::Udp || !router.status.is_enabled() {
            return;
        }
        for backend in service.backends().into_iter().filter(|backend| backend.empty) {
            let what = What::NoEndpoints {
                service: backend.service.at,
                port: backend.port_index.unwrap_or_default(),
            };
            let (at, path) = backend.referred.clone();
            self.add(running, Some(router), &Fault { at, path, what });
        }
    }

    fn add(&mut self, running: &'g Running<'_>, router: Option<&'g Router>, fault: &Fault) {
        // What keeps a middleware, a service or a router below from being built is
        // told of that.
        let mut root = fault;
        while let What::Service { cause, .. }
        | What::Middleware { cause, .. }
        | What::Children { cause, .. } = &root.what
        {
            root = cause;
        }
        let Some(origin) = running.origin(root.at) else { return };
        let refers = referred(&root.what)
            .into_iter()
            .filter_map(|at| running.origin(at))
            .filter(|other| other.id != origin.id)
            .collect();
        // Of a router below it.
        let other = router.filter(|router| router.at != root.at).and_then(|_| {
            running.instance.routers_of(root.at).find(|other| other.status.fault() == Some(root))
        });
        let rule = other.or(router).map(|router| &*router.rule_text);
        let place = (origin.id.clone(), root.path.clone(), d::meta(&root.what).code);
        let route = router.and_then(|router| running.origin(router.at));
        let seen = Seen {
            origin,
            path: root.path.clone(),
            what: root.what.clone(),
            refers,
            routes: route.into_iter().filter(|route| route.id != origin.id).collect(),
            rule: rule.unwrap_or_default().to_owned(),
        };
        self.put(place, seen);
    }

    /// Of what stands at one place already, the routes alone are new.
    fn put(&mut self, place: Place, seen: Seen<'g>) {
        match self.by_place.entry(place) {
            Entry::Vacant(entry) => drop(entry.insert(seen)),
            Entry::Occupied(mut entry) => {
                let routes = &mut entry.get_mut().routes;
                for route in seen.routes {
                    if !routes.contains(&route) {
                        routes.push(route);
                    }
                }
            }
        }
    }

    /// Adds what is wrong at another Traefik.
    fn join(&mut self, other: Self) {
        for (place, seen) in other.by_place {
            self.put(place, seen);
        }
        self.taken.extend(other.taken);
        for (id, left) in other.left {
            self.left.entry(id).or_insert(left);
        }
    }

    fn report(self, told: &BTreeSet<ObjectId>, report: &mut Report) {
        let taken: BTreeSet<&ObjectId> =
            if self.left.is_empty() { BTreeSet::new() } else { self.taken.into_iter().collect() };
        for (id, (origin, fault)) in &self.left {
            if !taken.contains(id) && !told.contains(id) {
                let seen = Seen {
                    origin,
                    path: fault.path.clone(),
                    what: fault.what.clone(),
                    refers: Vec::new(),
                    routes: Vec::new(),
                    rule: String::new(),
                };
                report.push(d::fault(&seen));
            }
        }
        // What isn't built is told where it stands, not where it is missing.
        let unbuilt: BTreeSet<String> = self
            .by_place
            .keys()
            .filter(|(id, ..)| id.kind.as_str() == "TraefikService")
            .filter_map(|(id, ..)| Some(format!("{}-{}", id.namespace.as_ref()?, id.name)))
            .collect();
        // Two that collide say the same of each other.
        let mut collided: BTreeSet<Vec<&ObjectId>> = BTreeSet::new();
        for ((id, ..), seen) in &self.by_place {
            let mut all: Vec<&ObjectId> =
                seen.refers.iter().map(|other| &other.id).chain([id]).collect();
            if all.iter().any(|id| told.contains(*id)) {
                continue;
            }
            let follows = match &seen.what {
                What::Missing { target: Target::TraefikService, name } => unbuilt.contains(&**name),
                // A parent that is misspelt is the one that lacks children.
                What::DeadEnd => self.by_place.iter().any(|((other, ..), seen)| {
                    other.namespace == id.namespace
                        && matches!(seen.what, What::Missing { target: Target::Parent, .. })
                }),
                What::NoEntryPoint => self
                    .by_place
                    .keys()
                    .any(|(other, path, _)| other == id && path.starts_with("spec.entryPoints[")),
                _ => false,
            };
            if follows {
                continue;
            }
            if let What::Collision { .. } | What::TwoDefaults(_) = seen.what {
                all.sort();
                if !collided.insert(all) {
                    continue;
                }
            }
            report.push(d::fault(seen));
        }
    }
}

/// The objects that a fault speaks of, beside the one that it stands in.
fn referred(what: &What) -> Vec<usize> {
    match what {
        What::MissingPort { service, .. }
        | What::ExternalName { service }
        | What::Headless { service }
        | What::NoEndpoints { service, .. } => vec![*service],
        What::SecretKeys { secret, .. } => vec![*secret],
        What::Collision { others, .. } | What::TwoDefaults(others) => others.clone(),
        _ => Vec::new(),
    }
}
