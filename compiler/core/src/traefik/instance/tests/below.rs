//! Routers below routers, and the headers that decide there.

use super::*;

#[test]
fn children_choose_by_the_path_that_middlewares_left() {
    let child = |rule: &str| {
        json!({
            "parentRefs": [{"name": "up"}],
            "routes": [
                {"match": rule, "kind": "Rule", "services": [{"name": "below", "port": 80}]},
            ],
        })
    };
    let config = config(&[]);
    let made = instance(&config, &family(&child("Path(`/x`)")));
    assert_eq!(who(&made, "h", "/up/x"), "a/below");
    let made = instance(&config, &family(&child("Path(`/up/x`)")));
    assert_eq!(who(&made, "h", "/up/x"), "404");
}

#[test]
fn a_child_that_gets_lost_is_nobodys() {
    let child = json!({
        "parentRefs": [{"name": "up"}], "tls": {},
        "routes": [
            {"match": "Path(`/x`)", "kind": "Rule", "services": [{"name": "below", "port": 80}]},
        ],
    });
    let made = instance(&config(&[]), &family(&child));
    let parent = made.routers_of(3).next().unwrap();
    assert_eq!((&parent.status, parent.children.len()), (&Status::Enabled, 0));
    assert_eq!(who(&made, "h", "/up/x"), "a/own");
}

#[test]
fn children_choose_by_the_headers_that_middlewares_left() {
    let child = |rule: &str, to: &str| {
        json!({
            "parentRefs": [{"name": "up"}],
            "routes": [
                {"match": rule, "kind": "Rule", "services": [{"name": to, "port": 80}]},
            ],
        })
    };
    let values = [
        service("a", "set"),
        service("a", "unset"),
        middleware(
            "a",
            "own",
            &json!({"headers": {"customRequestHeaders": {"x-k": "v", "X-Gone": ""}}}),
        ),
        route(
            "a",
            "up",
            &json!({"routes": [
                {"match": "PathPrefix(`/`)", "kind": "Rule", "middlewares": [{"name": "own"}]},
            ]}),
        ),
        route("a", "set", &child("Header(`X-K`, `v`) && !Header(`X-Gone`, `1`)", "set")),
        route("a", "unset", &child("!Header(`X-K`, `v`)", "unset")),
    ];
    let made = instance(&config(&[]), &values);
    let headers = [("x-gone", "1")];
    let request = Request { headers: &headers, ..Request::get("web", "h", "/") };
    let Answer::Backend(reached) = made.answer(&request) else { panic!("{made:?}") };
    assert_eq!(&*reached.backends[0].service.name, "set");
    let above: Vec<&str> =
        reached.above.iter().map(|index| &*made.routers[*index].rule_text).collect();
    assert_eq!(above, ["PathPrefix(`/`)"]);
}

#[test]
fn headers_may_turn_hosts_away() {
    let values = [
        service("a", "b"),
        middleware("a", "hosts", &json!({"headers": {"allowedHosts": ["One.example.org"]}})),
        middleware(
            "a",
            "named",
            &json!({"headers": {"customRequestHeaders": {"host": "one.example.org"}}}),
        ),
        middleware(
            "a",
            "browsers",
            &json!({"headers": {"accessControlAllowMethods": ["GET"], "customRequestHeaders": {"Origin": ""}}}),
        ),
        route(
            "a",
            "r",
            &json!({"routes": [
                {"match": "Path(`/plain`)", "kind": "Rule", "services": [{"name": "b", "port": 80}],
                 "middlewares": [{"name": "hosts"}]},
                {"match": "Path(`/renamed`)", "kind": "Rule", "services": [{"name": "b", "port": 80}],
                 "middlewares": [{"name": "named"}, {"name": "hosts"}]},
                {"match": "Path(`/asked`)", "kind": "Rule", "services": [{"name": "b", "port": 80}],
                 "middlewares": [{"name": "browsers"}]},
            ]}),
        ),
    ];
    let made = instance(&config(&[]), &values);
    assert_eq!(who(&made, "one.EXAMPLE.org", "/plain"), "a/b");
    assert_eq!(who(&made, "one.example.org:80", "/plain"), "500");
    assert_eq!(who(&made, "two.example.org", "/plain"), "500");
    assert_eq!(who(&made, "two.example.org", "/renamed"), "a/b");
    let headers = [("Origin", "https://x"), ("Access-Control-Request-Method", "GET")];
    let options =
        Request { method: "OPTIONS", headers: &headers, ..Request::get("web", "h", "/asked") };
    assert_eq!(made.answer(&options).status(), Some(200));
    let get = Request { headers: &headers, ..Request::get("web", "h", "/asked") };
    assert_eq!(made.answer(&get).status(), None);
}

#[test]
fn what_is_wrong_below_is_the_reason_above() {
    let below = |to: &str, rule: &str| {
        json!({"parentRefs": [{"name": "up"}], "routes": [
            {"match": rule, "kind": "Rule", "services": [{"name": to, "port": 80}]},
        ]})
    };
    let up = route("a", "up", &json!({"routes": [{"match": "Path(`/`)", "kind": "Rule"}]}));
    let missing = "the Service `a/none` doesn't exist";
    for (child, wanted) in [
        (below("none", "Path(`/`)"), Some(missing)),
        // Read only when the router is built.
        (below("b", "Path("), None),
    ] {
        let made =
            instance(&config(&[]), &[service("a", "b"), up.clone(), route("a", "down", &child)]);
        let Some(What::Children { cause, .. }) = made.routers[0].status.fault().map(|it| &it.what)
        else {
            panic!("{:?}", made.routers[0].status)
        };
        match wanted {
            Some(wanted) => assert_eq!(cause.what.to_string(), wanted),
            None => assert!(matches!(cause.what, What::Rule(_)), "{cause:?}"),
        }
        assert_eq!(cause.at, 2);
    }
    let none = instance(&config(&[]), &[service("a", "b"), up]);
    assert_eq!(none.routers[0].status.fault().map(|it| it.what.clone()), Some(What::DeadEnd));
}

#[test]
fn a_parent_says_that_nothing_below_it_takes_a_request() {
    let values = [
        service("a", "b"),
        route("a", "up", &json!({"routes": [{"match": "PathPrefix(`/`)", "kind": "Rule"}]})),
        route(
            "a",
            "down",
            &json!({"parentRefs": [{"name": "up"}], "routes": [
                {"match": "Path(`/x`)", "kind": "Rule", "services": [{"name": "b", "port": 80}]},
            ]}),
        ),
    ];
    let made = instance(&config(&[]), &values);
    assert_eq!(made.answer(&Request::get("web", "h", "/y")), Answer::NoneBelow { router: 0 });
    assert_eq!(who(&made, "h", "/x"), "a/b");
}

#[test]
fn an_entrypoint_makes_no_copies_of_those_below() {
    let child = json!({"parentRefs": [{"name": "up"}], "entryPoints": ["web", "other"], "routes": [
        {"match": "Path(`/x`)", "kind": "Rule", "services": [{"name": "b", "port": 80}]},
    ]});
    let values = [
        service("a", "b"),
        route("a", "up", &json!({"routes": [{"match": "PathPrefix(`/`)", "kind": "Rule"}]})),
        route("a", "down", &child),
    ];
    let made = instance(&config(&["--entrypoints.web.http.middlewares=m@file"]), &values);
    let copies = |router: &Router| router.served.iter().filter(|at| at.id != router.id).count();
    assert_eq!(made.routers.iter().map(copies).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn a_child_without_its_parents_may_become_a_root() {
    let values = [
        service("a", "b"),
        // Left out, as its Service isn't there.
        route(
            "a",
            "up",
            &json!({"routes": [
                {"match": "PathPrefix(`/`)", "kind": "Rule", "services": [{"name": "none", "port": 80}]},
            ]}),
        ),
        route(
            "a",
            "down",
            &json!({
                "parentRefs": [{"name": "up"}], "entryPoints": ["other"],
                "routes": [
                    {"match": "Path(`/x`)", "kind": "Rule", "services": [{"name": "b", "port": 80}]},
                ],
            }),
        ),
    ];
    let answer = |more: &[&str]| {
        let made = instance(&config(more), &values);
        made.answer(&Request::get("other", "h", "/x")).status()
    };
    assert_eq!(answer(&[]), Some(404));
    assert_eq!(answer(&["--entrypoints.web.http.middlewares=m@file"]), None);
}

#[test]
fn below_a_parent_that_is_given_up_nothing_is_built() {
    let family = |tls: &Value| {
        let up = json!({
            "tls": tls,
            "routes": [{"match": "Host(`h`)", "kind": "Rule"}],
        });
        let down = json!({
            "parentRefs": [{"name": "up"}],
            "routes": [{
                "match": "Path(`/x`)", "kind": "Rule",
                "services": [{"name": "own", "port": 80, "serversTransport": "missing"}],
            }],
        });
        vec![service("a", "own"), route("a", "up", &up), route("a", "down", &down)]
    };
    let unbuilt = |tls: &Value| {
        let made = instance(&config(&[]), &family(tls));
        made.routers_of(2).next().unwrap().unbuilt
    };
    assert!(!unbuilt(&json!({})));
    assert!(unbuilt(&json!({"options": {"name": "missing"}})));
}

#[test]
fn a_child_has_no_entrypoint_to_conflict_on() {
    let options = json!({
        "apiVersion": "traefik.io/v1alpha1", "kind": "TLSOption",
        "metadata": {"namespace": "a", "name": "strict"}, "spec": {},
    });
    let to = json!([{"name": "own", "port": 80}]);
    let web = json!({
        "tls": {},
        "routes": [{"match": "Host(`h`)", "kind": "Rule", "services": to}],
    });
    let other = |parents: &Value| {
        json!({
            "tls": {"options": {"name": "strict"}}, "parentRefs": parents,
            "routes": [{"match": "Host(`h`)", "kind": "Rule", "services": to}],
        })
    };
    let ids = |parents: &Value| {
        let all = [
            service("a", "own"),
            options.clone(),
            route("a", "web", &web),
            route("a", "other", &other(parents)),
        ];
        let made = instance(&config(&[]), &all);
        let router = made.routers_of(2).next().unwrap();
        router.served.iter().map(|served| served.id.contains("-conflicted-")).collect::<Vec<_>>()
    };
    assert!(ids(&json!([])).contains(&true));
    assert!(!ids(&json!([{"name": "web"}])).contains(&true));
}
