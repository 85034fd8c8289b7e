//! Nodes that define something by name.

use std::collections::BTreeMap;

use jtc_syntax::Node;

use super::name_span;
use crate::model::At;
use crate::model::declared::{
    AddressPool, Cluster, Database, External, PodSecurity, Secret, StorageClass, Table, VersionDecl,
};
use crate::model::settings::Protocol;
use crate::schema::access::{EntryExt, NodeExt};
use crate::text::{Cidr, ImageRef, Version};

/// `labels`, `annotations` and their kind: all nodes of this name.
pub(super) fn pairs(node: &Node, name: &str) -> BTreeMap<String, At<String>> {
    let mut pairs = BTreeMap::new();
    for child in node.children_named(name) {
        for entry in &child.entries {
            if let (Some(key), Some(value)) = (&entry.name, entry.text()) {
                pairs.insert(key.text.to_string(), value);
            }
        }
    }
    pairs
}

pub(super) fn pod_security(node: &Node) -> Option<At<PodSecurity>> {
    let level = node.child("pod-security")?.arg_text(0)?;
    let value = match level.value.as_str() {
        "privileged" => PodSecurity::Privileged,
        "restricted" => PodSecurity::Restricted,
        _ => PodSecurity::Baseline,
    };
    Some(At::new(value, level.span))
}

pub(super) fn port(number: i64) -> u16 {
    u16::try_from(number).unwrap_or_default()
}

pub(super) fn protocol(text: Option<At<String>>) -> Protocol {
    match text {
        Some(text) if text.value == "udp" => Protocol::Udp,
        _ => Protocol::Tcp,
    }
}

pub(super) fn cluster(node: &Node) -> Cluster {
    let text = |name: &str| node.child(name).and_then(|child| child.arg_text(0));
    let usual = Cluster::default();
    let mut storage_classes = Table::new();
    for child in node.children_named("storage-class") {
        super::insert(
            &mut storage_classes,
            child,
            Some(StorageClass {
                span: name_span(child),
                access: child
                    .prop_text("access")
                    .map_or_else(|| "ReadWriteOnce".to_owned(), |access| access.value),
                expandable: child.prop_bool("expandable").is_some_and(|on| on.value),
            }),
        );
    }
    let mut address_pools = Table::new();
    for child in node.children_named("address-pool") {
        let pool = child
            .prop_text("addresses")
            .map(|addresses| AddressPool { span: name_span(child), addresses });
        super::insert(&mut address_pools, child, pool);
    }
    Cluster {
        span: node.name.span,
        kubernetes: text("kubernetes")
            .and_then(|text| {
                Version::parse(&text.value).ok().map(|version| At::new(version, text.span))
            })
            .unwrap_or(usual.kubernetes),
        dns_domain: text("dns-domain").map_or(usual.dns_domain, |domain| domain.value),
        rancher_project: text("rancher-project"),
        pod_security: pod_security(node).unwrap_or(usual.pod_security),
        storage_classes,
        address_pools,
        traefik_crds: text("traefik-crds")
            .map_or(usual.traefik_crds, |who| At::new(who.value == "managed", who.span)),
        network_policies: node
            .child("network-policies")
            .and_then(|child| child.arg(0))
            .and_then(EntryExt::bool)
            .is_none_or(|on| on.value),
        labels: pairs(node, "labels"),
        annotations: pairs(node, "annotations"),
    }
}

pub(super) fn external(node: &Node) -> Option<External> {
    let props = node
        .entries
        .iter()
        .filter(|entry| entry.name.as_ref().is_some_and(|name| &*name.text == "cidr"))
        .filter_map(EntryExt::text)
        .map(|at| at.value);
    let children = node.children_named("cidr").flat_map(NodeExt::texts);
    Some(External {
        span: name_span(node),
        host: node.prop_text("host")?,
        port: port(node.prop_int("port")?.value),
        protocol: protocol(node.prop_text("protocol")),
        cidrs: props.chain(children).filter_map(|cidr| Cidr::parse(&cidr).ok()).collect(),
    })
}

pub(super) fn secret(node: &Node) -> Option<Secret> {
    let keys = node.child("keys")?;
    Some(Secret {
        span: name_span(node),
        keys: keys
            .arguments()
            .filter_map(EntryExt::text)
            .map(|key| (key.value, key.span))
            .collect(),
    })
}

pub(super) fn database(node: &Node) -> Option<Database> {
    Some(Database {
        span: name_span(node),
        external: node.prop_text("external")?,
        secret: node.prop_text("secret")?,
        schema: node.prop_text("name").map_or_else(|| "docker".to_owned(), |name| name.value),
        uri_key: node.prop_text("uri-key"),
    })
}

/// An image, if it is one.
pub(super) fn image(text: Option<At<String>>) -> Option<At<ImageRef>> {
    text.and_then(|text| ImageRef::parse(&text.value).ok().map(|image| At::new(image, text.span)))
}

pub(super) fn version(node: &Node) -> Option<VersionDecl> {
    let number = node.arg_text(0)?;
    let text = |name: &str| node.child(name).and_then(|child| child.arg_text(0));
    Some(VersionDecl {
        span: number.span,
        number: Version::parse(&number.value).ok()?,
        image: image(text("image")),
        gui_image: image(text("gui-image")),
        dialect: text("dialect"),
    })
}
