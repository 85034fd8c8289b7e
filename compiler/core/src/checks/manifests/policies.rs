//! Hand-written network policies.

use std::net::IpAddr;

use k8s_openapi::api::networking::v1::{NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Tell;
use crate::model::object::Body;

/// What the API server refuses of a policy
/// (`pkg/apis/networking/validation/validation.go`).
pub(super) fn check(tell: &mut Tell<'_>, body: &Body) {
    let Body::NetworkPolicy(policy) = body else { return };
    let Some(NetworkPolicySpec { ingress, egress, .. }) = &policy.spec else { return };
    for (index, rule) in ingress.iter().flatten().enumerate() {
        let path = format!("spec.ingress[{index}]");
        peers(tell, &format!("{path}.from"), rule.from.as_deref().unwrap_or_default());
        ports(tell, &format!("{path}.ports"), rule.ports.as_deref().unwrap_or_default());
    }
    for (index, rule) in egress.iter().flatten().enumerate() {
        let path = format!("spec.egress[{index}]");
        peers(tell, &format!("{path}.to"), rule.to.as_deref().unwrap_or_default());
        ports(tell, &format!("{path}.ports"), rule.ports.as_deref().unwrap_or_default());
    }
}

fn peers(tell: &mut Tell<'_>, path: &str, peers: &[NetworkPolicyPeer]) {
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
            Some(_) | None => {}
        }
    }
}

/// Whether the API server takes a range; it may begin in its middle.
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
        if let Some(IntOrString::Int(number)) = &port.port
            && !(1..=65535).contains(number)
        {
            let why = format!("is {number}");
            tell.refused(&format!("{path}.port"), &why, "write a number from 1 to 65535");
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
