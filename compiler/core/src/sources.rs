//! The files of a run: how they are read, and what was read.

use std::sync::{Arc, OnceLock};

use jtc_syntax::{FileId, LineCol, LineIndex, Span};

/// A way to files, which whoever calls the compiler provides. Paths are
/// relative to the folder of the root file and joined by `/`.
pub trait Files: Sync {
    /// The bytes of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem>;

    /// The files that match a pattern, sorted by path. `*` stands for any part
    /// of a name, `**` for any folders; a pattern without them is a path.
    /// Links that lead out of the root's folder are a problem, not a match.
    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem>;
}

/// Why a file can't be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// There is none.
    Missing,
    /// It may not be read.
    Denied,
    /// It is a folder.
    Folder,
    /// It has so many bytes, and may not.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The most that is read.
        most: u64,
    },
    /// It lies outside the folder of the root file, perhaps through a link.
    Outside,
    /// This file, which a pattern matches, is a link that leads out of the folder
    /// of the root file.
    Link(String),
    /// The pattern is not one.
    Pattern(String),
    /// What the operating system said.
    Other(String),
}

impl std::fmt::Display for FileProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such file"),
            Self::Denied => f.write_str("it may not be read"),
            Self::Folder => f.write_str("it is a folder"),
            Self::TooLarge { size, most } => {
                write!(f, "it has {size} bytes, and {most} is the most")
            }
            Self::Link(path) => {
                write!(f, "`{path}` is a link that leads out of the folder of the topology")
            }
            Self::Outside => f.write_str("it lies outside the folder of the topology"),
            Self::Pattern(why) => write!(f, "the pattern is not one: {why}"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

/// One file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path, as people see it.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    lines: Arc<OnceLock<LineIndex>>,
    /// The text without what a terminal would obey; none where that is the text.
    harmless: Arc<OnceLock<Option<Box<str>>>>,
}

impl SourceFile {
    /// A file with this text.
    pub fn new(path: &str, text: impl Into<Arc<str>>) -> Self {
        Self {
            path: path.to_owned(),
            text: text.into(),
            lines: Arc::default(),
            harmless: Arc::default(),
        }
    }

    /// The text as it may be shown on a terminal: what that would obey, or what turns
    /// the direction of text, has a sign of the same length in its place.
    pub fn harmless(&self) -> &str {
        let text = || {
            self.text.contains(is_obeyed).then(|| {
                let shown = |c: char| match c.len_utf8() {
                    _ if !is_obeyed(c) => c,
                    1 => '?',
                    2 => '¿',
                    _ => char::REPLACEMENT_CHARACTER,
                };
                self.text.chars().map(shown).collect()
            })
        };
        self.harmless.get_or_init(text).as_deref().unwrap_or(&self.text)
    }

    /// Where its lines begin.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(Arc::clone(&self.text)))
    }
}

/// Whether a terminal does something with a character instead of showing it.
pub fn is_obeyed(c: char) -> bool {
    let is_layout = matches!(c, '\n' | '\r' | '\t');
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && !is_layout) || turns
}

/// The files that were read, in the order of reading; spans refer to them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file and says how spans call it.
    pub fn add(&mut self, path: &str, text: &str) -> FileId {
        self.push(SourceFile::new(path, text))
    }

    /// Adds a file that has been read before.
    pub fn push(&mut self, file: SourceFile) -> FileId {
        let id = self.next();
        self.files.push(file);
        id
    }

    /// How spans will call the file that is added next.
    pub fn next(&self) -> FileId {
        FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX))
    }

    /// A file.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(usize::try_from(id.0).ok()?)
    }

    /// All files.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }

    /// Where the lines of a file begin.
    pub fn lines(&self, id: FileId) -> Option<&LineIndex> {
        let file = self.get(id)?;
        Some(file.lines())
    }

    /// The path and the line and column where a span starts.
    pub fn place(&self, span: Span) -> (&str, LineCol) {
        match self.get(span.file).zip(self.lines(span.file)) {
            Some((file, lines)) => (&file.path, lines.line_col(span.start)),
            None => ("", LineCol { line: 1, column: 1 }),
        }
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file)
            .and_then(|file| {
                let start = usize::try_from(span.start).ok()?;
                let end = usize::try_from(span.end).ok()?;
                file.text.get(start..end)
            })
            .unwrap_or_default()
    }
}

/// Resolves a path or pattern that stands in `from` against that file's
/// folder; `None` when it leaves the folder of the root file.
pub fn join(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
