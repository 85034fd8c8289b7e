//! Putting new content into a file that exists, all of it or nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Replaces what a file holds, in one step and brought to the disk.
///
/// `place` has no links in it: a link would be replaced, not followed. The
/// file keeps its permissions and, where that is allowed, its owner. An error,
/// and the file is unchanged, if it holds something else than `old`, which is
/// what was read of it, or is read-only.
pub(crate) fn replace(place: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    let facts = fs::metadata(place)?;
    if facts.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    let folder = place.parent().unwrap_or(Path::new("."));
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let mut fresh =
        tempfile::Builder::new().prefix(&format!(".{name}.jtc-")).tempfile_in(folder)?;
    fresh.write_all(new)?;
    keep_owner(fresh.as_file(), &facts);
    fresh.as_file().set_permissions(facts.permissions())?;
    fresh.as_file().sync_all()?;
    // An editor may have saved it in the meantime.
    if fs::read(place)? != old {
        return Err(io::Error::other("it was changed by someone else just now"));
    }
    fresh.persist(place).map_err(|error| error.error)?;
    // Some systems can't open folders; the file is replaced all the same.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Only root can give files away; for everybody else it stays as it is.
#[cfg(unix)]
fn keep_owner(file: &File, facts: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(facts.uid()), Some(facts.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_someone_else_wrote_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("a");
        fs::write(&place, "new").unwrap();
        let error = replace(&place, b"old", b"mine").unwrap_err();
        assert_eq!(error.to_string(), "it was changed by someone else just now");
        assert_eq!(fs::read(&place).unwrap(), b"new");
        replace(&place, b"new", b"mine").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"mine");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
