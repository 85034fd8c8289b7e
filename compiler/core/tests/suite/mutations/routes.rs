//! Routes: entrypoints, rules, priorities, services, middlewares, TLS, class.

use jtc_core::components::program::Peer;
use jtc_core::model::settings::Protocol;
use jtc_core::proof::trail::Step;
use serde_json::{Value, json};

use super::Must;
use super::scene::{Emitted, Maker, breaks, list, text};

/// Routes of HTTP and UDP.
pub(super) fn make(made: &mut Maker<'_>) {
    made.family = "IngressRoute";
    for route in made.kind("IngressRoute") {
        http(made, route);
    }
    made.family = "IngressRouteUDP";
    for route in made.kind("IngressRouteUDP") {
        udp(made, route);
    }
}

/// Changes every route of the object.
fn each(body: &mut Value, change: impl Fn(&mut Value)) {
    body["spec"]["routes"].as_array_mut().expect("routes").iter_mut().for_each(change);
}

/// Who comes in by the object, over HTTP or UDP.
fn users(made: &Maker<'_>, route: Emitted<'_>, protocol: Protocol) -> Vec<usize> {
    let app = text(route.body, "/spec/routes/0/services/0/name").to_owned();
    let mut users = made.remote(route.namespace(), Some(&app));
    users.retain(|path| made.demand(*path).protocol() == protocol);
    users
}

fn shared(made: &mut Maker<'_>, route: Emitted<'_>, users: &[usize]) {
    let lost = || breaks(users.to_vec(), Step::Route, []);
    let namespace = route.namespace();
    made.harmless(route);
    made.delete(route, lost());
    made.edit(route, "another name", Must::Nothing, |body| {
        body["metadata"]["name"] = "renamed".into();
    });
    let other = made.other_namespace(namespace).to_owned();
    made.edit(route, "another namespace", lost(), |body| {
        body["metadata"]["namespace"] = other.clone().into();
        body["metadata"]["name"] = "moved".into();
    });
    made.edit(route, "an entrypoint that there isn't", lost(), |body| {
        body["spec"]["entryPoints"] = json!(["nobody"]);
    });
    made.edit(route, "an entrypoint that there isn't beside its own", Must::Outside, |body| {
        body["spec"]["entryPoints"].as_array_mut().expect("entrypoints").push("nobody".into());
    });
    let class = "kubernetes.io/ingress.class";
    made.edit(route, "of another class", lost(), |body| {
        body["metadata"]["annotations"][class] = "nginx".into();
    });
    made.edit(route, "of its class", Must::Nothing, |body| {
        body["metadata"]["annotations"][class] = "traefik".into();
    });
    for (what, key, value, step) in [
        ("a Service that there isn't", "name", json!("nobody"), Some(Step::Route)),
        ("a port that the Service hasn't", "port", json!(81), Some(Step::Route)),
        ("a port name that the Service hasn't", "port", json!("nobody"), Some(Step::Route)),
        ("its own namespace", "namespace", json!(namespace), None),
        ("another namespace", "namespace", json!(other), Some(Step::Route)),
        ("a weight", "weight", json!(3), None),
    ] {
        let must = step.map_or(Must::Nothing, |step| breaks(users.to_vec(), step, []));
        made.edit(route, &format!("a service with {what}"), must, |body| {
            each(body, |route| route["services"][0][key] = value.clone());
        });
    }
    let name = text(route.body, "/spec/routes/0/services/0/name");
    if let Some(service) = made.find("Service", namespace, name) {
        let named = text(service.body, "/spec/ports/0/name").to_owned();
        made.edit(route, "the port by its name", Must::Nothing, |body| {
            each(body, |route| route["services"][0]["port"] = named.clone().into());
        });
    }
}

fn udp(made: &mut Maker<'_>, route: Emitted<'_>) {
    let users = users(made, route, Protocol::Udp);
    shared(made, route, &users);
}

fn http(made: &mut Maker<'_>, route: Emitted<'_>) {
    let users = users(made, route, Protocol::Tcp);
    shared(made, route, &users);
    let lost = || breaks(users.clone(), Step::Route, []);
    let rule = |made: &mut Maker<'_>, what: &str, must: Must, rule: &str| {
        made.edit(route, what, must, |body| {
            each(body, |route| route["match"] = rule.into());
        });
    };
    // Who asks for paths that nobody knows may find another.
    let known: Vec<usize> = users
        .iter()
        .copied()
        .filter(|path| {
            matches!(&*made.demand(*path).to, Peer::Traefik { asks, .. } if asks.path.is_some())
        })
        .collect();
    let unknown: Vec<usize> = users.iter().copied().filter(|path| !known.contains(path)).collect();
    let partly = || {
        if known.is_empty() {
            Must::Outside
        } else {
            breaks(known.clone(), Step::Route, unknown.clone())
        }
    };

    rule(made, "another host", lost(), "Host(`other.example.org`)");
    rule(made, "another path", partly(), "PathPrefix(`/nobody/asks`)");
    rule(made, "an exact path", partly(), "Path(`/`)");
    rule(made, "reads alone", partly(), "PathPrefix(`/`) && Method(`GET`)");
    rule(made, "writes alone", lost(), "PathPrefix(`/`) && Method(`PUT`)");
    rule(
        made,
        "with a header that nobody sends",
        lost(),
        "PathPrefix(`/`) && Header(`X-Team`, `a`)",
    );
    rule(made, "with a query that nobody asks", partly(), "PathPrefix(`/`) && Query(`team`, `a`)");
    rule(made, "nothing at all", lost(), "PathPrefix(`/`) && !PathPrefix(`/`)");
    for (what, text) in [
        ("no quotes", "PathPrefix(/)"),
        ("single quotes", "PathPrefix('/')"),
        ("an open bracket", "PathPrefix(`/`"),
        ("a matcher that there isn't", "Paths(`/`)"),
        ("two values, as in v2", "PathPrefix(`/`, `/api`)"),
        ("a pattern, as in v2", "HostRegexp(`{host:.+}`, `x`)"),
        ("a path without a slash", "PathPrefix(`api`)"),
        ("a word for an operator", "PathPrefix(`/`) and PathPrefix(`/`)"),
        ("a bad expression", "PathRegexp(`^/(`)"),
        ("looks ahead", "PathRegexp(`^/(?=api)`)"),
    ] {
        rule(made, &format!("a rule with {what}"), lost(), text);
    }
    let app = text(route.body, "/spec/routes/0/services/0/name");
    if app == "jobmon-server" {
        // Each of its routes says the same as before.
        let mut same = |what: &str, other: &dyn Fn(&str) -> String| {
            made.edit(route, what, Must::Nothing, |body| {
                each(body, |route| route["match"] = other(text(route, "/match")).into());
            });
        };
        same("double quotes", &|rule| rule.replace('`', "\""));
        same("the same in other words", &|rule| format!("!(!{rule})"));
        same("any host", &|rule| format!("HostRegexp(`.*`) && {rule}"));
        same("twice the same", &|rule| format!("({rule}) || {rule}"));
        made.edit(route, "routes the other way round, or one twice", Must::Nothing, |body| {
            let routes = body["spec"]["routes"].as_array_mut().expect("routes");
            if routes.len() > 1 { routes.reverse() } else { routes[0]["priority"] = 1.into() }
        });
    }
    made.edit(route, "TLS", lost(), |body| {
        body["spec"]["tls"] = json!({ "options": { "name": "x" } });
        body["spec"]["tls"] = json!({});
    });
    middlewares(made, route, app, &users, &known);
    if app == "jobmon-server" && !users.is_empty() {
        rivals(made, route, &known);
    }
}

fn middlewares(
    made: &mut Maker<'_>,
    route: Emitted<'_>,
    app: &str,
    users: &[usize],
    known: &[usize],
) {
    let namespace = route.namespace().to_owned();
    let refer = |names: &[&str]| {
        let mut body = route.body.clone();
        each(&mut body, |route| {
            route["middlewares"] = names.iter().map(|name| json!({ "name": name })).collect();
        });
        vec![(route.at, Some(body))]
    };
    let lost = || breaks(users.to_vec(), Step::Route, []);
    made.push(route, "a middleware that there isn't", lost(), refer(&["nobody"]), Vec::new());
    if app != "jobmon-server" || users.is_empty() {
        return;
    }
    let middleware = |spec: Value| {
        json!({
            "apiVersion": "traefik.io/v1alpha1",
            "kind": "Middleware",
            "metadata": { "name": "extra", "namespace": namespace },
            "spec": spec,
        })
    };
    let unknown: Vec<usize> = users.iter().copied().filter(|path| !known.contains(path)).collect();
    let stopped = || breaks(users.to_vec(), Step::Middleware, []);
    // It matters to those alone who need their path to arrive.
    let spoiled = || breaks(known.to_vec(), Step::Middleware, unknown.clone());
    for (what, spec, must) in [
        (
            "headers",
            json!({ "headers": { "customRequestHeaders": { "X-A": "b" } } }),
            Must::Nothing,
        ),
        ("compression", json!({ "compress": {} }), Must::Nothing),
        ("tries again", json!({ "retry": { "attempts": 3 } }), Must::Nothing),
        (
            "a rate that is wide enough",
            json!({ "rateLimit": { "average": 50, "burst": 100 } }),
            Must::Nothing,
        ),
        (
            "strips a path that nobody asks for",
            json!({ "stripPrefix": { "prefixes": ["/x"] } }),
            Must::Nothing,
        ),
        ("strips", json!({ "stripPrefixRegex": { "regex": ["^/[^/]+/[^/]+"] } }), spoiled()),
        (
            "strips what there is",
            json!({ "stripPrefix": { "prefixes": ["/api", "/lost_workflow_run"] } }),
            spoiled(),
        ),
        ("adds", json!({ "addPrefix": { "prefix": "/extra" } }), spoiled()),
        ("replaces", json!({ "replacePath": { "path": "/extra" } }), spoiled()),
        ("a login", json!({ "basicAuth": { "secret": "users" } }), stopped()),
        ("another scheme", json!({ "redirectScheme": { "scheme": "https" } }), stopped()),
        (
            "another host",
            json!({ "redirectRegex": { "regex": ".*", "replacement": "https://x" } }),
            stopped(),
        ),
        (
            "some addresses",
            json!({ "ipAllowList": { "sourceRange": ["192.0.2.0/24"] } }),
            stopped(),
        ),
        (
            "somebody else decides",
            json!({ "forwardAuth": { "address": "http://auth" } }),
            stopped(),
        ),
    ] {
        made.push(
            route,
            &format!("a middleware: {what}"),
            must,
            refer(&["extra"]),
            vec![middleware(spec)],
        );
    }
    let mut elsewhere = middleware(json!({ "compress": {} }));
    elsewhere["metadata"]["namespace"] = made.other_namespace(&namespace).into();
    made.push(
        route,
        "a middleware of another namespace",
        lost(),
        refer(&["extra"]),
        vec![elsewhere],
    );
    let chain = middleware(json!({ "chain": { "middlewares": [{ "name": "nobody" }] } }));
    made.push(
        route,
        "a chain with a middleware that there isn't",
        lost(),
        refer(&["extra"]),
        vec![chain],
    );
}

/// Another route at the same entrypoint, that leads to Traefik's own pods.
fn rivals(made: &mut Maker<'_>, route: Emitted<'_>, known: &[usize]) {
    let namespace = route.namespace().to_owned();
    let entrypoints = route.body["spec"]["entryPoints"].clone();
    let routes = list(route.body, "/spec/routes");
    let priority = |route: &Value| {
        let length = i64::try_from(text(route, "/match").len()).expect("a short rule");
        route.get("priority").and_then(Value::as_i64).unwrap_or(length)
    };
    let first = routes.iter().map(priority).max().expect("a route");
    let users = made.remote(&namespace, Some("jobmon-server"));
    let unknown: Vec<usize> = users.iter().copied().filter(|path| !known.contains(path)).collect();
    let rival = |rule: &str, priority: i64, entrypoints: &Value| {
        json!({
            "apiVersion": "traefik.io/v1alpha1",
            "kind": "IngressRoute",
            "metadata": { "name": "rival", "namespace": namespace },
            "spec": { "entryPoints": entrypoints, "routes": [{
                "kind": "Rule", "match": rule, "priority": priority,
                "services": [{ "name": "traefik", "port": 80 }],
            }] },
        })
    };
    // What the route itself needs to lead there.
    let traefik = json!({ "podSelector": { "matchLabels": { "app": "traefik" } } });
    let policy = json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": { "name": "rival", "namespace": namespace },
        "spec": {
            "podSelector": traefik["podSelector"],
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{ "from": [traefik] }],
            "egress": [{ "to": [traefik] }],
        },
    });
    let all = || breaks(users.clone(), Step::Backend, []);
    let tied = || breaks(known.to_vec(), Step::Chance, unknown.clone());
    let none = || Must::Nothing;
    let web = &entrypoints;
    let other = &json!(["traefik"]);
    let path = "PathPrefix(`/`)";
    for (what, must, body) in [
        ("that comes first", all(), rival(path, first + 1, web)),
        ("of the same priority", tied(), rival(path, first, web)),
        ("that comes last", none(), rival(path, 1, web)),
        ("that comes first, for another host", none(), rival("Host(`x.org`)", first + 1, web)),
        ("that comes first, for another path", none(), rival("PathPrefix(`/x/y`)", first + 1, web)),
        ("that comes first, for other methods", none(), rival("Method(`DELETE`)", first + 1, web)),
        ("that comes first, elsewhere", none(), rival(path, first + 1, other)),
        (
            "that comes first, for reads",
            breaks(users.clone(), Step::Backend, []),
            rival("Method(`GET`)", first + 1, web),
        ),
        (
            "that comes first, for the alias",
            all(),
            rival(&format!("Host(`traefik-{namespace}`)"), first + 1, web),
        ),
    ] {
        made.push(
            route,
            &format!("another route {what}"),
            must,
            Vec::new(),
            vec![body, policy.clone()],
        );
    }
}
