//! The hidden folder beside the output in which the new output is put
//! together.
//!
//! A run that is ended from outside leaves its folder behind. The next run of
//! the same output removes it: whoever is at work holds a lock on a file in its
//! folder, which the system lets go when the process ends, however it ends.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

/// The file that is locked. It has its name only when it is locked.
const LOCK: &str = "lock";

/// A folder without that file is of a run that hasn't got so far yet, unless it
/// is older than this.
const OLD: Duration = Duration::from_hours(1);

/// How many characters stand behind the prefix.
const RANDOM: usize = 6;

/// A folder of this run alone.
pub(super) struct Beside {
    dir: TempDir,
    /// Where the file system has no locks, there is none.
    lock: Option<File>,
}

impl Beside {
    /// Makes one in `parent` for the output folder `name`.
    pub(super) fn new(parent: &Path, name: &str) -> io::Result<Self> {
        let dir =
            tempfile::Builder::new().prefix(&prefix(name)).rand_bytes(RANDOM).tempdir_in(parent)?;
        let lock = lock(dir.path()).ok();
        Ok(Self { dir, lock })
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Removes it.
    pub(super) fn close(self) -> io::Result<()> {
        // Some systems don't remove what is open.
        drop(self.lock);
        self.dir.close()
    }
}

fn prefix(name: &str) -> String {
    format!(".{name}.jtc-")
}

fn lock(folder: &Path) -> io::Result<File> {
    let fresh = folder.join("lock.new");
    let file = File::create_new(&fresh)?;
    file.try_lock()?;
    fs::rename(fresh, folder.join(LOCK))?;
    Ok(file)
}

/// Removes the folders of runs that have ended and could not do it. What can't
/// be removed stays: the output is written all the same.
pub(super) fn sweep(parent: &Path, name: &str) {
    let prefix = prefix(name);
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let file_name = entry.file_name();
        let is_ours =
            file_name.to_str().and_then(|name| name.strip_prefix(&prefix)).is_some_and(|rest| {
                rest.len() == RANDOM && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_stale(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether whoever made the folder has ended.
fn is_stale(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(file) => file.try_lock().is_ok(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = fs::metadata(folder).and_then(|facts| facts.modified());
            made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > OLD))
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_works_in_is_removed() {
        let parent = tempfile::tempdir().unwrap();
        let place = |name: &str| parent.path().join(name);
        let alive = Beside::new(parent.path(), "out").unwrap();
        // A run that was ended: its lock is gone with its process.
        let ended = Beside::new(parent.path(), "out").unwrap();
        let ended = {
            drop(ended.lock);
            ended.dir.keep()
        };
        fs::create_dir(ended.join("new")).unwrap();
        // A run that has only begun, an output of another name, other things.
        for name in [".out.jtc-begun1", ".other.jtc-abcdef", ".out.jtc-notes", "out"] {
            fs::create_dir(place(name)).unwrap();
        }
        fs::write(place(".out.jtc-afile1"), "").unwrap();
        // One from before there were locks.
        fs::create_dir(place(".out.jtc-oldone")).unwrap();
        let before = std::time::SystemTime::now() - 2 * OLD;
        File::open(place(".out.jtc-oldone")).unwrap().set_modified(before).unwrap();
        sweep(parent.path(), "out");
        assert!(alive.path().exists() && !ended.exists() && !place(".out.jtc-oldone").exists());
        for name in
            [".out.jtc-begun1", ".other.jtc-abcdef", ".out.jtc-notes", "out", ".out.jtc-afile1"]
        {
            assert!(place(name).exists(), "{name}");
        }
        let path = alive.path().to_owned();
        alive.close().unwrap();
        assert!(!path.exists());
    }
}
