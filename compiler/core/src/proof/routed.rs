//! Hand-written routes, on from Traefik: the policies of both ends, to whoever
//! answers. The topology's own routes are walked with the paths that need them.

use std::collections::BTreeSet;

use super::demand::Demand;
use super::ground::{Ground, Running};
use super::trail::{Broken, Trail};
use super::walk;
use crate::components::program::Peer;
use crate::model::object::ObjectId;
use crate::model::settings::Protocol;
use crate::traefik::instance::{Backend, Router};
use crate::traefik::objects::Protocol as Speaks;

/// The ways on from Traefik that would fail.
pub(super) fn broken(ground: &Ground<'_>) -> Vec<(Demand, Box<Broken>)> {
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
            own.flat_map(move |router| of_router(ground, running, router))
        })
        .collect()
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
