//! What Traefik makes of small sets of objects.

use serde_json::{Value, json};

use super::*;
use crate::traefik::Request;

fn config(more: &[&str]) -> Config {
    let usual = [
        "--entrypoints.web.address=:80",
        "--entrypoints.other.address=:81",
        "--entrypoints.logs.address=:5000/udp",
        "--providers.kubernetescrd=true",
    ];
    let args: Vec<String> = usual.iter().chain(more).map(|arg| (*arg).to_owned()).collect();
    let config = Config::from_args(&args);
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
