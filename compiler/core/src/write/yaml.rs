//! The serializer: one [`Slot`] for each place where a value can stand.

use std::fmt::Write;

use serde::ser::{Serialize, Serializer};

use super::error::{Reason, YamlError};
use super::fields::Fields;
use super::items::Items;
use super::scalar;

/// The deepest column for a map or list: 256 levels of two spaces. Enough for
/// any schema, and far from the end of a thread's stack.
const MAX_COLUMN: usize = 512;

/// Appends `value` as one YAML document in block style to `out`.
///
/// The document ends with a newline and has no `---` line. Lists are indented
/// as kubectl does, with `- ` in the column of the key that holds them. A map
/// in a list begins with its `name`, then `image`, `command` and `args`, if it
/// has a name; all other maps keep the order of their `Serialize`.
///
/// # Errors
/// If the value holds something that Kubernetes' YAML has no form for: NaN or
/// an infinity, raw bytes, an integer beyond 64 bits, a map key other than a
/// string, integer or boolean, or nesting beyond 256 levels. `out` is then as
/// it was before.
pub fn to_yaml<T: Serialize + ?Sized>(value: &T, out: &mut String) -> Result<(), YamlError> {
    let before = out.len();
    let written = value.serialize(Slot { out, place: Place::Root, column: 0 });
    if written.is_err() {
        out.truncate(before);
    }
    written
}

/// What stands before the cursor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing: the document starts here.
    Root,
    /// `key:`, without a space.
    Key,
    /// `- `.
    Item,
}

/// A place for one value.
pub(super) struct Slot<'o> {
    pub(super) out: &'o mut String,
    pub(super) place: Place,
    /// The column of the key or dash before the cursor.
    pub(super) column: usize,
}

impl<'o> Slot<'o> {
    /// The column for the keys of a map in this place.
    fn map_column(&self) -> usize {
        if self.place == Place::Root { 0 } else { self.column + 2 }
    }

    /// The column for the dashes of a list in this place.
    fn list_column(&self) -> usize {
        if self.place == Place::Item { self.column + 2 } else { self.column }
    }

    /// The cursor where a scalar can be written.
    fn scalar(self) -> &'o mut String {
        if self.place == Place::Key {
            self.out.push(' ');
        }
        self.out
    }

    fn line(self, text: &str) {
        let out = self.scalar();
        out.push_str(text);
        out.push('\n');
    }

    fn number(self, number: impl std::fmt::Display) {
        // Writing to a `String` cannot fail.
        _ = writeln!(self.scalar(), "{number}");
    }

    fn float(self, shortest: &str) {
        let out = self.scalar();
        scalar::push_float(out, shortest);
        out.push('\n');
    }

    fn fields(self) -> Result<Fields<'o>, YamlError> {
        let column = self.map_column();
        check_depth(column)?;
        Ok(Fields::new(self.out, self.place, column))
    }

    fn items(self) -> Result<Items<'o>, YamlError> {
        let column = self.list_column();
        check_depth(column)?;
        Ok(Items::new(self.out, self.place, column))
    }

    /// Writes the key of a one-field map, for an enum variant with content,
    /// and returns the place after it.
    fn variant(self, variant: &str) -> Result<Slot<'o>, YamlError> {
        let column = self.map_column();
        check_depth(column)?;
        if self.place == Place::Key {
            self.out.push('\n');
            scalar::push_spaces(self.out, column);
        }
        scalar::push_key(self.out, variant);
        self.out.push(':');
        Ok(Slot { out: self.out, place: Place::Key, column })
    }
}

fn check_depth(column: usize) -> Result<(), YamlError> {
    if column > MAX_COLUMN { Err(YamlError::new(Reason::TooDeep)) } else { Ok(()) }
}

/// Integers of up to 64 bits are written as they are.
macro_rules! integers {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, v: $type) -> Result<(), YamlError> {
            self.number(v);
            Ok(())
        }
    )*};
}

/// Floats are written in their shortest exact form, if they are finite.
macro_rules! floats {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, v: $type) -> Result<(), YamlError> {
            if !v.is_finite() {
                return Err(YamlError::new(Reason::NotFinite));
            }
            self.float(&format!("{v:?}"));
            Ok(())
        }
    )*};
}

impl<'o> Serializer for Slot<'o> {
    type Ok = ();
    type Error = YamlError;
    type SerializeSeq = Items<'o>;
    type SerializeTuple = Items<'o>;
    type SerializeTupleStruct = Items<'o>;
    type SerializeTupleVariant = Items<'o>;
    type SerializeMap = Fields<'o>;
    type SerializeStruct = Fields<'o>;
    type SerializeStructVariant = Fields<'o>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }
    floats! { serialize_f32: f32, serialize_f64: f64 }

    fn serialize_i128(self, v: i128) -> Result<(), YamlError> {
        if i64::try_from(v).is_err() && u64::try_from(v).is_err() {
            return Err(YamlError::new(Reason::TooWide));
        }
        self.number(v);
        Ok(())
    }

    fn serialize_u128(self, v: u128) -> Result<(), YamlError> {
        let v = u64::try_from(v).map_err(|_| YamlError::new(Reason::TooWide))?;
        self.serialize_u64(v)
    }

    fn serialize_bool(self, v: bool) -> Result<(), YamlError> {
        self.line(if v { "true" } else { "false" });
        Ok(())
    }

    fn serialize_char(self, v: char) -> Result<(), YamlError> {
        self.serialize_str(v.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, v: &str) -> Result<(), YamlError> {
        // The lines of a block at the root are indented too, so that none of
        // them can pass for a `---` line.
        let column = self.column + 2;
        scalar::push_text(self.scalar(), v, column);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), YamlError> {
        Err(YamlError::new(Reason::Bytes))
    }

    fn serialize_none(self) -> Result<(), YamlError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), YamlError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), YamlError> {
        self.line("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), YamlError> {
        self.serialize_unit()
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

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), YamlError> {
        value.serialize(self.variant(variant)?).map_err(|error| error.under_key(variant))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'o>, YamlError> {
        self.items()
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'o>, YamlError> {
        self.items()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'o>, YamlError> {
        self.items()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'o>, YamlError> {
        self.variant(variant)?.items()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'o>, YamlError> {
        self.fields()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'o>, YamlError> {
        self.fields()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'o>, YamlError> {
        self.variant(variant)?.fields()
    }
}
