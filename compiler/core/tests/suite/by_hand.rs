//! What the proof says of routes that are written by hand: routers below routers,
//! headers, and clients outside.

use jtc_core::analyze;
use jtc_core::proof::trace::Pattern;

use crate::support::Tree;

/// A Traefik with a load balancer, two programs, and these manifests, without
/// network policies.
fn with(manifests: &str) -> Tree {
    let mut tree = Tree::of(
        r#"edition 1
cluster "demo" { kubernetes "1.34"; network-policies #false; address-pool "p" addresses="10.20.0.16/29"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
database "d" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "rp" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="d" {
    traefik { load-balancer pool="p"; entrypoint "more" port=8090; }
    workload "ya" image="example/a:1" { port "http" 8080; }
    workload "zb" image="example/b:1" { port "http" 8080; }
    route "ya" entrypoint="more" path="/" to="ya"
    route "zb" entrypoint="more" host="zb.example.org" to="zb"
    manifest "routes.yaml"
}
namespace "tools" { workload "t" image="example/t:1" { connect "jobmon/ya" url-env="U"; }; }
"#,
    );
    tree.set("routes.yaml", manifests.as_bytes());
    tree
}

/// One `IngressRoute`: its name, more of its `spec`, its rule, more of its route.
fn route(name: &str, spec: &str, rule: &str, more: &str) -> String {
    format!(
        "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {{ name: {name} }}\n\
         spec: {{ {spec}, routes: [{{ kind: Rule, match: '{rule}'{more} }}] }}\n---\n"
    )
}

fn root(name: &str, rule: &str, more: &str) -> String {
    route(name, "entryPoints: [web]", rule, more)
}

fn below(name: &str, parents: &[&str], rule: &str, more: &str) -> String {
    let parents: Vec<String> = parents.iter().map(|name| format!("{{ name: {name} }}")).collect();
    route(name, &format!("parentRefs: [{}]", parents.join(", ")), rule, more)
}

fn middleware(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {{ name: {name} }}\n\
         spec: {{ {spec} }}\n---\n"
    )
}

/// Leads to a program.
fn to(service: &str) -> String {
    format!(", services: [{{ name: {service}, port: 8080 }}]")
}

/// The codes of what is wrong.
fn codes(manifests: &str) -> Vec<&'static str> {
    analyze("main.kdl", &with(manifests)).diags.iter().map(|diag| diag.meta.code).collect()
}

/// How many paths of clients outside lead to a program by these routes alone, and
/// how many of them fail.
fn traced(manifests: &str, program: &str) -> (usize, usize) {
    let analysis = analyze("main.kdl", &with(manifests));
    let target = format!("jobmon/{program}");
    let paths = analysis.trace(Some(&Pattern::new("outside")), Some(&Pattern::new(&target)));
    let by_hand = paths.iter().filter(|path| {
        analysis.sources.get(path.demand.span.file).is_some_and(|file| file.path == "routes.yaml")
    });
    by_hand
        .fold((0, 0), |(all, broken), path| (all + 1, broken + usize::from(path.broken.is_some())))
}

#[test]
fn routers_below_meet_where_their_parent_lets_them() {
    let two = |rule: &str, other: &str| {
        [
            root("p", "PathPrefix(`/yy`)", ""),
            below("c", &["p"], rule, &format!("{}, priority: 5", to("ya"))),
            below("d", &["p"], other, &format!("{}, priority: 5", to("zb"))),
        ]
        .concat()
    };
    assert_eq!(codes(&two("PathPrefix(`/yy/a`)", "Path(`/yy/a/b`)")), ["J0544"]);
    // What they share never comes to them.
    let apart = two("PathPrefix(`/yy/a`) || Path(`/h`)", "PathPrefix(`/yy/b`) || Path(`/h`)");
    assert!(codes(&apart).is_empty());
}

#[test]
fn routers_with_others_below_them_are_rivals() {
    let two = |first: &str, second: &str| {
        [
            root("p", "PathPrefix(`/yy`)", first),
            root("q", "Host(`a.example.org`)", second),
            below("c", &["p"], "PathPrefix(`/`)", &to("ya")),
            below("d", &["q"], "PathPrefix(`/`)", &to("zb")),
        ]
        .concat()
    };
    assert_eq!(codes(&two(", priority: 50", ", priority: 50")), ["J0544"]);
    assert!(codes(&two(", priority: 50", ", priority: 40")).is_empty());
}

#[test]
fn a_router_is_hidden_below_the_parent_that_hides_it() {
    let routes = [
        root("p", "Host(`p.example.org`)", ""),
        root("q", "Host(`q.example.org`)", ""),
        below("c", &["p", "q"], "PathPrefix(`/`)", &format!("{}, priority: 50", to("ya"))),
        below("d", &["p"], "PathPrefix(`/`)", &format!("{}, priority: 90", to("zb"))),
        below("e", &["q"], "PathPrefix(`/e`)", &format!("{}, priority: 10", to("zb"))),
    ];
    let said = analyze("main.kdl", &with(&routes.concat()));
    let wrong: Vec<&str> = said.diags.iter().map(|diag| diag.message.as_str()).collect();
    let wrong: Vec<&str> = wrong.into_iter().filter(|text| text.contains("/e`")).collect();
    let [one] = wrong.as_slice() else { panic!("{wrong:#?}") };
    assert!(one.contains("`IngressRoute/jobmon/e` never gets a request below"), "{one}");
}

#[test]
fn what_middlewares_change_is_asked_below_them() {
    let strip = middleware("m", "stripPrefix: { prefixes: [/yy] }");
    let set =
        middleware("m", "headers: { customRequestHeaders: { X-A: two, Host: b.example.org } }");
    let answer = middleware("m", "headers: { customResponseHeaders: { X-Frame-Options: DENY } }");
    let routes = |middleware: &str, rule: &str, child: &str| {
        [
            middleware,
            &root("p", rule, ", middlewares: [{ name: m }]"),
            &below("c", &["p"], child, &to("ya")),
        ]
        .concat()
    };
    let usual = "Host(`a.example.org`) && PathPrefix(`/yy`)";
    assert!(codes(&routes(&strip, usual, "PathPrefix(`/zz`)")).is_empty());
    assert_eq!(traced(&routes(&strip, usual, "PathPrefix(`/zz`)"), "ya"), (1, 0));
    // The host stays what it was.
    for middleware in [&strip, &set, &answer] {
        assert_eq!(codes(&routes(middleware, usual, "Host(`b.example.org`)")), ["J0534"]);
    }
    assert_eq!(codes(&routes(&set, usual, "Header(`X-A`, `one`)")), ["J0534"]);
    assert!(codes(&routes(&set, usual, "Header(`X-A`, `two`)")).is_empty());
    assert_eq!(codes(&routes(&answer, usual, "Path(`/zz`)")), ["J0534"]);
}

#[test]
fn expressions_below_a_router_leave_it_open() {
    let routes = [
        root("p", "PathRegexp(`^/[a-m]{7}[0-9]{3}$`)", ", priority: 5000"),
        below("c", &["p"], "PathRegexp(`^/.*7[0-9]{2}$`)", &to("ya")),
    ];
    assert!(codes(&routes.concat()).is_empty());
    assert_eq!(traced(&routes.concat(), "ya"), (1, 0));
}

#[test]
fn what_traefik_says_of_a_request_decides() {
    let route = |rule: &str| {
        [
            middleware("m", "redirectScheme: { scheme: https, permanent: true }"),
            root("p", rule, &format!(", priority: 5000, middlewares: [{{ name: m }}]{}", to("ya"))),
        ]
        .concat()
    };
    // Every plain request, also those of the reaper.
    let codes = |rule: &str| self::codes(&route(rule));
    assert!(codes("Header(`X-Forwarded-Proto`, `http`)").contains(&"J0521"));
    assert!(codes("Header(`X-Forwarded-Host`, `traefik-jobmon`)").contains(&"J0521"));
    // Of nobody.
    assert_eq!(codes("Host(`a.example.org`) && Header(`X-Forwarded-Proto`, `https`)"), ["J0520"]);
}

#[test]
fn a_host_has_the_port_that_is_asked_for() {
    let routes = |host: &str| {
        [
            middleware("m", &format!("headers: {{ allowedHosts: ['{host}'] }}")),
            route(
                "p",
                "entryPoints: [more]",
                "!Host(`zb.example.org`)",
                &format!(", priority: 500, middlewares: [{{ name: m }}]{}", to("ya")),
            ),
        ]
        .concat()
    };
    assert!(codes(&routes("traefik-jobmon")).contains(&"J0521"));
    assert!(!codes(&routes("traefik-jobmon:8090")).contains(&"J0521"));
}

#[test]
fn a_parent_without_routes_is_told() {
    let empty = "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: { name: p }\n\
                 spec: { routes: [] }\n---\n";
    let child = below("c", &["p"], "Host(`c.example.org`)", &to("ya"));
    assert_eq!(codes(&format!("{empty}{child}")), ["J0542"]);
    // One that is misspelt isn't told of the other.
    let routes =
        [root("p", "Host(`p.example.org`)", ""), below("c", &["pp"], "Path(`/`)", &to("ya"))];
    assert_eq!(codes(&routes.concat()), ["J0531"]);
}

#[test]
fn clients_outside_come_by_routes_of_manifests_too() {
    let routes = [
        root("up", "Host(`up.example.org`)", ""),
        below("down", &["up"], "PathPrefix(`/w`)", &to("ya")),
    ];
    let analysis = analyze("main.kdl", &with(&routes.concat()));
    assert!(analysis.evidence.ends().contains(&"jobmon/ya".to_owned()));
    let paths = analysis.trace(Some(&Pattern::new("outside")), Some(&Pattern::new("jobmon/ya")));
    let rules = |field: &str| {
        let hops = paths.iter().flat_map(|path| &path.hops).filter(|hop| hop.field == field);
        hops.map(|hop| hop.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        rules("spec.routes[0].match"),
        [
            "PathPrefix(`/`), with priority 15",
            "Host(`up.example.org`), with priority 22",
            "PathPrefix(`/w`), with priority 16"
        ]
    );
    assert_eq!(traced(&routes.concat(), "ya"), (1, 0));
}

/// Who connects to a program by what manifests alone make.
fn connected(policies: bool, connect: &str, manifests: &str) -> Vec<String> {
    let mut tree = Tree::of(&format!(
        r#"edition 1
cluster "demo" {{ kubernetes "1.34"; network-policies #{policies}; }}
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" {{ keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }}
database "d" external="mysql" secret="db"
version "3.6.0" {{ image "example/jobmon:3.6.0"; }}
reapers "rp" {{ reaper "3.6.0" namespace="jobmon"; }}
namespace "jobmon" version="3.6.0" database="d" {{
    traefik {{ entrypoint "raw" port=6379; entrypoint "say" port=5001 protocol="udp"; }}
    workload "ya" image="example/a:1" {{ port "http" 8080; port "raw" 6379; port "say" 5001 protocol="udp"; }}
    manifest "routes.yaml"
}}
namespace "tools" {{ workload "t" image="example/t:1" {{ {connect}; }}; }}
"#
    ));
    tree.set("routes.yaml", manifests.as_bytes());
    let analysis = analyze("main.kdl", &tree);
    let said = analysis.diags.iter();
    said.map(|diag| format!("{} {}", diag.meta.code, diag.help.as_deref().unwrap_or_default()))
        .collect()
}

#[test]
fn a_program_is_reached_by_a_route_of_a_manifest() {
    let web = root("a", "PathPrefix(`/ya`)", &to("ya"));
    let raw = |kind: &str, entrypoint: &str, rule: &str, port: u16| {
        format!(
            "apiVersion: traefik.io/v1alpha1\nkind: {kind}\nmetadata: {{ name: b }}\nspec: {{ entryPoints: [{entrypoint}], \
             routes: [{{ {rule} services: [{{ name: ya, port: {port} }}] }}] }}\n---\n"
        )
    };
    let tcp = raw("IngressRouteTCP", "raw", "match: HostSNI(`*`),", 6379);
    let udp = raw("IngressRouteUDP", "say", "", 5001);
    let one = |port: &str, way: &str| format!(r#"connect "jobmon/ya" {port} {way}"#);
    for (connect, manifests) in [
        (one("", r#"url-env="U""#), &web),
        (one(r#"port="http""#, r#"url-env="U""#), &web),
        (one(r#"port="web""#, r#"url-env="U""#), &web),
        (one(r#"port="raw""#, r#"host-env="H" port-env="P""#), &tcp),
        (one("", r#"host-env="H" port-env="P""#), &tcp),
        (one(r#"port="say""#, r#"host-env="H" port-env="P""#), &udp),
    ] {
        assert_eq!(connected(false, &connect, manifests), [""; 0], "{connect}");
    }
    // Which then needs policies of its own.
    let said = connected(true, &one("", r#"url-env="U""#), &web);
    assert!(said.iter().all(|one| one.starts_with("J0515")), "{said:#?}");
    // A route that takes none of its requests is no way.
    let other = root("a", "Host(`a.example.org`)", &to("ya"));
    let said = connected(false, &one("", r#"url-env="U""#), &other);
    assert!(said.iter().all(|one| one.starts_with("J0519")) && !said.is_empty(), "{said:?}");
    for (port, manifests) in [("raw", &web), ("http", &tcp), ("raw", &udp)] {
        let said =
            connected(false, &one(&format!("port=\"{port}\""), r#"host-env="H""#), manifests);
        assert!(said.iter().any(|one| one.starts_with("J0308")), "{port}: {said:?}");
    }
}

#[test]
fn who_is_let_in_gets_through() {
    let said = |ranges: &str, allowed: &str, more: &str| {
        let topology = format!(
            r#"edition 1
cluster "demo" {{ kubernetes "1.34"; address-pool "p" addresses="10.20.0.16/29"; }}
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" {{ keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }}
database "d" external="mysql" secret="db"
version "3.6.0" {{ image "example/jobmon:3.6.0"; gui-image "example/gui:3.6.0"; }}
reapers "rp" {{ reaper "3.6.0" namespace="jobmon"; }}
namespace "jobmon" version="3.6.0" database="d" {{
    traefik {{ load-balancer pool="p" {ranges}; }}
    gui
    middleware "few" {{ ip-allow-list {allowed}; }}
    route "gui" {more} to="gui" middleware="few"
}}
"#
        );
        let all = analyze("main.kdl", &Tree::of(&topology)).diags;
        all.iter().map(|diag| format!("{} {}", diag.meta.code, diag.message)).collect::<Vec<_>>()
    };
    let ten = r#"source-ranges="10.0.0.0/8""#;
    let host = r#"host="jobmon.example.org""#;
    for (ranges, allowed, rule) in [
        (ten, r#""10.5.0.0/16""#, host),
        (ten, r#""192.168.0.0/16" "0.0.0.0/0""#, host),
        (r#"source-ranges="10.5.0.1/32""#, r#""10.0.0.0/8""#, host),
        ("", r#""192.168.0.0/16""#, host),
        (ten, r#""0.0.0.0/0""#, r#"match="ClientIP(`192.168.0.0/16`) || ClientIP(`10.1.0.0/16`)""#),
        (ten, r#""0.0.0.0/0""#, r#"match="ClientIP(`192.168.0.0/16`) || Path(`/x`)""#),
    ] {
        assert_eq!(said(ranges, allowed, rule), [""; 0], "{ranges} {allowed} {rule}");
    }
    let whom = "whom the load balancer lets in";
    let said = [
        said(ten, r#""192.168.0.0/16""#, host),
        said(ten, r#""0.0.0.0/0""#, r#"match="ClientIP(`192.168.0.0/16`) && PathPrefix(`/x`)""#),
    ];
    for (said, code) in said.iter().zip(["J0521", "J0519"]) {
        let [one] = said.as_slice() else { panic!("{said:#?}") };
        assert!(one.starts_with(code) && one.contains(whom), "{one}");
    }
}
