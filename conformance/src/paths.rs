//! Where things are, relative to the workspace, and copies of them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The workspace's root folder.
pub(crate) fn workspace() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// The folder of this crate, where the pinned tool manifests are.
pub(crate) fn conformance() -> PathBuf {
    workspace().join("conformance")
}

/// The example topologies.
pub(crate) fn examples() -> PathBuf {
    workspace().join("examples")
}

/// Where tools are built and installed. It doesn't follow `CARGO_TARGET_DIR`,
/// so that one build of the Go programs serves every target folder.
pub(crate) fn tools() -> PathBuf {
    workspace().join("target").join("conformance")
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().context("a name")?);
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            std::fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
