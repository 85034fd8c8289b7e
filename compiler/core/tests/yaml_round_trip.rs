//! What `write::to_yaml` writes, an independent reader reads back as the same.
//!
//! A single reader cannot show that *every* reader agrees: `yes` is a string
//! in YAML 1.2 and a boolean in YAML 1.1. So the words and numbers of the
//! corpus must also be seen in quotes.

mod yaml_corpus;

use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use jtc_core::write::{is_unprintable, to_yaml};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Service};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value, json};

use yaml_corpus::{NUMBERS, PLAIN, WORDS, corpus};

fn yaml<T: Serialize + ?Sized>(value: &T) -> String {
    let mut text = String::new();
    to_yaml(value, &mut text).unwrap();
    text
}

#[track_caller]
fn check_round_trip(value: &Value) {
    let text = yaml(value);
    match serde_saphyr::from_str::<Value>(&text) {
        Ok(read) => assert_eq!(read, *value, "written as:\n{text}"),
        Err(error) => panic!("{value:?} is written as:\n{text}\nwhich is refused: {error}"),
    }
}

#[track_caller]
fn check_layout<T: Serialize + ?Sized>(value: &T, expected: &Expect) {
    expected.assert_eq(&yaml(value));
}

/// `text` as value, list item and key, at the top and nested.
fn everywhere(text: &str) -> Value {
    json!({
        "value": text,
        "list": [text, text],
        "lists": [[text, [text]], []],
        "maps": [{"name": text, "other": text}, {"other": text, "name": text, text: text}],
        "nested": {"map": {"value": text, text: {text: text, "list": [text]}}},
        text: text,
    })
}

#[test]
fn the_corpus_is_large() {
    let distinct: BTreeSet<_> = corpus().collect();
    assert!(distinct.len() >= 145, "{} strings", distinct.len());
}

#[test]
fn every_string_is_read_back_in_every_place() {
    for text in corpus() {
        check_round_trip(&everywhere(text));
        check_round_trip(&json!(text));
        check_round_trip(&json!([text]));
    }
}

#[test]
fn every_string_is_read_back_between_other_documents() {
    let written: Vec<Value> = corpus().map(|text| json!({ "value": text, text: [text] })).collect();
    let mut stream = String::new();
    for value in &written {
        stream.push_str("---\n");
        to_yaml(value, &mut stream).unwrap();
    }
    let read: Vec<Value> = serde_saphyr::from_multiple(&stream).unwrap();
    assert_eq!(read, written);
}

#[test]
fn words_and_numbers_are_quoted_as_value_and_key() {
    for text in WORDS.iter().chain(NUMBERS) {
        assert_eq!(yaml(text), format!("\"{text}\"\n"));
        assert_eq!(yaml(&json!({ *text: 1 })), format!("\"{text}\": 1\n"));
    }
}

#[test]
fn common_strings_are_plain_as_value_and_key() {
    for text in PLAIN {
        assert_eq!(yaml(text), format!("{text}\n"));
        assert_eq!(yaml(&json!({ *text: 1 })), format!("{text}: 1\n"));
    }
}

#[test]
fn the_output_has_no_hidden_characters() {
    for text in corpus() {
        let text = yaml(&everywhere(text));
        check_printable(&text);
        assert!(!text.lines().any(|line| line.ends_with([' ', '\t'])), "{text:?}");
    }
}

/// What YAML forbids, and what readers take for the end of a line: neither may
/// stand in the output as it is, not even in quotes.
fn forbidden() -> impl Iterator<Item = char> {
    let last_two = (0..=16).flat_map(|plane| [plane << 16 | 0xfffe, plane << 16 | 0xffff]);
    (0..=0x1f)
        .chain(0x7f..=0x9f)
        .chain(0xfdd0..=0xfdef)
        .chain(last_two)
        .chain([0x2028, 0x2029, 0xfeff])
        .filter_map(char::from_u32)
}

#[track_caller]
fn check_printable(text: &str) {
    let found = text.chars().find(|c| !matches!(c, '\n' | '\t') && forbidden().any(|f| f == *c));
    assert_eq!(found, None, "{text:?}");
}

#[test]
fn forbidden_characters_are_escaped_wherever_they_stand() {
    for c in forbidden() {
        assert!(is_unprintable(c), "{c:?}");
        let texts = [
            format!("{c}"),
            format!("x{c}y"),
            format!("{c}{c}\u{e9}"),
            format!("first\nx{c}y\nlast\n"),
            format!("first\nlast{c}"),
            format!("{c}first\n\nlast\n\n"),
        ];
        for text in &texts {
            let value = everywhere(text);
            check_round_trip(&value);
            check_printable(&yaml(&value));
        }
        let files: BTreeMap<_, _> =
            texts.into_iter().zip(0..).map(|(text, n)| (format!("file-{n}"), text)).collect();
        let config_map = ConfigMap { data: Some(files), ..ConfigMap::default() };
        let written = yaml(&config_map);
        check_printable(&written);
        let read: ConfigMap = serde_saphyr::from_str(&written).unwrap();
        assert_eq!(read, config_map, "{written}");
    }
}

#[test]
fn what_people_write_is_printable() {
    assert_eq!("Aé中 \u{1f600}\u{10fffd}\u{e000}".chars().find(|c| is_unprintable(*c)), None);
}

#[test]
fn long_keys_and_values_are_read_back() {
    for length in [900, 1000, 1001, 1024, 1025, 5000] {
        let long = "k".repeat(length);
        let quoted = "\u{1}".repeat(length / 6);
        for key in [&long, &quoted] {
            check_round_trip(&json!({ key: key, "b": { key: [key], "c": [{ key: { key: 1 } }] } }));
        }
    }
    assert_eq!(
        yaml(&json!({ "k".repeat(1001): [1] })),
        format!("? {}\n:\n- 1\n", "k".repeat(1001))
    );
}

#[test]
fn numbers_are_read_back() {
    let floats = [0.0, 1.0, -1.5, 0.1, 1e16, 1e300, 1.5e-7, f64::MIN_POSITIVE, f64::MAX, 5e-324];
    check_round_trip(&json!(floats));
    check_round_trip(&json!([0, -1, i64::MIN, i64::MAX, u64::MAX]));
    let text = yaml(&[1e16, 1.5e-7, 3.0]);
    assert_eq!(text, "- 1.0e+16\n- 1.5e-7\n- 3.0\n");
}

/// JSON that is as awkward as possible: strings of the corpus, strings of a
/// few troublesome characters, and any strings at all.
fn any_json() -> impl Strategy<Value = Value> {
    let text = || {
        prop_oneof![
            prop::sample::select(corpus().collect::<Vec<_>>()).prop_map(str::to_owned),
            "[ \\t\\n\\r:#\\-a0e.,'\"\\\\|>?&*\\[{~_%\u{85}\u{2028}\u{feff}]{0,12}",
            "[ab\\n \u{0}-\u{1f}\u{7f}-\u{9f}\u{2028}\u{2029}\u{fdd0}\u{fdef}\u{feff}\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}]{0,12}",
            any::<String>(),
            Just("name".to_owned()),
            Just("args".to_owned()),
        ]
    };
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..6)
                .prop_map(|fields| Value::from(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1024, ..Default::default() })]

    #[test]
    fn any_value_is_read_back(value in any_json()) {
        let text = yaml(&value);
        prop_assert!(text.ends_with('\n'));
        check_printable(&text);
        let read: Value = serde_saphyr::from_str(&text)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(read, value, "written as:\n{}", text);
    }
}

#[test]
fn a_deployment_begins_its_containers_with_name_and_image() {
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": {"name": "server", "labels": {"app": "server", "version": "1.10"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "server"}},
            "template": {
                "metadata": {"labels": {"app": "server"}},
                "spec": {
                    "containers": [{
                        "name": "server",
                        "image": "jobmon:3.2.2",
                        "command": ["sh", "-c", "set -e\nexec server\n"],
                        "args": ["--port", "8080", "--debug=yes"],
                        "env": [
                            {"name": "DEBUG", "value": "yes"},
                            {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
                        ],
                        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
                        "resources": {"requests": {"cpu": "1", "memory": "1Gi"}},
                        "readinessProbe": {"httpGet": {"path": "/health", "port": "http"}},
                        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}]
                    }],
                    "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "files", "configMap": {"name": "files", "items": []}}]
                }
            }
        }
    }))
    .unwrap();
    check_layout(
        &deployment,
        &expect![[r#"
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              labels:
                app: server
                version: "1.10"
              name: server
            spec:
              replicas: 2
              selector:
                matchLabels:
                  app: server
              template:
                metadata:
                  labels:
                    app: server
                spec:
                  containers:
                  - name: server
                    image: jobmon:3.2.2
                    command:
                    - sh
                    - -c
                    - |
                      set -e
                      exec server
                    args:
                    - --port
                    - "8080"
                    - --debug=yes
                    env:
                    - name: DEBUG
                      value: "yes"
                    - name: IP
                      valueFrom:
                        fieldRef:
                          fieldPath: status.podIP
                    ports:
                    - name: http
                      containerPort: 8080
                      protocol: TCP
                    readinessProbe:
                      httpGet:
                        path: /health
                        port: http
                    resources:
                      requests:
                        cpu: "1"
                        memory: 1Gi
                    volumeMounts:
                    - name: tmp
                      mountPath: /tmp
                  volumes:
                  - name: tmp
                    emptyDir: {}
                  - name: files
                    configMap:
                      items: []
                      name: files
        "#]],
    );
}

#[test]
fn a_service_lists_its_ports_by_name() {
    let service: Service = serde_json::from_value(json!({
        "metadata": {"name": "logstash", "annotations": {"note": "tcp and udp", "on": "off"}},
        "spec": {
            "selector": {"app": "logstash"},
            "ports": [
                {"name": "tcp", "port": 5000, "targetPort": "tcp", "protocol": "TCP"},
                {"name": "udp", "port": 5000, "targetPort": 5001, "protocol": "UDP"}
            ]
        }
    }))
    .unwrap();
    check_layout(
        &service,
        &expect![[r#"
        apiVersion: v1
        kind: Service
        metadata:
          annotations:
            note: tcp and udp
            "on": "off"
          name: logstash
        spec:
          ports:
          - name: tcp
            port: 5000
            protocol: TCP
            targetPort: tcp
          - name: udp
            port: 5000
            protocol: UDP
            targetPort: 5001
          selector:
            app: logstash
    "#]],
    );
}

#[test]
fn the_files_of_a_config_map_are_readable() {
    let config_map: ConfigMap = serde_json::from_value(json!({
        "metadata": {"name": "files"},
        "data": {
            "args": "10.0.0.1",
            "name": "rank is for list items only",
            "logstash.conf": "input {\n  tcp { port => 5000 }\n}\n\noutput { stdout {} }\n",
            "no-end": "first\nsecond",
            "tabs": "all:\n\techo\n",
            "windows": "a\r\nb\r\n"
        }
    }))
    .unwrap();
    check_layout(
        &config_map,
        &expect![[r#"
        apiVersion: v1
        kind: ConfigMap
        data:
          args: "10.0.0.1"
          logstash.conf: |
            input {
              tcp { port => 5000 }
            }

            output { stdout {} }
          name: rank is for list items only
          no-end: |-
            first
            second
          tabs: "all:\n\techo\n"
          windows: "a\r\nb\r\n"
        metadata:
          name: files
    "#]],
    );
}

#[test]
fn only_named_items_are_reordered() {
    check_layout(
        &json!({
            "zeta": 1, "name": "a map outside a list keeps its order",
            "items": [
                {"args": ["x"], "a": {"b": [{"c": "first\nsecond\n", "name": "inner"}]}, "image": "i", "command": [], "name": "n", "z": {}},
                {"args": ["no name"], "image": "no name"},
                {"image": "i", "name": "n"},
                {"name": "n", "image": "i", "other": null},
                {"other": null, "name": {"first": 1, "name": 2}},
                [{"b": 1, "name": 2}]
            ]
        }),
        &expect![[r#"
            zeta: 1
            name: a map outside a list keeps its order
            items:
            - name: "n"
              image: i
              command: []
              args:
              - x
              a:
                b:
                - name: inner
                  c: |
                    first
                    second
              z: {}
            - args:
              - no name
              image: no name
            - name: "n"
              image: i
            - name: "n"
              image: i
              other: null
            - name:
                first: 1
                name: 2
              other: null
            - - name: 2
                b: 1
        "#]],
    );
}

#[test]
fn empty_values_have_a_form_in_every_place() {
    assert_eq!(yaml(&json!({})), "{}\n");
    assert_eq!(yaml(&json!([])), "[]\n");
    assert_eq!(yaml(&Value::Null), "null\n");
    assert_eq!(
        yaml(&json!({"a": {}, "b": [], "c": null, "d": [{}, [], null, [[]]]})),
        "a: {}\nb: []\nc: null\nd:\n- {}\n- []\n- null\n- - []\n"
    );
}

#[test]
fn derived_types_have_the_shape_of_their_json() {
    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    struct Wrapper(&'static str);
    #[derive(Serialize)]
    struct Pair(u8, i128);
    #[derive(Serialize)]
    enum Choice {
        Word,
        One(Wrapper),
        Two(bool, char),
        Named { name: Option<u128>, on: Unit },
        Nothing {},
    }
    #[derive(Serialize)]
    struct Whole {
        pairs: (Pair, f32),
        choices: Vec<Choice>,
        inner: BTreeMap<&'static str, Choice>,
    }
    let choices = || {
        vec![
            Choice::Word,
            Choice::One(Wrapper("no")),
            Choice::Two(true, 'y'),
            Choice::Named { name: Some(7), on: Unit },
            Choice::Named { name: None, on: Unit },
            Choice::Nothing {},
        ]
    };
    let whole = Whole {
        pairs: (Pair(1, -2), 0.5),
        choices: choices(),
        inner: ["a", "b", "c", "d", "e", "f"].into_iter().zip(choices()).collect(),
    };
    let read: Value = serde_saphyr::from_str(&yaml(&whole)).unwrap();
    assert_eq!(read, serde_json::to_value(&whole).unwrap());
    for choice in choices() {
        let read: Value = serde_saphyr::from_str(&yaml(&choice)).unwrap();
        assert_eq!(read, serde_json::to_value(&choice).unwrap());
    }
}

#[test]
fn keys_that_are_not_strings_become_strings() {
    let numbers = BTreeMap::from([(-1, 'a'), (2, 'b')]);
    assert_eq!(yaml(&numbers), "\"-1\": a\n\"2\": b\n");
    assert_eq!(yaml(&BTreeMap::from([(true, 1)])), "\"true\": 1\n");
    assert_eq!(yaml(&BTreeMap::from([('y', 1)])), "\"y\": 1\n");
}

#[track_caller]
fn check_refused<T: Serialize + ?Sized>(value: &T, expected: &str) {
    let mut out = "before\n".to_owned();
    let error = to_yaml(value, &mut out).unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert_eq!(out, "before\n");
}

#[test]
fn what_kubernetes_cannot_read_is_refused_with_its_path() {
    struct Bytes;
    impl Serialize for Bytes {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(b"raw")
        }
    }
    #[derive(Serialize)]
    struct Spec {
        weights: [f64; 3],
    }
    let spec = BTreeMap::from([("spec", Spec { weights: [1.0, 2.0, f64::NAN] })]);
    check_refused(&spec, "spec.weights[2]: NaN and infinities cannot be written");
    check_refused(&f32::INFINITY, "NaN and infinities cannot be written");
    check_refused(
        &[BTreeMap::from([("a b", Some(Bytes))])],
        "[0].a b: raw bytes cannot be written",
    );
    check_refused(&u128::MAX, "integers beyond 64 bits cannot be written");
    check_refused(&i128::MIN, "integers beyond 64 bits cannot be written");
    check_refused(
        &BTreeMap::from([("a", BTreeMap::from([([1], 1)]))]),
        "a: a map key must be a string, an integer or a boolean",
    );
}

#[test]
fn deep_values_are_refused_rather_than_overflowing_the_stack() {
    let nest = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([{ "k": inner }]));
    let deep = nest(200);
    assert!(yaml(&deep).lines().count() >= 200);
    let mut out = String::new();
    let error = to_yaml(&nest(600), &mut out).unwrap_err();
    assert!(error.to_string().ends_with("maps and lists are nested too deeply"), "{error}");
    assert!(error.path().starts_with("[0].k[0].k"), "{}", error.path());
}
