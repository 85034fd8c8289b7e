//! Arguments, as Traefik's command line takes them.

use super::*;
use crate::text::Version;

fn config(args: &[&str]) -> Config {
    Config::from_args(args.iter().copied())
}

#[test]
fn arguments_are_read_whatever_their_case() {
    let config = config(&[
        "--EntryPoints.Web.Address=:80",
        "--entrypoints.web.asDefault",
        "--entrypoints.logs.address=10.0.0.1:5000/UDP",
        "--entrypoints.six.address=[::1]:81/tcp",
        "--providers.kubernetesCRD",
        "--providers.kubernetescrd.namespaces=a,b",
        "--providers.kubernetescrd.namespaces",
        "c",
        "--providers.kubernetescrd.allowCrossNamespace",
        "--providers.kubernetescrd.ingressclass=special",
        "--ping=true",
    ]);
    assert_eq!(config.faults, []);
    let shown: Vec<_> = config
        .entry_points
        .iter()
        .map(|one| (&*one.name, &*one.host, one.port, one.udp, one.default))
        .collect();
    assert_eq!(
        shown,
        [
            ("Web", "", Some(80), false, true),
            ("logs", "10.0.0.1", Some(5000), true, false),
            ("six", "::1", Some(81), false, false),
            ("traefik", "", Some(8080), false, false),
        ]
    );
    assert!(config.provider && config.allow_cross_namespace);
    assert_eq!(config.namespaces.iter().map(|name| &**name).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert!(config.watches("c") && !config.watches("d"));
    assert!(config.takes_class(Some("special")) && !config.takes_class(None));
}

#[test]
fn without_entrypoints_there_is_one() {
    let config = config(&["--providers.kubernetescrd=true"]);
    let names: Vec<_> = config.entry_points.iter().map(|one| (&*one.name, one.port)).collect();
    assert_eq!(names, [("http", Some(80))]);
    assert!(config.takes_class(None) && config.takes_class(Some("traefik")));
    assert!(!config.takes_class(Some("nginx")));
}

#[test]
fn what_stops_it_is_said_with_the_argument() {
    for (args, arg, part) in [
        (vec!["--entrypoints.web.address=:80/http"], Some(0), "no protocol"),
        (vec!["--entrypoints.web.address=80"], Some(0), "no port"),
        (vec!["--entrypoints.web.address=:99999"], Some(0), "no port"),
        (vec!["--ping", "--entrypoint.web.address=:80"], Some(1), "did you mean `entrypoints`"),
        (vec!["--log.levl=DEBUG"], Some(0), "did you mean `level`"),
        (vec!["--ping", "--global=true"], Some(1), "is a section"),
        (vec!["--entrypoints.new.address", ":80"], Some(0), "`true` has no port"),
        (vec!["--certificatesresolvers.own"], Some(0), "has no value"),
        (vec!["--api.insecure="], Some(0), "is `true` or `false`"),
        (vec!["--log.maxage=long"], Some(0), "never `long`"),
        (vec!["--log.maxsize=5m"], Some(0), "a whole number"),
        (vec!["--providers.providersthrottleduration=2d"], Some(0), "a time"),
        (vec!["--tracing.samplerate=half"], Some(0), "a number"),
        (vec!["--metrics.prometheus.buckets=0.1,x"], Some(0), "numbers with commas"),
        (vec!["--entrypoints.a.http2.maxconcurrentstreams=9999999999"], Some(0), "at most"),
        (vec!["--entrypoints.a.http2.maxconcurrentstreams=-1"], Some(0), "never below 0"),
        (vec!["--ping", "--entrypoints.a.proxyprotocol=true"], Some(1), "trusts nobody"),
        (vec!["--entrypoints.a.http.aliasheadersstrategy=drop"], Some(0), "`reject`"),
        (
            vec![
                "--entrypoints.a.http.aliasheadersstrategy=keep",
                "--entrypoints.a.http.underscoreheadersstrategy=delete",
            ],
            Some(1),
            "says another thing",
        ),
        (vec!["--api.basepath=traefik"], Some(0), "a path"),
        (vec!["--certificatesresolvers.a.acme.storage="], Some(0), "names no file"),
        (
            vec!["--certificatesresolvers.a.acme.email=a@b", "--certificatesresolvers.a.tailscale"],
            Some(0),
            "exclude each other",
        ),
        (vec!["--log.otlp=true"], Some(0), "needs `--experimental.otlplogs=true`"),
        (vec!["--providers.knative"], Some(0), "needs `--experimental.knative=true`"),
        (vec!["--providers.precedence=kubernetescrd,docket"], Some(0), "`docket`"),
        (
            vec!["--tracing.otlp.grpc.insecure=true", "--tracing.otlp.grpc.tls.ca=/ca"],
            Some(0),
            "exclude each other",
        ),
        (vec!["--entrypoints.web.forwardedheaders.trustedips=10.0.0.0/8,x"], Some(0), "`x`"),
        (vec!["--entrypoints.web.adress=:80"], Some(0), "did you mean `address`"),
        (vec!["--providers.kubernetescrd.namespace=a"], Some(0), "did you mean `namespaces`"),
        (vec!["--providers.kubernetescrd.allowcrossnamespace=yes"], Some(0), "never `yes`"),
        (vec!["--providers.kubernetescrd.labelselector=a in b"], Some(0), "label selector"),
        (
            vec!["--entrypoints.a.address=:80", "--entrypoints.b.address=:80"],
            Some(1),
            "both listen on port 80",
        ),
        (vec!["--core.defaultrulesyntax=v4"], Some(0), "no syntax"),
    ] {
        let config = config(&args);
        let fault = config
            .faults
            .iter()
            .chain(&config.unknown)
            .next()
            .unwrap_or_else(|| panic!("{args:?} is fine"));
        assert_eq!(fault.arg, arg, "{args:?}");
        assert!(fault.reason.contains(part), "{args:?}: {}", fault.reason);
    }
    let fine = [
        "--log.maxsize=5",
        "--providers.providersthrottleduration=2",
        "--entrypoints.a.proxyprotocol.insecure=true",
        "--entrypoints.b.address=:81",
        "--entrypoints.b.proxyprotocol.trustedips=10.0.0.0/8",
        "--metrics.prometheus.buckets=0.1, 0.3",
        "--api.basepath=/traefik",
        "--log.otlp=true",
        "--experimental.otlplogs=true",
        "--tracing.samplerate=0.5",
        "--providers.precedence=KubernetesCRD,file",
    ];
    assert_eq!(config(&fine).faults, []);
    // One of each protocol may share a port.
    let both = ["--entrypoints.a.address=:80", "--entrypoints.b.address=:80/udp"];
    assert_eq!(config(&both).faults, []);
}

#[test]
fn labels_are_selected_as_in_kubernetes() {
    let labels = [("a".into(), "1".into()), ("b".into(), "2".into())];
    for (selector, matches) in [
        ("", true),
        ("a", true),
        ("!a", false),
        ("a=1", true),
        ("a==2", false),
        ("a!=1", false),
        ("c!=1", true),
        ("a in (1, 3),b notin (1)", true),
        ("c notin (1)", true),
        ("a>0,b<3", true),
        ("!c,a = 1", true),
    ] {
        let parsed = Selector::parse(selector).unwrap_or_else(|why| panic!("{selector}: {why}"));
        assert_eq!(parsed.matches(&labels), matches, "{selector}");
    }
    for bad in ["a in 1", ",", "a=1,", "a b", "=1", "a>x"] {
        assert!(Selector::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_a_later_release_knows_is_not_told() {
    let starts = |version| {
        let mut config = config(&["--ping", "--newest.option=1"]);
        config.of_release(version);
        config.starts()
    };
    assert!(!starts(Some(Version::new(3, 7, 99))));
    for other in [None, Some(Version::new(3, 8, 0)), Some(Version::new(2, 11, 0))] {
        assert!(starts(other), "{other:?}");
    }
}

#[test]
fn a_probe_is_answered_where_ping_is() {
    let unready = |args: &[&str], port| {
        let mut config = config(args);
        assert_eq!(config.faults, []);
        config.probed(Ok(port));
        config.unready.unwrap_or_default()
    };
    assert_eq!(unready(&["--ping"], 8080), "");
    assert_eq!(unready(&["--ping.entrypoint=own", "--entrypoints.own.address=:9000"], 9000), "");
    assert_eq!(unready(&["--ping=false", "--ping.manualrouting"], 8080), "");
    assert!(unready(&["--ping"], 8081).contains("answers at 8080"));
    assert!(unready(&["--ping=false"], 8080).contains("`--ping=true`"));
    let tls = ["--ping", "--entrypoints.traefik.address=:8080", "--entrypoints.traefik.http.tls"];
    assert!(unready(&tls, 8080).contains("without TLS"));
    // What isn't `true` switches off.
    assert!(unready(&["--ping=1"], 8080).contains("`--ping=true`"));
    assert!(unready(&["--ping", "--ping.entrypoint=web"], 8080).contains("no entrypoint `web`"));
}

#[test]
fn what_traefik_takes_is_not_told() {
    for args in [
        vec!["tini", "-g", "--", "/usr/local/bin/traefik", "--ping"],
        vec!["/entrypoint.sh", "traefik", "--ping"],
        vec!["--ping", "--providers.kubernetescrd.ingressclass", "traefik", "--log.level=INFO"],
        // Kubernetes puts variables in.
        vec!["--ping", "--api.insecure=$(API)", "--log.maxsize=$(SIZE)"],
        vec!["--ping", "--entrypoints.web.forwardedheaders.trustedips=$(IPS)"],
        vec!["--ping", "--entrypoints.web.forwardedheaders.trustedips="],
        // A value of a section beside what it has.
        vec!["--ping", "--metrics=true", "--metrics.prometheus=true"],
        vec!["--ping", "--certificatesresolvers.le.acme.dnschallenge.propagation"],
    ] {
        let config = config(&args);
        assert_eq!((&*config.faults, &*config.unknown), (&[][..], &[][..]), "{args:?}");
        assert!(config.ping.is_some(), "{args:?}");
    }
}

#[test]
fn plugins_are_called_as_they_are_spelt_first() {
    let config = config(&[
        "--experimental.plugins.Geo.moduleName=example.org/geo",
        "--experimental.plugins.geo.version=v1.0.0",
        "--experimental.localPlugins.own.moduleName=example.org/own",
    ]);
    assert_eq!(config.plugins, ["Geo".into(), "own".into()] as [Text; 2]);
}

#[test]
fn a_list_below_a_name_is_given_once() {
    let chance = |args: &[&str]| config(args).trouble();
    let twice = ["--entrypoints.a.http.middlewares=x-y", "--entrypoints.a.http.middlewares=x-z"];
    assert!(chance(&twice).is_some_and(|why| why.contains("by chance")));
    assert_eq!(chance(&["--entrypoints.a.http.middlewares=x-y,x-z"]), None);
    let exact =
        ["--providers.kubernetescrd.namespaces=a", "--providers.kubernetescrd.namespaces=b"];
    assert_eq!(chance(&exact), None);
}
