//! The golden files: what comes out of a topology, or what is said about it.
//!
//! A folder `golden/CASE` is a case. Its input is `examples/CASE.kdl` if there
//! is one of that name, else its own `topology.kdl` with the files beside it.
//! Beside the input stand
//!
//! - `out/`, if it compiles: a file for each object, as `jtc compile -o` lays
//!   them out. Traefik's definitions, which are large and the same in every
//!   case, stand only in `minimal`; in all others they are left out.
//! - `diagnostics.txt`, if anything is said about it.
//!
//! What a case is for is written down by hand, before anything is blessed: the
//! first line of a topology of its own is `// expect: J0301 at 7, J0809 at 3`
//! (a line of `topology.kdl`, or `other.kdl:7`) or `// expect: nothing`; where
//! a topology can't have such a line, it stands in a file `expect`.
//!
//! `JTC_BLESS=1 cargo test -p jtc-core --test suite golden` writes the files
//! anew, except under CI. Look at what changed before you commit it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use jtc_core::emit::{Document, Format};
use jtc_core::model::object::Kind;
use jtc_core::{Analysis, analyze};

use crate::support::{Tree, examples, files_below, plain, relative, repository};

/// The case that also holds Traefik's definitions.
const WITH_DEFINITIONS: &str = "minimal";

/// The root file of a case of its own.
const ROOT: &str = "topology.kdl";

/// A case: its folder, and where its input is.
struct Case {
    name: String,
    folder: PathBuf,
    root: String,
    tree: Tree,
    /// What is written down about it; nothing for an example.
    expected: Option<String>,
}

fn cases() -> Vec<Case> {
    let golden = repository().join("golden");
    let mut cases: Vec<Case> = examples()
        .into_iter()
        .map(|example| Case {
            folder: golden.join(&example.name),
            root: example.root(),
            tree: example.tree,
            name: example.name,
            expected: None,
        })
        .collect();
    let mut folders: Vec<PathBuf> = fs::read_dir(&golden)
        .expect("golden/ is there")
        .map(|entry| entry.expect("an entry of golden/").path())
        .collect();
    folders.sort();
    for folder in folders {
        let name = relative(&folder, &golden);
        // The slips have a runner of their own.
        if name == "slips" || cases.iter().any(|case| case.name == name) {
            continue;
        }
        assert!(
            folder.join(ROOT).is_file(),
            "golden/{name} has no {ROOT}, and there is no examples/{name}.kdl"
        );
        let mut tree = Tree::folder(&folder);
        tree.keep(|path| !path.starts_with("out/") && path != "diagnostics.txt");
        let expected = Some(expectation(&name, &tree));
        cases.push(Case { name, folder, root: ROOT.to_owned(), tree, expected });
    }
    cases
}

/// The expectation that is written down.
fn expectation(name: &str, tree: &Tree) -> String {
    let bytes = tree.bytes("expect").or_else(|| tree.bytes(ROOT)).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let expected = first.strip_prefix("// expect: ");
    let expected =
        expected.unwrap_or_else(|| panic!("golden/{name} doesn't say what it expects: `{first}`"));
    expected.trim().to_owned()
}

/// What was found, in the form of an expectation.
fn found(analysis: &Analysis) -> String {
    let found: Vec<String> = analysis
        .diags
        .iter()
        .map(|diag| {
            let (path, at) = analysis.sources.place(diag.span());
            let file = if path == ROOT { String::new() } else { format!("{path}:") };
            format!("{} at {file}{}", diag.meta.code, at.line)
        })
        .collect();
    if found.is_empty() { "nothing".to_owned() } else { found.join(", ") }
}

/// The files that a case should have, by their path in its folder.
fn made(case: &Case, analysis: &Analysis) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let said = plain(analysis);
    if !said.is_empty() {
        files.insert("diagnostics.txt".to_owned(), said);
    }
    for document in analysis.emit(Format::Yaml).unwrap_or_default() {
        if document.id.kind == Kind::Crd && case.name != WITH_DEFINITIONS {
            continue;
        }
        let head = format!("# wave {}, from {}:{}\n", document.wave, document.path, document.line);
        let twice = files.insert(path_of(&document), head + &document.text);
        assert!(twice.is_none(), "golden/{}: two files {}", case.name, path_of(&document));
    }
    files
}

/// The path of an object below the folder of a case. Names here hold nothing
/// that `jtc compile -o` would have to write otherwise.
fn path_of(document: &Document) -> String {
    let id = &document.id;
    let mut stem = match &id.kind {
        Kind::Other(other) => {
            let version = match other.api_version.split_once('/') {
                Some((group, version)) => format!("{version}.{group}"),
                None => other.api_version.clone(),
            };
            format!("{}.{version}", other.kind.to_lowercase())
        }
        kind => kind.as_str().to_lowercase(),
    };
    for part in id.namespace.iter().chain([&id.name]) {
        stem.push('_');
        stem.push_str(part);
    }
    format!("out/wave-{:02}/{stem}.yaml", document.wave)
}

/// The files that a case has.
fn there(folder: &Path) -> BTreeMap<String, String> {
    if !folder.is_dir() {
        return BTreeMap::new();
    }
    let outputs = files_below(folder).into_iter().filter_map(|path| {
        let name = relative(&path, folder);
        (name.starts_with("out/") || name == "diagnostics.txt").then_some((name, path))
    });
    outputs
        .map(|(name, path)| {
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (name, text)
        })
        .collect()
}

#[test]
fn golden_files_are_what_the_compiler_makes() {
    let bless = std::env::var_os("JTC_BLESS").is_some_and(|value| value == "1");
    assert!(!bless || std::env::var_os("CI").is_none(), "under CI nothing is blessed");
    let cases = cases();
    let mut wrong = String::new();
    for case in &cases {
        let analysis = analyze(&case.root, &case.tree);
        let found = found(&analysis);
        let expected = case.expected.as_deref().unwrap_or("nothing");
        if found != expected {
            let _ = writeln!(
                wrong,
                "golden/{}\n  expects {expected}\n  but has {found}\n{}",
                case.name,
                plain(&analysis)
            );
        }
        assert_eq!(
            analysis.plan().is_none(),
            analysis.has_errors(),
            "golden/{}: output without errors, or neither",
            case.name
        );
        let (made, there) = (made(case, &analysis), there(&case.folder));
        if bless {
            renew(&case.folder, &made, &there);
        } else {
            compare(&case.name, &made, &there, &mut wrong);
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}\nIf that is right: JTC_BLESS=1 cargo test -p jtc-core --test suite golden"
    );
}

/// Makes the files of a case what was made.
fn renew(folder: &Path, made: &BTreeMap<String, String>, there: &BTreeMap<String, String>) {
    for name in there.keys().filter(|name| !made.contains_key(*name)) {
        let path = folder.join(name);
        fs::remove_file(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // A folder of a wave that is empty now goes too; others refuse.
        let _ = path.parent().map(fs::remove_dir);
    }
    for (name, text) in made.iter().filter(|(name, text)| there.get(*name) != Some(text)) {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// Tells what differs.
fn compare(
    case: &str,
    made: &BTreeMap<String, String>,
    there: &BTreeMap<String, String>,
    wrong: &mut String,
) {
    for (name, text) in made {
        match there.get(name) {
            None => {
                let _ =
                    writeln!(wrong, "golden/{case}/{name} is missing; it would be\n{}", head(text));
            }
            Some(old) if old != text => {
                let _ = writeln!(
                    wrong,
                    "golden/{case}/{name} differs (- there, + made)\n{}",
                    diff(old, text)
                );
            }
            Some(_) => {}
        }
    }
    for name in there.keys().filter(|name| !made.contains_key(*name)) {
        let _ = writeln!(wrong, "golden/{case}/{name} is there, but nothing makes it");
    }
}

fn head(text: &str) -> String {
    text.lines().take(8).map(|line| ["+ ", line, "\n"].concat()).collect()
}

/// The lines that differ, each with a few around it that don't.
fn diff(old: &str, new: &str) -> String {
    const AROUND: usize = 2;
    const MOST: usize = 60;
    let lines = edits(&old.lines().collect::<Vec<_>>(), &new.lines().collect::<Vec<_>>());
    let changed = |index: usize| lines.get(index).is_some_and(|(mark, _)| *mark != ' ');
    let mut text = String::new();
    let mut gap = false;
    for (index, (mark, line)) in lines.iter().enumerate() {
        let near = (index.saturating_sub(AROUND)..=index + AROUND).any(changed);
        if near {
            let _ = writeln!(text, "{mark} {line}");
        } else if !gap {
            text.push_str("  …\n");
        }
        gap = !near;
        if text.lines().count() >= MOST {
            text.push_str("  … and more\n");
            break;
        }
    }
    text
}

/// One line each: ` ` in both, `-` only in the old, `+` only in the new, by
/// the longest common subsequence of what stands between a common start and
/// a common end.
fn edits<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(char, &'t str)> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (a, b) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    // common[i][j]: how many lines a[i..] and b[j..] have in common.
    let mut common = vec![vec![0_u32; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let mut lines: Vec<(char, &str)> = old[..start].iter().map(|line| (' ', *line)).collect();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            lines.push((' ', a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j >= b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', a[i]));
            i += 1;
        } else {
            lines.push(('+', b[j]));
            j += 1;
        }
    }
    lines.extend(old[old.len() - end..].iter().map(|line| (' ', *line)));
    lines
}

#[test]
fn differences_are_shown_line_by_line() {
    assert_eq!(
        diff("a\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nd\nE\nf\ng\nh\n"),
        "  …\n  c\n  d\n- e\n+ E\n  f\n  g\n+ h\n"
    );
    assert_eq!(diff("a\n", ""), "- a\n");
    assert_eq!(diff("x\na\n", "a\ny\n"), "- x\n  a\n+ y\n");
}
