//! What is generated from the node table and the diagnostics: the reference
//! and the schemas.
//!
//! Everything here is a pure function of static data, so that the committed
//! files can be held against it (`tests/generated.rs`). Invariant: a node is
//! told once, however many places it may stand in, under an id that
//! `jtc explain` takes as well.

mod diagnostics;
mod json;
mod kdl;
mod nodes;

use crate::components::table;
use crate::schema::nodes::PROGRAM;
use crate::schema::{NodeSpec, Type};
use crate::text::TextKind;

pub use crate::diagnostics::stage;
pub use diagnostics::{markdown_diagnostic, markdown_diagnostics};
pub use json::schema_json;
pub use kdl::schema_kdl;
pub use nodes::markdown_nodes;

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its path below the root of the repository, joined by `/`.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// How the top of a topology is called where a parent is wanted.
pub const TOP: &str = "top";

/// Every generated file, sorted by path.
pub fn pages() -> Vec<Page> {
    let mut pages = markdown_diagnostics();
    pages.push(Page { path: "docs/reference/nodes.md".to_owned(), text: markdown_nodes() });
    pages.push(Page { path: "schemas/jtc.json".to_owned(), text: schema_json() });
    pages.push(Page { path: "schemas/jtc.kdl".to_owned(), text: schema_kdl() });
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages
}

/// A node, and the nodes around it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name; with its parent before it, as in `traefik/version`, where
    /// another node of the name stands nearer to the top.
    pub id: String,
    /// What it may look like.
    pub spec: &'static NodeSpec,
    /// The ids of the nodes it may stand in; [`TOP`] for the top.
    pub parents: Vec<String>,
    /// Whether it is something that any program may have.
    pub in_programs: bool,
}

/// Every node of the table once, in the order of the table.
pub fn entries() -> Vec<Entry> {
    let mut found: Vec<(&'static NodeSpec, Vec<&'static NodeSpec>, bool)> = Vec::new();
    table::walk(&mut |above, spec| {
        let Some(parent) = above.last() else { return };
        let in_programs =
            above.iter().chain([&spec]).any(|node| PROGRAM.iter().any(|one| same(one, node)));
        match found.iter_mut().find(|(known, ..)| same(known, spec)) {
            Some((_, parents, programs)) => {
                if !parents.iter().any(|known| same(known, parent)) {
                    parents.push(parent);
                }
                *programs |= in_programs;
            }
            None => found.push((spec, vec![*parent], in_programs)),
        }
    });
    let id = |spec: &'static NodeSpec| -> String {
        if same(spec, &table::ROOT) {
            return TOP.to_owned();
        }
        let mut others =
            found.iter().filter(|(known, ..)| known.name == spec.name && !same(known, spec));
        let own = found.iter().find(|(known, ..)| same(known, spec));
        let parent = own
            .and_then(|(_, parents, _)| parents.first())
            .filter(|parent| !same(parent, &table::ROOT));
        match parent {
            Some(parent) if others.next().is_some() => format!("{}/{}", parent.name, spec.name),
            _ => spec.name.to_owned(),
        }
    };
    found
        .iter()
        .map(|(spec, parents, in_programs)| Entry {
            id: id(spec),
            spec,
            parents: parents.iter().map(|parent| id(parent)).collect(),
            in_programs: *in_programs,
        })
        .collect()
}

/// The entry of a specification.
fn entry_of<'e>(entries: &'e [Entry], spec: &'static NodeSpec) -> Option<&'e Entry> {
    entries.iter().find(|entry| same(entry.spec, spec))
}

/// Whether both are one node of the table, and not merely alike.
fn same(a: &'static NodeSpec, b: &'static NodeSpec) -> bool {
    std::ptr::eq(a, b)
}

/// Every kind of text that the table uses, each once, sorted by name.
fn text_kinds(entries: &[Entry]) -> Vec<&'static TextKind> {
    let types = entries.iter().flat_map(|entry| {
        let args = entry.spec.args.iter().map(|arg| arg.ty);
        let props = entry.spec.props.iter().map(|prop| prop.ty);
        args.chain(props).chain(entry.spec.any_props.iter().map(|any| any.ty))
    });
    let of_types = types.filter_map(|ty| match ty {
        Type::Text(kind) => Some(kind),
        Type::String
        | Type::Files(_)
        | Type::Rule
        | Type::OneOf(_)
        | Type::Int(..)
        | Type::Bool
        | Type::Ref(_) => None,
    });
    let of_names =
        entries.iter().filter_map(|entry| entry.spec.any_props.as_ref().map(|any| any.name));
    let mut kinds: Vec<&'static TextKind> = of_types.chain(of_names).collect();
    kinds.sort_by_key(|kind| kind.name);
    kinds.dedup_by_key(|kind| kind.name);
    kinds
}
