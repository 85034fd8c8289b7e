//! The files of a topology, on the operating system.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use globset::{GlobBuilder, GlobMatcher};
use jtc_core::diagnostics::suggest;
use jtc_core::sources::{FileProblem, Files};
use walkdir::WalkDir;

use crate::error::{CliError, reason};
use crate::output::MARKER;

/// The most that is read of one file, in bytes.
const MOST: u64 = 64 << 20;

/// The name of standard input among the files.
const STDIN: &str = "<stdin>";

/// The folder of a root file. Nothing outside it is read, also not through
/// links, except the root file itself, which whoever runs `jtc` has named.
#[derive(Debug)]
pub(crate) struct OsFiles {
    /// The folder, without links.
    folder: PathBuf,
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
        let folder = fs::canonicalize(parent).map_err(|error| {
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
        let folder = fs::canonicalize(".").map_err(|error| {
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
        &self.folder
    }

    /// What to put before a path of the compiler so that it leads there from
    /// the current folder.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Where a file is, all links resolved; standard input is nowhere.
    pub(crate) fn place(&self, path: &str) -> Result<Option<PathBuf>, FileProblem> {
        if path != self.name {
            return self.resolve(path).map(Some);
        }
        if path == STDIN {
            return Ok(None);
        }
        fs::canonicalize(self.folder.join(path)).map(Some).map_err(|error| problem(&error))
    }

    /// The place of a path, all links resolved; refused outside the folder.
    fn resolve(&self, path: &str) -> Result<PathBuf, FileProblem> {
        let inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside {
            return Err(FileProblem::Outside);
        }
        let place = fs::canonicalize(self.folder.join(path)).map_err(|error| problem(&error))?;
        if place.starts_with(&self.folder) { Ok(place) } else { Err(FileProblem::Outside) }
    }

    /// The files below `start` that the pattern matches.
    fn walk(
        &self,
        start: &str,
        matcher: &GlobMatcher,
        hidden: bool,
    ) -> Result<Vec<String>, FileProblem> {
        let folder = match self.resolve(start) {
            Ok(folder) => folder,
            Err(FileProblem::Missing) => return Ok(Vec::new()),
            Err(problem) => return Err(problem),
        };
        let mut found = Vec::new();
        let mut entries = WalkDir::new(&folder).min_depth(1).into_iter();
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(|error| {
                error.io_error().map_or_else(|| FileProblem::Other(error.to_string()), problem)
            })?;
            let skipped = (!hidden && is_hidden(entry.file_name()))
                || (entry.file_type().is_dir() && entry.path().join(MARKER).exists());
            if skipped {
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
                continue;
            }
            let below = entry.path().strip_prefix(&folder).unwrap_or(entry.path());
            let path = join(start, below);
            if entry.file_type().is_dir() || !matcher.is_match(&path) {
                continue;
            }
            // A link to a file is that file, if it is one of this folder.
            if entry.file_type().is_symlink() && self.resolve(&path)?.is_dir() {
                continue;
            }
            if below.to_str().is_none() {
                return Err(FileProblem::Other(format!("the name of `{path}` is not UTF-8")));
            }
            found.push(path);
        }
        found.sort_unstable();
        Ok(found)
    }
}

impl Files for OsFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        if path == self.name
            && let Some(bytes) = self.first.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            return Ok(bytes);
        }
        let place = self.resolve(path)?;
        let file = fs::metadata(&place).map_err(|error| problem(&error))?;
        if file.is_dir() {
            return Err(FileProblem::Folder);
        }
        if !file.is_file() {
            return Err(FileProblem::Other("it is a device or pipe, not a file".to_owned()));
        }
        if file.len() > MOST {
            return Err(FileProblem::TooLarge { size: file.len(), most: MOST });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(file.len()).unwrap_or_default());
        File::open(&place)
            .and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes))
            .map_err(|error| problem(&error))?;
        // It may have grown since it was looked at.
        let size = length(&bytes);
        if size > MOST { Err(FileProblem::TooLarge { size, most: MOST }) } else { Ok(bytes) }
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        if !pattern.contains('*') {
            let place = self.resolve(pattern)?;
            return if place.is_dir() {
                Err(FileProblem::Folder)
            } else {
                Ok(vec![pattern.to_owned()])
            };
        }
        let parts = pattern.split('/').filter(|part| !part.is_empty() && *part != ".");
        let parts: Vec<&str> = parts.collect();
        if parts.contains(&"..") || pattern.starts_with('/') {
            return Err(FileProblem::Outside);
        }
        let hidden = parts.iter().any(|part| part.starts_with('.'));
        let start: Vec<&str> =
            parts.iter().copied().take_while(|part| !part.contains('*')).collect();
        let glob = GlobBuilder::new(&literal_but_stars(&parts.join("/")))
            .literal_separator(true)
            .backslash_escape(false)
            .build()
            .map_err(|error| FileProblem::Pattern(error.kind().to_string()))?;
        self.walk(&start.join("/"), &glob.compile_matcher(), hidden)
    }
}

/// In a pattern only `*` is special.
fn literal_but_stars(pattern: &str) -> String {
    let mut glob = String::with_capacity(pattern.len());
    for letter in pattern.chars() {
        if matches!(letter, '?' | '[' | ']' | '{' | '}' | '\\') {
            glob.extend(['[', letter, ']']);
        } else {
            glob.push(letter);
        }
    }
    glob
}

/// Editors leave files such as `.#topology.kdl`, which a pattern doesn't mean.
fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}

fn join(start: &str, below: &Path) -> String {
    let below = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/");
    if start.is_empty() { below } else { format!("{start}/{below}") }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn problem(error: &io::Error) -> FileProblem {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileProblem::Missing,
        io::ErrorKind::PermissionDenied => FileProblem::Denied,
        io::ErrorKind::IsADirectory => FileProblem::Folder,
        _ => FileProblem::Other(reason(error)),
    }
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

    /// A folder with these files, and the topology `root.kdl` in it.
    fn folder_with(files: &[&str]) -> (tempfile::TempDir, OsFiles) {
        let dir = tempfile::tempdir().unwrap();
        for file in files.iter().chain(&["root.kdl"]) {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        let files = OsFiles::open(&dir.path().join("root.kdl")).unwrap();
        (dir, files)
    }

    #[test]
    fn patterns_match_sorted_and_skip_hidden_files() {
        let (_dir, files) =
            folder_with(&["b/2.kdl", "b/1.kdl", "b/.#1.kdl", "b/c/3.kdl", "b/x.yaml", "a[1].kdl"]);
        let matching = |pattern: &str| files.matching(pattern).unwrap();
        assert_eq!(matching("b/*.kdl"), ["b/1.kdl", "b/2.kdl"]);
        assert_eq!(matching("b/**/*.kdl"), ["b/1.kdl", "b/2.kdl", "b/c/3.kdl"]);
        assert_eq!(
            matching("**/*.kdl"),
            ["a[1].kdl", "b/1.kdl", "b/2.kdl", "b/c/3.kdl", "root.kdl"]
        );
        assert_eq!(matching("./b/.*.kdl"), ["b/.#1.kdl"]);
        assert_eq!(matching("a[1]*"), ["a[1].kdl"]);
        assert_eq!(matching("a[1].kdl"), ["a[1].kdl"]);
        assert_eq!(matching("none/*.kdl"), [""; 0]);
        assert_eq!(files.matching("none.kdl"), Err(FileProblem::Missing));
        assert_eq!(files.matching("b"), Err(FileProblem::Folder));
    }

    #[test]
    fn what_jtc_wrote_is_not_read_back() {
        let (_dir, files) = folder_with(&["out/.jtc-output", "out/wave-00/a.yaml", "own/a.yaml"]);
        assert_eq!(files.matching("**/*.yaml").unwrap(), ["own/a.yaml"]);
    }

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let (dir, _) = folder_with(&["in/root.kdl", "secret.kdl"]);
        let files = OsFiles::open(&dir.path().join("in/root.kdl")).unwrap();
        for path in ["../secret.kdl", "/etc/passwd", "x/../../secret.kdl"] {
            assert_eq!(files.read(path), Err(FileProblem::Outside), "{path}");
        }
        assert_eq!(files.matching("../*.kdl"), Err(FileProblem::Outside));
        assert_eq!(files.matching("/etc/*"), Err(FileProblem::Outside));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_within_the_folder() {
        use std::os::unix::fs::symlink;
        let (dir, _) = folder_with(&["in/root.kdl", "in/a/real.kdl", "secret.kdl", "away/x.kdl"]);
        symlink("a/real.kdl", dir.path().join("in/good.kdl")).unwrap();
        let files = OsFiles::open(&dir.path().join("in/root.kdl")).unwrap();
        assert_eq!(files.read("good.kdl").unwrap(), b"in/a/real.kdl");
        assert_eq!(files.matching("*.kdl").unwrap(), ["good.kdl", "root.kdl"]);

        symlink("../secret.kdl", dir.path().join("in/bad.kdl")).unwrap();
        symlink("../away", dir.path().join("in/away")).unwrap();
        assert_eq!(files.read("bad.kdl"), Err(FileProblem::Outside));
        assert_eq!(files.read("away/x.kdl"), Err(FileProblem::Outside));
        assert_eq!(files.matching("*.kdl"), Err(FileProblem::Outside));
        assert_eq!(files.matching("away/*.kdl"), Err(FileProblem::Outside));
        assert_eq!(files.matching("a/*.kdl").unwrap(), ["a/real.kdl"]);
    }

    #[test]
    fn a_file_says_why_it_is_not_read() {
        let (dir, files) = folder_with(&["sub/x.kdl"]);
        assert_eq!(files.read("sub"), Err(FileProblem::Folder));
        assert_eq!(files.read("none.kdl"), Err(FileProblem::Missing));
        assert_eq!(files.read("root.kdl/x"), Err(FileProblem::Missing));
        let large = File::create(dir.path().join("large.kdl")).unwrap();
        large.set_len(MOST + 1).unwrap();
        assert_eq!(
            files.read("large.kdl"),
            Err(FileProblem::TooLarge { size: MOST + 1, most: MOST })
        );
    }

    #[test]
    fn the_root_file_is_read_again_when_asked() {
        let (_dir, files) = folder_with(&[]);
        assert_eq!(files.read("root.kdl").unwrap(), b"root.kdl");
        assert_eq!(files.read("root.kdl").unwrap(), b"root.kdl");
    }
}
