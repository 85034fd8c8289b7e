//! The files of a topology as the client sees them: unsaved text first, then
//! the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use jtc_core::sources::{FileProblem, Files};
use jtc_files::{Folder, Pattern};

use crate::documents::Document;

/// Open documents by place.
pub(crate) type Documents = BTreeMap<PathBuf, Document>;

/// The files of one analysis.
pub(crate) struct Overlay<'a> {
    /// The folder of the root; a document that is no file has none.
    pub(crate) folder: Option<&'a Folder>,
    /// The root itself, for a document that is no file.
    pub(crate) root: &'a Path,
    pub(crate) documents: &'a Documents,
    /// What the answers came from.
    pub(crate) seen: Mutex<Seen>,
}

/// What an analysis saw of the disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    files: BTreeMap<PathBuf, Stamp>,
    patterns: BTreeMap<String, Result<Vec<String>, FileProblem>>,
}

/// When a file was changed, and its size; nothing when it isn't there.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(place: &Path) -> Stamp {
    let facts = fs::metadata(place).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

impl Seen {
    /// Whether the disk has changed since.
    pub(crate) fn is_stale(&self, folder: Option<&Folder>, documents: &Documents) -> bool {
        let overlay = Overlay { folder, root: Path::new(""), documents, seen: Mutex::default() };
        self.files.iter().any(|(place, before)| stamp(place) != *before)
            || self.patterns.iter().any(|(pattern, before)| overlay.matching(pattern) != *before)
    }
}

impl Overlay<'_> {
    fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The paths of open documents below the folder.
    fn open(&self, folder: &Folder) -> impl Iterator<Item = String> {
        let start = folder.path().to_owned();
        self.documents.keys().filter_map(move |place| relative(place, &start))
    }

    fn find(&self, folder: &Folder, pattern: &str) -> Result<Vec<String>, FileProblem> {
        let on_disk = folder.matching(pattern);
        let Some(glob) = Pattern::new(pattern)? else {
            return match on_disk {
                Err(FileProblem::Missing) if self.open(folder).any(|path| path == pattern) => {
                    Ok(vec![pattern.to_owned()])
                }
                answer => answer,
            };
        };
        let mut paths = on_disk?;
        for path in self.open(folder).filter(|path| glob.is_match(path)) {
            // A document that is on the disk is among them, or is known there
            // by the link that leads to it.
            if !folder.path().join(&path).exists() && !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths.sort_unstable();
        Ok(paths)
    }
}

impl Files for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        let text = |place: &Path| {
            self.documents.get(place).map(|document| document.text.as_bytes().to_vec())
        };
        let Some(folder) = self.folder else {
            return text(self.root).ok_or(FileProblem::Missing);
        };
        match folder.resolve(path) {
            Ok(place) => {
                if let Some(text) = text(&place) {
                    return Ok(text);
                }
                self.note(|seen| {
                    seen.files.insert(place.clone(), stamp(&place));
                });
                jtc_files::read(&place)
            }
            Err(FileProblem::Missing) => {
                let place = folder.path().join(path);
                self.note(|seen| {
                    seen.files.insert(place.clone(), None);
                });
                text(&place).ok_or(FileProblem::Missing)
            }
            Err(problem) => Err(problem),
        }
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        let Some(folder) = self.folder else { return Err(FileProblem::Missing) };
        let answer = self.find(folder, pattern);
        self.note(|seen| {
            seen.patterns.insert(pattern.to_owned(), answer.clone());
        });
        answer
    }
}

/// The path of a place below a folder, joined by `/`.
pub(crate) fn relative(place: &Path, folder: &Path) -> Option<String> {
    let below = place.strip_prefix(folder).ok()?;
    let parts: Option<Vec<&str>> =
        below.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}
