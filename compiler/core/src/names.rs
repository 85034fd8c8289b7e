//! Names: what a topology defines, and every place that refers to it.
//!
//! The node table says what a node defines and what a value refers to, so
//! that this knows of no node by itself. Invariant: a name that stands in
//! several layers (the namespace, its profile, `defaults`) is one
//! [`Symbol`] for each layer that defines it, and a reference is to the
//! nearest.

mod collect;

use std::collections::{BTreeMap, BTreeSet};

use jtc_syntax::{Document, FileId, Span};

use crate::schema::RefKind;

/// Something with a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol {
    /// What it is; never [`RefKind::Target`], which is one of several.
    pub kind: RefKind,
    /// Where it is known; empty for the whole topology. A namespace, `elk:`
    /// and a profile, or [`DEFAULTS`]; behind a `/` the program in it; for a key
    /// the name of its Secret.
    pub scope: String,
    /// Its name.
    pub name: String,
}

/// What a place does with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It defines it.
    Definition,
    /// The name of the node defines it, as `server` does.
    Builtin,
    /// It refers to it.
    Reference,
}

/// A place with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// What it is the name of.
    pub symbol: Symbol,
    /// The name, without quotes.
    pub span: Span,
    /// The node it stands in.
    pub node: Span,
    /// What the place does with it.
    pub role: Role,
    /// Whether it stands in quotes.
    pub quoted: bool,
}

/// All names of a topology.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By place.
    places: Vec<Occurrence>,
    /// Where each symbol is among them.
    by_symbol: BTreeMap<Symbol, Vec<usize>>,
    /// The layers that each namespace falls back on, the nearest first.
    layers: BTreeMap<String, Vec<String>>,
}

/// The scope of what `defaults` says.
pub const DEFAULTS: &str = "defaults:";

impl Names {
    /// Collects the names of a topology from its files: each its tree and its
    /// text.
    pub fn new<'d>(files: impl Iterator<Item = (&'d Document, &'d str)>) -> Self {
        let collected = collect::collect(files);
        let mut names = Self { layers: collected.layers, ..Self::default() };
        let defines = |place: &&Occurrence| place.role != Role::Reference;
        let defined: BTreeSet<&Symbol> =
            collected.places.iter().filter(defines).map(|place| &place.symbol).collect();
        let is_defined = |symbol: &Symbol| defined.contains(symbol);
        let resolved: Vec<Symbol> = collected
            .places
            .iter()
            .map(|place| match place.role {
                Role::Reference => nearest(&names.layers, &place.symbol, &is_defined),
                Role::Definition | Role::Builtin => place.symbol.clone(),
            })
            .collect();
        names.places = collected.places;
        for (place, symbol) in names.places.iter_mut().zip(resolved) {
            place.symbol = symbol;
        }
        names.places.sort_by_key(|place| (place.span, place.role != Role::Definition));
        names.places.dedup_by(|a, b| a.span == b.span && a.symbol == b.symbol);
        for (index, place) in names.places.iter().enumerate() {
            names.by_symbol.entry(place.symbol.clone()).or_default().push(index);
        }
        names
    }

    /// The name at a place; at its end counts as in it.
    pub fn at(&self, file: FileId, offset: u32) -> Option<&Occurrence> {
        let after = self
            .places
            .partition_point(|place| (place.span.file, place.span.start) <= (file, offset));
        let before = self.places.get(..after)?.iter().rev();
        // Names stand apart, so that only the nearest few can reach here.
        before.take(4).find(|place| place.span.file == file && offset <= place.span.end)
    }

    /// Every place with a name, by place.
    pub fn iter(&self) -> impl Iterator<Item = &Occurrence> {
        self.places.iter()
    }

    /// Every place with this name.
    pub fn of(&self, symbol: &Symbol) -> impl Iterator<Item = &Occurrence> {
        let places = self.by_symbol.get(symbol).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|index| self.places.get(*index))
    }

    /// Where a name is defined; the first place holds.
    pub fn definition(&self, symbol: &Symbol) -> Option<&Occurrence> {
        self.of(symbol).find(|place| place.role != Role::Reference)
    }

    /// What is defined of a kind and may be referred to from a scope, the
    /// nearest layer first.
    pub fn known(&self, kind: RefKind, scope: &str) -> Vec<&Occurrence> {
        let mut found: Vec<&Occurrence> = Vec::new();
        for scope in scopes(&self.layers, scope) {
            let symbols =
                self.by_symbol.range(Symbol { kind, scope: scope.clone(), name: String::new() }..);
            for (symbol, _) in
                symbols.take_while(|(symbol, _)| symbol.kind == kind && symbol.scope == scope)
            {
                if let Some(place) = self.definition(symbol)
                    && !found.iter().any(|known| known.symbol.name == symbol.name)
                {
                    found.push(place);
                }
            }
        }
        found
    }

    /// The scope that a name would be looked up in from inside of a namespace,
    /// and in a program of it.
    pub fn scope(kind: RefKind, namespace: &str, program: &str, secret: &str) -> String {
        collect::scope(kind, namespace, program, secret)
    }
}

/// A scope and those that it falls back on, the nearest first.
fn scopes(layers: &BTreeMap<String, Vec<String>>, scope: &str) -> Vec<String> {
    let (layer, program) = match scope.split_once('/') {
        Some((layer, program)) => (layer, Some(program)),
        None => (scope, None),
    };
    let others = layers.get(layer).map(Vec::as_slice).unwrap_or_default();
    let named = |layer: &str| match program {
        Some(program) => format!("{layer}/{program}"),
        None => layer.to_owned(),
    };
    std::iter::once(layer).chain(others.iter().map(String::as_str)).map(named).collect()
}

/// What a reference names: by the nearest layer that defines it, or by its own
/// where none does.
fn nearest(
    layers: &BTreeMap<String, Vec<String>>,
    symbol: &Symbol,
    is_defined: &impl Fn(&Symbol) -> bool,
) -> Symbol {
    let kinds: &[RefKind] = match symbol.kind {
        RefKind::Target => &[RefKind::Backend, RefKind::External],
        _ => std::slice::from_ref(&symbol.kind),
    };
    for kind in kinds {
        for scope in scopes(layers, if *kind == RefKind::External { "" } else { &symbol.scope }) {
            let candidate = Symbol { kind: *kind, scope, name: symbol.name.clone() };
            if is_defined(&candidate) {
                return candidate;
            }
        }
    }
    let kind = if symbol.kind == RefKind::Target { RefKind::Backend } else { symbol.kind };
    Symbol { kind, ..symbol.clone() }
}

#[cfg(test)]
mod tests;
