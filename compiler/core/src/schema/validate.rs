//! Holds a parsed document against the node table.
//!
//! One mistake is told once: what is missing because it was written as
//! something else, in another place or under another name, is not told
//! besides (see `guess`).

mod guess;
mod lacks;
mod values;

use std::collections::BTreeMap;

use jtc_syntax::{Entry, Name, Node, Span, ValueKind};
use rayon::prelude::*;

use super::access::NodeExt;
use super::{ArgSpec, NodeSpec, Occurs, PropSpec, Type};
use crate::diagnostics::{self as d, Report};
use guess::Guess;
pub(crate) use guess::{Guess as Meaning, node as meant_node, shown};
use lacks::Lacks;
use values::Values;
pub(crate) use values::fits;

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
    let lacks = block(parent, nodes, whole, &[], report);
    if let Some(whole) = whole {
        report
            .extend(lacks.into_iter().map(|spec| d::j0205_missing_node::diag(parent, spec, whole)));
    }
}

/// Does what [`children`] does, but for what is missing, which it answers;
/// `excused` are not missing.
fn block<'n>(
    parent: &'static NodeSpec,
    nodes: &(impl Iterator<Item = &'n Node> + Clone),
    whole: Option<Span>,
    excused: &[&str],
    report: &mut Report,
) -> Vec<&'static NodeSpec> {
    let mut first_of: BTreeMap<(&str, &str, &str), Span> = BTreeMap::new();
    // Names that were meant by misspelt ones: their nodes aren't missing.
    let mut meant: Vec<&str> = excused.to_vec();
    let mut strangers: Vec<&Node> = Vec::new();
    let mut known: Vec<(&'static NodeSpec, &Node)> = Vec::new();
    for node in nodes.clone() {
        let Some(spec) = parent.child(&node.name.text) else {
            if whole.is_some() {
                meant.extend(guess::node(parent, &node.name.text));
            }
            strangers.push(node);
            continue;
        };
        let name = || match node.arg(0).map(|entry| &entry.value.kind) {
            Some(ValueKind::String(name)) => Some(&**name),
            _ => None,
        };
        let port = || match node.prop("port").map(|entry| &entry.value.kind) {
            Some(ValueKind::String(name)) => &**name,
            _ => "",
        };
        let key = match spec.occurs {
            Occurs::Once | Occurs::Required => Some(("", "")),
            Occurs::ByName => name().map(|name| (name, "")),
            Occurs::ByNameAndPort => name().map(|name| (name, port())),
            Occurs::Many => None,
        };
        if let Some((key, port)) = key {
            let place = node
                .arg(0)
                .filter(|_| !key.is_empty())
                .map_or(node.name.span, |entry| entry.value_span);
            if let Some(first) = first_of.get(&(spec.name, key, port)) {
                report.push(d::j0209_duplicate::diag(spec, key, place, *first));
            } else {
                first_of.insert((spec.name, key, port), place);
            }
        }
        known.push((spec, node));
    }
    if parent.name.is_empty() {
        // A file has as many nodes as there are namespaces.
        let alone = |(spec, node): (&'static NodeSpec, &Node)| {
            let mut report = Report::default();
            inside(parent, spec, node, &mut report);
            report
        };
        let reports: Vec<Report> = known.into_par_iter().map(alone).collect();
        for found in reports {
            report.append(found);
        }
    } else {
        for (spec, node) in known {
            inside(parent, spec, node, report);
        }
    }
    let required = || parent.child_specs().filter(|spec| spec.occurs == Occurs::Required);
    let is_there = |spec: &NodeSpec| nodes.clone().any(|node| &*node.name.text == spec.name);
    let lacks: Vec<&'static NodeSpec> = required()
        .filter(|spec| whole.is_some() && !is_there(spec) && !meant.contains(&spec.name))
        .collect();
    d::j0201_unknown_node::report(&strangers, parent, lacks.first().copied(), report);
    // In a block of few nodes, what isn't known was meant to be what lacks.
    let is_meant = !parent.name.is_empty() && !strangers.is_empty();
    if is_meant { Vec::new() } else { lacks }
}

/// Checks one node and what stands in it.
fn inside(parent: &'static NodeSpec, spec: &'static NodeSpec, node: &Node, report: &mut Report) {
    let guess = Guess::of(parent, spec, node);
    let mut values = Values::default();
    let mut lacks = Lacks::default();
    let mut strange = Report::default();
    arguments(spec, node, &guess, &mut values, &mut lacks, &mut strange);
    properties(spec, node, &guess, &mut values, &mut lacks, &mut strange);
    values.report(report);
    match &node.children {
        // The rest, with the block, is another node's.
        _ if guess.next_node.is_some() => {}
        Some(block) if spec.children.is_empty() => {
            if let Some(first) = block.nodes.first() {
                report.push(d::j0206_not_here::children(spec, block.span, first));
            }
        }
        Some(found) => {
            let whole = (!node.incomplete).then_some(node.name.span);
            lacks.children = block(spec, &found.nodes.iter(), whole, &guess.children, report);
        }
        None if !node.incomplete => {
            let whole = Some(node.name.span);
            lacks.children = block(spec, &[].iter(), whole, &guess.children, report);
        }
        None => {}
    }
    lacks.report(spec, node, &guess, strange, report);
}

fn arguments<'n>(
    spec: &'static NodeSpec,
    node: &'n Node,
    guess: &Guess<'n>,
    values: &mut Values<'n>,
    lacks: &mut Lacks,
    report: &mut Report,
) {
    let mut expected = spec.args.iter();
    let mut current: Option<&ArgSpec> = None;
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for entry in guess.own(node).filter(|entry| entry.name.is_none()) {
        let Some(arg) = current.filter(|arg| arg.variadic).or_else(|| expected.next()) else {
            break;
        };
        current = Some(arg);
        let is_set = arg.variadic && matches!(arg.ty, Type::Text(_));
        if is_set && let ValueKind::String(text) = &entry.value.kind {
            if let Some(first) = seen.get(&**text) {
                report.push(d::j0209_duplicate::value(spec, text, entry.value_span, *first));
            } else {
                seen.insert(text, entry.value_span);
            }
        }
        values.check(arg.ty, entry, arg.name, spec.name);
        if let Some(help) = guess::several_words(arg, entry) {
            values.say_last(&help);
        }
    }
    let meant = guess::assignment(spec, node).or_else(|| guess::bounds(spec, node));
    if let Some(help) = meant.filter(|_| values.any_wrong()) {
        values.say(&help);
    }
    if let Some(extra) = &guess.extra {
        if let Some(help) = extra.help.as_ref().filter(|_| extra.of_first && values.any_wrong()) {
            values.say(help);
        } else {
            report.push(d::j0207_too_many::argument(spec, extra.entry, extra.help.clone()));
        }
        return;
    }
    if node.incomplete || guess.argument {
        return;
    }
    let missing: Vec<&'static ArgSpec> = expected.filter(|arg| arg.required).collect();
    let has_block = node.children.as_ref().is_some_and(|block| !block.nodes.is_empty());
    if spec.children.is_empty() && has_block {
        // What lacks is said to stand in the block.
        return;
    }
    if !missing.is_empty() && values.any_wrong() {
        values.say(&guess::with_arguments(spec, node, &missing));
        return;
    }
    lacks.args = missing;
}

fn properties<'n>(
    spec: &'static NodeSpec,
    node: &'n Node,
    guess: &Guess<'n>,
    values: &mut Values<'n>,
    lacks: &mut Lacks,
    report: &mut Report,
) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut strangers: Vec<(&Name, &Entry)> = Vec::new();
    let argument = guess::named_argument(spec, node).map(|entry| entry.span);
    for entry in guess.own(node).filter(|entry| Some(entry.span) != argument) {
        let Some(name) = &entry.name else { continue };
        let known = spec.props.iter().find(|prop| prop.name == &*name.text);
        let repeat = known.is_some_and(|prop| prop.repeat);
        if let Some(first) = seen.insert(&name.text, name.span).filter(|_| !repeat) {
            report.push(d::j0210_duplicate_property::diag(spec, name, first));
        }
        match (known, &spec.any_props) {
            (Some(prop), _) => values.check(prop.ty, entry, prop.name, spec.name),
            (None, Some(any)) => {
                if let Err(refusal) = (any.name.check)(&name.text) {
                    report.push(d::j0208_bad_value::name(any.name, name, refusal));
                }
                values.check(any.ty, entry, &name.text, spec.name);
            }
            (None, None) if guess.is_rest(name) => {}
            (None, None) => strangers.push((name, entry)),
        }
    }
    d::j0202_unknown_property::report(spec, node, &strangers, guess, report);
    if !node.incomplete {
        let port = guess::port_in_host(spec, node).filter(|_| values.any_wrong());
        if let Some(help) = &port {
            values.say(help);
        }
        let is_told = |name: &str| port.is_some() && name == "port";
        let missing = spec.props.iter().filter(|prop| {
            prop.required
                && !seen.contains_key(prop.name)
                && !guess.props.contains(&prop.name)
                && !is_told(prop.name)
        });
        lacks.props = missing.collect();
    }
}

/// As `host="…"`: how a property is written.
pub fn written(prop: &PropSpec) -> String {
    let value = match prop.ty {
        Type::Int(..) => "…".to_owned(),
        Type::Bool => "#true".to_owned(),
        Type::Text(kind) => format!("\"{}\"", kind.example),
        Type::OneOf(words) => format!("\"{}\"", words.first().unwrap_or(&"")),
        Type::String | Type::Files(_) | Type::Rule | Type::Ref(_) => "\"…\"".to_owned(),
    };
    format!("{}={value}", prop.name)
}
