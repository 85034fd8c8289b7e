//! On from a Traefik, for a route that nobody has asked to lead anywhere.

use super::{Group, Passed, Walk};
use crate::network::Found;
use crate::proof::demand::Demand;
use crate::proof::ground::{Ground, Running};
use crate::proof::trail::Trail;

/// Goes on from a Traefik to the pods behind a Service.
pub(in crate::proof) fn onward(
    ground: &Ground<'_>,
    demand: &Demand,
    running: &Running<'_>,
    (namespace, service): (&str, &str),
    port: u16,
    trail: &mut Trail,
) -> Passed {
    let Some(home) = ground.net.space(running.namespace) else { return Ok(()) };
    let from = Group { namespace: running.namespace, space: home, pods: running.pods };
    let Some((namespace, space)) = ground.net.spaces_entry(namespace) else { return Ok(()) };
    let Some(service) = space.services.get(service) else { return Ok(()) };
    let walk = Walk { ground, demand, from };
    walk.backend(from, Found { namespace, space, service }, port.into(), trail)
}
