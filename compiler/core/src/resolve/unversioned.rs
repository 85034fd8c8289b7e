//! Routes of a namespace whose version leads nowhere: what they name is looked
//! up all the same, among all that the namespace could have with any version.

use crate::diagnostics::{self as d, Report};
use crate::model::At;
use crate::model::declared::{Namespace, Topology};
use crate::schema::RefKind;

/// The entrypoints of Traefik, and the components that routes lead to: always,
/// and with an Elastic stack.
const USUAL: ([&str; 1], [&str; 4]) = (["web"], ["kibana", "elasticsearch", "logs", "apm"]);
const BACKENDS: ([&str; 1], [&str; 4]) =
    (["server"], ["elasticsearch", "logstash", "kibana", "apm"]);

/// Reports entrypoints, middlewares and components that aren't there.
pub(super) fn routes(topology: &Topology, namespace: &Namespace, report: &mut Report) {
    let elastic = namespace.elk.is_some() || namespace.elk_profile.is_some();
    let usual = |(always, stack): ([&'static str; 1], [&'static str; 4])| {
        always.into_iter().chain(stack.into_iter().filter(move |_| elastic))
    };
    let traefiks = [&namespace.parts, &topology.defaults].map(|parts| parts.traefik.as_ref());
    let own = traefiks.into_iter().flatten().flat_map(|traefik| traefik.own.entrypoints.keys());
    let entrypoints: Vec<&str> = usual(USUAL).chain(own.map(String::as_str)).collect();
    let programs = namespace.workloads.iter().filter(|(_, part)| !part.settings.ports.is_empty());
    let backends: Vec<&str> = usual(BACKENDS)
        .chain(namespace.parts.gui.as_ref().map(|_| "gui"))
        .chain(programs.map(|(name, _)| name.as_str()))
        .collect();
    let middlewares: Vec<&str> = namespace.middlewares.keys().map(String::as_str).collect();
    let mut look_up = |kind, at: &At<String>, known: &[&str]| {
        if !known.contains(&at.value.as_str()) {
            report.push(d::j0301_unknown_name::diag(kind, at, known.iter().copied()));
        }
    };
    for route in namespace.routes.values() {
        if let Some(entrypoint) = &route.entrypoint {
            look_up(RefKind::Entrypoint, entrypoint, &entrypoints);
        }
        let component = route.to.value.split(':').next().unwrap_or_default();
        look_up(RefKind::Backend, &route.to.part(0, component), &backends);
        for middleware in &route.middlewares {
            look_up(RefKind::Middleware, middleware, &middlewares);
        }
    }
}
