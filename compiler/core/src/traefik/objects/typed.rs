//! From the compiler's own types, without a round trip through JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{
    Headers, IngressRoute, Meta, Middleware, MiddlewareKind, Objects, PortRef, Protocol, Reference,
    Route, Service, ServiceKind, ServicePort, ServiceRef, Text, Tls,
};
use crate::model::object::{Body, ObjectId};
use crate::traefik_api as api;

/// The annotation that stands for `ingressClassName`.
pub(super) const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

impl Objects {
    /// Takes an object if it is one that Traefik reads; false otherwise.
    pub fn add_body(&mut self, at: usize, id: &ObjectId, body: &Body) -> bool {
        match body {
            Body::Service(service) => self.add_service(at, id, service),
            Body::IngressRoute(route) => self.add_ingress_route(at, id, route),
            Body::IngressRouteUdp(route) => self.add_ingress_route_udp(at, id, route),
            Body::Middleware(middleware) => self.add_middleware(at, id, middleware),
            Body::Value(value) => return self.add_value(at, value),
            _ => return false,
        }
        true
    }

    /// Takes a Service. Its ports count as served by pods until
    /// [`ServicePort::serving`] and [`ServicePort::ready`] are set.
    fn add_service(&mut self, at: usize, id: &ObjectId, service: &core::Service) {
        let spec = service.spec.as_ref();
        let kind = match spec.and_then(|spec| spec.type_.as_deref()) {
            Some("ExternalName") => {
                let name = spec.and_then(|spec| spec.external_name.as_deref()).unwrap_or_default();
                ServiceKind::ExternalName(name.into())
            }
            kind => ServiceKind::Cluster {
                headless: spec.and_then(|spec| spec.cluster_ip.as_deref()) == Some("None"),
                node_port: kind == Some("NodePort"),
            },
        };
        let ports = spec.and_then(|spec| spec.ports.as_deref()).unwrap_or_default();
        let ports = ports.iter().map(|port| ServicePort {
            name: port.name.as_deref().map(Text::from).unwrap_or_default(),
            port: port.port,
            target: port.target_port.as_ref().map_or(PortRef::Number(port.port), port_ref),
            udp: port.protocol.as_deref() == Some("UDP"),
            serving: true,
            terminating: false,
            ready: true,
        });
        let ports = ports.collect();
        // What Traefik looks at of labels is none of a Service's.
        let meta = meta(at, id, None);
        self.services.push(Service { meta, kind, ports });
    }

    /// Takes an `IngressRoute`.
    fn add_ingress_route(&mut self, at: usize, id: &ObjectId, route: &api::IngressRoute) {
        let routes = route.spec.routes.iter().map(|route| Route {
            rule: route.r#match.as_str().into(),
            priority: route.priority.unwrap_or(0),
            middlewares: route.middlewares.iter().map(middleware_ref).collect(),
            services: route.services.iter().map(service_ref).collect(),
            ..Route::default()
        });
        let tls = route.spec.tls.as_ref().map(|tls| Tls {
            secret: tls.secret_name.as_deref().map(Arc::from),
            options: tls.options.as_ref().map(|options| Reference {
                name: options.name.as_str().into(),
                namespace: options.namespace.as_deref().map(Arc::from),
            }),
            resolver: tls.cert_resolver.as_deref().map(Arc::from),
            passthrough: false,
        });
        let routes = routes.collect();
        self.push((at, id), &route.metadata, Protocol::Http, &route.spec.entry_points, routes, tls);
    }

    /// Takes an `IngressRouteUDP`.
    fn add_ingress_route_udp(&mut self, at: usize, id: &ObjectId, route: &api::IngressRouteUdp) {
        let routes = route.spec.routes.iter().map(|route| Route {
            services: route
                .services
                .iter()
                .map(|service| ServiceRef {
                    to: reference(&service.name, service.namespace.as_deref()),
                    port: port_ref(&service.port),
                    native_lb: service.native_lb,
                    weight: service.weight.map(i64::from),
                    pass_host_header: true,
                    ..ServiceRef::default()
                })
                .collect(),
            ..Route::default()
        });
        let routes = routes.collect();
        self.push((at, id), &route.metadata, Protocol::Udp, &route.spec.entry_points, routes, None);
    }

    fn push(
        &mut self,
        (at, id): (usize, &ObjectId),
        metadata: &ObjectMeta,
        protocol: Protocol,
        entry_points: &[String],
        routes: Vec<Route>,
        tls: Option<Tls>,
    ) {
        let class = metadata.annotations.as_ref().and_then(|all| all.get(CLASS_ANNOTATION));
        self.routes.push(IngressRoute {
            meta: meta(at, id, metadata.labels.as_ref()),
            protocol,
            class: class.filter(|class| !class.is_empty()).map(|class| class.as_str().into()),
            entry_points: entry_points.iter().map(|name| name.as_str().into()).collect(),
            parents: Vec::new(),
            routes,
            tls,
        });
    }

    /// Takes a `Middleware`.
    fn add_middleware(&mut self, at: usize, id: &ObjectId, middleware: &api::Middleware) {
        self.middlewares.push(Middleware {
            meta: meta(at, id, middleware.metadata.labels.as_ref()),
            kinds: vec![middleware_kind(&middleware.spec)],
        });
    }
}

fn middleware_kind(spec: &api::MiddlewareSpec) -> MiddlewareKind {
    use api::MiddlewareSpec as Spec;
    let passes = |kind, refused: Option<&'static str>| MiddlewareKind::Passes { kind, refused };
    let texts = |all: &[String]| all.iter().map(|text| Text::from(text.as_str())).collect();
    match spec {
        Spec::AddPrefix(add) => MiddlewareKind::AddPrefix(add.prefix.as_str().into()),
        Spec::BasicAuth(auth) => MiddlewareKind::BasicAuth(
            Some(auth.secret.as_str()).filter(|secret| !secret.is_empty()).map(Arc::from),
        ),
        Spec::Chain(chain) => {
            MiddlewareKind::Chain(chain.middlewares.iter().map(middleware_ref).collect())
        }
        Spec::Compress(compress) => passes(
            "compress",
            (!compress.excluded_content_types.is_empty()
                && !compress.included_content_types.is_empty())
            .then_some(super::json::BOTH_CONTENT_TYPES),
        ),
        Spec::Headers(headers) => MiddlewareKind::Headers(request_headers(headers)),
        Spec::IpAllowList(list) => MiddlewareKind::IpAllowList {
            ranges: texts(&list.source_range),
            status: list.reject_status_code.map(i64::from),
            forwarded: list.ip_strategy.as_ref().is_some_and(|strategy| {
                strategy.depth.is_some_and(|depth| depth > 0) || !strategy.excluded_ips.is_empty()
            }),
        },
        Spec::RateLimit(_) => passes("rateLimit", None),
        Spec::RedirectRegex(redirect) => MiddlewareKind::RedirectRegex(
            redirect.regex.as_str().into(),
            redirect.replacement.as_str().into(),
            redirect.permanent,
        ),
        Spec::RedirectScheme(redirect) => MiddlewareKind::RedirectScheme {
            scheme: redirect.scheme.as_str().into(),
            port: redirect.port.as_deref().map(Arc::from),
            permanent: redirect.permanent,
            always_308: false,
        },
        Spec::ReplacePath(replace) => MiddlewareKind::ReplacePath(replace.path.as_str().into()),
        Spec::ReplacePathRegex(replace) => MiddlewareKind::ReplacePathRegex(
            replace.regex.as_str().into(),
            replace.replacement.as_str().into(),
        ),
        Spec::Retry(retry) => {
            passes("retry", (retry.attempts == 0).then_some(super::json::NO_ATTEMPTS))
        }
        Spec::StripPrefix(strip) => {
            MiddlewareKind::StripPrefix { prefixes: texts(&strip.prefixes), force_slash: false }
        }
    }
}

fn request_headers(headers: &api::Headers) -> Headers {
    let set = headers.custom_request_headers.iter();
    Headers {
        empty: *headers == api::Headers::default(),
        request: set.map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect(),
        origins: headers.access_control_allow_credentials
            || headers.add_vary_header
            || headers.access_control_max_age.is_some()
            || [
                &headers.access_control_allow_headers,
                &headers.access_control_allow_methods,
                &headers.access_control_allow_origin_list,
                &headers.access_control_expose_headers,
            ]
            .into_iter()
            .any(|list| !list.is_empty()),
        ..Headers::default()
    }
}

fn service_ref(service: &api::RouteService) -> ServiceRef {
    ServiceRef {
        to: reference(&service.name, service.namespace.as_deref()),
        kind: service.kind.map(|kind| match kind {
            api::ServiceKind::Service => "Service".into(),
            api::ServiceKind::TraefikService => "TraefikService".into(),
        }),
        port: service.port.as_ref().map(port_ref).unwrap_or_default(),
        scheme: service.scheme.map(|scheme| match scheme {
            api::Scheme::Http => "http".into(),
            api::Scheme::Https => "https".into(),
            api::Scheme::H2c => "h2c".into(),
        }),
        native_lb: service.native_lb,
        transport: service.servers_transport.as_deref().map(Arc::from),
        weight: service.weight.map(i64::from),
        pass_host_header: service.pass_host_header.unwrap_or(true),
        ..ServiceRef::default()
    }
}

fn middleware_ref(middleware: &api::MiddlewareRef) -> Reference {
    reference(&middleware.name, middleware.namespace.as_deref())
}

fn reference(name: &str, namespace: Option<&str>) -> Reference {
    let namespace = namespace.filter(|namespace| !namespace.is_empty());
    Reference { name: name.into(), namespace: namespace.map(Arc::from) }
}

fn port_ref(port: &IntOrString) -> PortRef {
    match port {
        IntOrString::Int(number) => PortRef::Number(*number),
        IntOrString::String(name) => PortRef::Name(name.as_str().into()),
    }
}

fn meta(at: usize, id: &ObjectId, own: Option<&BTreeMap<String, String>>) -> Meta {
    let labels = |labels: &BTreeMap<String, String>| {
        labels.iter().map(|(key, value)| (key.as_str().into(), value.as_str().into())).collect()
    };
    Meta {
        at,
        namespace: id.namespace.clone().unwrap_or_default(),
        name: id.name.clone(),
        labels: own.map(labels).unwrap_or_default(),
    }
}
