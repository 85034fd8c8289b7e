//! Every type, with every field set, held against the definitions.
//!
//! The values below are written out in full, without `..Default::default()`:
//! a new field doesn't compile until it is tested here as well.

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use k8s_openapi::{Metadata, Resource};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::*;
use crate::traefik_crds::CRDS;
use crate::traefik_crds::schema::Schema;

fn text(value: &str) -> String {
    value.to_owned()
}

fn list(value: &str) -> Vec<String> {
    vec![value.to_owned()]
}

fn duration(value: &str) -> IntOrString {
    IntOrString::String(value.to_owned())
}

fn metadata() -> ObjectMeta {
    ObjectMeta { name: Some(text("n")), namespace: Some(text("ns")), ..ObjectMeta::default() }
}

/// The schema of the kind, from the definition with that plural.
fn schema_of<S: Spec>() -> &'static Schema {
    let crd = CRDS.iter().find(|crd| crd.plural == S::PLURAL).expect("a definition");
    assert_eq!(crd.kind, S::KIND);
    crd.schema()
}

fn accepted<S: Spec>(spec: S) -> Value {
    let object = serde_json::to_value(Object { metadata: metadata(), spec }).expect("serialises");
    assert_eq!(schema_of::<S>().violations(&object), [], "{object:#}");
    assert_eq!(object["apiVersion"], API_VERSION);
    assert_eq!(object["kind"], S::KIND);
    object
}

fn middlewares() -> Vec<MiddlewareRef> {
    vec![MiddlewareRef { name: text("m"), namespace: Some(text("ns")) }]
}

fn options() -> TlsOptionRef {
    TlsOptionRef { name: text("o"), namespace: Some(text("ns")) }
}

fn domains() -> Vec<TlsDomain> {
    vec![TlsDomain { main: Some(text("a.example.org")), sans: list("b.example.org") }]
}

fn route_service(kind: ServiceKind, scheme: Scheme, strategy: Strategy) -> RouteService {
    RouteService {
        name: text("jobmon-server"),
        namespace: Some(text("ns")),
        kind: Some(kind),
        port: Some(IntOrString::Int(80)),
        scheme: Some(scheme),
        strategy: Some(strategy),
        pass_host_header: Some(true),
        servers_transport: Some(text("t")),
        weight: Some(1),
        native_lb: Some(false),
    }
}

#[test]
fn http_routes_fit() {
    accepted(IngressRouteSpec {
        entry_points: list("web"),
        routes: vec![Route {
            r#match: text("PathPrefix(`/`)"),
            kind: RouteKind::Rule,
            priority: Some(MAX_PRIORITY),
            middlewares: middlewares(),
            services: vec![
                route_service(ServiceKind::Service, Scheme::Http, Strategy::Wrr),
                route_service(ServiceKind::TraefikService, Scheme::Https, Strategy::P2c),
                route_service(ServiceKind::Service, Scheme::H2c, Strategy::Hrw),
                route_service(ServiceKind::Service, Scheme::H2c, Strategy::LeastTime),
            ],
        }],
        tls: Some(Tls {
            secret_name: Some(text("cert")),
            options: Some(options()),
            cert_resolver: Some(text("r")),
            domains: domains(),
        }),
    });
}

#[test]
fn tcp_routes_fit() {
    accepted(IngressRouteTcpSpec {
        entry_points: list("db"),
        routes: vec![RouteTcp {
            r#match: text("HostSNI(`*`)"),
            priority: Some(-1),
            middlewares: middlewares(),
            services: vec![RouteServiceTcp {
                name: text("db"),
                namespace: Some(text("ns")),
                port: IntOrString::String(text("db")),
                tls: true,
                weight: Some(0),
                native_lb: Some(true),
            }],
        }],
        tls: Some(TlsTcp {
            secret_name: Some(text("cert")),
            passthrough: true,
            options: Some(options()),
            cert_resolver: Some(text("r")),
            domains: domains(),
        }),
    });
}

#[test]
fn udp_routes_fit() {
    accepted(IngressRouteUdpSpec {
        entry_points: list("logs"),
        routes: vec![RouteUdp {
            services: vec![RouteServiceUdp {
                name: text("logstash"),
                namespace: Some(text("ns")),
                port: IntOrString::Int(5000),
                weight: Some(1),
                native_lb: Some(true),
            }],
        }],
    });
}

#[test]
fn tls_objects_fit() {
    accepted(TlsOptionSpec {
        min_version: Some(text("VersionTLS12")),
        max_version: Some(text("VersionTLS13")),
        cipher_suites: list("TLS_AES_128_GCM_SHA256"),
        sni_strict: true,
    });
    let certificate = Certificate { secret_name: text("cert") };
    accepted(TlsStoreSpec {
        default_certificate: Some(certificate.clone()),
        certificates: vec![certificate],
    });
    accepted(ServersTransportSpec {
        server_name: Some(text("es.example.org")),
        insecure_skip_verify: true,
        root_cas: vec![RootCa::Secret(text("ca")), RootCa::ConfigMap(text("ca"))],
        forwarding_timeouts: Some(ForwardingTimeouts {
            dial_timeout: Some(duration("30s")),
            response_header_timeout: Some(IntOrString::Int(5)),
            idle_conn_timeout: Some(duration("1m30s")),
        }),
    });
}

fn ip_strategy() -> IpStrategy {
    IpStrategy { depth: Some(1), excluded_ips: list("10.0.0.0/8") }
}

fn rate_limit(source: SourceCriterion) -> MiddlewareSpec {
    MiddlewareSpec::RateLimit(RateLimit {
        average: Some(100),
        period: Some(duration("1m")),
        burst: Some(50),
        source_criterion: Some(source),
    })
}

fn headers() -> Headers {
    let custom = BTreeMap::from([(text("X-Jobmon"), text("yes"))]);
    Headers {
        custom_request_headers: custom.clone(),
        custom_response_headers: custom,
        access_control_allow_credentials: true,
        access_control_allow_headers: list("*"),
        access_control_allow_methods: list("GET"),
        access_control_allow_origin_list: list("*"),
        access_control_expose_headers: list("ETag"),
        access_control_max_age: Some(600),
        add_vary_header: true,
        sts_seconds: Some(31_536_000),
        sts_include_subdomains: true,
        frame_deny: true,
        content_type_nosniff: true,
        content_security_policy: Some(text("default-src 'self'")),
        referrer_policy: Some(text("no-referrer")),
        permissions_policy: Some(text("camera=()")),
    }
}

#[test]
fn middlewares_fit() {
    let all = [
        MiddlewareSpec::AddPrefix(AddPrefix { prefix: text("/api") }),
        MiddlewareSpec::BasicAuth(BasicAuth {
            secret: text("users"),
            realm: Some(text("jobmon")),
            remove_header: true,
            header_field: Some(text("X-User")),
        }),
        MiddlewareSpec::Chain(Chain { middlewares: middlewares() }),
        MiddlewareSpec::Compress(Compress {
            excluded_content_types: list("text/event-stream"),
            included_content_types: list("application/json"),
            min_response_body_bytes: Some(1024),
            encodings: list("gzip"),
        }),
        MiddlewareSpec::Headers(Box::new(headers())),
        MiddlewareSpec::IpAllowList(IpAllowList {
            source_range: list("10.0.0.0/8"),
            ip_strategy: Some(ip_strategy()),
            reject_status_code: Some(404),
        }),
        rate_limit(SourceCriterion::IpStrategy(ip_strategy())),
        rate_limit(SourceCriterion::RequestHeaderName(text("X-User"))),
        rate_limit(SourceCriterion::RequestHost(true)),
        MiddlewareSpec::RedirectRegex(RedirectRegex {
            regex: text("^http://(.*)"),
            replacement: text("https://${1}"),
            permanent: true,
        }),
        MiddlewareSpec::RedirectScheme(RedirectScheme {
            scheme: text("https"),
            port: Some(text("443")),
            permanent: true,
        }),
        MiddlewareSpec::ReplacePath(ReplacePath { path: text("/") }),
        MiddlewareSpec::ReplacePathRegex(ReplacePathRegex {
            regex: text("^/a/(.*)"),
            replacement: text("/${1}"),
        }),
        MiddlewareSpec::Retry(Retry {
            attempts: 3,
            initial_interval: Some(duration("100ms")),
            timeout: Some(IntOrString::Int(10)),
            status: list("500-599"),
            retry_non_idempotent_method: true,
        }),
        MiddlewareSpec::StripPrefix(StripPrefix { prefixes: list("/gui") }),
    ];
    for spec in all {
        let object = accepted(spec);
        assert_eq!(object["spec"].as_object().map(serde_json::Map::len), Some(1), "{object:#}");
    }
}

#[test]
fn what_is_absent_is_not_written() {
    let route = IngressRouteSpec {
        entry_points: list("web"),
        routes: vec![Route {
            r#match: text("PathPrefix(`/`)"),
            services: vec![RouteService {
                name: text("jobmon-server"),
                port: Some(IntOrString::Int(80)),
                ..RouteService::default()
            }],
            ..Route::default()
        }],
        tls: Some(Tls::default()),
    };
    let route = serde_json::to_string(&Object { metadata: metadata(), spec: route });
    assert_eq!(
        route.expect("serialises"),
        concat!(
            r#"{"apiVersion":"traefik.io/v1alpha1","kind":"IngressRoute","#,
            r#""metadata":{"name":"n","namespace":"ns"},"spec":{"entryPoints":["web"],"#,
            r#""routes":[{"match":"PathPrefix(`/`)","kind":"Rule","#,
            r#""services":[{"name":"jobmon-server","port":80}]}],"tls":{}}}"#,
        )
    );
    let compress = accepted(MiddlewareSpec::Compress(Compress::default()));
    assert_eq!(compress["spec"], json!({"compress": {}}));
}

#[test]
fn objects_are_kubernetes_resources() {
    fn describe<T: Resource + Metadata<Ty = ObjectMeta>>() -> String {
        format!("{} {} {}", T::API_VERSION, T::KIND, T::URL_PATH_SEGMENT)
    }
    assert_eq!(describe::<Pod>(), "v1 Pod pods");
    assert_eq!(
        describe::<IngressRouteUdp>(),
        "traefik.io/v1alpha1 IngressRouteUDP ingressrouteudps"
    );
    assert_eq!(Middleware::KIND, "Middleware");
}

#[test]
fn a_field_that_the_definition_lacks_is_noticed() {
    let schema = schema_of::<IngressRouteUdpSpec>();
    let good =
        json!({"metadata": {}, "spec": {"routes": [{"services": [{"name": "a", "port": "p"}]}]}});
    assert_eq!(schema.violations(&good), []);
    let bad = [
        (json!({"metadata": {}, "spec": {"routes": [], "entrypoints": []}}), "spec.entrypoints"),
        (json!({"metadata": {}, "spec": {}}), "spec.routes"),
        (
            json!({"metadata": {}, "spec": {"routes": [{"services": [{"name": "a"}]}]}}),
            "services[0].port",
        ),
        (json!({"metadata": {}, "spec": {"routes": {}}}), "spec.routes"),
        (json!({"metadata": {}, "spec": {"routes": [], "entryPoints": [1]}}), "entryPoints[0]"),
        (
            json!({"metadata": {}, "spec": {"routes": [
                {"services": [{"name": "a", "port": 1, "weight": -1}]},
            ]}}),
            "weight",
        ),
    ];
    for (object, place) in bad {
        let found = schema.violations(&object);
        assert!(found.len() == 1 && found[0].path.contains(place), "{place}: {found:?}");
    }
    let schema = schema_of::<IngressRouteSpec>();
    let priority = |value: i64| json!({"metadata": {}, "spec": {"routes": [{"match": "m", "priority": value}]}});
    assert_eq!(schema.violations(&priority(MAX_PRIORITY)), []);
    assert_eq!(schema.violations(&priority(MAX_PRIORITY + 1)).len(), 1);
    let schema = schema_of::<MiddlewareSpec>();
    for spec in [json!({"retry": {"timeout": "soon"}}), json!({"addPrefix": {"prefix": "api"}})] {
        let found = schema.violations(&json!({"metadata": {}, "spec": spec}));
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
