//! What hand-written pods are told.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Asking, Said, asks_proxy, in_pairs, is_for_others, mentioned};
use crate::components::manifests;
use crate::components::program::Home;
use crate::components::site::Made;
use crate::model::hand_written::template_path;
use crate::model::object::{Body, Kind, Object};
use crate::network::values::{Field, Value};
use crate::text::expand::{expand, may_expand};

/// The addresses in the variables and words of hand-written containers, and in the files
/// that their pods mount.
pub(super) fn of(home: &Home<'_>, made: &Made) -> Vec<Said> {
    let namespace: Arc<str> = home.namespace.into();
    let component: Arc<str> = manifests::COMPONENT.into();
    let mut said = Vec::new();
    let by_hand = made.objects.iter().filter(|object| *object.component == *component);
    let pods: Vec<_> = by_hand.filter_map(pods).collect();
    // Most namespaces have none.
    if pods.is_empty() {
        return said;
    }
    let configs = configs(made);
    for (object, path, spec) in pods {
        let files = files(&configs, spec);
        let containers = containers(spec).map(|(at, container)| told(&configs, &at, container));
        for told in containers.chain([files]) {
            let all: Vec<Value<'_>> = told
                .iter()
                .map(|one| Value { object, field: one.field, text: &one.text })
                .collect();
            let by_proxy = asks_proxy(&all);
            for (Told { path: at, .. }, (before, value)) in told.iter().zip(in_pairs(all.iter())) {
                if is_for_others(before, value) {
                    continue;
                }
                let path = format!("{path}spec.{at}");
                let place = Value { field: Field::Manifest(path.as_str()), ..*value };
                let from = (&namespace, &component);
                let asking = Asking::of(value.field, by_proxy);
                said.extend(
                    mentioned(home, &all, value)
                        .map(|address| Said::new(from, object.source, &place, address, asking)),
                );
            }
        }
    }
    said
}

/// The pods that an object makes: what they are, and its path.
fn pods(object: &Object) -> Option<(&Object, &'static str, &Json)> {
    let Body::Value(value) = &object.body else { return None };
    let path = template_path(&object.id.kind)?;
    let spec = value.pointer(&format!("/{}spec", path.replace('.', "/")))?;
    Some((object, path, spec))
}

/// The containers of pods, each with its path there.
fn containers(spec: &Json) -> impl Iterator<Item = (String, &Json)> {
    ["initContainers", "containers"].into_iter().flat_map(|name| {
        list(spec, name).enumerate().map(move |(at, own)| (format!("{name}[{at}]"), own))
    })
}

/// The items of a list.
fn list<'o>(value: &'o Json, name: &str) -> impl Iterator<Item = &'o Json> {
    value.get(name).and_then(Json::as_array).into_iter().flatten()
}

/// A text at a path.
fn text<'o>(value: &'o Json, path: &str) -> Option<&'o str> {
    value.pointer(path).and_then(Json::as_str)
}

/// The files that pods mount, of a `ConfigMap` with `items` these keys alone.
fn files<'o>(configs: &BTreeMap<&'o str, Data<'o>>, spec: &'o Json) -> Vec<Told<'o>> {
    let config = |path: String, source: &'o Json| {
        source.get("configMap").map(|config| (format!("{path}.configMap.name"), config))
    };
    let volumes = list(spec, "volumes").enumerate().flat_map(move |(at, volume)| {
        let projected = volume.get("projected").into_iter().flat_map(|own| list(own, "sources"));
        let projected = projected.enumerate().filter_map(move |(own, source)| {
            config(format!("volumes[{at}].projected.sources[{own}]"), source)
        });
        config(format!("volumes[{at}]"), volume).into_iter().chain(projected)
    });
    let entries = volumes.flat_map(|(path, config)| {
        let data = text(config, "/name").and_then(|name| configs.get(name));
        let items = config.get("items").and_then(Json::as_array);
        let is_mounted = move |key: &str| {
            items.is_none_or(|items| items.iter().any(|item| text(item, "/key") == Some(key)))
        };
        let data = data.into_iter().flatten().filter(move |(key, _)| is_mounted(key));
        data.map(move |(key, text)| Told {
            path: path.clone(),
            field: Field::Entry(*key),
            text: Cow::Borrowed(*text),
        })
    });
    entries.collect()
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

/// A text of pods: its path there, and what it is.
struct Told<'o> {
    path: String,
    field: Field<&'o str>,
    text: Cow<'o, str>,
}

/// The texts of a container, with what Kubernetes puts into them. Of two variables of
/// one name the last holds.
fn told<'o>(
    configs: &BTreeMap<&'o str, Data<'o>>,
    path: &str,
    container: &'o Json,
) -> Vec<Told<'o>> {
    let mut all: Vec<Told<'o>> = Vec::new();
    let mut known: BTreeMap<&str, Cow<'o, str>> = BTreeMap::new();
    for (at, one) in list(container, "envFrom").enumerate() {
        let config = text(one, "/configMapRef/name").and_then(|name| configs.get(name));
        // With a prefix the names are others.
        let config = config.filter(|_| text(one, "/prefix").is_none_or(str::is_empty));
        for (name, value) in config.into_iter().flatten() {
            let (path, value) =
                (format!("{path}.envFrom[{at}].configMapRef.name"), Cow::Borrowed(*value));
            known.insert(name, value.clone());
            all.push(Told { path, field: Field::Variable(name), text: value });
        }
    }
    for (at, one) in list(container, "env").enumerate() {
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
        let path = format!("{path}.env[{at}].{end}");
        all.push(Told { path, field: Field::Variable(name), text: value });
    }
    for name in ["command", "args"] {
        for (at, word) in list(container, name).enumerate() {
            let Some(word) = word.as_str() else { continue };
            let text = expanded(word, &known);
            all.push(Told { path: format!("{path}.{name}[{at}]"), field: Field::Word, text });
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
