//! Whom a `connect` names, and what is advised where nothing leads there.

use jtc_core::analyze;

use crate::paths::{Case, TWO_PORTS, from_tools};

#[test]
fn what_is_advised_for_a_target_without_a_route_works() {
    let cases = [
        (TWO_PORTS, r#"connect "jobmon/z" host-env="H""#),
        (TWO_PORTS, r#"connect "jobmon/z" port="m" host-env="H""#),
        ("gui", r#"connect "jobmon/gui" host-env="H""#),
        ("gui\nroute \"server\" to=\"gui\"", r#"connect "jobmon/server" host-env="H""#),
        (
            r#"route "server" host="a.example.org" to="server""#,
            r#"connect "jobmon/server" host-env="H""#,
        ),
        (
            "workload \"z\" image=\"example/z:1\" { port \"h\" 80; }\nroute \"z\" host=\"z.y\" to=\"z\"",
            r#"connect "jobmon/z" host-env="H""#,
        ),
    ];
    for (jobmon, tools) in cases {
        let analysis = analyze("main.kdl", &Case { jobmon, ..from_tools(tools) }.tree());
        let help = analysis.diags.iter().find_map(|diag| diag.help.clone()).unwrap_or_default();
        let advice = help.split('`').find(|part| part.starts_with("route ")).unwrap_or_default();
        assert!(!advice.is_empty(), "{jobmon} {tools}\n{:#?}", analysis.diags);
        let jobmon = format!("{jobmon}\n{advice}").leak();
        Case { jobmon, ..from_tools(tools) }.passes();
    }
}

#[test]
fn what_is_advised_for_udp_works() {
    for (ports, connect) in [
        (r#"port "say" 5001 protocol="udp""#, r#"connect "jobmon/z" host-env="H" port-env="P""#),
        (
            r#"port "http" 8080; port "say" 5001 protocol="udp""#,
            r#"connect "jobmon/z" port="say" host-env="H" port-env="P""#,
        ),
    ] {
        let jobmon = format!("workload \"z\" image=\"example/z:1\" {{ {ports}; }}");
        let case = Case { jobmon: jobmon.clone().leak(), ..from_tools(connect) };
        let analysis = analyze("main.kdl", &case.tree());
        let help = analysis.diags.iter().find_map(|diag| diag.help.clone()).unwrap_or_default();
        let part = |start: &str| {
            let part = help.split('`').find(|part| part.starts_with(start));
            part.unwrap_or_else(|| panic!("{ports}: {help}")).to_owned()
        };
        let (entrypoint, route) = (part("entrypoint "), part("route "));
        let jobmon = format!("{jobmon}\ntraefik {{ {entrypoint}; }}\n{route}").leak();
        Case { jobmon, ..from_tools(connect) }.passes();
    }
}

#[test]
fn a_port_is_one_of_the_target() {
    let jobmon: &'static str = format!(
        "{TWO_PORTS}\nroute \"z\" path=\"/z\" to=\"z\"\nroute \"zm\" path=\"/zm\" to=\"z:m\""
    )
    .leak();
    for (port, code) in [("h", None), ("m", None), ("web", None), ("x", Some("J0301"))] {
        let tools = format!("connect \"jobmon/z\" port=\"{port}\" host-env=\"H\"").leak();
        let said = Case { jobmon, ..from_tools(tools) }.said();
        let codes: Vec<&str> = said.iter().filter_map(|one| one.get(..5)).collect();
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{port}\n{said:#?}");
    }
    for target in ["jobmon.server", "server.jobmon.svc.cluster.local"] {
        let case = from_tools(format!("connect \"{target}\"").leak());
        let analysis = analyze("main.kdl", &case.tree());
        let help = analysis.diags.iter().find_map(|diag| diag.help.as_deref());
        assert!(help.is_some_and(|help| help.contains("`jobmon/server`")), "{help:?}");
    }
    let said = from_tools(r#"connect "jobmon/traefik""#).said();
    assert!(
        said.len() == 1 && said.iter().all(|one| one.contains("not Traefik itself")),
        "{said:#?}"
    );
}

#[test]
fn each_port_of_a_program_has_a_connect() {
    let tools = r#"}; workload "store" image="example/s:1" { port "http" 8080; port "admin" 9090; }
        workload "report" image="example/r:1" {
          connect "store" host-env="H" port-env="P"; connect "store" port="admin" url-env="A""#;
    from_tools(tools).passes();
}
