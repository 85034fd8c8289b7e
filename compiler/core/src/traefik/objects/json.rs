//! From JSON, as hand-written manifests have it.

use std::sync::Arc;

use k8s_openapi::ByteString;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::typed::CLASS_ANNOTATION;
use super::{
    Headers, IngressRoute, Meta, Middleware, MiddlewareKind, MiddlewareTcp, Objects, PortRef,
    Protocol, Reference, Route, Secret, Service, ServiceKind, ServicePort, ServiceRef, Text, Tls,
    TlsOption, TlsStore, TraefikService, TraefikServiceKind,
};
use super::{predicate, tls};
use crate::traefik::duration::is_duration;
use crate::traefik::rule::{Network, Pattern};
use crate::traefik_api::API_VERSION;

/// `pkg/middlewares/compress`.
pub(super) const BOTH_CONTENT_TYPES: &str =
    "it has both `excludedContentTypes` and `includedContentTypes`";
/// `pkg/middlewares/retry`.
pub(super) const NO_ATTEMPTS: &str = "it allows no attempt";

impl Objects {
    /// Takes an object if it is one that Traefik reads; false otherwise.
    pub fn add_value(&mut self, at: usize, value: &Value) -> bool {
        let (Some(version), Some(kind)) = (text_of(value, "apiVersion"), text_of(value, "kind"))
        else {
            return false;
        };
        let meta = || meta(at, value);
        let spec = member(value, "spec");
        match (version, kind) {
            ("v1", "Service") => self.services.push(service(meta(), spec)),
            ("v1", "Secret") => self.secrets.push(secret(meta(), value)),
            (API_VERSION, "IngressRoute") => self.route(meta(), Protocol::Http, value),
            (API_VERSION, "IngressRouteTCP") => self.route(meta(), Protocol::Tcp, value),
            (API_VERSION, "IngressRouteUDP") => self.route(meta(), Protocol::Udp, value),
            (API_VERSION, "Middleware") => {
                self.middlewares.push(Middleware { meta: meta(), kinds: middleware_kinds(spec) });
            }
            (API_VERSION, "MiddlewareTCP") => {
                let lists = ["ipAllowList", "ipWhiteList"].map(|field| spec.get(field));
                self.tcp_middlewares.push(MiddlewareTcp {
                    meta: meta(),
                    allow: lists.iter().flatten().map(|list| texts(list, "sourceRange")).collect(),
                    in_flight: spec
                        .get("inFlightConn")
                        .map(|limit| member(limit, "amount").as_i64().unwrap_or(0)),
                });
            }
            (API_VERSION, "TraefikService") => {
                self.traefik_services
                    .push(TraefikService { meta: meta(), kind: traefik_service(spec) });
            }
            (API_VERSION, "ServersTransport") => {
                self.transports.push(tls::transport(meta(), spec, "spec"));
            }
            (API_VERSION, "ServersTransportTCP") => {
                self.tcp_transports.push(tls::transport(meta(), member(spec, "tls"), "spec.tls"));
            }
            (API_VERSION, "TLSOption") => {
                self.tls_options.push(TlsOption { meta: meta(), unknown: tls::unknown(spec) });
            }
            (API_VERSION, "TLSStore") => {
                self.tls_stores.push(TlsStore {
                    meta: meta(),
                    certificate: text(member(spec, "defaultCertificate"), "secretName"),
                });
            }
            _ => return false,
        }
        true
    }

    fn route(&mut self, meta: Meta, protocol: Protocol, value: &Value) {
        let spec = member(value, "spec");
        // The field counts even when it is empty, the annotation doesn't.
        let class = text_of(spec, "ingressClassName").or_else(|| {
            text_of(member(member(value, "metadata"), "annotations"), CLASS_ANNOTATION)
                .filter(|class| !class.is_empty())
        });
        let tls = spec.get("tls").filter(|tls| tls.is_object()).map(|tls| Tls {
            secret: text(tls, "secretName"),
            options: tls.get("options").filter(|options| options.is_object()).map(reference),
            resolver: text(tls, "certResolver"),
            passthrough: flag(tls, "passthrough"),
        });
        let routes = array(spec, "routes").iter().map(|route| Route {
            rule: text_of(route, "match").unwrap_or_default().into(),
            kind: text(route, "kind"),
            priority: member(route, "priority").as_i64().unwrap_or(0),
            syntax: text(route, "syntax"),
            middlewares: array(route, "middlewares").iter().map(reference).collect(),
            services: array(route, "services").iter().map(service_ref).collect(),
            observability: route.get("observability").is_some_and(Value::is_object),
        });
        let routes = routes.collect();
        self.routes.push(IngressRoute {
            meta,
            protocol,
            class: class.map(Arc::from),
            entry_points: texts(spec, "entryPoints"),
            parents: array(spec, "parentRefs").iter().map(reference).collect(),
            routes,
            tls,
        });
    }
}

fn service(meta: Meta, spec: &Value) -> Service {
    let kind = match text_of(spec, "type") {
        Some("ExternalName") => {
            ServiceKind::ExternalName(text_of(spec, "externalName").unwrap_or_default().into())
        }
        kind => ServiceKind::Cluster {
            headless: text_of(spec, "clusterIP") == Some("None"),
            node_port: kind == Some("NodePort"),
        },
    };
    let ports = array(spec, "ports").iter().map(|port| {
        let number = number(port, "port").unwrap_or(0);
        ServicePort {
            name: text_of(port, "name").unwrap_or_default().into(),
            port: number,
            target: port.get("targetPort").and_then(port_ref).unwrap_or(PortRef::Number(number)),
            udp: text_of(port, "protocol") == Some("UDP"),
            serving: true,
            terminating: false,
            ready: true,
        }
    });
    Service { meta, kind, ports: ports.collect() }
}

fn secret(meta: Meta, value: &Value) -> Secret {
    let keys =
        ["data", "stringData"].into_iter().filter_map(|field| member(value, field).as_object());
    let mut keys: Vec<Text> =
        keys.flat_map(Map::keys).map(|key| Text::from(key.as_str())).collect();
    keys.sort();
    keys.dedup();
    Secret { meta, kind: text(value, "type"), keys: Some(keys), lines: lines(value) }
}

/// The parts of the lines of the only value of a Secret, as a login reads them
/// (`loadAuthCredentials`, `pkg/provider/kubernetes/crd/kubernetes.go`).
fn lines(value: &Value) -> Option<Vec<usize>> {
    let values = |field| member(value, field).as_object().into_iter().flat_map(Map::values);
    // What is in both stands in `stringData`.
    let (written, encoded) = (values("stringData").next(), values("data").next());
    let text = match written.or(encoded)? {
        own if written.is_some() => own.as_str()?.to_owned(),
        own => String::from_utf8(ByteString::deserialize(own).ok()?.0).ok()?,
    };
    // What is put in or deciphered on the way to the cluster can't be read.
    if value.get("sops").is_some() || ["ENC[", "${", "{{"].iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let lines = text.lines().filter(|line| !line.is_empty());
    Some(lines.map(|line| line.split(':').count()).collect())
}

fn traefik_service(spec: &Value) -> Option<TraefikServiceKind> {
    let refs = |value: &Value| array(value, "services").iter().map(service_ref).collect();
    if let Some(weighted) = spec.get("weighted") {
        Some(TraefikServiceKind::Weighted(refs(weighted)))
    } else if let Some(mirroring) = spec.get("mirroring") {
        let mirrors = array(mirroring, "mirrors").iter().map(service_ref).collect();
        Some(TraefikServiceKind::Mirroring(Box::new(service_ref(mirroring)), mirrors))
    } else if let Some(highest) = spec.get("highestRandomWeight") {
        Some(TraefikServiceKind::HighestRandomWeight(refs(highest)))
    } else {
        let failover = spec.get("failover")?;
        Some(TraefikServiceKind::Failover {
            service: Box::new(service_ref(member(failover, "service"))),
            fallback: Box::new(service_ref(member(failover, "fallback"))),
            status: texts(member(failover, "errors"), "status"),
        })
    }
}

fn service_ref(value: &Value) -> ServiceRef {
    ServiceRef {
        to: reference(value),
        kind: text(value, "kind"),
        port: value.get("port").and_then(port_ref).unwrap_or_default(),
        scheme: text(value, "scheme"),
        strategy: text(value, "strategy"),
        flush_interval: text(member(value, "responseForwarding"), "flushInterval"),
        native_lb: member(value, "nativeLB").as_bool(),
        node_port_lb: flag(value, "nodePortLB"),
        transport: text(value, "serversTransport"),
        weight: member(value, "weight").as_i64(),
        health_check: value.get("healthCheck").is_some_and(Value::is_object),
        percent: member(value, "percent").as_i64(),
        pass_host_header: member(value, "passHostHeader").as_bool().unwrap_or(true),
        tls: flag(value, "tls"),
        middlewares: array(value, "middlewares").iter().map(reference).collect(),
    }
}

fn middleware_kinds(spec: &Value) -> Vec<MiddlewareKind> {
    let fields = spec.as_object().into_iter().flatten();
    fields
        .filter(|(_, value)| value.is_object())
        .filter_map(|(field, value)| middleware_kind(field, value))
        .collect()
}

fn middleware_kind(field: &str, value: &Value) -> Option<MiddlewareKind> {
    let bare = |field: &str| text_of(value, field).unwrap_or_default().into();
    let passes = |kind, refused: Option<&'static str>| MiddlewareKind::Passes { kind, refused };
    Some(match field {
        "addPrefix" => MiddlewareKind::AddPrefix(bare("prefix")),
        "stripPrefix" => MiddlewareKind::StripPrefix {
            prefixes: texts(value, "prefixes"),
            force_slash: flag(value, "forceSlash"),
        },
        "stripPrefixRegex" => MiddlewareKind::StripPrefixRegex(texts(value, "regex")),
        "replacePath" => MiddlewareKind::ReplacePath(bare("path")),
        "replacePathRegex" => MiddlewareKind::ReplacePathRegex(bare("regex"), bare("replacement")),
        "chain" => {
            MiddlewareKind::Chain(array(value, "middlewares").iter().map(reference).collect())
        }
        "ipAllowList" | "ipWhiteList" if has_strange_ip(value) => {
            passes("ipAllowList", Some(STRANGE_IP))
        }
        "ipAllowList" | "ipWhiteList" => MiddlewareKind::IpAllowList {
            ranges: texts(value, "sourceRange"),
            status: member(value, "rejectStatusCode").as_i64(),
            forwarded: member(member(value, "ipStrategy"), "depth")
                .as_i64()
                .is_some_and(|depth| depth > 0)
                || !array(member(value, "ipStrategy"), "excludedIPs").is_empty(),
        },
        "encodedCharacters" => {
            MiddlewareKind::EncodedCharacters(denied_characters(|field| flag(value, field)))
        }
        "errors"
            if member(value, "statusRewrites")
                .as_object()
                .is_some_and(|all| !all.keys().all(|key| status_range(key))) =>
        {
            passes(
                "errors",
                Some(
                    "its `statusRewrites` has a key that is no status and no range of them, as `500-599`",
                ),
            )
        }
        "errors" => MiddlewareKind::Errors {
            status: texts(value, "status"),
            service: Box::new(service_ref(member(value, "service"))),
        },
        "redirectRegex" => MiddlewareKind::RedirectRegex(
            bare("regex"),
            bare("replacement"),
            flag(value, "permanent"),
        ),
        "redirectScheme" => MiddlewareKind::RedirectScheme {
            scheme: bare("scheme"),
            port: text(value, "port"),
            permanent: flag(value, "permanent"),
            always_308: flag(value, "forcePermanentRedirect"),
        },
        "basicAuth" => MiddlewareKind::BasicAuth(text(value, "secret")),
        "digestAuth" => MiddlewareKind::DigestAuth(text(value, "secret")),
        "forwardAuth"
            if text(value, "authResponseHeadersRegex")
                .is_some_and(|expression| Pattern::compile(&expression).is_err()) =>
        {
            passes("forwardAuth", Some("its `authResponseHeadersRegex` is no expression of Go's"))
        }
        "forwardAuth" => MiddlewareKind::ForwardAuth(text(value, "address")),
        "plugin" => MiddlewareKind::Plugin(
            value
                .as_object()
                .into_iter()
                .flat_map(Map::keys)
                .map(|key| key.as_str().into())
                .collect(),
        ),
        "headers" => MiddlewareKind::Headers(headers(value)),
        "compress" => passes(
            "compress",
            (!array(value, "excludedContentTypes").is_empty()
                && !array(value, "includedContentTypes").is_empty())
            .then_some(BOTH_CONTENT_TYPES)
            .or_else(|| encodings(value)),
        ),
        "retry" => passes(
            "retry",
            if array(value, "status").is_empty() && flag(value, "disableRetryOnNetworkError") {
                Some("it retries neither on statuses nor on network errors")
            } else {
                (member(value, "attempts").as_i64().unwrap_or(0) <= 0).then_some(NO_ATTEMPTS)
            },
        ),
        "rateLimit" => passes("rateLimit", two_criteria(value).or_else(|| strange_period(value))),
        "inFlightReq" => match two_criteria(value) {
            None if member(value, "amount").as_f64().unwrap_or(0.0) <= 0.0 => MiddlewareKind::Full,
            refused => passes("inFlightReq", refused),
        },
        "circuitBreaker" => passes(
            "circuitBreaker",
            match text(value, "expression") {
                None => Some("it has no expression"),
                Some(expression) => predicate::of_breaker(&expression),
            },
        ),
        "buffering" => passes("buffering", strange_buffer(value)),
        "passTLSClientCert" => passes("passTLSClientCert", None),
        "contentType" => passes("contentType", None),
        "grpcWeb" => passes("grpcWeb", None),
        _ => return None,
    })
}

/// Statuses and ranges of them, with commas between (`pkg/types/http_code_range.go`).
pub(in crate::traefik) fn status_range(text: &str) -> bool {
    text.split(',').all(|part| {
        let (low, high) = part.split_once('-').unwrap_or((part, part));
        low.parse::<i32>().is_ok() && high.parse::<i32>().is_ok()
    })
}

/// The percent-encoded characters that are refused, given which are allowed
/// (`pkg/config/static/entrypoints.go`, `pkg/middlewares/encodedcharacters`).
pub(in crate::traefik) fn denied_characters(
    mut allowed: impl FnMut(&'static str) -> bool,
) -> Vec<&'static str> {
    const CHARACTERS: [(&str, &str); 7] = [
        ("allowEncodedSlash", "%2F"),
        ("allowEncodedBackSlash", "%5C"),
        ("allowEncodedNullCharacter", "%00"),
        ("allowEncodedSemicolon", "%3B"),
        ("allowEncodedPercent", "%25"),
        ("allowEncodedQuestionMark", "%3F"),
        ("allowEncodedHash", "%23"),
    ];
    let denied = CHARACTERS.into_iter().filter(|(field, _)| !allowed(field));
    denied.map(|(_, character)| character).collect()
}

/// What is wrong with a `buffering` (`github.com/vulcand/oxy/v2`, `buffer/options.go`).
fn strange_buffer(value: &Value) -> Option<&'static str> {
    const SIZES: [&str; 4] = [
        "maxRequestBodyBytes",
        "maxResponseBodyBytes",
        "memRequestBodyBytes",
        "memResponseBodyBytes",
    ];
    let is_negative =
        SIZES.iter().any(|field| member(value, field).as_i64().is_some_and(|size| size < 0));
    if is_negative {
        return Some("it has a size below 0");
    }
    let expression = text(value, "retryExpression").filter(|expression| !expression.is_empty())?;
    predicate::of_buffer(&expression)
}

/// What is wrong with the encodings of `compress` (`pkg/middlewares/compress/compress.go`).
fn encodings(value: &Value) -> Option<&'static str> {
    const KNOWN: [&str; 3] = ["gzip", "br", "zstd"];
    let own = array(value, "encodings");
    let is_known = |own: &Value| own.as_str().is_some_and(|own| KNOWN.contains(&own));
    if !own.iter().all(is_known) {
        return Some("it has another encoding than `gzip`, `br` and `zstd`");
    }
    let default = text(value, "defaultEncoding").filter(|default| !default.is_empty())?;
    let is_there = match own {
        [] => KNOWN.contains(&&*default),
        own => own.iter().any(|own| own.as_str() == Some(&*default)),
    };
    (!is_there).then_some("its `defaultEncoding` is none of its encodings")
}

/// `GetSourceExtractor`, `pkg/middlewares/extractor.go`.
fn two_criteria(value: &Value) -> Option<&'static str> {
    let criterion = member(value, "sourceCriterion");
    let set = [
        member(criterion, "ipStrategy").is_object(),
        text(criterion, "requestHeaderName").is_some(),
        flag(criterion, "requestHost"),
    ];
    let two = set.into_iter().filter(|set| *set).count() > 1;
    two.then_some("it tells clients apart by two things at once")
        .or_else(|| has_strange_ip(criterion).then_some(STRANGE_IP))
}

const STRANGE_IP: &str = "its `excludedIPs` has what is neither an address nor a range";

/// Whether `ipStrategy` has an address that can't be read (`pkg/ip/checker.go`).
fn has_strange_ip(value: &Value) -> bool {
    let ips = texts(member(value, "ipStrategy"), "excludedIPs");
    ips.iter().any(|ip| Network::parse(ip).is_none())
}

/// What is wrong with the `period` of `rateLimit`: seconds, or a duration of Go's
/// (`paerser/types.Duration`; `pkg/middlewares/ratelimiter/rate_limiter.go`).
fn strange_period(value: &Value) -> Option<&'static str> {
    let period = text(value, "period")?;
    let unsigned = period.strip_prefix('+').unwrap_or(&period);
    if unsigned.starts_with('-') {
        return Some("its `period` is less than 0");
    }
    let is_number = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number && !is_duration(unsigned) {
        return Some("its `period` is no time, as `10s` is one");
    }
    None
}

/// A `headers`, which must set anything: `HasCustomHeadersDefined`,
/// `HasCorsHeadersDefined`, `HasSecureHeadersDefined`
/// (`pkg/config/dynamic/middlewares.go`).
fn headers(value: &Value) -> Headers {
    let is_set = |value: &Value| match value {
        Value::Null => false,
        Value::Bool(set) => *set,
        Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    };
    let fields = || value.as_object().into_iter().flatten().filter(|(_, value)| is_set(value));
    let request = member(value, "customRequestHeaders").as_object().into_iter().flatten();
    let is_developed = flag(value, "isDevelopment");
    Headers {
        empty: fields().next().is_none(),
        request: request
            .filter_map(|(name, value)| Some((name.as_str().into(), value.as_str()?.into())))
            .collect(),
        origins: fields()
            .any(|(field, _)| field.starts_with("accessControl") || field == "addVaryHeader"),
        origin_patterns: texts(value, "accessControlAllowOriginListRegex"),
        hosts: if is_developed { Vec::new() } else { texts(value, "allowedHosts") },
        host_headers: texts(value, "hostsProxyHeaders"),
    }
}

fn reference(value: &Value) -> Reference {
    Reference {
        name: text_of(value, "name").unwrap_or_default().into(),
        namespace: text(value, "namespace"),
    }
}

fn port_ref(value: &Value) -> Option<PortRef> {
    match value {
        Value::Number(number) => {
            number.as_i64().and_then(|number| i32::try_from(number).ok()).map(PortRef::Number)
        }
        Value::String(name) => Some(PortRef::Name(name.as_str().into())),
        _ => None,
    }
}

fn meta(at: usize, value: &Value) -> Meta {
    let metadata = member(value, "metadata");
    let labels = member(metadata, "labels").as_object().into_iter().flatten();
    Meta {
        at,
        namespace: text_of(metadata, "namespace").unwrap_or("default").into(),
        name: text_of(metadata, "name").unwrap_or_default().into(),
        labels: labels
            .filter_map(|(key, value)| Some((key.as_str().into(), value.as_str()?.into())))
            .collect(),
    }
}

/// A field; null when there is none.
pub(super) fn member<'v>(value: &'v Value, field: &str) -> &'v Value {
    value.get(field).unwrap_or(&Value::Null)
}

fn text_of<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field)?.as_str()
}

/// A text that isn't empty: Go can't tell an empty one from an absent one.
pub(super) fn text(value: &Value, field: &str) -> Option<Text> {
    text_of(value, field).filter(|text| !text.is_empty()).map(Arc::from)
}

pub(super) fn texts(value: &Value, field: &str) -> Vec<Text> {
    array(value, field).iter().filter_map(Value::as_str).map(Arc::from).collect()
}

pub(super) fn array<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn flag(value: &Value, field: &str) -> bool {
    value.get(field).and_then(Value::as_bool).unwrap_or(false)
}

fn number(value: &Value, field: &str) -> Option<i32> {
    i32::try_from(value.get(field)?.as_i64()?).ok()
}
