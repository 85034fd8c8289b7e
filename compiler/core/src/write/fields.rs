//! Maps, and the order of their fields for people.
//!
//! Fields are written as they come. In a list item, the places of the few
//! fields that belong first are remembered, and their text is moved there
//! when the item is complete.

use serde::ser::{
    Impossible, Serialize, SerializeMap, SerializeStruct, SerializeStructVariant, Serializer,
};

use super::error::{Reason, YamlError};
use super::scalar;
use super::yaml::{Place, Slot};

/// The fields that come first in a list item that has a name: what a container,
/// a port, a volume or a variable is, before how it is set up.
const FIRST: [&str; 4] = ["name", "image", "command", "args"];

/// YAML readers look for the colon of a plain or quoted key within 1024
/// characters; longer keys are announced by a `?`.
const LONGEST_KEY: usize = 1000;

/// Bytes of the output: a field, from its key to the key of the next field.
#[derive(Clone, Copy, Default)]
struct Span {
    start: usize,
    end: usize,
}

impl Span {
    fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A map whose fields so far are written.
pub(super) struct Fields<'o> {
    out: &'o mut String,
    place: Place,
    /// The column of the keys.
    column: usize,
    /// Where the first key starts.
    body: usize,
    /// Where the latest key starts and ends.
    key: Span,
    /// The fields of [`FIRST`] seen so far, in its order; empty if not seen.
    first: [Span; FIRST.len()],
    /// Which of `first` is the latest field, and so has no end yet.
    open: Option<usize>,
    is_empty: bool,
}

impl<'o> Fields<'o> {
    pub(super) fn new(out: &'o mut String, place: Place, column: usize) -> Self {
        let body = out.len();
        let first = [Span::default(); FIRST.len()];
        Self { out, place, column, body, key: Span::default(), first, open: None, is_empty: true }
    }

    /// Moves to where the next key is written.
    #[inline]
    fn start_key(&mut self) {
        if !self.is_empty {
            scalar::push_spaces(self.out, self.column);
        } else if self.place == Place::Key {
            self.out.push('\n');
            scalar::push_spaces(self.out, self.column);
        }
        self.is_empty = false;
        self.key.start = self.out.len();
        self.close_field(self.key.start);
    }

    /// Writes the colon after a key.
    #[inline]
    fn end_key(&mut self) {
        self.key.end = self.out.len();
        if self.place == Place::Item {
            self.note_first();
        }
        if self.key.end - self.key.start > LONGEST_KEY {
            self.out.insert_str(self.key.start, "? ");
            self.key = Span { start: self.key.start + 2, end: self.key.end + 2 };
            self.out.push('\n');
            scalar::push_spaces(self.out, self.column);
        }
        self.out.push(':');
    }

    fn note_first(&mut self) {
        let key = self.key_text();
        let Some(rank) = FIRST.iter().position(|name| *name == key) else {
            return;
        };
        if let Some(span) = self.first.get_mut(rank).filter(|span| span.is_empty()) {
            span.start = self.key.start;
            self.open = Some(rank);
        }
    }

    #[inline]
    fn close_field(&mut self, end: usize) {
        if let Some(span) = self.open.take().and_then(|rank| self.first.get_mut(rank)) {
            span.end = end;
        }
    }

    fn key_text(&self) -> &str {
        self.out.get(self.key.start..self.key.end).unwrap_or_default()
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), YamlError> {
        value
            .serialize(Slot { out: self.out, place: Place::Key, column: self.column })
            .map_err(|error| error.under_key(self.key_text()))
    }

    /// All that does not depend on the value's type, to keep the code small.
    #[inline(never)]
    fn push_key(&mut self, key: &str) {
        self.start_key();
        scalar::push_key(self.out, key);
        self.end_key();
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), YamlError> {
        self.push_key(key);
        self.value(value)
    }

    fn finish(mut self) {
        if self.is_empty {
            self.out.push_str(if self.place == Place::Key { " {}\n" } else { "{}\n" });
        } else if self.place == Place::Item {
            // The last field ends as the others do, after an indentation.
            self.close_field(self.out.len() + self.column);
            if self.is_out_of_order() {
                self.reorder();
            }
        }
    }

    fn is_out_of_order(&self) -> bool {
        let [name, ..] = self.first;
        if name.is_empty() {
            return false;
        }
        let mut expected = self.body;
        self.first.iter().filter(|span| !span.is_empty()).any(|span| {
            let misplaced = span.start != expected;
            expected = span.end;
            misplaced
        })
    }

    /// Writes the item's fields again behind themselves, in their new order,
    /// and drops the old ones. All spans end after an indentation, so they
    /// fit together in any order; the last indentation goes.
    fn reorder(mut self) {
        scalar::push_spaces(self.out, self.column);
        let end = self.out.len();
        for span in self.first {
            self.out.extend_from_within(span.start..span.end);
        }
        self.first.sort_unstable_by_key(|span| span.start);
        let mut from = self.body;
        for span in self.first.iter().filter(|span| !span.is_empty()) {
            self.out.extend_from_within(from..span.start);
            from = span.end;
        }
        self.out.extend_from_within(from..end);
        drop(self.out.drain(self.body..end));
        self.out.truncate(self.out.len() - self.column);
    }
}

impl SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = YamlError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), YamlError> {
        self.start_key();
        key.serialize(Key { out: self.out })?;
        self.end_key();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), YamlError> {
        self.value(value)
    }

    fn end(self) -> Result<(), YamlError> {
        self.finish();
        Ok(())
    }
}

/// Structs, and enum variants that look like them, are maps.
macro_rules! structs {
    ($($kind:ident),*) => {$(
        impl $kind for Fields<'_> {
            type Ok = ();
            type Error = YamlError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), YamlError> {
                self.field(key, value)
            }

            fn end(self) -> Result<(), YamlError> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

structs! { SerializeStruct, SerializeStructVariant }

/// A place for a map key. Kubernetes knows string keys only, so integers and
/// booleans are written as strings, which needs quotes.
struct Key<'o> {
    out: &'o mut String,
}

type Never = Impossible<(), YamlError>;

fn not_a_key<T>() -> Result<T, YamlError> {
    Err(YamlError::new(Reason::Key))
}

/// Keys that are written as the string of their value.
macro_rules! stringified {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, v: $type) -> Result<(), YamlError> {
            self.serialize_str(&v.to_string())
        }
    )*};
}

/// Values that cannot be keys.
macro_rules! refused {
    ($($method:ident($($arg:ty),*) -> $result:ty;)*) => {$(
        fn $method(self, $(_: $arg),*) -> Result<$result, YamlError> {
            not_a_key()
        }
    )*};
}

impl Serializer for Key<'_> {
    type Ok = ();
    type Error = YamlError;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    fn serialize_str(self, v: &str) -> Result<(), YamlError> {
        scalar::push_key(self.out, v);
        Ok(())
    }

    stringified! {
        serialize_bool: bool, serialize_char: char,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_i128: i128, serialize_u128: u128
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), YamlError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), YamlError> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), YamlError> {
        not_a_key()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), YamlError> {
        not_a_key()
    }

    refused! {
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct(&'static str, usize) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }
}
