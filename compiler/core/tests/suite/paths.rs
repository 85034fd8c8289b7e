//! What the proof says of small topologies: which pass, and which don't.

use jtc_core::analyze;

use crate::support::Tree;

/// What differs from case to case.
#[derive(Clone, Copy, Default)]
struct Case {
    /// Inside of `cluster`.
    cluster: &'static str,
    /// Inside of the namespace `jobmon`.
    jobmon: &'static str,
    /// Inside of the namespace `tools`.
    tools: &'static str,
}

/// A program in `tools` with these children.
const fn from_tools(children: &'static str) -> Case {
    Case { cluster: "", jobmon: ELASTIC, tools: children }
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
    fn tree(self) -> Tree {
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
    fn said(self) -> Vec<String> {
        let analysis = analyze("main.kdl", &self.tree());
        let diags = analysis.diags.iter();
        diags.map(|diag| format!("{}: {}", diag.meta.code, diag.message)).collect()
    }

    fn passes(self) {
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
        (
            r#"args "http://traefik-jobmon:81""#,
            "command names `traefik-jobmon` with another port 81",
        ),
        (r#"env "H" "nowhere""#, "env U names `traefik-jobmon` with another port 5601"),
    ] {
        let tools: &'static str = format!("{connects}{env}").leak();
        let said = from_tools(tools).said();
        assert!(said.iter().any(|one| one.contains(place)), "{env}\n{said:#?}");
        assert!(said.iter().all(|one| one.starts_with("J0511")), "{env}\n{said:#?}");
    }
}
