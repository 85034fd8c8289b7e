//! The formats for programs, held against their schemas: on every golden case
//! that has something to say, what comes out is valid, and its places are
//! right.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::expect;
use jsonschema::Validator;
use serde_json::Value;

use crate::run::{Folder, Run, SMALL};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The golden cases about which something is said.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join("golden")).unwrap();
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|case| case.join("topology.kdl").exists() && case.join("diagnostics.txt").exists())
        .collect();
    cases.sort();
    assert!(cases.len() > 40, "there are only {} cases", cases.len());
    cases
}

/// What `jtc check` writes of a case.
fn check(case: &Path, format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jtc"));
    command.args(["check", "--format", format, "topology.kdl"]).current_dir(case).env_clear();
    let output = command.output().unwrap();
    assert!(
        matches!(output.status.code(), Some(0 | 1)) && output.stderr.is_empty(),
        "{}: {output:?}",
        case.display()
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Fails with all that is not valid.
#[track_caller]
fn valid(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

fn committed_schema() -> Value {
    let path = repository().join("schemas/diagnostics.schema.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Nothing but what the schema documents is valid: readers must ignore what
/// they don't know, but here it would be a field that nobody told them of.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.contains_key("properties") {
                map.insert("additionalProperties".to_owned(), false.into());
            }
            map.values_mut().for_each(closed);
        }
        Value::Array(list) => list.iter_mut().for_each(closed),
        _ => {}
    }
}

#[test]
fn json_is_as_its_schema_says() {
    let schema = committed_schema();
    let open = jsonschema::validator_for(&schema).unwrap();
    let mut closed_schema = schema;
    closed(&mut closed_schema);
    let closed = jsonschema::validator_for(&closed_schema).unwrap();
    for case in cases() {
        let answer: Value = serde_json::from_str(&check(&case, "json")).unwrap();
        let name = case.display().to_string();
        valid(&open, &answer, &name);
        valid(&closed, &answer, &name);
        for diag in answer["diagnostics"].as_array().unwrap() {
            for label in diag["labels"].as_array().unwrap() {
                let text = fs::read(case.join(label["path"].as_str().unwrap())).unwrap();
                let (start, end) = (number(&label["start"]), number(&label["end"]));
                assert!(start <= end && end <= text.len(), "{name}: {label}");
                assert_eq!(
                    number(&label["line"]),
                    text[..start].split(|byte| *byte == b'\n').count(),
                    "{name}: {label}"
                );
            }
        }
    }
    // With a summary.
    let folder = Folder::small();
    let run = folder.jtc(&["check", "--format", "json", "topology.kdl"]).code(0);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    valid(&closed, &answer, "a sound topology");
    assert_eq!(answer["format"], "jtc-diagnostics/1");
    // The schema refuses what is none of it.
    let mut broken = answer;
    broken["format"] = "jtc-diagnostics/2".into();
    assert!(!open.is_valid(&broken));
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))).unwrap()
}

/// The schema of the standard, out of the package that ships it: which version
/// that is, `Cargo.lock` says.
fn sarif_schema() -> Value {
    // Packages for other systems may not be here.
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let schema = fs::read(manifest.with_file_name("src").join("schema.json")).unwrap();
    let mut schema: Value = serde_json::from_slice(&schema).unwrap();
    // A bracket too many makes these no pattern of JSON Schema; no log of ours
    // has a language.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        let pattern = language.as_object_mut().unwrap().shift_remove("pattern").unwrap();
        assert_eq!(pattern, "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$");
    }
    let title = schema["title"].as_str().unwrap();
    assert!(title.contains("SARIF") && title.contains("2.1.0"), "{title}");
    schema
}

/// The bytes of a region, found by its lines and columns.
fn by_columns(region: &Value, text: &str) -> std::ops::Range<usize> {
    let offset = |line: usize, column: usize| {
        let mut start = 0;
        for _ in 1..line {
            let rest = &text[start..];
            let at = rest.find(['\n', '\r']).unwrap();
            start += at + if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        }
        let mut units = 1;
        for (at, letter) in text[start..].char_indices() {
            if letter == '\u{feff}' && start + at == 0 {
                continue;
            }
            if units == column {
                return start + at;
            }
            units += letter.len_utf16();
        }
        assert_eq!(units, column, "a column inside a letter, or past the end");
        text.len()
    };
    offset(number(&region["startLine"]), number(&region["startColumn"]))
        ..offset(number(&region["endLine"]), number(&region["endColumn"]))
}

/// Calls `look` with every object that has a region, and its file.
fn regions(value: &Value, look: &mut impl FnMut(&Value, Option<&str>)) {
    fn go<'v>(value: &'v Value, uri: Option<&'v str>, look: &mut impl FnMut(&Value, Option<&str>)) {
        match value {
            Value::Object(map) => {
                let own = map.get("artifactLocation").and_then(|place| place["uri"].as_str());
                let uri = own.or(uri);
                for (key, value) in map {
                    if key == "region" || key == "deletedRegion" {
                        look(value, uri);
                    }
                    go(value, uri, look);
                }
            }
            Value::Array(list) => list.iter().for_each(|value| go(value, uri, look)),
            _ => {}
        }
    }
    go(value, None, look);
}

fn decoded(uri: &str) -> String {
    percent_encoding::percent_decode_str(uri).decode_utf8().unwrap().into_owned()
}

/// Whether each region says the same place in columns and in bytes, and shows
/// what stands there.
fn regions_are_right(log: &Value, folder: &Path) -> usize {
    let mut seen = 0;
    regions(log, &mut |region, uri| {
        let path = folder.join(decoded(uri.unwrap()));
        let bytes = fs::read(&path).unwrap();
        let (start, length) = (number(&region["byteOffset"]), number(&region["byteLength"]));
        // What is no UTF-8 is read up to there.
        let text = String::from_utf8(bytes.clone()).unwrap_or_else(|error| {
            let good = error.utf8_error().valid_up_to();
            String::from_utf8(bytes[..good].to_vec()).unwrap()
        });
        let exact = &text[start..start + length];
        let shown = by_columns(region, &text);
        // A byte-order mark has no column.
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        assert_eq!(shown, start.max(mark)..(start + length).max(mark), "{region}");
        match region.get("snippet") {
            Some(snippet) => assert_eq!(snippet["text"], exact),
            None => assert!(exact.is_empty() || exact.len() > 1000, "{region}"),
        }
        seen += 1;
    });
    seen
}

#[test]
fn sarif_is_as_the_standard_says() {
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    let mut seen = 0;
    for case in cases() {
        let text = check(&case, "sarif");
        let log: Value = serde_json::from_str(&text).unwrap();
        let name = case.display().to_string();
        valid(&validator, &log, &name);
        seen += regions_are_right(&log, &case);
        // Somebody else's types take it too.
        let typed: serde_sarif::sarif::Sarif = serde_json::from_str(&text).unwrap();
        let run = &typed.runs[0];
        let rules = run.tool.driver.rules.as_ref().unwrap();
        for result in run.results.as_ref().unwrap() {
            let rule = &rules[usize::try_from(result.rule_index.unwrap()).unwrap()];
            assert_eq!(Some(&rule.id), result.rule_id.as_ref(), "{name}");
            assert!(rule.help.is_some() && rule.full_description.is_some(), "{name}");
            assert_eq!(result.locations.as_ref().unwrap().len(), 1, "{name}");
        }
        let mut broken = log;
        broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] =
            0.into();
        assert!(!validator.is_valid(&broken), "{name}: the schema holds nothing against column 0");
    }
    assert!(seen > 150, "only {seen} regions");
    // A topology without a mistake is a log too.
    let run = Folder::small().jtc(&["check", "--format", "sarif", "topology.kdl"]).code(0);
    valid(&validator, &serde_json::from_str(&run.stdout).unwrap(), "a sound topology");
}

/// Letters of two, three and four bytes, before a mistake and in it; a path
/// that no address holds as it is.
const WIDE: &str = "edition 1 // é€😀\ncluster \"demo\" { kubernetes \"1.34\"; }\n\
                    namespace \"tools\" { /* é€😀 */ wrokload \"é€😀\" image=\"é:1\"; }\n";

#[test]
fn columns_are_right_behind_wide_letters() {
    let folder = Folder::new().with("a b#é.kdl", WIDE);
    let run = folder.jtc(&["check", "--format", "sarif", "a b#é.kdl"]).code(1);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(regions_are_right(&log, &folder.path("")) >= 2);
    let physical = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "a%20b%23%C3%A9.kdl");
    // 32 letters stand before it, of which one is two units.
    let at = WIDE.lines().nth(2).unwrap().find("wrok").unwrap();
    let before = &WIDE.lines().nth(2).unwrap()[..at];
    let units = before.encode_utf16().count() + 1;
    assert_eq!(number(&physical["region"]["startColumn"]), units);
    assert_eq!(log["runs"][0]["columnKind"], "utf16CodeUnits");
    // Behind a byte-order mark, and where something is put in on the first line.
    let marked = Folder::new().with("t.kdl", format!("\u{feff}é(n)node{}", &WIDE[9..]));
    let run = marked.jtc(&["check", "--format", "sarif", "t.kdl"]).code(1);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(regions_are_right(&log, &marked.path("")) >= 4, "{log:#}");
    // The other formats count letters.
    let column = before.chars().count() + 1;
    assert_ne!(units, column);
    let json = folder.jtc(&["check", "--format", "json", "a b#é.kdl"]).code(1);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(number(&json["diagnostics"][0]["labels"][0]["column"]), column);
    folder
        .jtc(&["check", "--format", "short", "a b#é.kdl"])
        .code(1)
        .prints(&format!("a b#é.kdl:3:{column}: error[J0201]: "));
}

const TWICE: &str = "edition 1\ncluster \"demo\" { kubernetes \"1.34\"; }\n\
                     external \"a,b: 100%\" host=\"x\"\n\
                     namespace \"tools\"\nnamespace \"tools\"\n";

#[test]
fn annotations_are_what_github_reads() {
    let folder = Folder::new().with("sub/a,b.kdl", TWICE);
    let run = folder.jtc(&["check", "--format", "github", "sub/a,b.kdl"]).code(1).says_nothing();
    expect![[r#"
        ::error file=sub/a%2Cb.kdl,line=3,endLine=3,col=1,endColumn=8,title=J0203%3A missing argument or property::`external` lacks `port`%0Asub/a,b.kdl:3: needs `port`%0Ahelp: add `port=NUMBER`, a whole number from 1 to 65535: its port
        ::error file=sub/a%2Cb.kdl,line=3,endLine=3,col=10,endColumn=20,title=J0208%3A value that isn't allowed::`name` of `external` is refused: `a,b: 100%25` is not a name%0Asub/a,b.kdl:3: white space and `/` are not allowed in it%0Ahelp: write `"a,b:-100%25"`; allowed: 1 to 63 characters without white space and `/`, as in `"prod-db"`
        ::error file=sub/a%2Cb.kdl,line=5,endLine=5,col=11,endColumn=17,title=J0209%3A said twice::`namespace "tools"` is there twice%0Asub/a,b.kdl:5: again here%0Asub/a,b.kdl:4: first here%0Ahelp: remove one of the two, or give it another name
    "#]].assert_eq(&run.stdout);
    // From the root of the repository, wherever the step runs.
    let mut command = folder.command(&["check", "--format", "github", "a,b.kdl"]);
    command.current_dir(folder.path("sub")).env("GITHUB_WORKSPACE", folder.path(""));
    let from_below = Folder::run(command, b"").code(1);
    assert_eq!(from_below.stdout, run.stdout);
}

#[test]
fn every_annotation_is_one_line_and_stands_alone() {
    for case in cases() {
        let said = check(&case, "github");
        let json: Value = serde_json::from_str(&check(&case, "json")).unwrap();
        let diags = json["diagnostics"].as_array().unwrap();
        assert_eq!(said.lines().count(), diags.len(), "{}", case.display());
        for (line, diag) in said.lines().zip(diags) {
            let (properties, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
            assert!(properties.starts_with(diag["severity"].as_str().unwrap()), "{line}");
            assert!(properties.contains(&format!("title={}", diag["code"].as_str().unwrap())));
            let plain = message.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
            assert!(plain.starts_with(diag["message"].as_str().unwrap()), "{line}");
            if let Some(help) = diag["help"].as_str() {
                assert!(plain.ends_with(&format!("help: {help}")), "{line}");
            }
        }
    }
}

#[test]
fn a_line_each_is_short() {
    let folder = Folder::new().with("t.kdl", TWICE);
    let run = folder.jtc(&["check", "--format", "short", "t.kdl"]).code(1).says_nothing();
    expect![[r#"
        t.kdl:3:1: error[J0203]: `external` lacks `port`
        t.kdl:3:10: error[J0208]: `name` of `external` is refused: `a,b: 100%` is not a name
        t.kdl:5:11: error[J0209]: `namespace "tools"` is there twice
    "#]]
    .assert_eq(&run.stdout);
}

/// Standard output is the manifests', so what is wrong goes the other way.
#[test]
fn compile_says_it_on_standard_error() {
    let folder = Folder::new().with("t.kdl", TWICE).with("topology.kdl", SMALL);
    let compile = |format: &str, file: &str| -> Run {
        folder.jtc(&["compile", "--message-format", format, file])
    };
    for format in ["json", "sarif", "github", "short"] {
        let said = compile(format, "t.kdl").code(1).prints_nothing().stderr;
        assert_eq!(said, folder.jtc(&["check", "--format", format, "t.kdl"]).code(1).stdout);
    }
    let sound = compile("json", "topology.kdl").code(0).prints("kind: Deployment");
    let said: Value = serde_json::from_str(&sound.stderr).unwrap();
    assert_eq!(said["errors"], 0);
    compile("short", "topology.kdl").code(0).says_nothing();
    folder
        .jtc(&["compile", "--message-format", "short", "topology.kdl", "-o", "out"])
        .code(0)
        .says_nothing();
}
