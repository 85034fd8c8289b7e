//! What only `server` may say.

use crate::schema::{NODE, NodeSpec, PropSpec, RefKind, Type, arg, optional_arg, prop};

/// The children of `server` beside those of any program.
pub(super) const CHILDREN: &[&NodeSpec] = &[&AUTH, &SESSION, &WORKERS, &MIGRATE];

static AUTH: NodeSpec = NodeSpec {
    name: "auth",
    doc: "Whether people must log in, with OpenID Connect.\n\
          Releases before 3.4.0 know no login; 3.4.0 to 3.4.19 don't start without; from 3.4.20 on it is off \
          unless said. Reapers and clients carry no credentials: from 3.5.1 on, login shuts them out.",
    args: &[arg("mode", Type::OneOf(&["off", "oidc"]), "`off` unless said")],
    children: &[&[&OIDC]],
    example: "auth \"oidc\" { oidc secret=\"login\" url=\"https://id.example.org/.well-known/openid-configuration\"; }",
    ..NODE
};

static OIDC: NodeSpec = NodeSpec {
    name: "oidc",
    doc: "The provider of OpenID Connect.",
    props: &OIDC_PROPS,
    example: "oidc secret=\"login\" url=\"https://id.example.org/.well-known/openid-configuration\"",
    ..NODE
};

static OIDC_PROPS: [PropSpec; 2] = [
    prop(
        "secret",
        Type::Ref(RefKind::Secret),
        "the Secret with two keys that end in CLIENT_ID and CLIENT_SECRET",
    )
    .required(),
    prop("url", Type::String, "where the provider describes itself").required(),
];

static SESSION: NodeSpec = NodeSpec {
    name: "session",
    doc: "The key that signs sessions.\n\
          Releases 3.4.0 to 3.4.21 don't start without, even when login is off; later ones want it with login.",
    props: &SESSION_PROPS,
    example: "session secret=\"jobmon-session\" key=\"SECRET_KEY\"",
    ..NODE
};

static SESSION_PROPS: [PropSpec; 2] = [
    prop("secret", Type::Ref(RefKind::Secret), "the Secret").required(),
    prop("key", Type::Ref(RefKind::SecretKey), "the key in it").required(),
];

static WORKERS: NodeSpec = NodeSpec {
    name: "workers",
    doc: "Worker processes in each pod.",
    args: &[arg("number", Type::Int(1, 256), "how many; 4 unless said")],
    example: "workers 6",
    ..NODE
};

static MIGRATE: NodeSpec = NodeSpec {
    name: "migrate",
    doc: "Whether a Job makes the database ready before the server starts: it creates the schema where there is \
          none, and brings an old one up to this version.\n\
          Releases before 3.2.0 have no program for it. A schema that exists and is empty gets its tables, but not \
          the rows that Jobmon wants in them: let the Job create it.",
    args: &[optional_arg("value", Type::Bool, "`#true` unless said")],
    example: "migrate #true",
    ..NODE
};
