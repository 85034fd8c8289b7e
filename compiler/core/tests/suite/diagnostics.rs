//! Every diagnostic: what it shows as wrong yields it and nothing else, and
//! what it shows as right yields nothing.

use std::fmt::Write;

use jtc_core::diagnostics::{ALL, Meta, find};
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
        if !right.diags.is_empty() || right.plan.is_none() {
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

/// Following the certain repairs mends the topology, one after the other.
#[test]
fn certain_repairs_mend() {
    let mut failed = String::new();
    for meta in ALL {
        let mut tree = Tree::of(meta.wrong);
        let mut diags = analysis(meta, meta.wrong).diags;
        if diags.iter().all(|diag| diag.fix.is_none()) {
            continue;
        }
        // A version in quotes may still lack a number: a repair may uncover
        // what the next one mends.
        for _ in 0..3 {
            let Some(fix) = diags.iter().find_map(|diag| diag.fix.clone()) else { break };
            let mut text = tree.text(ROOT).to_owned();
            let mut edits = fix.edits;
            edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
            for edit in edits {
                let place = |offset| usize::try_from(offset).expect("an offset");
                text.replace_range(place(edit.span.start)..place(edit.span.end), &edit.text);
            }
            tree.set(ROOT, text.as_bytes());
            diags = analyze(ROOT, &tree).diags;
        }
        let mended = analyze(ROOT, &tree);
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
}
