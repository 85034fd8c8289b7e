//! What programs are told: the texts in their variables, arguments and files.

mod expanded;

use std::collections::BTreeMap;

use jtc_syntax::Span;
use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec};

pub use self::expanded::Expanded;
use super::addresses::of_name;
use crate::model::NOWHERE;
use crate::model::object::{Body, Kind, Object, ObjectId};
use crate::model::resolved::Variables;
use crate::model::settings::{Check, Settings};

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
    pub field: Field<&'o str>,
    /// The text.
    pub text: &'o str,
}

/// Where a text stands; `N` is a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field<N> {
    /// A variable, by its name.
    Variable(N),
    /// An entry of a `ConfigMap`, by its key.
    Entry(N),
    /// A word of `command` or `args`.
    Word,
    /// A word of a command that a probe or a hook runs.
    Run,
    /// A text of a manifest, by its path there.
    Manifest(N),
}

/// Where a `Middleware` says whom Traefik asks.
pub const FORWARD_AUTH: &str = "spec.forwardAuth.address";

/// Where it says in which Redis it counts requests.
pub const REDIS: &str = "spec.rateLimit.redis.endpoints";

impl Field<&str> {
    /// Whether it is a variable that may hold a host and nothing else.
    pub fn is_of_host(self) -> bool {
        matches!(self, Self::Variable(name)
            if ["HOST", "FQDN"].iter().any(|part| name.contains(part)))
    }

    fn to_owned(self) -> Field<Box<str>> {
        match self {
            Self::Variable(name) => Field::Variable(name.into()),
            Self::Entry(key) => Field::Entry(key.into()),
            Self::Word => Field::Word,
            Self::Run => Field::Run,
            Self::Manifest(path) => Field::Manifest(path.into()),
        }
    }
}

impl<N: std::fmt::Display> std::fmt::Display for Field<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "env {name}"),
            Self::Entry(key) => write!(f, "data.{key}"),
            Self::Word => f.write_str("command"),
            Self::Run => f.write_str("exec"),
            Self::Manifest(path) => write!(f, "{path}"),
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
    pub fn of(objects: &'o [Object], expanded: &'o Expanded) -> Self {
        let mut configs: BTreeMap<&str, &Object> = BTreeMap::new();
        for object in objects {
            if let Body::ConfigMap(_) = &object.body {
                configs.insert(&object.id.name, object);
            }
        }
        let mut values = Self::default();
        for (at, object) in objects.iter().enumerate() {
            if let Some(spec) = template(&object.body).and_then(|template| template.spec.as_ref()) {
                let all = values.told.entry(&object.component).or_default();
                pods((at, object), spec, (&configs, expanded), all);
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
    (at, object): (usize, &'o Object),
    spec: &'o PodSpec,
    (configs, expanded): (&BTreeMap<&str, &'o Object>, &'o Expanded),
    all: &mut Vec<Value<'o>>,
) {
    let mut configs_of: Vec<(&str, bool)> = Vec::new();
    // What runs before a program tells it nothing.
    let before = spec.init_containers.as_ref().map_or(0, Vec::len);
    for (place, container) in containers(spec).enumerate().skip(before) {
        all.reserve(said(container).count());
        let expanded = expanded.of_container(at, place);
        all.extend(said(container).enumerate().filter_map(|(index, (field, text))| {
            let whole = expanded.and_then(|own| own.get(&index)).map(String::as_str);
            Some(Value { object, field, text: whole.or(text)? })
        }));
        configs_of.extend(sources(container).map(|name| (name, true)));
    }
    let mounted = spec.volumes.iter().flatten().filter_map(|volume| volume.config_map.as_ref());
    configs_of.extend(mounted.map(|config| (config.name.as_str(), false)));
    for (name, as_variables) in configs_of {
        let Some(config) = configs.get(name) else { continue };
        if let Body::ConfigMap(body) = &config.body {
            let entries = body.data.iter().flatten();
            let entries = entries.filter(|(key, _)| !(as_variables && is_set(spec, key)));
            all.extend(entries.map(|(key, text)| Value {
                object: config,
                field: Field::Entry(key),
                text,
            }));
        }
    }
}

/// Whether a container sets a variable itself, which holds where `envFrom` has it, too
/// (Kubernetes, `EnvVar`).
fn is_set(spec: &PodSpec, name: &str) -> bool {
    spec.containers.iter().flat_map(|one| one.env.iter().flatten()).any(|own| own.name == name)
}

fn containers(spec: &PodSpec) -> impl Iterator<Item = &Container> {
    spec.init_containers.iter().flatten().chain(&spec.containers)
}

/// The variables of a container and its words, with the texts that stand there.
fn said(container: &Container) -> impl Iterator<Item = (Field<&str>, Option<&str>)> {
    let variables = container.env.iter().flatten();
    let variables = variables.map(|own| (Field::Variable(&*own.name), own.value.as_deref()));
    let words = container.command.iter().chain(&container.args).flatten();
    variables.chain(words.map(|word| (Field::Word, Some(word.as_str()))))
}

/// The objects that a container takes variables from.
fn sources(container: &Container) -> impl Iterator<Item = &str> {
    let variables = container.env.iter().flatten();
    let keys = variables.filter_map(|own| own.value_from.as_ref()?.config_map_key_ref.as_ref());
    let all = container.env_from.iter().flatten();
    let all = all.filter_map(|source| source.config_map_ref.as_ref());
    keys.map(|config| &*config.name).chain(all.map(|config| &*config.name))
}

/// Where a text names a host: as the whole text, in a URL, or with a port.
/// A word that only looks like it, as the key `elasticsearch:` of a file, is
/// none.
pub fn mentions<'t>(text: &'t str, host: &'t str) -> impl Iterator<Item = Mention<'t>> {
    let whole = (text == host).then_some(Mention { scheme: None, port: None, path: "" });
    // Most texts are too short, and to prepare the search takes longest.
    let long = (text.len() > host.len()).then_some(text);
    let within = long.into_iter().flat_map(move |text| text.match_indices(host));
    let within = within.filter_map(|(at, _)| mention(text, at, host.len()));
    whole.into_iter().chain(within)
}

/// The host of so many bytes at a place of a text, if it is one there.
fn mention(text: &str, at: usize, length: usize) -> Option<Mention<'_>> {
    let (before, rest) = (text.get(..at)?, text.get(at + length..)?);
    if before.bytes().next_back().is_some_and(of_name) || rest.bytes().next().is_some_and(of_name) {
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
}

/// The hosts that a text names in URLs, with the port that is said there or in
/// the variable beside; with `alone` also where the whole text is one.
pub fn hosts<'t>(
    values: &[Value<'_>],
    value: &Value<'t>,
    alone: bool,
) -> Vec<(&'t str, Mention<'t>, Option<u16>)> {
    let text = value.text;
    let mut found: Vec<&str> = text
        .match_indices("://")
        .filter_map(|(at, mark)| {
            let rest = text.get(at + mark.len()..)?;
            let end = rest.bytes().take_while(|byte| of_name(*byte)).count();
            rest.get(..end).filter(|host| !host.is_empty())
        })
        .collect();
    if alone && found.is_empty() && !text.is_empty() {
        let host = text.split_once(':').map_or(text, |(host, _)| host);
        found.extend(Some(host).filter(|host| host.bytes().all(of_name)));
    }
    let mention = |host: &'t str| {
        let mention = mentions(text, host).next()?;
        let port = match mention.scheme {
            None => mention.port.or_else(|| beside(values, value.field)),
            Some(_) => mention.own_port(),
        };
        Some((host, mention, port))
    };
    found.into_iter().filter_map(mention).collect()
}

/// The object and the field that a text stands in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    object: ObjectId,
    field: Field<Box<str>>,
}

impl Place {
    /// The variable, if it is one.
    pub fn variable(&self) -> Option<&str> {
        match &self.field {
            Field::Variable(name) => Some(name),
            Field::Entry(_) | Field::Word | Field::Run | Field::Manifest(_) => None,
        }
    }

    /// Whether it is what a `Middleware` lets Traefik ask.
    pub fn is_asked(&self) -> bool {
        self.object.kind == Kind::Middleware
    }

    /// Whether a hand-written pod is told it.
    pub fn is_by_hand(&self) -> bool {
        self.path().is_some() && !self.is_asked()
    }

    /// The object.
    pub fn object(&self) -> &ObjectId {
        &self.object
    }

    /// The path in a manifest.
    pub fn path(&self) -> Option<&str> {
        match &self.field {
            Field::Manifest(path) => Some(path),
            _ => None,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.object, self.field)
    }
}

/// Whether a program is told where to go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// Here.
    Here(Place),
    /// Here, but with something else: what.
    Otherwise(Place, String),
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

/// Whether a component is told an address: one place that names it as it is
/// will do, as by one host several programs of a namespace may be reached.
pub fn told(values: &[Value<'_>], address: &Address<'_>) -> Told {
    let mut otherwise = None;
    for value in values {
        for mention in mentions(value.text, address.host) {
            let own = mention.own_port();
            let port = own.or_else(|| beside(values, value.field));
            let Some(other) = address.differs(values, &mention, port) else {
                return Told::Here(value.place());
            };
            otherwise.get_or_insert_with(|| Told::Otherwise(value.place(), other));
        }
    }
    otherwise.unwrap_or(Told::Nowhere)
}

/// Whether the variables that a `connect` names say its address: each that
/// names the host says nothing else. A topology may set all of them otherwise;
/// then the address may stand anywhere.
pub fn told_by(variables: &Variables, values: &[Value<'_>], address: &Address<'_>) -> Told {
    let own = |name: &Option<String>| {
        let name = name.as_deref()?;
        values.iter().find(|value| value.field == Field::Variable(name))
    };
    let port = own(&variables.port).and_then(|value| value.text.trim().parse().ok());
    let port = port.or_else(|| pair(values, variables.host.as_deref()?));
    let mut here = None;
    for value in [own(&variables.host), own(&variables.url)].into_iter().flatten() {
        for mention in mentions(value.text, address.host) {
            let port = mention.own_port().or(port);
            if let Some(other) = address.differs(values, &mention, port) {
                return Told::Otherwise(value.place(), other);
            }
            here.get_or_insert_with(|| value.place());
        }
    }
    here.map_or_else(|| told(values, address), Told::Here)
}

impl Value<'_> {
    /// The place in the topology that says it, where the topology itself does.
    pub fn said_in(&self, settings: &Settings) -> Option<Span> {
        let span = match self.field {
            Field::Variable(name) => settings.env.get(name).map(|at| at.span),
            Field::Entry(_) => {
                let mut files = settings.config_files.values();
                files.find(|at| *at.value.0 == *self.text).map(|at| at.span)
            }
            Field::Word => {
                let words = [&settings.args, &settings.command];
                words.into_iter().flatten().map(|at| at.span).find(|span| *span != NOWHERE)
            }
            Field::Run => {
                let mut probes = settings.probes.values();
                let runs = |check: &Check| match check {
                    Check::Exec(words) => words.iter().any(|word| word == self.text),
                    Check::Http { .. } | Check::Tcp { .. } => false,
                };
                probes.find(|at| runs(&at.value.check)).map(|at| at.span)
            }
            Field::Manifest(_) => None,
        };
        span.filter(|span| *span != NOWHERE)
    }

    /// Its object and field.
    pub fn place(&self) -> Place {
        Place { object: self.object.id.clone(), field: self.field.to_owned() }
    }
}

impl Mention<'_> {
    /// The port that the text itself says.
    fn own_port(&self) -> Option<u16> {
        self.port.or(match self.scheme {
            Some("http") => Some(80),
            Some("https") => Some(443),
            _ => None,
        })
    }
}

impl Address<'_> {
    /// What a mention says that isn't so, as in `port 80`. A host alone has its
    /// port in a variable beside it.
    fn differs(
        &self,
        values: &[Value<'_>],
        mention: &Mention<'_>,
        port: Option<u16>,
    ) -> Option<String> {
        if let Some(port) = port.filter(|port| *port != self.port) {
            return Some(format!("port {port}"));
        }
        if let (Some(tls), Some(scheme)) = (self.tls, mention.scheme)
            && (scheme == "https") != tls
        {
            return Some(format!("scheme {scheme}"));
        }
        let path = self.path.filter(|path| !path.is_empty())?;
        let alone = |other: &Value<'_>| other.text.trim_end_matches('/') == path;
        let right = mention.path == path || (mention.path.is_empty() && values.iter().any(alone));
        (!right).then(|| match mention.path {
            "" => format!("path than `{path}`"),
            other => format!("path `{other}`"),
        })
    }
}

/// What the name of a variable for a host begins with: `API_` of `API_HOST`, `PG` of
/// `PGHOST`, in letters of either size.
pub fn before_host(name: &str) -> Option<&str> {
    ["HOSTNAME", "HOST", "FQDN"].iter().find_map(|end| {
        let (start, last) = name.split_at_checked(name.len().checked_sub(end.len())?)?;
        last.eq_ignore_ascii_case(end).then_some(start)
    })
}

/// The port in the variable that is called as that of a host is, but for its end:
/// `API_PORT` for `API_HOST`.
pub fn pair(values: &[Value<'_>], host: &str) -> Option<u16> {
    // What is called so is mostly where the program itself listens.
    const ITS_OWN: [&str; 7] = ["", "APP_", "HTTP_", "LISTEN_", "SERVER_", "SERVICE_", "WEB_"];
    let last_word = || host.strip_suffix(host.rsplit('_').next()?);
    let start = before_host(host).or_else(last_word)?;
    if ITS_OWN.iter().any(|own| own.eq_ignore_ascii_case(start)) {
        return None;
    }
    let is_port =
        |name: &str| name.strip_prefix(start).is_some_and(|end| end.eq_ignore_ascii_case("PORT"));
    let own =
        values.iter().find(|value| matches!(value.field, Field::Variable(name) if is_port(name)));
    own?.text.trim().parse().ok()
}

/// The port in the variable that goes with the variable of a host: the name
/// ends in `PORT`, and the longest start is the same.
fn beside(values: &[Value<'_>], field: Field<&str>) -> Option<u16> {
    let name_of = |field| match field {
        Field::Variable(name) | Field::Entry(name) => Some(name),
        Field::Word | Field::Run | Field::Manifest(_) => None,
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
        let mentions = |text, host| mentions(text, host).next();
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
            assert_eq!(mentions(text, "elasticsearch").next(), None, "{text}");
        }
    }
}
