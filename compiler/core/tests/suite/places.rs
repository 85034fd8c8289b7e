//! Every place that is named begins and ends between two characters, however
//! many bytes these have.
//!
//! A place is wrong where somebody reckons in bytes beside a character that
//! has several. So wide characters are put where places begin and end: beside
//! everything that is said about a slip and about the wrong examples of the
//! catalogue, and all over the examples.

use std::collections::BTreeSet;
use std::fmt::Write;

use jtc_core::analyze;
use jtc_core::diagnostics::ALL;
use jtc_core::names::Names;
use jtc_core::syntax::{FileId, parse};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::slips::slips;
use crate::support::{Tree, astray, examples, places, plain};

/// Of two, three and four bytes; and of two between such as are dropped, so
/// that what is read is shorter than what is written.
const WIDE: [&str; 4] = ["¡", "€", "😀", "\u{1}é\u{1}"];

/// A text with a character put in, in place of the one before, and of the one
/// behind.
fn widened(text: &str, at: usize, wide: &str) -> Vec<String> {
    let (Some(before), Some(behind)) = (text.get(..at), text.get(at..)) else { return Vec::new() };
    let (mut first, mut rest) = (before.chars(), behind.chars());
    first.next_back();
    rest.next();
    let (first, rest) = (first.as_str(), rest.as_str());
    [(before, behind), (first, behind), (before, rest)]
        .map(|(before, behind)| [before, wide, behind].concat())
        .into()
}

/// A file of a topology with another text.
struct Case<'t> {
    root: &'t str,
    tree: &'t Tree,
    path: String,
    text: String,
}

impl Case<'_> {
    /// What is wrong about the places in it.
    fn complaint(&self) -> Option<String> {
        let mut tree = self.tree.clone();
        tree.set(&self.path, self.text.as_bytes());
        let analysis = analyze(self.root, &tree);
        let mut wrong = astray(&analysis);
        let document = parse(FileId(0), &self.text).document;
        for name in Names::new([(&document, &*self.text)].into_iter()).iter() {
            let range = name.span.start as usize..name.span.end as usize;
            if self.text.get(range).is_none() {
                let _ = writeln!(wrong, "{name:?}");
            }
        }
        (!wrong.is_empty()).then(|| format!("{wrong}{}\n{}", plain(&analysis), self.text))
    }
}

fn check(cases: Vec<Case<'_>>, least: usize) {
    assert!(cases.len() >= least, "there are only {} texts", cases.len());
    let complaints: Vec<String> =
        cases.into_par_iter().filter_map(|case| case.complaint()).collect();
    assert!(complaints.is_empty(), "{}\n{} texts", complaints[0], complaints.len());
}

/// Each end of each place of what is said, with a wide character there.
fn beside<'t>(root: &'t str, tree: &'t Tree) -> Vec<Case<'t>> {
    let analysis = analyze(root, tree);
    let spans: BTreeSet<_> = analysis.diags.iter().flat_map(places).collect();
    let ends: BTreeSet<_> =
        spans.iter().flat_map(|span| [(span.file, span.start), (span.file, span.end)]).collect();
    let mut cases = Vec::new();
    for (number, (file, at)) in ends.into_iter().enumerate() {
        let Some(file) = analysis.sources.get(file) else { continue };
        let wide = WIDE[number % WIDE.len()];
        let texts = widened(&file.text, at as usize, wide);
        let path = file.path.clone();
        cases.extend(texts.into_iter().map(|text| Case { root, tree, path: path.clone(), text }));
    }
    cases
}

#[test]
fn places_beside_wide_characters_of_slips() {
    let slips = slips();
    let mut cases = Vec::new();
    // Those of the notation, of which most places are reckoned.
    for slip in slips.iter().filter(|slip| slip.code.starts_with("J010")) {
        cases.extend(beside(&slip.root, &slip.tree));
    }
    // An odd step meets all kinds of places.
    check(cases.into_iter().step_by(2).collect(), 500);
}

#[test]
fn places_beside_wide_characters_of_the_catalogue() {
    let trees: Vec<Tree> = ALL.iter().map(|meta| Tree::of(meta.wrong)).collect();
    let mut cases = Vec::new();
    for tree in &trees {
        cases.extend(beside("main.kdl", tree));
    }
    check(cases, 200);
}

#[test]
fn places_of_examples_with_wide_characters() {
    const MOST: usize = 30;
    let examples = examples();
    let roots: Vec<String> = examples.iter().map(crate::support::Example::root).collect();
    let mut cases = Vec::new();
    for (example, root) in examples.iter().zip(&roots) {
        let text = example.text();
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        // An odd step meets all kinds of places.
        let step = places.len().div_ceil(MOST) | 1;
        for (number, at) in places.into_iter().step_by(step).enumerate() {
            let texts = widened(text, at, WIDE[number % WIDE.len()]);
            let text = texts.into_iter().nth(number % 3).expect("three texts");
            cases.push(Case { root, tree: &example.tree, path: root.clone(), text });
        }
    }
    check(cases, 200);
}
