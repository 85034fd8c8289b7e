//! What hand-written pods are told.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Said, asks_proxy, in_pairs, is_for_others, mentioned};
use crate::components::manifests;
use crate::components::program::Home;
use crate::components::site::Made;
use crate::model::hand_written::template_path;
use crate::model::object::{Body, Kind, Object};
use crate::network::values::{Field, Value};
use crate::text::expand::{expand, may_expand};

/// The addresses in the variables and words of hand-written containers.
pub(super) fn of(home: &Home<'_>, made: &Made) -> Vec<Said> {
    let namespace: Arc<str> = home.namespace.into();
    let component: Arc<str> = manifests::COMPONENT.into();
    let mut said = Vec::new();
    let by_hand = made.objects.iter().filter(|object| *object.component == *component);
    let containers: Vec<_> = by_hand.flat_map(containers).collect();
    // Most namespaces have none.
    if containers.is_empty() {
        return said;
    }
    let configs = configs(made);
    for (object, path, container) in containers {
        let told = told(&configs, container);
        let all: Vec<Value<'_>> =
            told.iter().map(|one| Value { object, field: one.field, text: &one.text }).collect();
        let by_proxy = asks_proxy(&all);
        for (Told { path: at, .. }, (before, value)) in told.iter().zip(in_pairs(all.iter())) {
            if is_for_others(before, value) {
                continue;
            }
            let path = format!("{path}.{at}");
            let place = Value { field: Field::Manifest(path.as_str()), ..*value };
            let from = (&namespace, &component);
            let mentioned = mentioned(home, &all, value);
            said.extend(
                mentioned.map(|address| Said::new(from, object.source, &place, address, by_proxy)),
            );
        }
    }
    said
}

/// The containers of an object that makes pods, each with its path.
fn containers(object: &Object) -> impl Iterator<Item = (&Object, String, &Json)> {
    let pods = match &object.body {
        Body::Value(value) => template_path(&object.id.kind).map(|path| (value, path)),
        _ => None,
    };
    let lists = pods.into_iter().flat_map(|(value, path)| {
        ["initContainers", "containers"].map(|list| (value, format!("{path}spec.{list}")))
    });
    lists.flat_map(move |(value, path)| {
        let list = value.pointer(&format!("/{}", path.replace('.', "/"))).and_then(Json::as_array);
        let all = list.into_iter().flatten().enumerate();
        all.map(move |(at, container)| (object, format!("{path}[{at}]"), container))
    })
}

/// The data of a `ConfigMap`, by its keys.
type Data<'o> = BTreeMap<&'o str, &'o str>;

/// The `ConfigMap`s of a namespace.
fn configs(made: &Made) -> BTreeMap<&str, Data<'_>> {
    let all = made.objects.iter().filter(|object| object.id.kind == Kind::ConfigMap);
    all.map(|object| {
        let data: Data<'_> = match &object.body {
            Body::ConfigMap(config) => {
                let data = config.data.iter().flatten();
                data.map(|(key, text)| (key.as_str(), text.as_str())).collect()
            }
            Body::Value(value) => {
                let data = value.get("data").and_then(Json::as_object).into_iter().flatten();
                data.filter_map(|(key, text)| Some((key.as_str(), text.as_str()?))).collect()
            }
            _ => Data::new(),
        };
        (&*object.id.name, data)
    })
    .collect()
}

/// A text of a container: its path there, and what it is.
struct Told<'o> {
    path: String,
    field: Field<&'o str>,
    text: Cow<'o, str>,
}

/// The texts of a container, with what Kubernetes puts into them. Of two variables of
/// one name the last holds.
fn told<'o>(configs: &BTreeMap<&'o str, Data<'o>>, container: &'o Json) -> Vec<Told<'o>> {
    let list = |name: &str| container.get(name).and_then(Json::as_array).into_iter().flatten();
    let text = |one: &'o Json, path: &str| one.pointer(path).and_then(Json::as_str);
    let mut all: Vec<Told<'o>> = Vec::new();
    let mut known: BTreeMap<&str, Cow<'o, str>> = BTreeMap::new();
    for (at, one) in list("envFrom").enumerate() {
        let config = text(one, "/configMapRef/name").and_then(|name| configs.get(name));
        // With a prefix the names are others.
        let config = config.filter(|_| text(one, "/prefix").is_none_or(str::is_empty));
        for (name, value) in config.into_iter().flatten() {
            let (path, value) = (format!("envFrom[{at}].configMapRef.name"), Cow::Borrowed(*value));
            known.insert(name, value.clone());
            all.push(Told { path, field: Field::Variable(name), text: value });
        }
    }
    for (at, one) in list("env").enumerate() {
        let Some(name) = text(one, "/name") else { continue };
        let config = text(one, "/valueFrom/configMapKeyRef/name").and_then(|own| configs.get(own));
        let key = text(one, "/valueFrom/configMapKeyRef/key");
        let (end, value) = match (text(one, "/value"), config.zip(key)) {
            (Some(value), _) => ("value", expanded(value, &known)),
            (None, Some((config, key))) => match config.get(key) {
                Some(value) => ("valueFrom.configMapKeyRef.key", Cow::Borrowed(*value)),
                None => continue,
            },
            (None, None) => continue,
        };
        known.insert(name, value.clone());
        let path = format!("env[{at}].{end}");
        all.push(Told { path, field: Field::Variable(name), text: value });
    }
    for name in ["command", "args"] {
        for (at, word) in list(name).enumerate() {
            let Some(word) = word.as_str() else { continue };
            let text = expanded(word, &known);
            all.push(Told { path: format!("{name}[{at}]"), field: Field::Word, text });
        }
    }
    all
}

/// A text with the variables that it names as `$(NAME)`.
fn expanded<'o>(text: &'o str, known: &BTreeMap<&str, Cow<'o, str>>) -> Cow<'o, str> {
    /// Longer ones are nobody's address.
    const LONGEST: usize = 4096;
    let value = |name: &str| known.get(name).map(|value| &**value);
    let whole = if may_expand(text) { expand(text, LONGEST, value) } else { None };
    whole.map_or(Cow::Borrowed(text), Cow::Owned)
}
