//! What holds for any topology.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jtc_core::emit::{Document, Format};
use jtc_core::graph::What;
use jtc_core::model::object::Why;
use jtc_core::{Analysis, analyze};
use petgraph::visit::EdgeRef;
use proptest::prelude::*;
use proptest::sample::Index;
use rayon::ThreadPoolBuilder;
use serde_json::Value;

use crate::support::{Tree, astray, examples, plain};

fn documents(analysis: &Analysis, format: Format) -> Vec<Document> {
    analysis.emit(format).unwrap_or_else(|| panic!("no output:\n{}", plain(analysis)))
}

/// The whole output as one text.
fn stream(analysis: &Analysis, format: Format) -> String {
    let mut text = String::new();
    for document in documents(analysis, format) {
        let _ = writeln!(
            text,
            "---\n# wave {}, from {}:{}",
            document.wave, document.path, document.line
        );
        text.push_str(&document.text);
    }
    text
}

#[test]
fn the_same_topology_gives_the_same_bytes() {
    for example in examples() {
        let first = stream(&example.analysis(), Format::Yaml);
        for threads in [1, 2, 5] {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            let again = pool.install(|| stream(&example.analysis(), Format::Yaml));
            assert!(first == again, "{}: {threads} threads give another output", example.name);
        }
    }
}

/// Also of what is wrong: no thread comes first.
#[test]
fn the_same_mistakes_give_the_same_diagnostics() {
    for example in examples() {
        let text = example
            .text()
            .replace("database=", "databse=")
            .replace("namespace=", "namespace=\"x\" no=");
        let first = plain(&example.analysis_of(&text));
        assert_ne!(first, "", "{}: mistakes are not seen", example.name);
        for threads in [1, 5] {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            assert_eq!(
                first,
                pool.install(|| plain(&example.analysis_of(&text))),
                "{}",
                example.name
            );
        }
    }
}

#[test]
fn an_independent_reader_reads_what_was_meant() {
    for example in examples() {
        let analysis = example.analysis();
        let yaml = documents(&analysis, Format::Yaml);
        let json = documents(&analysis, Format::Json);
        assert_eq!(yaml.len(), json.len());
        for (yaml, json) in yaml.iter().zip(&json) {
            let meant: Value = serde_json::from_str(&json.text).expect("JSON");
            let read: Value = serde_saphyr::from_str(&yaml.text).unwrap_or_else(|error| {
                panic!("{}: {} is no YAML: {error}", example.name, yaml.id)
            });
            assert_eq!(read, meant, "{}: {}", example.name, yaml.id);
        }
    }
}

/// Waves go up along every edge, also along those that lead through what is
/// no object itself.
#[test]
fn every_edge_leads_to_a_later_wave() {
    for example in examples() {
        let analysis = example.analysis();
        let plan = analysis.plan().expect("an order");
        let graph = &analysis.graph().inner;
        let wave_of: BTreeMap<usize, u32> =
            plan.steps.iter().map(|step| (step.node.index(), step.wave)).collect();
        assert_eq!(
            wave_of.len(),
            analysis.graph().objects().count(),
            "{}: not all are ordered",
            example.name
        );
        let mut edges = 0;
        for (from, ..) in analysis.graph().objects() {
            let mut seen = BTreeSet::from([from.index()]);
            let mut open = vec![from];
            while let Some(node) = open.pop() {
                for edge in graph.edges(node).filter(|edge| edge.weight().why != Why::Owns) {
                    let target = edge.target();
                    if !matches!(graph[target].what, What::Object { .. }) {
                        if seen.insert(target.index()) {
                            open.push(target);
                        }
                        continue;
                    }
                    edges += 1;
                    let (before, after) = (wave_of[&from.index()], wave_of[&target.index()]);
                    assert!(
                        before < after,
                        "{}: {:?} in wave {before} comes before {:?} in wave {after}",
                        example.name,
                        graph[from].what,
                        graph[target].what
                    );
                }
            }
        }
        assert!(edges > plan.steps.len() / 2, "{}: only {edges} edges", example.name);
    }
}

/// The objects of a topology as JSON, whatever their order.
fn as_set(analysis: &Analysis, rename: impl Fn(&str) -> String) -> BTreeSet<String> {
    documents(analysis, Format::Json)
        .iter()
        .map(|document| {
            let value: Value = serde_json::from_str(&rename(&document.text)).expect("JSON");
            format!("wave {}: {value}", document.wave)
        })
        .collect()
}

/// A name that Kubernetes takes and that the topology has for nothing else.
fn namespace_name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9-]{1,20}[a-z0-9]".prop_filter("a name of its own", |name| {
        examples().iter().all(|example| !example.text().contains(name.as_str()))
    })
}

/// What any editor, any cat and any merge may do to a text.
#[derive(Clone, Debug)]
enum Slip {
    Delete(Unit, Index),
    Repeat(Unit, Index),
    Swap(Unit, Index, Index),
    Insert(Unit, Index, String),
    Replace(Unit, Index, String),
    Cut(Index),
}

#[derive(Clone, Copy, Debug)]
enum Unit {
    Char,
    Word,
    Line,
}

/// Pieces that mean something to KDL, to YAML, or to nobody.
const PIECES: &[&str] = &[
    "{",
    "}",
    "\"",
    "\"\"\"",
    "#\"",
    "\"#",
    "/*",
    "*/",
    "//",
    "/-",
    "\\",
    "#",
    "#true",
    "#null",
    "#inf",
    "=",
    ";",
    "\n",
    "\r",
    "\t",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "é",
    "𝄞",
    "(t)",
    "(",
    ")",
    "true",
    "null",
    "1e400",
    "-1",
    "1.10",
    "99999999999999999999999999999999999999999",
    "0x",
    "\"\"",
    "\" \"",
    "\"a\\u{0}b\"",
    "\"..\"",
    "\"/\"",
    "- ",
    ": ",
    "{{ .Values.x }}",
    "${X}",
    "version",
    "namespace \"x\"",
    "replicas 0",
    "env",
    "include \"*.kdl\"",
    "include \"**\"",
    "manifest \"**\"",
    "elk",
    "edition 1",
    "cluster \"c\"",
];

fn unit() -> impl Strategy<Value = Unit> {
    prop_oneof![Just(Unit::Char), Just(Unit::Word), Just(Unit::Word), Just(Unit::Line)]
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z0-9\"{} =-]{1,12}",
    ]
}

fn slip() -> impl Strategy<Value = Slip> {
    prop_oneof![
        3 => (unit(), any::<Index>()).prop_map(|(unit, at)| Slip::Delete(unit, at)),
        2 => (unit(), any::<Index>()).prop_map(|(unit, at)| Slip::Repeat(unit, at)),
        2 => (unit(), any::<Index>(), any::<Index>()).prop_map(|(unit, a, b)| Slip::Swap(unit, a, b)),
        3 => (unit(), any::<Index>(), piece()).prop_map(|(unit, at, piece)| Slip::Insert(unit, at, piece)),
        3 => (unit(), any::<Index>(), piece()).prop_map(|(unit, at, piece)| Slip::Replace(unit, at, piece)),
        1 => any::<Index>().prop_map(Slip::Cut),
    ]
}

/// The text in pieces; joined, they are the text.
fn pieces(text: &str, unit: Unit) -> Vec<String> {
    match unit {
        Unit::Char => text.chars().map(String::from).collect(),
        Unit::Line => text.split_inclusive('\n').map(str::to_owned).collect(),
        Unit::Word => text.split_inclusive([' ', '\n', '"', '=', ';']).map(str::to_owned).collect(),
    }
}

fn slipped(text: &str, slip: &Slip) -> String {
    let (unit, at) = match slip {
        Slip::Delete(unit, at)
        | Slip::Repeat(unit, at)
        | Slip::Swap(unit, at, _)
        | Slip::Insert(unit, at, _)
        | Slip::Replace(unit, at, _) => (*unit, at),
        Slip::Cut(at) => (Unit::Char, at),
    };
    let mut parts = pieces(text, unit);
    if parts.is_empty() {
        return text.to_owned();
    }
    let at = at.index(parts.len());
    match slip {
        Slip::Delete(..) => drop(parts.remove(at)),
        Slip::Repeat(..) => parts.insert(at, parts[at].clone()),
        Slip::Swap(_, _, other) => {
            let other = other.index(parts.len());
            parts.swap(at, other);
        }
        Slip::Insert(_, _, piece) => parts.insert(at, piece.clone()),
        Slip::Replace(_, _, piece) => parts[at].clone_from(piece),
        Slip::Cut(_) => parts.truncate(at),
    }
    parts.concat()
}

/// A topology comes to output or to an error, and every place that is named
/// is one.
fn sound(analysis: &Analysis) -> Result<(), TestCaseError> {
    prop_assert_eq!(analysis.plan().is_none(), analysis.has_errors(), "{}", plain(analysis));
    for diag in &analysis.diags {
        prop_assert!(!diag.labels.is_empty(), "{}: no place", diag.meta.code);
    }
    let astray = astray(analysis);
    prop_assert!(astray.is_empty(), "{astray}");
    for document in analysis.emit(Format::Yaml).unwrap_or_default() {
        let read = serde_saphyr::from_str::<Value>(&document.text);
        prop_assert!(read.is_ok(), "{} is no YAML:\n{}", document.id, document.text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn renaming_a_namespace_changes_nothing_else(name in namespace_name()) {
        for (example, old) in [("two-versions", "jobmon-stable"), ("two-versions", "jobmon-reapers"), ("2022", "jobmon-dev\"")] {
            let example = examples().into_iter().find(|found| found.name == example).expect("an example");
            // With its quote, so that `jobmon-dev-db` stays what it is.
            let old = old.trim_end_matches('"');
            let quoted = |name: &str| format!("\"{name}\"");
            let renamed = example.analysis_of(&example.text().replace(&quoted(old), &quoted(&name)));
            let made = as_set(&renamed, |text| text.replace(&name, old));
            let meant = as_set(&example.analysis(), str::to_owned);
            // A name that is part of something else can't be changed back.
            prop_assume!(meant.iter().all(|object| !object.contains(&name)));
            let missing: Vec<&String> = meant.difference(&made).collect();
            let besides: Vec<&String> = made.difference(&meant).collect();
            prop_assert!(
                missing.is_empty() && besides.is_empty(),
                "{old} renamed to {name}\nmissing: {missing:#?}\nbesides: {besides:#?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_topology_is_never_met_with_silence(
        which in any::<Index>(),
        slips in prop::collection::vec(slip(), 1..4),
    ) {
        let examples = examples();
        let example = which.get(&examples);
        let text = slips.iter().fold(example.text().to_owned(), |text, slip| slipped(&text, slip));
        sound(&example.analysis_of(&text))?;
    }

    #[test]
    fn any_text_is_met_with_an_error(text in "\\PC{0,200}") {
        let analysis = analyze("main.kdl", &Tree::of(&text));
        prop_assert!(analysis.has_errors());
        sound(&analysis)?;
    }

    #[test]
    fn any_words_of_the_language_are_met_with_an_error_or_output(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..60),
    ) {
        sound(&analyze("main.kdl", &Tree::of(&words.join(" "))))?;
    }
}

/// Words of the language and of its notation.
const WORDS: &[&str] = &[
    "edition",
    "1",
    "cluster",
    "\"c\"",
    "{",
    "}",
    "{",
    "}",
    "\n",
    "\n",
    ";",
    "kubernetes",
    "\"1.34\"",
    "namespace",
    "\"a\"",
    "version=",
    "version",
    "\"3.6.0\"",
    "database=",
    "database",
    "\"d\"",
    "external",
    "external=",
    "secret",
    "secret=",
    "keys",
    "\"K\"",
    "host=",
    "port=",
    "80",
    "elk",
    "elk=",
    "\"8.19.3\"",
    "elasticsearch",
    "nodes=",
    "3",
    "logstash",
    "kibana",
    "apm",
    "metricbeat",
    "retention",
    "server",
    "gui",
    "traefik",
    "route",
    "to=",
    "\"server\"",
    "middleware",
    "reapers",
    "reaper",
    "namespace=",
    "state=",
    "\"retired\"",
    "workload",
    "image=",
    "\"x:1\"",
    "connect",
    "\"a/server\"",
    "env",
    "#true",
    "defaults",
    "schedule",
    "run-once",
    "quota",
    "limits",
    "requests",
    "cpu=",
    "\"1\"",
    "memory=",
    "replicas",
    "min=",
    "max=",
    "volume",
    "mount=",
    "\"/x\"",
    "size=",
    "\"1Gi\"",
    "probe",
    "\"readiness\"",
    "path=",
    "permissions",
    "allow",
    "of=",
    "\"pods\"",
    "security",
    "user",
    "0",
];
