//! The host by which a program asks a Traefik: its routes go by that.

use super::super::ground::Ground;
use crate::model::settings::Protocol;
use crate::network::Found;
use crate::traefik::Protocol as Speaks;
use crate::traefik::rule::{Overlap, Rule};

/// Whether a Traefik has a route for the host of an alias, and none for another name
/// of the same that is said instead, at a port of its Service.
pub(super) fn is_strange(
    ground: &Ground<'_>,
    there: Found<'_>,
    number: u16,
    (alias, said): (&str, &str),
) -> bool {
    let mut ports = there.service.ports.iter();
    let port = ports.find(|own| own.number == number && own.protocol == Protocol::Tcp);
    let (Some(port), Some(alias), Some(said)) = (port, of_host(alias), of_host(said)) else {
        return false;
    };
    ground.traefiks(there.namespace).iter().any(|running| {
        let number = running.pods.port(&port.target, Protocol::Tcp);
        let entry_point =
            number.and_then(|number| running.config.entry_point_of_port(number, false));
        let Some(entry_point) = entry_point else { return false };
        let routers = running.instance.routers.iter().filter(|router| {
            let mut served = router.served.iter();
            router.protocol == Speaks::Http
                && router.status.is_enabled()
                && served.any(|at| at.entry_point == entry_point.name && !at.tls)
        });
        let mut is_taken = false;
        for router in routers {
            let Some(rule) = &router.rule else { return false };
            if rule.overlap(&said) != Overlap::No {
                return false;
            }
            is_taken |= rule.overlap(&alias) != Overlap::No;
        }
        is_taken
    })
}

/// The rule of all that is asked of a host.
fn of_host(host: &str) -> Option<Rule> {
    Rule::read(&format!("Host(`{host}`)")).ok()
}

/// Whether the Traefik of a namespace has a route for a host.
pub(in crate::proof) fn takes(ground: &Ground<'_>, namespace: &str, host: &str) -> bool {
    let Some(asked) = of_host(host) else { return false };
    let mut routers = ground.traefiks(namespace).iter().flat_map(|own| &own.instance.routers);
    routers.any(|router| {
        let rule = router.rule.as_ref().filter(|_| router.protocol == Speaks::Http);
        router.status.is_enabled() && rule.is_some_and(|rule| rule.overlap(&asked) != Overlap::No)
    })
}
