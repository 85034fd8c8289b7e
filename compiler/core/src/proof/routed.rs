//! Hand-written routes, on from Traefik: the policies of both ends, to whoever
//! answers. The topology's own routes are walked with the paths that need them.

use std::collections::BTreeSet;

use super::demand::{Client, Demand, OUTSIDE};
use super::ground::{Ground, Running};
use super::outside::exposed;
use super::trail::{Broken, Trail};
use super::walk;
use crate::components::program::{Asks, Peer};
use crate::model::object::ObjectId;
use crate::model::settings::Protocol;
use crate::traefik::instance::{Backend, Instance, Router};
use crate::traefik::objects::Protocol as Speaks;
use crate::traefik::rule::{Overlap, Rule};

/// The ways on from Traefik that would fail.
pub(super) fn broken(ground: &Ground<'_>) -> Vec<(Demand, Box<Broken>)> {
    let all = by_hand(ground).into_iter();
    all.flat_map(|(running, router)| of_router(ground, running, router)).collect()
}

/// The hand-written routes that are served.
fn by_hand<'g>(ground: &'g Ground<'_>) -> Vec<(&'g Running<'g>, &'g Router)> {
    let by_hand: BTreeSet<&ObjectId> =
        ground.net.spaces().flat_map(|(_, space)| &space.routes_by_hand).collect();
    if by_hand.is_empty() {
        return Vec::new();
    }
    let awake = ground.all().filter(|running| running.instance.blind.is_none());
    awake
        .flat_map(|running| {
            let own = running.instance.routers.iter().filter(|router| {
                router.status.is_enabled()
                    && running.origin(router.at).is_some_and(|origin| by_hand.contains(&origin.id))
            });
            own.map(move |router| (running, router))
        })
        .collect()
}

/// What clients outside may ask of hand-written routes, by the load balancers:
/// of whoever answers, by the `app` label of its pods.
pub(super) fn clients(ground: &Ground<'_>) -> Vec<Demand> {
    let mut demands: Vec<Demand> = Vec::new();
    for (running, router) in by_hand(ground) {
        let (Some(space), Some(origin)) =
            (ground.net.space(running.namespace), running.origin(router.at))
        else {
            continue;
        };
        for open in exposed(space, running) {
            let served = router.served.iter().find(|at| *at.entry_point == *open.entry_point);
            // Over TCP nobody can tell what a client sends.
            let Some(served) = served.filter(|_| router.protocol != Speaks::Tcp) else { continue };
            let mut ends = Vec::new();
            leaves(&running.instance, router, &mut Vec::new(), &mut ends);
            for (leaf, rules) in ends {
                let example = match Rule::All(rules).satisfiable() {
                    Overlap::No => continue,
                    Overlap::Yes(example) => Some(example),
                    Overlap::Possible => None,
                };
                let backends = leaf.service.iter().flat_map(|service| service.backends());
                let apps: BTreeSet<&str> = backends
                    .filter_map(|backend| {
                        let there = ground.net.space(&backend.service.namespace)?;
                        let mut pods = there.behind(there.services.get(&*backend.service.name)?);
                        pods.find_map(|pods| pods.labels.get("app"))
                    })
                    .collect();
                demands.extend(apps.into_iter().map(|app| Demand {
                    namespace: "".into(),
                    component: OUTSIDE.into(),
                    to: Peer::Traefik {
                        namespace: running.namespace.to_owned(),
                        service: open.service,
                        port: open.container,
                        protocol: open.protocol,
                        asks: Asks {
                            app: app.to_owned(),
                            path: None,
                            arrives: None,
                            tls: served.tls,
                            rules: Vec::new(),
                        },
                    },
                    why: "comes in by the load balancer",
                    span: origin.source,
                    told: None,
                    elsewhere: None,
                    client: Some(Box::new(Client {
                        example: example.clone().filter(|_| router.rule.is_some()),
                        rule: router.rule.clone(),
                    })),
                }));
            }
        }
    }
    demands
}

/// How many ways down from a router are followed: with several parents each, few
/// routers have very many.
const MOST: usize = 256;

/// The routers below one that lead to services, or itself, each with all rules on
/// the way there.
fn leaves<'i>(
    instance: &'i Instance,
    router: &'i Router,
    above: &mut Vec<&'i Router>,
    found: &mut Vec<(&'i Router, Vec<Rule>)>,
) {
    if found.len() == MOST || above.iter().any(|other| std::ptr::eq(*other, router)) {
        return;
    }
    above.push(router);
    if router.children.is_empty() {
        let rules = above.iter().filter_map(|router| router.rule.as_deref().cloned());
        found.push((router, rules.collect()));
    }
    for child in router.children.iter().filter_map(|child| instance.routers.get(*child)) {
        leaves(instance, child, above, found);
    }
    above.pop();
}

fn of_router(
    ground: &Ground<'_>,
    running: &Running<'_>,
    router: &Router,
) -> Vec<(Demand, Box<Broken>)> {
    let Some(origin) = running.origin(router.at) else { return Vec::new() };
    let backends = router.service.iter().flat_map(|service| service.backends());
    // A Service without pods is told by the route.
    let backends = backends.filter(|backend| !backend.empty);
    backends
        .filter_map(|backend: &Backend| {
            let port = u16::try_from(backend.port).unwrap_or(0);
            let protocol = match router.protocol {
                Speaks::Udp => Protocol::Udp,
                Speaks::Http | Speaks::Tcp => Protocol::Tcp,
            };
            let demand = Demand {
                namespace: running.namespace.into(),
                component: running.pods.component.clone(),
                to: Peer::Program {
                    app: backend.service.name.to_string(),
                    service: Some(port),
                    port,
                    protocol,
                },
                why: "goes on as this route says",
                span: origin.source,
                told: None,
                elsewhere: None,
                client: None,
            };
            let to = (&*backend.service.namespace, &*backend.service.name);
            let passed = walk::onward(ground, &demand, running, to, port, &mut Trail::default());
            passed.err().map(|broken| (demand, broken))
        })
        .collect()
}
