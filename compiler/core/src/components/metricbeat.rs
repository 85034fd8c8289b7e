//! Metricbeat: writes the state of a database server to Elasticsearch.

use super::elastic::{self, Amounts};
use super::list::Component;
use super::program::{Cx, Peer, Program, Talk, builtin, merge};
use super::{elasticsearch, kibana};
use crate::model::At;
use crate::model::declared::{MetricbeatOwn, Part};
use crate::model::object::Need;
use crate::model::resolved::DatabaseRef;
use crate::model::settings::{Content, EnvValue, KeyRef, Replicas, Settings, Strategy};
use crate::schema::nodes::PROGRAM;
use crate::schema::{Defines, NODE, NodeSpec, PropSpec, RefKind, Type, prop};

/// `metricbeat database="D" secret="S" { … }`.
pub static SPEC: NodeSpec = NodeSpec {
    name: "metricbeat",
    defines: Some(Defines::Itself(RefKind::Backend)),
    doc: "Metricbeat, which watches the MySQL server of a database.\n\
          Its own secret holds the user that it logs in as: `ROOT_DB_USER` and `ROOT_DB_PASSWORD`. That user \
          needs no more than the privileges PROCESS and REPLICATION CLIENT, and SELECT on `performance_schema`.",
    props: &PROPS,
    children: &[PROGRAM],
    example: "metricbeat database=\"prod\" secret=\"db-root\"",
    ..NODE
};

static PROPS: [PropSpec; 2] = [
    prop("database", Type::Ref(RefKind::Database), "the database whose server it watches"),
    prop(
        "secret",
        Type::Ref(RefKind::Secret),
        "the Secret with `ROOT_DB_USER` and `ROOT_DB_PASSWORD`",
    ),
];

/// The component.
pub static COMPONENT: Component =
    Component { spec: &SPEC, object: "metricbeat", program, extras: |_, _| Vec::new() };

/// The keys that its secret must hold, which are also its variables.
pub const KEYS: [&str; 2] = ["ROOT_DB_USER", "ROOT_DB_PASSWORD"];

const AMOUNTS: Amounts = Amounts { cpu: ("100m", "1"), memory: ("256Mi", "512Mi") };

/// The layers, the nearest first.
pub fn layers<'w>(cx: &Cx<'w>) -> Vec<&'w Part<MetricbeatOwn>> {
    cx.elastic_layers(|parts| parts.metricbeat.as_deref())
}

/// The secret with its user, and the place that names it.
pub fn secret<'w>(cx: &Cx<'w>) -> Option<&'w At<String>> {
    layers(cx).into_iter().find_map(|layer| layer.own.secret.as_ref())
}

fn config(kibana: bool, nodes: u32) -> String {
    let replicas = u32::from(nodes > 1);
    let dashboards = if kibana {
        format!("setup.dashboards.enabled: true\nsetup.kibana.host: \"{}\"\n", elastic::KIBANA_URL)
    } else {
        String::new()
    };
    format!(
        r#"metricbeat.modules:
  - module: mysql
    metricsets: ["status", "performance"]
    period: 10s
    hosts: ["tcp(${{DB_HOST}}:${{DB_PORT}})/"]
    username: "${{ROOT_DB_USER}}"
    password: "${{ROOT_DB_PASSWORD}}"
output.elasticsearch:
  hosts: ["{}"]
setup.template.settings:
  index.number_of_shards: 1
  index.number_of_replicas: {replicas}
{dashboards}"#,
        elastic::ELASTICSEARCH_URL
    )
}

fn settings(config: String, text: &str) -> Settings {
    let mut settings = Settings {
        image: elastic::image("elastic/metricbeat", text),
        replicas: Some(builtin(Replicas::Fixed(1))),
        // Two at once would count everything twice.
        strategy: Some(builtin(Strategy::Recreate)),
        security: elastic::security(),
        ..Settings::default()
    };
    settings
        .config_files
        .insert("/usr/share/metricbeat/metricbeat.yml".to_owned(), builtin(Content(config.into())));
    settings
}

/// Where the database is: from its secret, or from the topology when the secret
/// holds one URI and nothing else.
fn locate(settings: &mut Settings, database: &DatabaseRef<'_>) {
    let address = [
        ("DB_HOST", database.external.host.value.clone()),
        ("DB_PORT", database.external.port.to_string()),
    ];
    for (name, text) in address {
        let value = if database.decl.uri_key.is_some() {
            EnvValue::Text(text)
        } else {
            EnvValue::Secret(KeyRef {
                secret: database.decl.secret.clone(),
                key: builtin(name.to_owned()),
            })
        };
        settings.env.insert(name.to_owned(), builtin(value));
    }
}

fn program(cx: &Cx<'_>) -> Option<Program> {
    let stack = cx.stack()?;
    let layers = layers(cx);
    if layers.is_empty() {
        return None;
    }
    let At { value: text, span: said } = stack.text;
    let has_kibana = !kibana::layers(cx).is_empty();
    let mut builtin_settings = settings(config(has_kibana, elasticsearch::nodes(cx).value), text);
    if let Some(database) = &stack.metricbeat_database {
        locate(&mut builtin_settings, database);
    }
    if let Some(secret) = secret(cx) {
        for key in KEYS {
            let from = KeyRef { secret: secret.clone(), key: At::new(key.to_owned(), secret.span) };
            builtin_settings
                .env
                .insert(key.to_owned(), At::new(EnvValue::Secret(from), secret.span));
        }
    }
    let (span, mut settings) = merge(&layers, &builtin_settings, *said);
    AMOUNTS.fill(&mut settings.resources);
    let mut program = Program::new("metricbeat", "metricbeat", span, settings);
    program.version = Some(text.clone());
    program.scratch = ["/tmp", "/usr/share/metricbeat/data"].map(str::to_owned).to_vec();
    program.talks.push(elastic::to_elasticsearch("writes metrics there", span));
    program.needs.push(Need::ready(cx.site.name, "elasticsearch", span));
    if let Some(database) = &stack.metricbeat_database {
        let to = Peer::External {
            name: database.external_name.to_owned(),
            cidrs: database.external.cidrs.clone(),
            port: database.external.port,
            protocol: database.external.protocol,
        };
        program.talks.push(Talk::new(to, "watches the database", span));
    }
    if has_kibana {
        program.talks.push(elastic::to_kibana("puts its dashboards there", span));
        program.needs.push(Need::ready(cx.site.name, "kibana", span));
    }
    program.connect(cx);
    Some(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashboards_only_where_kibana_is() {
        assert!(config(true, 1).contains("setup.kibana.host: \"http://kibana:5601\""));
        assert!(!config(false, 1).contains("dashboards"));
    }

    #[test]
    fn the_password_is_never_part_of_an_address() {
        let text = config(false, 1);
        assert!(text.contains("hosts: [\"tcp(${DB_HOST}:${DB_PORT})/\"]"));
        assert!(text.contains("password: \"${ROOT_DB_PASSWORD}\""));
    }

    #[test]
    fn one_node_keeps_no_copies() {
        assert!(config(false, 1).contains("number_of_replicas: 0"));
        assert!(config(false, 3).contains("number_of_replicas: 1"));
    }
}
