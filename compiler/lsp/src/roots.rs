//! Topologies: each a root file, and what it was last seen to be.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jtc_core::names::Names;
use jtc_core::sources::SourceFile;
use jtc_core::syntax::{FileId, Parse};
use jtc_core::{Analysis, Session};
use jtc_files::Folder;

use crate::documents::is_root;
use crate::files::{Documents, Overlay, Seen};

/// A topology that the client has a document of.
#[derive(Debug)]
pub(crate) struct Root {
    /// Where its root file is.
    pub(crate) place: PathBuf,
    /// Its folder; nothing for a document that is no file.
    pub(crate) folder: Option<Folder>,
    /// What the compiler calls the root file.
    name: String,
    session: Session,
    /// What it is, as of the last analysis.
    pub(crate) analysis: Analysis,
    /// Where each of its files is, by their numbers.
    pub(crate) places: Vec<PathBuf>,
    seen: Seen,
    names: OnceCell<Names>,
    /// The analysis before, which takes a while to drop.
    leftover: Option<Analysis>,
    /// Whether a text has changed since.
    pub(crate) is_dirty: bool,
}

impl Root {
    /// Analyses a topology for the first time.
    pub(crate) fn open(place: &Path, documents: &Documents) -> Self {
        let folder = place
            .parent()
            .filter(|folder| folder.is_absolute())
            .and_then(|folder| Folder::open(folder).ok());
        let name = match (&folder, place.file_name()) {
            (Some(_), Some(name)) => name.to_string_lossy().into_owned(),
            _ => place.to_string_lossy().into_owned(),
        };
        let mut session = Session::default();
        let (analysis, seen) = analyze(&mut session, &name, place, folder.as_ref(), documents);
        let places = places(&analysis, place, folder.as_ref());
        let place = place.to_owned();
        let names = OnceCell::new();
        Self {
            place,
            folder,
            name,
            session,
            analysis,
            places,
            seen,
            names,
            leftover: None,
            is_dirty: false,
        }
    }

    /// Analyses it again.
    pub(crate) fn refresh(&mut self, documents: &Documents) {
        let folder = self.folder.as_ref();
        let mut leftover = std::mem::take(&mut self.analysis);
        leftover.unshare();
        let (analysis, seen) =
            analyze(&mut self.session, &self.name, &self.place, folder, documents);
        let before = leftover.sources.iter().map(|file| &file.path);
        if !analysis.sources.iter().map(|file| &file.path).eq(before) {
            self.places = places(&analysis, &self.place, folder);
        }
        self.analysis = analysis;
        self.leftover = Some(leftover);
        self.seen = seen;
        self.names = OnceCell::new();
        self.is_dirty = false;
    }

    /// Drops what is no longer of use, when nobody waits.
    pub(crate) fn tidy(&mut self) {
        self.leftover = None;
    }

    /// Whether the disk has changed since the last analysis.
    pub(crate) fn is_stale(&self, documents: &Documents) -> bool {
        self.seen.is_stale(self.folder.as_ref(), documents)
    }

    /// How spans call the file at a place, if it is part of this topology.
    pub(crate) fn file(&self, place: &Path) -> Option<FileId> {
        let index = self.places.iter().position(|other| other == place)?;
        u32::try_from(index).ok().map(FileId)
    }

    /// Where a file is.
    pub(crate) fn place(&self, file: FileId) -> Option<&Path> {
        self.places.get(usize::try_from(file.0).ok()?).map(PathBuf::as_path)
    }

    /// A file.
    pub(crate) fn source(&self, file: FileId) -> Option<&SourceFile> {
        self.analysis.sources.get(file)
    }

    /// The tree of a file that is a topology.
    pub(crate) fn tree(&self, file: FileId) -> Option<&Parse> {
        self.session.tree(file).map(|tree| &**tree)
    }

    /// Its files that are topologies.
    pub(crate) fn trees(&self) -> impl Iterator<Item = (FileId, &SourceFile, &Parse)> {
        let files = self.analysis.sources.iter().enumerate();
        files.filter_map(|(index, source)| {
            let file = FileId(u32::try_from(index).ok()?);
            Some((file, source, self.tree(file)?))
        })
    }

    /// All names in it.
    pub(crate) fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            Names::new(self.trees().map(|(_, source, tree)| (&tree.document, &*source.text)))
        })
    }
}

fn analyze(
    session: &mut Session,
    name: &str,
    root: &Path,
    folder: Option<&Folder>,
    documents: &Documents,
) -> (Analysis, Seen) {
    let files = Overlay { folder, root, documents, seen: Mutex::default() };
    let analysis = session.analyze(name, &files);
    (analysis, files.seen.into_inner().unwrap_or_default())
}

fn places(analysis: &Analysis, root: &Path, folder: Option<&Folder>) -> Vec<PathBuf> {
    let files = analysis.sources.iter().enumerate();
    files
        .map(|(index, file)| match folder {
            Some(folder) if index > 0 => {
                folder.resolve(&file.path).unwrap_or_else(|_| folder.path().join(&file.path))
            }
            _ => root.to_owned(),
        })
        .collect()
}

/// A folder with more topologies than this isn't searched for the one that a
/// file belongs to.
const MANY: usize = 200;

/// The files that may be roots of a topology with this file in it: since a
/// topology has only files below its root's folder, these are in the folders
/// above. Those outside of the client's folders are left alone, if it has one
/// around the file.
pub(crate) fn candidates(
    place: &Path,
    workspace: &[PathBuf],
    documents: &Documents,
) -> Vec<PathBuf> {
    let top = workspace.iter().filter(|folder| place.starts_with(folder)).map(PathBuf::as_path);
    let top = top.min_by_key(|folder| folder.as_os_str().len());
    let mut found = Vec::new();
    for folder in place.ancestors().skip(1) {
        if top.is_some_and(|top| !folder.starts_with(top)) {
            break;
        }
        found.extend(roots_in(folder, documents).into_iter().filter(|root| root != place));
    }
    found
}

/// The roots in a folder, sorted.
pub(crate) fn roots_in(folder: &Path, documents: &Documents) -> Vec<PathBuf> {
    let on_disk = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_topology = |place: &PathBuf| {
        place.extension().is_some_and(|extension| extension == "kdl")
            && place.parent() == Some(folder)
    };
    let mut places: Vec<PathBuf> = on_disk.filter(is_topology).take(MANY).collect();
    places.extend(documents.keys().filter(|place| is_topology(place)).cloned());
    places.sort_unstable();
    places.dedup();
    places.retain(|place| is_root_at(place, documents));
    places
}

/// Whether a file is the root of a topology.
pub(crate) fn is_root_at(place: &Path, documents: &Documents) -> bool {
    match documents.get(place) {
        Some(document) => is_root(&document.text),
        None => {
            jtc_files::read(place).is_ok_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(is_root))
        }
    }
}
