//! The middlewares that a topology can ask for.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Not;

use super::{MiddlewareRef, Spec};

/// [`Middleware`](super::Middleware)'s fields: exactly one of these, since
/// Traefik refuses an object with two (`pkg/server/middleware/middlewares.go`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MiddlewareSpec {
    /// Puts a path in front of the request's.
    AddPrefix(AddPrefix),
    /// Asks for a name and a password.
    BasicAuth(BasicAuth),
    /// Other middlewares, in order.
    Chain(Chain),
    /// Compresses answers.
    Compress(Compress),
    /// Sets, replaces and removes headers.
    Headers(Box<Headers>),
    /// Lets only some addresses through.
    IpAllowList(IpAllowList),
    /// Limits the rate of requests of a client.
    RateLimit(RateLimit),
    /// Sends the client to another URL.
    RedirectRegex(RedirectRegex),
    /// Sends the client to another scheme or port.
    RedirectScheme(RedirectScheme),
    /// Replaces the path by another.
    ReplacePath(ReplacePath),
    /// Replaces the path by a pattern.
    ReplacePathRegex(ReplacePathRegex),
    /// Tries again when a pod doesn't answer.
    Retry(Retry),
    /// Takes a path off the request's.
    StripPrefix(StripPrefix),
}

impl Spec for MiddlewareSpec {
    const KIND: &'static str = "Middleware";
    const PLURAL: &'static str = "middlewares";
}

/// See [`MiddlewareSpec::AddPrefix`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddPrefix {
    /// Begins with `/`: the schema refuses anything else.
    pub prefix: String,
}

/// See [`MiddlewareSpec::BasicAuth`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BasicAuth {
    /// A Secret of the middleware's namespace: of type
    /// `kubernetes.io/basic-auth` with `username` and `password`, or with a
    /// single key that holds lines of an htpasswd file. Without it the routes
    /// that use the middleware fail (`pkg/provider/kubernetes/crd/kubernetes.go`).
    pub secret: String,
    /// What the browser shows; absent: `traefik`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realm: Option<String>,
    /// Whether to keep the credentials from the pod.
    #[serde(skip_serializing_if = "Not::not")]
    pub remove_header: bool,
    /// Header in which the pod gets the user's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_field: Option<String>,
}

/// See [`MiddlewareSpec::Chain`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chain {
    /// Passed in this order; other namespaces as in [`MiddlewareRef`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub middlewares: Vec<MiddlewareRef>,
}

/// See [`MiddlewareSpec::Compress`]. Empty: all types but `application/grpc`,
/// from 1,024 bytes (`pkg/config/dynamic/middlewares.go`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compress {
    /// Content types left as they are; not together with the next field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_content_types: Vec<String>,
    /// The only content types to compress.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub included_content_types: Vec<String>,
    /// Smallest answer to compress, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_response_body_bytes: Option<u32>,
    /// Of `zstd`, `br` and `gzip`, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub encodings: Vec<String>,
}

/// See [`MiddlewareSpec::Headers`].
#[expect(clippy::struct_excessive_bools, reason = "these are the switches that Traefik has")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Headers {
    /// Headers of requests; an empty value removes one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_request_headers: BTreeMap<String, String>,
    /// Headers of answers; an empty value removes one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_response_headers: BTreeMap<String, String>,
    /// Whether other origins may send credentials.
    #[serde(skip_serializing_if = "Not::not")]
    pub access_control_allow_credentials: bool,
    /// Request headers that other origins may send.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_control_allow_headers: Vec<String>,
    /// Methods that other origins may use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_control_allow_methods: Vec<String>,
    /// Origins whose pages may call the API, or `*`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_control_allow_origin_list: Vec<String>,
    /// Answer headers that other origins may read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_control_expose_headers: Vec<String>,
    /// How long a browser may keep these permissions, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_control_max_age: Option<i64>,
    /// Whether to tell caches that answers depend on the origin.
    #[serde(skip_serializing_if = "Not::not")]
    pub add_vary_header: bool,
    /// `max-age` of `Strict-Transport-Security`, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sts_seconds: Option<u32>,
    /// Whether that holds for subdomains.
    #[serde(skip_serializing_if = "Not::not")]
    pub sts_include_subdomains: bool,
    /// Whether no page may show this one in a frame.
    #[serde(skip_serializing_if = "Not::not")]
    pub frame_deny: bool,
    /// Whether the browser must believe the content type.
    #[serde(skip_serializing_if = "Not::not")]
    pub content_type_nosniff: bool,
    /// `Content-Security-Policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_security_policy: Option<String>,
    /// `Referrer-Policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer_policy: Option<String>,
    /// `Permissions-Policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_policy: Option<String>,
}

/// See [`MiddlewareSpec::IpAllowList`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IpAllowList {
    /// Addresses and CIDR ranges; empty is refused when the router is built
    /// (`pkg/middlewares/ipallowlist`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source_range: Vec<String>,
    /// Which address counts; absent: the one that connects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_strategy: Option<IpStrategy>,
    /// Status of a refusal; absent: 403.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reject_status_code: Option<u16>,
}

/// Which entry of `X-Forwarded-For` is the client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IpStrategy {
    /// Position counted from the right, from 1; goes before the other field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// The first from the right that is none of these.
    #[serde(rename = "excludedIPs", skip_serializing_if = "Vec::is_empty")]
    pub excluded_ips: Vec<String>,
}

/// See [`MiddlewareSpec::RateLimit`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// Requests in a period; absent, or 0: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average: Option<u32>,
    /// Seconds, or text such as `1m`; absent: one second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<IntOrString>,
    /// Requests that may come at once; absent: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst: Option<u32>,
    /// What counts as one client; absent: the address that connects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_criterion: Option<SourceCriterion>,
}

/// What counts as one client: Traefik refuses two of them at once
/// (`pkg/middlewares/extractor.go`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SourceCriterion {
    /// An address.
    IpStrategy(IpStrategy),
    /// The value of the header of this name.
    RequestHeaderName(String),
    /// The host that is asked for, if true.
    RequestHost(bool),
}

/// See [`MiddlewareSpec::RedirectRegex`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedirectRegex {
    /// Matched against the whole URL, in Go's syntax.
    pub regex: String,
    /// The new URL, with `${1}` for what the first group matched.
    pub replacement: String,
    /// Whether clients may remember it.
    #[serde(skip_serializing_if = "Not::not")]
    pub permanent: bool,
}

/// See [`MiddlewareSpec::RedirectScheme`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedirectScheme {
    /// The new scheme; without it the routes that use the middleware fail
    /// (`pkg/middlewares/redirect/redirect_scheme.go`).
    pub scheme: String,
    /// The new port, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// Whether clients may remember it.
    #[serde(skip_serializing_if = "Not::not")]
    pub permanent: bool,
}

/// See [`MiddlewareSpec::ReplacePath`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplacePath {
    /// The new path; the old one is in the header `X-Replaced-Path`.
    pub path: String,
}

/// See [`MiddlewareSpec::ReplacePathRegex`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplacePathRegex {
    /// Matched against the path, in Go's syntax.
    pub regex: String,
    /// The new path, with `${1}` for what the first group matched.
    pub replacement: String,
}

/// See [`MiddlewareSpec::Retry`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Retry {
    /// How often in all, at least 1: with 0 the routes that use the middleware
    /// fail (`pkg/middlewares/retry`).
    pub attempts: u32,
    /// Wait before the second attempt, growing from there: seconds, or text
    /// such as `100ms`; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_interval: Option<IntOrString>,
    /// Limit on all attempts together, written like the interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<IntOrString>,
    /// Statuses that call for another attempt, such as `502` or `500-599`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<String>,
    /// Whether to repeat POST and PATCH as well.
    #[serde(skip_serializing_if = "Not::not")]
    pub retry_non_idempotent_method: bool,
}

/// See [`MiddlewareSpec::StripPrefix`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StripPrefix {
    /// The first that fits is taken off; the pod finds it in the header
    /// `X-Forwarded-Prefix`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<String>,
}
