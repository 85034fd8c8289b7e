//! The Job that prepares Elasticsearch for logs: the lifecycle policy, the
//! index template and the first index behind the write alias.
//!
//! It can run any number of times, changes nothing that is as it should be, and
//! deletes nothing. Invariant: it is done before Logstash starts; an index made
//! by a write to `jobmon` would stand in the alias's way.

use serde_json::{Value, json};

use super::elastic::{self, Amounts};
use super::elasticsearch;
use super::elk::retention;
use super::list::Component;
use super::program::{Cx, Program, Runs, builtin};
use crate::model::object::Need;
use crate::model::settings::{Content, EnvValue, Settings};
use crate::schema::{NODE, NodeSpec};

/// Not in the language: whoever has Elasticsearch has it.
static SPEC: NodeSpec = NodeSpec {
    name: "bootstrap",
    doc: "The Job that makes the lifecycle policy, the index template and the first index.",
    ..NODE
};

/// The component.
pub static COMPONENT: Component = Component {
    spec: &SPEC,
    object: "elasticsearch-bootstrap",
    program,
    extras: |_, _| Vec::new(),
};

/// The alias that Logstash writes to.
pub const ALIAS: &str = "jobmon";

/// The name of the lifecycle policy.
const POLICY: &str = "jobmon_ilm";

const AMOUNTS: Amounts = Amounts { cpu: ("50m", "500m"), memory: ("64Mi", "128Mi") };

/// `sh` and `curl` are all it needs: Elasticsearch's own image has both.
const SCRIPT: &str = r#"#!/bin/sh
# Prepares Elasticsearch for Jobmon's logs. Safe to run again.
set -eu
answer=/tmp/answer

# status METHOD PATH [FILE]: the HTTP status; the answer is left in $answer
status() {
    if [ $# -eq 3 ]; then
        curl --silent --show-error --max-time 60 --output "$answer" --write-out '%{http_code}' \
            --request "$1" --header 'Content-Type: application/json' --data-binary "@$3" "$ELASTICSEARCH_URL/$2"
    else
        curl --silent --show-error --max-time 60 --output "$answer" --write-out '%{http_code}' \
            --request "$1" "$ELASTICSEARCH_URL/$2"
    fi
}

# put PATH FILE: must succeed
put() {
    code=$(status PUT "$1" "$2")
    case $code in
        2*) echo "PUT $1: $code" ;;
        *)
            echo "PUT $1: $code" >&2
            cat "$answer" >&2
            exit 1
            ;;
    esac
}

tries=0
until [ "$(status GET '_cluster/health?wait_for_status=yellow&timeout=10s' || true)" = 200 ]; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
        echo "Elasticsearch does not get ready at $ELASTICSEARCH_URL" >&2
        exit 1
    fi
    sleep 5
done

put "_ilm/policy/POLICY" /ilm-policy.json
put "_index_template/jobmon_template" /index-template.json

case $(status GET "_alias/ALIAS") in
    200)
        echo "the alias ALIAS exists"
        ;;
    404)
        if [ "$(status GET ALIAS)" = 200 ]; then
            echo "there is an index called ALIAS, where the alias ALIAS must be." >&2
            echo "Nothing was deleted. Copy what it holds with _reindex, or delete it; then run this Job again." >&2
            exit 1
        fi
        put "ALIAS-000001" /first-index.json
        ;;
    *)
        echo "GET _alias/ALIAS:" >&2
        cat "$answer" >&2
        exit 1
        ;;
esac
"#;

fn program(cx: &Cx<'_>) -> Option<Program> {
    let stack = cx.stack()?;
    let layers = elasticsearch::layers(cx);
    let span = layers.iter().find_map(|layer| layer.span).or_else(|| {
        // A layer without a place says nothing that could be pointed at.
        (!layers.is_empty()).then_some(stack.text.span)
    })?;
    let mut settings = Settings {
        image: elasticsearch::image(cx),
        command: Some(builtin(vec!["/bin/sh".to_owned(), "/bootstrap.sh".to_owned()])),
        security: elastic::security(),
        ..Settings::default()
    };
    // It runs where Elasticsearch may run.
    for layer in &layers {
        settings.inherit(&Settings {
            node_selector: layer.settings.node_selector.clone(),
            tolerations: layer.settings.tolerations.clone(),
            priority_class: layer.settings.priority_class.clone(),
            ..Settings::default()
        });
    }
    AMOUNTS.fill(&mut settings.resources);
    settings.env.insert(
        "ELASTICSEARCH_URL".to_owned(),
        builtin(EnvValue::Text(elastic::ELASTICSEARCH_URL.to_owned())),
    );
    let nodes = elasticsearch::nodes(cx).value;
    let files = [
        ("/bootstrap.sh", SCRIPT.replace("ALIAS", ALIAS).replace("POLICY", POLICY)),
        ("/ilm-policy.json", text(&policy(&retention::ages(stack)))),
        ("/index-template.json", text(&template(nodes))),
        ("/first-index.json", text(&first_index())),
    ];
    for (path, content) in files {
        settings.config_files.insert(path.to_owned(), builtin(Content(content.into())));
    }
    let mut program = Program::new("bootstrap", COMPONENT.object, span, settings);
    program.version = Some(stack.text.value.clone());
    program.runs = Runs::Job;
    program.scratch = vec!["/tmp".to_owned()];
    program
        .talks
        .push(elastic::to_elasticsearch("makes its policy, template and first index", span));
    program.needs.push(Need::ready(cx.site.name, "elasticsearch", span));
    Some(program)
}

fn text(value: &Value) -> String {
    // Serialising a `Value` can't fail; `{value:#}` would say the same.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// Body of `PUT _ilm/policy/…`.
fn policy(ages: &retention::Ages) -> Value {
    let mut phases = json!({
        "hot": {
            "min_age": "0ms",
            "actions": {
                "rollover": { "max_size": ages.rollover_size, "max_age": ages.rollover_age },
                "set_priority": { "priority": 100 },
            },
        },
        "warm": {
            "min_age": ages.warm,
            "actions": {
                "readonly": {},
                "forcemerge": { "max_num_segments": 1 },
                "set_priority": { "priority": 50 },
            },
        },
    });
    if let Some(phases) = phases.as_object_mut() {
        if let Some(cold) = &ages.cold {
            let cold = json!({ "min_age": cold, "actions": { "set_priority": { "priority": 0 } } });
            phases.insert("cold".to_owned(), cold);
        }
        let delete = json!({ "min_age": ages.delete, "actions": { "delete": {} } });
        phases.insert("delete".to_owned(), delete);
    }
    json!({ "policy": { "phases": phases } })
}

/// Body of `PUT _index_template/…`, the composable kind (7.8 and later).
fn template(nodes: u32) -> Value {
    json!({
        "index_patterns": [format!("{ALIAS}-*")],
        "priority": 200,
        "template": {
            "settings": {
                "index": {
                    "number_of_shards": 1,
                    // A copy beside its original would be no copy: with one
                    // node the index would never be green.
                    "number_of_replicas": u32::from(nodes > 1),
                    "codec": "best_compression",
                    "lifecycle": { "name": POLICY, "rollover_alias": ALIAS },
                },
            },
        },
    })
}

/// Body of `PUT jobmon-000001`.
fn first_index() -> Value {
    json!({ "aliases": { ALIAS: { "is_write_index": true } } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages(cold: Option<&str>) -> retention::Ages {
        retention::Ages {
            rollover_size: "3gb".to_owned(),
            rollover_age: "1d".to_owned(),
            warm: "0ms".to_owned(),
            cold: cold.map(str::to_owned),
            delete: "8d".to_owned(),
            places: [None; 3],
            span: None,
        }
    }

    #[test]
    fn the_policy_has_the_phases_in_order() {
        let policy = policy(&ages(Some("3d")));
        let phases = policy["policy"]["phases"].as_object().unwrap();
        let names: Vec<&str> = phases.keys().map(String::as_str).collect();
        assert_eq!(names, ["hot", "warm", "cold", "delete"]);
        assert_eq!(
            phases["hot"]["actions"]["rollover"],
            json!({ "max_size": "3gb", "max_age": "1d" })
        );
        assert_eq!(phases["delete"]["min_age"], "8d");
    }

    #[test]
    fn a_phase_that_nobody_wants_is_left_out() {
        assert!(policy(&ages(None))["policy"]["phases"].get("cold").is_none());
    }

    #[test]
    fn one_node_keeps_no_copies() {
        assert_eq!(template(1)["template"]["settings"]["index"]["number_of_replicas"], 0);
        assert_eq!(template(3)["template"]["settings"]["index"]["number_of_replicas"], 1);
    }

    #[test]
    fn the_template_covers_the_first_index_and_rolls_over_its_alias() {
        let template = template(1);
        assert_eq!(template["index_patterns"], json!(["jobmon-*"]));
        assert_eq!(template["template"]["settings"]["index"]["lifecycle"]["rollover_alias"], ALIAS);
        assert_eq!(first_index()["aliases"]["jobmon"]["is_write_index"], true);
    }

    #[test]
    fn the_script_deletes_nothing() {
        assert!(!SCRIPT.contains("DELETE"));
    }
}
