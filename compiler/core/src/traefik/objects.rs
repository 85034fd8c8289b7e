//! What Traefik's provider reads: the objects of the cluster, cut down to the
//! fields that decide where a request goes.
//!
//! Each carries `at`, a number that means nothing here: whoever hands the
//! object over finds it again by it. They come from the compiler's own types
//! ([`Objects::add_body`]) or from JSON as a person writes
//! it ([`Objects::add_value`]); fields of the wrong type count as absent, as
//! the API server's schema refuses them.

mod join;
pub(in crate::traefik) mod json;
mod predicate;
mod tls;
mod typed;

use std::sync::Arc;

/// A text that many may hold.
pub type Text = Arc<str>;

/// What a router speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// `IngressRoute`.
    Http,
    /// `IngressRouteTCP`.
    Tcp,
    /// `IngressRouteUDP`.
    Udp,
}

/// All objects that one Traefik may see. What it doesn't watch may be among
/// them: it is left out by the configuration.
#[derive(Clone, Debug, Default, Hash)]
pub struct Objects {
    /// Kubernetes Services.
    pub services: Vec<Service>,
    /// `IngressRoute`, `IngressRouteTCP`, `IngressRouteUDP`.
    pub routes: Vec<IngressRoute>,
    /// `Middleware`.
    pub middlewares: Vec<Middleware>,
    /// `MiddlewareTCP`.
    pub tcp_middlewares: Vec<MiddlewareTcp>,
    /// `TraefikService`.
    pub traefik_services: Vec<TraefikService>,
    /// `ServersTransport`.
    pub transports: Vec<Transport>,
    /// `ServersTransportTCP`.
    pub tcp_transports: Vec<Transport>,
    /// `TLSOption`.
    pub tls_options: Vec<TlsOption>,
    /// `TLSStore`.
    pub tls_stores: Vec<TlsStore>,
    /// Secrets whose keys are known.
    pub secrets: Vec<Secret>,
    /// Whether a Secret that isn't in `secrets` doesn't exist. Otherwise every
    /// Secret that is asked for is taken to be there and right.
    pub all_secrets: bool,
    /// Whether the cluster has a node with an internal address; what
    /// `nodePortLB` sends to.
    pub nodes: bool,
}

/// What every object has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Meta {
    /// By which the caller finds the object again.
    pub at: usize,
    /// Its namespace.
    pub namespace: Text,
    /// Its name.
    pub name: Text,
    /// Its labels, for Traefik's label selector.
    pub labels: Vec<(Text, Text)>,
}

/// A name, perhaps of another namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The name, or `NAME@PROVIDER`.
    pub name: Text,
    /// Absent or empty: the namespace of the object that refers.
    pub namespace: Option<Text>,
}

/// A port by number or name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PortRef {
    /// A number; 0 when there is none.
    Number(i32),
    /// A name.
    Name(Text),
}

impl Default for PortRef {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl PortRef {
    /// Whether it says nothing.
    pub fn is_unset(&self) -> bool {
        match self {
            Self::Number(number) => *number == 0,
            Self::Name(name) => name.is_empty(),
        }
    }
}

impl std::fmt::Display for PortRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// A Kubernetes Service.
#[derive(Clone, Debug, Default, Hash)]
pub struct Service {
    /// Name, namespace.
    pub meta: Meta,
    /// What it is.
    pub kind: ServiceKind,
    /// Its ports.
    pub ports: Vec<ServicePort>,
}

/// `spec.type`, with what matters of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServiceKind {
    /// `ClusterIP`, `NodePort` or `LoadBalancer`.
    Cluster {
        /// Whether it has no address of its own (`clusterIP: None`).
        headless: bool,
        /// Whether it is a `NodePort`, which `nodePortLB` needs.
        node_port: bool,
    },
    /// `ExternalName`, with the name.
    ExternalName(Text),
}

impl Default for ServiceKind {
    fn default() -> Self {
        Self::Cluster { headless: false, node_port: false }
    }
}

/// A port of a [`Service`].
#[expect(clippy::struct_excessive_bools, reason = "these are what Traefik asks of a port")]
#[derive(Clone, Debug, Hash)]
pub struct ServicePort {
    /// Its name; empty without one.
    pub name: Text,
    /// Its number.
    pub port: i32,
    /// `targetPort`; without one the number again.
    pub target: PortRef,
    /// Whether it is a UDP port. Traefik doesn't look.
    pub udp: bool,
    /// Whether an endpoint slice has an address for it whose condition
    /// `serving` isn't false: what HTTP asks for. True until the caller says
    /// otherwise.
    pub serving: bool,
    /// Whether every such address is terminating: HTTP then gets 503. False
    /// until the caller says otherwise.
    pub terminating: bool,
    /// Whether an endpoint slice has an address for it whose condition `ready`
    /// is true: what TCP and UDP ask for. True until the caller says otherwise.
    pub ready: bool,
}

/// `IngressRoute`, `IngressRouteTCP` or `IngressRouteUDP`.
#[derive(Clone, Debug, Hash)]
pub struct IngressRoute {
    /// Name, namespace.
    pub meta: Meta,
    /// Which of the three.
    pub protocol: Protocol,
    /// `ingressClassName`, or the annotation `kubernetes.io/ingress.class`.
    pub class: Option<Text>,
    /// Entrypoints by name.
    pub entry_points: Vec<Text>,
    /// `parentRefs` of an HTTP route.
    pub parents: Vec<Reference>,
    /// A router each.
    pub routes: Vec<Route>,
    /// TLS, if any.
    pub tls: Option<Tls>,
}

/// One route.
#[derive(Clone, Debug, Default, Hash)]
pub struct Route {
    /// `match`; empty over UDP.
    pub rule: Text,
    /// `kind`, which only HTTP has.
    pub kind: Option<Text>,
    /// `priority`; 0 when there is none.
    pub priority: i64,
    /// `syntax`.
    pub syntax: Option<Text>,
    /// Middlewares in order.
    pub middlewares: Vec<Reference>,
    /// Where it leads.
    pub services: Vec<ServiceRef>,
    /// Whether `observability` is set, which a route with parents must not have.
    pub observability: bool,
}

/// What a route, a `TraefikService` or an error page leads to.
#[expect(clippy::struct_excessive_bools, reason = "these are the switches that Traefik has")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ServiceRef {
    /// Its name.
    pub to: Reference,
    /// `Service` (also when absent) or `TraefikService`.
    pub kind: Option<Text>,
    /// The port.
    pub port: PortRef,
    /// `scheme`.
    pub scheme: Option<Text>,
    /// `strategy`.
    pub strategy: Option<Text>,
    /// `responseForwarding.flushInterval`.
    pub flush_interval: Option<Text>,
    /// `nativeLB`.
    pub native_lb: Option<bool>,
    /// `nodePortLB`.
    pub node_port_lb: bool,
    /// `serversTransport`.
    pub transport: Option<Text>,
    /// `weight`.
    pub weight: Option<i64>,
    /// `percent`, of mirrors.
    pub percent: Option<i64>,
    /// Whether it has a `healthCheck`.
    pub health_check: bool,
    /// Whether the pod sees the caller's `Host`.
    pub pass_host_header: bool,
    /// Whether Traefik speaks TLS to the pod (TCP only).
    pub tls: bool,
    /// Middlewares of the service.
    pub middlewares: Vec<Reference>,
}

/// `tls` of a route.
#[derive(Clone, Debug, Default, Hash)]
pub struct Tls {
    /// `secretName`.
    pub secret: Option<Text>,
    /// `options`.
    pub options: Option<Reference>,
    /// `certResolver`.
    pub resolver: Option<Text>,
    /// `passthrough` (TCP only).
    pub passthrough: bool,
}

/// `Middleware`.
#[derive(Clone, Debug, Hash)]
pub struct Middleware {
    /// Name, namespace.
    pub meta: Meta,
    /// Every kind that stands in it; Traefik wants exactly one.
    pub kinds: Vec<MiddlewareKind>,
}

/// What a middleware does, as far as it decides where a request goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MiddlewareKind {
    /// `addPrefix`.
    AddPrefix(Text),
    /// `stripPrefix`.
    StripPrefix {
        /// The first that fits is taken off.
        prefixes: Vec<Text>,
        /// `forceSlash`.
        force_slash: bool,
    },
    /// `stripPrefixRegex`.
    StripPrefixRegex(Vec<Text>),
    /// `replacePath`.
    ReplacePath(Text),
    /// `replacePathRegex`: expression and replacement.
    ReplacePathRegex(Text, Text),
    /// `chain`.
    Chain(Vec<Reference>),
    /// `ipAllowList` and `ipWhiteList`.
    IpAllowList {
        /// Addresses and ranges.
        ranges: Vec<Text>,
        /// `rejectStatusCode`.
        status: Option<i64>,
        /// Whether `ipStrategy` looks at `X-Forwarded-For`.
        forwarded: bool,
    },
    /// `encodedCharacters`: what it refuses, as in `%2F`.
    EncodedCharacters(Vec<&'static str>),
    /// `errors`: a service that answers for some statuses.
    Errors {
        /// Statuses and ranges.
        status: Vec<Text>,
        /// Who answers.
        service: Box<ServiceRef>,
    },
    /// `redirectRegex`: expression, replacement, permanent.
    RedirectRegex(Text, Text, bool),
    /// `redirectScheme`.
    RedirectScheme {
        /// The new scheme.
        scheme: Text,
        /// The new port.
        port: Option<Text>,
        /// Whether clients may remember it.
        permanent: bool,
        /// `forcePermanentRedirect`: 308 whatever the method.
        always_308: bool,
    },
    /// `basicAuth`, with the Secret.
    BasicAuth(Option<Text>),
    /// `digestAuth`, with the Secret.
    DigestAuth(Option<Text>),
    /// `forwardAuth`, with the address that is asked.
    ForwardAuth(Option<Text>),
    /// `plugin`, with the names of the plugins.
    Plugin(Vec<Text>),
    /// `headers`.
    Headers(Headers),
    /// `inFlightReq` that lets no request through, as none is its `amount`
    /// (`github.com/vulcand/oxy/v2/connlimit`).
    Full,
    /// A kind that lets requests through unchanged, unless it is overloaded.
    Passes {
        /// The field, as in `rateLimit`.
        kind: &'static str,
        /// Why Traefik refuses to build it, as a clause.
        refused: Option<&'static str>,
    },
}

/// What of `headers` matters to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Headers {
    /// Whether it sets nothing at all, which Traefik refuses.
    pub empty: bool,
    /// `customRequestHeaders`: an empty value takes the header out.
    pub request: Vec<(Text, Text)>,
    /// Whether it is about other origins, and answers what browsers ask first.
    pub origins: bool,
    /// `accessControlAllowOriginListRegex`.
    pub origin_patterns: Vec<Text>,
    /// `allowedHosts`: others are turned away, if there are any.
    pub hosts: Vec<Text>,
    /// `hostsProxyHeaders`: headers that say the host instead.
    pub host_headers: Vec<Text>,
}

/// `MiddlewareTCP`.
#[derive(Clone, Debug, Hash)]
pub struct MiddlewareTcp {
    /// Name, namespace.
    pub meta: Meta,
    /// The ranges of each `ipAllowList` and `ipWhiteList`.
    pub allow: Vec<Vec<Text>>,
    /// How many connections there may be from one address, where it limits them.
    pub in_flight: Option<i64>,
}

/// `TraefikService`.
#[derive(Clone, Debug, Hash)]
pub struct TraefikService {
    /// Name, namespace.
    pub meta: Meta,
    /// What it does; `None` when it does nothing.
    pub kind: Option<TraefikServiceKind>,
}

/// What a [`TraefikService`] does: the first that is set counts.
#[derive(Clone, Debug, Hash)]
pub enum TraefikServiceKind {
    /// `weighted`.
    Weighted(Vec<ServiceRef>),
    /// `mirroring`: who answers, and who gets a copy.
    Mirroring(Box<ServiceRef>, Vec<ServiceRef>),
    /// `highestRandomWeight`.
    HighestRandomWeight(Vec<ServiceRef>),
    /// `failover`.
    Failover {
        /// Who answers.
        service: Box<ServiceRef>,
        /// Who answers when that one fails.
        fallback: Box<ServiceRef>,
        /// The statuses that count as failing.
        status: Vec<Text>,
    },
}

/// `TLSOption`.
#[derive(Clone, Debug, Hash)]
pub struct TlsOption {
    /// Name, namespace.
    pub meta: Meta,
    /// What Traefik doesn't know in it: field path and value.
    pub unknown: Option<(String, Text)>,
}

/// `ServersTransport`, `ServersTransportTCP`.
#[derive(Clone, Debug, Hash)]
pub struct Transport {
    /// Name, namespace.
    pub meta: Meta,
    /// The first of its `rootCAs` that names neither Secret nor `ConfigMap`: its path.
    pub empty_authority: Option<String>,
}

/// `TLSStore`.
#[derive(Clone, Debug, Hash)]
pub struct TlsStore {
    /// Name, namespace.
    pub meta: Meta,
    /// The Secret with the default certificate.
    pub certificate: Option<Text>,
}

/// A Secret.
#[derive(Clone, Debug, Hash)]
pub struct Secret {
    /// Name, namespace, labels: one with `owner=helm` isn't seen.
    pub meta: Meta,
    /// `type`.
    pub kind: Option<Text>,
    /// Its keys; `None` when nobody knows.
    pub keys: Option<Vec<Text>>,
    /// How many parts the lines of its only value have, which are separated by `:`;
    /// `None` when nobody knows.
    pub lines: Option<Vec<usize>>,
}

impl Service {
    /// The port that a route means, as Traefik looks it up: the first of that
    /// number or name, whatever its protocol
    /// (`getServicePort`, `pkg/provider/kubernetes/crd/kubernetes.go`).
    pub fn port(&self, port: &PortRef) -> Option<(usize, &ServicePort)> {
        self.ports.iter().enumerate().find(|(_, own)| match port {
            PortRef::Number(number) => own.port == *number,
            PortRef::Name(name) => own.name == *name,
        })
    }

    /// The ports to change, after the caller has looked at the pods.
    pub fn ports_mut(&mut self) -> &mut [ServicePort] {
        &mut self.ports
    }
}
