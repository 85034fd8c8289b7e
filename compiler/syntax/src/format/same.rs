//! Whether two texts were read alike, wherever everything stands in them.

use crate::{Entry, Name, Node, Parse, Value, ValueKind};

/// Whether two parses have the same nodes and the same mistakes.
pub(super) fn parses(a: &Parse, b: &Parse) -> bool {
    let errors = a.errors.iter().map(|error| &error.kind);
    a.document.incomplete == b.document.incomplete
        && errors.eq(b.errors.iter().map(|error| &error.kind))
        && nodes(&a.document.nodes, &b.document.nodes)
}

fn all<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

// As deep as blocks may be nested.
fn nodes(a: &[Node], b: &[Node]) -> bool {
    all(a, b, |a, b| {
        let blocks = match (&a.children, &b.children) {
            (Some(a), Some(b)) => nodes(&a.nodes, &b.nodes),
            (None, None) => true,
            _ => false,
        };
        blocks
            && a.incomplete == b.incomplete
            && a.name.text == b.name.text
            && names(a.ty.as_ref(), b.ty.as_ref())
            && all(&a.entries, &b.entries, entries)
    })
}

fn entries(a: &Entry, b: &Entry) -> bool {
    names(a.name.as_ref(), b.name.as_ref())
        && names(a.ty.as_ref(), b.ty.as_ref())
        && values(&a.value, &b.value)
}

fn names(a: Option<&Name>, b: Option<&Name>) -> bool {
    a.map(|name| &name.text) == b.map(|name| &name.text)
}

fn values(a: &Value, b: &Value) -> bool {
    a.repr == b.repr
        && match (&a.kind, &b.kind) {
            // `#nan` is not equal to itself.
            (ValueKind::Float(a), ValueKind::Float(b)) => a.to_bits() == b.to_bits(),
            (a, b) => a == b,
        }
}
