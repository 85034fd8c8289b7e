//! `edition`, `include`, `cluster`.

use super::super::{Defines, NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, prop};
use super::namespace::{ANNOTATIONS, LABELS, POD_SECURITY};
use crate::text;

/// Access modes of a claim (Kubernetes `PersistentVolumeAccessMode`).
pub(crate) const ACCESS: Type =
    Type::OneOf(&["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany", "ReadWriteOncePod"]);

/// `edition 1`.
pub static EDITION: NodeSpec = NodeSpec {
    name: "edition",
    doc: "The edition of the language that the topology is written in; the first node of the root file.",
    args: &[arg("number", Type::Int(1, 1), "the edition; 1 is the only one so far")],
    occurs: Occurs::Required,
    example: "edition 1",
    ..NODE
};

/// `include "GLOB"`.
pub static INCLUDE: NodeSpec = NodeSpec {
    name: "include",
    doc: "Reads other files as if they stood here.\n\
          The pattern is relative to the file that says it and never leaves the folder of the root file. \
          `*` stands for any part of a name, `**` for any folders. Files are read in the order of their names.",
    args: &[arg("pattern", Type::Files(&["kdl"]), "a path or pattern with `/`")],
    occurs: Occurs::Many,
    example: "include \"namespaces/*.kdl\"",
    ..NODE
};

/// `cluster "NAME" { … }`.
pub static CLUSTER: NodeSpec = NodeSpec {
    name: "cluster",
    doc: "The cluster that the output is for, and what holds for everything in it.",
    args: &[arg(
        "name",
        Type::Text(&text::TOPOLOGY_NAME),
        "how people call it; nothing in the output depends on it",
    )],
    children: &[&[
        &KUBERNETES,
        &DNS_DOMAIN,
        &RANCHER_PROJECT,
        &POD_SECURITY,
        &STORAGE_CLASS,
        &ADDRESS_POOL,
        &TRAEFIK_CRDS,
        &NETWORK_POLICIES,
        &LABELS,
        &ANNOTATIONS,
    ]],
    occurs: Occurs::Required,
    example: "cluster \"research\" { kubernetes \"1.34\"; }",
    ..NODE
};

static KUBERNETES: NodeSpec = NodeSpec {
    name: "kubernetes",
    doc: "The version of the API server that the output is for.",
    args: &[arg(
        "version",
        Type::Text(&text::KUBERNETES_VERSION),
        "two numbers; 1.34 to 1.37 are supported",
    )],
    occurs: Occurs::Required,
    example: "kubernetes \"1.34\"",
    ..NODE
};

static DNS_DOMAIN: NodeSpec = NodeSpec {
    name: "dns-domain",
    doc: "The DNS domain of the cluster, where it isn't `cluster.local`. Alias Services point at names in it.",
    args: &[arg("domain", Type::Text(&text::DNS_NAME), "the domain")],
    example: "dns-domain \"cluster.local\"",
    ..NODE
};

static RANCHER_PROJECT: NodeSpec = NodeSpec {
    name: "rancher-project",
    doc: "The Rancher project of every namespace: becomes the annotation `field.cattle.io/projectId`.",
    args: &[arg("project", Type::String, "as in `c-abc12:p-xyz34`")],
    example: "rancher-project \"c-abc12:p-xyz34\"",
    ..NODE
};

static STORAGE_CLASS: NodeSpec = NodeSpec {
    name: "storage-class",
    defines: Some(Defines::First(RefKind::StorageClass)),
    doc: "A storage class that the cluster has. The first is taken where a volume names none.",
    args: &[arg("name", Type::Text(&text::DNS_NAME), "the name of the StorageClass")],
    props: &STORAGE_CLASS_PROPS,
    occurs: Occurs::ByName,
    example: "storage-class \"local-ssd\" access=\"ReadWriteOnce\" expandable=#true",
    ..NODE
};

static STORAGE_CLASS_PROPS: [PropSpec; 2] = [
    prop("access", ACCESS, "what its volumes can do").default("ReadWriteOnce"),
    prop("expandable", Type::Bool, "whether its volumes can grow").default("#false"),
];

static ADDRESS_POOL: NodeSpec = NodeSpec {
    name: "address-pool",
    defines: Some(Defines::First(RefKind::AddressPool)),
    doc: "A pool of addresses for load balancers, set up outside this topology.",
    args: &[arg("name", Type::Text(&text::DNS_NAME), "the name of the pool")],
    props: &ADDRESS_POOL_PROPS,
    occurs: Occurs::ByName,
    example: "address-pool \"jobmon-prod\" provider=\"metallb\" addresses=\"10.20.0.16/29\"",
    ..NODE
};

static ADDRESS_POOL_PROPS: [PropSpec; 2] = [
    prop("provider", Type::OneOf(&["metallb"]), "who hands out the addresses").default("metallb"),
    prop("addresses", Type::String, "a range as `A/N` or `A-B`; several are joined by commas")
        .required(),
];

static TRAEFIK_CRDS: NodeSpec = NodeSpec {
    name: "traefik-crds",
    doc: "Whether the definitions of Traefik's objects are part of the output, or are there already.",
    args: &[arg(
        "who",
        Type::OneOf(&["managed", "external"]),
        "`managed` unless said: part of the output; `external`: there already",
    )],
    example: "traefik-crds \"managed\"",
    ..NODE
};

static NETWORK_POLICIES: NodeSpec = NodeSpec {
    name: "network-policies",
    doc: "Whether network policies are part of the output: nothing may talk, except what the topology says.",
    args: &[arg("value", Type::Bool, "`#true` unless said")],
    example: "network-policies #true",
    ..NODE
};
