//! Certain repairs, made in files or shown.
//!
//! What is read is read once: a file that someone saves meanwhile is not what
//! was repaired, and is left alone. Nothing is written outside the folder of
//! the root file, nor through a link. Either all files are written or, as far
//! as the file system lets that be, none.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jtc_core::Analysis;
use jtc_core::diagnostics;
use jtc_core::sources::{FileProblem, Files};
use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::error::{CliError, reason};
use crate::files::OsFiles;

/// Rounds after which repairs stop: each may uncover what the next mends.
const ROUNDS: usize = 20;

/// Files as they were when they were first read, or as repairs left them.
struct Repairing<'a> {
    files: &'a OsFiles,
    /// What was read.
    read: Mutex<BTreeMap<String, Result<Vec<u8>, FileProblem>>>,
    /// What repairs made of it.
    new: BTreeMap<String, String>,
}

impl Files for Repairing<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        if let Some(text) = self.new.get(path) {
            return Ok(text.clone().into_bytes());
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.entry(path.to_owned()).or_insert_with(|| self.files.read(path)).clone()
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        self.files.matching(pattern)
    }
}

/// A topology, repaired as far as that is certain.
pub(crate) struct Repaired<'a> {
    files: &'a OsFiles,
    /// What is left to say.
    pub(crate) analysis: Analysis,
    /// How many repairs were made.
    pub(crate) made: usize,
    /// The files that change, by path.
    changes: Vec<Change>,
}

/// A file that changes.
struct Change {
    path: String,
    old: Vec<u8>,
    new: String,
}

/// A place, what changes there, and the file that will be put there.
type Prepared<'a> = (PathBuf, &'a Change, NamedTempFile);

/// Makes repairs until none is left, in memory.
pub(crate) fn repair(files: &OsFiles) -> Repaired<'_> {
    let mut repairing = Repairing { files, read: Mutex::default(), new: BTreeMap::new() };
    let mut analysis = jtc_core::analyze(files.root(), &repairing);
    let mut made = 0;
    for _ in 0..ROUNDS {
        let round = diagnostics::repair(&analysis.diags, &analysis.sources);
        if round.texts.is_empty() {
            break;
        }
        made += round.made;
        for (id, text) in round.texts {
            if let Some(file) = analysis.sources.get(id) {
                repairing.new.insert(file.path.clone(), text);
            }
        }
        analysis = jtc_core::analyze(files.root(), &repairing);
    }
    let read = repairing.read.into_inner().unwrap_or_else(PoisonError::into_inner);
    let changes = repairing.new.into_iter().filter_map(|(path, new)| {
        let old = read.get(&path)?.clone().ok()?;
        (old != new.as_bytes()).then_some(Change { path, old, new })
    });
    Repaired { files, analysis, made, changes: changes.collect() }
}

impl Repaired<'_> {
    /// How many files change.
    pub(crate) fn changed(&self) -> usize {
        self.changes.len()
    }

    /// What changes, as a unified diff.
    pub(crate) fn diff(&self) -> String {
        let mut text = String::new();
        for change in &self.changes {
            let path = format!("{}{}", self.files.shown(), change.path);
            let old = String::from_utf8_lossy(&change.old);
            let diff = TextDiff::from_lines(&*old, &change.new);
            text.push_str(&diff.unified_diff().header(&path, &path).to_string());
        }
        text
    }

    /// Writes what changes.
    pub(crate) fn write(&self) -> Result<(), CliError> {
        let mut prepared: Vec<Prepared<'_>> = Vec::new();
        for change in &self.changes {
            let place = self.place(change)?;
            let file = beside(&place, change.new.as_bytes())
                .map_err(|error| self.fails(change, &reason(&error)))?;
            prepared.push((place, change, file));
        }
        // Once more, as late as can be.
        for (place, change, _) in &prepared {
            self.unchanged(place, change)?;
        }
        self.put(prepared)
    }

    /// Puts files in their places, or the old ones back.
    fn put(&self, prepared: Vec<Prepared<'_>>) -> Result<(), CliError> {
        let mut written: Vec<(PathBuf, &Change)> = Vec::new();
        for (place, change, file) in prepared {
            if let Err(error) = file.persist(&place) {
                for (place, change) in written {
                    // What is reported is the first that fails.
                    let _ = beside(&place, &change.old).map(|file| file.persist(&place));
                }
                return Err(self.fails(change, &reason(&error.error)));
            }
            written.push((place, change));
        }
        Ok(())
    }

    /// Where a file is, if it may be written.
    fn place(&self, change: &Change) -> Result<PathBuf, CliError> {
        let folder = self.files.folder();
        let place = folder.join(&change.path);
        let is_own = fs::canonicalize(&place).is_ok_and(|resolved| resolved == place);
        if !is_own || !place.starts_with(folder) {
            return Err(self.fails(change, "it is reached through a link").hint(
                "repair the file that the link leads to, with `jtc check --diff` as a guide",
            ));
        }
        let facts = fs::metadata(&place).map_err(|error| self.fails(change, &reason(&error)))?;
        if facts.permissions().readonly() {
            return Err(self.fails(change, "it is read-only"));
        }
        self.unchanged(&place, change)?;
        Ok(place)
    }

    fn unchanged(&self, place: &Path, change: &Change) -> Result<(), CliError> {
        let now = fs::read(place).map_err(|error| self.fails(change, &reason(&error)))?;
        if now == change.old {
            return Ok(());
        }
        Err(self.fails(change, "it has changed since it was read").hint("run it again"))
    }

    fn fails(&self, change: &Change, why: &str) -> CliError {
        CliError::files(format!(
            "`{}{}` can't be repaired: {why}; no file was changed",
            self.files.shown(),
            change.path
        ))
    }
}

/// Writes a file beside `place`, with the same permissions.
fn beside(place: &Path, content: &[u8]) -> std::io::Result<NamedTempFile> {
    let folder = place.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".jtc-").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().set_permissions(fs::metadata(place)?.permissions())?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRONG: &str = "edition 1\nclutser \"a\" { kubernetes \"1.34\"; }\ninclude \"b.kdl\"\n";

    fn folder() -> (tempfile::TempDir, OsFiles) {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.kdl"), WRONG).unwrap();
        fs::write(dir.path().join("b.kdl"), "namespaze \"b\"\n").unwrap();
        let files = OsFiles::open(&dir.path().join("a.kdl")).unwrap();
        (dir, files)
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_not_overwritten_and_neither_is_another() {
        for changed in ["a.kdl", "b.kdl"] {
            let (dir, files) = folder();
            let repaired = repair(&files);
            assert_eq!((repaired.made, repaired.changed()), (2, 2));
            fs::write(dir.path().join(changed), "defaults\n").unwrap();
            let error = repaired.write().unwrap_err().to_string();
            assert!(error.contains("it has changed since it was read"), "{error}");
            let text = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
            assert_eq!(text(changed), "defaults\n");
            let (other, old) =
                if changed == "a.kdl" { ("b.kdl", "namespaze \"b\"\n") } else { ("a.kdl", WRONG) };
            assert_eq!(text(other), old);
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "something is left behind");
        }
    }

    #[test]
    fn what_was_read_first_is_what_is_repaired() {
        let (dir, files) = folder();
        fs::write(dir.path().join("a.kdl"), "defaults\n").unwrap();
        let repaired = repair(&files);
        assert!(repaired.write().is_err());
        assert_eq!(fs::read_to_string(dir.path().join("a.kdl")).unwrap(), "defaults\n");
    }

    #[test]
    fn when_one_file_cannot_be_put_in_its_place_the_others_come_back() {
        let (dir, files) = folder();
        let mut repaired = repair(&files);
        // The last is no file any more when its turn comes: put there after
        // the last look, which only a test can do.
        let place = dir.path().join("c.kdl");
        fs::create_dir(&place).unwrap();
        let change = Change { path: "c.kdl".to_owned(), old: Vec::new(), new: "x".to_owned() };
        repaired.changes.push(change);
        let mut prepared = Vec::new();
        for change in &repaired.changes {
            let at = files.folder().join(&change.path);
            prepared.push((at.clone(), change, beside(&at, change.new.as_bytes()).unwrap()));
        }
        assert!(repaired.put(prepared).is_err());
        assert_eq!(fs::read_to_string(dir.path().join("a.kdl")).unwrap(), WRONG);
        assert_eq!(fs::read_to_string(dir.path().join("b.kdl")).unwrap(), "namespaze \"b\"\n");
    }
}
