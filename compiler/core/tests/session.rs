//! A session answers what one analysis alone does, whatever was edited before.
#![expect(
    clippy::disallowed_methods,
    reason = "the core does no IO; its tests hold it against files"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use jtc_core::sources::{FileProblem, Files};
use jtc_core::{Analysis, Session, analyze};

/// Files in memory; a pattern is what stands before its `*`.
#[derive(Clone, Default)]
struct Memory(BTreeMap<String, String>);

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        self.0.get(path).map(|text| text.as_bytes().to_vec()).ok_or(FileProblem::Missing)
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        let start = pattern.split('*').next().unwrap_or_default();
        let found = self.0.keys().filter(|path| path.starts_with(start));
        Ok(found.cloned().collect())
    }
}

/// All of an answer, as text.
fn told(analysis: &Analysis) -> String {
    let mut out = String::new();
    for diag in &analysis.diags {
        writeln!(out, "{} {} {:?}", diag.meta.code, diag.message, diag.labels).unwrap();
    }
    let graph = &analysis.graph().inner;
    for node in graph.node_weights() {
        writeln!(out, "{node:?}").unwrap();
    }
    for edge in graph.edge_indices() {
        writeln!(out, "{:?} {:?}", graph.edge_endpoints(edge), graph.edge_weight(edge)).unwrap();
    }
    write!(out, "{:?} {:?}", analysis.graph().secrets, analysis.plan()).unwrap();
    for demand in analysis.evidence.demands() {
        writeln!(out, "{demand:?}").unwrap();
    }
    writeln!(out, "{:?}", analysis.evidence.network).unwrap();
    out
}

/// Pseudo-random numbers, the same in every run: Knuth's constants for a
/// linear congruential generator (MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}

fn is_topology(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "kdl")
}

/// Edits as people make them.
fn edit(text: &str, dice: &mut Dice) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = dice.below(lines.len());
    let Some(line) = lines.get(at) else { return "edition 1\n".to_owned() };
    let mut letters: Vec<char> = line.chars().collect();
    let new = match dice.below(6) {
        0 => String::new(),
        1 => format!("{line}{line}"),
        2 => format!("// {line}"),
        3 => format!("\n{line}"),
        4 => {
            letters.remove(dice.below(letters.len()));
            letters.into_iter().collect()
        }
        _ => {
            letters
                .insert(dice.below(letters.len()), "x1\" {}=".chars().nth(dice.below(7)).unwrap());
            letters.into_iter().collect()
        }
    };
    lines.iter().enumerate().map(|(index, line)| if index == at { &*new } else { line }).collect()
}

fn hold_against_analyze(root: &str, files: &Memory, steps: usize, seed: u64) {
    let mut session = Session::default();
    let mut dice = Dice(seed);
    let mut now = files.clone();
    let editable: Vec<String> = files.0.keys().filter(|path| is_topology(path)).cloned().collect();
    for step in 0..steps {
        let alone = told(&analyze(root, &now));
        // Twice: also where nothing has changed at all.
        for _ in 0..2 {
            assert_eq!(told(&session.analyze(root, &now)), alone, "step {step} of {root}");
        }
        // Most edits are taken back, so that errors don't pile up.
        if dice.below(3) > 0 {
            now = files.clone();
        }
        let path = &editable[dice.below(editable.len())];
        let text = edit(&now.0[path], &mut dice);
        now.0.insert(path.clone(), text);
    }
}

fn add(folder: &Path, below: &str, files: &mut Memory) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{below}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            add(&path, &format!("{name}/"), files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            files.0.insert(name, text);
        }
    }
}

#[test]
fn examples_are_answered_alike_through_edits() {
    let mut all = Memory::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    add(&folder, "", &mut all);
    let roots: Vec<String> = all.0.keys().filter(|path| is_topology(path)).cloned().collect();
    assert!(roots.len() > 5);
    for (seed, root) in (1..).zip(&roots) {
        let mut files = all.clone();
        files.0.retain(|path, _| path == root || !is_topology(path));
        hold_against_analyze(root, &files, 10, seed);
    }
}

#[test]
fn namespaces_in_several_files_that_need_each_other() {
    let mut files = Memory::default();
    let root = "edition 1
cluster \"c\" { kubernetes \"1.34\"; storage-class \"ssd\"; }
external \"mysql\" host=\"db.example.org\" port=3306
secret \"db\" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
version \"3.3.1\" { image \"registry.example.org/jobmon:3.3.1\"; }
elk \"standard\" version=\"8.19.3\" { elasticsearch nodes=1 { storage \"10Gi\"; }; logstash; kibana; }
defaults { server { grace 45; }; }
include \"part-*\"
reapers \"reapers\" { reaper \"3.3.1\" namespace=\"one\"; reaper \"3.3.1\" namespace=\"two\"; }
";
    files.0.insert("root.kdl".to_owned(), root.to_owned());
    for name in ["one", "two", "three"] {
        let text = format!(
            "database \"{name}\" external=\"mysql\" secret=\"db\" name=\"{name}\"
namespace \"{name}\" version=\"3.3.1\" database=\"{name}\" elk=\"standard\" {{
    server {{ replicas 2; }}
    traefik {{ entrypoint \"more\" port=9100; }}
    route \"more\" entrypoint=\"more\" to=\"server\"
    workload \"w\" image=\"registry.example.org/w:1\" {{
        connect \"{}/server\" host-env=\"H\"
        connect \"mysql\"
    }}
}}
",
            if name == "one" { "two" } else { "one" }
        );
        files.0.insert(format!("part-{name}.kdl"), text);
    }
    hold_against_analyze("root.kdl", &files, 60, 99);
}
