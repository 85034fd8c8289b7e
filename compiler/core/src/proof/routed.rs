//! Hand-written routes, on from Traefik: the policies of both ends, to whoever
//! answers. The topology's own routes are walked with the paths that need them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::demand::{Client, Demand, OUTSIDE};
use super::ground::{Ground, Running};
use super::outside::exposed;
use super::trail::{Broken, Step, Trail};
use super::walk;
use crate::components::program::{Asks, Peer};
use crate::model::object::ObjectId;
use crate::model::settings::Protocol;
use crate::network::Origin;
use crate::traefik::instance::{Action, Backend, Router, Service};
use crate::traefik::objects::Protocol as Speaks;
use crate::traefik::request::Hello;
use crate::traefik::rule::{Example, Overlap, Rule};
use crate::traefik::{Answer, Request};

/// The ways on from Traefik that would fail.
pub(super) fn broken(ground: &Ground<'_>) -> Vec<(Demand, Box<Broken>)> {
    let all = by_hand(ground).into_iter();
    all.flat_map(|(running, index, router)| {
        let mut broken = of_router(ground, running, router);
        broken.extend(weightless(running, index));
        broken
    })
    .collect()
}

/// The hand-written routes that are served, with their indexes.
fn by_hand<'g>(ground: &'g Ground<'_>) -> Vec<(&'g Running<'g>, usize, &'g Router)> {
    let by_hand: BTreeSet<&ObjectId> =
        ground.net.spaces().flat_map(|(_, space)| &space.routes_by_hand).collect();
    if by_hand.is_empty() {
        return Vec::new();
    }
    let awake = ground.all().filter(|running| running.instance.blind.is_none());
    awake
        .flat_map(|running| {
            let own = running.instance.routers.iter().enumerate().filter(|(_, router)| {
                router.status.is_enabled()
                    && running.origin(router.at).is_some_and(|origin| by_hand.contains(&origin.id))
            });
            own.map(move |(index, router)| (running, index, router))
        })
        .collect()
}

/// Whoever comes from outside by a hand-written route and doesn't get to who
/// answers there. A router with several above it may be shut below some.
pub(super) fn shut(ground: &Ground<'_>) -> Vec<(Demand, Box<Broken>)> {
    type Leaf = (String, String, Option<usize>);
    type Walked = (Demand, Option<Box<Broken>>);
    let mut by_leaf: BTreeMap<Leaf, Vec<Walked>> = BTreeMap::new();
    for demand in clients(ground) {
        let Peer::Traefik { namespace, asks, .. } = &*demand.to else { continue };
        let index = demand.client.as_ref().and_then(|client| client.leaf);
        let leaf = (namespace.clone(), asks.app.clone(), index);
        let broken = walk::walk(ground, &demand, &mut Trail::default()).err();
        by_leaf.entry(leaf).or_default().push((demand, broken));
    }
    let shut = by_leaf.into_values().filter(|all| all.iter().all(|(_, broken)| broken.is_some()));
    let first = shut.filter_map(|all| all.into_iter().next());
    first
        .filter_map(|(demand, broken)| Some((demand, broken?)))
        .filter(|(demand, broken)| !is_told(demand, broken))
        .collect()
}

/// Whether the routes are told of what keeps a client from one of them: that
/// another takes all that it would, or one of several by chance.
fn is_told(demand: &Demand, broken: &Broken) -> bool {
    match (broken.step, demand.client.as_deref()) {
        (Step::Chance, _) => true,
        (Step::Backend, Some(Client { example: Some(example), rule: Some(rule), .. })) => {
            example.matches(rule)
        }
        _ => false,
    }
}

/// What clients outside may ask of hand-written routes, by the load balancers:
/// of whoever answers, by the `app` label of its pods.
pub(super) fn clients(ground: &Ground<'_>) -> Vec<Demand> {
    let mut demands: Vec<Demand> = Vec::new();
    for (running, index, router) in by_hand(ground) {
        let (Some(space), Some(origin)) =
            (ground.net.space(running.namespace), running.origin(router.at))
        else {
            continue;
        };
        for open in exposed(space, running) {
            let served = router.served.iter().find(|at| *at.entry_point == *open.entry_point);
            // Over TCP nobody can tell what a client sends.
            let Some(served) = served.filter(|_| router.protocol != Speaks::Tcp) else { continue };
            for way in running.instance.ways_down(index) {
                let Some(leaf) = way.last().and_then(|at| running.instance.routers.get(*at)) else {
                    continue;
                };
                let backends = leaf.service.iter().flat_map(|service| service.backends());
                let apps: BTreeSet<&str> = backends
                    .filter_map(|backend| {
                        let there = ground.net.space(&backend.service.namespace)?;
                        let mut pods = there.behind(there.services.get(&*backend.service.name)?);
                        pods.find_map(|pods| pods.labels.get("app"))
                    })
                    .collect();
                let example = match asked(running, &way, (open.entry_point, served.tls)) {
                    Overlap::No => continue,
                    Overlap::Yes(example) => Some(example),
                    Overlap::Possible => None,
                };
                demands.extend(apps.into_iter().map(|app| Demand {
                    namespace: "".into(),
                    component: OUTSIDE.into(),
                    to: Arc::new(Peer::Traefik {
                        namespace: running.namespace.to_owned(),
                        service: open.service,
                        port: open.container,
                        protocol: open.protocol,
                        asks: Asks {
                            app: app.to_owned(),
                            port: None,
                            path: None,
                            version: None,
                            arrives: None,
                            tls: served.tls,
                            rules: Vec::new(),
                        },
                    }),
                    why: "comes in by the load balancer",
                    span: origin.source,
                    told: None,
                    elsewhere: None,
                    taken: None,
                    client: Some(Box::new(Client {
                        example: example.clone(),
                        rule: router.rule.clone(),
                        leaf: way.last().copied(),
                    })),
                }));
            }
        }
    }
    demands
}

/// A request that comes all the way down, if there is one.
fn asked(running: &Running<'_>, way: &[usize], (entry_point, tls): (&str, bool)) -> Overlap {
    let routers = || way.iter().filter_map(|index| running.instance.routers.get(*index));
    let rules = running.instance.rules_on(way);
    if rules.is_empty() {
        return Overlap::Possible;
    }
    let all = Rule::All(rules.clone()).satisfiable();
    // Nothing that middlewares change is asked for again.
    if routers().rev().skip(1).all(|router| router.middlewares.is_empty()) {
        return all;
    }
    let comes = |example: &Example| {
        let headers = example.headers();
        let request = example.request(entry_point, &headers);
        let tls = tls.then(|| Hello { sni: &example.host, protocols: &[] });
        let answer = running.instance.answer(&Request { tls, ..request });
        let last = way.last();
        answer
            .each()
            .iter()
            .any(|one| matches!(one, Answer::Backend(reached) if Some(&reached.router) == last))
    };
    let each = all.example().into_iter().chain(Example::below(&rules));
    each.into_iter().find(comes).map_or(Overlap::Possible, Overlap::Yes)
}

/// A route to parts of which none has a weight.
pub(super) fn weightless(running: &Running<'_>, router: usize) -> Option<(Demand, Box<Broken>)> {
    let router = running.instance.routers.get(router)?;
    let Some(Service::Weighted(parts)) = &router.service else { return None };
    if parts.iter().any(|(weight, _)| *weight > 0) {
        return None;
    }
    let origin = running.origin(router.at)?;
    let broken = Broken::new(
        Step::Target,
        "none of its `services` has a weight above 0: Traefik answers 503",
        "give one of them a `weight` above 0, or take `weight` out",
    );
    let broken = broken.at(origin, &format!("spec.routes[{}]", router.route), "the route");
    Some((onward(running, origin, &origin.id.name, (0, Protocol::Tcp)), Box::new(broken)))
}

/// What goes on from Traefik by a route.
fn onward(
    running: &Running<'_>,
    origin: &Origin,
    app: &str,
    (port, protocol): (u16, Protocol),
) -> Demand {
    Demand {
        namespace: running.namespace.into(),
        component: running.pods.component.clone(),
        to: Arc::new(Peer::Program { app: app.to_owned(), service: Some(port), port, protocol }),
        why: "goes on as this route says",
        span: origin.source,
        told: None,
        elsewhere: None,
        taken: None,
        client: None,
    }
}

fn of_router(
    ground: &Ground<'_>,
    running: &Running<'_>,
    router: &Router,
) -> Vec<(Demand, Box<Broken>)> {
    let Some(origin) = running.origin(router.at) else { return Vec::new() };
    let pages = router.middlewares.iter().flatten().filter_map(|index| {
        match running.instance.middlewares.get(*index)?.action.as_ref().ok()? {
            Action::Errors(_, service) => Some(&**service),
            _ => None,
        }
    });
    let backends = router.service.iter().chain(pages).flat_map(|service| service.reached());
    // A Service without pods is told by the route.
    let backends = backends.filter(|backend| !backend.empty);
    backends
        .filter_map(|backend: &Arc<Backend>| {
            let port = u16::try_from(backend.port).unwrap_or(0);
            let protocol = match router.protocol {
                Speaks::Udp => Protocol::Udp,
                Speaks::Http | Speaks::Tcp => Protocol::Tcp,
            };
            let demand = onward(running, origin, &backend.service.name, (port, protocol));
            let to = (&*backend.service.namespace, &*backend.service.name);
            let passed = walk::onward(ground, &demand, running, to, port, &mut Trail::default());
            passed.err().map(|broken| (demand, broken))
        })
        .collect()
}
