//! The node table: everything that may stand in a topology, from the top.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{
    apm, elasticsearch, elk, gui, kibana, logstash, metricbeat, reapers, server, traefik, workload,
};
use crate::schema::nodes::{
    ANNOTATIONS, CLUSTER, DATABASE, EDITION, EXTERNAL, INCLUDE, LABELS, MANIFEST, MIDDLEWARE,
    POD_SECURITY, QUOTA, ROUTE, SECRET, VERSION,
};
use crate::schema::{Defines, NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, prop};
use crate::text;

/// The top of a topology. Its name is empty.
pub static ROOT: NodeSpec = NodeSpec {
    doc: "A topology: what runs in a cluster, and how it fits together.",
    children: &[&[
        &EDITION,
        &INCLUDE,
        &CLUSTER,
        &EXTERNAL,
        &SECRET,
        &DATABASE,
        &VERSION,
        &elk::ELK,
        &NAMESPACE,
        &reapers::REAPERS,
        &DEFAULTS,
    ]],
    ..NODE
};

/// `namespace "NAME" { … }`.
pub static NAMESPACE: NodeSpec = NodeSpec {
    name: "namespace",
    defines: Some(Defines::First(RefKind::Namespace)),
    doc: "A namespace.\n\
          With `version` it is a Jobmon namespace: a server, a Traefik, and as it says a GUI, an Elastic stack, \
          routes and other programs. Without, it has only the workloads and manifests it lists.",
    args: &[arg("name", Type::Text(&text::DNS_LABEL), "the name of the Namespace")],
    props: &NAMESPACE_PROPS,
    children: &[&[
        &server::SPEC,
        &gui::SPEC,
        &traefik::SPEC,
        &elk::ELK_IN_NAMESPACE,
        &ROUTE,
        &MIDDLEWARE,
        &workload::SPEC,
        &MANIFEST,
        &LABELS,
        &ANNOTATIONS,
        &QUOTA,
        &POD_SECURITY,
    ]],
    occurs: Occurs::ByName,
    example: "namespace \"jobmon-prod\" version=\"3.3.1\" database=\"prod\" elk=\"standard\"",
    ..NODE
};

static NAMESPACE_PROPS: [PropSpec; 3] = [
    prop("version", Type::Ref(RefKind::Version), "the version of Jobmon that runs in it"),
    prop("database", Type::Ref(RefKind::Database), "the database of its server"),
    prop("elk", Type::Ref(RefKind::Elk), "the profile of its Elastic stack"),
];

/// `defaults { … }`.
static DEFAULTS: NodeSpec = NodeSpec {
    name: "defaults",
    doc: "What holds for a component in every namespace that has it.\n\
          The nearest wins: what is built in, then `defaults`, then the profile, then the namespace.",
    children: &[&[
        &server::SPEC,
        &gui::SPEC,
        &traefik::SPEC,
        &elasticsearch::SPEC,
        &logstash::SPEC,
        &kibana::SPEC,
        &apm::SPEC,
        &metricbeat::SPEC,
    ]],
    example: "defaults { server { grace 60; }; }",
    ..NODE
};

/// A place of a node: the name of the node above it, empty for the top level,
/// and what it is there.
pub type PlaceOf = (&'static str, &'static NodeSpec);

/// Where a node of this name may stand.
pub fn places_of(name: &str) -> &'static [PlaceOf] {
    // A text may have very many words that are no nodes.
    static PLACES: LazyLock<BTreeMap<&'static str, Vec<PlaceOf>>> = LazyLock::new(|| {
        let mut places: BTreeMap<&'static str, Vec<PlaceOf>> = BTreeMap::new();
        walk(&mut |path, spec| {
            let found = places.entry(spec.name).or_default();
            if let Some(parent) = path.last()
                && !found.iter().any(|(known, _)| *known == parent.name)
            {
                found.push((parent.name, spec));
            }
        });
        places
    });
    PLACES.get(name).map(Vec::as_slice).unwrap_or_default()
}

/// Whether any node has a property of this name.
pub fn has_property(name: &str) -> bool {
    let mut found = false;
    walk(&mut |_, spec| found |= spec.props.iter().any(|prop| prop.name == name));
    found
}

/// Visits every node with the nodes above it, the top first.
pub fn walk(visit: &mut dyn FnMut(&[&'static NodeSpec], &'static NodeSpec)) {
    fn go(
        path: &mut Vec<&'static NodeSpec>,
        spec: &'static NodeSpec,
        visit: &mut dyn FnMut(&[&'static NodeSpec], &'static NodeSpec),
    ) {
        visit(path, spec);
        path.push(spec);
        for child in spec.child_specs() {
            go(path, child, visit);
        }
        path.pop();
    }
    go(&mut Vec::new(), &ROOT, visit);
}
