use crate::driver::{Analysis, analyze};
use crate::emit::Format;
use crate::sources::{FileProblem, Files};

struct One<'t>(&'t str);

impl Files for One<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        if path == "t.kdl" { Ok(self.0.as_bytes().to_vec()) } else { Err(FileProblem::Missing) }
    }

    fn matching(&self, _: &str) -> Result<Vec<String>, FileProblem> {
        Ok(Vec::new())
    }
}

const START: &str = r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "hub" host="hub.example.org" port=443
external "syslog" host="log.example.org" port=514 protocol="udp"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "users" { keys users; }
secret "tls" { keys "tls.crt" "tls.key"; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; gui-image "example/gui:3.6.0"; }
version "3.1.5" { image "example/jobmon:3.1.5"; }
version "3.3.1" { image "example/jobmon:3.3.1"; }
"#;

/// A namespace with this inside, a reaper, and a program elsewhere with this
/// inside.
fn world(version: &str, inside: &str, elsewhere: &str) -> Analysis {
    let text = format!(
        "{START}reapers \"reapers\" {{ reaper \"{version}\" namespace=\"jobmon\"; }}\n\
         namespace \"jobmon\" version=\"{version}\" database=\"prod\" {{\n\
         traefik {{ entrypoint \"extra\" port=8443; entrypoint \"in\" port=5140 protocol=\"udp\"; }}\n\
         middleware \"login\" {{ basic-auth secret=\"users\"; }}\n\
         middleware \"inside\" {{ ip-allow-list \"192.0.2.0/24\"; }}\n\
         middleware \"all\" {{ ip-allow-list \"0.0.0.0/0\"; }}\n\
         middleware \"short\" {{ strip-prefix \"/api\"; }}\n\
         middleware \"secure\" {{ redirect \"https\"; }}\n\
         workload \"y\" image=\"example/y:1\" {{ port \"http\" 8080; port \"dgram\" 5141 protocol=\"udp\"; }}\n\
         {inside}\n}}\n\
         namespace \"a\" {{ workload \"x\" image=\"example/x:1\" {{ {elsewhere}; }}; }}\n"
    );
    analyze("t.kdl", &One(&text))
}

fn codes(analysis: &Analysis) -> Vec<&'static str> {
    // Nobody need reach the program that stands beside.
    // And a route that nobody gets to is another's matter.
    let beside = |code: &&str| !["J0546", "J0556"].contains(code);
    analysis.diags.iter().map(|diag| diag.meta.code).filter(beside).collect()
}

/// What is said about these routes.
fn routes(inside: &str) -> (Vec<&'static str>, String) {
    let analysis = world("3.6.0", inside, "args \"x\"");
    let said: Vec<&str> = analysis.diags.iter().map(|diag| diag.message.as_str()).collect();
    (codes(&analysis), said.join("\n"))
}

#[test]
fn reapers_that_are_not_answered() {
    for (inside, part) in [
        (r#"route "server" host="jobmon.example.org" to="server""#, "isn't for the host"),
        (r#"route "server" tls="tls" to="server""#, "wants TLS"),
        (r#"route "server" middleware="login" to="server""#, "middleware `login`"),
        (r#"route "server" middleware="inside" to="server""#, "middleware `inside`"),
        (r#"route "server" middleware="short" to="server""#, "another path"),
        (r#"route "server" middleware="secure" to="server""#, "`https`"),
        (r#"route "server" entrypoint="extra" to="server""#, "entrypoint `extra`"),
        (r#"route "server" path="/api/v2" to="server""#, "its paths"),
        (r#"route "server" path="/api/v3/workflow" to="server""#, "its paths"),
        (
            r#"route "server" match="Host(`b`) && PathPrefix(`/`)" to="server""#,
            "isn't for the host",
        ),
        (r#"route "server" to="y""#, "to `y`"),
        (r#"route "y" path="/" priority=5000 to="y""#, "to `y`"),
        (r#"route "server" to="server"; route "y" path="/api" to="y""#, "to `y`"),
    ] {
        let (codes, said) = routes(inside);
        assert_eq!(codes, ["J0820"], "{inside}\n{said}");
        assert!(said.contains(part), "{inside}\n{said}");
        // Doing what the help says mends it.
        let analysis = world("3.6.0", inside, "args \"x\"");
        let mended = format!("{inside}; {}", route_to_add(&analysis));
        let (codes, said) = routes(&mended);
        assert!(codes.is_empty(), "{mended}\n{said}");
    }
}

/// The route in the help of the first diagnostic.
fn route_to_add(analysis: &Analysis) -> String {
    let help = analysis.diags[0].help.as_deref().unwrap_or_default();
    let start = help.find("`route ").expect("a route to add") + 1;
    help[start..].split('`').next().unwrap_or_default().to_owned()
}

#[test]
fn reapers_that_are_answered() {
    for inside in [
        "",
        r#"route "server" to="server""#,
        r#"route "server" path="/api/v3" to="server""#,
        r#"route "server" host="traefik-jobmon" to="server""#,
        r#"route "server" middleware="all" to="server""#,
        r#"route "server" match="HostRegexp(`.*`)" to="server""#,
        r#"route "server" match="Host(`b`) || Host(`traefik-jobmon`)" to="server""#,
        r#"route "server" path="/api/v3/a" to="server"; route "more" path="/api/v3/" to="server""#,
        r#"route "server" host="b" to="server"; route "more" host="traefik-jobmon" to="server""#,
        r#"route "y" host="y.example.org" priority=5000 to="y""#,
        r#"route "y" path="/y" to="y""#,
        r#"route "y" tls="tls" to="y""#,
    ] {
        let (codes, said) = routes(inside);
        assert!(codes.is_empty(), "{inside}\n{said}");
    }
}

#[test]
fn what_a_reaper_of_old_asks_starts_at_the_root() {
    let ok = world("3.1.5", r#"route "server" path="/" to="server""#, "args \"x\"");
    assert_eq!(codes(&ok), Vec::<&str>::new());
    let prefixed = world("3.1.5", r#"route "server" path="/api" to="server""#, "args \"x\"");
    assert_eq!(codes(&prefixed), ["J0820"]);
}

#[test]
fn a_bridge_must_lead_to_the_server() {
    for (to, expected) in [("server", Vec::new()), ("y", vec!["J0820", "J0820"])] {
        let text = format!(
            "{START}reapers \"reapers\" {{ reaper \"3.3.1\" namespace=\"jobmon\"; reaper \"3.1.5\" namespace=\"jobmon\" state=\"draining\"; }}\n\
             namespace \"jobmon\" version=\"3.3.1\" database=\"prod\" {{\n\
             workload \"y\" image=\"example/y:1\" {{ port \"http\" 8080; }}\n\
             middleware \"old\" {{ add-prefix \"/api/v2\"; }}\n\
             route \"old-reapers\" host=\"traefik-jobmon\" middleware=\"old\" to=\"{to}\"\n}}\n"
        );
        let found = codes(&analyze("t.kdl", &One(&text)));
        assert_eq!(found, expected, "{to}");
    }
}

#[test]
fn a_reaper_with_an_address_of_its_own_goes_its_own_way() {
    for (connect, expected) in [("connect \"site\";", Vec::new()), ("", vec!["J0565"])] {
        let text = format!(
            "{START}external \"site\" host=\"jobmon.example.org\" port=80\n\
             reapers \"reapers\" {{ reaper \"3.6.0\" namespace=\"jobmon\" {{ {connect} env \"JOBMON__HTTP__SERVICE_URL\" \"http://jobmon.example.org\"; }}; }}\n\
             namespace \"jobmon\" version=\"3.6.0\" database=\"prod\" {{ route \"server\" host=\"jobmon.example.org\" to=\"server\"; }}\n"
        );
        assert_eq!(codes(&analyze("t.kdl", &One(&text))), expected, "{connect}");
    }
}

/// The variables of the program elsewhere.
fn variables(inside: &str, connect: &str) -> Vec<serde_json::Value> {
    let analysis = world("3.6.0", inside, connect);
    assert_eq!(codes(&analysis), Vec::<&str>::new(), "{inside} {connect}");
    let documents = analysis.emit(Format::Json).expect("objects");
    let texts = documents.iter().map(|document| document.text.as_str());
    let values: Vec<serde_json::Value> =
        texts.filter_map(|text| serde_json::from_str(text).ok()).collect();
    let deployment = values
        .iter()
        .find(|value| value["kind"] == "Deployment" && value["metadata"]["name"] == "x")
        .expect("the program");
    let env = &deployment["spec"]["template"]["spec"]["containers"][0]["env"];
    env.as_array().expect("variables").clone()
}

/// The value of the variable `U` of the program elsewhere.
fn url(inside: &str, connect: &str) -> String {
    let variables = variables(inside, connect);
    let variable = variables.iter().find(|one| one["name"] == "U");
    variable.and_then(|one| one["value"].as_str()).expect("a value").to_owned()
}

#[test]
fn a_variable_stands_behind_those_that_it_names() {
    let said = r#"env "A" "$(B)/$(C)"; env "B" "http://$(H):$(P)"; env "C" "$$(D)$(A)"; env "D" "$(E)"
                  connect "jobmon/server" host-env="H" port-env="P""#;
    let names: Vec<String> = variables("", said)
        .iter()
        .map(|one| one["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(names, ["H", "P", "B", "C", "A", "D"]);
}

#[test]
fn urls_are_those_of_the_route_that_the_caller_can_use() {
    let remote = r#"connect "jobmon/y" url-env="U""#;
    for (inside, connect, expected) in [
        (r#"route "y" path="/y" to="y""#, remote, "http://traefik-jobmon:80/y"),
        (r#"route "y" entrypoint="extra" tls="tls" to="y""#, remote, "https://traefik-jobmon:8443"),
        (
            r#"route "b" entrypoint="extra" host="b.example.org" to="y"; route "y" path="/y" to="y""#,
            remote,
            "http://traefik-jobmon:80/y",
        ),
        (
            r#"route "b" path="/y" middleware="login" to="y"; route "y" entrypoint="extra" to="y""#,
            remote,
            "http://traefik-jobmon:8443",
        ),
        (
            r#"route "b" entrypoint="in" to="y:dgram"; route "y" entrypoint="extra" to="y""#,
            remote,
            "http://traefik-jobmon:8443",
        ),
        (r#"route "y" host="traefik-jobmon" path="/" to="y""#, remote, "http://traefik-jobmon:80"),
        ("", r#"connect "jobmon/server" url-env="U""#, "http://traefik-jobmon:80"),
        ("", r#"connect "hub" url-env="U""#, "https://hub.example.org"),
    ] {
        assert_eq!(url(inside, connect), expected, "{inside}");
    }
}

#[test]
fn what_has_no_url_or_no_way_in_is_reported() {
    let said = |inside: &str, connect: &str| codes(&world("3.6.0", inside, connect));
    assert_eq!(said("", r#"connect "syslog" url-env="U""#), ["J0506"]);
    let inside = r#"route "y" entrypoint="in" to="y:dgram""#;
    assert_eq!(said(inside, r#"connect "jobmon/y" url-env="U""#), ["J0506"]);
    let inside = r#"route "y" match="Host(`b`) || Host(`c`)" to="y""#;
    assert_eq!(said(inside, r#"connect "jobmon/y""#), ["J0505"]);
    let connect = r#"connect "jobmon/y""#;
    let mended = format!("{inside}; {}", route_to_add(&world("3.6.0", inside, connect)));
    assert_eq!(said(&mended, connect), Vec::<&str>::new());
}

#[test]
fn rules_and_routes_that_traefik_would_not_take() {
    for (inside, expected) in [
        (r#"route "y" entrypoint="in" path="/" host="b" to="y:dgram""#, "J0507"),
        (r#"route "y" entrypoint="in" tls="tls" priority=3 to="y:dgram""#, "J0507"),
        (
            r#"route "y" entrypoint="in" to="y:dgram"; route "z" entrypoint="in" to="y:dgram""#,
            "J0508",
        ),
        (r#"route "y" path="/y" to="y"; route "z" path="/y" to="y""#, "J0509"),
        (r#"route "y" path="/y" to="y"; route "z" path="/y" priority=16 to="y""#, "J0509"),
        (r#"route "y" match="" to="y""#, "J0510"),
        (r#"route "y" match="HostSNI(`*`)" to="y""#, "J0510"),
        (r#"route "y" host="https://y.example.org" to="y""#, "J0510"),
        (r#"route "y" host="y.example.org:80" to="y""#, "J0510"),
        (r#"route "y" host="y.*.org" to="y""#, "J0510"),
    ] {
        let (codes, said) = routes(inside);
        assert_eq!(codes, [expected], "{inside}\n{said}");
    }
}
