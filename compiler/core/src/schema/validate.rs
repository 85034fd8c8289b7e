//! Holds a parsed document against the node table.

use std::collections::BTreeMap;

use jtc_syntax::{Entry, Name, Node, Span, ValueKind};

use super::access::NodeExt;
use super::{ArgSpec, NodeSpec, Occurs, PropSpec, Type};
use crate::diagnostics::{self as d, Report};

/// Checks all nodes that stand under `parent`, at any depth.
///
/// `whole` is the place that a missing node is reported at, or `None` where
/// something could not be read, so that nothing can be said to be missing.
pub fn children<'n>(
    parent: &'static NodeSpec,
    nodes: &(impl Iterator<Item = &'n Node> + Clone),
    whole: Option<Span>,
    report: &mut Report,
) {
    let mut first_of: BTreeMap<(&str, &str), Span> = BTreeMap::new();
    // Names that were meant by misspelt ones: their nodes aren't missing.
    let mut meant: Vec<&str> = Vec::new();
    for node in nodes.clone() {
        let Some(spec) = parent.child(&node.name.text) else {
            d::j0201_unknown_node::report(node, parent, report);
            if whole.is_some() {
                meant.extend(nearest(&node.name, parent.child_specs().map(|spec| spec.name)));
            }
            continue;
        };
        let key = match spec.occurs {
            Occurs::Once | Occurs::Required => Some(""),
            Occurs::ByName => match node.arg(0).map(|entry| &entry.value.kind) {
                Some(ValueKind::String(name)) => Some(&**name),
                _ => None,
            },
            Occurs::Many => None,
        };
        if let Some(key) = key {
            let place = node
                .arg(0)
                .filter(|_| !key.is_empty())
                .map_or(node.name.span, |entry| entry.value_span);
            if let Some(first) = first_of.get(&(spec.name, key)) {
                report.push(d::j0209_duplicate::diag(spec, key, place, *first));
            } else {
                first_of.insert((spec.name, key), place);
            }
        }
        self::node(spec, node, report);
    }
    if let Some(whole) = whole {
        for spec in parent.child_specs().filter(|spec| spec.occurs == Occurs::Required) {
            let is_there = nodes.clone().any(|node| &*node.name.text == spec.name);
            if !is_there && !meant.contains(&spec.name) {
                report.push(d::j0205_missing_node::diag(parent, spec, whole));
            }
        }
    }
}

/// Checks one node and what stands in it.
pub fn node(spec: &'static NodeSpec, node: &Node, report: &mut Report) {
    arguments(spec, node, report);
    properties(spec, node, report);
    match &node.children {
        Some(block) if spec.children.is_empty() => {
            if let Some(first) = block.nodes.first() {
                report.push(d::j0206_not_here::children(spec, block.span, first));
            }
        }
        Some(block) => {
            let whole = (!node.incomplete).then_some(node.name.span);
            children(spec, &block.nodes.iter(), whole, report);
        }
        None if !node.incomplete => children(spec, &[].iter(), Some(node.name.span), report),
        None => {}
    }
}

fn arguments(spec: &'static NodeSpec, node: &Node, report: &mut Report) {
    let mut expected = spec.args.iter();
    let mut current: Option<&ArgSpec> = None;
    for entry in node.arguments() {
        let Some(arg) = current.filter(|arg| arg.variadic).or_else(|| expected.next()) else {
            report.push(d::j0207_too_many::argument(spec, entry));
            return;
        };
        current = Some(arg);
        value(arg.ty, entry, Named { name: arg.name, of: spec.name }, report);
    }
    if node.incomplete {
        return;
    }
    let missing: Vec<&ArgSpec> = expected.filter(|arg| arg.required).collect();
    if let Some(first) = missing.first() {
        report.push(d::j0203_missing_value::argument(spec, first, &node.name));
    }
}

fn properties(spec: &'static NodeSpec, node: &Node, report: &mut Report) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut meant: Vec<&str> = Vec::new();
    for entry in &node.entries {
        let Some(name) = &entry.name else { continue };
        let known = spec.props.iter().find(|prop| prop.name == &*name.text);
        let repeat = known.is_some_and(|prop| prop.repeat);
        if let Some(first) = seen.insert(&name.text, name.span).filter(|_| !repeat) {
            report.push(d::j0210_duplicate_property::diag(spec, name, first));
        }
        match (known, &spec.any_props) {
            (Some(prop), _) => {
                value(prop.ty, entry, Named { name: prop.name, of: spec.name }, report);
            }
            (None, Some(any)) => {
                if let Err(refusal) = (any.name.check)(&name.text) {
                    report.push(d::j0208_bad_value::name(any.name, name, refusal));
                }
                value(any.ty, entry, Named { name: &name.text, of: spec.name }, report);
            }
            (None, None) => {
                meant.extend(nearest(name, spec.props.iter().map(|prop| prop.name)));
                report.push(d::j0202_unknown_property::diag(spec, name, entry));
            }
        }
    }
    if !node.incomplete {
        for prop in spec.props.iter().filter(|prop| prop.required) {
            if !seen.contains_key(prop.name) && !meant.contains(&prop.name) {
                report.push(d::j0203_missing_value::property(spec, prop, node));
            }
        }
    }
}

/// A value as a message names it.
#[derive(Clone, Copy)]
struct Named<'a> {
    name: &'a str,
    of: &'a str,
}

impl std::fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.name == self.of {
            return write!(f, "`{}`", self.of);
        }
        write!(f, "`{}` of `{}`", self.name, self.of)
    }
}

/// Checks a value.
fn value(ty: Type, entry: &Entry, named: Named<'_>, report: &mut Report) {
    if let Some(ty) = &entry.ty {
        report.push(d::j0204_wrong_type::annotation(ty));
        return;
    }
    match (ty, &entry.value.kind) {
        (Type::String | Type::Files | Type::Rule | Type::Ref(_), ValueKind::String(_))
        | (Type::Bool, ValueKind::Bool(_)) => {}
        (Type::Text(kind), ValueKind::String(text)) => {
            if let Err(refusal) = (kind.check)(text) {
                report.push(d::j0106_template::in_text(entry.value_span, text).unwrap_or_else(
                    || d::j0208_bad_value::text(kind, entry, text, &named.to_string(), refusal),
                ));
            }
        }
        (Type::OneOf(words), ValueKind::String(text)) => {
            if !words.contains(&&**text) {
                report.push(d::j0208_bad_value::word(words, entry, text, &named.to_string()));
            }
        }
        (Type::Int(low, high), ValueKind::Integer(number)) => {
            if !(i128::from(low)..=i128::from(high)).contains(number) {
                report.push(d::j0208_bad_value::number(ty, entry, *number, &named.to_string()));
            }
        }
        _ => report.push(d::j0204_wrong_type::diag(ty, entry, &named.to_string())),
    }
}

/// The name of a node or property that was misspelt, from those allowed.
pub fn nearest<'a>(name: &Name, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    d::suggest(&name.text, allowed)
}

/// As `host="…"`: how a property is written.
pub fn written(prop: &PropSpec) -> String {
    let value = match prop.ty {
        Type::Int(low, _) => low.max(1).to_string(),
        Type::Bool => "#true".to_owned(),
        Type::Text(kind) => format!("\"{}\"", kind.example),
        Type::OneOf(words) => format!("\"{}\"", words.first().unwrap_or(&"")),
        Type::String | Type::Files | Type::Rule | Type::Ref(_) => "\"…\"".to_owned(),
    };
    format!("{}={value}", prop.name)
}
