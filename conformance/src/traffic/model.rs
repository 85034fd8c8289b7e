//! What the compiler says of the same topology: who must reach whom, and who
//! answers at each Traefik.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use jtc_core::Analysis;
use jtc_core::model::settings::Protocol;
use jtc_core::network::{Network, Service};
use jtc_core::sources::{FileProblem, Files};
use jtc_core::traefik::instance::Backend;

use super::echo::Arrival;

/// A topology of one file.
struct One(Vec<u8>);

impl Files for One {
    fn read(&self, _: &str) -> Result<Vec<u8>, FileProblem> {
        Ok(self.0.clone())
    }

    fn matching(&self, _: &str) -> Result<Vec<String>, FileProblem> {
        Ok(Vec::new())
    }
}

/// Reads a topology without includes.
pub(super) fn analysis(topology: &Path) -> Result<Analysis> {
    let analysis = jtc_core::analyze("topology.kdl", &One(std::fs::read(topology)?));
    ensure!(!analysis.has_errors(), "{} has errors", topology.display());
    Ok(analysis)
}

/// The Service of a backend.
pub(super) fn service<'n>(network: &'n Network, backend: &Backend) -> Result<&'n Service> {
    let space = network.space(&backend.service.namespace).context("a namespace")?;
    space.services.get(&*backend.service.name).context("a Service")
}

/// Whether something arrived behind a backend: in its namespace, at a pod with
/// its labels, and at the port that it leads to.
pub(super) fn is_behind(network: &Network, backend: &Backend, arrival: &Arrival) -> Result<bool> {
    let space = network.space(&backend.service.namespace).context("a namespace")?;
    let service = service(network, backend)?;
    let Arrival { pod, port: at, udp, .. } = arrival;
    let selects = service.selector.as_ref().is_some_and(|selector| {
        selector.iter().all(|(key, value)| pod.labels.get(key).is_some_and(|own| own == value))
    });
    let leads = service.ports.iter().any(|port| {
        i32::from(port.number) == backend.port
            && (port.protocol == Protocol::Udp) == *udp
            && space.behind(service).any(|pods| pods.port(&port.target, port.protocol) == Some(*at))
    });
    Ok(pod.namespace == *backend.service.namespace && selects && leads)
}

/// What is wrong with where something arrived; it must be one of these
/// backends, once, and nowhere else.
pub(super) fn misled(
    network: &Network,
    backends: &[Arc<Backend>],
    arrivals: &[Arrival],
) -> Result<Option<String>> {
    let [arrival] = arrivals else {
        return Ok(Some(format!("it arrives {} times: {arrivals:?}", arrivals.len())));
    };
    for backend in backends {
        if is_behind(network, backend, arrival)? {
            return Ok(None);
        }
    }
    let wanted: Vec<String> = backends
        .iter()
        .map(|backend| format!("{}/{}", backend.service.namespace, backend.service.name))
        .collect();
    Ok(Some(format!("it arrives at {arrival:?}, not behind {}", wanted.join(", "))))
}
