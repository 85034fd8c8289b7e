//! What programs are told: the texts in their variables, arguments and files.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec};

use crate::model::object::{Body, Object};

/// The texts that the pods of each component get, by component.
#[derive(Debug, Default)]
pub struct Values<'o> {
    /// What the programs are told.
    told: BTreeMap<&'o str, Vec<Value<'o>>>,
    /// What is run beside them.
    run: BTreeMap<&'o str, Vec<Value<'o>>>,
}

/// One text.
#[derive(Clone, Copy, Debug)]
pub struct Value<'o> {
    /// The object that it stands in.
    pub object: &'o Object,
    /// Where it stands.
    pub field: Field<'o>,
    /// The text.
    pub text: &'o str,
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'o> {
    /// A variable, by its name.
    Variable(&'o str),
    /// An entry of a `ConfigMap`, by its key.
    Entry(&'o str),
    /// A word of `command` or `args`.
    Word,
    /// A word of a command that a probe or a hook runs.
    Run,
}

impl std::fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "env {name}"),
            Self::Entry(key) => write!(f, "data.{key}"),
            Self::Word => f.write_str("command"),
            Self::Run => f.write_str("exec"),
        }
    }
}

/// A host in a text, and what the text says beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention<'t> {
    /// As in `https`.
    pub scheme: Option<&'t str>,
    /// The port.
    pub port: Option<u16>,
    /// The path of a URL, without a slash at its end.
    pub path: &'t str,
}

impl<'o> Values<'o> {
    /// Gathers the texts of the compiler's own objects.
    pub fn of(objects: &'o [Object]) -> Self {
        let mut configs: BTreeMap<&str, &Object> = BTreeMap::new();
        for object in objects {
            if let Body::ConfigMap(_) = &object.body {
                configs.insert(&object.id.name, object);
            }
        }
        let mut values = Self::default();
        for object in objects {
            if let Some(spec) = template(&object.body).and_then(|template| template.spec.as_ref()) {
                let all = values.told.entry(&object.component).or_default();
                pods(object, spec, &configs, all);
                let mut run = spec.containers.iter().flat_map(commands).peekable();
                if run.peek().is_some() {
                    let all = values.run.entry(&object.component).or_default();
                    all.extend(run.map(|text| Value { object, field: Field::Run, text }));
                }
            }
        }
        values
    }

    /// The texts of a component.
    pub fn get(&self, component: &str) -> &[Value<'o>] {
        self.told.get(component).map_or(&[], Vec::as_slice)
    }

    /// The words of what is run in its containers beside the program: these tell
    /// it nothing.
    pub fn run(&self, component: &str) -> &[Value<'o>] {
        self.run.get(component).map_or(&[], Vec::as_slice)
    }
}

/// The words of commands that probes and hooks run.
fn commands(container: &Container) -> impl Iterator<Item = &str> {
    let probes = [&container.readiness_probe, &container.liveness_probe, &container.startup_probe];
    let probes = probes.into_iter().flatten().filter_map(|probe| probe.exec.as_ref());
    let hooks = container.lifecycle.iter().flat_map(|hooks| [&hooks.post_start, &hooks.pre_stop]);
    let hooks = hooks.flatten().filter_map(|hook| hook.exec.as_ref());
    probes.chain(hooks).flat_map(|exec| exec.command.iter().flatten()).map(String::as_str)
}

fn template(body: &Body) -> Option<&PodTemplateSpec> {
    match body {
        Body::Deployment(body) => body.spec.as_ref().map(|spec| &spec.template),
        Body::StatefulSet(body) => body.spec.as_ref().map(|spec| &spec.template),
        Body::Job(body) => body.spec.as_ref().map(|spec| &spec.template),
        Body::CronJob(body) => {
            body.spec.as_ref()?.job_template.spec.as_ref().map(|spec| &spec.template)
        }
        _ => None,
    }
}

fn pods<'o>(
    object: &'o Object,
    spec: &'o PodSpec,
    configs: &BTreeMap<&str, &'o Object>,
    all: &mut Vec<Value<'o>>,
) {
    let mut files: Vec<&str> = Vec::new();
    for container in spec.init_containers.iter().flatten().chain(&spec.containers) {
        self::container(object, container, &mut files, all);
    }
    files.extend(
        spec.volumes
            .iter()
            .flatten()
            .filter_map(|volume| volume.config_map.as_ref().map(|config| config.name.as_str())),
    );
    for config in files.iter().filter_map(|name| configs.get(name)) {
        if let Body::ConfigMap(body) = &config.body {
            all.extend(body.data.iter().flatten().map(|(key, text)| Value {
                object: config,
                field: Field::Entry(key),
                text,
            }));
        }
    }
}

fn container<'o>(
    object: &'o Object,
    container: &'o Container,
    files: &mut Vec<&'o str>,
    all: &mut Vec<Value<'o>>,
) {
    for variable in container.env.iter().flatten() {
        if let Some(text) = &variable.value {
            all.push(Value { object, field: Field::Variable(&variable.name), text });
        }
        let config = variable.value_from.as_ref().and_then(|from| from.config_map_key_ref.as_ref());
        files.extend(config.map(|config| config.name.as_str()));
    }
    for source in container.env_from.iter().flatten() {
        files.extend(source.config_map_ref.as_ref().map(|config| config.name.as_str()));
    }
    let words = container.command.iter().chain(&container.args).flatten();
    all.extend(words.map(|text| Value { object, field: Field::Word, text }));
}

/// A character of a host name.
fn of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// Where a text names a host: as the whole text, in a URL, or with a port.
/// A word that only looks like it, as the key `elasticsearch:` of a file, is
/// none.
pub fn mentions<'t>(text: &'t str, host: &str) -> Option<Mention<'t>> {
    if text == host {
        return Some(Mention { scheme: None, port: None, path: "" });
    }
    text.match_indices(host).find_map(|(at, _)| {
        let (before, rest) = (text.get(..at)?, text.get(at + host.len()..)?);
        if before.bytes().next_back().is_some_and(of_name)
            || rest.bytes().next().is_some_and(of_name)
        {
            return None;
        }
        let scheme = before.strip_suffix("://").map(|before| {
            let start = before.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
            before.get(start..).unwrap_or_default()
        });
        let digits = rest.strip_prefix(':').map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest.split_at(end)
        });
        let (port, rest) = match digits {
            Some((digits, rest)) if !digits.is_empty() => (digits.parse().ok(), rest),
            _ => (None, rest),
        };
        if scheme.is_none() && port.is_none() {
            return None;
        }
        let path = if rest.starts_with('/') { rest } else { "" };
        let end = path.find(|c: char| c.is_whitespace() || "\"'?#,;)]}".contains(c));
        let path = path.get(..end.unwrap_or(path.len())).unwrap_or_default().trim_end_matches('/');
        Some(Mention { scheme, port, path })
    })
}

/// Whether a program is told where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Here: the object and the field.
    Here(String),
    /// Here, but with something else: the object, the field, and what.
    Otherwise(String, String),
    /// Nowhere.
    Nowhere,
}

/// What a component is to be told.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// The host.
    pub host: &'a str,
    /// The port.
    pub port: u16,
    /// What paths start with, where that matters.
    pub path: Option<&'a str>,
    /// Whether it speaks TLS, where that matters.
    pub tls: Option<bool>,
}

/// Whether a component is told an address.
pub fn told(values: &[Value<'_>], address: &Address<'_>) -> Told {
    let found = values.iter().find_map(|value| Some((value, mentions(value.text, address.host)?)));
    let Some((value, mention)) = found else { return Told::Nowhere };
    let place = format!("{} {}", value.object.id, value.field);
    let default = match mention.scheme {
        Some("http") => Some(80),
        Some("https") => Some(443),
        _ => None,
    };
    // A host alone has its port in a variable beside it.
    let port = mention.port.or(default).or_else(|| beside(values, value.field));
    if let Some(port) = port.filter(|port| *port != address.port) {
        return Told::Otherwise(place, format!("port {port}"));
    }
    if let (Some(tls), Some(scheme)) = (address.tls, mention.scheme)
        && (scheme == "https") != tls
    {
        return Told::Otherwise(place, format!("scheme {scheme}"));
    }
    if let Some(path) = address.path.filter(|path| !path.is_empty()) {
        let alone = |other: &Value<'_>| other.text.trim_end_matches('/') == path;
        if mention.path != path && !(mention.path.is_empty() && values.iter().any(alone)) {
            return Told::Otherwise(place, format!("path `{}`", mention.path));
        }
    }
    Told::Here(place)
}

/// The port in the variable that goes with the variable of a host: the name
/// ends in `PORT`, and the longest start is the same.
fn beside(values: &[Value<'_>], field: Field<'_>) -> Option<u16> {
    let name_of = |field| match field {
        Field::Variable(name) | Field::Entry(name) => Some(name),
        Field::Word | Field::Run => None,
    };
    let name: &str = name_of(field)?;
    let shared = |other: &str| {
        name.split('_').zip(other.split('_')).take_while(|(one, other)| one == other).count()
    };
    values
        .iter()
        .filter_map(|value| Some((name_of(value.field)?, value.text)))
        .filter(|(other, _)| other.ends_with("PORT") && shared(other) > 0)
        .max_by_key(|(other, _)| shared(other))
        .and_then(|(_, text)| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{Mention, mentions};

    #[test]
    fn a_host_is_found_where_it_is_one() {
        let some = |scheme, port, path| Some(Mention { scheme, port, path });
        assert_eq!(mentions("logstash", "logstash"), some(None, None, ""));
        assert_eq!(mentions("logstash:5000", "logstash"), some(None, Some(5000), ""));
        assert_eq!(
            mentions("http://traefik-a/api/v3/", "traefik-a"),
            some(Some("http"), None, "/api/v3")
        );
        assert_eq!(
            mentions("hosts: [\"https://kibana:5601\"]\n", "kibana"),
            some(Some("https"), Some(5601), "")
        );
        assert_eq!(mentions("user@tcp(db:3306)/", "db"), some(None, Some(3306), ""));
    }

    #[test]
    fn a_word_that_only_looks_like_it_is_none() {
        for text in [
            "elasticsearch:\n  hosts: []",
            "output.elasticsearch: 9200",
            "elasticsearch.hosts",
            "http://elasticsearch-2:9200",
            "http://my-elasticsearch:9200",
            "http://elasticsearch.other.svc:9200",
        ] {
            assert_eq!(mentions(text, "elasticsearch"), None, "{text}");
        }
    }
}
