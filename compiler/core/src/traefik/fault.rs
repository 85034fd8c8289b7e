//! Why a route isn't served, or not as it says.

use std::fmt::{self, Display, Formatter};

use super::objects::{PortRef, Text};
use super::rule;

/// Something that Traefik drops, disables or serves otherwise than written.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The object that it stands in: its `at`.
    pub at: usize,
    /// The field, as in `spec.routes[0].services[0].port`.
    pub path: String,
    /// What is wrong.
    pub what: What,
}

impl Fault {
    pub(super) fn new(at: usize, path: impl Into<String>, what: What) -> Self {
        Self { at, path: path.into(), what }
    }
}

/// What a reference is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A Kubernetes Service.
    Service,
    /// A `TraefikService`.
    TraefikService,
    /// A `Middleware` or `MiddlewareTCP`.
    Middleware,
    /// A `ServersTransport` or `ServersTransportTCP`.
    ServersTransport,
    /// A `TLSOption`.
    TlsOption,
    /// An `IngressRoute` that is a parent.
    Parent,
    /// A Secret.
    Secret,
}

impl Display for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Service => "Service",
            Self::TraefikService => "TraefikService",
            Self::Middleware => "middleware",
            Self::ServersTransport => "ServersTransport",
            Self::TlsOption => "TLSOption",
            Self::Parent => "IngressRoute",
            Self::Secret => "Secret",
        })
    }
}

/// What is wrong; with what it takes to say so.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The namespace is none of those that Traefik watches. Nothing is logged.
    NotWatched(Text),
    /// The labels don't match Traefik's label selector. Nothing is logged.
    NotSelected,
    /// The ingress class isn't Traefik's. Nothing is logged.
    OtherClass {
        /// The one of the object; none when it has none.
        found: Option<Text>,
        /// The one that Traefik wants; none when it wants none or `traefik`.
        wanted: Option<Text>,
    },
    /// `kind` isn't `Rule`.
    RouteKind(Text),
    /// There is no rule.
    EmptyRule,
    /// The rule isn't one of Traefik's.
    Rule(rule::Fault),
    /// The rule is accepted, and no request can match it, or only for the
    /// part at the span.
    NeverMatches(rule::Fault),
    /// The priority is above what Traefik keeps for itself: 2⁶³ − 1001.
    Priority(i64),
    /// Something of another namespace, without `allowCrossNamespace`.
    OtherNamespace {
        /// What is referred to.
        target: Target,
        /// Its namespace.
        namespace: Text,
        /// Its name.
        name: Text,
    },
    /// `NAMESPACE-NAME@kubernetescrd`, without `allowCrossNamespace`.
    ProviderForm {
        /// What is referred to.
        target: Target,
        /// As it is written.
        name: Text,
    },
    /// `NAME@PROVIDER`, from a namespace that `crossProviderNamespaces` leaves out.
    ProviderNotAllowed {
        /// What is referred to.
        target: Target,
        /// As it is written.
        name: Text,
    },
    /// It doesn't exist, or not where Traefik looks.
    Missing {
        /// What is referred to.
        target: Target,
        /// The name that Traefik looks up: `NAMESPACE/NAME` of an object of
        /// Kubernetes, the joined name of one of Traefik.
        name: Text,
    },
    /// The Service is of a namespace that Traefik doesn't watch.
    ServiceNotWatched {
        /// Its namespace.
        namespace: Text,
        /// Its name.
        name: Text,
    },
    /// No port is given.
    NoPort,
    /// The Service has no such port.
    MissingPort {
        /// The Service's `at`.
        service: usize,
        /// The port.
        port: PortRef,
    },
    /// `healthCheck` for a Service that isn't an `ExternalName`.
    HealthCheck,
    /// An `ExternalName`, without `allowExternalNameServices`.
    ExternalName {
        /// The Service's `at`.
        service: usize,
    },
    /// `nativeLB` for a Service without an address.
    Headless {
        /// The Service's `at`.
        service: usize,
    },
    /// `nodePortLB`, and no nodes to be seen.
    NoNodes,
    /// No endpoint is ready, without `allowEmptyServices`.
    NoEndpoints {
        /// The Service's `at`.
        service: usize,
        /// The index of its port.
        port: usize,
    },
    /// A scheme that Traefik doesn't know.
    Scheme(Text),
    /// A strategy that Traefik doesn't know.
    Strategy(Text),
    /// A `flushInterval` that is no time.
    FlushInterval(Text),
    /// `kind` of a service is neither `Service` nor `TraefikService`.
    ServiceKind(Text),
    /// A `TraefikService` that does nothing.
    NoServiceKind,
    /// A weight below zero.
    NegativeWeight(i64),
    /// The service that it leads to isn't built.
    Service {
        /// Its joined name.
        id: Text,
        /// Why not.
        cause: Box<Fault>,
    },
    /// The middleware isn't built.
    Middleware {
        /// Its joined name.
        id: Text,
        /// Why not.
        cause: Box<Fault>,
    },
    /// It leads back to itself.
    Loop(Text),
    /// A middleware of no kind that Traefik knows.
    NoMiddlewareKind,
    /// A middleware of several kinds.
    MiddlewareKinds,
    /// A middleware that Traefik refuses, with a clause that says why.
    Refused(String),
    /// A Secret that hasn't what it must have.
    SecretKeys {
        /// Its `at`.
        secret: usize,
        /// What it must have, as a clause.
        wanted: &'static str,
        /// Whether it is that of a login, and not a certificate.
        login: bool,
    },
    /// An entrypoint that Traefik doesn't have.
    UnknownEntryPoint(Text),
    /// An entrypoint of the other protocol.
    EntryPointProtocol(Text),
    /// None of the entrypoints is one.
    NoEntryPoint,
    /// A host is asked for without TLS, which doesn't tell it.
    HostSniWithoutTls,
    /// TCP without services.
    NoService,
    /// A route with parents has what only the parent may have: the field.
    OnlyParent(&'static str),
    /// A parent that Traefik leaves out: its joined name.
    AbsentParent(Text),
    /// Parents lead in a circle, or to nothing that is served.
    Unreachable,
    /// It has neither services nor children.
    DeadEnd,
    /// None of the routers below it is served.
    Children {
        /// The joined name of the first of them.
        id: Text,
        /// Why not.
        cause: Box<Fault>,
    },
    /// It has both services and children.
    ServiceAndChildren,
    /// TLS options of a kind that Traefik refuses.
    TlsOption {
        /// The field of the `TLSOption`.
        field: String,
        /// The value.
        value: Text,
    },
    /// Two routers serve one host with different TLS options.
    TlsConflict,
    /// A router gets the default TLS options, and not its own.
    TlsOptionsLost,
    /// A mirror gets a part of the requests that there can't be.
    Percent(i64),
    /// Default TLS options (or a default store) in more than one namespace:
    /// none of them counts.
    TwoDefaults(Vec<usize>),
    /// Another object makes the same joined name; which of them survives is
    /// random.
    Collision {
        /// The joined name.
        id: Text,
        /// The `at` of the others.
        others: Vec<usize>,
    },
    /// A later route of the same object makes the same joined name.
    Overwritten {
        /// The joined name.
        id: Text,
        /// The index of the later route.
        by: usize,
    },
    /// Another router of the UDP entrypoint gets everything.
    UdpTaken {
        /// The entrypoint.
        entry_point: Text,
        /// The joined name of the other router.
        by: Text,
    },
    /// Traefik reads nothing at all: what it can't list.
    Blind(super::access::Denied),
    /// Two routes of an `IngressRouteTCP` with one rule, the first with one
    /// service and the second with several: the provider ends with a panic, and
    /// Traefik gets no object at all. As a note on routers of several objects
    /// with one name: it depends on which of them is read first.
    Crash,
    /// One of the `rootCAs` of a transport names nothing, with the same end.
    EmptyAuthority,
    /// Traefik doesn't start.
    DoesNotStart,
    /// The Kubernetes provider isn't switched on.
    NoProvider,
}

impl What {
    /// Whether it ends Traefik's provider with a panic.
    pub fn crashes(&self) -> bool {
        matches!(self, Self::Crash | Self::EmptyAuthority)
    }
}

impl Display for What {
    /// As a clause: "the Service `a/web` doesn't exist".
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWatched(namespace) => write!(f, "Traefik doesn't watch `{namespace}`"),
            Self::NotSelected => f.write_str("its labels don't match Traefik's label selector"),
            Self::OtherClass { found, wanted } => {
                let found = found.as_deref().unwrap_or("none");
                match wanted {
                    Some(wanted) => {
                        write!(f, "its ingress class is `{found}`, and Traefik wants `{wanted}`")
                    }
                    None => write!(f, "its ingress class is `{found}`, which is another's"),
                }
            }
            Self::RouteKind(kind) => write!(f, "its kind is `{kind}` and not `Rule`"),
            Self::EmptyRule => f.write_str("it has no rule"),
            Self::Rule(fault) | Self::NeverMatches(fault) => f.write_str(&fault.reason),
            Self::Priority(priority) => {
                write!(f, "the priority {priority} is above 9223372036854774807")
            }
            Self::OtherNamespace { target, namespace, name } => {
                write!(f, "the {target} `{namespace}/{name}` is of another namespace")
            }
            Self::ProviderForm { target, name } | Self::ProviderNotAllowed { target, name } => {
                write!(f, "the {target} may not be named as `{name}`")
            }
            Self::Missing { target, name } => write!(f, "the {target} `{name}` doesn't exist"),
            Self::ServiceNotWatched { namespace, name } => {
                write!(f, "Traefik doesn't watch the namespace of the Service `{namespace}/{name}`")
            }
            Self::NoPort => f.write_str("no port is given"),
            Self::MissingPort { port, .. } => write!(f, "the Service has no port `{port}`"),
            Self::HealthCheck => f.write_str("only an ExternalName may have a `healthCheck`"),
            Self::ExternalName { .. } => {
                f.write_str("the Service is an ExternalName, which isn't allowed")
            }
            Self::Headless { .. } => f.write_str("the Service has no address of its own"),
            Self::NoNodes => f.write_str("Traefik sees no nodes"),
            Self::NoEndpoints { .. } => f.write_str("no pod behind the Service is ready"),
            Self::Scheme(scheme) => write!(f, "the scheme `{scheme}` is none"),
            Self::Strategy(strategy) => write!(f, "the strategy `{strategy}` is none"),
            Self::FlushInterval(time) => write!(f, "`{time}` is no time, as `100ms` is one"),
            Self::ServiceKind(kind) => write!(f, "a service of kind `{kind}` is none"),
            Self::NoServiceKind => f.write_str("the TraefikService does nothing"),
            Self::NegativeWeight(weight) => write!(f, "the weight {weight} is below zero"),
            Self::Service { id, cause } => {
                write!(f, "the service `{id}` isn't built: {}", cause.what)
            }
            Self::Middleware { id, cause } => {
                write!(f, "the middleware `{id}` isn't built: {}", cause.what)
            }
            Self::Loop(id) => write!(f, "`{id}` leads back to itself"),
            Self::NoMiddlewareKind => f.write_str("the middleware is of no kind"),
            Self::MiddlewareKinds => f.write_str("the middleware is of several kinds"),
            Self::Refused(reason) => f.write_str(reason),
            Self::SecretKeys { wanted, .. } => write!(f, "the Secret must have {wanted}"),
            Self::UnknownEntryPoint(name) => write!(f, "Traefik has no entrypoint `{name}`"),
            Self::EntryPointProtocol(name) => {
                write!(f, "the entrypoint `{name}` speaks another protocol")
            }
            Self::NoEntryPoint => f.write_str("none of its entrypoints is one of Traefik's"),
            Self::HostSniWithoutTls => f.write_str("without TLS no connection names a host"),
            Self::NoService => f.write_str("it leads nowhere"),
            Self::OnlyParent(field) => write!(f, "a route with parents must not have `{field}`"),
            Self::AbsentParent(id) => write!(f, "its parent `{id}` isn't there"),
            Self::Unreachable => f.write_str("no router leads to it"),
            Self::DeadEnd => f.write_str("it has neither services nor children"),
            Self::Children { id, cause } => {
                write!(f, "`{id}` below it isn't served: {}", cause.what)
            }
            Self::ServiceAndChildren => f.write_str("it has both services and children"),
            Self::TlsOption { field, value } => write!(f, "`{field}` can't be `{value}`"),
            Self::TlsConflict => {
                f.write_str("another route serves the same host with other TLS options")
            }
            Self::TlsOptionsLost => f.write_str(
                "another route serves the same host with other TLS options, or its rule names no host: Traefik takes the \
                 default options for it",
            ),
            Self::Percent(percent) => write!(f, "a mirror can't get {percent} % of the requests"),
            Self::TwoDefaults(_) => {
                f.write_str("there is one named `default` in more than one namespace")
            }
            Self::Collision { id, .. } => {
                write!(f, "another object makes the same name `{id}`, and one of them is lost")
            }
            Self::Overwritten { id, by } => {
                write!(f, "route {by} of the same object makes the same name `{id}`")
            }
            Self::UdpTaken { entry_point, by } => {
                write!(f, "`{by}` gets everything that arrives at `{entry_point}`")
            }
            Self::Blind(denied) => write!(f, "Traefik sees no object at all: {denied}"),
            Self::Crash => f.write_str(
                "the route has the rule of an earlier one and leads to several services, which stops Traefik's \
                 provider",
            ),
            Self::EmptyAuthority => f.write_str(
                "an authority names neither a `secret` nor a `configMap`, which stops Traefik's provider",
            ),
            Self::DoesNotStart => f.write_str("Traefik doesn't start"),
            Self::NoProvider => f.write_str("Traefik doesn't read objects of Kubernetes"),
        }
    }
}
