//! The files of a topology, on the operating system.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jtc_core::diagnostics::suggest;
use jtc_core::sources::{FileProblem, Files};
use jtc_files::{Folder, MOST, problem};

use crate::error::{CliError, reason};

/// The name of standard input among the files.
const STDIN: &str = "<stdin>";

/// The folder of a root file. Nothing outside it is read, also not through
/// links, except the root file itself, which whoever runs `jtc` has named.
#[derive(Debug)]
pub(crate) struct OsFiles {
    folder: Folder,
    /// How the folder was written, up to and with the last `/`.
    shown: String,
    /// The name of the root file.
    name: String,
    /// The bytes of the root file until they are read: standard input can't
    /// be read twice.
    first: Mutex<Option<Vec<u8>>>,
}

impl OsFiles {
    /// Opens a topology: its root file, or `-` for standard input, whose
    /// includes are relative to the current folder.
    pub(crate) fn open(path: &Path) -> Result<Self, CliError> {
        if path == Path::new("-") {
            return Self::stdin();
        }
        let bytes = read_root(path)?;
        let parent = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let folder = Folder::open(parent).map_err(|error| {
            CliError::files(format!("`{}` can't be opened: {}", parent.display(), reason(&error)))
        })?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let written = path.to_string_lossy();
        let shown = written.strip_suffix(&name).unwrap_or_default().to_owned();
        Ok(Self { folder, shown, name, first: Mutex::new(Some(bytes)) })
    }

    fn stdin() -> Result<Self, CliError> {
        let mut bytes = Vec::new();
        io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes).map_err(|error| {
            CliError::files(format!("standard input can't be read: {}", reason(&error)))
        })?;
        if length(&bytes) > MOST {
            return Err(too_large("standard input"));
        }
        let folder = Folder::open(Path::new(".")).map_err(|error| {
            CliError::files(format!("the current folder can't be opened: {}", reason(&error)))
        })?;
        Ok(Self {
            folder,
            shown: String::new(),
            name: STDIN.to_owned(),
            first: Mutex::new(Some(bytes)),
        })
    }

    /// What the compiler calls the root file.
    pub(crate) fn root(&self) -> &str {
        &self.name
    }

    /// The folder of the root file, without links.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What to put before a path of the compiler so that it leads there from
    /// the current folder.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Where a file is, all links resolved; standard input is nowhere.
    pub(crate) fn place(&self, path: &str) -> Result<Option<PathBuf>, FileProblem> {
        if path != self.name {
            return self.folder.resolve(path).map(Some);
        }
        if path == STDIN {
            return Ok(None);
        }
        fs::canonicalize(self.folder.path().join(path)).map(Some).map_err(|error| problem(&error))
    }
}

impl Files for OsFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        if path == self.name
            && let Some(bytes) = self.first.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            return Ok(bytes);
        }
        self.folder.read(path)
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        self.folder.matching(pattern)
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Reads the file that the command line names.
fn read_root(path: &Path) -> Result<Vec<u8>, CliError> {
    let name = path.display();
    let fails = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => missing(path),
        io::ErrorKind::PermissionDenied => {
            CliError::files(format!("`{name}` may not be read: permission denied"))
        }
        _ => CliError::files(format!("`{name}` can't be read: {}", reason(&error))),
    };
    let facts = fs::metadata(path).map_err(fails)?;
    if facts.is_dir() {
        return Err(folder(path));
    }
    if facts.len() > MOST {
        return Err(too_large(&format!("`{name}`")));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.len()).unwrap_or_default());
    File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes)).map_err(fails)?;
    if length(&bytes) > MOST { Err(too_large(&format!("`{name}`"))) } else { Ok(bytes) }
}

fn too_large(what: &str) -> CliError {
    CliError::files(format!("{what} has more than {} MiB, which no topology has", MOST >> 20))
        .hint("split a large topology into files, and `include` them")
}

fn missing(path: &Path) -> CliError {
    let error = CliError::files(format!("there is no file `{}`", path.display()));
    let parent = path.parent().unwrap_or(Path::new(""));
    let shown = if parent == Path::new("") { Path::new(".") } else { parent };
    if !shown.is_dir() {
        return error.hint(format!("there is no folder `{}` either", shown.display()));
    }
    let names = topologies(shown);
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    let meant = suggest(&wanted, names.iter().map(String::as_str)).or_else(|| {
        names.iter().map(String::as_str).find(|name| name.strip_suffix(".kdl") == Some(&*wanted))
    });
    match (meant, names.as_slice()) {
        (Some(name), _) => error.hint(format!("did you mean `{}`?", parent.join(name).display())),
        (None, []) => error.hint("`jtc init --output topology.kdl` starts a topology"),
        (None, _) => error.hint(format!("the folder has {}", list(&names))),
    }
}

fn folder(path: &Path) -> CliError {
    let error = CliError::files(format!("`{}` is a folder, not a topology", path.display()));
    let names = topologies(path);
    let only = if names.len() == 1 {
        names.first()
    } else {
        names.iter().find(|name| *name == "topology.kdl")
    };
    match (only, names.as_slice()) {
        (Some(name), _) => {
            error.hint(format!("did you mean `{}` in it?", path.join(name).display()))
        }
        (None, []) => error.hint("there is no `.kdl` file in it; `jtc init` starts a topology"),
        (None, _) => error.hint(format!("it has {}; name the one to start from", list(&names))),
    }
}

/// The names of the topologies in a folder, sorted.
pub(crate) fn topologies(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter(|name| Path::new(name).extension() == Some(OsStr::new("kdl"))).collect();
    names.sort_unstable();
    names
}

/// The first few, in backticks.
pub(crate) fn list(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_file_is_read_again_when_asked() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root.kdl");
        fs::write(&root, "root.kdl").unwrap();
        let files = OsFiles::open(&root).unwrap();
        assert_eq!(files.read("root.kdl").unwrap(), b"root.kdl");
        assert_eq!(files.read("root.kdl").unwrap(), b"root.kdl");
    }
}
