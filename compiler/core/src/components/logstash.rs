//! Logstash: takes Jobmon's logs, one JSON object in each datagram, and writes
//! them to Elasticsearch.
//!
//! The root file system stays writable, since Logstash's plugin manager keeps
//! files beside the program. `command` goes past the image's entrypoint, which
//! rewrites `logstash.yml` from variables.

use k8s_openapi::api::core::v1::Container;

use super::bootstrap::ALIAS;
use super::build::pod;
use super::elastic::{self, Amounts};
use super::elasticsearch;
use super::list::Component;
use super::listens::{File, Listens, Says};
use super::program::{Cx, Program, builtin, merge};
use super::release::Logs;
use crate::model::At;
use crate::model::declared::Part;
use crate::model::object::Need;
use crate::model::settings::{
    Check, Content, EnvValue, Port, Probe, ProbeKind, Protocol, Resources, Security, Settings,
};
use crate::schema::nodes::PROGRAM;
use crate::schema::{Defines, NODE, NodeSpec, RefKind};
use crate::text::Version;

/// `logstash { … }`.
pub static SPEC: NodeSpec = NodeSpec {
    name: "logstash",
    defines: Some(Defines::Itself(RefKind::Backend)),
    doc: "Logstash, which takes logs over UDP on port 5000 and writes them to the alias `jobmon`.\n\
          Another pipeline is a `config-file \"/usr/share/logstash/pipeline/logstash.conf\"`.",
    children: &[PROGRAM],
    example: "logstash { replicas 2; }",
    ..NODE
};

/// The component.
pub static COMPONENT: Component =
    Component { spec: &SPEC, object: "logstash", program, extras: |_, _| Vec::new() };

/// The port for logs.
const LOGS: u16 = 5000;

/// The folder of its pipelines.
const PIPELINES: &str = "/usr/share/logstash/pipeline/";

/// The file with its settings.
const SETTINGS: &str = "/usr/share/logstash/config/logstash.yml";

/// Where it listens for logs, and its API (Logstash, "logstash.yml"): with the names of a
/// version for the API.
const fn listens(
    needed: bool,
    by: &'static [(&'static str, Says)],
    setting: &'static str,
) -> [Listens; 2] {
    [
        Listens {
            port: "logs",
            usual: Some(LOGS),
            by: &[],
            file: Some(File::Pipelines { folder: PIPELINES, needed }),
        },
        Listens {
            port: "api",
            usual: Some(API),
            by,
            file: Some(File::YamlWithHost { path: SETTINGS, setting }),
        },
    ]
}

/// The names of the settings of its API: the old ones, both, and the new ones.
const OLD: &[(&str, Says)] = &[("http.port", Says::Port), ("http.host", Says::Host)];
const BOTH: &[(&str, Says)] = &[
    ("api.http.port", Says::Port),
    ("http.port", Says::Port),
    ("api.http.host", Says::Host),
    ("http.host", Says::Host),
];
const NEW: &[(&str, Says)] = &[("api.http.port", Says::Port), ("api.http.host", Says::Host)];

/// For each of the three.
const fn all(needed: bool) -> [[Listens; 2]; 3] {
    [
        listens(needed, OLD, "http.host"),
        listens(needed, BOTH, "api.http.host"),
        listens(needed, NEW, "api.http.host"),
    ]
}

static SENT: [[Listens; 2]; 3] = all(true);
static UNSENT: [[Listens; 2]; 3] = all(false);

/// Where a version listens; `sent` says whether servers send it their logs.
fn listens_of(version: Version, sent: bool) -> &'static [Listens] {
    let [old, both, new] = if sent { &SENT } else { &UNSENT };
    match version {
        version if version < RENAMED_API => old,
        version if version.major < 9 => both,
        _ => new,
    }
}

/// The port of its own API: for probes only.
const API: u16 = 9600;

/// Its heap is 1 GiB, and it needs memory beside it.
const AMOUNTS: Amounts = Amounts { cpu: ("200m", "2"), memory: ("1536Mi", "2Gi") };

/// What `curl` needs.
const WAIT_AMOUNTS: Amounts = Amounts { cpu: ("50m", "500m"), memory: ("64Mi", "128Mi") };

/// From here on the setting is `api.http.host`; `http.host` is gone in 9.0.
const RENAMED_API: Version = Version::new(7, 16, 0);

/// Numbers come as text from some clients, and hashes as numbers from others:
/// the first log of an index would decide what the others may be.
const TEXTS: [&str; 3] = ["arg_mapping_hash", "task_hash", "workflow_args_hash"];
const NUMBERS: [&str; 8] = [
    "dag_id",
    "task_id",
    "task_instance_id",
    "task_template_id",
    "tool_id",
    "tool_version_id",
    "workflow_id",
    "workflow_run_id",
];

fn pipeline() -> String {
    let fields = TEXTS
        .iter()
        .map(|name| (name, "string"))
        .chain(NUMBERS.iter().map(|name| (name, "integer")));
    let convert: Vec<String> =
        fields.map(|(name, ty)| format!("      \"[data][{name}]\" => \"{ty}\"")).collect();
    format!(
        r#"input {{
  udp {{
    port => {LOGS}
  }}
}}

filter {{
  json {{
    source => "message"
  }}
  mutate {{
    convert => {{
{}
    }}
  }}
  date {{
    match => ["timestamp", "yyyy-MM-dd HH:mm:ss"]
  }}
}}

output {{
  elasticsearch {{
    hosts => ["${{ELASTICSEARCH_HOSTS}}"]
    index => "{ALIAS}"
    manage_template => false
    ilm_enabled => false
  }}
}}
"#,
        convert.join("\n")
    )
}

fn config(version: Version) -> String {
    let host = if version >= RENAMED_API { "api.http.host" } else { "http.host" };
    // A changed pipeline restarts the pods, so nothing has to be watched.
    format!(
        "{host}: \"0.0.0.0\"\nconfig.reload.automatic: false\nxpack.monitoring.enabled: false\n"
    )
}

fn settings(version: Version, text: &str) -> Settings {
    let ready = Check::Http {
        path: "/".to_owned(),
        port: Some(builtin("api".to_owned())),
        headers: Vec::new(),
    };
    let mut settings = Settings {
        image: elastic::image("logstash", text),
        command: Some(builtin(vec!["/usr/share/logstash/bin/logstash".to_owned()])),
        grace: Some(builtin(60)),
        security: Security { writable_root: Some(builtin(true)), ..elastic::security() },
        ..Settings::default()
    };
    let logs = Port { container: LOGS, service: LOGS, protocol: Protocol::Udp };
    settings.ports.insert("logs".to_owned(), builtin(logs));
    settings.probes.insert(ProbeKind::Readiness, builtin(Probe::new(ready.clone())));
    // Five minutes: it compiles its pipeline at each start.
    let startup = Probe { period: 5, failures: 60, ..Probe::new(ready) };
    settings.probes.insert(ProbeKind::Startup, builtin(startup));
    settings.env.insert(
        "ELASTICSEARCH_HOSTS".to_owned(),
        builtin(EnvValue::Text(elastic::ELASTICSEARCH_URL.to_owned())),
    );
    for (path, content) in
        [(SETTINGS, config(version)), ("/usr/share/logstash/pipeline/logstash.conf", pipeline())]
    {
        settings.config_files.insert(path.to_owned(), builtin(Content(content.into())));
    }
    settings
}

fn program(cx: &Cx<'_>) -> Option<Program> {
    let stack = cx.stack()?;
    let layers: Vec<&Part<()>> = cx.elastic_layers(|parts| parts.logstash.as_deref());
    if layers.is_empty() {
        return None;
    }
    let At { value: text, span: said } = stack.text;
    let (span, mut settings) = merge(&layers, &settings(stack.version, text), *said);
    AMOUNTS.fill(&mut settings.resources);
    let mut program = Program::new("logstash", "logstash", span, settings);
    program.version = Some(text.clone());
    program.private_ports = vec![("api".to_owned(), API)];
    let sent = cx.jobmon().is_some_and(|jobmon| jobmon.release.logs != Logs::Console);
    program.listens = listens_of(stack.version, sent);
    program.init = vec![wait(cx)];
    program.talks.push(elastic::to_elasticsearch("writes logs there", span));
    program.needs.push(Need::ready(cx.site.name, "bootstrap", span));
    program.connect(cx);
    Some(program)
}

/// Waits for the alias, so that nothing is written before it even when
/// everything is applied at once.
fn wait(cx: &Cx<'_>) -> Container {
    let script = format!(
        "until curl --silent --fail --max-time 10 --output /dev/null {}/_alias/{ALIAS}; do\n  \
         echo 'waiting for the alias {ALIAS} in Elasticsearch'\n  sleep 5\ndone\n",
        elastic::ELASTICSEARCH_URL
    );
    let mut resources = Resources::default();
    WAIT_AMOUNTS.fill(&mut resources);
    Container {
        name: "wait-for-alias".to_owned(),
        image: elasticsearch::image(cx).map(|image| image.value.to_string()),
        command: Some(["/bin/sh", "-c", &script].map(str::to_owned).to_vec()),
        resources: pod::resources(&resources),
        security_context: Some(pod::container_security(&Security::default())),
        ..Container::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_gets_the_setting_it_knows() {
        assert!(config(Version::new(7, 13, 2)).starts_with("http.host:"));
        assert!(config(Version::new(7, 16, 2)).starts_with("api.http.host:"));
    }

    #[test]
    fn the_pipeline_converts_fields_and_writes_to_the_alias() {
        let pipeline = pipeline();
        assert!(pipeline.contains("      \"[data][task_hash]\" => \"string\"\n"));
        assert!(pipeline.contains("      \"[data][workflow_run_id]\" => \"integer\"\n"));
        assert!(pipeline.contains("hosts => [\"${ELASTICSEARCH_HOSTS}\"]"));
        assert!(pipeline.contains("index => \"jobmon\""));
        assert_eq!(pipeline.matches('{').count(), pipeline.matches('}').count());
    }

    #[test]
    fn logs_come_over_udp() {
        let settings = settings(Version::new(8, 19, 3), "8.19.3");
        let port = settings.ports.get("logs").map(|at| at.value);
        assert_eq!(port, Some(Port { container: 5000, service: 5000, protocol: Protocol::Udp }));
    }
}
