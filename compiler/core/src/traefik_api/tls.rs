//! TLS on both sides of Traefik: routers, options, the default certificate,
//! and connections to the pods.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;
use std::ops::Not;

use super::Spec;

/// TLS of an HTTP router. Empty: the default certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tls {
    /// Secret with `tls.crt` and `tls.key`, always of the route's namespace
    /// (`pkg/provider/kubernetes/crd/kubernetes.go`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_name: Option<String>,
    /// A [`TlsOption`](super::TlsOption) object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<TlsOptionRef>,
    /// A resolver of the static configuration, which obtains certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cert_resolver: Option<String>,
    /// Names that the resolver asks for; empty: those in the rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<TlsDomain>,
}

/// TLS of a TCP router.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsTcp {
    /// See [`Tls::secret_name`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_name: Option<String>,
    /// Whether the pod ends the TLS connection instead of Traefik.
    #[serde(skip_serializing_if = "Not::not")]
    pub passthrough: bool,
    /// A [`TlsOption`](super::TlsOption) object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<TlsOptionRef>,
    /// See [`Tls::cert_resolver`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cert_resolver: Option<String>,
    /// See [`Tls::domains`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<TlsDomain>,
}

/// A reference to a [`TlsOption`](super::TlsOption).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsOptionRef {
    /// Its name.
    pub name: String,
    /// Absent: the route's namespace. Any other needs `allowCrossNamespace`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// Names for one certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsDomain {
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main: Option<String>,
    /// Further names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sans: Vec<String>,
}

/// [`TlsOption`](super::TlsOption)'s fields. An object named `default` counts
/// for every router without options; two of them among the watched namespaces
/// cancel each other (`pkg/provider/kubernetes/crd/kubernetes.go`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsOptionSpec {
    /// Such as `VersionTLS12`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_version: Option<String>,
    /// Such as `VersionTLS13`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_version: Option<String>,
    /// Go's names of cipher suites; version 1.3 of TLS ignores them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cipher_suites: Vec<String>,
    /// Whether to refuse clients whose name matches no certificate.
    #[serde(skip_serializing_if = "Not::not")]
    pub sni_strict: bool,
}

impl Spec for TlsOptionSpec {
    const KIND: &'static str = "TLSOption";
    const PLURAL: &'static str = "tlsoptions";
}

/// [`TlsStore`](super::TlsStore)'s fields. Only an object named `default` is
/// used, with the same rule as for [`TlsOptionSpec`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsStoreSpec {
    /// For names that no other certificate covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_certificate: Option<Certificate>,
    /// Further ones, chosen by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Certificate>,
}

impl Spec for TlsStoreSpec {
    const KIND: &'static str = "TLSStore";
    const PLURAL: &'static str = "tlsstores";
}

/// A certificate by its Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Secret with `tls.crt` and `tls.key`, of the store's namespace.
    pub secret_name: String,
}

/// [`ServersTransport`](super::ServersTransport)'s fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServersTransportSpec {
    /// The name that the pod's certificate must carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Whether to trust any certificate.
    #[serde(skip_serializing_if = "Not::not")]
    pub insecure_skip_verify: bool,
    /// Authorities to trust.
    #[serde(rename = "rootCAs", skip_serializing_if = "Vec::is_empty")]
    pub root_cas: Vec<RootCa>,
    /// Limits on waiting for a pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarding_timeouts: Option<ForwardingTimeouts>,
}

impl Spec for ServersTransportSpec {
    const KIND: &'static str = "ServersTransport";
    const PLURAL: &'static str = "serverstransports";
}

/// Where an authority's certificate is kept: the schema refuses both at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RootCa {
    /// Name of a Secret.
    Secret(String),
    /// Name of a `ConfigMap`.
    ConfigMap(String),
}

/// Limits on waiting for a pod: seconds, or text such as `500ms`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ForwardingTimeouts {
    /// Until the connection stands; absent: 30 s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dial_timeout: Option<IntOrString>,
    /// Until the headers of the answer arrive; absent: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_header_timeout: Option<IntOrString>,
    /// Until an unused connection is closed; absent: 90 s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_conn_timeout: Option<IntOrString>,
}
