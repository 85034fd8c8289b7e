//! What `write::to_yaml` writes, an independent reader reads back as the same.
//!
//! A single reader cannot show that *every* reader agrees: `yes` is a string
//! in YAML 1.2 and a boolean in YAML 1.1. So the words and numbers of the
//! corpus must also be seen in quotes.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use jtc_core::write::to_yaml;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Service};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Words that some reader takes for a boolean, a null, a float or a merge.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off",
    "OFF", "true", "True", "TRUE", "tRuE", "false", "False", "FALSE", "null", "Null", "NULL", "~",
    ".inf", "-.inf", "+.inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", "inf", "-inf", "nan",
    "Infinity", "-Infinity", "<<", "=", "",
];

/// Numbers, dates and times of YAML 1.1, YAML 1.2, Go, Python and Ruby.
#[rustfmt::skip]
const NUMBERS: &[&str] = &[
    "0", "1", "-1", "+1", "007", "08", "0o7", "0O7", "0x1F", "0XfF", "-0x10", "0b101", "-0b1",
    "1_000", "0x_1", "0b1_0", "1,000", "1.0", "1.", ".5", "-.5", "+.5", "1e3", "1E3", "1e+3",
    "1.5e-3", "1.e3", "12e03", "6.02E+23", "0.0.0.0", "127.0.0.1", "1.10", "3.2.2", "1__0",
    "1_0.5_0", "0x1p-2", "12:30", "12:30:45", "190:20:30", "-1:30", "1:30.5", "2001-12-14",
    "2001-1-1", "2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43Z", "2001-12-14 21:59:43.10 -5",
    "7e12345", "1d", "1f", "1L", "1j", "00000000000000000000", "18446744073709551616",
    "99999999999999999999999999", "0123456789abcdef", "1 000", "- 1", "+",
];

/// Strings that have a meaning in YAML's syntax, or lose something if they are
/// written without care.
#[rustfmt::skip]
const SYNTAX: &[&str] = &[
    "-", "--", "---", "--- a", "---a", "...", "- a", "-\ta", "? a", "?", ": a", ":", "a:", "a: b",
    "a:b", "a :b", "a:\tb", "::1", "http://x/", "# a", "#a", "a #b", "a# b", "a\t#b", "&a", "&a b",
    "*a", "*", "!a", "!!str a", "!", "|", "|-", ">", ">-", "| a", "%a", "%YAML 1.2", "@a", "`a",
    "'", "''", "'a'", "it's", "\"", "\"a\"", "a\"b", "\\", "a\\b", "\\n", "C:\\x", "[", "]", "[]",
    "[a]", "{", "}", "{}", "{a: b}", "a, b", ",", "a]b", "a{b", "${A}", "{{ .Values.a }}",
    "<a>", "a<<b", "a=b", "==", "_", "__", "_1", "_a", "-a", "--a", "---", "-1a", "-_", "--y",
    "-y", "_n", "e5", "x1", "/", "//", "./a", "../a", "$", "$(A)", ";", "^a$", "a\u{0}b",
];

/// Blanks, line ends and text of several lines.
#[rustfmt::skip]
const LINES: &[&str] = &[
    " ", "  ", " a", "a ", " a ", "a  b", "\t", "\ta", "a\t", "a\tb", "\n", "\n\n", "a\n", "a\n\n",
    "\na", "\n\na\n", "a\nb", "a\nb\n", "a\nb\n\n", "a\n\nb\n", "a\n\n\nb", "a\n b\n", "a\n  b\nc\n",
    " a\nb\n", "  a\n b\n", "\ta\nb\n", "a\n\tb\n", "a\n \tb\n", "a \nb\n", "a\nb \n", "a\nb\t\n",
    "a\n \nb\n", "a\n\t\nb\n", "a\n ", "a\n  \n", " \na\n", "\n a\n", "a\r", "\r", "a\rb", "a\r\nb",
    "a\r\nb\r\n", "# a\nb\n", "a\n# b\n", "a\n#\n", "- a\n- b\n", "a: b\nc: d\n", "---\na\n",
    "a\n---\nb\n", "a\n...\nb\n", "...\n", "|\n  a\n", "%YAML\na\n", "y\n", "1\n", "null\n", "~\n",
    "\"a\n", "\\\n", "a\\\nb\n", "\u{e9}\n\u{4e2d}\n", "a\n\u{1f600}", "a\n\u{0}\n", "a\u{85}b\n",
    "a\n\u{2028}b\n", "\u{feff}a\nb\n", "a\n\u{feff}\n", "input {\n  tcp { port => 5000 }\n}\n",
    "#!/bin/sh\nset -eu\n\nexec \"$@\"\n", "{\n  \"a\": [1]\n}\n", ":\n", "?\n", "-\n-\n", ": \n:",
];

/// Characters beyond ASCII, and those that nobody sees.
#[rustfmt::skip]
const CHARACTERS: &[&str] = &[
    "\u{0}", "\u{1}", "\u{7}", "\u{8}", "\u{b}", "\u{c}", "\u{1b}[0m", "\u{1f}", "\u{7f}", "\u{80}",
    "\u{85}", "a\u{85}b", "\u{9f}", "\u{a0}", "a\u{a0}", "\u{a0}a", "\u{ad}", "\u{e9}", "\u{df}",
    "\u{200b}", "a\u{200d}b", "\u{202e}a", "\u{2028}", "a\u{2028}b", "\u{2029}", "\u{2060}",
    "\u{3000}", "\u{3000}a", "\u{4e2d}\u{6587}", "\u{d7ff}", "\u{e000}", "\u{fdd0}", "\u{feff}",
    "\u{feff}a", "a\u{feff}", "\u{fffd}", "\u{fffe}", "\u{ffff}", "\u{10000}", "\u{1f600}",
    "\u{1f468}\u{200d}\u{1f469}", "\u{1fffe}", "\u{e0001}", "\u{10ffff}", "e\u{301}", "\u{301}",
    "\u{661}", "\u{ff11}", "\u{2212}1", "\u{131}", "\u{130}", "\u{ff59}\u{ff45}\u{ff53}",
];

/// Strings that need no quotes, and would be harder to read in them.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "a", "jobmon-server", "apps/v1", "v1", "ghcr.io/ihme/jobmon:3.2.2", "/var/log/jobmon", "100m",
    "1Gi", "512Mi", "25%", "10.0.0.0/8", "30s", "5m", "-Xmx512m", "--config.file=/etc/a.yaml",
    "--bind", "-c", "http://elastic:9200/", "metrics.k8s.io", "a b  c", "kubernetes.io/os",
    "0 3 * * *", "Host(`a.example`) && PathPrefix(`/api`)", "user@example.com", "$(POD_IP)", "YWJj==",
    "None", "nope", "yesterday", "nullify", "infinite", "ReadWriteOnce", "a.b:c", "_id", "e5",
];

fn corpus() -> impl Iterator<Item = &'static str> {
    [WORDS, NUMBERS, SYNTAX, LINES, CHARACTERS, PLAIN].into_iter().flatten().copied()
}

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
        let hidden = |c: char| {
            (c.is_control() && c != '\n' && c != '\t') || "\u{2028}\u{2029}\u{feff}".contains(c)
        };
        assert!(!text.contains(hidden), "{text:?}");
        assert!(!text.lines().any(|line| line.ends_with([' ', '\t'])), "{text:?}");
    }
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
