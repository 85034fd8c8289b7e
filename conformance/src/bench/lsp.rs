//! `cargo xtask bench --lsp`: how long it takes from a keystroke to the
//! diagnostics of what then stands there, and whether memory stays flat.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};

use super::topology;
use crate::editor::{Document, Editor, Place};
use crate::report;

/// What is asked for: namespaces, files, and the most that the 95th
/// percentile may be, in milliseconds.
const SIZES: [(usize, usize, f64); 2] = [(50, 1, 16.0), (1000, 20, 100.0)];

/// Keystrokes at each size.
const KEYSTROKES: usize = 600;

/// Edits after which memory must be what it was.
const EDITS: usize = 10_000;

/// How much more memory counts as the same.
const FLAT: f64 = 1.1;

/// What is typed, letter by letter, into a namespace, and deleted again.
const LINE: &str =
    "\n    workload \"report\" image=\"registry.example.org/report:1\" { grace 20; }";

/// A document that is typed in.
struct Typing {
    document: Document,
    text: String,
    /// Where, as byte offsets: after the first line of a namespace.
    places: Vec<usize>,
}

impl Typing {
    fn open(editor: &mut Editor, path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let document = editor.open(path, &text)?;
        editor.diagnostics(&document)?;
        let heads = text.match_indices("\nnamespace ");
        let places = heads.filter_map(|(at, _)| Some(at + text.get(at..)?.find('{')? + 1));
        let places = places.collect();
        Ok(Self { document, text, places })
    }

    /// Types the line and deletes it, at one of the places; answers how long
    /// each keystroke took, in milliseconds.
    fn round(&mut self, editor: &mut Editor, round: usize, most: usize) -> Result<Vec<f64>> {
        let at = *self.places.get(round * 7 % self.places.len()).context("a namespace")?;
        let mut typed = self.text.clone();
        let mut times = Vec::new();
        let letters: Vec<(usize, char)> = LINE.char_indices().collect();
        for (offset, letter) in letters.iter().take(most) {
            let place = Place::of(&typed, at + offset);
            let begin = Instant::now();
            editor.edit(&mut self.document, place, place, &letter.to_string())?;
            editor.diagnostics(&self.document)?;
            times.push(begin.elapsed().as_secs_f64() * 1e3);
            typed.insert(at + offset, *letter);
        }
        for (offset, letter) in letters.iter().take(most).rev() {
            let start = Place::of(&typed, at + offset);
            let end = Place::of(&typed, at + offset + letter.len_utf8());
            let begin = Instant::now();
            editor.edit(&mut self.document, start, end, "")?;
            editor.diagnostics(&self.document)?;
            times.push(begin.elapsed().as_secs_f64() * 1e3);
            typed.remove(at + offset);
        }
        Ok(times)
    }
}

/// Measures all sizes, and then memory.
pub(super) fn run(jtc: &Path) -> Result<ExitCode> {
    let folder = tempfile::tempdir()?;
    let mut reached = true;
    for (namespaces, files, most) in SIZES {
        let folder = folder.path().join(namespaces.to_string());
        topology::write(&folder, namespaces, files)?;
        let mut editor = Editor::start(jtc, &folder)?;
        let name = if files == 1 { "topology.kdl" } else { "part-0010.kdl" };
        let mut typing = Typing::open(&mut editor, &folder.join(name))?;
        let mut times = Vec::new();
        for round in 0.. {
            let taken = typing.round(&mut editor, round, usize::MAX)?;
            // The first brings everything into memory.
            if round > 0 {
                times.extend(taken);
            }
            if times.len() >= KEYSTROKES {
                break;
            }
        }
        editor.end()?;
        times.sort_by(f64::total_cmp);
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        report::line(format_args!(
            "{namespaces} namespaces in {files} files: {} keystrokes, half within {:.1} ms, 95 of 100 within \
             {:.1} ms (at most {most} ms), the longest {:.1} ms",
            times.len(),
            at(50),
            at(95),
            times.last().copied().unwrap_or_default(),
        ));
        reached &= at(95) <= most;
    }
    reached &= memory(jtc, folder.path())?;
    Ok(if reached { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether memory is the same after many edits.
fn memory(jtc: &Path, folder: &Path) -> Result<bool> {
    let folder = folder.join("memory");
    topology::write(&folder, 50, 1)?;
    let mut editor = Editor::start(jtc, &folder)?;
    let mut typing = Typing::open(&mut editor, &folder.join("topology.kdl"))?;
    let mut edits = 0;
    let mut early = 0.0;
    for round in 0.. {
        edits += typing.round(&mut editor, round, usize::MAX)?.len();
        if early == 0.0 && edits >= EDITS / 10 {
            early = editor.memory()?;
        }
        if edits >= EDITS {
            break;
        }
    }
    let late = editor.memory()?;
    editor.end()?;
    report::line(format_args!(
        "memory: {:.1} MiB after {} edits, {:.1} MiB after {edits}",
        early / 1_048_576.0,
        EDITS / 10,
        late / 1_048_576.0,
    ));
    Ok(late <= early * FLAT)
}
