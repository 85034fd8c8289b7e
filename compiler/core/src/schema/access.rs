//! Reading validated nodes. What is missing or of the wrong type has been
//! reported by validation, so these answer `None` and say nothing.

use jtc_syntax::{Entry, Node, Span, ValueKind};

use crate::model::At;

/// Short ways into a node.
pub trait NodeExt {
    /// The argument at this position.
    fn arg(&self, index: usize) -> Option<&Entry>;
    /// The arguments.
    fn arguments(&self) -> impl Iterator<Item = &Entry>;
    /// The last property of this name, as KDL has it.
    fn prop(&self, name: &str) -> Option<&Entry>;
    /// The child nodes.
    fn child_nodes(&self) -> &[Node];
    /// The first child of this name.
    fn child(&self, name: &str) -> Option<&Node>;
    /// All children of this name.
    fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node>;

    /// The argument at this position, as text.
    fn arg_text(&self, index: usize) -> Option<At<String>> {
        self.arg(index).and_then(EntryExt::text)
    }

    /// The property, as text.
    fn prop_text(&self, name: &str) -> Option<At<String>> {
        self.prop(name).and_then(EntryExt::text)
    }

    /// The property, as a number.
    fn prop_int(&self, name: &str) -> Option<At<i64>> {
        self.prop(name).and_then(EntryExt::int)
    }

    /// The property, as a truth value.
    fn prop_bool(&self, name: &str) -> Option<At<bool>> {
        self.prop(name).and_then(EntryExt::bool)
    }

    /// The arguments that are text.
    fn texts(&self) -> Vec<String> {
        self.arguments().filter_map(|entry| entry.text().map(|at| at.value)).collect()
    }
}

impl NodeExt for Node {
    fn arg(&self, index: usize) -> Option<&Entry> {
        self.arguments().nth(index)
    }

    fn arguments(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.name.is_none())
    }

    fn prop(&self, name: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.name.as_ref().is_some_and(|key| &*key.text == name))
    }

    fn child_nodes(&self) -> &[Node] {
        self.children.as_ref().map_or(&[], |block| &block.nodes)
    }

    fn child(&self, name: &str) -> Option<&Node> {
        self.child_nodes().iter().find(|child| &*child.name.text == name)
    }

    fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.child_nodes().iter().filter(move |child| &*child.name.text == name)
    }
}

/// Short ways into a value, each with its place.
pub trait EntryExt {
    /// The text, if it is a string.
    fn text(&self) -> Option<At<String>>;
    /// The number, if it is a whole one.
    fn int(&self) -> Option<At<i64>>;
    /// The truth value, if it is one.
    fn bool(&self) -> Option<At<bool>>;
    /// Where the value stands.
    fn place(&self) -> Span;
}

impl EntryExt for Entry {
    fn text(&self) -> Option<At<String>> {
        match &self.value.kind {
            ValueKind::String(text) => Some(At::new(text.to_string(), self.value_span)),
            _ => None,
        }
    }

    fn int(&self) -> Option<At<i64>> {
        match self.value.kind {
            ValueKind::Integer(number) => {
                i64::try_from(number).ok().map(|number| At::new(number, self.value_span))
            }
            _ => None,
        }
    }

    fn bool(&self) -> Option<At<bool>> {
        match self.value.kind {
            ValueKind::Bool(truth) => Some(At::new(truth, self.value_span)),
            _ => None,
        }
    }

    fn place(&self) -> Span {
        self.value_span
    }
}
