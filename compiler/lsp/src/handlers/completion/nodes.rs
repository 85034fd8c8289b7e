//! Names of nodes, each with what must stand on its line.

use std::fmt::Write;

use jtc_core::schema::{NodeSpec, Occurs, Type};
use lsp_types::{CompletionItem, CompletionItemKind};

use super::Item;
use crate::cursor::Cursor;
use crate::markdown;
use crate::outline;
use crate::state::View;

/// The nodes that may stand at the cursor and don't yet.
pub(super) fn items(
    view: &View<'_>,
    cursor: &Cursor,
    parent: &'static NodeSpec,
) -> Vec<CompletionItem> {
    let there = siblings(view, cursor);
    let may_come = |spec: &NodeSpec| match spec.occurs {
        Occurs::Once | Occurs::Required => !there.iter().any(|name| name == spec.name),
        Occurs::Many | Occurs::ByName | Occurs::ByNameAndPort => true,
    };
    let snippets = view.state.client.snippets;
    parent
        .child_specs()
        .filter(|spec| may_come(spec))
        .map(|spec| {
            let text = if snippets { snippet(spec) } else { spec.name.to_owned() };
            let rank = if spec.occurs == Occurs::Required { '1' } else { '2' };
            let item = Item {
                label: spec.name,
                kind: CompletionItemKind::KEYWORD,
                text,
                snippet: snippets,
                detail: spec.doc.lines().next().unwrap_or_default().to_owned(),
                documentation: markdown::node(spec),
                rank,
            };
            item.build(view, cursor)
        })
        .collect()
}

/// The nodes that stand in the block of the cursor, but for the one it is at.
fn siblings(view: &View<'_>, cursor: &Cursor) -> Vec<String> {
    let path = outline::path(view.tree, cursor.word.start);
    // The tree may have the cursor's own word as a node.
    let block = path
        .get(cursor.above.len().wrapping_sub(1))
        .and_then(|step| step.node.children.as_ref().map(|block| block.nodes.as_slice()));
    let nodes =
        if cursor.above.is_empty() { Some(view.tree.document.nodes.as_slice()) } else { block };
    nodes
        .into_iter()
        .flatten()
        .filter(|node| {
            cursor.word.start < node.name.span.start || node.name.span.end < cursor.word.start
        })
        .map(|node| node.name.text.to_string())
        .collect()
}

/// A node with places to fill in for what it must have.
fn snippet(spec: &NodeSpec) -> String {
    let mut text = spec.name.to_owned();
    let mut hole = 0;
    let mut fill = |ty: Type, name: &str| {
        hole += 1;
        match ty {
            Type::Int(low, high) if low == high => low.to_string(),
            Type::Int(..) => format!("${{{hole}:{name}}}"),
            Type::Bool => format!("${{{hole}|#true,#false|}}"),
            Type::OneOf(words) => format!("\"${{{hole}|{}|}}\"", words.join(",")),
            // What can be completed is left open.
            Type::Ref(_) => format!("\"${hole}\""),
            Type::String | Type::Files(_) | Type::Rule | Type::Text(_) => {
                format!("\"${{{hole}:{name}}}\"")
            }
        }
    };
    // Writing to a string can't fail.
    for arg in spec.args.iter().filter(|arg| arg.required) {
        let _ = write!(text, " {}", fill(arg.ty, arg.name));
    }
    for prop in spec.props.iter().filter(|prop| prop.required) {
        let _ = write!(text, " {}={}", prop.name, fill(prop.ty, prop.name));
    }
    let is_bare = spec.args.is_empty() && spec.props.is_empty() && spec.any_props.is_none();
    let needs_block = spec.child_specs().any(|child| child.occurs == Occurs::Required);
    if needs_block || (is_bare && spec.child_specs().next().is_some()) {
        text.push_str(" {\n\t$0\n}");
    }
    text
}

#[cfg(test)]
mod tests {
    use jtc_core::components::table;

    use super::*;

    #[test]
    fn snippets_have_what_a_node_must_have() {
        let of = |name: &str| snippet(table::ROOT.child(name).unwrap());
        assert_eq!(of("edition"), "edition 1");
        assert_eq!(of("cluster"), "cluster \"${1:name}\" {\n\t$0\n}");
        assert_eq!(of("external"), "external \"${1:name}\" host=\"${2:host}\" port=${3:port}");
        assert_eq!(of("database"), "database \"${1:name}\" external=\"$2\" secret=\"$3\"");
        assert_eq!(of("secret"), "secret \"${1:name}\" {\n\t$0\n}");
        assert_eq!(of("namespace"), "namespace \"${1:name}\"");
        assert_eq!(of("defaults"), "defaults {\n\t$0\n}");
    }
}
