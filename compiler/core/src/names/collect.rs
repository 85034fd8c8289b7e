//! Walks the trees along the node table.

use std::collections::BTreeMap;

use jtc_syntax::{Document, Entry, Node, Span};

use super::{DEFAULTS, Occurrence, Role, Symbol};
use crate::components::table::ROOT;
use crate::schema::access::NodeExt;
use crate::schema::{Defines, NodeSpec, RefKind, Scope, Type};

/// What was collected; references are in the scope that they stand in.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) places: Vec<Occurrence>,
    pub(super) layers: BTreeMap<String, Vec<String>>,
}

/// What stands around a node.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    /// The namespace or another layer.
    layer: &'a str,
    /// The component or workload.
    program: &'a str,
    /// The Secret.
    secret: &'a str,
}

pub(super) fn collect<'d>(files: impl Iterator<Item = (&'d Document, &'d str)>) -> Collected {
    let mut collected = Collected::default();
    for (document, text) in files {
        for node in &document.nodes {
            let Some(spec) = ROOT.child(&node.name.text) else { continue };
            let layer = layer(spec, node);
            let around = Around { layer: &layer, ..Around::default() };
            if spec.defines == Some(Defines::First(RefKind::Namespace)) {
                collected.layers.insert(layer.clone(), below(spec, node));
            }
            collected.node(spec, node, around, text);
        }
    }
    collected
}

/// The scope in which a name of a kind is looked up.
pub(super) fn scope(kind: RefKind, layer: &str, program: &str, secret: &str) -> String {
    match kind.scope() {
        Scope::Topology => String::new(),
        Scope::Namespace => layer.to_owned(),
        Scope::Program => format!("{layer}/{program}"),
        Scope::Secret => secret.to_owned(),
    }
}

/// The layer that a node of the top is.
fn layer(spec: &NodeSpec, node: &Node) -> String {
    let name = || node.arg_text(0).map(|name| name.value).unwrap_or_default();
    match spec.defines {
        Some(Defines::First(RefKind::Namespace)) => name(),
        Some(Defines::First(RefKind::Elk)) => profile(&name()),
        _ => DEFAULTS.to_owned(),
    }
}

fn profile(name: &str) -> String {
    format!("elk:{name}")
}

/// The layers that a namespace falls back on: its profile, then `defaults`.
fn below(spec: &NodeSpec, node: &Node) -> Vec<String> {
    let elk = spec.props.iter().find(|prop| matches!(prop.ty, Type::Ref(RefKind::Elk)));
    let named = elk.and_then(|prop| node.prop_text(prop.name));
    named.map(|name| profile(&name.value)).into_iter().chain([DEFAULTS.to_owned()]).collect()
}

impl Collected {
    fn node(&mut self, spec: &'static NodeSpec, node: &Node, around: Around<'_>, text: &str) {
        let name = node.arg(0).and_then(|entry| entry.value.as_str()).unwrap_or_default();
        match spec.defines {
            Some(Defines::First(kind)) => {
                if let Some(entry) = node.arg(0) {
                    self.define(kind, entry, node, around, text);
                }
            }
            Some(Defines::Each(kind)) => {
                for entry in node.arguments() {
                    self.define(kind, entry, node, around, text);
                }
            }
            Some(Defines::Itself(kind)) => self.places.push(Occurrence {
                symbol: Symbol {
                    kind,
                    scope: scope(kind, around.layer, around.program, around.secret),
                    name: node.name.text.to_string(),
                },
                span: node.name.span,
                node: node.span,
                role: Role::Builtin,
                quoted: false,
            }),
            None => {}
        }
        self.references(spec, node, around, text);
        let inner = match spec.defines {
            Some(Defines::First(RefKind::Backend)) => Around { program: name, ..around },
            Some(Defines::Itself(RefKind::Backend)) => {
                Around { program: &node.name.text, ..around }
            }
            Some(Defines::First(RefKind::Secret)) => Around { secret: name, ..around },
            _ => around,
        };
        for child in node.child_nodes() {
            if let Some(spec) = spec.child(&child.name.text) {
                self.node(spec, child, inner, text);
            }
        }
    }

    fn define(
        &mut self,
        kind: RefKind,
        entry: &Entry,
        node: &Node,
        around: Around<'_>,
        text: &str,
    ) {
        let Some(name) = entry.value.as_str() else { return };
        let (span, quoted) = content(entry, name, text);
        let scope = scope(kind, around.layer, around.program, around.secret);
        let symbol = Symbol { kind, scope, name: name.to_owned() };
        let place = Occurrence { symbol, span, node: node.span, role: Role::Definition, quoted };
        self.places.push(place);
    }

    fn references(&mut self, spec: &'static NodeSpec, node: &Node, around: Around<'_>, text: &str) {
        let said = referred(spec, node);
        for (kind, entry) in &said {
            let Some(name) = entry.value.as_str() else { continue };
            let (span, quoted) = content(entry, name, text);
            let place = Place { node: node.span, span, quoted, whole: span.slice(text) == name };
            match kind {
                RefKind::Target => self.target(name, around, place),
                RefKind::Backend => {
                    let (component, port) = split(name, ':');
                    self.refer(RefKind::Backend, around.layer, component, place.first(component));
                    if let Some(port) = port {
                        let scope = scope(RefKind::Port, around.layer, component, "");
                        self.refer(RefKind::Port, &scope, port, place.last(port));
                    }
                }
                RefKind::Port => match target(&said) {
                    None => {
                        let scope = scope(RefKind::Port, around.layer, around.program, "");
                        self.refer(RefKind::Port, &scope, name, place);
                    }
                    // Another namespace is entered by an entrypoint.
                    Some(target) => {
                        if let Some((there, _)) = target.split_once('/') {
                            self.refer(RefKind::Entrypoint, there, name, place);
                        } else {
                            let scope = scope(RefKind::Port, around.layer, target, "");
                            self.refer(RefKind::Port, &scope, name, place);
                        }
                    }
                },
                RefKind::SecretKey => {
                    let secret = said.iter().find(|(kind, _)| *kind == RefKind::Secret);
                    let secret = secret.and_then(|(_, entry)| entry.value.as_str());
                    self.refer(RefKind::SecretKey, secret.unwrap_or_default(), name, place);
                }
                kind => {
                    let scope = scope(*kind, around.layer, around.program, around.secret);
                    self.refer(*kind, &scope, name, place);
                }
            }
        }
    }

    /// `component`, `NAMESPACE/component`, or an external.
    fn target(&mut self, name: &str, around: Around<'_>, place: Place) {
        let (first, rest) = split(name, '/');
        match rest {
            None => self.refer(RefKind::Target, around.layer, name, place),
            Some(component) => {
                self.refer(RefKind::Namespace, "", first, place.first(first));
                self.refer(RefKind::Backend, first, component, place.last(component));
            }
        }
    }

    fn refer(&mut self, kind: RefKind, scope: &str, name: &str, place: Place) {
        self.places.push(Occurrence {
            symbol: Symbol { kind, scope: scope.to_owned(), name: name.to_owned() },
            span: place.span,
            node: place.node,
            role: Role::Reference,
            quoted: place.quoted,
        });
    }
}

/// A place that refers to something.
#[derive(Clone, Copy)]
struct Place {
    node: Span,
    span: Span,
    quoted: bool,
    /// Whether the text is what the value says, without escapes.
    whole: bool,
}

impl Place {
    /// The part at the start that is this text.
    fn first(self, part: &str) -> Self {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        if self.whole { Self { span: self.span.at(0, length), ..self } } else { self }
    }

    /// The part at the end that is this text.
    fn last(self, part: &str) -> Self {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        let start = self.span.len().saturating_sub(length);
        if self.whole { Self { span: self.span.at(start, length), ..self } } else { self }
    }
}

/// What the values of a node refer to.
pub(super) fn referred<'n>(spec: &NodeSpec, node: &'n Node) -> Vec<(RefKind, &'n Entry)> {
    let mut found = Vec::new();
    let mut position = 0;
    for entry in &node.entries {
        let ty = if let Some(name) = &entry.name {
            spec.props.iter().find(|prop| prop.name == &*name.text).map(|prop| prop.ty)
        } else {
            let arg = spec.args.get(position).or(spec.args.last().filter(|arg| arg.variadic));
            position += 1;
            arg.map(|arg| arg.ty)
        };
        if let Some(Type::Ref(kind)) = ty {
            found.push((kind, entry));
        }
    }
    found
}

fn target<'n>(said: &[(RefKind, &'n Entry)]) -> Option<&'n str> {
    said.iter().find(|(kind, _)| *kind == RefKind::Target)?.1.value.as_str()
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((first, rest)) => (first, Some(rest)),
        None => (text, None),
    }
}

/// The place of a string without its quotes, and whether it has some.
fn content(entry: &Entry, value: &str, text: &str) -> (Span, bool) {
    let span = entry.value_span;
    let written = span.slice(text);
    if written == value {
        return (span, false);
    }
    let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
    // Raw strings, and those without escapes, have the value in them as it is.
    let is_plain = written.starts_with('#') || !written.contains('\\');
    if let Some(start) = written.find(value).filter(|_| is_plain && !value.is_empty()) {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        return (span.at(start, length(value)), true);
    }
    let inner = written.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.map_or((span, false), |inner| (span.at(1, length(inner)), true))
}
