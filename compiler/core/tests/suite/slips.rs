//! One mistake at a time: met on its line, with its code, as one error.
//!
//! `golden/slips/README.md` says what a case is. Its messages stand in
//! `golden/slips/messages.txt`, to be read as a person would; `JTC_BLESS=1
//! cargo test -p jtc-core --test suite slips` writes them anew.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use jtc_core::diagnostics::Diag;
use jtc_core::syntax::{FileId, Node, parse};
use jtc_core::{Analysis, analyze};

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::support::{Example, Tree, examples, files_below, plain, repository};

/// A second mistake, which has nothing to do with any slip.
const OTHER: &str = "external \"far-away\" host=\"far.example.org\" port=\"closed\"\n";
const OTHER_CODE: &str = "J0204";

/// A case, with the edited files and what is expected of them.
pub(crate) struct Slip {
    name: String,
    pub(crate) root: String,
    pub(crate) tree: Tree,
    pub(crate) code: String,
    path: String,
    line: usize,
    /// Warnings that are right beside it.
    beside: Vec<String>,
    needs: String,
    /// Why a mistake behind it can't be seen.
    hides: Option<String>,
}

fn argument(node: &Node, index: usize) -> String {
    let mut arguments = node.entries.iter().filter(|entry| entry.name.is_none());
    let entry = arguments.nth(index);
    let text = entry.and_then(|entry| entry.value.as_str());
    text.unwrap_or_else(|| panic!("`{}` needs more values", node.name.text)).to_owned()
}

fn property(node: &Node, name: &str) -> Option<String> {
    let mut entries = node.entries.iter();
    let entry = entries.find(|entry| entry.name.as_ref().is_some_and(|key| &*key.text == name));
    entry.and_then(|entry| entry.value.as_str()).map(str::to_owned)
}

/// Where the text stands that must be there once.
fn only(text: &str, part: &str, case: &str) -> usize {
    let mut found = text.match_indices(part);
    let first = found.next().unwrap_or_else(|| panic!("{case}: `{part}` isn't there")).0;
    assert!(found.next().is_none(), "{case}: `{part}` is there more than once");
    first
}

/// The lines that the text stands on, from the start of the first to the start
/// of the one after the last.
fn lines_of(text: &str, part: &str, case: &str) -> (usize, usize) {
    let at = only(text, part, case);
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let last = at + part.trim_end_matches('\n').len();
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
    (start, end)
}

/// The edited text, and where the edit is.
fn edited(text: &str, edit: &Node, case: &str) -> (String, usize) {
    let part = argument(edit, 0);
    match &*edit.name.text {
        "change" => {
            let (at, new) = (only(text, &part, case), argument(edit, 1));
            let same = part.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
            let mut place = at + same.min(new.len().saturating_sub(1));
            let text = [&text[..at], &new, &text[at + part.len()..]].concat();
            // What is put on lines of its own begins there; what was taken off
            // a line's end is missing on that line.
            let added = &new[same.min(new.len())..];
            if added.starts_with('\n') && new.len() > part.len() {
                place = at + new.len() - added.trim_start().len();
            }
            while !text.is_char_boundary(place) {
                place -= 1;
            }
            (text, place)
        }
        "remove-line" => {
            let (start, end) = lines_of(text, &part, case);
            ([&text[..start], &text[end..]].concat(), start)
        }
        "copy-line" => {
            let (start, end) = lines_of(text, &part, case);
            ([&text[..end], &text[start..]].concat(), end)
        }
        "copy-node" => {
            let (start, _) = lines_of(text, &part, case);
            let line = text[start..].lines().next().unwrap_or_default();
            let indent = &line[..line.len() - line.trim_start().len()];
            let closing = format!("\n{indent}}}\n");
            let end = text[start..].find(&closing).map(|at| start + at + closing.len());
            let end = end.unwrap_or_else(|| panic!("{case}: no block begins at `{part}`"));
            ([&text[..end], &text[start..]].concat(), end)
        }
        "swap-lines" => {
            let (one, other) =
                (lines_of(text, &part, case), lines_of(text, &argument(edit, 1), case));
            let (first, second) = if one < other { (one, other) } else { (other, one) };
            let parts = [
                &text[..first.0],
                &text[second.0..second.1],
                &text[first.1..second.0],
                &text[first.0..first.1],
                &text[second.1..],
            ];
            (parts.concat(), first.0)
        }
        "append" => ([text, &part, "\n"].concat(), text.len()),
        other => panic!("{case}: `{other}` is no edit"),
    }
}

fn line_at(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn slip(node: &Node, examples: &[Example]) -> Slip {
    let name = argument(node, 0);
    let within = property(node, "in").unwrap_or_else(|| panic!("{name}: no example"));
    let example = examples.iter().find(|example| example.name == within);
    let example = example.unwrap_or_else(|| panic!("{name}: there is no example `{within}`"));
    let file = property(node, "file").unwrap_or_else(|| example.root());
    let mut tree = example.tree.clone();
    let children = &node.children.as_ref().expect("children").nodes;
    let child = |wanted: &str| children.iter().find(|child| &*child.name.text == wanted);
    let words = ["expect", "needs", "corrected", "beside", "hides"];
    let mut place = 0;
    for edit in children.iter().filter(|child| !words.contains(&&*child.name.text)) {
        let (text, at) = edited(tree.text(&file), edit, &name);
        place = at;
        tree.set(&file, text.as_bytes());
    }
    let expect = child("expect").unwrap_or_else(|| panic!("{name}: expects nothing"));
    let path = property(expect, "in-file").unwrap_or_else(|| file.clone());
    let text = tree.text(&path);
    assert_ne!(text, example.tree.text(&path), "{name}: nothing is changed");
    let at = match (property(expect, "at"), property(expect, "at-last")) {
        (Some(part), _) => only(text, &part, &name),
        (None, Some(part)) => text.rfind(&part).unwrap_or_else(|| panic!("{name}: no `{part}`")),
        (None, None) => place,
    };
    Slip {
        code: argument(expect, 0),
        line: line_at(text, at),
        needs: argument(child("needs").unwrap_or_else(|| panic!("{name}: needs nothing")), 0),
        beside: children
            .iter()
            .filter(|child| &*child.name.text == "beside")
            .map(|child| argument(child, 0))
            .collect(),
        hides: child("hides").map(|child| argument(child, 0)),
        root: example.root(),
        name,
        tree,
        path,
    }
}

/// All cases.
pub(crate) fn slips() -> Vec<Slip> {
    let examples = examples();
    let mut slips = Vec::new();
    let mut names = BTreeSet::new();
    for path in files_below(&repository().join("golden/slips")) {
        if path.extension().is_none_or(|extension| extension != "kdl") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a text");
        let read = parse(FileId(0), &text);
        assert!(read.errors.is_empty(), "{}: {:?}", path.display(), read.errors);
        for node in &read.document.nodes {
            let slip = slip(node, &examples);
            assert!(names.insert(slip.name.clone()), "`{}` is there twice", slip.name);
            slips.push(slip);
        }
    }
    assert!(slips.len() >= 150, "there are only {} slips", slips.len());
    slips
}

/// Code and place of a diagnostic.
fn place_of(diag: &Diag, analysis: &Analysis) -> (String, String, usize) {
    let (path, at) = analysis.sources.place(diag.span());
    (diag.meta.code.to_owned(), path.to_owned(), at.line as usize)
}

/// What is found instead of what is expected; nothing if all is well.
fn complaint(slip: &Slip, tree: &Tree, expected: &[(String, String, usize)]) -> Option<String> {
    let analysis = analyze(&slip.root, tree);
    let mut found: Vec<_> = analysis
        .diags
        .iter()
        .filter(|diag| diag.is_error() || !slip.beside.iter().any(|code| code == diag.meta.code))
        .map(|diag| place_of(diag, &analysis))
        .collect();
    let mut wanted = expected.to_vec();
    wanted.sort_by(|one, other| (&one.1, one.2).cmp(&(&other.1, other.2)));
    found.sort_by(|one, other| (&one.1, one.2).cmp(&(&other.1, other.2)));
    (wanted != found).then(|| format!("expected {wanted:?}\n{}", plain(&analysis)))
}

fn check(complaints: &[String]) {
    assert!(complaints.is_empty(), "{}\n{} cases", complaints.join("\n"), complaints.len());
}

#[test]
fn each_slip_is_one_error_on_its_line() {
    let mut complaints = Vec::new();
    for slip in slips() {
        let expected = [(slip.code.clone(), slip.path.clone(), slip.line)];
        if let Some(complaint) = complaint(&slip, &slip.tree, &expected) {
            complaints.push(format!("## {} (must say {})\n{complaint}", slip.name, slip.needs));
        }
    }
    check(&complaints);
}

/// Every other node is still checked.
#[test]
fn a_second_mistake_is_met_beside_each_slip() {
    let beside = |slip: &Slip| {
        let mut complaints = Vec::new();
        let text = slip.tree.text(&slip.root);
        let mut places = Vec::new();
        if slip.hides.is_none() {
            places.push(text.len());
        }
        // Before the first node that defines something, if that is far away.
        let first = ["\nexternal ", "\nsecret "].iter().filter_map(|word| text.find(word)).min();
        if let Some(at) = first.filter(|at| line_at(text, at + 1) + 3 < slip.line) {
            places.push(at + 1);
        }
        for at in places {
            let gap = if text[..at].ends_with('\n') { "" } else { "\n" };
            let both = [&text[..at], gap, OTHER, &text[at..]].concat();
            let line = line_at(&both, at + gap.len());
            let mut tree = slip.tree.clone();
            tree.set(&slip.root, both.as_bytes());
            let moved = slip.path == slip.root && line <= slip.line;
            let expected = [
                (slip.code.clone(), slip.path.clone(), slip.line + usize::from(moved)),
                (OTHER_CODE.to_owned(), slip.root.clone(), line),
            ];
            if let Some(complaint) = complaint(slip, &tree, &expected) {
                complaints.push(format!("## {} at {line}\n{complaint}", slip.name));
            }
        }
        complaints
    };
    let complaints: Vec<String> = slips().par_iter().flat_map_iter(beside).collect();
    check(&complaints);
}

/// What is said about each, to be read.
#[test]
fn messages_are_as_they_were_read() {
    let mut all = String::new();
    for slip in slips() {
        let analysis = analyze(&slip.root, &slip.tree);
        let text = slip.tree.text(&slip.path);
        let line = text.lines().nth(slip.line - 1).unwrap_or_default().trim();
        let _ = writeln!(all, "## {}\n{}\n{}", slip.name, line.escape_debug(), plain(&analysis));
    }
    let path = repository().join("golden/slips/messages.txt");
    if std::env::var_os("JTC_BLESS").is_some() && std::env::var_os("CI").is_none() {
        fs::write(&path, &all).expect("golden/slips can be written");
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    let differs = stored.lines().zip(all.lines()).position(|(old, new)| old != new);
    assert!(
        stored == all,
        "golden/slips/messages.txt is out of date, first at line {differs:?}; JTC_BLESS=1 renews it"
    );
}

/// What is put in anywhere.
const CHARACTERS: [&str; 16] =
    ["\"", "{", "}", "(", ")", "[", "=", ";", "#", "\\", "/", "'", ",", ":", " ", "\n"];

/// How many errors damage makes: sorted counts.
#[derive(Default)]
struct Counts(Vec<usize>);

impl Counts {
    fn median(&self) -> usize {
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }

    fn most(&self) -> usize {
        self.0.last().copied().unwrap_or_default()
    }

    /// The share that is at most `few`, in percent.
    fn share(&self, few: usize) -> usize {
        100 * self.0.partition_point(|count| *count <= few) / self.0.len().max(1)
    }
}

/// Every damaged text of one kind, thinned out evenly to at most `most`.
fn damaged(text: &str, kind: &str, most: usize) -> Vec<String> {
    let tokens = jtc_core::syntax::lex(text);
    let places: Vec<(usize, usize, &str)> = match kind {
        "token" => tokens
            .iter()
            .filter(|token| !token.kind.is_trivia())
            .map(|token| (token.start as usize, token.end as usize, ""))
            .collect(),
        "line" => {
            let mut start = 0;
            let lines = text.split_inclusive('\n').map(|line| {
                start += line.len();
                (start, start, line)
            });
            lines.filter(|(.., line)| !line.trim().is_empty()).collect()
        }
        _ => text
            .char_indices()
            .flat_map(|(at, _)| CHARACTERS.iter().map(move |character| (at, at, *character)))
            .collect(),
    };
    let step = places.len().div_ceil(most).max(1);
    // An odd step meets all characters and all kinds of places.
    let step = step + usize::from(step > 1 && step.is_multiple_of(2));
    let chosen = places.into_iter().step_by(step);
    chosen.map(|(start, end, new)| [&text[..start], new, &text[end..]].concat()).collect()
}

/// However an example is damaged: no panic, few errors, and a mistake far from
/// the damage is still met, unless a quote or comment is open up to there.
#[expect(clippy::print_stderr, reason = "the figures are for whoever runs the test")]
fn damage(kind: &str) -> Counts {
    const MOST: usize = 40;
    let mut counts = Counts::default();
    for example in examples() {
        let texts = damaged(example.text(), kind, MOST);
        let found = texts.into_par_iter().map(|text| {
            let analysis = example.analysis_of(&text);
            let errors =
                |analysis: &Analysis| analysis.diags.iter().filter(|diag| diag.is_error()).count();
            let alone = errors(&analysis);
            let both = [&text, "\n", OTHER].concat();
            let analysis = example.analysis_of(&both);
            let line = line_at(&both, both.len() - 1);
            let is_met = analysis.diags.iter().any(|diag| {
                diag.meta.code == OTHER_CODE
                    && analysis.sources.place(diag.span()).1.line as usize == line
            });
            assert!(
                is_met,
                "{}: the other mistake isn't met\n{both}\n{}",
                example.name,
                plain(&analysis)
            );
            alone
        });
        counts.0.extend(found.collect::<Vec<_>>());
    }
    counts.0.sort_unstable();
    eprintln!(
        "{kind}: {} texts, errors: median {}, most {}, at most one {} %, at most three {} %",
        counts.0.len(),
        counts.median(),
        counts.most(),
        counts.share(1),
        counts.share(3)
    );
    counts
}

#[test]
fn a_lost_token_makes_few_errors() {
    let counts = damage("token");
    assert!(counts.median() <= 1 && counts.share(3) >= 95 && counts.most() <= 20);
}

#[test]
fn a_line_twice_makes_few_errors() {
    let counts = damage("line");
    assert!(counts.median() <= 1 && counts.share(3) >= 95 && counts.most() <= 20);
}

#[test]
fn a_character_too_many_makes_few_errors() {
    let counts = damage("character");
    assert!(counts.median() <= 1 && counts.share(3) >= 95 && counts.most() <= 20);
}

/// What is wrong with a text, without the places.
fn wrong(analysis: &Analysis) -> Vec<(String, bool)> {
    let errors = analysis.diags.iter().filter(|diag| diag.is_error());
    let mut wrong: Vec<_> =
        errors.map(|diag| (diag.meta.code.to_owned(), diag.fix.is_some())).collect();
    wrong.sort();
    wrong
}

/// Nobody's file gets worse by being formatted.
#[test]
fn formatting_keeps_what_is_wrong() {
    const MOST: usize = 40;
    let mut complaints = Vec::new();
    let compare = |name: &str, text: &str, analysis: &Analysis, formatted: &Analysis| {
        (wrong(analysis) != wrong(formatted)).then(|| {
            format!("## {name}\n{text}\n{}\nformatted:\n{}", plain(analysis), plain(formatted))
        })
    };
    for example in examples() {
        for kind in ["token", "character"] {
            let texts = damaged(example.text(), kind, MOST).into_par_iter();
            let found = texts.filter_map(|text| {
                let formatted = jtc_core::syntax::format(&text).apply(&text);
                let (one, other) = (example.analysis_of(&text), example.analysis_of(&formatted));
                compare(&example.name, &text, &one, &other)
            });
            complaints.extend(found.collect::<Vec<_>>());
        }
    }
    for slip in slips() {
        let mut tree = slip.tree.clone();
        let text = tree.text(&slip.path).to_owned();
        let formatted = jtc_core::syntax::format(&text).apply(&text);
        tree.set(&slip.path, formatted.as_bytes());
        let (one, other) = (analyze(&slip.root, &slip.tree), analyze(&slip.root, &tree));
        complaints.extend(compare(&slip.name, &text, &one, &other));
    }
    check(&complaints);
}
