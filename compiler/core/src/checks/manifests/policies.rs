//! Hand-written network policies.

use std::net::IpAddr;

use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Tell;
use crate::model::object::Body;
use crate::network::range::{beginning, contains};
use crate::text::{self, Version};

/// What the API server refuses of a policy
/// (`pkg/apis/networking/validation/validation.go`).
pub(super) fn check(tell: &mut Tell<'_>, body: &Body, kubernetes: Version) {
    let Body::NetworkPolicy(policy) = body else { return };
    let Some(NetworkPolicySpec { ingress, egress, .. }) = &policy.spec else { return };
    for (index, rule) in ingress.iter().flatten().enumerate() {
        let path = format!("spec.ingress[{index}]");
        let from = rule.from.as_deref().unwrap_or_default();
        peers(tell, &format!("{path}.from"), from, kubernetes);
        ports(tell, &format!("{path}.ports"), rule.ports.as_deref().unwrap_or_default());
    }
    for (index, rule) in egress.iter().flatten().enumerate() {
        let path = format!("spec.egress[{index}]");
        let to = rule.to.as_deref().unwrap_or_default();
        peers(tell, &format!("{path}.to"), to, kubernetes);
        ports(tell, &format!("{path}.ports"), rule.ports.as_deref().unwrap_or_default());
    }
}

fn peers(tell: &mut Tell<'_>, path: &str, peers: &[NetworkPolicyPeer], kubernetes: Version) {
    for (index, peer) in peers.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let selects = peer.pod_selector.is_some() || peer.namespace_selector.is_some();
        match &peer.ip_block {
            None if !selects => tell.refused(
                &path,
                "is empty",
                "write whom it means, as in `podSelector: {matchLabels: {app: NAME}}`; all pods of the namespace are `podSelector: {}`",
            ),
            Some(_) if selects => tell.refused(
                &path,
                "has `ipBlock` beside a selector",
                "write each as an item of its own",
            ),
            Some(block) if !is_range(&block.cidr) => {
                let why = format!("is `{}`, which is no range of addresses", block.cidr);
                tell.refused(&format!("{path}.ipBlock.cidr"), &why, "write it as `10.0.0.0/8`");
            }
            Some(block) => {
                excepts(tell, &path, block);
                if kubernetes >= STRICT {
                    firsts(tell, &format!("{path}.ipBlock"), block);
                }
            }
            None => {}
        }
    }
}

/// The first release that takes ranges by their first address alone
/// (`StrictIPCIDRValidation`, `pkg/features/kube_features.go`).
const STRICT: Version = Version::new(1, 36, 0);

/// Ranges that begin in their middle.
fn firsts(tell: &mut Tell<'_>, path: &str, block: &IPBlock) {
    let excepts = block.except.iter().flatten().enumerate();
    let excepts = excepts.map(|(index, except)| (format!("{path}.except[{index}]"), except));
    let all = std::iter::once((format!("{path}.cidr"), &block.cidr)).chain(excepts);
    for (path, range) in all.filter(|(_, range)| is_range(range)) {
        if let Some(first) = beginning(range) {
            let why = format!("is `{range}`, which begins in the middle of the range");
            tell.refused(&path, &why, &format!("write `{first}`, which is the same range"));
        }
    }
}

/// Ranges that don't count, of which each lies within the range and isn't all of it.
fn excepts(tell: &mut Tell<'_>, path: &str, block: &IPBlock) {
    for (index, except) in block.except.iter().flatten().enumerate() {
        let why = if !is_range(except) {
            format!("is `{except}`, which is no range of addresses")
        } else if !contains(&block.cidr, except) || contains(except, &block.cidr) {
            format!("is `{except}`, which is no part of `{}`", block.cidr)
        } else {
            continue;
        };
        let help = "write a smaller range of those in `cidr`, as `10.1.0.0/16` of `10.0.0.0/8`";
        tell.refused(&format!("{path}.ipBlock.except[{index}]"), &why, help);
    }
}

/// Whether a text is a range; it may begin in its middle.
fn is_range(text: &str) -> bool {
    let read = text.split_once('/').and_then(|(address, length)| {
        let most = if address.parse::<IpAddr>().ok()?.is_ipv4() { 32 } else { 128 };
        let is_number = length.bytes().all(|byte| byte.is_ascii_digit());
        Some(is_number && length.parse::<u8>().ok()? <= most)
    });
    read.unwrap_or(false)
}

fn ports(tell: &mut Tell<'_>, path: &str, ports: &[NetworkPolicyPort]) {
    for (index, port) in ports.iter().enumerate() {
        let path = format!("{path}[{index}]");
        if let Some(IntOrString::String(name)) = &port.port {
            tell.text(&text::PORT_NAME, &format!("{path}.port"), name);
        }
        let Some(end) = port.end_port else { continue };
        let why = match &port.port {
            None => "stands without `port`".to_owned(),
            Some(IntOrString::String(name)) => {
                format!("stands beside `port: {name}`, which is a name")
            }
            Some(IntOrString::Int(start)) if end < *start => {
                format!("is {end}, which is less than the `port` {start}")
            }
            Some(IntOrString::Int(_)) => continue,
        };
        tell.refused(
            &format!("{path}.endPort"),
            &why,
            "write the first port as `port` and the last as `endPort`, both as numbers",
        );
    }
}
