//! Which topologies the open documents are part of.
//!
//! Invariant: that depends on the documents and the disk alone, not on what
//! was open or said before.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::documents::is_root;
use crate::roots::{self, Root};
use crate::state::State;

/// What is known of the documents' topologies.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    /// The topologies that each document is part of, the nearest first.
    of: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// What a search on the disk found for a document, until files come or go.
    searched: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// Documents that are analysed by themselves without being roots.
    alone: BTreeSet<PathBuf>,
}

impl Owners {
    /// The topologies that a document is part of, the nearest first.
    pub(crate) fn of(&self, place: &Path) -> &[PathBuf] {
        self.of.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a document is analysed by itself although it is no root.
    pub(crate) fn is_alone(&self, place: &Path) -> bool {
        self.alone.contains(place)
    }
}

impl State {
    /// Opens the topologies of all documents and closes all others. A document
    /// is part of its own topology if it has an edition, and of those that
    /// include it; one that none includes is a topology by itself.
    pub(crate) fn find_owners(&mut self) {
        let topologies = self.documents.iter().filter(|(_, document)| document.is_topology);
        let (mut needed, mut alone) = (BTreeSet::new(), Vec::new());
        for (place, document) in topologies {
            if is_root(&document.text) {
                needed.insert(place.clone());
            } else {
                alone.push(place.clone());
            }
        }
        for place in &needed {
            self.open_root(place);
        }
        for place in &alone {
            if !self.is_in(place, &needed) {
                needed.extend(self.search(place));
            }
        }
        alone.retain(|place| !self.is_in(place, &needed));
        for place in &alone {
            self.open_root(place);
        }
        let included = alone.iter().filter(|place| self.is_included(place, &alone));
        let included: BTreeSet<PathBuf> = included.cloned().collect();
        alone.retain(|place| !included.contains(place));
        needed.extend(alone.iter().cloned());
        self.roots.retain(|place, _| needed.contains(place));
        let mut of = BTreeMap::new();
        for (place, _) in self.documents.iter().filter(|(_, document)| document.is_topology) {
            let roots = self.roots.values().filter(|root| root.file(place).is_some());
            let mut roots: Vec<PathBuf> = roots.map(|root| root.place.clone()).collect();
            roots.sort_by_key(|root| (root != place, Reverse(root.components().count())));
            of.insert(place.clone(), roots);
        }
        self.owners.of = of;
        self.owners.alone = alone.into_iter().collect();
    }

    /// What was found on the disk may no longer be all.
    pub(crate) fn search_again(&mut self) {
        self.owners.searched.clear();
    }

    fn open_root(&mut self, place: &Path) {
        if !self.roots.contains_key(place) {
            self.roots.insert(place.to_owned(), Root::open(place, &self.documents));
        }
    }

    /// Whether one of these topologies includes a document.
    fn is_in(&self, place: &Path, roots: &BTreeSet<PathBuf>) -> bool {
        roots.iter().any(|root| self.is_part(place, root))
    }

    /// Whether another of these documents includes one; of two that include
    /// each other, the first does.
    fn is_included(&self, place: &Path, alone: &[PathBuf]) -> bool {
        let mut others = alone.iter().map(PathBuf::as_path).filter(|other| *other != place);
        others.any(|other| {
            self.is_part(place, other) && !(place < other && self.is_part(other, place))
        })
    }

    /// The topologies on the disk that include a document.
    fn search(&mut self, place: &Path) -> Vec<PathBuf> {
        if !self.owners.searched.contains_key(place) {
            let mut found = roots::candidates(place, &self.folders, &self.documents);
            found.retain(|candidate| {
                self.open_root(candidate);
                self.is_part(place, candidate)
            });
            self.owners.searched.insert(place.to_owned(), found);
        }
        let found = self.owners.searched.get(place).cloned().unwrap_or_default();
        for root in &found {
            self.open_root(root);
        }
        found.into_iter().filter(|root| self.is_part(place, root)).collect()
    }

    fn is_part(&self, place: &Path, root: &Path) -> bool {
        self.roots.get(root).is_some_and(|root| root.file(place).is_some())
    }
}
