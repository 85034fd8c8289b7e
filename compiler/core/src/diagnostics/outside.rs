//! What isn't reached from outside as it is meant to be.

use super::prelude::*;
use super::{
    j0553_not_exposed, j0554_host_twice, j0555_no_certificate, j0561_balanced, j0564_no_such_name,
    j0567_plain_at_443, j0568_tls_at_80, j0902_pool, j0903_same_address,
};
use crate::network::{Origin, ServicePort};

/// Two Services that ask for one address, and the port that both want on it.
pub(crate) fn same_address(
    service: &Origin,
    other: &Origin,
    address: &str,
    port: Option<&ServicePort>,
) -> Diag {
    let (why, help) = match port {
        Some(port) => (
            format!(
                "share {address}, and both want port {} over {}",
                port.number,
                port.protocol.as_str()
            ),
            "give one of them another address, or another port",
        ),
        None => (
            format!("ask for {address}"),
            "give each its own address, or both the same annotation `metallb.io/allow-shared-ip` and different ports",
        ),
    };
    let mut diag = Diag::new(
        &j0903_same_address::META,
        service.source,
        "again here",
        format!("`{}` and `{}` {why}: the second would stay at `<pending>`", other.id, service.id),
    );
    if other.source != service.source {
        diag = diag.with(other.source, "first here");
    }
    diag.help(help)
}

/// A Service that asks for its address twice.
pub(crate) fn asks_twice(service: &Origin) -> Diag {
    Diag::new(
        &j0903_same_address::META,
        service.source,
        "this Service",
        format!(
            "`{}` asks for its address twice: MetalLB takes it from the annotation or from `loadBalancerIP`, one address of \
             each family, and would leave the Service at `<pending>`",
            service.id
        ),
    )
    .help("let the annotation `metallb.io/loadBalancerIPs` have the address once, and take `loadBalancerIP` out")
}

/// A route that takes no TLS, where the world comes with it.
pub(crate) fn plain(route: &Origin, entry_point: &str) -> Diag {
    Diag::new(
        &j0567_plain_at_443::META,
        route.source,
        "without TLS",
        format!(
            "`{}` is served without TLS on the entrypoint `{entry_point}`, which is at port 443 of the load balancer: who \
             comes with `https` gets a 404",
            route.id
        ),
    )
    .help("give the route a Secret with certificate and key, as in `tls=\"cert\"`; or move it to an entrypoint at another port")
}

/// A route with TLS at port 80 alone; `secure` is the entrypoint at 443, or a
/// name for one, as `there` says.
pub(crate) fn sealed(route: &Origin, entry_point: &str, secure: &str, there: bool) -> Diag {
    let open = if there {
        String::new()
    } else {
        format!("open port 443 with `traefik {{ entrypoint \"{secure}\" port=443; }}`, and ")
    };
    Diag::new(
        &j0568_tls_at_80::META,
        route.source,
        "with TLS",
        format!(
            "`{}` has TLS on the entrypoint `{entry_point}`, which is at port 80 of the load balancer: who comes with `https` \
             asks at port 443, and plain requests never get to it",
            route.id
        ),
    )
    .in_field("spec.tls", None)
    .help(format!(
        "{open}write `entrypoint=\"{secure}\"` into the route, in a manifest `entryPoints: [ {secure} ]`"
    ))
}

/// A pool of which more ask for an address than it has.
pub(crate) fn small_pool(name: &str, pool: Span, has: u128, asking: &[&Origin]) -> Diag {
    let mut diag = Diag::new(
        &j0902_pool::META,
        pool,
        format!("addresses: {has}"),
        format!(
            "{} Services ask for an address of the pool `{name}`, which has {has}",
            asking.len()
        ),
    );
    for origin in asking.iter().take(5) {
        if !diag.labels.iter().any(|label| label.span == origin.source) {
            diag = diag.with(origin.source, format!("`{}` asks for one", origin.id));
        }
    }
    diag.help("make the pool larger, or let fewer Services be load balancers")
}

/// An address that its pool hasn't.
pub(crate) fn not_in_pool(name: &str, pool: Span, service: &Origin, address: &str) -> Diag {
    Diag::new(
        &j0902_pool::META,
        service.source,
        "asks for it",
        format!("`{}` asks for {address}, which the pool `{name}` doesn't have", service.id),
    )
    .with(pool, "has these")
    .help("ask for an address of the pool, or for none to take any of it")
}

/// A route for a host of the world on an entrypoint that the world can't reach.
pub(crate) fn not_exposed(route: &Origin, host: &str, entry: &str, pods: &Origin) -> Diag {
    let diag = Diag::new(
        &j0553_not_exposed::META,
        route.source,
        "the route",
        format!(
            "`{}` is for the host `{host}` on the entrypoint `{entry}`, which no load balancer of `{}` exposes",
            route.id, pods.id
        ),
    );
    let diag =
        if pods.source == route.source { diag } else { diag.with(pods.source, "its Traefik") };
    diag.help(format!("add the port of `{entry}` to the Service with the address outside, or move the route to an entrypoint that it has"))
}

/// A host that two namespaces claim.
pub(crate) fn host_twice(
    host: &str,
    (first, one): (&str, &Origin),
    (second, other): (&str, &Origin),
) -> Diag {
    let mut diag = Diag::new(
        &j0554_host_twice::META,
        other.source,
        format!("`{}` of `{second}`", other.id),
        format!(
            "the host `{host}` is claimed by the Traefiks of `{first}` and `{second}`, and a name leads to one address only"
        ),
    );
    if one.source != other.source {
        diag = diag.with(one.source, format!("`{}` of `{first}`", one.id));
    }
    diag.help("give each namespace a host of its own")
}

/// A route with TLS and no certificate.
/// `resolver` is one that it names, and that Traefik hasn't.
pub(crate) fn no_certificate(route: &Origin, resolver: Option<&str>) -> Diag {
    let clause = resolver.map_or_else(String::new, |name| {
        format!(", as no argument of Traefik defines the resolver `{name}`")
    });
    Diag::new(
        &j0555_no_certificate::META,
        route.source,
        "no certificate",
        format!(
            "`{}` has TLS without a certificate{clause}: Traefik would show one that it makes up",
            route.id
        ),
    )
    .help("name a Secret with `tls.crt` and `tls.key` as `secretName`")
}

/// An external by the name of which a load balancer of the topology is reached.
pub(crate) fn own_host(
    (name, host, span): (&str, &str, Span),
    namespace: &str,
    route: &Origin,
) -> Diag {
    Diag::new(
        &j0561_balanced::META,
        span,
        "this host",
        format!(
            "the external `{name}` has the host `{host}`, which the load balancer of `{namespace}` serves: in the cluster it \
             leads to the Traefik there, and no policy lets the pods that `connect` to `{name}` in to that"
        ),
    )
    .with(route.source, format!("`{}` has the host", route.id))
    .help(format!("name the component that is asked, as in `connect \"{namespace}/server\"`, in the place of the external"))
}

/// An external that is a name of a namespace of the topology, and no Service there.
pub(crate) fn no_service(
    name: &str,
    (span, host): (Span, &str),
    service: &str,
    namespace: &str,
) -> Diag {
    Diag::new(
        &j0564_no_such_name::META,
        span,
        "nothing has this name",
        format!("the external `{name}` is `{host}`, and `{namespace}` has no Service `{service}`"),
    )
    .help(format!(
        "write the host of what is outside; a program of `{namespace}` goes by `connect \"{namespace}/…\"`, and needs no external"
    ))
}
