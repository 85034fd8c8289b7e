//! Every diagnostic: what it shows as wrong yields it and nothing else, and
//! what it shows as right yields nothing.

use std::fmt::Write;

use jtc_core::diagnostics::{ALL, Meta, find, repair};
use jtc_core::{Analysis, analyze};

use crate::support::{Tree, plain};

const ROOT: &str = "main.kdl";

/// A code, why its example is made, and how.
type Made = (&'static str, &'static str, fn(&str) -> Tree);

/// Diagnostics whose example is too long, or no text at all, and so is made
/// here; with the reason.
const MADE: &[Made] = &[
    ("J0109", "a text can't hold what is no text", not_utf8),
    ("J0116", "it takes more files than one can read", too_many_files),
    ("J0619", "it takes a file of more than a megabyte", large_file),
];

fn not_utf8(text: &str) -> Tree {
    let mut tree = Tree::default();
    let at = text.find("\\xff");
    let bytes = match at {
        Some(at) => [&text.as_bytes()[..at], b"\xff", &text.as_bytes()[at + 4..]].concat(),
        None => text.as_bytes().to_vec(),
    };
    tree.set(ROOT, &bytes);
    tree
}

/// As many files in a chain of includes as the text says, one deeper each.
fn too_many_files(text: &str) -> Tree {
    let mut tree = Tree::of(text);
    let depth = if text.contains("deep/") { 40 } else { 0 };
    for level in 0..depth {
        let next = format!("include \"{}.kdl\"\n", level + 1);
        let content = if level + 1 < depth { next } else { "defaults\n".to_owned() };
        tree.set(&format!("deep/{level}.kdl"), content.as_bytes());
    }
    tree
}

/// The file `data.csv` with two megabytes in it.
fn large_file(text: &str) -> Tree {
    let mut tree = Tree::of(text);
    tree.set("data.csv", &vec![b'x'; 2 << 20]);
    tree
}

fn analysis(meta: &Meta, text: &str) -> Analysis {
    let made = MADE.iter().find(|(code, ..)| *code == meta.code);
    let tree = made.map_or_else(|| Tree::of(text), |(.., make)| make(text));
    analyze(ROOT, &tree)
}

#[test]
fn codes_are_well_formed_sorted_and_found() {
    for meta in ALL {
        let digits = meta.code.strip_prefix('J').unwrap_or_default();
        let formed = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        assert!(formed, "`{}` is not J and four digits", meta.code);
        assert!(
            find(meta.code).is_some_and(|found| found.title == meta.title),
            "{} is not found",
            meta.code
        );
    }
    for pair in ALL.windows(2) {
        assert!(
            pair[0].code < pair[1].code,
            "{} and {} are not in order",
            pair[0].code,
            pair[1].code
        );
    }
    for (code, reason, _) in MADE {
        assert!(find(code).is_some(), "{code} is no diagnostic, but excepted: {reason}");
    }
}

#[test]
fn what_is_wrong_yields_the_code_and_what_is_right_nothing() {
    let mut failed = String::new();
    for meta in ALL {
        if meta.wrong.is_empty() && meta.code != "J0110" {
            let _ = writeln!(failed, "{}: it shows nothing that is wrong", meta.code);
            continue;
        }
        let wrong = analysis(meta, meta.wrong);
        let codes: Vec<&str> = wrong.diags.iter().map(|diag| diag.meta.code).collect();
        if codes != [meta.code] {
            let _ = writeln!(
                failed,
                "{}: the wrong topology yields {codes:?}:\n{}",
                meta.code,
                plain(&wrong)
            );
        }
        let right = analysis(meta, meta.right);
        if !right.diags.is_empty() || right.plan().is_none() {
            let _ = writeln!(failed, "{}: the right topology yields\n{}", meta.code, plain(&right));
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

/// A person reads it aloud: no full stop, no capital at the start, something
/// named.
#[test]
fn messages_are_written_as_agreed() {
    for meta in ALL {
        for diag in analysis(meta, meta.wrong).diags {
            let message = &diag.message;
            assert!(!message.ends_with('.'), "{}: `{message}` ends with a stop", meta.code);
            let first = message.chars().next().unwrap_or('A');
            assert!(!first.is_uppercase(), "{}: `{message}` starts with a capital", meta.code);
            assert!(!diag.labels.is_empty(), "{}: no place", meta.code);
            let help = diag.help.as_deref().unwrap_or_default();
            assert!(!help.ends_with('.'), "{}: the help `{help}` ends with a stop", meta.code);
            assert_eq!(
                message.matches('`').count() % 2,
                0,
                "{}: `{message}` has a backtick too few",
                meta.code
            );
        }
    }
}

/// Rounds of repairs after which nothing may be left to repair. A version in
/// quotes may still lack a number: a repair may uncover what the next mends.
const ROUNDS: usize = 3;

/// Makes all certain repairs, until there is none left.
fn repaired(root: &str, tree: &mut Tree) -> Analysis {
    let mut analysis = analyze(root, tree);
    for _ in 0..ROUNDS {
        let repaired = repair(&analysis.diags, &analysis.sources);
        if repaired.made == 0 {
            break;
        }
        for (id, text) in repaired.texts {
            let path = analysis.sources.get(id).expect("a file that was read").path.clone();
            tree.set(&path, text.as_bytes());
        }
        analysis = analyze(root, tree);
    }
    assert!(
        analysis.diags.iter().all(|diag| diag.fix.is_none()),
        "after {ROUNDS} rounds there are repairs left:\n{}",
        plain(&analysis)
    );
    analysis
}

/// What a diagnostic shows as wrong is right once it is repaired, where it
/// offers that.
#[test]
fn certain_repairs_mend() {
    let mut failed = String::new();
    let mut repairs = Vec::new();
    for meta in ALL {
        let mut tree = Tree::of(meta.wrong);
        if MADE.iter().any(|(code, ..)| *code == meta.code) {
            continue;
        }
        let before = analyze(ROOT, &tree);
        if before.diags.iter().all(|diag| diag.fix.is_none()) {
            continue;
        }
        repairs.push(meta.code);
        let first = repair(&before.diags, &before.sources);
        assert_eq!(first.made, before.diags.len(), "{}: not all is repaired at once", meta.code);
        let mended = repaired(ROOT, &mut tree);
        if !mended.diags.is_empty() {
            let _ = writeln!(
                failed,
                "{}: the repairs lead to\n{}\n{}",
                meta.code,
                tree.text(ROOT),
                plain(&mended)
            );
        }
    }
    assert!(failed.is_empty(), "{failed}");
    expect_test::expect![
        "J0101 J0102 J0104 J0105 J0107 J0201 J0202 J0204 J0208 J0211 J0309 J0503 J0510"
    ]
    .assert_eq(&repairs.join(" "));
}

/// Nowhere does a repair make anything worse.
#[test]
fn certain_repairs_break_nothing() {
    let mut made = 0;
    for (name, root, mut tree) in golden_trees() {
        let before = analyze(&root, &tree);
        made += before.diags.iter().filter(|diag| diag.fix.is_some()).count();
        let after = repaired(&root, &mut tree);
        let unfixed: Vec<&str> = before
            .diags
            .iter()
            .filter(|diag| diag.fix.is_none())
            .map(|diag| diag.message.as_str())
            .collect();
        let left: Vec<_> =
            after.diags.iter().filter(|diag| !uncovers(&name, diag.meta.code)).collect();
        for diag in &left {
            assert!(
                unfixed.contains(&diag.message.as_str()),
                "golden/{name}: the repairs lead to\n{}",
                plain(&after)
            );
        }
        assert!(left.len() <= unfixed.len(), "golden/{name}:\n{}", plain(&after));
    }
    assert!(made > 20, "only {made} repairs are tried");
}

/// What a repair lets be seen that was wrong besides, with the reason.
const UNCOVERED: &[(&str, &str, &str)] = &[
    ("bad-number-for-version", "J0801", "the number is completed, and then is of no release"),
    ("bad-routes", "J0509", "the route leads somewhere now, and there is another like it"),
];

fn uncovers(case: &str, code: &str) -> bool {
    UNCOVERED.iter().any(|(known, uncovered, _)| (*known, *uncovered) == (case, code))
}

/// The repairs that the examples of the catalogue don't show.
#[test]
fn names_and_small_things_are_repaired_where_they_stand() {
    const AROUND: &str = r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "database" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="database"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "tools" {
    workload "report" image="example/report:1" { port "http" 8080; LINE; }
    workload "mail" image="example/mail:1" { port "http" 8080; }
}
"#;
    for (wrong, right) in [
        // A name in quotes, bare, and as a part of a text.
        ("connect \"mial\"", Some("connect \"mail\"")),
        ("connect mial", Some("connect mail")),
        ("connect \"jobmno/server\"", Some("connect \"jobmon/server\"")),
        ("connect \"jobmon/srever\"", Some("connect \"jobmon/server\"")),
        (
            "env \"A\" secret=\"databse\" key=\"DB_HOST\"",
            Some("env \"A\" secret=\"database\" key=\"DB_HOST\""),
        ),
        (
            "env \"A\" secret=\"database\" key=\"DB_HOTS\"",
            Some("env \"A\" secret=\"database\" key=\"DB_HOST\""),
        ),
        (
            "env \"A\" secret=\"database\" key=DB_HOTS",
            Some("env \"A\" secret=\"database\" key=DB_HOST"),
        ),
        (
            "probe \"readiness\" path=\"/\" port=\"htpt\"",
            Some("probe \"readiness\" path=\"/\" port=\"http\""),
        ),
        ("env \"A\" (string)\"b\"", Some("env \"A\" \"b\"")),
        (
            "volume \"a\" mount=(path)\"/a\" empty=#true",
            Some("volume \"a\" mount=\"/a\" empty=#true"),
        ),
        // It would be there twice; it is known elsewhere; nobody can know.
        ("volume \"a\" mount=\"/a\" mounts=\"/b\" empty=#true", None),
        ("route \"a\" to=\"report\"", None),
        ("connect \"m\"", None),
    ] {
        let mut tree = Tree::of(&AROUND.replace("LINE", wrong));
        let before = analyze(ROOT, &tree);
        assert!(before.has_errors(), "`{wrong}` is right");
        let after = repaired(ROOT, &mut tree);
        match right {
            Some(right) => {
                assert_eq!(tree.text(ROOT), AROUND.replace("LINE", right));
                assert!(!after.has_errors(), "`{right}`:\n{}", plain(&after));
            }
            None => assert_eq!(tree.text(ROOT), AROUND.replace("LINE", wrong)),
        }
    }
}

/// Where the edition goes, whatever else stands at the start.
#[test]
fn an_edition_is_put_at_the_top() {
    let rest = "cluster \"demo\" { kubernetes \"1.34\"; }\n";
    for (wrong, right) in [
        (rest.to_owned(), format!("edition 1\n{rest}")),
        (format!("\u{feff}{rest}"), format!("\u{feff}edition 1\n{rest}")),
        (format!("// ours\n{rest}"), format!("edition 1\n// ours\n{rest}")),
        (
            format!("// ours\n{rest}edition 1 // one\n"),
            format!("// ours\nedition 1\n{rest} // one\n"),
        ),
        (format!("\u{feff}{rest}edition 1"), format!("\u{feff}edition 1\n{rest}")),
        (
            "cluster \"demo\" { kubernetes \"1.34\"; }; edition 1; defaults\n".to_owned(),
            "edition 1\ncluster \"demo\" { kubernetes \"1.34\"; };  defaults\n".to_owned(),
        ),
    ] {
        let mut tree = Tree::of(&wrong);
        let after = repaired(ROOT, &mut tree);
        assert_eq!(tree.text(ROOT), right);
        assert!(after.diags.is_empty(), "{right:?}:\n{}", plain(&after));
    }
}

/// The golden cases with a topology of their own.
fn golden_trees() -> Vec<(String, String, Tree)> {
    let golden = crate::support::repository().join("golden");
    let entries = std::fs::read_dir(&golden).expect("golden/ is there");
    let mut folders: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    folders.retain(|folder| folder.join("topology.kdl").is_file());
    folders
        .into_iter()
        .map(|folder| {
            let name = crate::support::relative(&folder, &golden);
            (name, "topology.kdl".to_owned(), Tree::folder(&folder))
        })
        .collect()
}
