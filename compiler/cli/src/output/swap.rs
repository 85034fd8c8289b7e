//! Putting one folder in the place of another, and bringing files to the disk.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Puts `fresh` in the place of `old`, whose content ends up elsewhere: in
/// the place of `fresh`, or in `aside`, which has none before.
pub(super) fn exchange(fresh: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    if at_once(fresh, old) {
        return Ok(());
    }
    fs::rename(old, aside)?;
    fs::rename(fresh, old).inspect_err(|_| {
        // The error that is reported is the first; were this to fail as well,
        // the old folder would still be whole in `aside`.
        let _ = fs::rename(aside, old);
    })
}

/// Lets two folders change places in one step. `false` when the system or
/// the file system can't, or it failed for a reason that two steps will meet
/// again and report.
#[cfg(target_os = "linux")]
fn at_once(fresh: &Path, old: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, fresh, CWD, old, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn at_once(_: &Path, _: &Path) -> bool {
    false
}

/// Sees that one file is on the disk, where that isn't done for all at once.
#[cfg(target_os = "linux")]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub(super) fn written(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn written(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// Sees that all files of a file system are on the disk: one call for tens of
/// thousands of files, each of which would take milliseconds on its own.
#[cfg(target_os = "linux")]
pub(super) fn sync_file_system(any: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(any)?)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn sync_file_system(_: &File) -> io::Result<()> {
    Ok(())
}

/// Sees that a rename in a folder is on the disk. Some systems can't open
/// folders; the rename has happened all the same.
pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_change_places() {
        let dir = tempfile::tempdir().unwrap();
        let place = |name: &str| dir.path().join(name);
        for name in ["fresh", "old"] {
            fs::create_dir(place(name)).unwrap();
            fs::write(place(name).join(name), name).unwrap();
        }
        exchange(&place("fresh"), &place("old"), &place("aside")).unwrap();
        assert!(place("old").join("fresh").exists() && !place("old").join("old").exists());
    }

    #[test]
    fn the_old_folder_comes_back_when_the_new_one_cannot_be_put_there() {
        let dir = tempfile::tempdir().unwrap();
        let place = |name: &str| dir.path().join(name);
        fs::create_dir(place("old")).unwrap();
        fs::write(place("old").join("kept"), "kept").unwrap();
        let error = exchange(&place("none"), &place("old"), &place("aside")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert_eq!(fs::read_to_string(place("old").join("kept")).unwrap(), "kept");
        assert!(!place("aside").exists());
    }
}
