//! From a client outside of the cluster: the load balancer of a Traefik, its
//! entrypoint, the policy there, the route, and who answers.

use super::{Group, Passed, Walk};
use crate::components::program::Peer;
use crate::network::ServiceKind;
use crate::network::policy::{Direction, End};
use crate::proof::demand::{Client, Demand};
use crate::proof::ground::Ground;
use crate::proof::trail::{Broken, Step, Trail};

/// Goes the path of a client outside. That a middleware turns away who has no
/// password, or sends him to another scheme, is what it is there for.
pub(super) fn enter(
    ground: &Ground<'_>,
    demand: &Demand,
    client: &Client,
    trail: &mut Trail,
) -> Passed {
    let Peer::Traefik { namespace, service: number, protocol, asks, .. } = &demand.to else {
        return Ok(());
    };
    let Some((namespace, space)) = ground.net.spaces_entry(namespace) else { return Ok(()) };
    let balanced = space.services.values().find(|service| {
        service.kind == ServiceKind::LoadBalancer
            && space.behind(service).any(|pods| pods.traefik.is_some())
    });
    let Some(service) = balanced else {
        return Err(Box::new(
            Broken::new(
                Step::Name,
                format!("no load balancer of `{namespace}` leads to Traefik"),
                "let a Service of type LoadBalancer select the pods of Traefik",
            )
            .place(demand.span, "the route"),
        ));
    };
    trail.add(Step::Name, &service.origin, "spec.type", || match service.addresses.as_slice() {
        [] => format!("the load balancer `{}` of `{namespace}`", service.origin.id.name),
        list => format!(
            "the load balancer `{}` of `{namespace}`, at {}",
            service.origin.id.name,
            list.join(" and ")
        ),
    });
    // Who asks has no pods: those of Traefik stand for a beginning.
    let Some(first) = space.behind(service).next() else { return Ok(()) };
    let walk = Walk { ground, demand, from: Group { namespace, space, pods: first } };
    let port = walk.port(service, *number, *protocol, trail)?;
    for (group, number) in walk.behind((namespace, service), port, trail)? {
        let ends: Vec<End<'_>> = match service.ranges.as_slice() {
            [] => vec![End::Anywhere],
            ranges => ranges.iter().map(|range| End::Range(range)).collect(),
        };
        for end in ends {
            let reached = Some(group.pods);
            let port = (number, *protocol);
            walk.allowed(Direction::Ingress, group, end, reached, port, Step::Ingress, trail)?;
        }
        let host = client.example.as_ref().map_or("", |example| &example.host);
        walk.gate(group, number, host, asks, trail)?;
    }
    Ok(())
}
