//! `route` and `middleware`.

use super::super::{
    AnyProps, Defines, NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, args, optional_arg,
    prop,
};
use crate::text;

/// `route "NAME" …`.
pub static ROUTE: NodeSpec = NodeSpec {
    name: "route",
    doc: "What Traefik answers on an entrypoint, and with which component.\n\
          Every Jobmon namespace has routes `server`, `kibana`, `elasticsearch`, `logstash` and `apm` for the \
          components that it has; a route of the same name replaces one of them. Write `host` and `path`, \
          or a whole rule in `match`.",
    args: &[arg(
        "name",
        Type::Text(&text::SERVICE_NAME),
        "the name of the route, and of its IngressRoute",
    )],
    props: &ROUTE_PROPS,
    occurs: Occurs::ByName,
    example: "route \"gui\" entrypoint=\"web\" host=\"jobmon.example.org\" path=\"/\" to=\"gui\"",
    ..NODE
};

static ROUTE_PROPS: [PropSpec; 8] = [
    prop(
        "entrypoint",
        Type::Ref(RefKind::Entrypoint),
        "the entrypoint of this namespace's Traefik",
    )
    .default("web"),
    prop("host", Type::String, "only requests for this host"),
    prop("path", Type::String, "only paths that start with this").default("/"),
    prop("match", Type::Rule, "a whole rule of Traefik v3, instead of `host` and `path`"),
    prop("priority", Type::Int(1, crate::traefik_api::MAX_PRIORITY), "higher is tried first")
        .default("the length of the rule"),
    prop("middleware", Type::Ref(RefKind::Middleware), "a middleware to pass; may be repeated")
        .repeated(),
    prop(
        "tls",
        Type::Ref(RefKind::Secret),
        "the Secret with certificate and key, for TLS; wants an entrypoint at port 443",
    ),
    prop(
        "to",
        Type::Ref(RefKind::Backend),
        "the component that answers, as `component` or `component:port`",
    )
    .required(),
];

/// `middleware "NAME" { … }`.
pub static MIDDLEWARE: NodeSpec = NodeSpec {
    name: "middleware",
    defines: Some(Defines::First(RefKind::Middleware)),
    doc: "Something that Traefik does to requests on their way, for routes to name. One of its children.",
    args: &[arg("name", Type::Text(&text::SERVICE_NAME), "the name of the middleware")],
    children: &[&[
        &STRIP_PREFIX,
        &ADD_PREFIX,
        &BASIC_AUTH,
        &IP_ALLOW_LIST,
        &HEADERS,
        &RATE_LIMIT,
        &RETRY,
        &COMPRESS,
        &REDIRECT,
    ]],
    occurs: Occurs::ByName,
    example: "middleware \"login\" { basic-auth secret=\"web-users\"; }",
    ..NODE
};

static STRIP_PREFIX: NodeSpec = NodeSpec {
    name: "strip-prefix",
    doc: "Takes a prefix off the path.",
    args: &[args("prefix", Type::String, "as in \"/jobmon\"")],
    example: "strip-prefix \"/jobmon\"",
    ..NODE
};

static ADD_PREFIX: NodeSpec = NodeSpec {
    name: "add-prefix",
    doc: "Puts a prefix before the path.",
    args: &[arg("prefix", Type::String, "as in \"/api/v2\"")],
    example: "add-prefix \"/api/v2\"",
    ..NODE
};

static BASIC_AUTH: NodeSpec = NodeSpec {
    name: "basic-auth",
    doc: "Asks for a name and a password, held by a Secret.",
    props: &BASIC_AUTH_PROPS,
    example: "basic-auth secret=\"web-users\"",
    ..NODE
};

static BASIC_AUTH_PROPS: [PropSpec; 2] = [
    prop("secret", Type::Ref(RefKind::Secret), "the Secret with a key `users` of htpasswd lines")
        .required(),
    prop("realm", Type::String, "what the browser shows").default("traefik"),
];

static IP_ALLOW_LIST: NodeSpec = NodeSpec {
    name: "ip-allow-list",
    doc: "Only clients from these ranges.",
    args: &[args("range", Type::Text(&text::CIDR), "an address range")],
    example: "ip-allow-list \"10.0.0.0/8\"",
    ..NODE
};

static HEADERS: NodeSpec = NodeSpec {
    name: "headers",
    doc: "Sets headers; an empty value removes one.",
    children: &[&[&REQUEST, &RESPONSE]],
    example: "headers { response \"X-Frame-Options\"=\"DENY\"; }",
    ..NODE
};

static REQUEST: NodeSpec = NodeSpec {
    name: "request",
    doc: "Headers of the request.",
    any_props: Some(AnyProps { name: &text::SECRET_KEY, ty: Type::String, doc: "a header" }),
    occurs: Occurs::Many,
    example: "request \"X-Forwarded-Prefix\"=\"/jobmon\"",
    ..NODE
};

static RESPONSE: NodeSpec = NodeSpec {
    name: "response",
    doc: "Headers of the answer.",
    any_props: Some(AnyProps { name: &text::SECRET_KEY, ty: Type::String, doc: "a header" }),
    occurs: Occurs::Many,
    example: "response \"X-Frame-Options\"=\"DENY\"",
    ..NODE
};

static RATE_LIMIT: NodeSpec = NodeSpec {
    name: "rate-limit",
    doc: "So many requests a second, and no more.",
    props: &RATE_LIMIT_PROPS,
    example: "rate-limit average=100 burst=50",
    ..NODE
};

static RATE_LIMIT_PROPS: [PropSpec; 2] = [
    prop("average", Type::Int(1, 1_000_000_000), "requests a second").required(),
    prop("burst", Type::Int(1, 1_000_000_000), "how many more for a moment").default("1"),
];

static RETRY: NodeSpec = NodeSpec {
    name: "retry",
    doc: "Asks again when a server can't be reached.",
    props: &RETRY_PROPS,
    example: "retry attempts=3",
    ..NODE
};

static RETRY_PROPS: [PropSpec; 1] =
    [prop("attempts", Type::Int(1, 100), "how often at the most").required()];

static COMPRESS: NodeSpec =
    NodeSpec { name: "compress", doc: "Compresses answers.", example: "compress", ..NODE };

static REDIRECT: NodeSpec = NodeSpec {
    name: "redirect",
    doc: "Sends clients to another scheme.",
    args: &[optional_arg("scheme", Type::OneOf(&["https", "http"]), "`https` unless said")],
    props: &REDIRECT_PROPS,
    example: "redirect \"https\" permanent=#true",
    ..NODE
};

static REDIRECT_PROPS: [PropSpec; 2] = [
    prop("permanent", Type::Bool, "whether browsers may remember it").default("#false"),
    prop("port", Type::Int(1, 65535), "another port"),
];
