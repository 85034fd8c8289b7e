//! Hand-written routes that lead to a program, for who connects to it.

use crate::components::traefik::Entrypoint;
use crate::model::declared::Namespace;
use crate::model::settings::Protocol;
use crate::traefik::objects::{IngressRoute, Objects, PortRef, Protocol as Speaks, ServiceRef};

/// A way in that a hand-written route makes.
pub(super) struct Way<'e> {
    /// By which entrypoint.
    pub(super) entrypoint: &'e Entrypoint,
    /// Whether it wants TLS.
    pub(super) tls: bool,
}

/// What is looked for.
pub(super) struct Wanted<'w> {
    /// The Service of the program.
    pub(super) service: &'w str,
    /// Its port, if one is wanted: name and number.
    pub(super) port: Option<(&'w str, u16)>,
    /// The entrypoint, if one is wanted.
    pub(super) entrypoint: Option<&'w str>,
}

/// The first way in, without TLS if there is one. Whether its route takes the requests
/// shows the proof.
pub(super) fn find<'e>(
    namespace: &Namespace,
    entrypoints: &'e [Entrypoint],
    wanted: &Wanted<'_>,
) -> Option<Way<'e>> {
    let mut read = Objects::default();
    for (_, object) in namespace.manifests.iter().flat_map(|manifest| &manifest.objects) {
        read.add_value(0, object);
    }
    let ways = read.routes.iter().filter_map(|route| way(route, entrypoints, wanted));
    ways.min_by_key(|way| way.tls)
}

fn way<'e>(
    object: &IngressRoute,
    entrypoints: &'e [Entrypoint],
    wanted: &Wanted<'_>,
) -> Option<Way<'e>> {
    let mut services = object.routes.iter().flat_map(|route| &route.services);
    if !services.any(|service| leads(service, wanted)) {
        return None;
    }
    let named = &object.entry_points;
    let udp = object.protocol == Speaks::Udp;
    let entrypoint = entrypoints.iter().find(|one| {
        (one.port.protocol == Protocol::Udp) == udp
            && wanted.entrypoint.is_none_or(|name| one.name == name)
            && (named.is_empty() || named.iter().any(|name| **name == *one.name))
    })?;
    Some(Way { entrypoint, tls: object.tls.is_some() })
}

/// Whether a route's service is the one that is wanted.
fn leads(service: &ServiceRef, wanted: &Wanted<'_>) -> bool {
    let is_port = |(name, number): (&str, u16)| match &service.port {
        PortRef::Name(own) => **own == *name || **own == *number.to_string(),
        // None is said.
        PortRef::Number(0) => true,
        PortRef::Number(own) => *own == i32::from(number),
    };
    *service.to.name == *wanted.service && wanted.port.is_none_or(is_port)
}
