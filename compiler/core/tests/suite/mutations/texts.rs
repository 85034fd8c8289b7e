//! What programs are told: hosts, ports, schemes and paths in variables, words
//! and files.

use std::collections::BTreeSet;

use jtc_core::components::program::Peer;
use jtc_core::proof::trail::Step;
use serde_json::Value;

use super::Must;
use super::scene::{Emitted, Maker, breaks, list, text};

/// Every program that is told an address.
pub(super) fn make(made: &mut Maker<'_>) {
    made.family = "texts";
    for program in made.objects() {
        if let Some(template) = program.template() {
            one(made, program, template);
        }
    }
}

/// Changes every text that the pods get: variables, words, files.
fn texts(body: &mut Value, template: &str, change: &dyn Fn(&str) -> String) {
    if let Some(data) = body.get_mut("data").and_then(Value::as_object_mut) {
        for value in data.values_mut() {
            *value = change(value.as_str().unwrap_or_default()).into();
        }
        return;
    }
    let spec = body.pointer_mut(&format!("{template}/spec")).expect("a pod");
    for kind in ["containers", "initContainers"] {
        for container in spec.get_mut(kind).and_then(Value::as_array_mut).into_iter().flatten() {
            for variable in
                container.get_mut("env").and_then(Value::as_array_mut).into_iter().flatten()
            {
                if let Some(value) = variable.get_mut("value") {
                    *value = change(value.as_str().unwrap_or_default()).into();
                }
            }
            for key in ["command", "args"] {
                for word in
                    container.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
                {
                    *word = change(word.as_str().unwrap_or_default()).into();
                }
            }
        }
    }
}

/// The `ConfigMap`s that the pods read.
fn configs<'s>(made: &Maker<'s>, program: Emitted<'s>, template: &str) -> Vec<Emitted<'s>> {
    let spec = program.body.pointer(&format!("{template}/spec")).expect("a pod");
    let mut names = BTreeSet::new();
    for volume in list(spec, "/volumes") {
        names.insert(text(volume, "/configMap/name"));
    }
    for container in list(spec, "/containers").iter().chain(list(spec, "/initContainers")) {
        names.extend(list(container, "/envFrom").iter().map(|it| text(it, "/configMapRef/name")));
    }
    names.into_iter().filter_map(|name| made.find("ConfigMap", program.namespace(), name)).collect()
}

fn one(made: &mut Maker<'_>, program: Emitted<'_>, template: &'static str) {
    let (namespace, component) = (program.namespace(), program.component);
    let told = made.from(namespace, component);
    let told: Vec<usize> =
        told.into_iter().filter(|path| made.demand(*path).told.is_some()).collect();
    let configs = configs(made, program, template);
    let all = |change: &dyn Fn(&str) -> String| {
        let objects = std::iter::once(&program).chain(&configs);
        let changed = objects.filter_map(|object| {
            let mut body = object.body.clone();
            texts(&mut body, template, change);
            (&body != object.body).then_some((object.at, Some(body)))
        });
        changed.collect::<Vec<_>>()
    };
    let hosts: BTreeSet<String> =
        told.iter().filter_map(|path| made.demand(*path).host()).collect();
    for host in hosts {
        let of = |path: &&usize| made.demand(**path).host().as_deref() == Some(&*host);
        let users: Vec<usize> = told.iter().filter(of).copied().collect();
        let lost = || breaks(users.clone(), Step::Told, told.clone());
        // What a `connect` leads to here may speak TLS itself.
        let may_be_tls = users.iter().all(|path| {
            let demand = made.demand(*path);
            demand.why == "says so" && matches!(*demand.to, Peer::Program { .. })
        });
        let mut change = |what: &str, must: Must, change: &dyn Fn(&str) -> String| {
            let changed = all(change);
            if !changed.is_empty() {
                made.push(
                    program,
                    &format!("told {what} instead of {host}"),
                    must,
                    changed,
                    Vec::new(),
                );
            }
        };
        change("another host", lost(), &|text| whole(text, &host, "nobody"));
        change("a longer name", lost(), &|text| whole(text, &host, &format!("{host}-2")));
        change("nothing", lost(), &|text| {
            if whole(text, &host, "") == text { text.to_owned() } else { String::new() }
        });
        let url = format!("http://{host}");
        if !may_be_tls {
            change("it by TLS", lost(), &|text| text.replace(&url, &format!("https://{host}")));
        }
        change("it with another port", lost(), &|text| {
            let ports = text.replace(&format!("{host}:"), &format!("{host}:1"));
            ports.replace(&format!("{url}/"), &format!("{url}:81/"))
        });
        change("a comment more about it", Must::Nothing, &|text| {
            if text.contains('\n') { format!("# see {host}\n{text}") } else { text.to_owned() }
        });
    }
    // A host and its port in variables of their own.
    for config in &configs {
        for (key, value) in config.body["data"].as_object().into_iter().flatten() {
            let host = key
                .strip_suffix("_PORT")
                .map(|start| ["_HOST", "_SERVER_URL"].map(|end| format!("/data/{start}{end}")));
            let host = host.iter().flatten().map(|pointer| text(config.body, pointer));
            let Some(host) = host.into_iter().find(|host| !host.is_empty()) else { continue };
            let users: Vec<usize> = told
                .iter()
                .copied()
                .filter(|path| made.demand(*path).host().as_deref() == Some(host))
                .collect();
            if users.is_empty() || !value.is_string() {
                continue;
            }
            let must = breaks(users.clone(), Step::Told, []);
            made.edit(*config, &format!("{key} is another"), must, |body| {
                body["data"][key] = "4242".into();
            });
        }
    }
    // The path that all requests start with.
    for path in told {
        if let Peer::Traefik { asks, .. } = &*made.demand(path).to
            && let Some(prefix) = asks.path.as_deref().filter(|prefix| !prefix.is_empty())
        {
            let changed = all(&|text| text.replace(prefix, "/api/v9"));
            let must = breaks([path], Step::Told, []);
            made.push(program, "told another path", must, changed, Vec::new());
            let changed = all(&|text| text.replace(prefix, &format!("{prefix}/")));
            made.push(
                program,
                "told the path with a slash at its end",
                Must::Nothing,
                changed,
                Vec::new(),
            );
        }
    }
}

/// The text with a host as a whole word replaced.
fn whole(text: &str, host: &str, by: &str) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(host) {
        let (before, from) = rest.split_at(at);
        let after = &from[host.len()..];
        let joined = before.is_empty() && out.ends_with(part);
        let alone = !joined && !before.ends_with(part) && !after.starts_with(part);
        out.push_str(before);
        out.push_str(if alone { by } else { host });
        rest = after;
    }
    out.push_str(rest);
    out
}
