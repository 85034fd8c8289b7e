//! The Elastic stack: its nodes, and what its components share.
//!
//! The images were made to run as any user in group 0 (their folders belong to
//! that group), so all components run as user 1000 in group 0, and their
//! volumes belong to group 1000. No credentials are in a topology: security is
//! off, and network policies say who may talk to whom.

pub mod retention;

use super::{apm, elasticsearch, kibana, logstash, metricbeat};
use crate::schema::{Defines, NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, prop};
use crate::text;

/// `elk "NAME" version="…" { … }` at the top.
pub static ELK: NodeSpec = NodeSpec {
    name: "elk",
    defines: Some(Defines::First(RefKind::Elk)),
    doc: "An Elastic stack that namespaces use by name; each gets one of its own.\n\
          All its components have one version. Logs that arrive at Logstash go to the alias `jobmon`, whose \
          indices are kept as `retention` says.",
    args: &[arg("name", Type::Text(&text::TOPOLOGY_NAME), "how namespaces call it")],
    props: &PROFILE_PROPS,
    children: PARTS,
    occurs: Occurs::ByName,
    example: "elk \"standard\" version=\"8.19.3\" { elasticsearch; logstash; kibana; }",
    ..NODE
};

/// `elk { … }` in a namespace.
pub static ELK_IN_NAMESPACE: NodeSpec = NodeSpec {
    name: "elk",
    doc: "The Elastic stack of the namespace, or what differs from the profile that it names.\n\
          Without a profile it needs `version`. A component that only stands here is added to the profile's.",
    props: &REFINEMENT_PROPS,
    children: PARTS,
    example: "elk { metricbeat database=\"next\"; }",
    ..NODE
};

static PROFILE_PROPS: [PropSpec; 1] =
    [prop("version", Type::Text(&text::ELASTIC_VERSION), "the version of all its components")
        .required()];

static REFINEMENT_PROPS: [PropSpec; 1] =
    [prop("version", Type::Text(&text::ELASTIC_VERSION), "the version of all its components")
        .default("the profile's")];

static PARTS: &[&[&NodeSpec]] = &[&[
    &elasticsearch::SPEC,
    &logstash::SPEC,
    &kibana::SPEC,
    &apm::SPEC,
    &metricbeat::SPEC,
    &RETENTION,
]];

/// `retention { … }`.
pub static RETENTION: NodeSpec = NodeSpec {
    name: "retention",
    doc: "How long logs are kept, and when a new index begins.\n\
          Becomes the lifecycle policy `jobmon_ilm`. Ages other than that of `rollover` count from the \
          moment an index was rolled over.",
    children: &[&[&ROLLOVER, &WARM, &COLD, &DELETE]],
    example: "retention { rollover size=\"3gb\" age=\"1d\"; delete after=\"8d\"; }",
    ..NODE
};

static ROLLOVER: NodeSpec = NodeSpec {
    name: "rollover",
    doc: "When a new index begins: whichever comes first.",
    props: &ROLLOVER_PROPS,
    example: "rollover size=\"3gb\" age=\"1d\"",
    ..NODE
};

static ROLLOVER_PROPS: [PropSpec; 2] = [
    prop("size", Type::Text(&text::BYTES), "from this size").default(retention::ROLLOVER_SIZE),
    prop("age", Type::Text(&text::AGE), "from this age").default(retention::ROLLOVER_AGE),
];

static WARM: NodeSpec = NodeSpec {
    name: "warm",
    doc: "When an index is made read-only and merged.",
    props: &WARM_PROPS,
    example: "warm after=\"1d\"",
    ..NODE
};

static WARM_PROPS: [PropSpec; 1] =
    [prop("after", Type::Text(&text::AGE), "from this age").required().default("at once")];

static COLD: NodeSpec = NodeSpec {
    name: "cold",
    doc: "When an index is the last to be recovered after a restart.",
    props: &COLD_PROPS,
    example: "cold after=\"3d\"",
    ..NODE
};

static COLD_PROPS: [PropSpec; 1] = [prop("after", Type::Text(&text::AGE), "from this age")
    .required()
    .default(retention::COLD_AFTER)];

static DELETE: NodeSpec = NodeSpec {
    name: "delete",
    doc: "When an index is deleted.",
    props: &DELETE_PROPS,
    example: "delete after=\"8d\"",
    ..NODE
};

static DELETE_PROPS: [PropSpec; 1] = [prop("after", Type::Text(&text::AGE), "from this age")
    .required()
    .default(retention::DELETE_AFTER)];
