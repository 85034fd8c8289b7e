//! Finding one's way in a tree: the nodes around a place, and what the node
//! table says of them.

use std::path::PathBuf;

use jtc_core::components::table::ROOT;
use jtc_core::schema::access::NodeExt;
use jtc_core::schema::{ArgSpec, NodeSpec, PropSpec, Type};
use jtc_core::sources::{Files, join};
use jtc_core::syntax::{Entry, Node, Parse, Span};

use crate::state::View;

/// A node and what it may look like; no specification where no node of the
/// name may stand.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) node: &'a Node,
    pub(crate) spec: Option<&'static NodeSpec>,
}

/// The nodes around a place, the outermost first.
pub(crate) fn path(tree: &Parse, offset: u32) -> Vec<Step<'_>> {
    let mut found = Vec::new();
    let mut nodes = tree.document.nodes.as_slice();
    let mut above: Option<&'static NodeSpec> = Some(&ROOT);
    while let Some(node) = around(nodes, offset) {
        let spec = above.and_then(|above| above.child(&node.name.text));
        found.push(Step { node, spec });
        above = spec;
        nodes = node.child_nodes();
    }
    found
}

/// The node of these that a place is in; its end counts as in it.
fn around(nodes: &[Node], offset: u32) -> Option<&Node> {
    let after = nodes.partition_point(|node| node.span.start <= offset);
    let node = nodes.get(after.checked_sub(1)?)?;
    (offset <= node.span.end).then_some(node)
}

/// What stands at a place within a node.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    /// Its name.
    Name,
    /// An argument, and what it may be.
    Argument(&'a Entry, Option<&'static ArgSpec>),
    /// A property, and what it may be.
    Property(&'a Entry, Option<&'static PropSpec>),
    /// Between them.
    Nothing,
}

impl<'a> Step<'a> {
    /// What stands at a place.
    pub(crate) fn part(self, offset: u32) -> Part<'a> {
        let within = |span: Span| span.start <= offset && offset <= span.end;
        if within(self.node.name.span) {
            return Part::Name;
        }
        let mut position = 0;
        for entry in &self.node.entries {
            let is_here = within(entry.span);
            match &entry.name {
                Some(name) if is_here => {
                    let spec = self
                        .spec
                        .and_then(|spec| spec.props.iter().find(|prop| prop.name == &*name.text));
                    return Part::Property(entry, spec);
                }
                None if is_here => {
                    return Part::Argument(entry, self.spec.and_then(|it| argument(it, position)));
                }
                Some(_) => {}
                None => position += 1,
            }
        }
        Part::Nothing
    }

    /// The first argument, if it is text.
    pub(crate) fn name(self) -> Option<&'a str> {
        self.node.arg(0)?.value.as_str()
    }
}

/// What the argument at a position may be.
pub(crate) fn argument(spec: &'static NodeSpec, position: usize) -> Option<&'static ArgSpec> {
    spec.args.get(position).or_else(|| spec.args.last().filter(|arg| arg.variadic))
}

/// A value that names files.
pub(crate) struct Link {
    /// The value.
    pub(crate) span: Span,
    /// The path or pattern.
    pub(crate) pattern: String,
}

/// Every value that names files: what the table calls a path or pattern
/// relative to the file that says it.
pub(crate) fn links(tree: &Parse) -> Vec<Link> {
    let mut found = Vec::new();
    for node in &tree.document.nodes {
        if let Some(spec) = ROOT.child(&node.name.text) {
            collect(spec, node, &mut found);
        }
    }
    found
}

fn collect(spec: &'static NodeSpec, node: &Node, found: &mut Vec<Link>) {
    let mut position = 0;
    for entry in &node.entries {
        let ty = if let Some(name) = &entry.name {
            spec.props.iter().find(|prop| prop.name == &*name.text).map(|prop| prop.ty)
        } else {
            position += 1;
            argument(spec, position - 1).map(|arg| arg.ty)
        };
        if let (Some(Type::Files(_)), Some(pattern)) = (ty, entry.value.as_str()) {
            found.push(Link { span: entry.value_span, pattern: pattern.to_owned() });
        }
    }
    for child in node.child_nodes() {
        if let Some(spec) = spec.child(&child.name.text) {
            collect(spec, child, found);
        }
    }
}

/// The files that a link means.
pub(crate) fn targets(view: &View<'_>, link: &Link) -> Vec<PathBuf> {
    let Some(folder) = &view.root.folder else { return Vec::new() };
    let Some(pattern) = join(&view.source.path, &link.pattern) else { return Vec::new() };
    let paths = folder.matching(&pattern).unwrap_or_default();
    paths.iter().filter_map(|path| folder.resolve(path).ok()).collect()
}
