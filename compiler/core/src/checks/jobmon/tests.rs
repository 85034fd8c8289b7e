use serde_json::Value;

use crate::diagnostics::ALL;
use crate::driver::{Analysis, analyze};
use crate::emit::Format;
use crate::model::object::Kind;
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

fn compiled(text: &str) -> Analysis {
    analyze("t.kdl", &One(text))
}

/// Code and message of all that is wrong.
fn said(analysis: &Analysis) -> Vec<String> {
    analysis.diags.iter().map(|diag| format!("{} {}", diag.meta.code, diag.message)).collect()
}

fn codes(text: &str) -> Vec<&'static str> {
    compiled(text).diags.iter().map(|diag| diag.meta.code).collect()
}

/// The objects of a topology in which nothing is wrong.
fn objects(text: &str) -> Vec<(String, Value)> {
    let analysis = compiled(text);
    assert_eq!(said(&analysis), Vec::<String>::new(), "in\n{text}");
    analysis
        .emit(Format::Json)
        .expect("objects")
        .into_iter()
        .filter(|document| document.id.kind != Kind::Crd)
        .map(|document| {
            let value: Value = serde_json::from_str(&document.text).expect("JSON");
            (document.id.to_string(), value)
        })
        .collect()
}

fn get<'o>(objects: &'o [(String, Value)], id: &str) -> &'o Value {
    let found = objects.iter().find(|(name, _)| {
        name == id || (id.ends_with('*') && name.starts_with(id.trim_end_matches('*')))
    });
    let all = || objects.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("\n");
    &found.unwrap_or_else(|| panic!("no {id} among\n{}", all())).1
}

fn container<'o>(objects: &'o [(String, Value)], id: &str) -> &'o Value {
    &get(objects, id)["spec"]["template"]["spec"]["containers"][0]
}

/// The value of a variable, or the Secret and key it comes from.
fn variable(container: &Value, name: &str) -> Option<String> {
    let all = container["env"].as_array()?;
    let found = all.iter().find(|variable| variable["name"] == name)?;
    found["value"].as_str().map(str::to_owned).or_else(|| {
        let from = &found["valueFrom"]["secretKeyRef"];
        Some(format!("{}/{}", from["name"].as_str()?, from["key"].as_str()?))
    })
}

const START: &str = r#"edition 1
cluster "demo" { kubernetes "1.34"; pod-security "restricted"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
external "slack" host="slack.com" port=443
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "hooks" { keys SLACK_API_URL SLACK_CHANNEL_DEFAULT SLACK_TOKEN; }
secret "session" { keys SECRET_KEY; }
secret "login" { keys OIDC_CLIENT_ID OIDC_CLIENT_SECRET; }
database "prod" external="mysql" secret="db" name="docker"
database "next" external="mysql" secret="db" name="next"
"#;

fn version(number: &str) -> String {
    let tag = number.replace('+', "-");
    format!(
        "version \"{number}\" {{ image \"example/jobmon:{tag}\"; gui-image \"example/jobmon-gui:{tag}\"; }}\n"
    )
}

fn topology(numbers: &[&str], rest: &str) -> String {
    let versions: String = numbers.iter().map(|number| version(number)).collect();
    format!("{START}{versions}{rest}")
}

#[test]
fn each_wrong_example_yields_its_code_and_each_right_one_nothing() {
    let mut checked = 0;
    for meta in ALL.iter().filter(|meta| meta.code.starts_with("J08")) {
        let wrong = compiled(meta.wrong);
        let codes: Vec<&str> = wrong.diags.iter().map(|diag| diag.meta.code).collect();
        assert_eq!(codes, [meta.code], "{:#?} in\n{}", said(&wrong), meta.wrong);
        assert_eq!(said(&compiled(meta.right)), Vec::<String>::new(), "in\n{}", meta.right);
        checked += 1;
    }
    assert_eq!(checked, 24);
}

#[test]
fn an_old_reaper_drains_in_front_of_a_newer_server() {
    let text = topology(
        &["3.3.0", "3.3.1"],
        r#"
namespace "jobmon" version="3.3.1" database="prod"
reapers "reapers" {
    slack external="slack" secret="hooks"
    reaper "3.3.1" namespace="jobmon"
    reaper "3.3.0" namespace="jobmon" state="draining" poll=3
}
"#,
    );
    let objects = objects(&text);
    let reaper = container(&objects, "Deployment/reapers/jobmon-reaper-jobmon-3-3-0");
    assert_eq!(reaper["image"], "example/jobmon:3.3.0");
    assert_eq!(
        reaper["command"],
        serde_json::json!([
            "jobmon_server",
            "workflow_reaper",
            "start",
            "--slack_channel_default",
            "$(JOBMON__REAPER__SLACK_CHANNEL_DEFAULT)"
        ])
    );
    assert_eq!(
        variable(reaper, "JOBMON__HTTP__SERVICE_URL").as_deref(),
        Some("http://traefik-jobmon")
    );
    assert_eq!(variable(reaper, "JOBMON__HTTP__ROUTE_PREFIX").as_deref(), Some("/api/v2"));
    assert_eq!(variable(reaper, "JOBMON__REAPER__POLL_INTERVAL_MINUTES").as_deref(), Some("3"));
    assert_eq!(
        variable(reaper, "JOBMON__REAPER__SLACK_TOKEN").as_deref(),
        Some("hooks/SLACK_TOKEN")
    );
    let deployment = &get(&objects, "Deployment/reapers/jobmon-reaper-jobmon-3-3-1")["spec"];
    assert_eq!(deployment["replicas"], 1);
    assert_eq!(deployment["strategy"]["type"], "Recreate");
    let alias = &get(&objects, "Service/reapers/traefik-jobmon")["spec"];
    assert_eq!(alias["externalName"], "traefik.jobmon.svc.cluster.local");
    // The reapers come last: they end at once when nobody answers.
    let position = |id: &str| objects.iter().position(|(name, _)| name == id).expect("an object");
    for before in [
        "Deployment/jobmon/jobmon-server",
        "Deployment/jobmon/traefik",
        "Service/reapers/traefik-jobmon",
    ] {
        assert!(
            position(before) < position("Deployment/reapers/jobmon-reaper-jobmon-3-3-0"),
            "{before}"
        );
    }
}

#[test]
fn a_server_is_what_its_release_wants() {
    for (number, health, header) in [
        ("3.2.0", "/health", true),
        ("3.2.2", "/health", true),
        ("3.3.1", "/api/v2/health", false),
        ("3.6.0", "/api/v3/health", false),
    ] {
        let rest = format!(
            "namespace \"jobmon\" version=\"{number}\" database=\"prod\" {{ server {{ workers 2; }}; }}\n\
             reapers \"reapers\" {{ reaper \"{number}\" namespace=\"jobmon\"; }}\n"
        );
        let objects = objects(&topology(&[number], &rest));
        let server = container(&objects, "Deployment/jobmon/jobmon-server");
        assert_eq!(server["readinessProbe"]["httpGet"]["path"], health, "{number}");
        assert_eq!(
            server["readinessProbe"]["httpGet"]["httpHeaders"].is_array(),
            header,
            "{number}"
        );
        assert!(server["livenessProbe"]["tcpSocket"].is_object(), "{number}");
        assert_eq!(server["ports"][0]["containerPort"], 8080);
        assert!(server["command"].as_array().expect("a command").contains(&Value::from("2")));
        assert_eq!(
            variable(server, "JOBMON__DB__SQLALCHEMY_DATABASE_URI").as_deref(),
            Some("mysql+pymysql://$(DB_USER):$(DB_PASS)@$(DB_HOST):$(DB_PORT)/docker")
        );
        assert_eq!(get(&objects, "Service/jobmon/jobmon-server")["spec"]["ports"][0]["port"], 80);
    }
}

#[test]
fn login_is_off_unless_said() {
    let rest = |server: &str| {
        format!(
            "namespace \"jobmon\" version=\"3.5.0\" database=\"prod\" {{ server {{ {server} }}; }}\n\
             reapers \"reapers\" {{ reaper \"3.5.0\" namespace=\"jobmon\"; }}\n"
        )
    };
    let off = objects(&topology(&["3.5.0"], &rest("")));
    assert_eq!(
        get(&off, "ConfigMap/jobmon/jobmon-config")["data"]["JOBMON__AUTH__ENABLED"],
        "false"
    );
    // 3.5.0 still has `/api/v2`, which asks for no login.
    let on = objects(&topology(
        &["3.5.0"],
        &rest(
            "auth \"oidc\" { oidc secret=\"login\" url=\"https://id.example.org:8443/conf\"; }; \
             session secret=\"session\" key=\"SECRET_KEY\"",
        ),
    ));
    assert_eq!(get(&on, "ConfigMap/jobmon/jobmon-config")["data"]["JOBMON__AUTH__ENABLED"], "true");
    let server = container(&on, "Deployment/jobmon/jobmon-server");
    assert_eq!(
        variable(server, "JOBMON__SESSION__SECRET_KEY").as_deref(),
        Some("session/SECRET_KEY")
    );
    assert_eq!(
        variable(server, "JOBMON__OIDC__CLIENT_ID").as_deref(),
        Some("login/OIDC_CLIENT_ID")
    );
    let reaper = container(&on, "Deployment/reapers/jobmon-reaper-jobmon-3-5-0");
    assert_eq!(variable(reaper, "JOBMON__HTTP__ROUTE_PREFIX").as_deref(), Some("/api/v2"));
    let policy = &get(&on, "NetworkPolicy/jobmon/jobmon-server")["spec"]["egress"];
    assert!(policy.to_string().contains("8443"), "{policy}");
}

#[test]
fn migration_comes_before_the_server() {
    let objects = objects(&topology(
        &["3.6.0"],
        "namespace \"jobmon\" version=\"3.6.0\" database=\"prod\" { server { migrate; env \"LOG_LEVEL\" \"INFO\"; }; }\n\
         reapers \"reapers\" { reaper \"3.6.0\" namespace=\"jobmon\"; }\n",
    ));
    let job = container(&objects, "Job/jobmon/jobmon-migrate-*");
    assert_eq!(job["command"], serde_json::json!(["jobmon_server", "init_db"]));
    assert_eq!(variable(job, "LOG_LEVEL").as_deref(), Some("INFO"));
    let position = |start: &str| {
        objects.iter().position(|(name, _)| name.starts_with(start)).expect("an object")
    };
    assert!(position("Job/jobmon/jobmon-migrate-") < position("Deployment/jobmon/jobmon-server"));
    let policy = &get(&objects, "NetworkPolicy/jobmon/jobmon-migrate")["spec"]["egress"];
    assert!(policy.to_string().contains("10.0.8.15/32"), "{policy}");
}

#[test]
fn the_first_dialect_starts_its_image_as_root_and_its_reaper_not() {
    let text = topology(
        &["3.1.5"],
        "namespace \"jobmon\" version=\"3.1.5\" database=\"prod\" { pod-security \"baseline\"; }\n\
         reapers \"reapers\" { reaper \"3.1.5\" namespace=\"jobmon\"; }\n",
    );
    let objects = objects(&text);
    let pod = &get(&objects, "Deployment/jobmon/jobmon-server")["spec"]["template"]["spec"];
    assert_eq!(pod["securityContext"]["runAsUser"], 0);
    assert_eq!(pod["containers"][0]["ports"][0]["containerPort"], 80);
    assert!(pod["containers"][0].get("command").is_none());
    let config = &get(&objects, "ConfigMap/jobmon/jobmon-config")["data"];
    assert_eq!(config["USE_LOGSTASH"], "false");
    let reaper =
        &get(&objects, "Deployment/reapers/jobmon-reaper-jobmon-3-1-5")["spec"]["template"]["spec"];
    assert_eq!(reaper["securityContext"]["runAsNonRoot"], true);
    assert_eq!(
        variable(&reaper["containers"][0], "WEB_SERVICE_FQDN").as_deref(),
        Some("traefik-jobmon")
    );
    assert_eq!(variable(&reaper["containers"][0], "WEB_SERVICE_PORT").as_deref(), Some("80"));
}

#[test]
fn a_gui_is_there_only_where_it_is_said() {
    let rest = |gui: &str| {
        format!(
            "defaults {{ gui {{ replicas 2; }}; }}\n\
             namespace \"jobmon\" version=\"3.6.0\" database=\"prod\" {{ {gui} }}\n\
             reapers \"reapers\" {{ reaper \"3.6.0\" namespace=\"jobmon\"; }}\n"
        )
    };
    let without = objects(&topology(&["3.6.0"], &rest("")));
    assert!(!without.iter().any(|(name, _)| name.contains("gui")));
    let route = "route \"gui\" host=\"jobmon.example.org\" path=\"/\" to=\"gui\"";
    let with = objects(&topology(&["3.6.0"], &rest(&format!("gui; {route}"))));
    assert_eq!(
        container(&with, "Deployment/jobmon/jobmon-gui")["image"],
        "example/jobmon-gui:3.6.0"
    );
    assert_eq!(get(&with, "Deployment/jobmon/jobmon-gui")["spec"]["replicas"], 2);
}

#[test]
fn runs_have_one_reaper_for_each_database() {
    let two = |namespaces: &str, reapers: &str| {
        topology(
            &["3.3.0", "3.3.1", "3.4.21", "3.5.1", "3.6.0"],
            &format!("{namespaces}reapers \"reapers\" {{ {reapers} }}\n"),
        )
    };
    let one = "namespace \"a\" version=\"3.6.0\" database=\"prod\"\n";
    let shared = "namespace \"a\" version=\"3.6.0\" database=\"prod\"\n\
                  namespace \"b\" version=\"3.6.0\" database=\"prod\"\n";
    let apart = "namespace \"a\" version=\"3.3.1\" database=\"prod\"\n\
                 namespace \"b\" version=\"3.3.1\" database=\"next\"\n";
    let all = "reaper \"3.6.0\" namespace=\"a\"";
    // A server that no longer filters shows its reaper the runs of all.
    assert_eq!(codes(&two(shared, all)), Vec::<&str>::new());
    assert_eq!(codes(&two(shared, &format!("{all}; reaper \"3.6.0\" namespace=\"b\""))), ["J0811"]);
    assert_eq!(codes(&two(one, &format!("{all}; {all}"))), ["J0810"]);
    assert_eq!(
        codes(&two(apart, "reaper \"3.3.1\" namespace=\"a\"; reaper \"3.3.1\" namespace=\"b\"")),
        Vec::<&str>::new()
    );
    assert_eq!(codes(&two(apart, "reaper \"3.3.1\" namespace=\"a\"")), ["J0809"]);
    // Another version covers the runs of this one only without a filter.
    assert_eq!(
        codes(&two(one, "reaper \"3.5.1\" namespace=\"a\" state=\"draining\"")),
        Vec::<&str>::new()
    );
    let filtered = "namespace \"a\" version=\"3.3.1\" database=\"prod\"\n";
    assert_eq!(
        codes(&two(filtered, "reaper \"3.3.0\" namespace=\"a\" state=\"draining\"")),
        ["J0809"]
    );
}

#[test]
fn an_old_reaper_gets_the_way_to_reach_its_server_in_the_message() {
    let text = topology(
        &["3.1.5", "3.3.1"],
        "namespace \"jobmon\" version=\"3.3.1\" database=\"prod\"\n\
         reapers \"reapers\" { reaper \"3.3.1\" namespace=\"jobmon\"; \
         reaper \"3.1.5\" namespace=\"jobmon\" state=\"draining\"; }\n",
    );
    let analysis = compiled(&text);
    let diag = analysis.diags.first().expect("a diagnostic");
    assert_eq!(diag.meta.code, "J0807");
    let help = diag.help.as_deref().unwrap_or_default();
    for part in ["add-prefix \"/api/v2\"", "host=\"traefik-jobmon\"", "to=\"server\""] {
        assert!(help.contains(part), "{help}");
    }
}
