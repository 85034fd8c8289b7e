//! Topologies in memory, and diagnostics as plain text.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use jtc_core::diagnostics::{Diag, Severity};
use jtc_core::sources::{FileProblem, Files, Sources};
use jtc_core::syntax::Span;
use jtc_core::{Analysis, analyze};

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository is there")
}

/// A folder of files, in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree(BTreeMap<String, Vec<u8>>);

impl Tree {
    /// One file, `main.kdl`. A line `// file: NAME` in it starts another.
    pub(crate) fn of(text: &str) -> Self {
        let mut tree = Self::default();
        let (mut name, mut content) = ("main.kdl", String::new());
        for line in text.split_inclusive('\n') {
            if let Some(next) = line.strip_prefix("// file: ") {
                tree.set(name, content.as_bytes());
                (name, content) = (next.trim(), String::new());
            } else {
                content.push_str(line);
            }
        }
        tree.set(name, content.as_bytes());
        tree
    }

    /// Everything in a folder.
    pub(crate) fn folder(folder: &Path) -> Self {
        let mut tree = Self::default();
        for path in files_below(folder) {
            let bytes =
                fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            tree.set(&relative(&path, folder), &bytes);
        }
        tree
    }

    /// Adds or replaces a file.
    pub(crate) fn set(&mut self, path: &str, bytes: &[u8]) {
        self.0.insert(path.to_owned(), bytes.to_vec());
    }

    /// Removes what the predicate refuses.
    pub(crate) fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        self.0.retain(|path, _| wanted(path));
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &str) -> &str {
        let bytes = self.bytes(path).unwrap_or_else(|| panic!("there is no `{path}`"));
        std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("`{path}`: {error}"))
    }
}

impl Files for Tree {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        self.0.get(path).cloned().ok_or(FileProblem::Missing)
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        if !pattern.contains('*') {
            let folder = format!("{pattern}/");
            return match self.0.keys().find(|path| **path == pattern || path.starts_with(&folder)) {
                Some(path) if path == pattern => Ok(vec![path.clone()]),
                Some(_) => Err(FileProblem::Folder),
                None => Err(FileProblem::Missing),
            };
        }
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let matcher =
            glob.map_err(|error| FileProblem::Pattern(error.to_string()))?.compile_matcher();
        Ok(self.0.keys().filter(|path| matcher.is_match(path)).cloned().collect())
    }
}

/// All files below a folder, sorted.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// A path below a folder, joined by `/`.
pub(crate) fn relative(path: &Path, folder: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// An example: its name, and the folder it stands in.
pub(crate) struct Example {
    /// As in `minimal`.
    pub(crate) name: String,
    /// All of `examples/`.
    pub(crate) tree: Tree,
}

impl Example {
    /// The name of its root file.
    pub(crate) fn root(&self) -> String {
        format!("{}.kdl", self.name)
    }

    /// Its text.
    pub(crate) fn text(&self) -> &str {
        self.tree.text(&self.root())
    }

    /// What the compiler makes of it.
    pub(crate) fn analysis(&self) -> Analysis {
        analyze(&self.root(), &self.tree)
    }

    /// What the compiler makes of it, where its text is another.
    pub(crate) fn analysis_of(&self, text: &str) -> Analysis {
        let mut tree = self.tree.clone();
        tree.set(&self.root(), text.as_bytes());
        analyze(&self.root(), &tree)
    }
}

/// Every example, sorted by name.
pub(crate) fn examples() -> Vec<Example> {
    let tree = Tree::folder(&repository().join("examples"));
    let roots = tree.0.keys().filter(|path| !path.contains('/'));
    let names = roots.filter_map(|path| path.strip_suffix(".kdl"));
    let examples: Vec<Example> =
        names.map(|name| Example { name: name.to_owned(), tree: tree.clone() }).collect();
    assert!(examples.len() >= 8, "there are only {} examples", examples.len());
    examples
}

/// The places of a diagnostic: of its labels, and of its edits.
pub(crate) fn places(diag: &Diag) -> impl Iterator<Item = Span> {
    let edits = diag.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
    diag.labels.iter().map(|label| label.span).chain(edits)
}

/// The places of diagnostics that are none: past the end, or within a
/// character; a line for each.
pub(crate) fn astray(analysis: &Analysis) -> String {
    let mut found = String::new();
    for diag in &analysis.diags {
        for span in places(diag) {
            let file = analysis.sources.get(span.file);
            let range = span.start as usize..span.end as usize;
            if file.is_none_or(|file| file.text.get(range).is_none()) {
                let _ = writeln!(found, "{}: {span:?}: {}", diag.meta.code, diag.message);
            }
        }
    }
    found
}

/// All diagnostics, with their places, as plain text.
pub(crate) fn plain(analysis: &Analysis) -> String {
    let said: Vec<String> =
        analysis.diags.iter().map(|diag| one(diag, &analysis.sources)).collect();
    said.join("\n")
}

fn one(diag: &Diag, sources: &Sources) -> String {
    let severity = match diag.meta.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = format!("{severity}[{}] {}\n", diag.meta.code, diag.message);
    for label in &diag.labels {
        // Writing to a string can't fail.
        let _ = writeln!(
            text,
            "  {} `{}`: {}",
            place(label.span, sources),
            excerpt(label.span, sources),
            label.text
        );
    }
    if let Some(help) = &diag.help {
        let _ = writeln!(text, "  help: {help}");
    }
    if let Some(fix) = &diag.fix {
        let _ = writeln!(text, "  fix: {}", fix.title);
        for edit in &fix.edits {
            let _ = writeln!(
                text,
                "    {} `{}` becomes `{}`",
                place(edit.span, sources),
                excerpt(edit.span, sources),
                edit.text.escape_debug()
            );
        }
    }
    text
}

fn place(span: Span, sources: &Sources) -> String {
    let (path, at) = sources.place(span);
    format!("{path}:{}:{}", at.line, at.column)
}

/// The text of a span, on one line and not too long.
fn excerpt(span: Span, sources: &Sources) -> String {
    const MOST: usize = 60;
    let text: String = sources.text(span).escape_debug().collect();
    if text.chars().count() <= MOST {
        return text;
    }
    let start: String = text.chars().take(MOST).collect();
    format!("{start}…")
}
