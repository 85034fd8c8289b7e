//! As if typing: each example comes into being letter by letter and goes the
//! same way. Here in strides; `cargo xtask conformance --typing` takes every
//! step.

use std::path::{Path, PathBuf};

use jtc_core::sources::{FileProblem, Files};
use jtc_core::syntax::Columns;
use jtc_files::Folder;
use lsp_types::{Diagnostic, NumberOrString};

use crate::editor::Editor;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// Copies all that an example may refer to.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// A folder whose root file says something else.
struct Instead<'a> {
    folder: &'a Folder,
    root: &'a str,
    text: &'a str,
}

impl Files for Instead<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        if path == self.root { Ok(self.text.into()) } else { self.folder.read(path) }
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        self.folder.matching(pattern)
    }
}

/// Codes and places of what the compiler says of the root file.
fn compiler(folder: &Folder, root: &str, text: &str) -> Vec<String> {
    let analysis = jtc_core::analyze(root, &Instead { folder, root, text });
    let mut found: Vec<String> = analysis
        .diags
        .iter()
        .filter(|diag| diag.span().file.0 == 0)
        .map(|diag| {
            let lines = analysis.sources.get(diag.span().file).unwrap().lines();
            let at = |offset| lines.position(offset, Columns::Utf16);
            let (start, end) = (at(diag.span().start), at(diag.span().end));
            format!(
                "{} {}:{} {}:{} {}",
                diag.meta.code, start.line, start.character, end.line, end.character, diag.message
            )
        })
        .collect();
    found.sort();
    found
}

/// The same of what the editor was told.
fn told(found: &[Diagnostic]) -> Vec<String> {
    let mut found: Vec<String> = found
        .iter()
        .map(|it| {
            let Some(NumberOrString::String(code)) = &it.code else { panic!("{it:?}") };
            let (start, end) = (it.range.start, it.range.end);
            let message = it.message.lines().next().unwrap_or_default();
            format!(
                "{code} {}:{} {}:{} {message}",
                start.line, start.character, end.line, end.character
            )
        })
        .collect();
    found.sort();
    found
}

/// A step of so many letters, a different one each time.
struct Stride(u64);

impl Stride {
    fn next(&mut self, most: u64) -> usize {
        // Knuth's constants for a linear congruential generator (MMIX).
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(1 + (self.0 >> 33) % most).unwrap()
    }
}

fn type_and_delete(name: &str, stride: u64) {
    let text = std::fs::read_to_string(examples().join(name)).unwrap();
    let mut editor = Editor::new(&[]);
    copy(&examples(), editor.folder());
    let folder = Folder::open(editor.folder()).unwrap();
    let letters: Vec<usize> =
        text.char_indices().map(|(index, _)| index).chain([text.len()]).collect();
    editor.open_with(name, "");
    let mut stops = vec![0_usize];
    let mut steps = Stride(stride);
    while let Some(last) = stops.last().copied().filter(|last| *last < letters.len() - 1) {
        stops.push((last + steps.next(stride)).min(letters.len() - 1));
    }
    let there: Vec<usize> = stops.iter().map(|stop| letters[*stop]).collect();
    let back: Vec<usize> = there.iter().rev().copied().collect();
    for (index, pair) in there.windows(2).chain(back.windows(2)).enumerate() {
        let (from, to) = (pair[0], pair[1]);
        if from < to {
            editor.edit(name, from, from, &text[from..to]);
        } else {
            editor.edit(name, to, from, "");
        }
        assert_eq!(editor.text(name), &text[..to]);
        // Some steps are looked at, others come in bursts.
        if index % 3 == 0 || to == text.len() || to == 0 {
            let found = told(&editor.diagnostics(name));
            let expected = compiler(&folder, name, &text[..to]);
            assert_eq!(found, expected, "{name}, {to} bytes");
        }
    }
}

#[test]
fn an_example_that_is_typed_and_deleted_has_the_compilers_diagnostics() {
    let mut names: Vec<String> = std::fs::read_dir(examples())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "kdl"))
        .collect();
    names.sort();
    assert!(names.len() > 5);
    for name in names {
        let letters = std::fs::metadata(examples().join(&name)).unwrap().len();
        type_and_delete(&name, letters / 12);
    }
}

#[test]
fn a_small_topology_letter_by_letter() {
    let text = "edition 1\ncluster \"é😀\" { kubernetes \"1.34\"; }\nsecret s { keys A; }\n";
    let mut editor = Editor::new(&[]);
    editor.open_with("a.kdl", "");
    let folder = Folder::open(editor.folder()).unwrap();
    let mut there: Vec<usize> = text.char_indices().map(|(index, _)| index).collect();
    there.push(text.len());
    for pair in there.windows(2) {
        editor.edit("a.kdl", pair[0], pair[0], &text[pair[0]..pair[1]]);
        let expected = compiler(&folder, "a.kdl", &text[..pair[1]]);
        assert_eq!(told(&editor.diagnostics("a.kdl")), expected, "{:?}", &text[..pair[1]]);
    }
}
