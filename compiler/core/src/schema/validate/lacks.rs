//! What a node lacks: one mistake, however many things it is.

use jtc_syntax::{Document, FileId, Node};

use super::guess::{Guess, shown};
use crate::diagnostics::{self as d, Report};
use crate::schema::access::NodeExt;
use crate::schema::{ArgSpec, NodeSpec, PropSpec};

/// What must be there and isn't.
#[derive(Default)]
pub(super) struct Lacks {
    pub(super) args: Vec<&'static ArgSpec>,
    pub(super) props: Vec<&'static PropSpec>,
    pub(super) children: Vec<&'static NodeSpec>,
}

impl Lacks {
    /// Tells it; `strange` is what else is wrong with the node's own line, of
    /// which the first is told instead where something lacks besides.
    pub(super) fn report(
        self,
        spec: &'static NodeSpec,
        node: &Node,
        guess: &Guess<'_>,
        mut strange: Report,
        report: &mut Report,
    ) {
        let told = strange.first_mut(&["J0202", "J0207"]);
        match (told, self.args.as_slice(), self.props.as_slice(), self.children.as_slice()) {
            (_, [], [], []) => {}
            (Some(told), ..) => {
                told.help = Some(format!("write `{}`", whole(spec, node, guess)));
                told.fix = None;
            }
            (None, [arg], [], []) => {
                report.push(d::j0203_missing_value::argument(spec, arg, &node.name));
            }
            (None, [], [prop], []) => {
                report.push(d::j0203_missing_value::property(spec, prop, node));
            }
            (None, [], [], [child]) => {
                report.push(d::j0205_missing_node::diag(spec, child, node.name.span));
            }
            (None, args, props, children) => {
                let args = args.iter().map(|arg| format!("its {}", arg.name));
                let props = props.iter().map(|prop| format!("`{}`", prop.name));
                let children = children.iter().map(|child| format!("`{}`", child.name));
                let all: Vec<String> = args.chain(props).chain(children).collect();
                let whole = whole(spec, node, guess);
                report.push(d::j0203_missing_value::several(spec, &all, &whole, &node.name));
            }
        }
        report.append(strange);
    }
}

/// The node as it could be written: what it says already, what its properties
/// were meant to be, and the rest as in its example.
fn whole(spec: &'static NodeSpec, node: &Node, guess: &Guess<'_>) -> String {
    if node.entries.is_empty() && node.child_nodes().is_empty() {
        return spec.example.to_owned();
    }
    let example = example(spec);
    let example = example.nodes.first();
    let mut words = vec![spec.name.to_owned()];
    let given: Vec<String> = node.arguments().map(shown).collect();
    for (index, arg) in spec.args.iter().enumerate() {
        if given.len() > index {
            let many = if arg.variadic { given.len() } else { index + 1 };
            words.extend(given.iter().take(many).skip(index).cloned());
        } else if arg.required {
            let args = example.into_iter().flat_map(NodeExt::arguments).skip(index);
            words.extend(args.take(if arg.variadic { usize::MAX } else { 1 }).map(shown));
        }
    }
    for prop in spec.props {
        let is_this = |name: &str| name == prop.name;
        let own = node
            .entries
            .iter()
            .filter(|entry| entry.name.as_ref().is_some_and(|name| is_this(&name.text)));
        let mut values: Vec<String> = own.map(shown).collect();
        let meant = guess.values.iter().filter(|(name, _)| is_this(name));
        values.extend(meant.map(|(_, text)| text.clone()));
        if values.is_empty() && prop.required {
            let value = example.and_then(|node| node.prop(prop.name)).map(shown);
            values.extend(value.or_else(|| Some("…".to_owned())));
        }
        words.extend(values.into_iter().map(|value| format!("{}={value}", prop.name)));
    }
    let required =
        spec.child_specs().filter(|child| child.occurs == crate::schema::Occurs::Required);
    let children: Vec<String> = required.map(|child| format!("{};", child.example)).collect();
    if !children.is_empty() {
        words.push(format!("{{ {} }}", children.join(" ")));
    }
    words.join(" ")
}

/// The example of a node, as it reads.
fn example(spec: &NodeSpec) -> Document {
    jtc_syntax::parse(FileId(0), spec.example).document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::table;
    use crate::schema::validate::children;

    #[test]
    fn a_name_alone_is_one_mistake_and_its_help_is_none() {
        let mut count = 0;
        table::walk(&mut |path, spec| {
            let Some(parent) = path.last() else { return };
            let said = |text: &str| {
                let nodes = jtc_syntax::parse(FileId(0), text).document.nodes;
                let mut report = Report::default();
                children(parent, &nodes.iter(), None, &mut report);
                report.iter().cloned().collect::<Vec<_>>()
            };
            for text in [spec.name.to_owned(), format!("{} \"x\"", spec.name)] {
                // A value that is refused is a mistake of its own.
                let mut diags = said(&text);
                diags.retain(|diag| !matches!(diag.meta.code, "J0204" | "J0208"));
                assert!(diags.len() <= 1, "{text}: {diags:?}");
                let help = diags.first().and_then(|diag| diag.help.as_deref());
                if let Some(whole) = help.and_then(|help| help.strip_prefix("write it as in `")) {
                    count += 1;
                    let whole = whole.trim_end_matches('`');
                    assert!(said(whole).is_empty(), "{whole}: {:?}", said(whole));
                }
            }
        });
        assert!(count > 10, "{count}");
    }
}
