//! The containers of a pod, of whatever kind.

use k8s_openapi::api::core::v1::{ContainerPort, Lifecycle, PodSpec, Probe, SecurityContext};

/// What counts of a container.
pub(super) struct Seen<'p> {
    /// Its place in the spec of the pod, as in `containers[0]`.
    pub(super) path: String,
    pub(super) security: Option<&'p SecurityContext>,
    pub(super) ports: &'p [ContainerPort],
    pub(super) probes: [(&'static str, Option<&'p Probe>); 3],
    pub(super) lifecycle: Option<&'p Lifecycle>,
}

/// All of them, in the order in which Kubernetes looks at them
/// (`visitContainers`).
pub(super) fn of(spec: &PodSpec) -> Vec<Seen<'_>> {
    macro_rules! seen {
        ($list:literal) => {
            |(index, container)| Seen {
                path: format!(concat!($list, "[{}]"), index),
                security: container.security_context.as_ref(),
                ports: container.ports.as_deref().unwrap_or_default(),
                probes: [
                    ("livenessProbe", container.liveness_probe.as_ref()),
                    ("readinessProbe", container.readiness_probe.as_ref()),
                    ("startupProbe", container.startup_probe.as_ref()),
                ],
                lifecycle: container.lifecycle.as_ref(),
            }
        };
    }
    let init = spec.init_containers.iter().flatten().enumerate().map(seen!("initContainers"));
    let own = spec.containers.iter().enumerate().map(seen!("containers"));
    let late =
        spec.ephemeral_containers.iter().flatten().enumerate().map(seen!("ephemeralContainers"));
    init.chain(own).chain(late).collect()
}
