//! `--watch`: again and again, whenever what was read has changed.
//!
//! What counts is what was read, not what the system tells: an event only
//! means that everything is read again and compared. So a file that is saved
//! by renaming another into its place, a new one that a pattern matches, one
//! that vanishes for a moment, and what `jtc` itself writes into a folder that
//! is looked through, are all met by the same few lines.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jtc_core::sources::{FileProblem, Files};
use notify::event::{AccessKind, AccessMode};
use notify::{Config, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::error::{CliError, ErrorKind, Outcome};
use crate::files::OsFiles;
use crate::output::OutputFolder;
use crate::ui::{self, Ui, count};

/// After an event, so long without another before anything is done.
const QUIET: Duration = Duration::from_millis(50);

/// After an event, something is done at the latest.
const PATIENCE: Duration = Duration::from_millis(500);

/// A file may be away for so long while an editor saves it.
const GRACE: Duration = Duration::from_millis(500);

/// How often to look where the system doesn't tell of changes.
const LOOK: Duration = Duration::from_secs(1);

/// What the loop waits for.
enum Signal {
    /// Something happened in a folder.
    Event,
    /// Whoever started it has had enough.
    Stop,
}

/// The files of a run, and what was read of them.
pub(crate) struct Recording {
    /// How the root file was named.
    path: PathBuf,
    /// Where the rest is.
    files: OsFiles,
    reads: Mutex<BTreeMap<String, Result<Vec<u8>, FileProblem>>>,
    matches: Mutex<BTreeMap<String, Result<Vec<String>, FileProblem>>>,
    output: Option<Output>,
}

/// The folder that is written, as a run left it.
struct Output {
    path: PathBuf,
    left: Left,
}

/// How a run left the folder that it writes.
#[derive(PartialEq, Eq)]
enum Left {
    /// Nothing is written there.
    Nothing,
    /// With output in it.
    Written,
    /// It may not be written, for this reason.
    Refused(String),
}

impl Output {
    /// Why it may not be written.
    fn refusal(&self, topology: &Path) -> Option<String> {
        OutputFolder::claim(&self.path, topology).err().map(|error| error.to_string())
    }

    /// Looks how a run left it; `failed` if the run did.
    fn look(&mut self, topology: &Path, failed: bool) {
        let refusal = Some(()).filter(|()| failed).and_then(|()| self.refusal(topology));
        self.left = match refusal {
            Some(refusal) => Left::Refused(refusal),
            None if OutputFolder::is_written(&self.path) => Left::Written,
            None => Left::Nothing,
        };
    }

    /// Whether a run would do something else there now: the output has gone, or
    /// what was in its way.
    fn has_changed(&self, topology: &Path) -> bool {
        match &self.left {
            Left::Nothing => false,
            Left::Written => !OutputFolder::is_written(&self.path),
            Left::Refused(reason) => self.refusal(topology).as_ref() != Some(reason),
        }
    }
}

/// How what was read compares with what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Same,
    Changed,
    /// A file that was there is not.
    Gone,
}

impl Files for Recording {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        let answer = self.files.read(path);
        lock(&self.reads).insert(path.to_owned(), answer.clone());
        answer
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        let answer = self.files.matching(pattern);
        lock(&self.matches).insert(pattern.to_owned(), answer.clone());
        answer
    }
}

impl Recording {
    fn open(path: &Path, output: Option<&Path>) -> Result<Self, CliError> {
        let files = OsFiles::open(path)?;
        let (reads, matches) = Default::default();
        let output = output.map(|path| Output { path: path.to_owned(), left: Left::Nothing });
        Ok(Self { path: path.to_owned(), files, reads, matches, output })
    }

    /// Notes how a run left its output.
    fn look(&mut self, failed: bool) {
        if let Some(output) = &mut self.output {
            output.look(self.files.folder(), failed);
        }
    }

    /// The files.
    pub(crate) fn files(&self) -> &OsFiles {
        &self.files
    }

    /// Reads everything again, and compares.
    fn state(&self) -> State {
        let Ok(now) = OsFiles::open(&self.path) else { return State::Gone };
        if now.folder() != self.files.folder() {
            return State::Changed;
        }
        let output = self.output.as_ref();
        let has_changed = output.is_some_and(|output| output.has_changed(self.files.folder()));
        let mut state = if has_changed { State::Changed } else { State::Same };
        for (path, old) in &*lock(&self.reads) {
            match (old, now.read(path)) {
                (old, new) if *old == new => {}
                (Ok(_), Err(FileProblem::Missing)) => return State::Gone,
                _ => state = State::Changed,
            }
        }
        for (pattern, old) in &*lock(&self.matches) {
            match (old, now.matching(pattern)) {
                (old, new) if *old == new => {}
                (Ok(old), Ok(new)) if old.iter().any(|path| !new.contains(path)) => {
                    return State::Gone;
                }
                (Ok(_), Err(FileProblem::Missing)) => return State::Gone,
                _ => state = State::Changed,
            }
        }
        state
    }

    /// How many files were read.
    fn count(&self) -> usize {
        lock(&self.reads).values().filter(|read| read.is_ok()).count()
    }

    /// The folders in which something may change that matters, and whether
    /// what is below them does. Folders, as a file that is saved by renaming
    /// another into its place is not the file that was watched.
    fn folders(&self) -> BTreeMap<PathBuf, bool> {
        let root = self.files.folder();
        let mut folders = BTreeMap::new();
        let mut add = |folder: &Path, below: bool| {
            // Where there is none yet, the one in which it would be made.
            let there = folder.ancestors().find(|folder| folder.is_dir());
            if let Some(there) = there {
                *folders.entry(there.to_owned()).or_default() |= below && there == folder;
            }
        };
        add(root, false);
        for path in lock(&self.reads).keys() {
            let place = root.join(path);
            add(place.parent().unwrap_or(root), false);
            // A link, and what it leads to.
            if let Ok(real) = place.canonicalize()
                && let Some(folder) = real.parent()
            {
                add(folder, false);
            }
        }
        for pattern in lock(&self.matches).keys() {
            let parts: Vec<&str> = pattern.split('/').collect();
            let fixed = parts.iter().take_while(|part| !part.contains('*')).count();
            let fixed = fixed.min(parts.len().saturating_sub(1));
            let start: PathBuf = parts.iter().take(fixed).collect();
            add(&root.join(start), parts.len() > fixed + 1 || pattern.contains("**"));
        }
        if let Some(output) = &self.output {
            // An empty path has no folder; the current one has the output.
            let parent = output.path.parent().filter(|parent| *parent != Path::new(""));
            add(parent.unwrap_or(Path::new(".")), false);
            add(&output.path, matches!(output.left, Left::Refused(_)));
        }
        folders
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `each` now, and again after each change, until Ctrl-C, which is no
/// error. `output` is the folder that it writes: that this has gone, or what
/// was in its way, is a change too. What fails at first ends it; what fails later is told, and may be
/// put right.
pub(crate) fn watch(
    path: &Path,
    output: Option<&Path>,
    ui: Ui,
    mut each: impl FnMut(&Recording) -> Result<Outcome, CliError>,
) -> Result<Outcome, CliError> {
    if path == Path::new("-") {
        return Err(CliError::usage("standard input can't be watched").hint("name a file"));
    }
    let (sender, signals) = mpsc::channel();
    let stop = sender.clone();
    ctrlc::set_handler(move || {
        // Whoever would be told has gone: the process is about to end.
        let _ = stop.send(Signal::Stop);
    })
    .map_err(|error| CliError::internal(format!("Ctrl-C can't be handled: {error}")))?;
    let mut recording = Recording::open(path, output)?;
    each(&recording)?;
    recording.look(false);
    loop {
        if !changed(&recording, &sender, &signals) {
            return Ok(Outcome::Done);
        }
        // It was there a moment ago; if not, the loop waits for it.
        let Ok(next) = Recording::open(path, output) else { continue };
        recording = next;
        clear();
        let result = each(&recording);
        recording.look(result.is_err());
        match result {
            Ok(_) => {}
            Err(error) if error.kind == ErrorKind::BrokenPipe => return Err(error),
            Err(error) => ui.error(&error.to_string()),
        }
    }
}

/// Waits for a change; `false` when whoever started it has had enough.
fn changed(recording: &Recording, sender: &Sender<Signal>, signals: &Receiver<Signal>) -> bool {
    let mut told = false;
    let mut gone: Option<Instant> = None;
    let mut missed = false;
    loop {
        // Anew each time: a folder that was removed and made again is another.
        let (_watcher, blind) = watcher(recording, sender);
        if !told {
            told = true;
            ui::say(&format!("\nwatching {}; Ctrl-C ends", count(recording.count(), "file")));
        }
        // What has changed before the watch began is seen here.
        match (recording.state(), gone) {
            (State::Same, None) => {}
            // If it was told that it had gone, that it is back is told too.
            (State::Same, Some(_)) if !missed => gone = None,
            (State::Gone, None) => gone = Some(Instant::now()),
            (State::Gone, Some(since)) if since.elapsed() < GRACE => {}
            (State::Gone, Some(_)) if !recording.path.exists() => {
                if !missed {
                    missed = true;
                    ui::say(&format!("`{}` is gone; waiting for it", recording.path.display()));
                }
            }
            (State::Changed | State::Same | State::Gone, _) => return true,
        }
        let timeout = match gone {
            Some(_) if !missed => Some(QUIET),
            _ if blind || missed => Some(LOOK),
            _ => None,
        };
        if !wait(signals, timeout) {
            return false;
        }
    }
}

/// Waits for an event and the end of those that come with it, but no longer
/// than `timeout` where there is one; `false` at the end.
fn wait(signals: &Receiver<Signal>, timeout: Option<Duration>) -> bool {
    let first = match timeout {
        Some(timeout) => signals.recv_timeout(timeout),
        None => signals.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    match first {
        Ok(Signal::Event) => {}
        Err(RecvTimeoutError::Timeout) => return true,
        Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
    }
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match signals.recv_timeout(QUIET) {
            Ok(Signal::Event) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    true
}

/// Watches the folders of a run. The second is whether some can't be watched:
/// the system has too many watches, or its files are elsewhere.
fn watcher(recording: &Recording, sender: &Sender<Signal>) -> (Option<RecommendedWatcher>, bool) {
    let sender = sender.clone();
    let tell = move |event: notify::Result<notify::Event>| {
        if event.map_or(true, |event| matters(event.kind)) {
            // Whoever would be told has gone.
            let _ = sender.send(Signal::Event);
        }
    };
    let Ok(mut watcher) = RecommendedWatcher::new(tell, Config::default()) else {
        return (None, true);
    };
    let mut blind = false;
    for (folder, below) in recording.folders() {
        let mode = if below { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        blind |= watcher.watch(&folder, mode).is_err();
    }
    (Some(watcher), blind)
}

/// Whether an event may be a change: to read a file is none.
fn matters(kind: EventKind) -> bool {
    !kind.is_access() || kind == EventKind::Access(AccessKind::Close(AccessMode::Write))
}

/// Begins a new page on a terminal, so that what is told is what holds.
fn clear() {
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    if std::io::stderr().is_terminal() && !is_dumb {
        ui::say("\u{1b}[H\u{1b}[2J\u{1b}[3J");
    } else {
        ui::say("");
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A recording of a topology with an include, a pattern and a file that
    /// isn't there.
    fn recording() -> (tempfile::TempDir, Recording) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("parts/deep")).unwrap();
        for name in ["root.kdl", "more.kdl", "parts/deep/a.kdl"] {
            fs::write(dir.path().join(name), "defaults\n").unwrap();
        }
        let recording = Recording::open(&dir.path().join("root.kdl"), None).unwrap();
        for path in ["root.kdl", "more.kdl", "parts/deep/a.kdl"] {
            recording.read(path).unwrap();
        }
        recording.read("later/none.kdl").unwrap_err();
        recording.matching("parts/*/*.kdl").unwrap();
        (dir, recording)
    }

    #[test]
    fn only_what_was_read_counts() {
        let (dir, recording) = recording();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        assert_eq!(recording.state(), State::Same);
        write("other.kdl", "");
        write("parts/b.kdl", "");
        write("more.kdl", "defaults\n");
        assert_eq!(recording.state(), State::Same);
        write("more.kdl", "defaults");
        assert_eq!(recording.state(), State::Changed);
        write("more.kdl", "defaults\n");
        assert_eq!(recording.state(), State::Same);
        write("parts/deep/b.kdl", "");
        assert_eq!(recording.state(), State::Changed);
        fs::remove_file(dir.path().join("parts/deep/b.kdl")).unwrap();
        fs::create_dir(dir.path().join("later")).unwrap();
        assert_eq!(recording.state(), State::Same);
        write("later/none.kdl", "");
        assert_eq!(recording.state(), State::Changed);
        for name in ["root.kdl", "more.kdl", "parts/deep/a.kdl"] {
            let (dir, recording) = self::recording();
            fs::remove_file(dir.path().join(name)).unwrap();
            assert_eq!(recording.state(), State::Gone, "{name}");
        }
    }

    #[test]
    fn folders_are_watched_as_deep_as_a_pattern_goes() {
        let (dir, recording) = recording();
        let root = dir.path().canonicalize().unwrap();
        let folders = recording.folders();
        let shown: Vec<(String, bool)> = folders
            .iter()
            .map(|(folder, below)| {
                (folder.strip_prefix(&root).unwrap().display().to_string(), *below)
            })
            .collect();
        let expected = [("", false), ("parts", true), ("parts/deep", false)];
        assert_eq!(shown, expected.map(|(folder, below)| (folder.to_owned(), below)));
    }
}
