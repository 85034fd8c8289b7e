//! The tree that a text is read into: nodes, entries, values.

use crate::Span;

/// All nodes of one file, in the order of the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// The nodes at the top of the file.
    pub nodes: Vec<Node>,
    /// A node at the top of the file could not be read and is missing here;
    /// an error says which.
    pub incomplete: bool,
}

/// One node: a name, its arguments and properties, and perhaps a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The name, without quotes.
    pub name: Name,
    /// Arguments and properties in the order of the text. A property that is
    /// given twice is here twice.
    pub entries: Vec<Entry>,
    /// The block in braces; `Some` with no nodes for `{}`.
    pub children: Option<Block>,
    /// From the type annotation or name to the last entry or closing brace.
    pub span: Span,
    /// The type annotation in parentheses before the name.
    pub ty: Option<Name>,
    /// Something in the node or its block could not be read and is missing
    /// here; an error says what. What is missing must not be reported again.
    pub incomplete: bool,
}

/// The block of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The nodes in it.
    pub nodes: Vec<Node>,
    /// The braces and all between them.
    pub span: Span,
}

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// What the name says, without quotes and with escapes resolved.
    pub text: Box<str>,
    /// Where it stands, with its quotes.
    pub span: Span,
}

/// An argument, or a property when it has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name before `=`.
    pub name: Option<Name>,
    /// The value.
    pub value: Value,
    /// Where the value stands, without name and type annotation.
    pub value_span: Span,
    /// The whole entry, `name=(type)value`.
    pub span: Span,
    /// The type annotation in parentheses before the value.
    pub ty: Option<Name>,
}

/// A value and, for a number, how it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The value.
    pub kind: ValueKind,
    /// The source text of a number (`1.10` and `1.1` are the same number but
    /// not the same version); empty for all other values.
    pub repr: Box<str>,
}

impl Value {
    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub const fn as_integer(&self) -> Option<i128> {
        match self.kind {
            ValueKind::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub const fn as_bool(&self) -> Option<bool> {
        match self.kind {
            ValueKind::Bool(value) => Some(value),
            _ => None,
        }
    }
}

/// What a value can be.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueKind {
    /// A string, with or without quotes in the source.
    String(Box<str>),
    /// An integer.
    Integer(i128),
    /// A number with a point or an exponent, `#inf`, `#-inf` or `#nan`.
    Float(f64),
    /// `#true` or `#false`.
    Bool(bool),
    /// `#null`.
    Null,
}
