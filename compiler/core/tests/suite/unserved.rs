//! What Traefik, or the network before it, wouldn't serve as it is written: small
//! topologies, each with the code that it gets.

use jtc_core::{Analysis, analyze};

use crate::support::Tree;

/// A namespace with these children, this manifest, and these nodes beside it.
fn analysis(top: &str, children: &str, manifest: &str, tools: &str) -> Analysis {
    let mut tree = Tree::of(&format!(
        r#"edition 1
cluster "c" {{ kubernetes "1.34"; address-pool "p" addresses="10.0.0.16/28"; }}
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" {{ keys DB_HOST DB_PORT DB_USER DB_PASS; }}
secret "tls" {{ keys "tls.crt" "tls.key"; }}
secret "ca" {{ keys "ca.crt"; }}
database "prod" external="mysql" secret="db"
version "3.6.0" {{ image "r.example.org/jobmon:3.6.0"; }}
{top}
reapers "reapers" {{ reaper "3.6.0" namespace="jm"; }}
namespace "jm" version="3.6.0" database="prod" {{
    {children}
    manifest "x.yaml"
}}
namespace "tools" {{ workload "idle" image="r.example.org/idle:1" {{
    {tools}
}}; manifest "y.yaml"; }}
"#
    ));
    let nothing = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: nothing }\n";
    let (x, y) = manifest.split_once("=== tools\n").unwrap_or((manifest, ""));
    for (name, text) in [("x.yaml", x), ("y.yaml", y)] {
        tree.set(name, if text.is_empty() { nothing } else { text }.as_bytes());
    }
    analyze("main.kdl", &tree)
}

/// The codes of what is wrong, each once.
fn codes(top: &str, children: &str, manifest: &str, tools: &str) -> Vec<&'static str> {
    let analysis = analysis(top, children, manifest, tools);
    let mut codes: Vec<&str> = analysis.diags.iter().map(|diag| diag.meta.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

const BALANCED: &str = r#"traefik { load-balancer pool="p"; }"#;

/// An object of Traefik's.
fn object(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: traefik.io/v1alpha1\nkind: {kind}\nmetadata: {{ name: {name} }}\nspec: {spec}\n"
    )
}

/// A route on `web`, with more of its `spec` and of itself.
fn route(spec: &str, service: &str, more: &str) -> String {
    let route = format!(
        "{{ entryPoints: [web], routes: [{{ kind: Rule, match: Host(`a.example.org`), services: [{service}]{more} }}]{spec} }}"
    );
    object("IngressRoute", "x", &route)
}

const SERVER: &str = "{ name: jobmon-server, port: 80 }";

#[test]
fn an_entrypoint_is_for_others() {
    let with =
        |address: &str| format!("traefik {{ args \"--entrypoints.web.address={address}\"; }}");
    assert_eq!(codes("", &with("127.0.0.1:10080"), "", ""), ["J0518"]);
    assert_eq!(codes("", &with("0.0.0.0:10080"), "", ""), [""; 0]);
    let ping = r#"traefik { args "--entrypoints.traefik.address=127.0.0.1:8080"; }"#;
    assert!(codes("", ping, "", "").contains(&"J0517"));
}

#[test]
fn policies_and_providers_that_are_not_read_are_told() {
    for version in ["policy.networking.k8s.io/v1alpha1", "crd.antrea.io/v1beta1", "cilium.io/v2"] {
        let policy = format!(
            "apiVersion: {version}\nkind: AdminNetworkPolicy\nmetadata: {{ name: open }}\nspec: {{}}\n"
        );
        assert_eq!(codes("", "", &policy, ""), ["J0570"], "{version}");
    }
    let file =
        r#"traefik { args "--providers.file.filename=/d.yml"; config-file "/d.yml" "http: {}"; }"#;
    assert_eq!(codes("", file, "", ""), ["J0571"]);
}

#[test]
fn an_external_lies_in_its_own_ranges() {
    let connect = r#"connect "api" url-env="U""#;
    let external =
        |cidr: &str| format!(r#"external "api" host="10.3.0.5" port=8443 cidr="{cidr}""#);
    assert_eq!(codes(&external("10.4.0.0/16"), "", "", connect), ["J0208"]);
    assert_eq!(codes(&external("10.3.0.0/16"), "", "", connect), [""; 0]);
}

#[test]
fn options_of_one_host_are_the_same() {
    let two = |options: &str| {
        [
            object(
                "IngressRoute",
                "x",
                &format!(
                    "{{ entryPoints: [ws], routes: [{{ kind: Rule, match: Host(`a.example.org`) && PathPrefix(`/admin`), services: [{SERVER}] }}], \
                     tls: {{ secretName: tls, options: {{ name: mtls }} }} }}"
                ),
            ),
            object("TLSOption", "mtls", options),
        ]
        .concat()
    };
    let options =
        two("{ clientAuth: { secretNames: [ca], clientAuthType: RequireAndVerifyClientCert } }");
    let entrypoint = r#"traefik { entrypoint "ws" port=443; load-balancer pool="p"; }
        workload "d" image="r.example.org/d:1" { port "http" 8080; }"#;
    let public = format!(
        "{entrypoint}\nroute \"public\" entrypoint=\"ws\" host=\"a.example.org\" path=\"/pub\" tls=\"tls\" to=\"d\""
    );
    assert_eq!(codes("", &public, &options, ""), ["J0540"]);
    let connected = format!(
        "{entrypoint}\nworkload \"e\" image=\"r.example.org/e:1\" {{ connect \"d\" url-env=\"U\"; }}"
    );
    assert_eq!(codes("", &connected, &options, ""), [""; 0]);
}

#[test]
fn values_that_traefik_refuses_are_told() {
    let errors = |rewrites: &str| {
        let spec = format!(
            "{{ errors: {{ status: [\"500-599\"], statusRewrites: {{ {rewrites}: 503 }}, query: /x, service: {SERVER} }} }}"
        );
        [object("Middleware", "m", &spec), route("", SERVER, ", middlewares: [{ name: m }]")]
            .concat()
    };
    assert_eq!(codes("", BALANCED, &errors("5xx"), ""), ["J0530"]);
    assert_eq!(codes("", BALANCED, &errors("\"500-599\""), ""), [""; 0]);
    let mirror = |percent: i32| {
        let spec = format!(
            "{{ mirroring: {{ name: jobmon-server, port: 80, mirrors: [{{ name: jobmon-server, port: 80, percent: {percent} }}] }} }}"
        );
        [object("TraefikService", "t", &spec), route("", "{ kind: TraefikService, name: t }", "")]
            .concat()
    };
    assert_eq!(codes("", BALANCED, &mirror(150), ""), ["J0542"]);
    assert_eq!(codes("", BALANCED, &mirror(50), ""), [""; 0]);
    let metrics = r#"traefik { load-balancer pool="p"; args "--metrics.prometheus=true" "--metrics.prometheus.manualrouting=true"; }"#;
    let own = route("", "{ kind: TraefikService, name: prometheus@internal }", "");
    assert_eq!(codes("", metrics, &own, ""), [""; 0]);
}

#[test]
fn a_middleware_that_is_left_out_is_told_once() {
    let own = |spec: &str| {
        [object("Middleware", "m", spec), route("", SERVER, ", middlewares: [{ name: m }]")]
            .concat()
    };
    for spec in ["{ basicAuth: {} }", "{ chain: { middlewares: [{ name: x, namespace: tools }] } }"]
    {
        let codes = codes("", BALANCED, &own(spec), "");
        assert!(codes.len() == 1 && !codes.contains(&"J0529"), "{spec}: {codes:?}");
    }
}

#[test]
fn certificates_are_there() {
    let entrypoint = r#"traefik { entrypoint "t" port=7000; entrypoint "ws" port=443; load-balancer pool="p"; }"#;
    let tcp = |secret: &str| {
        let spec = format!(
            "{{ entryPoints: [t], routes: [{{ match: HostSNI(`a.example.org`), services: [{SERVER}] }}], tls: {{ secretName: {secret} }} }}"
        );
        object("IngressRouteTCP", "x", &spec)
    };
    assert!(codes("", entrypoint, &tcp("nope"), "").contains(&"J0604"));
    assert_eq!(codes("", entrypoint, &tcp("tls"), ""), [""; 0]);
    let resolved = object(
        "IngressRoute",
        "x",
        &format!(
            "{{ entryPoints: [ws], routes: [{{ kind: Rule, match: Host(`a.example.org`), services: [{SERVER}] }}], tls: {{ certResolver: le }} }}"
        ),
    );
    assert_eq!(codes("", entrypoint, &resolved, ""), ["J0555"]);
}

#[test]
fn pods_of_manifests_are_told_hosts_by_name() {
    let pods = |container: &str| {
        format!(
            "=== tools\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: x }}\nspec: {{ selector: {{ matchLabels: {{ app: x }} }}, \
             template: {{ metadata: {{ labels: {{ app: x }} }}, spec: {{ securityContext: {{ runAsNonRoot: true, runAsUser: 1000, seccompProfile: {{ type: RuntimeDefault }} }}, \
             containers: [ {{ name: a, image: \"r.example.org/x:1\", securityContext: {{ allowPrivilegeEscalation: false, capabilities: {{ drop: [ALL] }} }}, {container} }} ] }} }} }}\n"
        )
    };
    for (container, wrong) in [
        ("env: [ { name: JOBMON_HOST, value: jobmon-server.jm } ]", true),
        ("args: [ --host=jobmon-server.jm ]", true),
        ("args: [ --host, jobmon-server.jm ]", true),
        ("env: [ { name: ALLOWED_HOSTS, value: jobmon-server.jm } ]", false),
        ("env: [ { name: MODULE, value: jobmon-server.jm } ]", false),
    ] {
        let codes = codes("", "", &pods(container), "");
        let wanted: &[&str] = if wrong { &["J0549"] } else { &[] };
        assert_eq!(codes, wanted, "{container}");
    }
}

#[test]
fn an_old_reaper_asks_for_certain_paths() {
    for (rule, wrong) in [
        ("Host(`traefik-n`) && !PathPrefix(`/api`)", false),
        ("Host(`traefik-n`) && !PathPrefix(`/workflow`)", true),
    ] {
        let tree = Tree::of(&format!(
            r#"edition 1
cluster "c" {{ kubernetes "1.34"; }}
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" {{ keys DB_HOST DB_PORT DB_USER DB_PASS; }}
database "prod" external="mysql" secret="db"
version "3.3.1" {{ image "r.example.org/jobmon:3.3.1"; }}
version "3.1.1" {{ image "r.example.org/jobmon:3.1.1"; }}
namespace "n" version="3.3.1" database="prod" {{
    middleware "old-api" {{ add-prefix "/api/v2"; }}
    route "old" match="{rule}" priority=2000 middleware="old-api" to="server"
}}
reapers "r" {{ reaper "3.3.1" namespace="n"; reaper "3.1.1" namespace="n" state="draining"; }}
"#
        ));
        let codes: Vec<&str> =
            analyze("main.kdl", &tree).diags.iter().map(|diag| diag.meta.code).collect();
        assert_eq!(codes.contains(&"J0820"), wrong, "{rule}: {codes:?}");
        assert!(wrong || !codes.contains(&"J0807"), "{rule}: {codes:?}");
    }
}

#[test]
fn a_route_may_lead_out_of_the_cluster() {
    let out = |connect: &str| {
        let top = r#"external "www" host="www.example.org" port=8081 cidr="10.7.0.0/24""#;
        let traefik = format!(
            "traefik {{ load-balancer pool=\"p\"; {connect}\n args \"--providers.kubernetescrd.allowexternalnameservices=true\"; }}"
        );
        let service = "---\napiVersion: v1\nkind: Service\nmetadata: { name: www }\n\
                       spec: { type: ExternalName, externalName: www.example.org, ports: [{ port: 8081 }] }\n";
        codes(
            top,
            &traefik,
            &[route("", "{ name: www, port: 8081 }", "").as_str(), service].concat(),
            "",
        )
    };
    assert_eq!(out(r#"connect "www""#), [""; 0]);
    assert_eq!(out(""), ["J0515"]);
}

#[test]
fn a_second_balancer_is_no_way_of_another_port() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: { name: internal }\n\
                   spec: { type: LoadBalancer, selector: { app: traefik }, ports: [ { port: 8080, targetPort: web } ] }\n";
    let said = codes("", BALANCED, service, "");
    assert!(!said.contains(&"J0513"), "{said:?}");
}

#[test]
fn a_workload_may_be_called_as_a_component() {
    let tree = Tree::of(
        r#"edition 1
cluster "c" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "r.example.org/jobmon:3.6.0"; }
reapers "reapers" { reaper "3.6.0" namespace="jm"; }
namespace "jm" version="3.6.0" database="prod"
namespace "tools" { workload "server" image="r.example.org/own:1" { connect "jm/server" url-env="U"; }; }
"#,
    );
    let codes: Vec<&str> =
        analyze("main.kdl", &tree).diags.iter().map(|diag| diag.meta.code).collect();
    assert_eq!(codes, [""; 0]);
}
