//! What a person meant by what isn't known, so that the same is not told
//! besides as missing.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use jtc_syntax::{Entry, Name, Node, ValueKind};

use super::values::fits;
use crate::diagnostics::meant;
use crate::schema::access::NodeExt;
use crate::schema::{ArgSpec, NodeSpec, Occurs, PropSpec, RefKind, Type};

/// An argument too many.
pub(crate) struct Extra<'n> {
    /// The first that is.
    pub(super) entry: &'n Entry,
    /// What to write instead, if that can be told.
    pub(super) help: Option<String>,
    /// All arguments together were meant to be the first.
    pub(super) of_first: bool,
}

/// What was meant in a node.
pub(crate) struct Guess<'n> {
    /// Where another node begins on its line.
    pub(super) next_node: Option<&'n Entry>,
    pub(super) extra: Option<Extra<'n>>,
    /// An argument was written as a property.
    pub(super) argument: bool,
    /// Properties that were written in some other way.
    pub(super) props: Vec<&'static str>,
    /// Children that were.
    pub(super) children: Vec<&'static str>,
    /// Properties, and the values that were meant to be theirs.
    pub(super) values: Vec<(&'static str, String)>,
    /// The rest of a property's name that a blank has cut in two.
    rest: Option<&'n Name>,
    /// What to write for a property that isn't known.
    instead: Vec<(&'n Name, String)>,
}

/// The child that a name was meant to be.
pub(crate) fn node(parent: &'static NodeSpec, name: &str) -> Option<&'static str> {
    meant(name, parent.child_specs().map(|spec| spec.name))
}

/// The property that a name was meant to be.
pub(crate) fn property(spec: &'static NodeSpec, name: &str) -> Option<&'static PropSpec> {
    let meant = meant(name, spec.props.iter().map(|prop| prop.name))?;
    spec.props.iter().find(|prop| prop.name == meant)
}

/// A value as it was written, as far as that can be told.
pub(crate) fn shown(entry: &Entry) -> String {
    match &entry.value.kind {
        ValueKind::String(text) => format!("\"{}\"", crate::diagnostics::shorten(text)),
        ValueKind::Bool(truth) => format!("#{truth}"),
        ValueKind::Null => "#null".to_owned(),
        ValueKind::Integer(_) | ValueKind::Float(_) => entry.value.repr.to_string(),
    }
}

impl<'n> Guess<'n> {
    pub(super) fn of(parent: &'static NodeSpec, spec: &'static NodeSpec, node: &'n Node) -> Self {
        let mut guess = Self {
            next_node: None,
            extra: None,
            argument: false,
            props: Vec::new(),
            children: Vec::new(),
            values: Vec::new(),
            rest: None,
            instead: Vec::new(),
        };
        guess.extra_arguments(parent, spec, node);
        for child in node.child_nodes() {
            let name = &*child.name.text;
            if spec.child(name).is_none() {
                guess
                    .props
                    .extend(spec.props.iter().map(|prop| prop.name).filter(|prop| *prop == name));
            }
        }
        if spec.any_props.is_none() {
            guess.strange_properties(spec, node);
        }
        guess
    }

    /// The entries before another node begins.
    pub(super) fn own(&self, node: &'n Node) -> impl Iterator<Item = &'n Entry> + use<'n> {
        let next = self.next_node.map(|entry| entry.span.start);
        node.entries.iter().take_while(move |entry| next.is_none_or(|at| entry.span.start < at))
    }

    /// Whether this is the rest of a name that a blank has cut in two.
    pub(super) fn is_rest(&self, name: &Name) -> bool {
        self.rest.is_some_and(|rest| rest.span == name.span)
    }

    /// What to write for a property that isn't known.
    pub(crate) fn instead(&self, name: &Name) -> Option<&str> {
        self.instead
            .iter()
            .find(|(known, _)| known.span == name.span)
            .map(|(_, text)| text.as_str())
    }

    fn extra_arguments(
        &mut self,
        parent: &'static NodeSpec,
        spec: &'static NodeSpec,
        node: &'n Node,
    ) {
        if spec.args.last().is_some_and(|arg| arg.variadic) {
            return;
        }
        let extra: Vec<&Entry> = node.arguments().skip(spec.args.len()).collect();
        let Some(first) = extra.first().copied() else { return };
        // `migrate workers 2`: the other node begins before the argument that
        // is one too many.
        let is_other = |arg: &ArgSpec, entry: &Entry| {
            let word = entry.value.as_str().unwrap_or_default();
            entry.value_span.len() as usize == word.len()
                && parent.child(word).is_some()
                && !fits(arg.ty, entry)
        };
        let pairs = spec.args.iter().zip(node.arguments());
        let other = pairs.into_iter().find(|(arg, entry)| is_other(arg, entry));
        let first = other.map_or(first, |(_, entry)| entry);
        let word = match &first.value.kind {
            ValueKind::String(text) => &**text,
            _ => "",
        };
        let is_bare = first.value_span.len() as usize == word.len();
        let mut of_first = false;
        let after = node.entries.iter().skip_while(|entry| entry.span != first.span).nth(1);
        let cut = after.and_then(|entry| Some((entry.name.as_ref()?, entry)));
        let cut = cut.filter(|_| is_bare).and_then(|(name, entry)| {
            let whole = format!("{word}-{}", name.text);
            let prop = spec.props.iter().find(|prop| prop.name == whole)?;
            Some((prop.name, name, entry))
        });
        let help = if let Some((whole, rest, entry)) = cut {
            self.rest = Some(rest);
            self.props.push(whole);
            Some(format!("write `{whole}={}`, with `-` and no blank in the name", shown(entry)))
        } else if let Some(other) = parent.child(word).filter(|_| is_bare) {
            self.next_node = Some(first);
            self.props.extend(spec.props.iter().filter(|prop| prop.required).map(|prop| prop.name));
            Some(format!(
                "`{}` begins a node of its own: put `;` before it, or begin a new line with it",
                other.name
            ))
        } else if let Some(child) = spec.child(word).filter(|_| is_bare) {
            self.children.push(child.name);
            Some(format!("`{}` stands in braces: write it as in `{}`", child.name, spec.example))
        } else if let Some(text) = self.as_pairs(spec, &extra) {
            Some(format!("a property has `=` between its name and its value: write `{text}`"))
        } else if let Some(prop) = spec.props.iter().find(|prop| prop.name == word) {
            self.props.push(prop.name);
            Some(format!("write `{}`", super::written(prop)))
        } else if let Some(text) = self.as_child(spec, node, &extra) {
            Some(format!("write `{text}`"))
        } else if let Some(text) = as_nodes(spec, node) {
            Some(format!("each stands by itself: write `{text}`"))
        } else if let Some(text) = joined(spec, node) {
            of_first = true;
            Some(format!("put all of it in one pair of quotes: `{} \"{text}\"`", spec.name))
        } else if let Some(text) = self.as_properties(spec, node, &extra) {
            Some(format!("write `{text}`"))
        } else if let Some(prop) = property(spec, word).filter(|_| is_bare) {
            self.props.push(prop.name);
            Some(format!("write `{}` if that is meant, or remove it", super::written(prop)))
        } else {
            number_of(spec, first)
                .map(|child| format!("write `{} {{ {child} {}; }}`", spec.name, shown(first)))
        };
        self.extra = Some(Extra { entry: first, help, of_first });
    }

    /// Values without their names, as in `external "db" "db.example.org" 3306`.
    fn as_properties(
        &mut self,
        spec: &'static NodeSpec,
        node: &Node,
        extra: &[&Entry],
    ) -> Option<String> {
        let free = |prop: &&&PropSpec| node.prop(prop.name).is_none() && prop.ty_is_plain();
        let required: Vec<&PropSpec> =
            spec.props.iter().filter(|prop| prop.required).filter(|prop| free(&prop)).collect();
        let others = spec.props.iter().filter(|prop| !prop.required).filter(|prop| free(&prop));
        let mut left: Vec<&'static PropSpec> = required.iter().copied().chain(others).collect();
        let mut text = Vec::new();
        for entry in extra {
            let at = left.iter().position(|prop| fits(prop.ty, entry))?;
            // Many things fit; only what lacks can be meant, or the only name.
            let prop = left.remove(at);
            if !(prop.required || is_only_reference(spec, prop)) {
                return None;
            }
            text.push(format!("{}={}", prop.name, shown(entry)));
            self.props.push(prop.name);
            self.values.push((prop.name, shown(entry)));
        }
        Some(text.join(" "))
    }

    /// Names and values side by side, as in `external db host db.example.org
    /// port 3306`.
    fn as_pairs(&mut self, spec: &'static NodeSpec, extra: &[&Entry]) -> Option<String> {
        let mut pairs: Vec<(&'static str, String)> = Vec::new();
        for pair in extra.chunks(2) {
            let [name, value] = pair else { return None };
            let name = name.value.as_str()?;
            let prop = spec.props.iter().find(|prop| prop.name == name && fits(prop.ty, value))?;
            pairs.push((prop.name, shown(value)));
        }
        let text: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.props.extend(pairs.iter().map(|(name, _)| *name));
        self.values.extend(pairs);
        Some(text.join(" "))
    }

    /// The arguments of a child that lacks, as in `secret "s" "A" "B"`.
    fn as_child(
        &mut self,
        spec: &'static NodeSpec,
        node: &Node,
        extra: &[&Entry],
    ) -> Option<String> {
        let takes = |child: &&'static NodeSpec| {
            let arg = child.args.first().filter(|arg| arg.variadic);
            let fit = arg.is_some_and(|arg| extra.iter().all(|entry| fits(arg.ty, entry)));
            fit && child.occurs == Occurs::Required && node.child(child.name).is_none()
        };
        let child = spec.child_specs().find(|child| takes(child))?;
        self.children.push(child.name);
        let own: Vec<String> = node.arguments().take(spec.args.len()).map(shown).collect();
        let extra: Vec<String> = extra.iter().copied().map(shown).collect();
        let (name, own, extra) = (spec.name, own.join(" "), extra.join(" "));
        Some(format!("{name} {own} {{ {} {extra}; }}", child.name))
    }

    fn strange_properties(&mut self, spec: &'static NodeSpec, node: &'n Node) {
        let given = node.arguments().count();
        let lacks_argument: Option<&ArgSpec> = spec.args.get(given).filter(|arg| arg.required);
        // Looked for once, as a node may have very many properties.
        let names = node.entries.iter().filter_map(|entry| entry.name.as_ref());
        let there: BTreeSet<&str> = names.map(|name| &*name.text).collect();
        let whole = OnceCell::new();
        let whole =
            || whole.get_or_init(|| as_name(spec, node).or_else(|| as_words(spec, node))).clone();
        for entry in self.own(node) {
            let Some(name) = &entry.name else { continue };
            let text = &*name.text;
            if spec.props.iter().any(|prop| prop.name == text) {
                continue;
            }
            if let Some(arg) = lacks_argument.filter(|_| !self.argument)
                && let Some(instead) = as_argument(spec, arg, name, entry)
            {
                self.argument = true;
                self.instead.push((name, instead));
            } else if let Some(instead) = whole() {
                self.argument = true;
                self.instead.push((name, instead));
            } else if let Some(child) = spec.child(text) {
                self.children.push(child.name);
            } else if let Some(prop) = property(spec, text) {
                self.props.push(prop.name);
                if !there.contains(prop.name) {
                    self.take(spec, node, prop, entry);
                }
            } else {
                let free = |prop: &&PropSpec| {
                    prop.required && !there.contains(prop.name) && !self.props.contains(&prop.name)
                };
                let lacks = spec.props.iter().filter(free).find(|prop| fits(prop.ty, entry));
                if let Some(prop) = lacks {
                    self.props.push(prop.name);
                    self.values.push((prop.name, shown(entry)));
                    self.instead.push((name, format!("{}={}", prop.name, shown(entry))));
                }
            }
        }
    }

    /// Takes a value for that of a property; of a URL, host and port.
    fn take(
        &mut self,
        spec: &'static NodeSpec,
        node: &Node,
        prop: &'static PropSpec,
        entry: &Entry,
    ) {
        let port = spec.props.iter().find(|prop| prop.name == "port" && prop.required);
        let url = entry.value.as_str().filter(|_| prop.name == "host").and_then(host_of_url);
        let Some((host, number)) = url else {
            self.values.push((prop.name, shown(entry)));
            return;
        };
        self.values.push((prop.name, format!("\"{host}\"")));
        if let Some((port, number)) = port.zip(number).filter(|_| node.prop("port").is_none()) {
            self.values.push((port.name, number.to_string()));
        }
    }
}

impl PropSpec {
    /// Whether a value can be meant for it by its type alone.
    fn ty_is_plain(&self) -> bool {
        !matches!(self.ty, Type::Bool)
    }
}

/// Whether a property is the only one of its node that names something.
fn is_only_reference(spec: &NodeSpec, prop: &PropSpec) -> bool {
    let mut references = spec.props.iter().filter(|prop| matches!(prop.ty, Type::Ref(_)));
    references.next().is_some_and(|first| first.name == prop.name) && references.next().is_none()
}

/// `name="x"` where the name stands alone, or `NAME="x"` for a variable.
fn as_argument(spec: &NodeSpec, arg: &ArgSpec, name: &Name, entry: &Entry) -> Option<String> {
    let text = &*name.text;
    if text == arg.name && fits(arg.ty, entry) {
        return Some(format!("{} {}", spec.name, shown(entry)));
    }
    let Type::Text(kind) = arg.ty else { return None };
    let is_pair = spec.args.len() == 2 && (kind.check)(text).is_ok();
    // Where a text is wanted, a number is one in quotes.
    let is_text = entry.value.as_str().is_some() || entry.value.repr.is_empty();
    let quoted = !is_text && spec.args.get(1).is_some_and(|arg| !fits(arg.ty, entry));
    let value = if quoted { format!("\"{}\"", entry.value.repr) } else { shown(entry) };
    is_pair.then(|| format!("{} \"{text}\" {value}", spec.name))
}

/// The host of a URL, and its port where the URL or its scheme says it.
fn host_of_url(text: &str) -> Option<(&str, Option<u16>)> {
    let (scheme, rest) = text.split_once("://")?;
    let rest = rest.split(['/', '?', '#']).next()?;
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (rest, None),
    };
    let usual = match scheme {
        "http" => Some(80),
        "https" => Some(443),
        "mysql" => Some(3306),
        _ => None,
    };
    (crate::text::DNS_NAME.check)(host).ok().map(|()| (host, port.or(usual)))
}

/// `keys A="x"`: names of which the values are nobody's business.
fn as_name(spec: &NodeSpec, node: &Node) -> Option<String> {
    let [ArgSpec { ty: Type::Text(kind), variadic: true, .. }] = spec.args else { return None };
    if spec.name != "keys" || !spec.props.is_empty() {
        return None;
    }
    let mut names = Vec::new();
    for entry in &node.entries {
        let name = entry.name.as_ref().map(|name| &*name.text).or_else(|| entry.value.as_str())?;
        (kind.check)(name).ok()?;
        names.push(format!("\"{name}\""));
    }
    Some(format!("{} {}", spec.name, names.join(" ")))
}

/// `args --format=html`: a word that reads like a property.
fn as_words(spec: &NodeSpec, node: &Node) -> Option<String> {
    let [ArgSpec { ty: Type::String, variadic: true, .. }] = spec.args else { return None };
    if !spec.props.is_empty() {
        return None;
    }
    let word = |entry: &Entry| match (&entry.name, &entry.value.kind) {
        (Some(name), ValueKind::String(text)) => format!("\"{}={text}\"", name.text),
        (Some(name), _) => format!("\"{}={}\"", name.text, shown(entry).trim_start_matches('#')),
        (None, _) => shown(entry),
    };
    let words: Vec<String> = node.entries.iter().map(word).collect();
    Some(format!("{} {}", spec.name, words.join(" ")))
}

/// `connect "mysql" "jobmon/server"`: two of which each has a node of its own.
fn as_nodes(spec: &NodeSpec, node: &Node) -> Option<String> {
    let [ArgSpec { ty: Type::Ref(RefKind::Target), .. }] = spec.args else { return None };
    let is_target = |entry: &Entry| entry.value.as_str().is_some_and(|text| text.contains('/'));
    let mut others = node.arguments().skip(1);
    let plain = node.entries.iter().all(|entry| entry.name.is_none());
    let each: Vec<String> =
        node.arguments().map(|entry| format!("{} {}", spec.name, shown(entry))).collect();
    (plain && others.any(is_target)).then(|| each.join("; "))
}

/// `allow "get,list"`: several words in one pair of quotes.
pub(super) fn several_words(arg: &ArgSpec, entry: &Entry) -> Option<String> {
    let (true, Type::OneOf(words), ValueKind::String(text)) =
        (arg.variadic, arg.ty, &entry.value.kind)
    else {
        return None;
    };
    let parts: Vec<&str> =
        text.split([',', ' ', ';', '|']).filter(|part| !part.is_empty()).collect();
    let known = parts.len() > 1 && parts.iter().all(|part| words.contains(part));
    let each: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
    known.then(|| format!("each stands in quotes of its own: write `{}`", each.join(" ")))
}

/// `replicas 5-20`: two bounds as one argument.
pub(super) fn bounds(spec: &NodeSpec, node: &Node) -> Option<String> {
    let has = |name: &str| spec.props.iter().any(|prop| prop.name == name);
    let text = node.arg(0)?.value.as_str().filter(|_| has("min") && has("max"))?;
    let (min, max) = text.split_once("..").or_else(|| text.split_once(['-', '–', ':', ',']))?;
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let (min, max) = number(min).zip(number(max))?;
    let (min, max) = (min.min(max), min.max(max));
    Some(format!("write `{} min={min} max={max} cpu=80`, with what it is to scale by", spec.name))
}

/// `schedule 0 3 * * *`: the only argument, without its quotes.
fn joined(spec: &NodeSpec, node: &Node) -> Option<String> {
    let [ArgSpec { ty: Type::Text(kind), .. }] = spec.args else { return None };
    let words: Option<Vec<&str>> = node
        .arguments()
        .map(|entry| match &entry.value.kind {
            ValueKind::String(text) => Some(&**text),
            ValueKind::Integer(_) => Some(&*entry.value.repr),
            _ => None,
        })
        .collect();
    let text = words?.join(" ");
    (kind.check)(&text).is_ok().then_some(text)
}

/// `server 3`: the child that takes a number.
fn number_of(spec: &'static NodeSpec, entry: &Entry) -> Option<&'static str> {
    let child = spec.child("replicas").filter(|child| child.occurs == Occurs::Once)?;
    (spec.args.is_empty() && child.args.first().is_some_and(|arg| fits(arg.ty, entry)))
        .then_some(child.name)
}

/// `env "NAME=VALUE"`: two values in one pair of quotes.
pub(super) fn assignment(spec: &NodeSpec, node: &Node) -> Option<String> {
    let [ArgSpec { ty: Type::Text(kind), .. }, _] = spec.args else { return None };
    let entry = node.arg(0).filter(|_| node.arguments().count() == 1)?;
    let (name, value) = entry.value.as_str()?.split_once('=')?;
    (kind.check)(name).ok()?;
    Some(format!("write `{} \"{name}\" \"{}\"`", spec.name, crate::diagnostics::shorten(value)))
}

/// `port 8080 name="http"`: the first argument, said as a property behind the second.
pub(super) fn named_argument<'n>(spec: &NodeSpec, node: &'n Node) -> Option<&'n Entry> {
    let [first, second] = spec.args else { return None };
    let given = node.arg(0).filter(|_| node.arguments().count() == 1)?;
    let named = node.prop(first.name).filter(|entry| fits(first.ty, entry))?;
    let known = spec.any_props.is_some() || spec.props.iter().any(|prop| prop.name == first.name);
    (!known && !fits(first.ty, given) && fits(second.ty, given)).then_some(named)
}

/// A node with all its arguments, where some lack and others are wrong: what
/// stands there already in its place, if it can be told.
pub(super) fn with_arguments(spec: &NodeSpec, node: &Node, missing: &[&ArgSpec]) -> String {
    let given = node.arg(0).filter(|_| node.arguments().count() == 1);
    let fitting = missing.first().zip(given).filter(|(arg, entry)| fits(arg.ty, entry));
    if let (Some((_, entry)), Some(first)) = (fitting, named_argument(spec, node)) {
        return format!("write `{} {} {}`", spec.name, shown(first), shown(entry));
    }
    match (fitting, spec.args) {
        (Some((_, entry)), [first, _]) => {
            let example = match first.ty {
                Type::Text(kind) => kind.example,
                _ => "…",
            };
            format!(
                "its {} comes first: write `{} \"{example}\" {}`, with a name of your own",
                first.name,
                spec.name,
                shown(entry)
            )
        }
        _ => format!("write it as in `{}`", spec.example),
    }
}

/// `host="db.example.org:3306"` where `port` lacks.
pub(super) fn port_in_host(spec: &NodeSpec, node: &Node) -> Option<String> {
    let of = |name: &str| spec.props.iter().find(|prop| prop.name == name && prop.required);
    let (host, _) = of("host").zip(of("port")).filter(|_| node.prop("port").is_none())?;
    let (name, port) = node.prop("host")?.value.as_str()?.rsplit_once(':')?;
    let Type::Text(kind) = host.ty else { return None };
    let is_port = port.parse::<u16>().is_ok();
    (is_port && (kind.check)(name).is_ok())
        .then(|| format!("the port stands by itself: write `host=\"{name}\" port={port}`"))
}
