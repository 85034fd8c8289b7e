//! Routes and middlewares of a namespace.

use std::collections::BTreeMap;

use jtc_syntax::Span;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::build::meta;
use super::program::{Cx, Program};
use super::{list, traefik};
use crate::diagnostics::{self as d, Report};
use crate::model::At;
use crate::model::declared::{self, Middleware as Declared};
use crate::model::object::{Body, Kind, Need, Object, ObjectId, Why};
use crate::model::settings::{Port, Protocol};
use crate::schema::RefKind;
use crate::traefik::rule::{self, Covers, Requests};
use crate::traefik_api::{
    AddPrefix, BasicAuth, Compress, Headers, IngressRoute, IngressRouteSpec, IngressRouteUdp,
    IngressRouteUdpSpec, IpAllowList, Middleware, MiddlewareRef, MiddlewareSpec, RateLimit,
    RedirectScheme, Retry, Route as TraefikRoute, RouteService, RouteServiceUdp, RouteUdp,
    StripPrefix, Tls,
};

/// The priority of a server's own path prefix: above the length of any rule
/// that a person writes, so that a GUI on the same host leaves the API alone.
const API_PRIORITY: i64 = 1000;

/// A route whose every name has been looked up.
#[derive(Clone, Debug)]
pub struct Route {
    /// What the topology calls it.
    pub name: String,
    /// The name of its object.
    pub object: String,
    /// The place that says so.
    pub span: Span,
    /// The entrypoint.
    pub entrypoint: String,
    /// What the entrypoint speaks.
    pub protocol: Protocol,
    /// The rules, each with its priority; none over UDP, which has no rules.
    pub rules: Vec<(String, Option<i64>)>,
    /// Middlewares to pass, in order.
    pub middlewares: Vec<At<String>>,
    /// The Secret with the certificate.
    pub tls: Option<At<String>>,
    /// The program that answers.
    pub backend: Backend,
}

/// The program that answers a route.
#[derive(Clone, Debug)]
pub struct Backend {
    /// What the topology calls it.
    pub component: String,
    /// The name of its Service, and the `app` label of its pods.
    pub object: String,
    /// The port of its Service.
    pub port: Port,
}

/// The routes that every Jobmon namespace has for what is in it.
const USUAL: [(&str, &str); 5] = [
    ("server", "web"),
    ("kibana", "kibana"),
    ("elasticsearch", "elasticsearch"),
    ("logstash", "logs"),
    ("apm", "apm"),
];

/// All routes of a Jobmon namespace.
pub fn routes(cx: &Cx<'_>, programs: &[Program], report: &mut Report) -> Vec<Route> {
    let entrypoints = traefik::entrypoints(cx);
    let mut routes = Vec::new();
    for (component, entrypoint) in USUAL {
        if cx.site.decl.routes.contains_key(component) {
            continue;
        }
        let Some(program) = programs.iter().find(|program| &*program.component == component) else {
            continue;
        };
        let Some(entrypoint) = entrypoints.iter().find(|candidate| candidate.name == entrypoint)
        else {
            continue;
        };
        // The first port that speaks what the entrypoint does.
        let port = program
            .settings
            .ports
            .values()
            .find(|port| port.value.protocol == entrypoint.port.protocol);
        let Some(port) = port else {
            if is_turned(component, entrypoint) {
                report.push(d::j0501_protocol::usual(component, entrypoint));
            }
            continue;
        };
        let mut rules = match port.value.protocol {
            Protocol::Tcp => vec![("PathPrefix(`/`)".to_owned(), None)],
            Protocol::Udp => Vec::new(),
        };
        if component == "server"
            && let Some(prefix) = cx.jobmon().and_then(|jobmon| jobmon.release.route_prefix())
        {
            rules.insert(0, (format!("PathPrefix(`{prefix}`)"), Some(API_PRIORITY)));
        }
        routes.push(Route {
            name: component.to_owned(),
            object: program.object.clone(),
            span: program.source,
            entrypoint: entrypoint.name.clone(),
            protocol: entrypoint.port.protocol,
            rules,
            middlewares: Vec::new(),
            tls: None,
            backend: Backend {
                component: component.to_owned(),
                object: program.object.clone(),
                port: port.value,
            },
        });
    }
    for (name, route) in &cx.site.decl.routes {
        routes.extend(declared_route(cx, name, route, programs, &entrypoints, report));
    }
    collisions(&routes, report);
    routes
}

/// Whether the topology has the entrypoint of a usual route speak another
/// protocol.
fn is_turned(component: &str, entrypoint: &traefik::Entrypoint) -> bool {
    let usual = if component == "logstash" { Protocol::Udp } else { Protocol::Tcp };
    entrypoint.port.protocol != usual
}

/// Whether a route to a component has been refused, so that what lacks it
/// needs no word of its own.
pub fn is_refused(cx: &Cx<'_>, routes: &[Route], component: &str) -> bool {
    let served = |name: &str| routes.iter().any(|route| route.name == name);
    let declared = cx.site.decl.routes.iter().any(|(name, route)| {
        let to = route.to.value.split(':').next();
        to == Some(component) && !served(name)
    });
    let usual = USUAL.iter().find(|(usual, _)| *usual == component);
    let usual =
        usual.filter(|_| !cx.site.decl.routes.contains_key(component) && !served(component));
    declared
        || usual.is_some_and(|(_, entrypoint)| {
            let entrypoints = traefik::entrypoints(cx);
            let own = entrypoints.iter().find(|one| one.name == *entrypoint);
            own.is_some_and(|own| is_turned(component, own))
        })
}

/// The priority that Traefik gives a rule: its own, or its length in bytes
/// (`pkg/muxer/http/mux.go`).
pub fn priority((rule, own): &(String, Option<i64>)) -> i64 {
    own.filter(|own| *own != 0).unwrap_or_else(|| i64::try_from(rule.len()).unwrap_or(i64::MAX))
}

/// Routes between which Traefik would choose at random, or choose the first:
/// over UDP one for each entrypoint, over HTTP one for each rule and priority.
fn collisions(routes: &[Route], report: &mut Report) {
    let mut over_udp: BTreeMap<&str, &Route> = BTreeMap::new();
    let mut over_http: BTreeMap<(&str, bool, &str, i64), &Route> = BTreeMap::new();
    for route in routes {
        if route.protocol == Protocol::Udp {
            if let Some(first) = over_udp.get(route.entrypoint.as_str()) {
                report.push(d::j0508_second_udp_route::diag(route, first));
            } else {
                over_udp.insert(&route.entrypoint, route);
            }
        }
        for rule in &route.rules {
            // Requests with TLS and those without never meet.
            let key =
                (route.entrypoint.as_str(), route.tls.is_some(), rule.0.trim(), priority(rule));
            match over_http.get(&key) {
                Some(first) => report.push(d::j0509_same_rule::diag(route, first, &rule.0)),
                None => {
                    over_http.insert(key, route);
                }
            }
        }
    }
}

impl Route {
    /// How the route stands to the requests of one caller; all of them where
    /// there are no rules. What can't be read has been reported.
    pub fn covers(&self, requests: &Requests<'_>) -> Covers {
        let each = self.rules.iter().map(|(rule, _)| {
            rule::parse(rule).map_or(Covers::Unknown, |rule| rule.covers(requests))
        });
        each.reduce(|any, one| match (any, one) {
            (Covers::All, _) | (_, Covers::All) => Covers::All,
            (Covers::None, other) | (other, Covers::None) => other,
            _ => Covers::Unknown,
        })
        .unwrap_or(Covers::All)
    }

    /// The first middleware that turns away who has no password, or comes from
    /// an address that isn't listed.
    pub fn guard<'r>(&'r self, cx: &Cx<'_>) -> Option<&'r At<String>> {
        self.middlewares.iter().find(|at| match cx.site.decl.middlewares.get(&at.value) {
            Some(At { value: Declared::BasicAuth { .. }, .. }) => true,
            Some(At { value: Declared::IpAllowList(ranges), .. }) => {
                !ranges.iter().any(|range| range.ends_with("/0"))
            }
            _ => false,
        })
    }
}

fn declared_route(
    cx: &Cx<'_>,
    name: &str,
    route: &declared::Route,
    programs: &[Program],
    entrypoints: &[traefik::Entrypoint],
    report: &mut Report,
) -> Option<Route> {
    let default = At::new("web".to_owned(), route.span);
    let wanted = route.entrypoint.as_ref().unwrap_or(&default);
    let entrypoint = entrypoints.iter().find(|entrypoint| entrypoint.name == wanted.value);
    if entrypoint.is_none() {
        let known = entrypoints.iter().map(|entrypoint| entrypoint.name.as_str());
        report.push(d::j0301_unknown_name::diag(RefKind::Entrypoint, wanted, known));
    }
    let backend = backend(route, programs, report);
    for middleware in &route.middlewares {
        if !cx.site.decl.middlewares.contains_key(&middleware.value) {
            let known = cx.site.decl.middlewares.keys().map(String::as_str);
            let diag = d::j0301_unknown_name::diag(RefKind::Middleware, middleware, known);
            let by_hand = hand_written(cx.site.decl, &middleware.value);
            report.push(if by_hand {
                d::j0301_unknown_name::by_hand(middleware, diag)
            } else {
                diag
            });
        }
    }
    let (entrypoint, backend) = (entrypoint?, backend?);
    if entrypoint.port.protocol != backend.port.protocol {
        report.push(d::j0501_protocol::diag(name, route, wanted, entrypoint, &backend));
        return None;
    }
    let rules = match entrypoint.port.protocol {
        Protocol::Tcp => {
            vec![(whole_rule(route, report), route.priority.map(|priority| priority.value))]
        }
        Protocol::Udp => {
            if let Some(diag) = d::j0507_udp_rule::diag(name, route, entrypoint) {
                report.push(diag);
            }
            Vec::new()
        }
    };
    Some(Route {
        name: name.to_owned(),
        object: list::find(name)
            .map_or_else(|| name.to_owned(), |component| component.object.to_owned()),
        span: route.span,
        entrypoint: entrypoint.name.clone(),
        protocol: entrypoint.port.protocol,
        rules,
        middlewares: route.middlewares.clone(),
        tls: route.tls.clone(),
        backend,
    })
}

/// Whether a manifest has a middleware of this name.
fn hand_written(namespace: &declared::Namespace, name: &str) -> bool {
    let mut objects = namespace.manifests.iter().flat_map(|manifest| &manifest.objects);
    objects.any(|(_, object)| {
        object.get("kind").and_then(|kind| kind.as_str()) == Some("Middleware")
            && object.pointer("/metadata/name").and_then(|own| own.as_str()) == Some(name)
    })
}

fn backend(route: &declared::Route, programs: &[Program], report: &mut Report) -> Option<Backend> {
    let (component, port_name) = match route.to.value.split_once(':') {
        Some((component, port)) => (component, Some(port)),
        None => (route.to.value.as_str(), None),
    };
    let reachable =
        |program: &&Program| !program.settings.ports.is_empty() && &*program.component != "traefik";
    let Some(program) =
        programs.iter().filter(reachable).find(|program| &*program.component == component)
    else {
        let at = route.to.part(0, component);
        let known = programs.iter().filter(reachable).map(|program| &*program.component);
        let is_there = |program: &Program| {
            *program.component == *component && program.settings.ports.is_empty()
        };
        report.push(if programs.iter().any(is_there) {
            d::j0301_unknown_name::portless(&at, known)
        } else {
            d::j0301_unknown_name::diag(RefKind::Backend, &at, known)
        });
        return None;
    };
    let ports = &program.settings.ports;
    let port = match port_name {
        None => ports.values().next(),
        // By name, or by the number of the Service's port.
        Some(wanted) => ports
            .get(wanted)
            .or_else(|| ports.values().find(|port| wanted.parse() == Ok(port.value.service))),
    };
    let Some(port) = port else {
        let at = route.to.part(component.len() + 1, port_name.unwrap_or_default());
        report.push(d::j0301_unknown_name::diag(
            RefKind::Port,
            &at,
            ports.keys().map(String::as_str),
        ));
        return None;
    };
    Some(Backend {
        component: component.to_owned(),
        object: program.object.clone(),
        port: port.value,
    })
}

/// The rule of a route, in the syntax of Traefik v3.
fn whole_rule(route: &declared::Route, report: &mut Report) -> String {
    if let Some(rule) = &route.rule {
        if let Some(other) = route.host.as_ref().or(route.path.as_ref()) {
            report.push(d::j0502_rule_and_parts::diag(rule, other));
        }
        if let Err(fault) = rule::parse(&rule.value) {
            report.push(d::j0510_refused_rule::rule(rule, &fault));
        }
        return rule.value.clone();
    }
    let quoted = [route.host.as_ref(), route.path.as_ref()];
    for at in quoted.into_iter().flatten() {
        if at.value.contains('`') || at.value.is_empty() {
            report.push(d::j0503_bad_host_or_path::text(at));
        }
    }
    if let Some(path) =
        route.path.as_ref().filter(|path| !path.value.is_empty() && !path.value.starts_with('/'))
    {
        report.push(d::j0503_bad_host_or_path::path(path));
    } else if let Some(path) = route.path.as_ref().filter(|path| path.value.contains('*')) {
        report.push(d::j0503_bad_host_or_path::star(path));
    }
    if let Some((host, reason)) = route
        .host
        .as_ref()
        .filter(|host| !host.value.is_empty() && !host.value.contains('`'))
        .and_then(|host| Some((host, rule::host_fault(&host.value)?)))
    {
        report.push(d::j0510_refused_rule::host(host, &reason));
    }
    let path = route.path.as_ref().map_or("/", |path| path.value.as_str());
    match &route.host {
        Some(host) => format!("Host(`{}`) && PathPrefix(`{path}`)", host.value),
        None => format!("PathPrefix(`{path}`)"),
    }
}

/// The objects of routes and middlewares.
pub fn objects(cx: &Cx<'_>, routes: &[Route]) -> Vec<Object> {
    let middlewares = cx.site.decl.middlewares.iter().map(|(name, at)| middleware(cx, name, at));
    middlewares.chain(routes.iter().map(|route| route_object(cx, route))).collect()
}

fn route_object(cx: &Cx<'_>, route: &Route) -> Object {
    let home = cx.home();
    let metadata = meta::plain(home.cluster, Some(home.namespace), &route.object);
    let port = IntOrString::Int(i32::from(route.backend.port.service));
    let service = |rule: &(String, Option<i64>)| TraefikRoute {
        r#match: rule.0.clone(),
        priority: rule.1,
        middlewares: route
            .middlewares
            .iter()
            .map(|middleware| MiddlewareRef { name: middleware.value.clone(), namespace: None })
            .collect(),
        services: vec![RouteService {
            name: route.backend.object.clone(),
            port: Some(port.clone()),
            ..RouteService::default()
        }],
        ..TraefikRoute::default()
    };
    let (kind, body): (Kind, Body) = match route.protocol {
        Protocol::Tcp => {
            let spec = IngressRouteSpec {
                entry_points: vec![route.entrypoint.clone()],
                routes: route.rules.iter().map(service).collect(),
                tls: route.tls.as_ref().map(|secret| Tls {
                    secret_name: Some(secret.value.clone()),
                    ..Tls::default()
                }),
            };
            (Kind::IngressRoute, IngressRoute { metadata, spec }.into())
        }
        Protocol::Udp => {
            let spec = IngressRouteUdpSpec {
                entry_points: vec![route.entrypoint.clone()],
                routes: vec![RouteUdp {
                    services: vec![RouteServiceUdp {
                        name: route.backend.object.clone(),
                        namespace: None,
                        port,
                        weight: None,
                        native_lb: None,
                    }],
                }],
            };
            (Kind::IngressRouteUdp, IngressRouteUdp { metadata, spec }.into())
        }
    };
    Object {
        id: ObjectId::new(kind, home.namespace, &route.object),
        source: route.span,
        component: route.backend.component.as_str().into(),
        body,
        needs: traefik::definitions(cx, route.span).collect(),
    }
}

fn middleware(cx: &Cx<'_>, name: &str, at: &At<Declared>) -> Object {
    let home = cx.home();
    let small = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let mut needs: Vec<Need> = traefik::definitions(cx, at.span).collect();
    let spec = match &at.value {
        Declared::StripPrefix(prefixes) => {
            MiddlewareSpec::StripPrefix(StripPrefix { prefixes: prefixes.clone() })
        }
        Declared::AddPrefix(prefix) => {
            MiddlewareSpec::AddPrefix(AddPrefix { prefix: prefix.clone() })
        }
        Declared::BasicAuth { secret, realm } => {
            needs.push(Need {
                on: crate::model::object::Dependency::Object(ObjectId::new(
                    Kind::Secret,
                    home.namespace,
                    &secret.value,
                )),
                why: Why::ReadsSecret,
                span: secret.span,
            });
            MiddlewareSpec::BasicAuth(BasicAuth {
                secret: secret.value.clone(),
                realm: realm.clone(),
                ..BasicAuth::default()
            })
        }
        Declared::IpAllowList(ranges) => MiddlewareSpec::IpAllowList(IpAllowList {
            source_range: ranges.clone(),
            ..IpAllowList::default()
        }),
        Declared::Headers { request, response } => MiddlewareSpec::Headers(Box::new(Headers {
            custom_request_headers: request.clone(),
            custom_response_headers: response.clone(),
            ..Headers::default()
        })),
        Declared::RateLimit { average, burst } => MiddlewareSpec::RateLimit(RateLimit {
            average: Some(small(*average)),
            burst: burst.map(small),
            ..RateLimit::default()
        }),
        Declared::Retry { attempts } => {
            MiddlewareSpec::Retry(Retry { attempts: small(*attempts), ..Retry::default() })
        }
        Declared::Compress => MiddlewareSpec::Compress(Compress::default()),
        Declared::Redirect { scheme, permanent, port } => {
            MiddlewareSpec::RedirectScheme(RedirectScheme {
                scheme: scheme.clone(),
                permanent: *permanent,
                port: port.map(|port| port.to_string()),
            })
        }
    };
    Object {
        id: ObjectId::new(Kind::Middleware, home.namespace, name),
        source: at.span,
        component: "traefik".into(),
        body: Middleware { metadata: meta::plain(home.cluster, Some(home.namespace), name), spec }
            .into(),
        needs,
    }
}

/// The entrypoint by which a component is reached from elsewhere, among the
/// usual routes; `web` for what has none.
pub fn usual_entrypoint(component: &str) -> &'static str {
    USUAL.iter().find(|(name, _)| *name == component).map_or("web", |(_, entrypoint)| entrypoint)
}
