//! What hand-written pods are told.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Form, Said, alone, asks_proxy, in_pairs, is_for_others};
use crate::components::manifests;
use crate::components::program::Home;
use crate::components::site::Made;
use crate::model::object::{Body, Object};
use crate::network::addresses::addresses;
use crate::network::values::{Field, Value};

/// The addresses in the variables and words of hand-written containers.
pub(super) fn of(home: &Home<'_>, made: &Made) -> Vec<Said> {
    let namespace: Arc<str> = home.namespace.into();
    let component: Arc<str> = manifests::COMPONENT.into();
    let mut said = Vec::new();
    let by_hand = made.objects.iter().filter(|object| *object.component == *component);
    for (object, path, container) in by_hand.flat_map(containers) {
        let told = told(object, container);
        let all: Vec<Value<'_>> = told.iter().map(|(_, value)| *value).collect();
        let by_proxy = asks_proxy(&all);
        for ((at, _), (before, value)) in told.iter().zip(in_pairs(all.iter())) {
            if is_for_others(before, value) {
                continue;
            }
            let path = format!("{path}.{at}");
            let named = addresses(value.text, false, &home.cluster.dns_domain)
                .map(|address| (Form::of(&address), address));
            let place = Value { field: Field::Manifest(path.as_str()), ..*value };
            let from = (&namespace, &component);
            said.extend(
                named
                    .chain(alone::of(&all, value))
                    .map(|address| Said::new(from, object.source, &place, address, by_proxy)),
            );
        }
    }
    said
}

/// The containers of an object that makes pods, each with its path.
fn containers(object: &Object) -> impl Iterator<Item = (&Object, String, &Json)> {
    let pods = match (&object.body, object.id.kind.as_str()) {
        (Body::Value(value), "Pod") => Some((value, "spec")),
        (Body::Value(value), "CronJob") => Some((value, "spec.jobTemplate.spec.template.spec")),
        (Body::Value(value), "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job") => {
            Some((value, "spec.template.spec"))
        }
        _ => None,
    };
    let lists = pods.into_iter().flat_map(|(value, path)| {
        ["initContainers", "containers"].map(|list| (value, format!("{path}.{list}")))
    });
    lists.flat_map(move |(value, path)| {
        let list = value.pointer(&format!("/{}", path.replace('.', "/"))).and_then(Json::as_array);
        let all = list.into_iter().flatten().enumerate();
        all.map(move |(at, container)| (object, format!("{path}[{at}]"), container))
    })
}

/// The texts of a container, each with its path there.
fn told<'o>(object: &'o Object, container: &'o Json) -> Vec<(String, Value<'o>)> {
    let list = |name: &str| container.get(name).and_then(Json::as_array).into_iter().flatten();
    let text = |one: &'o Json, field: &str| one.get(field).and_then(Json::as_str);
    let variables = list("env").enumerate().filter_map(|(at, one)| {
        let field = Field::Variable(text(one, "name")?);
        Some((format!("env[{at}].value"), Value { object, field, text: text(one, "value")? }))
    });
    let words = ["command", "args"].into_iter().flat_map(|name| {
        list(name).enumerate().filter_map(move |(at, word)| {
            let value = Value { object, field: Field::Word, text: word.as_str()? };
            Some((format!("{name}[{at}]"), value))
        })
    });
    variables.chain(words).collect()
}
