//! Whether two things say the same, told without keeping either.
//!
//! What has the same fingerprint is the same, except for places: those move
//! with every letter that is typed, and decide nothing. Only whether a file
//! says something at all does.

use std::hash::{Hash, Hasher};

use jtc_syntax::{FileId, Span};
use sha2::{Digest as _, Sha256};

use crate::model::NOWHERE;
use crate::moved::Places;

/// A digest of what something says. Two with one digest would be a collision of
/// SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// Stands for every place in a file.
const SOMEWHERE: Span = Span::new(FileId(0), 0, 1);

impl Fingerprint {
    /// The fingerprint of something with places, which don't count.
    pub fn of<T: Clone + Hash + Places>(one: &T) -> Self {
        let mut one = one.clone();
        one.places(&mut |span| {
            if *span != NOWHERE {
                *span = SOMEWHERE;
            }
        });
        Self::without_places(&one)
    }

    /// The fingerprint of something that has no places.
    pub fn without_places(one: &impl Hash) -> Self {
        let mut digest = Digest(Sha256::new());
        one.hash(&mut digest);
        Self(digest.0.finalize().into())
    }
}

/// SHA-256 as a [`Hasher`], of which the whole digest is taken.
struct Digest(Sha256);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest: [u8; 32] = self.0.clone().finalize().into();
        digest.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Hash)]
    struct Said(&'static str, Vec<Span>);

    impl Places for Said {
        fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
            self.1.iter_mut().for_each(see);
        }
    }

    fn said(text: &'static str, starts: &[u32]) -> Fingerprint {
        let span = |start: &u32| Span::new(FileId(3), *start, *start + 2);
        Fingerprint::of(&Said(text, starts.iter().map(span).collect()))
    }

    #[test]
    fn places_do_not_count_and_all_else_does() {
        assert_eq!(said("a", &[1, 5]), said("a", &[7, 2]));
        assert_ne!(said("a", &[1, 5]), said("b", &[1, 5]));
        assert_ne!(said("a", &[1, 5]), said("a", &[1]));
    }

    #[test]
    fn what_no_file_says_is_not_what_a_file_says() {
        let nowhere = Fingerprint::of(&Said("a", vec![NOWHERE]));
        assert_ne!(nowhere, said("a", &[0]));
    }
}
