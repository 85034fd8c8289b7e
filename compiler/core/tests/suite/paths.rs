//! What the proof says of small topologies: which pass, and which don't.

use std::collections::BTreeSet;

use jtc_core::analyze;
use jtc_core::proof::trace::Pattern;

use crate::support::Tree;

/// What differs from case to case.
#[derive(Clone, Copy, Default)]
pub(crate) struct Case {
    /// Inside of `cluster`.
    pub(crate) cluster: &'static str,
    /// Inside of the namespace `jobmon`.
    pub(crate) jobmon: &'static str,
    /// Inside of the namespace `tools`.
    pub(crate) tools: &'static str,
}

/// A program in `tools` with these children.
pub(crate) const fn from_tools(children: &'static str) -> Case {
    Case { cluster: "", jobmon: ELASTIC, tools: children }
}

/// A route to a program `z` in `jobmon`, and one who wants to reach it.
fn to_z(rule: &str) -> Case {
    let workload = r#"workload "z" image="example/z:1" { port "http" 8080; }"#;
    let jobmon = format!("{workload}\nroute \"z\" {rule} to=\"z\"");
    Case { cluster: "", jobmon: jobmon.leak(), tools: r#"connect "jobmon/z" host-env="H""# }
}

/// These children of the namespace `jobmon`, whose Traefik has a load balancer.
fn with_clients(children: &str) -> Case {
    Case {
        cluster: r#"address-pool "p" provider="metallb" addresses="10.20.0.16/29""#,
        jobmon: format!("traefik {{ load-balancer pool=\"p\"; }}\ngui\n{children}").leak(),
        tools: r#"connect "jobmon/server" host-env="H""#,
    }
}

/// A route of this rule.
fn route(rule: &str) -> Case {
    with_clients(&format!("route \"u\" match=##\"{rule}\"## to=\"gui\""))
}

/// An Elastic stack.
const ELASTIC: &str = r#"
    elk version="8.19.3" {
        elasticsearch nodes=1 { storage "10Gi" class="ssd"; }
        logstash
        kibana
        apm
    }"#;

impl Case {
    pub(crate) fn tree(self) -> Tree {
        let Self { cluster, jobmon, tools } = self;
        Tree::of(&format!(
            r#"edition 1
cluster "demo" {{ kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"
{cluster}
}}
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
external "slack" host="slack.com" port=443
secret "db" {{ keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }}
secret "sl" {{ keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }}
database "d" external="mysql" secret="db" name="jobmon"
version "3.6.0" {{ image "example/jobmon:3.6.0"; gui-image "example/gui:3.6.0"; }}
namespace "jobmon" version="3.6.0" database="d" {{
{jobmon}
}}
reapers "rp" {{ slack external="slack" secret="sl"; reaper "3.6.0" namespace="jobmon"; }}
namespace "tools" {{ workload "w" image="example/w:1" {{
{tools}
}}; }}
"#
        ))
    }

    /// The messages, each as code and text.
    pub(crate) fn said(self) -> Vec<String> {
        let analysis = analyze("main.kdl", &self.tree());
        let diags = analysis.diags.iter();
        diags.map(|diag| format!("{}: {}", diag.meta.code, diag.message)).collect()
    }

    /// Whether a client outside gets to a component of `jobmon`, by `jtc trace`.
    fn lets_in_to(self, component: &str) -> bool {
        let analysis = analyze("main.kdl", &self.tree());
        let target = format!("jobmon/{component}");
        let (from, to) = (Pattern::new("outside"), Pattern::new(&target));
        let paths = analysis.trace(Some(&from), Some(&to));
        !paths.is_empty() && paths.iter().all(|path| path.broken.is_none())
    }

    pub(crate) fn passes(self) {
        let said = self.said();
        assert!(said.is_empty(), "{}{}\n{said:#?}", self.jobmon, self.tools);
    }
}

#[test]
fn programs_of_a_namespace_are_reached_by_one_alias() {
    for tools in [
        r#"connect "jobmon/kibana" url-env="U"; connect "jobmon/server" url-env="V""#,
        r#"connect "jobmon/server" url-env="U"; connect "jobmon/kibana" url-env="V""#,
        r#"connect "jobmon/server" url-env="U"; connect "jobmon/logstash" host-env="H" port-env="P""#,
        r#"connect "jobmon/kibana" host-env="A_KIBANA_HOST" port-env="A_KIBANA_PORT"
           connect "jobmon/server" host-env="A_HOST" port-env="A_PORT""#,
        r#"connect "jobmon/elasticsearch" url-env="A"; connect "jobmon/server" host-env="H""#,
    ] {
        from_tools(tools).passes();
    }
}

#[test]
fn a_port_of_its_own_is_not_the_port_of_a_host() {
    for tools in [
        r#"connect "jobmon/server" host-env="APP_HOST"; env "APP_PORT" "8080""#,
        r#"connect "jobmon/server" host-env="A_B_HOST" port-env="B_PORT"; env "A_PORT" "8080""#,
    ] {
        from_tools(tools).passes();
    }
}

#[test]
fn another_port_is_told_wherever_it_stands() {
    let connects = r#"connect "jobmon/kibana" url-env="U"; connect "jobmon/server" host-env="H" port-env="P";"#;
    for (env, place) in [
        (r#"env "P" "81""#, "env H names `traefik-jobmon` with another port 81"),
        (r#"env "U" "http://traefik-jobmon""#, "env U names `traefik-jobmon` with another port 80"),
        (r#"env "H" "nowhere""#, "env U names `traefik-jobmon` with another port 5601"),
    ] {
        let tools: &'static str = format!("{connects}{env}").leak();
        let said = from_tools(tools).said();
        assert!(said.iter().any(|one| one.contains(place)), "{env}\n{said:#?}");
        assert!(said.iter().all(|one| one.starts_with("J0511")), "{env}\n{said:#?}");
    }
    let args = r#"args "http://traefik-jobmon:81""#;
    let tools: &'static str = format!("{connects}{args}").leak();
    let wanted = "J0563: `w` is told `traefik-jobmon` with port 81, and that is none of its ports";
    assert_eq!(from_tools(tools).said(), [wanted]);
    // What only looks like an address beside a `connect`.
    for fine in [
        r#"env "IMAGE" "registry.example.org/traefik-jobmon:8""#,
        r#"args "--weights=traefik-jobmon:3,other:1""#,
        r#"config-file "/etc/a.yaml" "a: b # was http://traefik-jobmon:81""#,
    ] {
        let tools: &'static str = format!("{connects}{fine}").leak();
        from_tools(tools).passes();
    }
}

#[test]
fn a_route_is_tried_with_what_it_takes() {
    for rule in [
        "match=\"PathPrefix(`/z`) && Method(`POST`)\"",
        "match=\"PathPrefix(`/z`) && Method(`POST`)\" priority=5000",
        "match=\"PathPrefix(`/z`) && Header(`X-A`, `b`)\"",
        "match=\"PathPrefix(`/z`) && HeaderRegexp(`X-A`, `^b+$`)\"",
        "match=\"PathPrefix(`/z`) && Query(`a`, `b`)\"",
        "match=\"PathPrefix(`/z`) && ClientIP(`10.42.0.0/16`)\"",
        "match=\"PathRegexp(`^/z/[0-9]+$`)\"",
        "match=\"HostRegexp(`^traefik-[a-z]+$`) && PathRegexp(`^/(y|z)/`)\"",
    ] {
        to_z(rule).passes();
    }
}

#[test]
fn what_is_told_of_a_route_is_what_it_would_take() {
    let said = to_z("match=\"PathPrefix(`/z`) && Method(`POST`)\" priority=1").said();
    let all = said.join("\n");
    assert!(all.contains("it asks `POST /z` of the host `traefik-jobmon`"), "{all}");
    assert!(!all.contains("GET /"), "{all}");
}

#[test]
fn clients_outside_come_by_expressions_too() {
    for rule in [
        r"HostRegexp(`^(www\.)?jobmon\.example\.org$`) && PathPrefix(`/gui`)",
        r"PathPrefix(`/gui`) && PathRegexp(`\.(png|svg)$`)",
        // Nobody can tell what it takes, and its path is shown all the same.
        r"PathRegexp(`^/a[a-f0-9]{8}$`) && !PathRegexp(`a`)",
    ] {
        let case = with_clients(&format!("route \"u\" match=##\"{rule}\"## to=\"gui\""));
        case.passes();
        assert!(case.lets_in_to("gui"), "{rule}");
    }
}

#[test]
fn a_rule_that_nothing_fits_is_told() {
    for (rule, why) in [
        ("Host(`a.b`) && Host(`c.d`)", "fits both Host(`a.b`) and Host(`c.d`)"),
        ("Host(`a.b`) && !Host(`a.b`)", "fits both Host(`a.b`) and !Host(`a.b`)"),
        ("Host(`z.y`) && Path(`/a`) && PathPrefix(`/b`)", "fits both Path(`/a`) and PathPrefix"),
        ("Host(`z.y`) || (Method(`GET`) && Method(`POST`))", "fits both Method(`GET`) and Method"),
        ("ClientIP(`10.0.0.0/8`) && ClientIP(`192.168.0.0/16`)", "fits both ClientIP"),
        ("PathPrefix(`/x?y=1`)", "no path has `?` or `#` in it"),
        ("PathPrefix(`/a#b`)", "no path has `?` or `#` in it"),
        ("PathPrefix(`/x%20y`)", "sees `/x y` instead"),
        ("Path(`/x%2fy`)", "sees `/x%2Fy` instead"),
        ("PathPrefix(`/a/../b`)", "sees `/b` instead"),
        ("Host(`z.y`) && Path(`/a//b`)", "sees `/a/b` instead"),
        ("PathPrefix(`/a%zz`)", "no request has a path like"),
        ("Header(`host`, `a.b`)", "is what `Host(…)` looks at"),
        ("Host(`z.y`) && HeaderRegexp(`Host`, `a`)", "is what `Host(…)` looks at"),
    ] {
        let said = route(rule).said();
        let right =
            said.len() == 1 && said.iter().all(|one| one.starts_with("J0534") && one.contains(why));
        assert!(right, "{rule}\n{said:#?}");
    }
    for rule in [
        "PathPrefix(`/x y`)",
        "PathPrefix(`/a%`)",
        "Host(`z.y`) && Path(`/x%2Fy`)",
        "!Path(`/x?y`) && Host(`z.y`)",
        "Host(`z.y`) && PathPrefix(`/a`) && !Path(`/a`)",
    ] {
        route(rule).passes();
    }
}

#[test]
fn what_is_never_cleaned_may_have_any_path() {
    let args = "traefik { args \"--entryPoints.web.http.sanitizePath=false\"; }";
    let said = Case {
        jobmon: format!("{args}\ngui\nroute \"u\" path=\"/a//b\" to=\"gui\"").leak(),
        ..from_tools("")
    }
    .said();
    assert!(!said.iter().any(|one| one.starts_with("J0534")), "{said:#?}");
}

#[test]
fn a_dot_at_the_end_makes_no_other_host() {
    let routes = |other: &str| {
        let jobmon = format!(
            "gui\nroute \"a\" host=\"a.example.org\" priority=500 to=\"server\"\n\
             route \"b\" host=\"{other}\" priority=500 to=\"gui\""
        );
        Case { jobmon: jobmon.leak(), ..from_tools("") }.said()
    };
    for other in ["a.example.org", "a.example.org.", "A.example.org."] {
        let said = routes(other);
        assert!(
            said.iter().any(|one| one.contains("J0509") || one.contains("J0544")),
            "{other}\n{said:#?}"
        );
    }
    assert!(!routes("b.example.org.").iter().any(|one| one.starts_with("J0544")));
}

#[test]
fn a_policy_may_name_an_entrypoint() {
    let policy = |port: &str| {
        let case = from_tools(r#"connect "jobmon/server" host-env="H""#);
        let jobmon = format!("{ELASTIC}\nmanifest \"extra.yaml\"");
        let mut tree = Case { jobmon: jobmon.leak(), ..case }.tree();
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{ name: extra }}\n\
             spec:\n  podSelector: {{ matchLabels: {{ app: traefik }} }}\n  policyTypes: [ Ingress ]\n  \
             ingress:\n    - from:\n        - namespaceSelector: {{ matchLabels: {{ kubernetes.io/metadata.name: tools }} }}\n          \
             podSelector: {{ matchLabels: {{ app: w }} }}\n      ports: [ {{ port: {port}, protocol: TCP }} ]\n"
        );
        tree.set("extra.yaml", text.as_bytes());
        let diags = analyze("main.kdl", &tree).diags;
        diags.iter().map(|diag| diag.meta.code).collect::<Vec<_>>()
    };
    for port in ["web", "10080"] {
        assert!(policy(port).is_empty(), "{port}");
    }
}

/// A workload with two ports.
pub(crate) const TWO_PORTS: &str =
    r#"workload "z" image="example/z:1" { port "h" 8080; port "m" 9000; }"#;

#[test]
fn what_keeps_reapers_and_others_out_is_told_once() {
    for (jobmon, code) in [
        (r#"route "server" host="jobmon.example.org" to="server""#, "J0820"),
        ("gui\nroute \"server\" to=\"gui\"", "J0820"),
        (r#"route "server" entrypoint="kibana" to="server""#, "J0301"),
        (r#"traefik { entrypoint "web" port=80 protocol="udp"; }"#, "J0501"),
    ] {
        let said = Case { jobmon, ..from_tools(r#"connect "jobmon/server" host-env="H""#) }.said();
        assert!(said.len() == 1 && said.iter().all(|one| one.starts_with(code)), "{said:#?}");
    }
}

#[test]
fn a_priority_too_high_is_told_with_the_highest() {
    let said = Case {
        jobmon: "route \"u\" host=\"z.y\" priority=9223372036854775807 to=\"server\"",
        ..from_tools("")
    }
    .said();
    assert!(
        said.len() == 1 && said.iter().all(|one| one.contains("from 1 to 9223372036854774784")),
        "{said:#?}"
    );
}

#[test]
fn a_hop_that_a_manifest_decides_is_at_the_field() {
    let policy = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: out
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - {}
";
    let open = Case { cluster: "network-policies #false", ..with_clients("") };
    let mut tree = open.tree();
    let text = tree
        .text("main.kdl")
        .replace("namespace \"tools\" {", "namespace \"tools\" { manifest \"out.yaml\"\n");
    tree.set("main.kdl", text.as_bytes());
    tree.set("out.yaml", policy.as_bytes());
    let analysis = analyze("main.kdl", &tree);
    let paths = analysis.trace(Some(&Pattern::new("tools")), Some(&Pattern::new("jobmon/server")));
    let hops = paths.iter().flat_map(|path| &path.hops);
    let places: BTreeSet<String> = hops
        .filter(|hop| hop.object.as_ref().is_some_and(|id| &*id.name == "out"))
        .map(|hop| {
            let (path, at) = analysis.sources.place(hop.source);
            format!("{} {path}:{}", hop.field, at.line)
        })
        .collect();
    assert_eq!(places, BTreeSet::from(["spec.egress out.yaml:9".to_owned()]), "{paths:#?}");
}

#[test]
fn who_is_told_an_address_says_connect() {
    let of = |children: &str| -> Vec<String> {
        let jobmon = format!("workload \"z\" image=\"example/z:1\" {{ {children}; }}");
        let said = Case { jobmon: jobmon.leak(), ..from_tools("connect \"jobmon/server\"") }.said();
        said.into_iter().filter(|said| !said.starts_with("J0556")).collect()
    };
    let told = |host: &str| {
        vec![format!("J0562: `z` is told `{host}`, and no policy lets its pods reach it")]
    };
    assert_eq!(of(r#"env "S" "http://jobmon-server/api""#), told("jobmon-server"));
    assert_eq!(of(r#"env "S_HOST" "jobmon-server""#), told("jobmon-server"));
    assert_eq!(of(r#"args "--to" "traefik:80""#), told("traefik"));
    assert_eq!(
        of(r#"env "S" "http://jobmon-server.jobmon.svc""#),
        told("jobmon-server.jobmon.svc")
    );
    for fine in [
        r#"connect "server"; env "S" "http://jobmon-server/api""#,
        r#"connect "server" url-env="S""#,
        r#"env "S" "http://www.example.org/jobmon-server""#,
        r#"env "S" "jobmon-server""#,
        r#"port "http" 80; env "SELF" "http://z/""#,
        // For others, in another address, in a comment, or no address at all.
        r#"env "CORS_ORIGINS" "http://jobmon-server""#,
        r#"env "S" "https://www.example.org/?next=http://jobmon-server/""#,
        r#"config-file "/etc/z.yaml" "a: b # http://jobmon-server/""#,
        r#"env "IMAGE" "jobmon-server:3""#,
        r#"connect "server"; env "S" "http://JOBMON-SERVER/api""#,
    ] {
        assert_eq!(of(fine), Vec::<String>::new(), "{fine}");
    }
    // Another port, a name that isn't one there, a user, a program of the
    // compiler's own, and a network whose pods have no other ports.
    assert_eq!(
        of(r#"connect "server"; env "S" "http://jobmon-server:81/""#),
        ["J0563: `z` is told `jobmon-server` with port 81, and that is none of its ports"]
    );
    assert_eq!(
        of(r#"env "S" "http://traefik-jobmon/""#),
        ["J0564: `z` is told `traefik-jobmon`, and `jobmon` has no Service of this name"]
    );
    assert_eq!(of(r#"env "S" "http://u:p@jobmon-server/""#), told("jobmon-server"));
    let own = Case {
        jobmon: r#"server { env "S" "http://z:80/"; }; workload "z" image="example/z:1" { port "http" 80; }"#,
        ..from_tools("connect \"jobmon/server\"")
    };
    let wanted = "J0562: `server` is told `z`, and no policy lets its pods reach it";
    assert!(own.said().iter().any(|said| said == wanted), "{:?}", own.said());
    // The alias is there for another.
    let alias = from_tools(
        r#"connect "jobmon/server" url-env="U"; }
        workload "v" image="example/v:1" { env "X" "http://traefik-jobmon/api""#,
    );
    let wanted = "J0562: `v` is told `traefik-jobmon`, and no policy lets its pods reach it";
    assert_eq!(alias.said(), [wanted]);
    let open = Case {
        cluster: "network-policies #false",
        jobmon: r#"workload "z" image="example/z:1" { env "S" "http://jobmon-server/api"; }"#,
        ..from_tools("connect \"jobmon/server\"")
    };
    open.passes();
}

#[test]
fn what_variables_put_in_is_looked_at() {
    let connect = r#"connect "jobmon/server" host-env="H" port-env="P""#;
    for fine in [
        r#"env "U" "http://$(H):$(P)/api/v3""#,
        r#"args "--url=http://$(H):$(P)" "--of=$(NOBODY)""#,
        r#"env "A" "$(A)$(B)"; env "B" "$(A)$(A)"; args "$(A)$(B)""#,
    ] {
        let tools: &'static str = format!("{connect}; {fine}").leak();
        from_tools(tools).passes();
    }
    for around in [
        r#"env "NS" "jobmon"; env "U" "http://jobmon-server.$(NS).svc""#,
        r#"env "U" "http://jobmon-server.$(NS).svc"; env "NS" "jobmon""#,
        r#"env "NS" "jobmon"; args "--url=http://jobmon-server.$(NS):80""#,
    ] {
        let said = from_tools(around).said();
        assert_eq!(said.len(), 1, "{around}\n{said:#?}");
        assert!(said[0].starts_with("J0549"), "{around}\n{said:#?}");
    }
}

#[test]
fn texts_that_double_each_other_take_no_time() {
    use std::fmt::Write as _;
    let mut tools = String::from("env \"V0\" \"x\";");
    for number in 1..2_000 {
        write!(tools, "env \"V{number}\" \"$(V{0})$(V{0})\";", number - 1).unwrap();
    }
    let started = std::time::Instant::now();
    from_tools(tools.leak()).passes();
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn any_address_of_a_pod_must_do() {
    let store = r#"workload "store" image="example/s:1" { port "http" 8080; };"#;
    let asks = |rule: &str, to: &str| -> Vec<String> {
        let store = if to == "store" { store } else { "" };
        let route = format!("{store} route \"x\" match=\"{rule}\" priority=3000 to=\"{to}\"");
        Case { cluster: "", jobmon: route.leak(), tools: "" }.said()
    };
    for rule in [
        "ClientIP(`0.0.0.0/0`)",
        "ClientIP(`10.0.0.0/8`) || ClientIP(`172.16.0.0/12`)",
        "PathPrefix(`/`) && ClientIP(`0.0.0.0/0`)",
        "ClientIP(`10.0.0.0/8`) && !ClientIP(`10.0.0.0/9`)",
        "!ClientIP(`192.168.0.0/16`)",
        "ClientIP(`fd00::/8`)",
    ] {
        let said = asks(rule, "store");
        assert_eq!(said.len(), 1, "{rule}\n{said:#?}");
        assert!(said[0].starts_with("J0520"), "{rule}\n{said:#?}");
        assert_eq!(asks(rule, "server"), Vec::<String>::new(), "{rule}");
    }
    // A certain address is no pod's for long, and these are nobody's here.
    for rule in ["ClientIP(`10.1.2.3`)", "ClientIP(`198.51.100.0/24`)"] {
        assert_eq!(asks(rule, "store"), Vec::<String>::new(), "{rule}");
    }
}

#[test]
fn a_reaper_asks_with_the_query_of_its_version() {
    let lost = "Path(`/api/v3/lost_workflow_run`)";
    let asks = |rules: &[(&str, &str)]| -> Vec<String> {
        let mut jobmon =
            String::from(r#"workload "store" image="example/s:1" { port "http" 8080; };"#);
        for (number, (rule, to)) in rules.iter().enumerate() {
            let priority = 3000 - number;
            let route =
                format!("route \"r{number}\" match=\"{rule}\" priority={priority} to=\"{to}\";");
            jobmon.push_str(&route);
        }
        Case { cluster: "", jobmon: jobmon.leak(), tools: "" }.said()
    };
    for query in [
        "Query(`version`, `3.6.0`)",
        "Query(`status`, `R`)",
        "Query(`client_jobmon_version`, `3.6.0`)",
    ] {
        let rule = format!("{lost} && {query}");
        let said = asks(&[(&rule, "store")]);
        assert!(said.iter().any(|one| one.starts_with("J0520")), "{query}\n{said:#?}");
    }
    let own = format!("{lost} && Query(`version`, `3.6.0`)");
    assert_eq!(asks(&[(&own, "server"), (lost, "store")]), Vec::<String>::new());
}

#[test]
fn a_redirect_for_all_hosts_may_lead_to_those_that_there_are() {
    let said = |tls: &str| {
        let jobmon = format!(
            "gui; traefik {{ entrypoint \"websecure\" port=443; load-balancer pool=\"p\"; }}\n\
             middleware \"to-https\" {{ redirect \"https\"; }}\n\
             route \"gui\" entrypoint=\"{tls}\n\
             route \"plain\" path=\"/\" priority=1 middleware=\"to-https\" to=\"gui\"\n\
             route \"server\" host=\"traefik-jobmon\" priority=100 to=\"server\"\n"
        );
        let secret = r#"args "x"; }; }
            secret "site" { keys "tls.crt" "tls.key"; }
            namespace "more" { workload "v" image="example/v:1" { args "x""#;
        Case { jobmon: jobmon.leak(), tools: secret, ..with_clients("") }.said()
    };
    let found = said("websecure\" host=\"jobmon.example.org\" tls=\"site\" to=\"gui\"");
    assert_eq!(found, Vec::<String>::new());
    let found = said("web\" host=\"jobmon.example.org\" to=\"gui\"");
    assert!(found.iter().any(|one| one.starts_with("J0521")), "{found:#?}");
}

#[test]
fn names_beside_a_port_are_those_of_the_own_namespace() {
    for (tools, wanted) in [
        (r#"env "JOBMON_HOST" "traefik-jobmon"; env "JOBMON_PORT" "80""#, "traefik-jobmon"),
        (r#"env "WEB_SERVICE_FQDN" "jobmon-server"; env "WEB_SERVICE_PORT" "80""#, "jobmon-server"),
        (r#"args "--server" "jobmon-server:80""#, "jobmon-server"),
    ] {
        let said = from_tools(tools).said();
        let start = format!("J0564: `w` is told `{wanted}`");
        assert!(said.len() == 1 && said[0].starts_with(&start), "{tools}\n{said:#?}");
    }
    for fine in [
        r#"args "jobmon-server:81""#,
        r#"env "NAME" "jobmon-server""#,
        r#"env "A_HOST" "elsewhere.example.org"; env "A_PORT" "80""#,
    ] {
        from_tools(fine).passes();
    }
}
