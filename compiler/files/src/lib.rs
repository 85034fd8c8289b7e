//! The files of a topology, on the operating system: one place for what may
//! be read, and what a pattern means, wherever the compiler runs.
//!
//! Invariant: nothing outside the folder is read, also not through links.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use jtc_core::sources::{FileProblem, Files};
use walkdir::WalkDir;

/// The most that is read of one file, in bytes.
pub const MOST: u64 = 64 << 20;

/// The file that says which files `jtc compile -o` wrote: patterns don't look
/// into a folder that has it. It has no extension, so that
/// `kubectl apply -R -f DIR` doesn't take it for an object.
pub const MARKER: &str = ".jtc-output";

/// The folder of a root file.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Without links.
    path: PathBuf,
}

impl Folder {
    /// Opens a folder.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { path: fs::canonicalize(path)? })
    }

    /// Where it is, without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The place of a path, all links resolved; refused outside the folder.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, FileProblem> {
        let inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside {
            return Err(FileProblem::Outside);
        }
        let place = fs::canonicalize(self.path.join(path)).map_err(|error| problem(&error))?;
        if place.starts_with(&self.path) { Ok(place) } else { Err(FileProblem::Outside) }
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
            if entry.file_type().is_symlink() {
                match self.resolve(&path) {
                    Ok(place) if place.is_dir() => continue,
                    Ok(_) => {}
                    Err(FileProblem::Outside) => return Err(FileProblem::Link(path)),
                    Err(problem) => return Err(problem),
                }
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

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        read(&self.resolve(path)?)
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        let Some(pattern) = Pattern::new(pattern)? else {
            let place = self.resolve(pattern)?;
            return if place.is_dir() {
                Err(FileProblem::Folder)
            } else {
                Ok(vec![pattern.to_owned()])
            };
        };
        self.walk(&pattern.start, &pattern.glob, pattern.hidden)
    }
}

/// Reads a file, if it is one and not too large.
pub fn read(place: &Path) -> Result<Vec<u8>, FileProblem> {
    let facts = fs::metadata(place).map_err(|error| problem(&error))?;
    if facts.is_dir() {
        return Err(FileProblem::Folder);
    }
    if !facts.is_file() {
        return Err(FileProblem::Other("it is a device or pipe, not a file".to_owned()));
    }
    if facts.len() > MOST {
        return Err(FileProblem::TooLarge { size: facts.len(), most: MOST });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.len()).unwrap_or_default());
    File::open(place)
        .and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes))
        .map_err(|error| problem(&error))?;
    // It may have grown since it was looked at.
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > MOST { Err(FileProblem::TooLarge { size, most: MOST }) } else { Ok(bytes) }
}

/// A pattern with `*` in it.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The folder below which matches are.
    start: String,
    glob: GlobMatcher,
    /// Whether it means hidden files.
    hidden: bool,
}

impl Pattern {
    /// Reads a pattern; nothing for a path, which has no `*`.
    pub fn new(pattern: &str) -> Result<Option<Self>, FileProblem> {
        if !pattern.contains('*') {
            return Ok(None);
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
        Ok(Some(Self { start: start.join("/"), glob: glob.compile_matcher(), hidden }))
    }

    /// Whether it means this path, which is relative to the folder and joined
    /// by `/`.
    pub fn is_match(&self, path: &str) -> bool {
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        (self.hidden || !hidden) && self.glob.is_match(path)
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

/// In the terms of the compiler.
pub fn problem(error: &io::Error) -> FileProblem {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileProblem::Missing,
        io::ErrorKind::PermissionDenied => FileProblem::Denied,
        io::ErrorKind::IsADirectory => FileProblem::Folder,
        _ => FileProblem::Other(reason(error)),
    }
}

/// What the operating system said, without the number that means nothing to
/// a person.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, and the topology `root.kdl` in it.
    fn folder_with(files: &[&str]) -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        for file in files.iter().chain(&["root.kdl"]) {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        let files = Folder::open(dir.path()).unwrap();
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
        let files = Folder::open(&dir.path().join("in")).unwrap();
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
        let files = Folder::open(&dir.path().join("in")).unwrap();
        assert_eq!(files.read("good.kdl").unwrap(), b"in/a/real.kdl");
        assert_eq!(files.matching("*.kdl").unwrap(), ["good.kdl", "root.kdl"]);

        symlink("../secret.kdl", dir.path().join("in/bad.kdl")).unwrap();
        symlink("../away", dir.path().join("in/away")).unwrap();
        assert_eq!(files.read("bad.kdl"), Err(FileProblem::Outside));
        assert_eq!(files.read("away/x.kdl"), Err(FileProblem::Outside));
        let link = FileProblem::Link("bad.kdl".to_owned());
        assert_eq!(files.matching("*.kdl"), Err(link));
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
}
