//! The files to format: those that are named, and what they include.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use jtc_core::sources::{FileProblem, Files, join};
use jtc_core::syntax::{FileId, Node, parse};

use crate::error::CliError;
use crate::files::{OsFiles, topologies};
use crate::ui::Ui;

/// A file, or standard input.
pub(super) struct Target {
    /// Its path as a person would write it here.
    pub(super) shown: String,
    /// Where it is, all links resolved; standard input is nowhere.
    pub(super) place: Option<PathBuf>,
    /// What it holds.
    pub(super) text: String,
}

/// Files, each of them once.
pub(super) struct Targets {
    includes: bool,
    seen: BTreeSet<PathBuf>,
    pub(super) found: Vec<Target>,
}

impl Targets {
    pub(super) const fn new(includes: bool) -> Self {
        Self { includes, seen: BTreeSet::new(), found: Vec::new() }
    }

    /// Adds a file, or the topologies of a folder.
    pub(super) fn add(&mut self, path: &Path, ui: Ui, errors: &mut Vec<CliError>) {
        if path.is_dir() {
            let names = topologies(path);
            if names.is_empty() {
                errors.push(
                    CliError::files(format!("there is no `.kdl` file in `{}`", path.display()))
                        .hint("name the file to format"),
                );
            }
            for name in names {
                let file = if path == Path::new(".") { name.into() } else { path.join(name) };
                self.root(&file, ui, errors);
            }
        } else {
            self.root(path, ui, errors);
        }
    }

    /// Adds a file, and what it includes.
    fn root(&mut self, path: &Path, ui: Ui, errors: &mut Vec<CliError>) {
        let files = match OsFiles::open(path) {
            Ok(files) => files,
            Err(error) => return errors.push(error),
        };
        let mut waiting = VecDeque::from([files.root().to_owned()]);
        while let Some(name) = waiting.pop_front() {
            let shown = format!("{}{name}", files.shown());
            let place = match files.place(&name) {
                Ok(place) => place,
                Err(problem) => {
                    errors.push(unreadable(&shown, &problem));
                    continue;
                }
            };
            if place.as_ref().is_some_and(|place| !self.seen.insert(place.clone())) {
                continue;
            }
            let text = match files.read(&name).map(String::from_utf8) {
                Ok(Ok(text)) => text,
                Ok(Err(_)) => {
                    errors.push(
                        CliError::files(format!("`{shown}` is not UTF-8, and stays as it is"))
                            .hint(format!("`jtc check {shown}` says where")),
                    );
                    continue;
                }
                Err(problem) => {
                    errors.push(unreadable(&shown, &problem));
                    continue;
                }
            };
            if self.includes {
                for node in parse(FileId::default(), &text).document.nodes {
                    match included(&files, &name, &node) {
                        Ok(paths) => waiting.extend(paths),
                        Err(problem) => {
                            let pattern = pattern(&node).unwrap_or_default();
                            ui.warning(&format!(
                                "what `{shown}` includes as `{pattern}` is not formatted: {problem}"
                            ));
                        }
                    }
                }
            }
            self.found.push(Target { shown, place, text });
        }
    }
}

fn unreadable(shown: &str, problem: &FileProblem) -> CliError {
    CliError::files(format!("`{shown}` can't be read: {problem}"))
}

/// The paths that a node of the file `from` includes.
fn included(files: &OsFiles, from: &str, node: &Node) -> Result<Vec<String>, FileProblem> {
    match pattern(node) {
        Some(pattern) => files.matching(&join(from, pattern).ok_or(FileProblem::Outside)?),
        None => Ok(Vec::new()),
    }
}

/// What an `include` names.
fn pattern(node: &Node) -> Option<&str> {
    let mut arguments = node.entries.iter().filter(|entry| entry.name.is_none());
    arguments.next().filter(|_| &*node.name.text == "include")?.value.as_str()
}
