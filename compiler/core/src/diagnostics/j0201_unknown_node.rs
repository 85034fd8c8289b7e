//! unknown node.

use super::prelude::*;
use super::{Edit, Report};
use crate::schema::NodeSpec;
use crate::schema::access::NodeExt;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0201",
    severity: Severity::Error,
    title: "unknown node",
    what: "A node stands where no node of that name is known.",
    why: "What it was meant to say would be missing from the deployment, in silence.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { wrokload "report" image="example/report:1"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "Use one of the names in the message, or move the node to where it belongs.",
};

/// Nodes that their parent doesn't know, in the order of the text; `lacks` is
/// a child that it needs and has not.
///
/// What stands side by side, and for which nothing better can be said, is one
/// mistake.
pub(crate) fn report(
    nodes: &[&Node],
    parent: &'static NodeSpec,
    lacks: Option<&'static NodeSpec>,
    report: &mut Report,
) {
    let mut last: Option<(Diag, &Node)> = None;
    for node in nodes {
        let hint = hint(node, parent, lacks);
        if let Some((diag, before)) = &mut last
            && (hint.is_weak || before.name.text == node.name.text)
            && follows(before, node, parent)
        {
            if let (Some(meant), false) = (hint.meant, hint.is_weak) {
                again(diag, parent, meant, nodes, node);
            }
            if diag.labels.len() < MOST_LABELS {
                diag.add(node.name.span, "and this");
            }
            *before = node;
            continue;
        }
        if let Some((diag, _)) = last.take() {
            report.push(diag);
        }
        // The same may stand behind it again.
        let is_last = hint.is_weak || hint.meant.is_some();
        let diag = one(node, parent, hint);
        if is_last { last = Some((diag, node)) } else { report.push(diag) }
    }
    if let Some((diag, _)) = last {
        report.push(diag);
    }
}

/// What is to be written for the same unknown node several times: of what takes any
/// number of values, one line.
fn again(diag: &mut Diag, parent: &NodeSpec, meant: &str, nodes: &[&Node], node: &Node) {
    let takes_many = |spec: &&NodeSpec| spec.args.iter().any(|arg| arg.variadic);
    let Some(spec) = parent.child(meant).filter(takes_many) else {
        let edit = Edit { span: node.name.span, text: meant.to_owned() };
        diag.fix.iter_mut().for_each(|fix| fix.edits.push(edit.clone()));
        return;
    };
    let same = nodes.iter().filter(|other| other.name.text == node.name.text);
    let values: Vec<String> = same.filter_map(|other| other.arg(0)).map(crate::schema::validate::shown).collect();
    diag.fix = None;
    diag.help = Some(format!("write `{} {}`", spec.name, values.join(" ")));
}

/// At most this many places are labelled in one diagnostic.
const MOST_LABELS: usize = 8;

/// Whether a node stands right behind another.
fn follows(before: &Node, node: &Node, parent: &'static NodeSpec) -> bool {
    /// Blanks, a comment and the like may stand between.
    const NEAR: u32 = 80;
    let is_near = node.span.start.saturating_sub(before.span.end) <= NEAR;
    !parent.name.is_empty() && before.span.file == node.span.file && is_near
}

/// What can be said of a node that isn't known.
struct Hint {
    help: String,
    /// The name to write instead.
    meant: Option<&'static str>,
    /// Its neighbours would be told the same.
    is_weak: bool,
}

fn one(node: &Node, parent: &'static NodeSpec, hint: Hint) -> Diag {
    let name = &*node.name.text;
    let shown = shorten(name);
    let place = if parent.name.is_empty() { "at the top level".to_owned() } else { format!("in `{}`", parent.name) };
    let diag = Diag::new(&META, node.name.span, "not known here", format!("unknown node `{shown}` {place}"));
    let diag = diag.help(hint.help);
    let allowed: Vec<&str> = parent.child_specs().map(|child| child.name).collect();
    match hint.meant.filter(|meant| sure(name, allowed.iter().copied()) == Some(*meant)) {
        Some(meant) => diag.replace(format!("replace `{shown}` by `{meant}`"), node.name.span, meant),
        None => diag,
    }
}

fn hint(node: &Node, parent: &'static NodeSpec, lacks: Option<&'static NodeSpec>) -> Hint {
    let name = &*node.name.text;
    let shown = shorten(name);
    let strong = |help: String| Hint { help, meant: None, is_weak: false };
    let weak = |help: String| Hint { help, meant: None, is_weak: true };
    let allowed = || parent.child_specs().map(|child| child.name);
    if let Some(prop) = parent.props.iter().find(|prop| prop.name == name) {
        let value = node.arg(0).map_or_else(
            || crate::schema::validate::written(prop),
            |entry| format!("{name}={}", crate::schema::validate::shown(entry)),
        );
        let before = if parent.args.is_empty() { parent.name.to_owned() } else { format!("{} \"…\"", parent.name) };
        return weak(format!("`{name}` stands on the line of `{}`, not in its braces: write `{before} {value}`", parent.name));
    }
    if let Some((first, rest)) = name.split_once('.')
        && parent.child(first).is_some_and(|spec| !spec.children.is_empty())
    {
        let value = node.arg(0).map_or_else(String::new, |entry| format!(" {}", crate::schema::validate::shown(entry)));
        return strong(format!("write `{first} {{ {}{value}; }}`", shorten(rest)));
    }
    let meant = crate::schema::validate::meant_node(parent, name);
    let elsewhere = crate::components::table::places_of(name);
    let fit_here = meant.and_then(|meant| parent.child(meant)).map(|spec| fit(spec, node));
    let fit_there = elsewhere.iter().map(|(_, spec)| fit(spec, node)).max();
    // What is this near, or called so by others, is meant unless another fits better.
    let here: Vec<&str> = allowed().collect();
    let is_near = sure(name, here.iter().copied()).is_some() || super::called(name, &here).is_some();
    let is_there = |here| if is_near { fit_there > Some(here) } else { fit_there >= Some(here) };
    if let (Some(there), true) = (fit_there, fit_here.is_none_or(is_there)) {
        let parents = elsewhere.iter().filter(|(_, spec)| fit(spec, node) == there).map(|(parent, _)| *parent);
        let mut known: Vec<&str> = Vec::new();
        for parent in parents {
            let parent = if parent.is_empty() { "the top level" } else { parent };
            if !known.contains(&parent) {
                known.push(parent);
            }
        }
        let place = match known.as_slice() {
            ["the top level"] => "at the top level".to_owned(),
            _ => format!("in {}", places(&known)),
        };
        return strong(format!("`{shown}` belongs {place}: move it there"));
    }
    if let Some(meant) = meant {
        return Hint { help: format!("write `{meant}`"), meant: Some(meant), is_weak: false };
    }
    if is_prose(node) {
        return strong(format!("begin the line with `//` if it is a comment; known here: {}", list(allowed())));
    }
    if let Some(lacks) = lacks.filter(|lacks| node.entries.is_empty() && lacks.args.iter().any(|arg| arg.variadic)) {
        return weak(format!("write `{0}` before it, as in `{0} {shown} …`", lacks.name));
    }
    if parent.name == "secret" {
        return weak(format!("a topology never holds what is in a Secret, only the names of its keys: write `keys {shown}`, without the value"));
    }
    if parent.children.is_empty() {
        return weak(format!("`{}` has no children: remove it", parent.name));
    }
    weak(format!("known here: {}", list(allowed())))
}

/// As in `a` or `b`; many are components, and workloads are among them.
fn places(known: &[&str]) -> String {
    const MANY: usize = 4;
    match known {
        [start @ .., last] if !start.is_empty() && known.len() <= MANY => {
            format!("{} or `{last}`", list(start.iter().copied()).replace(" and ", ", "))
        }
        _ if known.len() > MANY && known.contains(&"workload") => {
            "the braces of a component, as `server`, or of a `workload`".to_owned()
        }
        _ => list(known.iter().copied()),
    }
}

/// How well a node is what a specification says: what it knows of its
/// properties and children, less what it doesn't.
fn fit(spec: &NodeSpec, node: &Node) -> i64 {
    let score = |known: bool| if known { 1 } else { -1 };
    let names = node.entries.iter().filter_map(|entry| entry.name.as_ref());
    let props = names.map(|name| score(spec.any_props.is_some() || spec.props.iter().any(|prop| prop.name == &*name.text)));
    let children = node.child_nodes().iter().map(|child| score(spec.child(&child.name.text).is_some()));
    props.chain(children).sum()
}

/// Whether this reads like a sentence.
fn is_prose(node: &Node) -> bool {
    let is_word = |entry: &Entry| {
        entry.name.is_none() && entry.value.as_str().is_some_and(|text| text.len() as u64 == u64::from(entry.value_span.len()))
    };
    node.children.is_none() && node.entries.len() >= 3 && node.entries.iter().all(is_word)
}
