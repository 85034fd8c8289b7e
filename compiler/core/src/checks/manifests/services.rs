//! Hand-written Services: their ports, their aliases, and whom they lead to.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use k8s_openapi::api::core::v1::ServiceSpec;
use serde_json::Value;

use super::Tell;
use crate::diagnostics::{self as d, Report};
use crate::model::object::Body;
use crate::model::resolved::World;
use crate::network::{Network, ServiceKind};
use crate::text;

/// What can be seen in the object alone.
pub(super) fn fields(tell: &mut Tell<'_>, body: &Body) {
    let Body::Service(service) = body else { return };
    let Some(spec) = &service.spec else {
        tell.refused("spec", "is missing", "write its `selector` and its `ports`");
        return;
    };
    if spec.type_.as_deref() == Some("ExternalName") {
        alias(tell, spec);
    } else {
        ports(tell, spec);
    }
    let from_outside = matches!(spec.type_.as_deref(), Some("NodePort" | "LoadBalancer"));
    if from_outside && spec.cluster_ip.as_deref() == Some("None") {
        tell.refused(
            "spec.clusterIP",
            "is `None` in a Service that is reached from outside",
            "take it out, or `type`: without an address of its own nothing leads there",
        );
    }
    let external = spec.external_ips.as_ref().is_some_and(|ips| !ips.is_empty());
    let policy = spec.external_traffic_policy.as_deref().unwrap_or_default();
    if !policy.is_empty() && !from_outside && !external {
        tell.refused(
            "spec.externalTrafficPolicy",
            "stands in a Service that nobody outside reaches",
            "take it out: it goes with `type: LoadBalancer` and `NodePort`",
        );
    }
}

fn alias(tell: &mut Tell<'_>, spec: &ServiceSpec) {
    let name = spec.external_name.as_deref().unwrap_or_default();
    if name.parse::<IpAddr>().is_ok() {
        tell.report.push(d::j0627_alias_of_address::diag(tell.object, name));
    } else {
        tell.text(&text::DNS_NAME, "spec.externalName", name.trim_end_matches('.'));
    }
}

fn ports(tell: &mut Tell<'_>, spec: &ServiceSpec) {
    let ports = spec.ports.as_deref().unwrap_or_default();
    if ports.is_empty() && spec.cluster_ip.as_deref() != Some("None") {
        tell.refused("spec.ports", "is missing", "write at least one, as in `ports: [{port: 80}]`");
    }
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut numbers: BTreeMap<(i32, &str), usize> = BTreeMap::new();
    for (index, port) in ports.iter().enumerate() {
        let path = format!("spec.ports[{index}]");
        let is_own = matches!(spec.type_.as_deref(), None | Some("" | "ClusterIP"));
        if let Some(number) = port.node_port.filter(|number| is_own && *number != 0) {
            tell.refused(
                &format!("{path}.nodePort"),
                &format!("is {number} in a Service that is reached from within the cluster alone"),
                "take it out: it goes with `type: NodePort` and `LoadBalancer`",
            );
        }
        let name = port.name.as_deref().unwrap_or_default();
        if !name.is_empty() {
            tell.text(&text::DNS_LABEL, &format!("{path}.name"), name);
        } else if ports.len() > 1 {
            tell.refused(
                &format!("{path}.name"),
                "is missing: a Service with several ports has a name for each",
                "give each port a name of its own",
            );
        }
        if !name.is_empty() && !names.insert(name) {
            tell.refused(
                &format!("{path}.name"),
                &format!("is `{name}`, which another port has"),
                "give each port a name of its own",
            );
        }
        let protocol = port.protocol.as_deref().unwrap_or("TCP");
        if let Some(first) = numbers.insert((port.port, protocol), index) {
            tell.report.push(d::j0612_same_port::in_manifest(
                tell.object,
                (first, index),
                port.port,
                protocol,
            ));
        }
    }
}

/// Hand-written Services that lead to nobody. Pods may come from any node of
/// the topology, so that this is seen when all are there.
pub fn check(world: &World<'_>, network: &Network, report: &mut Report) {
    for (home, node) in &world.topology.namespaces {
        for (_, value) in node.manifests.iter().flat_map(|manifest| &manifest.objects) {
            if value.get("kind").and_then(Value::as_str) == Some("Service") {
                let text = |name: &str| {
                    let text = value.get("metadata").and_then(|meta| meta.get(name));
                    text.and_then(Value::as_str).filter(|text| !text.is_empty())
                };
                let namespace = text("namespace").unwrap_or(home);
                leads_nowhere(network, namespace, text("name").unwrap_or_default(), report);
            }
        }
    }
}

fn leads_nowhere(network: &Network, namespace: &str, name: &str, report: &mut Report) {
    let Some(space) = network.space(namespace) else { return };
    let Some(service) = space.services.get(name) else { return };
    let Some(selector) = service.selector.as_ref().filter(|selector| !selector.is_empty()) else {
        return;
    };
    let source = service.origin.source;
    let is_told = report.iter().any(|diag| diag.labels.iter().any(|label| label.span == source));
    if is_told || matches!(service.kind, ServiceKind::ExternalName(_)) {
        return;
    }
    let mut behind = space.pods.iter().filter(|pods| selector.are_of(&pods.labels)).peekable();
    if behind.peek().is_none() {
        let selector: Vec<String> =
            selector.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        report.push(d::j0628_leads_nowhere::diag(&service.origin, &selector));
        return;
    }
    let behind: Vec<_> = behind.collect();
    for port in &service.ports {
        if !behind.iter().any(|pods| pods.port(&port.target, port.protocol).is_some()) {
            report.push(d::j0628_leads_nowhere::port(&service.origin, port));
        }
    }
}
