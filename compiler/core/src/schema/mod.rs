//! The node table: what may stand in a topology, as plain data.
//!
//! Validation, did-you-mean, `jtc explain`, the reference and the schemas only
//! iterate over it. Invariant: a node that [`validate`](mod@validate)
//! passed without a diagnostic has the arguments, properties and children its
//! specification says, and each text has passed its kind.

pub mod access;
pub mod nodes;
pub mod validate;

use crate::text::TextKind;

/// What a node may look like.
#[derive(Debug)]
pub struct NodeSpec {
    /// The name of the node.
    pub name: &'static str,
    /// What it means: a sentence for a list, and more after the first line.
    pub doc: &'static str,
    /// Its arguments, in order.
    pub args: &'static [ArgSpec],
    /// Its properties.
    pub props: &'static [PropSpec],
    /// Properties of any name, as in `labels team="x"`.
    pub any_props: Option<AnyProps>,
    /// Its children, in groups so that components can share them.
    pub children: &'static [&'static [&'static NodeSpec]],
    /// How often it may stand under one parent.
    pub occurs: Occurs,
    /// What it defines for others to refer to.
    pub defines: Option<Defines>,
    /// How it is written.
    pub example: &'static str,
}

/// A node with nothing in it, to be filled by struct update.
pub const NODE: NodeSpec = NodeSpec {
    name: "",
    doc: "",
    args: &[],
    props: &[],
    any_props: None,
    children: &[],
    occurs: Occurs::Once,
    defines: None,
    example: "",
};

/// What a node defines, for a [`Type::Ref`] to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defines {
    /// One thing: its first argument is the name.
    First(RefKind),
    /// A thing for each of its arguments.
    Each(RefKind),
    /// One thing that is called as the node is.
    Itself(RefKind),
}

/// How often a node may stand under one parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurs {
    /// At most once.
    Once,
    /// Exactly once.
    Required,
    /// Any number of times.
    Many,
    /// Any number of times, each with a first argument of its own.
    ByName,
    /// The same, and again with another property `port`.
    ByNameAndPort,
}

impl Occurs {
    /// For a person.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Once => "at most once",
            Self::Required => "exactly once",
            Self::Many => "any number of times",
            Self::ByName => "any number of times, each with another first argument",
            Self::ByNameAndPort => {
                "any number of times, each with another first argument or another `port`"
            }
        }
    }

    /// Whether the first argument tells such nodes apart.
    pub fn is_by_name(self) -> bool {
        matches!(self, Self::ByName | Self::ByNameAndPort)
    }
}

/// An argument.
#[derive(Debug)]
pub struct ArgSpec {
    /// What it is called in the documentation.
    pub name: &'static str,
    /// What it may be.
    pub ty: Type,
    /// Whether it must be there.
    pub required: bool,
    /// Whether any number may follow; only on the last.
    pub variadic: bool,
    /// What it means.
    pub doc: &'static str,
}

/// A property.
#[derive(Debug)]
pub struct PropSpec {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub ty: Type,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be given more than once.
    pub repeat: bool,
    /// What holds without it, in words.
    pub default: Option<&'static str>,
    /// What it means.
    pub doc: &'static str,
}

/// Properties of any name.
#[derive(Debug)]
pub struct AnyProps {
    /// What their names may be.
    pub name: &'static TextKind,
    /// What their values may be.
    pub ty: Type,
    /// What they mean.
    pub doc: &'static str,
}

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Any string.
    String,
    /// A path of files, relative to the file that says it; with `*` a pattern.
    /// How their names usually end; empty for any.
    Files(&'static [&'static str]),
    /// A rule of Traefik v3.
    Rule,
    /// A string of a kind.
    Text(&'static TextKind),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number within bounds, both included.
    Int(i64, i64),
    /// `#true` or `#false`.
    Bool,
    /// The name of something that the topology defines.
    Ref(RefKind),
}

/// What a name refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefKind {
    /// `external`.
    External,
    /// `secret`.
    Secret,
    /// A key of the secret that the same node names.
    SecretKey,
    /// `database`.
    Database,
    /// `version`.
    Version,
    /// `elk`.
    Elk,
    /// `namespace`.
    Namespace,
    /// `storage-class`.
    StorageClass,
    /// `address-pool`.
    AddressPool,
    /// An entrypoint of this namespace's Traefik.
    Entrypoint,
    /// A middleware of this namespace.
    Middleware,
    /// A component of this namespace, or `NAMESPACE/component`, or an `external`.
    Target,
    /// A component of this namespace, with an optional `:port`.
    Backend,
    /// A port of this component.
    Port,
}

/// Where a name must be unique, and can be referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The whole topology.
    Topology,
    /// One namespace, with what it takes from its profile and `defaults`.
    Namespace,
    /// One component or workload.
    Program,
    /// One `secret`.
    Secret,
}

impl RefKind {
    /// Where its names must be unique.
    pub fn scope(self) -> Scope {
        match self {
            Self::External
            | Self::Secret
            | Self::Database
            | Self::Version
            | Self::Elk
            | Self::Namespace
            | Self::StorageClass
            | Self::AddressPool => Scope::Topology,
            Self::Entrypoint | Self::Middleware | Self::Target | Self::Backend => Scope::Namespace,
            Self::SecretKey => Scope::Secret,
            Self::Port => Scope::Program,
        }
    }

    /// The node that defines it, where one does.
    pub fn noun(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Secret => "secret",
            Self::SecretKey => "key",
            Self::Database => "database",
            Self::Version => "version",
            Self::Elk => "elk",
            Self::Namespace => "namespace",
            Self::StorageClass => "storage-class",
            Self::AddressPool => "address-pool",
            Self::Entrypoint => "entrypoint",
            Self::Middleware => "middleware",
            Self::Target => "target",
            Self::Backend => "component",
            Self::Port => "port",
        }
    }
}

impl Type {
    /// In words, as in "a whole number from 1 to 65535".
    pub fn describe(self) -> String {
        match self {
            Self::String => "a string".to_owned(),
            Self::Files(_) => "a path of files".to_owned(),
            Self::Rule => "a rule of Traefik".to_owned(),
            Self::Text(kind) => format!("{} {}", article(kind.name), kind.name),
            Self::OneOf(words) => one_of(words),
            Self::Int(i64::MIN, i64::MAX) => "a whole number".to_owned(),
            Self::Int(low, high) if low == high => format!("the number {low}"),
            Self::Int(low, i64::MAX) => format!("a whole number, {low} or more"),
            Self::Int(low, high) => format!("a whole number from {low} to {high}"),
            Self::Bool => "#true or #false".to_owned(),
            Self::Ref(kind) => match kind {
                RefKind::Target => "a component, `NAMESPACE/component` or an external".to_owned(),
                RefKind::Backend => "a component, with an optional `:port`".to_owned(),
                kind => format!("the name of {} {}", article(kind.noun()), kind.noun()),
            },
        }
    }
}

/// `a` or `an`, for the word that follows.
pub fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" }
}

/// A required argument.
pub const fn arg(name: &'static str, ty: Type, doc: &'static str) -> ArgSpec {
    ArgSpec { name, ty, required: true, variadic: false, doc }
}

/// One or more arguments.
pub const fn args(name: &'static str, ty: Type, doc: &'static str) -> ArgSpec {
    ArgSpec { name, ty, required: true, variadic: true, doc }
}

/// An argument that may be left out.
pub const fn optional_arg(name: &'static str, ty: Type, doc: &'static str) -> ArgSpec {
    ArgSpec { name, ty, required: false, variadic: false, doc }
}

/// A property that may be left out.
pub const fn prop(name: &'static str, ty: Type, doc: &'static str) -> PropSpec {
    PropSpec { name, ty, required: false, repeat: false, default: None, doc }
}

impl PropSpec {
    /// It must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// It may be given more than once.
    #[must_use]
    pub const fn repeated(mut self) -> Self {
        self.repeat = true;
        self
    }

    /// What holds without it.
    #[must_use]
    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }
}

impl NodeSpec {
    /// The children it may have.
    pub fn child_specs(&self) -> impl Iterator<Item = &'static NodeSpec> + use<> {
        self.children.iter().flat_map(|group| group.iter().copied())
    }

    /// The child of this name.
    pub fn child(&self, name: &str) -> Option<&'static NodeSpec> {
        self.child_specs().find(|child| child.name == name)
    }
}

/// As in `"a", "b" or "c"`.
pub fn one_of(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match words.as_slice() {
        [start @ .., last] if !start.is_empty() => format!("{} or {last}", start.join(", ")),
        _ => words.concat(),
    }
}
