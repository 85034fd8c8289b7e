//! What makes Traefik serve nothing at all, while it says that it is well, or nothing
//! over TLS.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use jtc_core::traefik::access::{Access, Grant};
use jtc_core::traefik::objects::Service;
use jtc_core::traefik::{Config, Instance, Objects, Request};
use serde_json::{Value, json};

use super::{LIMIT, Traefik, isolation, path};
use crate::cluster::client::plain_agent;
use crate::cluster::{Cluster, LIMITED, TOKEN};

/// How long it is watched for a route that must not come. Otherwise it takes a
/// second or two.
const WATCHED: Duration = Duration::from_secs(6);

const NAMESPACE: &str = "nothing";

/// Tries each, and what is the same but right.
pub(super) fn run(cluster: &Cluster) -> Result<String> {
    let client = &cluster.client;
    let namespace = json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE },
    });
    client.create("/api/v1/namespaces", &namespace)?;
    let to = |name: &str| json!({ "name": name, "port": 80 });
    let mut objects = vec![
        object("Service", "one", &json!({ "ports": [{ "port": 80 }] })),
        object("Service", "two", &json!({ "ports": [{ "port": 80 }] })),
        object(
            "IngressRoute",
            "web",
            &json!({ "routes": [{ "match": "Path(`/`)", "kind": "Rule", "services": [to("one")] }] }),
        ),
    ];
    for object in &objects {
        client.create(&path(object)?, object)?;
    }
    // The same rules as a Role gives, but for one resource.
    let mut rules = vec![
        json!({ "apiGroups": [""], "resources": ["services", "secrets", "configmaps"], "verbs": ["list", "watch"] }),
        json!({ "apiGroups": ["traefik.io"], "resources": ["*"], "verbs": ["list", "watch"] }),
    ];
    let role = |rules: &[Value]| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": { "name": "traefik", "namespace": NAMESPACE }, "rules": rules,
        })
    };
    let roles = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{NAMESPACE}/roles");
    client.create(&roles, &role(&rules))?;
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": { "name": "traefik", "namespace": NAMESPACE },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "traefik" },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": LIMITED }],
    });
    client.create(
        &format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{NAMESPACE}/rolebindings"),
        &binding,
    )?;
    served(cluster, "forbidden", LIMITED, &objects, &rules, false)?;
    rules.push(json!({
        "apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"],
    }));
    client.delete(&format!("{roles}/traefik"))?;
    client.create(&roles, &role(&rules))?;
    served(cluster, "allowed", LIMITED, &objects, &rules, true)?;

    // Two routes with one rule, the second with more services than one.
    let rule = "HostSNI(`*`)";
    let crash = object(
        "IngressRouteTCP",
        "crash",
        &json!({ "routes": [
            { "match": rule, "services": [to("one")] },
            { "match": rule, "services": [to("one"), to("two")] },
        ] }),
    );
    // Authorities of transports that name nothing.
    let empty = json!({ "rootCAs": [{}] });
    let crashes = [
        crash,
        object("ServersTransport", "crash", &empty),
        object("ServersTransportTCP", "crash", &json!({ "tls": empty })),
    ];
    let all = [json!({ "apiGroups": ["*"], "resources": ["*"], "verbs": ["*"] })];
    for crash in crashes {
        let path = path(&crash)?;
        client.create(&path, &crash)?;
        let name = crash["kind"].as_str().unwrap_or_default().to_lowercase();
        objects.push(crash);
        served(cluster, &name, TOKEN, &objects, &all, false)?;
        objects.pop();
        client.delete(&format!("{path}/crash"))?;
    }
    pings(cluster, &objects, &all)?;
    // The options that all routes with TLS get that name none.
    let spec = json!({ "cipherSuites": ["TLS_NO_SUCH"] });
    let route = json!({ "match": "Path(`/`)", "kind": "Rule", "services": [to("one")] });
    let more = [
        object("TLSOption", "default", &spec),
        object("IngressRoute", "secure", &json!({ "routes": [route], "tls": {} })),
    ];
    for object in more {
        client.create(&path(&object)?, &object)?;
        objects.push(object);
    }
    over_tls(cluster, &objects, &all)?;
    Ok("forbidden, allowed, stopped by three panics, not ready by its own entrypoint, without TLS by its default options".to_owned())
}

/// An object of the namespace, of Traefik's kinds or a Service.
fn object(kind: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": if kind == "Service" { "v1" } else { "traefik.io/v1alpha1" }, "kind": kind,
        "metadata": { "name": name, "namespace": NAMESPACE }, "spec": spec,
    })
}

/// Checks what `/ping` answers on an entrypoint with middlewares, and by a route of one's
/// own.
fn pings(cluster: &Cluster, others: &[Value], rules: &[Value]) -> Result<()> {
    let ping = json!({ "kind": "TraefikService", "name": "ping@internal" });
    let more = [
        object("Middleware", "hosts", &json!({ "headers": { "allowedHosts": ["other"] } })),
        object("Middleware", "compress", &json!({ "compress": {} })),
        object(
            "IngressRoute",
            "ping",
            &json!({
                "entryPoints": ["ping"],
                "routes": [{ "match": "Path(`/ping`) && Header(`X-Own`, `1`)", "kind": "Rule", "services": [ping] }],
            }),
        ),
    ];
    let mut objects = others.to_vec();
    for object in &more {
        cluster.client.create(&path(object)?, object)?;
        objects.push(object.clone());
    }
    let before = |name: &str| format!("--entrypoints.ping.http.middlewares={name}");
    let cases = [
        (None, None, 200),
        (Some(before("nothing-compress@kubernetescrd")), None, 200),
        (Some(before("nothing-hosts@kubernetescrd")), None, 500),
        (Some(before("nothing-absent@kubernetescrd")), None, 404),
        (Some(before("nothing-compress")), None, 404),
        (Some("--ping.manualrouting=true".to_owned()), None, 404),
        (Some("--ping.manualrouting=true".to_owned()), Some(("X-Own", "1")), 200),
    ];
    for (option, header, expected) in cases {
        let port = isolation::free_port()?;
        let mut all = args().to_vec();
        all.push("--ping.entrypoint=ping".to_owned());
        all.push(format!("--entrypoints.ping.address=127.0.0.1:{port}"));
        all.extend(option.clone());
        let traefik = &mut Traefik::start(cluster, "ping", &all, TOKEN)?;
        traefik.wait("nothing-web")?;
        let mut request = plain_agent().get(format!("http://127.0.0.1:{port}/ping"));
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let real = request.config().http_status_as_error(false).build().call()?.status().as_u16();
        let host = format!("127.0.0.1:{port}");
        let headers: Vec<(&str, &str)> = header.into_iter().collect();
        let model = model(&traefik.args, &objects, rules);
        let asked = Request { headers: &headers, ..Request::get("ping", &host, "/ping") };
        let says = model.answer(&asked).status();
        if real != expected || says != Some(expected) {
            bail!("/ping with {option:?} and {header:?}: {real}, by the model {says:?}");
        }
    }
    for object in &more {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        cluster.client.delete(&format!("{}/{name}", path(object)?))?;
    }
    Ok(())
}

/// Checks that Traefik and the model leave out the one route with TLS, and no other.
fn over_tls(cluster: &Cluster, objects: &[Value], rules: &[Value]) -> Result<()> {
    let mut traefik = Traefik::start(cluster, "options", &args(), TOKEN)?;
    let start = Instant::now();
    let real = loop {
        traefik.program.alive()?;
        let raw = traefik.raw().unwrap_or_default();
        let routers = raw["routers"].as_object().into_iter().flatten();
        let own = routers.filter(|(name, _)| name.starts_with(NAMESPACE));
        let found: Vec<(bool, bool)> = own
            .map(|(_, router)| (router["tls"].is_object(), router["status"] == "enabled"))
            .collect();
        if found.len() == 2 || start.elapsed() > LIMIT {
            break found;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let model = model(&traefik.args, objects, rules);
    let says: Vec<(bool, bool)> =
        model.routers.iter().map(|one| (one.tls, one.status.is_enabled())).collect();
    for (name, mut found) in [("Traefik", real), ("the model", says)] {
        found.sort_unstable();
        if found != [(false, true), (true, false)] {
            bail!(
                "default options: {name} has these routers, with TLS or not, and on or off: {found:?}"
            );
        }
    }
    Ok(())
}

/// How Traefik is started.
fn args() -> [String; 7] {
    [
        "--api.insecure=true",
        "--ping=true",
        "--entrypoints.web.address=127.0.0.1:19999",
        "--providers.kubernetescrd=true",
        "--providers.kubernetescrd.allowemptyservices=true",
        "--providers.kubernetescrd.disableclusterscoperesources=true",
        "--providers.kubernetescrd.namespaces=nothing",
    ]
    .map(str::to_owned)
}

/// Checks whether the route is there, in Traefik and in the model.
fn served(
    cluster: &Cluster,
    name: &str,
    token: &str,
    objects: &[Value],
    rules: &[Value],
    expected: bool,
) -> Result<()> {
    let mut traefik = Traefik::start(cluster, name, &args(), token)?;
    let start = Instant::now();
    let mut real = false;
    let limit = if expected { LIMIT } else { WATCHED };
    while !real && start.elapsed() < limit {
        traefik.program.alive()?;
        real = traefik.raw().is_ok_and(|raw| raw.to_string().contains("nothing-web"));
        std::thread::sleep(Duration::from_millis(100));
    }
    let model = model(&traefik.args, objects, rules);
    let says = model.blind.is_none() && model.routers.iter().any(|one| one.status.is_enabled());
    if real != expected || says != expected {
        bail!("{name}: served: {real}, by the model: {says} ({:?})", model.blind);
    }
    Ok(())
}

fn model(args: &[String], objects: &[Value], rules: &[Value]) -> Instance {
    let texts = |rule: &Value, field: &str| {
        let list = rule[field].as_array().into_iter().flatten();
        list.filter_map(Value::as_str).map(Into::into).collect()
    };
    let mut access = Access::default();
    for rule in rules {
        access.grant(Grant {
            namespace: Some(NAMESPACE.into()),
            groups: texts(rule, "apiGroups"),
            resources: texts(rule, "resources"),
            verbs: texts(rule, "verbs"),
            names: Vec::new(),
        });
    }
    let mut own = Objects::default();
    for (at, object) in objects.iter().enumerate() {
        own.add_value(at, object);
    }
    for port in own.services.iter_mut().flat_map(Service::ports_mut) {
        (port.serving, port.ready) = (false, false);
    }
    Instance::with_access(&Config::from_args(args.iter().map(String::as_str)).into(), &own, &access)
}
