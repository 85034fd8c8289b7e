//! What Traefik makes of small sets of objects.

mod below;

use serde_json::{Value, json};

use super::*;
use crate::model::object::{Body, Kind, ObjectId};
use crate::traefik::Request;

fn config(more: &[&str]) -> Config {
    let usual = [
        "--entrypoints.web.address=:80",
        "--entrypoints.other.address=:81",
        "--entrypoints.logs.address=:5000/udp",
        "--providers.kubernetescrd=true",
    ];
    let config = Config::from_args(usual.iter().chain(more).copied());
    assert_eq!(config.faults, []);
    config
}

fn service(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"ports": [{"name": "web", "port": 80}]},
    })
}

fn route(namespace: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute",
        "metadata": {"namespace": namespace, "name": name}, "spec": spec,
    })
}

fn instance(config: &Config, values: &[Value]) -> Instance {
    let mut objects = Objects::default();
    for (at, value) in values.iter().enumerate() {
        assert!(objects.add_value(at, value), "{value}");
    }
    Instance::new(config, &objects)
}

/// The name of the Service that answers, or the status.
fn who(instance: &Instance, host: &str, target: &str) -> String {
    match instance.answer(&Request::get("web", host, target)) {
        Answer::Backend(reached) => {
            let names = reached
                .backends
                .iter()
                .map(|one| format!("{}/{}", one.service.namespace, one.service.name));
            names.collect::<Vec<_>>().join("+")
        }
        other => other.status().map_or_else(|| format!("{other:?}"), |status| status.to_string()),
    }
}

#[test]
fn a_redirect_of_an_entrypoint_has_a_priority_like_any_other() {
    let config = config(&[
        "--entrypoints.web.http.redirections.entrypoint.to=other",
        "--entrypoints.web.http.redirections.entrypoint.priority=30",
    ]);
    let answer = |priority: i64| {
        let to = json!([{"name": "one", "port": 80}]);
        let spec = json!({"routes": [
            {"match": "Host(`h`)", "kind": "Rule", "services": to, "priority": priority},
        ]});
        let made = instance(&config, &[service("a", "one"), route("a", "r", &spec)]);
        made.answer(&Request::get("web", "h", "/"))
    };
    assert!(matches!(answer(29), Answer::Redirect { .. }));
    assert!(matches!(answer(31), Answer::Backend(_)));
    let Answer::Random(answers) = answer(30) else { panic!("not at random") };
    assert_eq!(answers.len(), 2);
}

#[test]
fn the_longest_rule_answers() {
    let to = |name: &str| json!([{"name": name, "port": 80}]);
    let instance = instance(
        &config(&[]),
        &[
            service("a", "one"),
            service("a", "two"),
            route(
                "a",
                "r",
                &json!({"routes": [
                    {"match": "PathPrefix(`/`)", "kind": "Rule", "services": to("one")},
                    {"match": "PathPrefix(`/two`)", "kind": "Rule", "services": to("two")},
                ]}),
            ),
        ],
    );
    assert_eq!(who(&instance, "x", "/two/a"), "a/two");
    assert_eq!(who(&instance, "x", "/one"), "a/one");
    assert_eq!(
        instance.routers[0].id.as_ref(),
        "a-r-3a1e0c8ea4ff57fa6dd9"
            .replace("3a1e0c8ea4ff57fa6dd9", &names::rule_hash("PathPrefix(`/`)"))
    );
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    let one = |spec: Value| route("a", "r", &json!({"routes": [spec]}));
    for (route, path) in [
        (one(json!({"match": "", "kind": "Rule"})), "spec.routes[0].match"),
        (one(json!({"match": "Path(`/`)", "kind": "Other"})), "spec.routes[0].kind"),
        (
            one(json!({"match": "Path(`/`)", "services": [{"name": "no", "port": 80}]})),
            "spec.routes[0].services[0].name",
        ),
        (
            one(json!({"match": "Path(`/`)", "services": [{"name": "one", "port": 81}]})),
            "spec.routes[0].services[0].port",
        ),
        (
            one(json!({"match": "Path(`/`)", "middlewares": [{"name": "no"}],
                       "services": [{"name": "one", "port": 80}]})),
            "spec.routes[0].middlewares[0]",
        ),
        (
            one(json!({"match": "Path(/)", "services": [{"name": "one", "port": 80}]})),
            "spec.routes[0].match",
        ),
    ] {
        let instance = instance(&config(&[]), &[service("a", "one"), route]);
        let fault = instance.routers[0].status.fault().expect(path);
        assert_eq!((fault.at, fault.path.as_str()), (1, path), "{fault:?}");
        assert_eq!(who(&instance, "x", "/"), "404");
    }
}

/// The whole of what stands in the status of the first router.
fn what(instance: &Instance, index: usize) -> What {
    instance.routers[index].status.fault().expect("it isn't enabled").what.clone()
}

fn one_to(service: &Value) -> Value {
    json!({"routes": [{"match": "PathPrefix(`/`)", "kind": "Rule", "services": [service]}]})
}

#[test]
fn equal_priority_is_decided_at_random() {
    let instance = instance(
        &config(&[]),
        &[
            service("a", "one"),
            service("a", "two"),
            route(
                "a",
                "r",
                &json!({"routes": [
                    {"match": "PathPrefix(`/`)", "priority": 5, "services": [{"name": "one", "port": 80}]},
                    {"match": "Path(`/x`)", "priority": 5, "services": [{"name": "two", "port": "web"}]},
                ]}),
            ),
        ],
    );
    let Answer::Random(answers) = instance.answer(&Request::get("web", "h", "/x")) else {
        panic!("one always wins");
    };
    assert_eq!(answers.len(), 2);
    assert_eq!(who(&instance, "h", "/y"), "a/one");
}

#[test]
fn other_namespaces_need_leave() {
    let objects = |reference: Value| {
        [service("a", "one"), service("b", "one"), route("a", "r", &one_to(&reference))]
    };
    let foreign = json!({"name": "one", "namespace": "b", "port": 80});
    let refused = instance(&config(&[]), &objects(foreign.clone()));
    assert!(matches!(what(&refused, 0), What::OtherNamespace { .. }));
    let leave = config(&["--providers.kubernetescrd.allowcrossnamespace"]);
    assert_eq!(who(&instance(&leave, &objects(foreign)), "h", "/"), "b/one");

    let joined = json!({"name": "b-mix@kubernetescrd", "kind": "TraefikService"});
    let mut values = objects(joined).to_vec();
    values.push(json!({
        "apiVersion": "traefik.io/v1alpha1", "kind": "TraefikService",
        "metadata": {"namespace": "b", "name": "mix"},
        "spec": {"weighted": {"services": [{"name": "one", "port": 80}]}},
    }));
    assert!(matches!(what(&instance(&config(&[]), &values), 0), What::ProviderForm { .. }));
    assert_eq!(who(&instance(&leave, &values), "h", "/"), "b/one");
}

#[test]
fn joined_names_collide() {
    let to = one_to(&json!({"name": "one", "port": 80}));
    let values = [
        service("a", "one"),
        service("a-b", "one"),
        route("a", "b-web", &to),
        route("a-b", "web", &to),
    ];
    let random = instance(&config(&[]), &values);
    assert_eq!(random.routers[0].id, random.routers[1].id);
    for router in &random.routers {
        assert!(matches!(router.notes[0].what, What::Collision { .. }), "{router:?}");
    }
    assert!(matches!(random.answer(&Request::get("web", "h", "/")), Answer::Random(_)));
    // Safe names don't; the two rules are still the same.
    let safe = instance(&config(&["--providers.kubernetescrd.safenaming"]), &values);
    assert_eq!(&*safe.routers[0].id, "a_b-web_0");
    assert!(safe.routers.iter().all(|router| router.notes.is_empty()));

    let twice = json!({"routes": [
        {"match": "Path(`/`)", "services": [{"name": "one", "port": 80}]},
        {"match": "Path(`/`)", "services": [{"name": "two", "port": 80}]},
    ]});
    let twice = instance(
        &config(&[]),
        &[service("a", "one"), service("a", "two"), route("a", "r", &twice)],
    );
    assert_eq!(what(&twice, 0), What::Overwritten { id: twice.routers[0].id.clone(), by: 1 });
    assert_eq!(who(&twice, "h", "/"), "a/two");
}

#[test]
fn endpoints_decide() {
    let values =
        [service("a", "one"), route("a", "r", &one_to(&json!({"name": "one", "port": 80})))];
    let with = |config: &Config, change: &dyn Fn(&mut crate::traefik::objects::ServicePort)| {
        let mut objects = Objects::default();
        for (at, value) in values.iter().enumerate() {
            objects.add_value(at, value);
        }
        change(&mut objects.services[0].ports_mut()[0]);
        Instance::new(config, &objects)
    };
    let empty = with(&config(&[]), &|port| port.serving = false);
    assert_eq!(what(&empty, 0), What::NoEndpoints { service: 0, port: 0 });
    assert_eq!(who(&empty, "h", "/"), "404");
    let allowed = config(&["--providers.kubernetescrd.allowemptyservices=true"]);
    assert_eq!(who(&with(&allowed, &|port| port.serving = false), "h", "/"), "503");
    assert_eq!(who(&with(&config(&[]), &|port| port.terminating = true), "h", "/"), "503");
    // HTTP doesn't ask whether they are ready.
    assert_eq!(who(&with(&config(&[]), &|port| port.ready = false), "h", "/"), "a/one");
}

#[test]
fn a_service_without_servers_takes_its_turn_of_tcp() {
    let services = json!([{"name": "one", "port": 80}, {"name": "two", "port": 80}]);
    let values = [
        service("a", "one"),
        service("a", "two"),
        json!({
            "apiVersion": "traefik.io/v1alpha1", "kind": "IngressRouteTCP",
            "metadata": {"namespace": "a", "name": "r"},
            "spec": {"entryPoints": ["web"], "routes": [{"match": "HostSNI(`*`)", "services": services}]},
        }),
    ];
    let mut objects = Objects::default();
    for (at, value) in values.iter().enumerate() {
        assert!(objects.add_value(at, value), "{value}");
    }
    let allowed = config(&["--providers.kubernetescrd.allowemptyservices=true"]);
    let request = Request::get("web", "h", "/");
    let both = Instance::new(&allowed, &objects).answer(&request);
    assert!(matches!(&both, Answer::Backend(reached) if reached.backends.len() == 2), "{both:?}");
    objects.services[1].ports_mut()[0].ready = false;
    let one = Instance::new(&allowed, &objects).answer(&request);
    let Answer::Spread(answers) = &one else { panic!("{one:?}") };
    assert!(matches!(answers.as_slice(), [Answer::Backend(_), Answer::Closed]), "{one:?}");
}

#[test]
fn udp_has_room_for_one() {
    let udp = |name: &str, to: &str| {
        json!({
            "apiVersion": "traefik.io/v1alpha1", "kind": "IngressRouteUDP",
            "metadata": {"namespace": "a", "name": name},
            "spec": {"entryPoints": ["logs"], "routes": [{"services": [{"name": to, "port": 80}]}]},
        })
    };
    let instance = instance(
        &config(&[]),
        &[service("a", "one"), service("a", "two"), udp("first", "one"), udp("second", "two")],
    );
    let Answer::Backend(reached) = instance.answer_udp("logs") else { panic!("nobody") };
    assert_eq!(&*reached.backends[0].service.name, "two", "the last by name");
    assert!(matches!(instance.routers[0].notes[0].what, What::UdpTaken { .. }));
    assert_eq!(instance.answer(&Request::get("logs", "h", "/")), Answer::Closed);
}

#[test]
fn one_permission_less_and_nothing_is_served() {
    use crate::traefik::access::{Access, Grant, Missing};
    let text = |all: &[&str]| all.iter().map(|one| Text::from(*one)).collect::<Vec<_>>();
    let grant = |resources: &[&str]| Grant {
        namespace: Some("a".into()),
        groups: text(&["*"]),
        resources: text(resources),
        verbs: text(&["get", "list", "watch"]),
        names: Vec::new(),
    };
    let own: Vec<&str> = crate::traefik_crds::CRDS.iter().map(|crd| crd.plural).collect();
    let mut access = Access::default();
    access.grant(grant(&own));
    access.grant(grant(&["services", "secrets", "configmaps"]));
    let config = config(&[
        "--providers.kubernetescrd.namespaces=a",
        "--providers.kubernetescrd.disableclusterscoperesources=true",
        "--ping=true",
    ]);
    let mut objects = Objects::default();
    objects.add_value(0, &service("a", "one"));
    objects.add_value(1, &route("a", "r", &one_to(&json!({"name": "one", "port": 80}))));
    let blind = Instance::with_access(&config.clone().into(), &objects, &access);
    let Some(Fault { what: What::Blind(denied), .. }) = &blind.blind else { panic!("it sees") };
    assert_eq!((denied.resource, denied.verb), ("endpointslices", Missing::List));
    assert_eq!(who(&blind, "h", "/"), "404");
    let ping = Request::get("traefik", "h", "/ping");
    assert_eq!(
        blind.answer(&ping),
        Answer::Internal(Internal::Ping),
        "and yet it says that it is well"
    );

    access.grant(grant(&["endpointslices"]));
    assert_eq!(
        who(&Instance::with_access(&config.clone().into(), &objects, &access), "h", "/"),
        "a/one"
    );
    access.without_definition("middlewaretcps");
    let missing =
        Instance::with_access(&config.clone().into(), &objects, &access).blind.expect("it sees");
    assert!(missing.what.to_string().contains("`middlewaretcps.traefik.io`"), "{}", missing.what);
    // Without the option it lists nodes, which a Role can't allow.
    let whole = Config { disable_cluster_scope_resources: false, ..config };
    assert!(Instance::with_access(&whole.into(), &objects, &access).blind.is_some());
}

#[test]
fn middlewares_change_the_way() {
    let answer = |specs: &[Value], host: &str, target: &str| {
        let mut values = vec![service("a", "one")];
        let names: Vec<Value> =
            (0..specs.len()).map(|n| json!({"name": format!("m{n}")})).collect();
        for (number, spec) in specs.iter().enumerate() {
            values.push(middleware("a", &format!("m{number}"), spec));
        }
        values.push(route("a", "r", &json!({"routes": [{
            "match": "PathPrefix(`/`)", "middlewares": names, "services": [{"name": "one", "port": 80}],
        }]})));
        instance(&config(&[]), &values).answer(&Request::get("web", host, target))
    };
    let target = |answer: Answer| match answer {
        Answer::Backend(reached) => reached.target,
        other => panic!("{other:?}"),
    };
    let strip = json!({"stripPrefix": {"prefixes": ["/a"]}});
    let add = json!({"addPrefix": {"prefix": "/p"}});
    assert_eq!(target(answer(&[strip.clone(), add.clone()], "h", "/a/b?c")), "/p/b?c");
    assert_eq!(target(answer(&[add, strip], "h", "/a/b")), "/p/a/b");
    let replace = json!({"replacePathRegex": {"regex": "^/a(.*)$", "replacement": "/z$1"}});
    assert_eq!(target(answer(&[replace], "h", "/a%20b")), "/z%20b");
    let scheme = json!({"redirectScheme": {"scheme": "https", "permanent": true}});
    let Answer::Redirect { status: 301, location, .. } = answer(&[scheme], "h:80", "/a?b") else {
        panic!("no redirect");
    };
    assert_eq!(location, "https://h/a?b");
    let auth = json!({"basicAuth": {"secret": "s"}});
    assert_eq!(answer(&[auth], "h", "/").status(), Some(401));
    let loops = json!({"chain": {"middlewares": [{"name": "m0"}]}});
    assert_eq!(answer(&[loops], "h", "/"), Answer::NotFound);
}

fn middleware(namespace: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "traefik.io/v1alpha1", "kind": "Middleware",
        "metadata": {"namespace": namespace, "name": name}, "spec": spec,
    })
}

/// Neither ends if each reference is followed as if it were alone.
#[test]
fn chains_are_followed_once_for_each_meaning_of_a_name() {
    let chain = |names: &[&str]| {
        let parts: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        json!({"chain": {"middlewares": parts}})
    };
    let route = |first: &str| {
        route(
            "a",
            "r",
            &json!({"routes": [{
                "match": "PathPrefix(`/`)", "middlewares": [{"name": first}],
                "services": [{"name": "one", "port": 80}],
            }]}),
        )
    };
    // Each twice the one before.
    let mut values = vec![service("a", "one"), route("c0")];
    for number in 0..40 {
        let next = format!("c{}", number + 1);
        values.push(middleware("a", &format!("c{number}"), &chain(&[&next, &next])));
    }
    let add = json!({"addPrefix": {"prefix": "/p"}});
    values.push(middleware("a", "c40", &add));
    assert!(instance(&config(&[]), &values).routers[0].status.is_enabled());
    // One of two middlewares has the name, and has it everywhere.
    let many = vec!["b-c"; 40];
    let values = [
        service("a", "one"),
        route("all"),
        middleware("a", "all", &chain(&many)),
        middleware("a", "b-c", &add),
        middleware("a-b", "c", &json!({"stripPrefix": {"prefixes": ["/x"]}})),
    ];
    let answer = instance(&config(&[]), &values).answer(&Request::get("web", "h", "/x/x/y"));
    let targets: Vec<&str> = answer
        .each()
        .into_iter()
        .filter_map(|answer| match answer {
            Answer::Backend(reached) => Some(reached.target.as_str()),
            _ => None,
        })
        .collect();
    let added = "/p".repeat(40) + "/x/x/y";
    assert_eq!(targets, [added.as_str(), "/y"], "{answer:?}");
}

#[test]
fn the_compilers_own_types_say_the_same_as_json() {
    use crate::traefik_api as api;
    use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

    let mut typed = api::IngressRoute {
        spec: api::IngressRouteSpec {
            entry_points: vec!["web".to_owned()],
            routes: vec![api::Route {
                r#match: "PathPrefix(`/`)".to_owned(),
                services: vec![api::RouteService {
                    name: "one".to_owned(),
                    port: Some(IntOrString::Int(80)),
                    ..api::RouteService::default()
                }],
                ..api::Route::default()
            }],
            tls: None,
        },
        ..api::IngressRoute::default()
    };
    typed.metadata.name = Some("r".to_owned());
    typed.metadata.namespace = Some("a".to_owned());
    let (mut one, mut two) = (Objects::default(), Objects::default());
    two.add_value(1, &serde_json::to_value(&typed).expect("JSON"));
    let id = ObjectId::new(Kind::IngressRoute, "a", "r");
    one.add_body(1, &id, &Body::IngressRoute(Box::new(typed)));
    let shown = |objects: &Objects| format!("{:?}", objects.routes[0].routes[0].services);
    assert_eq!(shown(&one), shown(&two));
    one.add_value(0, &service("a", "one"));
    assert_eq!(who(&Instance::new(&config(&[]), &one), "h", "/"), "a/one");
}

/// Parent and child, the parent with a service of its own and a middleware.
fn family(child: &Value) -> Vec<Value> {
    let to = |name: &str| json!([{"name": name, "port": 80}]);
    let cut = json!({
        "apiVersion": "traefik.io/v1alpha1", "kind": "Middleware",
        "metadata": {"namespace": "a", "name": "cut"},
        "spec": {"stripPrefix": {"prefixes": ["/up"]}},
    });
    let parent = json!({"routes": [
        {"match": "Host(`h`)", "kind": "Rule", "services": to("own"), "middlewares": [{"name": "cut"}]},
    ]});
    vec![
        service("a", "own"),
        service("a", "below"),
        cut,
        route("a", "up", &parent),
        route("a", "down", child),
    ]
}
