//! Ways around a Traefik: names and addresses of another namespace's Services,
//! aliases that lead past it, ports of nodes, and pods that pass for others.
//!
//! Texts are at hand only while the objects of a namespace are, so what they
//! name is kept and looked up when all namespaces are known.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::net::Ipv4Addr;
use std::sync::Arc;

use jtc_syntax::Span;
use memchr::memchr;
use serde_json::Value;

use super::ground::Ground;
use super::unasked::host::takes;
use super::unasked::{called, in_pairs, is_for_others, option_of};
use super::{Evidence, rights};
use crate::components::manifests;
use crate::components::program::{Home, Peer};
use crate::components::site::Made;
use crate::diagnostics::{Report, closed as d, j0516_not_let_in, named, outside as o, suggest};
use crate::model::object::{Body, Kind, Object};
use crate::model::resolved::World;
use crate::moved::Places;
use crate::network::addresses::{full_name, is_of_network, of_name, spoken};
use crate::network::others::{is_name_for_others, key, may_hold_host};
use crate::network::policy::Direction;
use crate::network::values::{Field, Values};
use crate::network::{Found, Origin, Pods, Resolved, Service, ServiceKind, Space};

/// A word of a text that may name something of another namespace.
#[derive(Clone, Debug, Hash)]
pub struct Named {
    origin: Origin,
    /// The place of the value, and what it is called.
    span: Span,
    field: String,
    word: String,
    /// The namespace that asks, and the component; none for manifests.
    from: Arc<str>,
    component: Option<Arc<str>>,
    what: What,
    /// Whether it may be asked for what it says, as what programs are told.
    asks: bool,
}

impl Places for Named {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        see(&mut self.origin.source);
        see(&mut self.span);
    }
}

/// What a word looks like.
#[derive(Clone, Debug, Hash)]
enum What {
    /// A name of the cluster's DNS: namespace, Service, whether it can be
    /// nothing else.
    Name(Arc<str>, String, bool),
    /// An address.
    Address,
}

/// What is said of an object in its texts, for what it says is no reference.
const WITHOUT_TEXTS: [&str; 10] = [
    "NetworkPolicy",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "IngressRoute",
    "IngressRouteUDP",
    "IngressRouteTCP",
    "Namespace",
    "Service",
];

/// Finds words that may name something of another namespace.
pub(super) fn find(
    world: &World<'_>,
    home: &Home<'_>,
    made: &Made,
    values: &Values<'_>,
) -> Vec<Named> {
    let domain = &home.cluster.dns_domain;
    let mut look = Look { world, domain, component: None, found: Vec::new() };
    for program in &made.programs {
        look.component = Some(program.component.clone());
        let all = values.get(&program.component).iter().chain(values.run(&program.component));
        for (before, value) in in_pairs(all) {
            if memchr(b'.', value.text.as_bytes()).is_none() {
                continue;
            }
            let object = value.object;
            let place = || {
                let said = || value.said_in(&program.settings).unwrap_or(object.source);
                (!is_for_others(before, value)).then(said)
            };
            if matches!(value.field, Field::Entry(_)) {
                // Few texts have such a word at all, comments or not.
                let own = object.id.namespace.as_deref().unwrap_or(home.namespace);
                if !dotted(value.text).any(|(_, word, _)| look.what(own, word).is_some()) {
                    continue;
                }
                for line in spoken(value.text, &['.']) {
                    look.text(object, &place, &value.field, (home.namespace, key(line)), line);
                }
            } else {
                let name = called(before, value);
                look.text(object, &place, &value.field, (home.namespace, name), value.text);
            }
        }
    }
    look.component = None;
    for object in made.objects.iter().filter(|object| &*object.component == manifests::COMPONENT) {
        let Body::Value(value) = &object.body else { continue };
        if object.id.kind == Kind::Crd || WITHOUT_TEXTS.contains(&object.id.kind.as_str()) {
            continue;
        }
        for part in ["spec", "data", "stringData"] {
            look.value(object, home.namespace, part, value.get(part).unwrap_or(&Value::Null));
        }
    }
    look.found
}

struct Look<'l> {
    world: &'l World<'l>,
    domain: &'l str,
    /// Whose texts are looked at; nobody's for manifests.
    component: Option<Arc<str>>,
    found: Vec<Named>,
}

impl Look<'_> {
    fn value(&mut self, object: &Object, home: &str, path: &str, value: &Value) {
        match value {
            Value::String(text) => {
                let name = path.rsplit('.').next();
                self.text(object, &|| Some(object.source), &path, (home, name), text);
            }
            Value::Array(items) => {
                let mut before = None;
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    // An option may stand in the word before its value.
                    let option = item.as_str().and_then(option_of);
                    match (item.as_str(), option.or(before)) {
                        (Some(text), Some(name)) => {
                            self.called(object, &path, (home, name), text);
                        }
                        _ => self.value(object, home, &path, item),
                    }
                    before = option.filter(|option| item.as_str() == Some(option));
                }
            }
            Value::Object(fields) => {
                // A variable of a container.
                let text = |field: &str| fields.get(field).and_then(Value::as_str);
                if let (Some(name), Some(text)) = (text("name"), text("value")) {
                    let path = format!("{path}.value");
                    self.called(object, &path, (home, name), text);
                }
                for (name, field) in fields {
                    self.value(object, home, &format!("{path}.{name}"), field);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A text of a manifest that is called so, unless it is for others.
    fn called(&mut self, object: &Object, path: &str, (home, name): (&str, &str), text: &str) {
        let place = || (!is_name_for_others(name)).then_some(object.source);
        self.text(object, &place, &path, (home, Some(name)), text);
    }

    /// `name` is what the text is called.
    /// `place` is the place of the text, for those that are looked at: it is asked
    /// when there is a word to be kept, as of most texts none is.
    fn text(
        &mut self,
        object: &Object,
        place: &dyn Fn() -> Option<Span>,
        field: &dyn Display,
        (home, name): (&str, Option<&str>),
        text: &str,
    ) {
        let own = object.id.namespace.as_deref().unwrap_or(home);
        for (before, word, after) in dotted(text) {
            let Some(what) = self.what(own, word) else { continue };
            // The name of a logger, a module or a file may look like one.
            if matches!(what, What::Name(_, _, false)) && !is_host(before, after, name) {
                continue;
            }
            let Some(span) = place() else { return };
            let again = self.found.iter().rev().take(8).any(|found| {
                found.word == word && found.span == span && found.origin.id == object.id
            });
            if !again {
                self.found.push(Named {
                    origin: Origin { id: object.id.clone(), source: object.source },
                    span,
                    field: field.to_string(),
                    word: word.to_owned(),
                    from: own.into(),
                    component: self.component.clone(),
                    what,
                    asks: !matches!(object.id.kind, Kind::Other(_)),
                });
            }
        }
    }

    fn what(&self, own: &str, word: &str) -> Option<What> {
        // DNS takes large letters for small ones (RFC 4343).
        let small = word.bytes().any(|byte| byte.is_ascii_uppercase());
        let small = small.then(|| word.to_ascii_lowercase());
        let word = small.as_deref().unwrap_or(word);
        if word.starts_with(|c: char| c.is_ascii_digit())
            && let Ok(address) = word.parse::<Ipv4Addr>()
        {
            // Where a program listens is no address of another.
            let is_own = address.is_unspecified() || address.is_loopback();
            return (!is_own).then_some(What::Address);
        }
        let within =
            word.strip_suffix(self.domain).and_then(|rest| rest.strip_suffix('.')).unwrap_or(word);
        let (before, last) = within.rsplit_once('.')?;
        let (service, namespace, certain) = match before.rsplit_once('.') {
            Some((service, namespace)) if last == "svc" => {
                (service.rsplit('.').next().unwrap_or(service), namespace, true)
            }
            // The name of a pod, by the search list of the resolver.
            Some((_, service)) => (service, last, false),
            None => (before, last, within.len() < word.len()),
        };
        let reapers = self.world.reapers.as_ref().map(|reapers| reapers.name);
        let known = namespace != own
            && (self.world.by_name.contains_key(namespace) || reapers == Some(namespace));
        known.then(|| What::Name(namespace.into(), service.to_owned(), certain))
    }
}

/// Whether a word that may be a host is one, by what stands around it: `name` is
/// what the text is called.
fn is_host(before: &str, after: &str, name: Option<&str>) -> bool {
    let mut next = after.trim_start_matches(['"', '\'']).bytes();
    let (first, second) = (next.next(), next.next());
    let has_port = first == Some(b':') && second.is_some_and(|byte| byte.is_ascii_digit());
    if let Some(before) = before.strip_suffix("://") {
        let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '+');
        return is_of_network(start.and_then(|at| before.get(at + 1..)).unwrap_or(before));
    }
    let is_path = before.ends_with('/');
    let is_key = matches!(first, Some(b'=' | b'(' | b'[' | b':')) && !has_port;
    !is_path && !is_key && (has_port || before.ends_with('@') || name.is_some_and(may_hold_host))
}

/// The words of a text that have a dot inside, each with what stands around it. Most texts
/// have few dots, so that these are looked for first, and the words around them
/// then.
fn dotted(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let dot = memchr(b'.', rest.as_bytes())?;
            let (before, after) = rest.split_at(dot);
            let start = before.bytes().rev().take_while(|byte| of_name(*byte)).count();
            let end = after.bytes().take_while(|byte| of_name(*byte)).count();
            let word = rest.get(dot - start..dot + end).unwrap_or_default();
            rest = after.get(end..).unwrap_or_default();
            // An option, as `-Dlog.level`.
            let is_option = word.starts_with('-');
            let word = word.trim_matches(['.', '-']);
            if word.contains('.') && !is_option {
                return Some((before.get(..dot - start).unwrap_or_default(), word, rest));
            }
        }
    })
}

/// Reports every way around.
pub(super) fn check(ground: &Ground<'_>, evidence: &Evidence, report: &mut Report) {
    texts(ground, evidence, report);
    for (name, space) in ground.net.spaces() {
        for service in space.services.values() {
            alias(ground, evidence, name, service, report);
            exposed(space, service, report);
        }
        for pods in &space.pods {
            if pods.host_network {
                let help = "take `hostNetwork` out";
                report.push(d::opened(&pods.origin, "uses the network of its node", help));
            } else if let Some(port) = pods.ports.iter().find_map(|port| port.host_port) {
                let clause = format!("opens the port {port} of its node");
                report.push(d::opened(
                    &pods.origin,
                    &clause,
                    "take `hostPort` out, and let a route lead to its Service",
                ));
            }
            if pods.mistaken {
                let app = pods.labels.get("app").unwrap_or_default();
                let meant = |own: &&Pods| !own.mistaken && own.labels.get("app") == Some(app);
                if let Some(own) = space.pods.iter().find(meant) {
                    report.push(d::mistaken(pods, own, app));
                }
            }
        }
        for right in &space.rights {
            rights::check(name, right, report);
        }
    }
}

fn texts(ground: &Ground<'_>, evidence: &Evidence, report: &mut Report) {
    let mut addresses: BTreeMap<&str, (&str, &Service)> = BTreeMap::new();
    let balanced = ground.net.outside_addresses();
    for (name, space) in ground.net.spaces() {
        for service in space.services.values() {
            addresses.extend(service.cluster_ips.iter().map(|ip| (ip.as_str(), (name, service))));
        }
    }
    let outside = externals(evidence, ground, report);
    for named in evidence.named() {
        if !outside.is_empty() && outside.contains(&*named.word.to_ascii_lowercase()) {
            continue;
        }
        if let What::Address = &named.what
            && let Some((namespace, service)) = balanced.get(named.word.as_str())
            && evidence.policies
            && named.asks
            && **namespace != *named.from
            && !evidence.enters((&named.from, named.component.as_deref()), namespace)
        {
            let place = (named.span, named.field.as_str());
            report.push(d::balanced(&named.origin, place, &named.word, namespace, &service.origin));
        }
        let mut near = None;
        let found = match &named.what {
            What::Name(namespace, service, certain) => {
                let there = ground.net.space(namespace);
                match there.and_then(|space| space.services.get(service.as_str())) {
                    Some(service) => {
                        // An alias, as that of the reapers, stands for where it leads.
                        let name = &*service.origin.id.name;
                        Some(match ground.net.follow((namespace, None), name) {
                            (aliases, Resolved::Service(there)) if !aliases.is_empty() => {
                                (there.namespace, &*there.service.origin.id.name)
                            }
                            _ => (&**namespace, name),
                        })
                    }
                    None if !certain => None,
                    None => {
                        let known = there.into_iter().flat_map(|space| space.services.values());
                        let known = known.map(|service| &*service.origin.id.name);
                        near = Some((&**service, suggest(service, known)));
                        Some((&**namespace, service.as_str()))
                    }
                }
            }
            What::Address => addresses
                .get(named.word.as_str())
                .filter(|(namespace, _)| **namespace != *named.from)
                .map(|(namespace, service)| (*namespace, &*service.origin.id.name)),
        };
        if let Some((namespace, app)) = found {
            let is_traefik = near.is_none() && is_traefik(ground, namespace, app);
            let from = (&*named.from, named.component.as_deref());
            if is_traefik && enters_by(ground, evidence, from, (namespace, &named.word)) {
                continue;
            }
            let app = near.and_then(|(_, near)| near).unwrap_or(app);
            let told = named::Named {
                origin: &named.origin,
                place: (named.span, named.field.as_str()),
                word: &named.word,
                namespace,
                component: component(ground, evidence, namespace, app),
                by_hand: named.component.is_none(),
                has_traefik: !ground.traefiks(namespace).is_empty(),
                is_traefik,
                missing: near.map(|(missing, near)| (missing, near.is_some())),
            };
            let is_reaper = evidence.demands().any(|demand| {
                let Peer::Traefik { asks, .. } = &*demand.to else { return false };
                asks.version.is_some()
                    && demand.namespace == named.from
                    && named.component.as_ref() == Some(&demand.component)
            });
            let found = named::named(&told);
            report.push(if is_reaper { named::of_reaper(found) } else { found });
        }
    }
}

/// Whether a program comes to the Traefik behind a Service by a name of it.
pub(super) fn enters(
    ground: &Ground<'_>,
    evidence: &Evidence,
    from: (&str, Option<&str>),
    (there, host): (Found<'_>, &str),
) -> bool {
    is_traefik(ground, there.namespace, &there.service.origin.id.name)
        && enters_by(ground, evidence, from, (there.namespace, host))
}

/// By a `connect` one may come to the Traefik by any name that a route takes.
fn enters_by(
    ground: &Ground<'_>,
    evidence: &Evidence,
    from: (&str, Option<&str>),
    (namespace, host): (&str, &str),
) -> bool {
    evidence.enters(from, namespace) && takes(ground, namespace, host)
}

/// Whether a Service leads to a Traefik.
fn is_traefik(ground: &Ground<'_>, namespace: &str, service: &str) -> bool {
    ground.net.space(namespace).is_some_and(|space| {
        let mut behind = space.services.get(service).into_iter().flat_map(|own| space.behind(own));
        behind.any(|pods| pods.traefik.is_some())
    })
}

/// The component behind a Service, as `connect` names it: by a Traefik one comes
/// to the server.
pub(super) fn component<'e>(
    ground: &Ground<'e>,
    evidence: &'e Evidence,
    namespace: &str,
    service: &'e str,
) -> &'e str {
    const SERVER: &str = "server";
    let space = ground.net.space(namespace);
    let behind = space.and_then(|space| {
        let service = space.services.get(service)?;
        space.behind(service).map(|pods| (&*pods.component, pods.traefik.is_some())).next()
    });
    match behind {
        Some((_, true)) if space.is_some_and(|space| space.pods_of(SERVER).next().is_some()) => {
            SERVER
        }
        Some((component, _)) if component != manifests::COMPONENT => component,
        _ => evidence.component(namespace, service),
    }
}

/// Reports each external that is a name of the cluster, and gives the hosts.
fn externals<'e>(
    evidence: &'e Evidence,
    ground: &Ground<'_>,
    report: &mut Report,
) -> BTreeSet<&'e str> {
    let mut hosts = BTreeSet::new();
    for (external, namespace, service) in evidence.astray() {
        let app = component(ground, evidence, namespace, &service.origin.id.name);
        let app = Some(app).filter(|_| !ground.traefiks(namespace).is_empty());
        let (name, place) = (&external.name, (external.span, &*external.host));
        report.push(d::external(name, place, namespace, app, &service.origin));
        hosts.insert(&*external.host);
    }
    for external in &evidence.externals {
        let whole = full_name(&external.host, ground.net.dns_domain());
        let Some((service, namespace)) = whole.filter(|(_, name)| ground.net.space(name).is_some())
        else {
            continue;
        };
        if let (_, Resolved::Nothing) = ground.net.follow(("", None), &external.host)
            && evidence.demands().any(|demand| external.is_asked(demand))
        {
            let place = (external.span, &*external.host);
            report.push(o::no_service(&external.name, place, service, namespace));
        }
    }
    hosts
}

/// An alias that leads to another namespace.
fn alias(
    ground: &Ground<'_>,
    evidence: &Evidence,
    name: &str,
    service: &Service,
    report: &mut Report,
) {
    let ServiceKind::ExternalName(host) = &service.kind else { return };
    let (_, resolved) = ground.net.follow((name, None), &service.origin.id.name);
    let Resolved::Service(Found { namespace, space, service: target }) = resolved else { return };
    let by_traefik = space.behind(target).all(|pods| pods.traefik.is_some());
    if namespace != name && !by_traefik {
        let app = component(ground, evidence, namespace, &target.origin.id.name);
        let whole = format!("traefik.{namespace}.svc.{}", ground.net.dns_domain());
        let alias = (&service.origin, host.as_str(), whole.as_str());
        report.push(d::past(alias, namespace, &target.origin, app));
    }
}

/// A port of pods behind a Service to which no policy lets anybody from outside; those
/// of load balancers of the topology are walked.
fn shut<'s>(space: &'s Space, service: &'s Service) -> Option<(&'s Pods, u16)> {
    let ranges: Vec<&str> = service.ranges.iter().map(String::as_str).collect();
    let ports = service.ports.iter().flat_map(|port| {
        space
            .behind(service)
            .filter_map(|pods| Some((pods, pods.port(&port.target, port.protocol)?, port.protocol)))
    });
    ports.into_iter().find_map(|(pods, number, protocol)| {
        let policies = space.policies_about(pods, Direction::Ingress);
        let mut rules = policies.filter_map(|policy| policy.rules(Direction::Ingress)).peekable();
        let guarded = rules.peek().is_some();
        let open = rules.flatten().any(|rule| rule.may_enter(&ranges, pods, (number, protocol)));
        (guarded && !open).then_some((pods, number))
    })
}

/// A Service with an address outside that isn't Traefik's, or that leads to one where
/// nobody is let in.
fn exposed(space: &Space, service: &Service, report: &mut Report) {
    let Some(clause) = service.opening() else { return };
    let mut behind = space.behind(service).peekable();
    if behind.peek().is_some() && behind.all(|pods| pods.traefik.is_some()) {
        report.extend(shut(space, service).map(|(pods, port)| {
            j0516_not_let_in::outside(&service.origin, clause, &pods.origin, port)
        }));
        return;
    }
    let help = if service.external_ips.is_empty() {
        "write `type: ClusterIP`, and let a `route` lead to it from a Traefik with a `load-balancer`"
    } else {
        "write `type: ClusterIP` without `externalIPs`, and let a `route` lead to it from a Traefik with a `load-balancer`"
    };
    report.push(d::opened(&service.origin, clause, help));
}
