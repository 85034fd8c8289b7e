//! A folder to work in, and the program run in it.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use tempfile::TempDir;

/// A topology that needs little and warns of nothing.
pub(crate) const SMALL: &str = "\
edition 1
cluster \"test\" {
    kubernetes \"1.34\"
}
namespace \"tools\" {
    workload \"clock\" image=\"registry.example.org/clock:1.0\" {
        args \"--quiet\"
        resources { requests cpu=\"100m\" memory=\"64Mi\"; limits cpu=\"200m\" memory=\"64Mi\"; }
    }
}
";

/// A folder of its own for one test.
pub(crate) struct Folder {
    dir: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// One with `SMALL` as `topology.kdl`.
    pub(crate) fn small() -> Self {
        Self::new().with("topology.kdl", SMALL)
    }

    pub(crate) fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Every file and folder below, sorted; folders end in `/`.
    pub(crate) fn tree(&self, path: &str) -> Vec<String> {
        fn go(at: &Path, below: &str, found: &mut Vec<String>) {
            let mut entries: Vec<_> = fs::read_dir(at).unwrap().map(Result::unwrap).collect();
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let name = format!("{below}{}", entry.file_name().to_str().unwrap());
                if entry.file_type().unwrap().is_dir() {
                    found.push(format!("{name}/"));
                    go(&entry.path(), &format!("{name}/"), found);
                } else {
                    found.push(name);
                }
            }
        }
        let mut found = Vec::new();
        go(&self.path(path), "", &mut found);
        found
    }

    pub(crate) fn jtc(&self, args: &[&str]) -> Run {
        Self::run(self.command(args), b"")
    }

    pub(crate) fn jtc_with_input(&self, args: &[&str], input: impl AsRef<[u8]>) -> Run {
        Self::run(self.command(args), input.as_ref())
    }

    /// The program in this folder, with nothing of the environment of whoever
    /// runs the tests.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jtc"));
        command.args(args).current_dir(self.dir.path()).env_clear();
        command
    }

    pub(crate) fn run(mut command: Command, input: &[u8]) -> Run {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A program that needs no input may end before it is written.
                let _ = stdin.write_all(input);
            });
            child.wait_with_output().unwrap()
        });
        Run {
            status: output.status,
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Run {
    status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// It ended with this code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "\n{}", self.text());
        self
    }

    /// Standard error has this in it.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in\n{}", self.text());
        self
    }

    /// Standard output has this in it.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no {text:?} in\n{}", self.text());
        self
    }

    /// Nothing was written to standard output.
    #[track_caller]
    pub(crate) fn prints_nothing(self) -> Self {
        assert_eq!(self.stdout, "", "\n{}", self.text());
        self
    }

    /// Nothing was written to standard error.
    #[track_caller]
    pub(crate) fn says_nothing(self) -> Self {
        assert_eq!(self.stderr, "", "\n{}", self.text());
        self
    }

    /// Exit code and both streams, to compare.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let code = self.status.code().map_or_else(|| "signal".to_owned(), |code| code.to_string());
        write!(text, "exit code {code}\n--- stdout\n{}--- stderr\n{}", self.stdout, self.stderr)
            .unwrap();
        text
    }
}
