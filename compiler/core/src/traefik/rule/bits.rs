//! Sets of paths, a bit for each.

/// For which paths a rule certainly matches, and for which it certainly
/// doesn't.
pub(super) struct Value {
    pub(super) yes: Bits,
    pub(super) no: Bits,
}

impl Value {
    pub(super) fn all(length: usize) -> Self {
        Self { yes: Bits::filled(length, true), no: Bits::filled(length, false) }
    }

    pub(super) fn constant(length: usize, value: bool) -> Self {
        Self { yes: Bits::filled(length, value), no: Bits::filled(length, !value) }
    }

    pub(super) fn unknown(length: usize) -> Self {
        Self { yes: Bits::filled(length, false), no: Bits::filled(length, false) }
    }

    pub(super) fn and(self, other: &Self) -> Self {
        Self { yes: self.yes.and(&other.yes), no: self.no.or(&other.no) }
    }

    pub(super) fn or(self, other: &Self) -> Self {
        Self { yes: self.yes.or(&other.yes), no: self.no.and(&other.no) }
    }
}

/// A bit for each path.
#[derive(Clone)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn filled(length: usize, value: bool) -> Self {
        let mut words = vec![if value { u64::MAX } else { 0 }; length.div_ceil(64)];
        if let (true, Some(last)) = (value && !length.is_multiple_of(64), words.last_mut()) {
            *last = (1 << (length % 64)) - 1;
        }
        Self(words)
    }

    pub(super) fn of(values: impl Iterator<Item = bool>, length: usize) -> Self {
        let mut bits = Self::filled(length, false);
        for (index, value) in values.enumerate() {
            if let (true, Some(word)) = (value, bits.0.get_mut(index / 64)) {
                *word |= 1 << (index % 64);
            }
        }
        bits
    }

    pub(super) fn has(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    pub(super) fn first(&self) -> Option<usize> {
        let (index, word) = self.0.iter().enumerate().find(|(_, word)| **word != 0)?;
        Some(index * 64 + usize::try_from(word.trailing_zeros()).ok()?)
    }

    pub(super) fn and(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
        self
    }

    pub(super) fn or(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
        self
    }

    /// The other paths.
    pub(super) fn not(&self, length: usize) -> Self {
        let mut other = Self::filled(length, true);
        for (word, own) in other.0.iter_mut().zip(&self.0) {
            *word &= !own;
        }
        other
    }
}
