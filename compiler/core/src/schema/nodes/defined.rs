//! What a topology defines by name for others to refer to.

use super::super::{Defines, NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, args, prop};
use super::program::IMAGE;
use crate::text;

/// `external "NAME" host= port=`.
pub static EXTERNAL: NodeSpec = NodeSpec {
    name: "external",
    defines: Some(Defines::First(RefKind::External)),
    doc: "Something outside the cluster that components talk to.\n\
          Without `cidr` its port is open to every address outside, since network policies know no host names.",
    args: &[arg("name", Type::Text(&text::TOPOLOGY_NAME), "how the topology calls it")],
    props: &EXTERNAL_PROPS,
    children: &[&[&EXTERNAL_CIDR]],
    occurs: Occurs::ByName,
    example: "external \"mysql\" host=\"db.example.org\" port=3306 cidr=\"10.0.8.15/32\"",
    ..NODE
};

static EXTERNAL_PROPS: [PropSpec; 4] = [
    prop("host", Type::Text(&text::DNS_NAME), "its host name, or its IPv4 address").required(),
    prop("port", Type::Int(1, 65535), "its port").required(),
    prop("protocol", Type::OneOf(&["tcp", "udp"]), "what it speaks").default("tcp"),
    prop("cidr", Type::Text(&text::CIDR), "where it may be reached; may be repeated").repeated(),
];

static EXTERNAL_CIDR: NodeSpec = NodeSpec {
    name: "cidr",
    doc: "Address ranges where it may be reached, beside those given as a property.",
    args: &[args("range", Type::Text(&text::CIDR), "an address range")],
    occurs: Occurs::Many,
    example: "cidr \"10.0.8.15/32\" \"10.0.9.0/24\"",
    ..NODE
};

/// `secret "NAME" { keys … }`.
pub static SECRET: NodeSpec = NodeSpec {
    name: "secret",
    defines: Some(Defines::First(RefKind::Secret)),
    doc: "A Secret that exists already, and the keys it holds; never its values.\n\
          A Secret can't cross namespaces: each namespace that uses it must hold one of that name, \
          and `jtc check` lists which.",
    args: &[arg("name", Type::Text(&text::DNS_NAME), "the name of the Secret")],
    children: &[&[&KEYS]],
    occurs: Occurs::ByName,
    example: "secret \"prod-db\" { keys \"DB_HOST\" \"DB_PORT\" \"DB_USER\" \"DB_PASS\"; }",
    ..NODE
};

static KEYS: NodeSpec = NodeSpec {
    name: "keys",
    defines: Some(Defines::Each(RefKind::SecretKey)),
    doc: "The keys that the Secret holds.",
    args: &[args("key", Type::Text(&text::SECRET_KEY), "a key")],
    occurs: Occurs::Required,
    example: "keys \"DB_HOST\" \"DB_PORT\"",
    ..NODE
};

/// `database "NAME" external= secret= name=`.
pub static DATABASE: NodeSpec = NodeSpec {
    name: "database",
    defines: Some(Defines::First(RefKind::Database)),
    doc: "The identity of a database: where it is, who may use it, and which schema.\n\
          The secret holds the four keys DB_HOST, DB_PORT, DB_USER and DB_PASS, or, with `uri-key`, one URI. \
          The URI is the safe form for a password with characters other than letters, digits and `_.~-`. \
          Two namespaces on one database share the runs that reapers clean up.",
    args: &[arg("name", Type::Text(&text::TOPOLOGY_NAME), "how the topology calls it")],
    props: &DATABASE_PROPS,
    occurs: Occurs::ByName,
    example: "database \"prod\" external=\"mysql\" secret=\"prod-db\" name=\"docker\"",
    ..NODE
};

static DATABASE_PROPS: [PropSpec; 4] = [
    prop("external", Type::Ref(RefKind::External), "the server it is on").required(),
    prop("secret", Type::Ref(RefKind::Secret), "the Secret with its credentials").required(),
    prop("name", Type::String, "the schema").default("docker"),
    prop(
        "uri-key",
        Type::Ref(RefKind::SecretKey),
        "the key of the Secret that holds the whole URI",
    ),
];

/// `version "NUMBER" { image "REF"; }`.
pub static VERSION: NodeSpec = NodeSpec {
    name: "version",
    defines: Some(Defines::First(RefKind::Version)),
    doc: "A release of Jobmon: its images, and how its programs start and are configured.\n\
          The dialect follows from the number; `dialect` overrides it.",
    args: &[arg("number", Type::Text(&text::JOBMON_VERSION), "the version of jobmon_server")],
    children: &[&[&IMAGE, &GUI_IMAGE, &DIALECT]],
    occurs: Occurs::ByName,
    example: "version \"3.6.0\" { image \"registry.example.org/jobmon:3.6.0\"; }",
    ..NODE
};

static GUI_IMAGE: NodeSpec = NodeSpec {
    name: "gui-image",
    doc: "The image of the GUI of this release.",
    args: &[arg("image", Type::Text(&text::IMAGE), "the image")],
    example: "gui-image \"registry.example.org/jobmon-gui:3.6.0\"",
    ..NODE
};

static DIALECT: NodeSpec = NodeSpec {
    name: "dialect",
    doc: "How the programs of this release start and are configured, where the number doesn't tell.",
    args: &[arg(
        "dialect",
        Type::OneOf(&["D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"]),
        "one of D1 to D8",
    )],
    example: "dialect \"D8\"",
    ..NODE
};
