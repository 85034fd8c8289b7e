//! On from a Traefik, for a route that nobody has asked to lead anywhere.

use super::{Group, Passed, Walk};
use crate::network::Found;
use crate::proof::demand::Demand;
use crate::proof::ground::{Ground, Running};
use crate::proof::trail::{Broken, Step, Trail};
use crate::traefik::Backend;

impl Walk<'_> {
    /// Whether Traefik takes the certificate of pods. It asks them by their addresses,
    /// for which no authority that an image knows signs one
    /// (`pkg/server/service/transport.go`).
    pub(super) fn verified(&self, running: &Running<'_>, backend: &Backend) -> Passed {
        let usual = backend.transport.is_none() && !running.config.own_transport;
        if &*backend.scheme != "https" || backend.external.is_some() || !usual {
            return Ok(());
        }
        let name = &backend.service.name;
        let clause = format!(
            "Traefik asks the Service `{name}` by `https`, and refuses the certificate of its pods, which is none for their addresses: \
             each request gets 500"
        );
        let help = "if they speak HTTP without TLS, call the port otherwise than `https`, and give it another number than 443; \
                    otherwise say how Traefik is to take the certificate: in a `ServersTransport` with `serverName` and `rootCAs`, \
                    which a route by hand names, or with `args \"--serverstransport.insecureskipverify=true\"` in `traefik`";
        let broken = Broken::new(Step::Scheme, clause, help);
        let (at, path) = &backend.referred;
        Err(Box::new(match running.origin(*at) {
            Some(origin) => self.because(origin, path, broken),
            None => broken,
        }))
    }
}

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
