//! Traefik's custom resources, version `traefik.io/v1alpha1`, as far as the
//! compiler emits them.
//!
//! The types mirror the definitions in [`crate::traefik_crds`]; a test holds
//! every field against them, so that the two cannot drift apart. What is
//! absent or empty is not written. Fields are written in the order in which a
//! person reads a route: what it matches first, where it leads last.
//!
//! The comments give the rule behind a field and the file of Traefik 3.7 that
//! states it.

mod middleware;
mod tls;

#[cfg(test)]
mod tests;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use k8s_openapi::{Metadata, NamespaceResourceScope, Resource};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::ops::Not;

pub use self::middleware::*;
pub use self::tls::*;

/// `apiVersion` of every kind here.
pub const API_VERSION: &str = "traefik.io/v1alpha1";

/// The highest priority of a route that the API server accepts: 2⁶³ − 1024.
///
/// Traefik's own limit is 2⁶³ − 1001 (`pkg/server/router/router.go`); the
/// definitions give it as a floating-point number, the nearest of which is
/// lower.
pub const MAX_PRIORITY: i64 = i64::MAX - 1023;

/// What stands under `spec`, and so decides the kind of an [`Object`].
pub trait Spec: Serialize {
    /// The kind, such as `IngressRoute`.
    const KIND: &'static str;
    /// The resource in URLs and RBAC rules, such as `ingressroutes`.
    const PLURAL: &'static str;
}

/// A custom resource: written as `apiVersion`, `kind`, `metadata`, `spec`.
///
/// It implements the traits of `k8s_openapi`, so code that is generic over
/// Kubernetes objects takes these as well.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<S> {
    /// Name, namespace, labels, annotations.
    pub metadata: ObjectMeta,
    /// The kind's own fields.
    pub spec: S,
}

/// An HTTP router for each of its routes.
pub type IngressRoute = Object<IngressRouteSpec>;
/// A TCP router for each of its routes.
pub type IngressRouteTcp = Object<IngressRouteTcpSpec>;
/// A UDP router for each of its routes.
pub type IngressRouteUdp = Object<IngressRouteUdpSpec>;
/// Something that a request passes on its way to a service.
pub type Middleware = Object<MiddlewareSpec>;
/// How Traefik talks to the pods behind a service.
pub type ServersTransport = Object<ServersTransportSpec>;
/// Parameters of TLS connections.
pub type TlsOption = Object<TlsOptionSpec>;
/// The certificate for names that no other certificate covers.
pub type TlsStore = Object<TlsStoreSpec>;

impl<S: Spec> Object<S> {
    /// `apiVersion`, the same for all.
    pub const API_VERSION: &'static str = API_VERSION;
    /// `kind`.
    pub const KIND: &'static str = S::KIND;
    /// The resource in URLs and RBAC rules.
    pub const PLURAL: &'static str = S::PLURAL;
}

impl<S: Spec> Resource for Object<S> {
    const API_VERSION: &'static str = API_VERSION;
    const GROUP: &'static str = crate::traefik_crds::GROUP;
    const KIND: &'static str = S::KIND;
    const VERSION: &'static str = "v1alpha1";
    const URL_PATH_SEGMENT: &'static str = S::PLURAL;
    type Scope = NamespaceResourceScope;
}

impl<S: Spec> Metadata for Object<S> {
    type Ty = ObjectMeta;

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

impl<S: Spec> Serialize for Object<S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let mut object = serializer.serialize_struct(S::KIND, 4)?;
        object.serialize_field("apiVersion", API_VERSION)?;
        object.serialize_field("kind", S::KIND)?;
        object.serialize_field("metadata", &self.metadata)?;
        object.serialize_field("spec", &self.spec)?;
        object.end()
    }
}

/// [`IngressRoute`]'s fields.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressRouteSpec {
    /// Names of entry points of the static configuration. Empty means every
    /// one that is not UDP and not Traefik's own (`pkg/server/router`), so
    /// name them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry_points: Vec<String>,
    /// A router each. A faulty one is left out, its siblings stay
    /// (`pkg/provider/kubernetes/crd/kubernetes_http.go`).
    pub routes: Vec<Route>,
    /// Present, even when empty: the routers accept TLS only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
}

impl Spec for IngressRouteSpec {
    const KIND: &'static str = "IngressRoute";
    const PLURAL: &'static str = "ingressroutes";
}

/// One HTTP router.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The rule in the syntax of version 3, such as ``PathPrefix(`/`)``.
    pub r#match: String,
    /// Always `Rule`: any other value drops the route
    /// (`pkg/provider/kubernetes/crd/kubernetes_http.go`).
    pub kind: RouteKind,
    /// The highest one that matches wins. Absent, or 0: the length of the rule
    /// in bytes. At most [`MAX_PRIORITY`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// Passed in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub middlewares: Vec<MiddlewareRef>,
    /// Where requests go. With several, one bad service drops the whole route.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<RouteService>,
}

/// The only kind of route there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum RouteKind {
    /// Requests are chosen by a rule.
    #[default]
    Rule,
}

/// A reference to a [`Middleware`].
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MiddlewareRef {
    /// Its name.
    pub name: String,
    /// Absent: the namespace of the object that refers to it. Any other
    /// needs `allowCrossNamespace`, which is off by default
    /// (`pkg/provider/kubernetes/crd/kubernetes_http.go`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// What an HTTP route leads to.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteService {
    /// Name of the Service or `TraefikService`.
    pub name: String,
    /// Absent: the namespace of the route; see [`MiddlewareRef::namespace`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Absent: a Kubernetes Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ServiceKind>,
    /// Number or name of a port of the Service; one that the Service doesn't
    /// have drops the route. Left out only for a `TraefikService`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<IntOrString>,
    /// Absent: `https` for port 443 and for port names that begin with
    /// `https`, otherwise `http`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Scheme>,
    /// How a pod is chosen; absent: round-robin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// Whether the pod sees the `Host` header of the client; absent: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass_host_header: Option<bool>,
    /// Name of a [`ServersTransport`] of the same namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub servers_transport: Option<String>,
    /// Share of the requests among several services; not negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// Whether to send to the Service's address instead of the pods'.
    #[serde(rename = "nativeLB", skip_serializing_if = "Option::is_none")]
    pub native_lb: Option<bool>,
}

/// What [`RouteService::name`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum ServiceKind {
    /// A Kubernetes Service.
    Service,
    /// A `TraefikService`: weighted, mirrored or with a fallback.
    TraefikService,
}

/// The protocol that Traefik speaks to a pod
/// (`pkg/provider/kubernetes/crd/kubernetes_http.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// HTTP/1.1.
    Http,
    /// HTTP over TLS.
    Https,
    /// HTTP/2 without TLS.
    H2c,
}

/// How a pod is chosen (`pkg/config/dynamic/http_config.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Strategy {
    /// Weighted round-robin.
    Wrr,
    /// The less busy of two random ones.
    P2c,
    /// By a hash of the client's address.
    Hrw,
    /// The one that answers fastest with the fewest open requests.
    LeastTime,
}

/// [`IngressRouteTcp`]'s fields.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressRouteTcpSpec {
    /// See [`IngressRouteSpec::entry_points`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry_points: Vec<String>,
    /// A router each.
    pub routes: Vec<RouteTcp>,
    /// Present, even when empty: the routers accept TLS only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsTcp>,
}

impl Spec for IngressRouteTcpSpec {
    const KIND: &'static str = "IngressRouteTCP";
    const PLURAL: &'static str = "ingressroutetcps";
}

/// One TCP router.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteTcp {
    /// A rule of the TCP matchers. Connections without TLS name no host: only
    /// ``HostSNI(`*`)`` matches them (`pkg/muxer/tcp`).
    pub r#match: String,
    /// See [`Route::priority`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// Objects of kind `MiddlewareTCP`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub middlewares: Vec<MiddlewareRef>,
    /// Where connections go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<RouteServiceTcp>,
}

/// What a TCP route leads to. Only pods whose endpoints are ready are used
/// (`pkg/provider/kubernetes/crd/kubernetes_tcp.go`).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteServiceTcp {
    /// Name of the Service.
    pub name: String,
    /// Absent: the namespace of the route; see [`MiddlewareRef::namespace`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Number or name of a port of the Service.
    pub port: IntOrString,
    /// Whether Traefik opens a TLS connection to the pod.
    #[serde(skip_serializing_if = "Not::not")]
    pub tls: bool,
    /// Share of the connections among several services; not negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// Whether to send to the Service's address instead of the pods'.
    #[serde(rename = "nativeLB", skip_serializing_if = "Option::is_none")]
    pub native_lb: Option<bool>,
}

/// [`IngressRouteUdp`]'s fields.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressRouteUdpSpec {
    /// Entry points that were declared as UDP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry_points: Vec<String>,
    /// A router each. UDP has no rules, so an entry point has room for one
    /// (`pkg/provider/kubernetes/crd/kubernetes_udp.go`).
    pub routes: Vec<RouteUdp>,
}

impl Spec for IngressRouteUdpSpec {
    const KIND: &'static str = "IngressRouteUDP";
    const PLURAL: &'static str = "ingressrouteudps";
}

/// One UDP router.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteUdp {
    /// Where datagrams go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<RouteServiceUdp>,
}

/// What a UDP route leads to. Only pods whose endpoints are ready are used
/// (`pkg/provider/kubernetes/crd/kubernetes_udp.go`).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteServiceUdp {
    /// Name of the Service.
    pub name: String,
    /// Absent: the namespace of the route; see [`MiddlewareRef::namespace`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Number or name of a port of the Service.
    pub port: IntOrString,
    /// Share of the clients among several services; not negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// Whether to send to the Service's address instead of the pods'.
    #[serde(rename = "nativeLB", skip_serializing_if = "Option::is_none")]
    pub native_lb: Option<bool>,
}
