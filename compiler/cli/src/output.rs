//! `-o DIR`: one file an object, in a folder that is `jtc`'s alone.
//!
//! Invariant: at every moment the folder holds either all of the old output
//! or all of the new. Everything is written beside it first, on the same file
//! system, and brought to the disk; then the two folders change places in one
//! step where the system can do that (`renameat2` on Linux), else in two, of
//! which the first is undone when the second fails.

mod beside;
mod names;
mod swap;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jtc_core::emit::Document;
use jtc_files::MARKER;
use serde_json::{Value, json};
use walkdir::WalkDir;

use beside::Beside;

use crate::error::{CliError, reason};
use crate::files::list;

/// A folder that may be written: new, empty, or `jtc`'s own.
#[derive(Debug)]
pub(crate) struct OutputFolder {
    /// Where it is or will be, without links.
    place: PathBuf,
    /// Where it will be put together.
    parent: PathBuf,
    /// How it was written on the command line.
    shown: String,
    /// Whether it exists.
    exists: bool,
}

impl OutputFolder {
    /// Looks whether a folder may be written, and changes nothing. `topology`
    /// is the folder of the topology, without links.
    pub(crate) fn claim(path: &Path, topology: &Path) -> Result<Self, CliError> {
        let shown = path.display().to_string();
        let exists = fs::symlink_metadata(path).is_ok();
        let place = if exists { existing(path, &shown)? } else { new(path, &shown)? };
        let Some(parent) = place.parent().map(Path::to_path_buf) else {
            return Err(CliError::usage(format!("`{shown}` is the root of the file system"))
                .hint("name a folder in it"));
        };
        if topology.starts_with(&place) {
            return Err(CliError::usage(format!(
                "`{shown}` holds the topology, and would be replaced"
            ))
            .hint("name a folder of its own, as in `-o manifests`"));
        }
        if fs::canonicalize(".").is_ok_and(|current| current.starts_with(&place)) {
            return Err(CliError::usage(format!(
                "`{shown}` holds the current folder, and would be replaced"
            ))
            .hint("name a folder of its own, as in `-o manifests`"));
        }
        if exists {
            owned(&place, &shown)?;
        }
        Ok(Self { place, parent, shown, exists })
    }

    /// How it was written on the command line.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether there is output of `jtc` at a path.
    pub(crate) fn is_written(path: &Path) -> bool {
        path.join(MARKER).exists()
    }

    /// Whether it is there already.
    pub(crate) fn exists(&self) -> bool {
        self.exists
    }

    /// Replaces what the folder holds by these documents.
    pub(crate) fn replace(
        &self,
        documents: &[Document],
        head: impl Fn(&Document) -> String,
    ) -> Result<(), CliError> {
        let fails = |error: io::Error| {
            let what = if self.exists {
                "its old content is unchanged"
            } else {
                "nothing was left behind"
            };
            CliError::files(format!(
                "`{}` can't be written: {}; {what}",
                self.shown,
                reason(&error)
            ))
        };
        let name = self.place.file_name().unwrap_or_default().to_string_lossy();
        let beside = Beside::new(&self.parent, &name).map_err(fails)?;
        let fresh = beside.path().join("new");
        fs::create_dir(&fresh).map_err(fails)?;
        write_all(&fresh, documents, head).map_err(fails)?;
        if self.exists {
            let permissions = fs::metadata(&self.place).map_err(fails)?.permissions();
            fs::set_permissions(&fresh, permissions).map_err(fails)?;
            // Again, so that nothing is lost that came while this was written.
            owned(&self.place, &self.shown)?;
            swap::exchange(&fresh, &self.place, &beside.path().join("old")).map_err(fails)?;
        } else {
            fs::rename(&fresh, &self.place).map_err(fails)?;
        }
        swap::sync_folder(&self.parent);
        beside::sweep(&self.parent, &name);
        beside.close().map_err(|error| {
            CliError::files(format!(
                "`{}` is written, but the old one can't be removed: {}",
                self.shown,
                reason(&error)
            ))
        })
    }
}

/// The place of a path that exists.
fn existing(path: &Path, shown: &str) -> Result<PathBuf, CliError> {
    let fails = |error: io::Error| {
        CliError::files(format!("`{shown}` can't be opened: {}", reason(&error)))
    };
    let place = fs::canonicalize(path).map_err(fails)?;
    let facts = fs::metadata(&place).map_err(fails)?;
    if !facts.is_dir() {
        return Err(CliError::files(format!("`{shown}` is a file, and `-o` writes a folder")).hint(
            "name a folder, or leave `-o` out and send the output to a file: `jtc compile topology.kdl > all.yaml`",
        ));
    }
    if facts.permissions().readonly() {
        return Err(CliError::files(format!("`{shown}` is read-only")));
    }
    Ok(place)
}

/// The place of a path that doesn't exist, in a folder that does.
fn new(path: &Path, shown: &str) -> Result<PathBuf, CliError> {
    let Some(name) = path.file_name() else {
        return Err(CliError::usage(format!("`{shown}` doesn't name a folder")));
    };
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let parent_shown = parent.display();
    let facts = fs::metadata(parent).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            CliError::files(format!("there is no folder `{parent_shown}` for `{shown}`"))
                .hint(format!("make it first: `mkdir -p {parent_shown}`"))
        }
        _ => CliError::files(format!("`{parent_shown}` can't be opened: {}", reason(&error))),
    })?;
    if !facts.is_dir() {
        return Err(CliError::files(format!(
            "`{parent_shown}` is a file, so `{shown}` can't be in it"
        )));
    }
    let parent = fs::canonicalize(parent).map_err(|error| {
        CliError::files(format!("`{parent_shown}` can't be opened: {}", reason(&error)))
    })?;
    Ok(parent.join(name))
}

/// Whether all that a folder holds was written by `jtc`.
fn owned(place: &Path, shown: &str) -> Result<(), CliError> {
    let fails =
        |error: io::Error| CliError::files(format!("`{shown}` can't be read: {}", reason(&error)));
    let listed = match fs::read(place.join(MARKER)) {
        Ok(bytes) => Some(listed(&bytes).ok_or_else(|| {
            CliError::files(format!(
                "`{shown}/{MARKER}` is not what jtc writes, so it can't tell its own files"
            ))
            .hint("remove the folder by hand, or name another")
        })?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(fails(error)),
    };
    let ours = listed.clone().unwrap_or_default();
    let folders: BTreeSet<&Path> =
        ours.iter().flat_map(|file| Path::new(file).ancestors().skip(1)).collect();
    let mut foreign = Vec::new();
    for entry in WalkDir::new(place).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| fails(error.into()))?;
        let below = entry.path().strip_prefix(place).unwrap_or(entry.path());
        let known = if entry.file_type().is_dir() {
            folders.contains(below)
        } else {
            entry.file_type().is_file() && below.to_str().is_some_and(|below| ours.contains(below))
        };
        if !known {
            foreign.push(below.display().to_string());
        }
    }
    if foreign.is_empty() {
        return Ok(());
    }
    let those = list(&foreign);
    let error = if listed.is_some() {
        CliError::files(format!("`{shown}` holds what jtc didn't write: {those}"))
    } else {
        CliError::files(format!("`{shown}` is not empty, and jtc didn't write it: {those}"))
    };
    Err(error.hint("move that elsewhere, or name another folder"))
}

/// The files that a marker lists, and the marker.
fn listed(marker: &[u8]) -> Option<BTreeSet<String>> {
    let marker: Value = serde_json::from_slice(marker).ok()?;
    let files = marker.get("files")?.as_array()?;
    let mut listed: BTreeSet<String> =
        files.iter().map(|file| file.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    listed.insert(MARKER.to_owned());
    Some(listed)
}

/// Writes every document and the marker, and sees that they are on the disk.
fn write_all(
    folder: &Path,
    documents: &[Document],
    head: impl Fn(&Document) -> String,
) -> io::Result<()> {
    let files = names::of(documents);
    let mut made: BTreeSet<&str> = BTreeSet::new();
    for (document, file) in documents.iter().zip(&files) {
        if let Some((wave, _)) = file.split_once('/')
            && made.insert(wave)
        {
            fs::create_dir(folder.join(wave))?;
        }
        let mut file = File::create_new(folder.join(file))?;
        file.write_all(head(document).as_bytes())?;
        file.write_all(document.text.as_bytes())?;
        swap::written(&file)?;
    }
    let marker = json!({
        "comment": "jtc wrote these files, and replaces the whole folder when it writes again",
        "files": files,
    });
    let mut file = BufWriter::new(File::create_new(folder.join(MARKER))?);
    serde_json::to_writer_pretty(&mut file, &marker)?;
    file.write_all(b"\n")?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    swap::written(&file)?;
    swap::sync_file_system(&file)
}
