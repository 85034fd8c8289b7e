//! Lists.

use serde::ser::{
    Serialize, SerializeSeq, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
};

use super::error::YamlError;
use super::scalar;
use super::yaml::{Place, Slot};

/// A list whose items so far are written.
pub(super) struct Items<'o> {
    out: &'o mut String,
    place: Place,
    /// The column of the dashes.
    column: usize,
    count: usize,
}

impl<'o> Items<'o> {
    pub(super) fn new(out: &'o mut String, place: Place, column: usize) -> Self {
        Self { out, place, column, count: 0 }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), YamlError> {
        if self.count > 0 {
            scalar::push_spaces(self.out, self.column);
        } else if self.place == Place::Key {
            self.out.push('\n');
            scalar::push_spaces(self.out, self.column);
        }
        self.out.push_str("- ");
        let index = self.count;
        self.count += 1;
        value
            .serialize(Slot { out: self.out, place: Place::Item, column: self.column })
            .map_err(|error| error.under_index(index))
    }

    fn finish(self) {
        if self.count == 0 {
            self.out.push_str(if self.place == Place::Key { " []\n" } else { "[]\n" });
        }
    }
}

/// All of serde's lists are written alike.
macro_rules! lists {
    ($($kind:ident::$method:ident),*) => {$(
        impl $kind for Items<'_> {
            type Ok = ();
            type Error = YamlError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), YamlError> {
                self.push(value)
            }

            fn end(self) -> Result<(), YamlError> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

lists! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
}
