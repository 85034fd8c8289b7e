//! APM server: takes traces and metrics of programs.

use super::elastic::{self, Amounts};
use super::list::Component;
use super::listens::{File, Listens, Says};
use super::program::{Cx, Program, builtin, merge};
use super::{elasticsearch, kibana};
use crate::model::At;
use crate::model::declared::Part;
use crate::model::object::Need;
use crate::model::settings::{Check, Content, Port, Probe, ProbeKind, Settings};
use crate::schema::nodes::PROGRAM;
use crate::schema::{Defines, NODE, NodeSpec, RefKind};
use crate::text::Version;

/// `apm { … }`.
pub static SPEC: NodeSpec = NodeSpec {
    name: "apm",
    defines: Some(Defines::Itself(RefKind::Backend)),
    doc: "Elastic's APM server, which takes traces and metrics on port 8200.\n\
          Its objects are called `jobmon-apm`. Versions 8.0 to 8.14 store nothing before the APM integration \
          has been installed in Kibana.",
    children: &[PROGRAM],
    example: "apm { replicas 2; }",
    ..NODE
};

/// The component.
pub static COMPONENT: Component =
    Component { spec: &SPEC, object: "jobmon-apm", program, extras: |_, _| Vec::new() };

const HTTP: u16 = 8200;

/// The file with its settings.
const CONFIG: &str = "/usr/share/apm-server/apm-server.yml";

/// Where it listens (Elastic APM, "Configure the APM Server").
const LISTENS: [Listens; 1] = [Listens {
    port: "http",
    usual: Some(HTTP),
    by: &[("apm-server.host", Says::Address), ("apm-server.ssl.enabled", Says::Tls)],
    file: Some(File::YamlWithHost { path: CONFIG, setting: "apm-server.host" }),
}];

const AMOUNTS: Amounts = Amounts { cpu: ("100m", "1"), memory: ("256Mi", "512Mi") };

/// The layers, the nearest first.
pub fn layers<'w>(cx: &Cx<'w>) -> Vec<&'w Part<()>> {
    cx.elastic_layers(|parts| parts.apm.as_deref())
}

/// Whether a version stores nothing before somebody has installed the APM
/// integration in Kibana (Elastic, "Upgrade to 8.16": from 8.15 on
/// Elasticsearch itself knows APM's templates).
pub fn needs_integration(version: Version) -> bool {
    (Version::new(8, 0, 0)..Version::new(8, 15, 0)).contains(&version)
}

fn config(version: Version, kibana: bool, nodes: u32) -> String {
    let kibana = if kibana {
        // Under `apm-server`: at the top it is something else, or nothing.
        format!("  kibana:\n    enabled: true\n    host: \"{}\"\n", elastic::KIBANA_URL)
    } else {
        String::new()
    };
    let template = if version.major < 8 && nodes == 1 {
        // It makes its own templates there, with a copy that one node can't keep.
        "setup.template.settings:\n  index.number_of_replicas: 0\n"
    } else {
        ""
    };
    format!(
        "apm-server:\n  host: \"0.0.0.0:{HTTP}\"\n{kibana}output.elasticsearch:\n  hosts: [\"{}\"]\n{template}",
        elastic::ELASTICSEARCH_URL
    )
}

fn settings(config: String, text: &str) -> Settings {
    let ready = Check::Http {
        path: "/".to_owned(),
        port: Some(builtin("http".to_owned())),
        headers: Vec::new(),
    };
    let mut settings = Settings {
        image: elastic::image("elastic/apm-server", text),
        security: elastic::security(),
        ..Settings::default()
    };
    settings.ports.insert("http".to_owned(), builtin(Port::tcp(HTTP)));
    settings.probes.insert(ProbeKind::Readiness, builtin(Probe::new(ready)));
    settings.config_files.insert(CONFIG.to_owned(), builtin(Content(config.into())));
    settings
}

fn program(cx: &Cx<'_>) -> Option<Program> {
    let stack = cx.stack()?;
    let layers = layers(cx);
    if layers.is_empty() {
        return None;
    }
    let At { value: text, span: said } = stack.text;
    let has_kibana = !kibana::layers(cx).is_empty();
    let config = config(stack.version, has_kibana, elasticsearch::nodes(cx).value);
    let (span, mut settings) = merge(&layers, &settings(config, text), *said);
    AMOUNTS.fill(&mut settings.resources);
    let mut program = Program::new("apm", "jobmon-apm", span, settings);
    program.version = Some(text.clone());
    program.scratch = ["/tmp", "/usr/share/apm-server/data"].map(str::to_owned).to_vec();
    program.talks.push(elastic::to_elasticsearch("writes traces there", span));
    program.needs.push(Need::ready(cx.site.name, "elasticsearch", span));
    program.listens = &LISTENS;
    if has_kibana {
        program.talks.push(elastic::to_kibana("asks for the configuration of agents", span));
        program.needs.push(Need::ready(cx.site.name, "kibana", span));
    }
    program.connect(cx);
    Some(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kibana_stands_under_the_server() {
        let text = config(Version::new(8, 19, 3), true, 1);
        assert_eq!(
            text,
            "apm-server:\n  host: \"0.0.0.0:8200\"\n  kibana:\n    enabled: true\n    \
             host: \"http://kibana:5601\"\noutput.elasticsearch:\n  hosts: [\"http://elasticsearch:9200\"]\n"
        );
        assert!(!config(Version::new(8, 19, 3), false, 1).contains("kibana"));
    }

    #[test]
    fn only_version_7_makes_its_own_templates() {
        assert!(config(Version::new(7, 16, 2), false, 1).contains("number_of_replicas: 0"));
        assert!(!config(Version::new(7, 16, 2), false, 3).contains("number_of_replicas"));
        assert!(!config(Version::new(9, 0, 0), false, 1).contains("number_of_replicas"));
    }

    #[test]
    fn the_integration_was_needed_for_some_versions() {
        assert!(!needs_integration(Version::new(7, 17, 29)));
        assert!(needs_integration(Version::new(8, 0, 0)));
        assert!(needs_integration(Version::new(8, 14, 3)));
        assert!(!needs_integration(Version::new(8, 15, 0)));
    }
}
