//! Addresses of the namespace's own Services in the texts of a program that
//! nobody lets there, as it has no `connect`, and names that aren't any there.
//! Full names of other namespaces are looked for in [`around`](super::around).

mod alone;
mod asked;
mod beyond;
mod by_hand;
mod called;
pub(super) mod host;
mod said;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use called::{called, in_pairs, is_for_others, option_of};
use indexmap::IndexMap;
pub(super) use said::Said;

use said::{Asking, Form};

use super::ground::Ground;
use super::walk::Group;
use super::{Evidence, Seen, around, demand};
use crate::components::build::alias;
use crate::components::program::{Home, Knows, Program};
use crate::components::site::Made;
use crate::components::{manifests, reapers};
use crate::diagnostics::{Diag, Report, closed as d, j0514_no_pods, j0563_no_such_port};
use crate::model::NOWHERE;
use crate::model::settings::Protocol;
use crate::network::addresses::{Address, addresses};
use crate::network::policy::Direction;
use crate::network::values::{FORWARD_AUTH, Field, REDIS, Told, Value, Values};
use crate::network::{Found, Pods, Resolved, ServiceKind, ServicePort, Space};

/// The addresses in what the topology itself says to programs. What a `connect`
/// tells is walked with its path.
pub(super) fn find(home: &Home<'_>, made: &Made, values: &Values<'_>) -> Vec<Said> {
    let namespace: Arc<str> = home.namespace.into();
    let mut said = Vec::new();
    // Most programs are told all they are told by the compiler.
    let says = |program: &&Program| {
        let mut probes = program.settings.probes.values();
        demand::says(program, |_, span| span != NOWHERE) || probes.any(|at| at.span != NOWHERE)
    };
    for program in made.programs.iter().filter(says) {
        let all = values.get(&program.component);
        let by_proxy = asks_proxy(all);
        let run = values.run(&program.component);
        for (before, value) in in_pairs(all.iter().chain(run)) {
            // Most texts are the compiler's own.
            let Some(span) = value.said_in(&program.settings) else { continue };
            if is_asked(program, value.field) || is_for_others(before, value) {
                continue;
            }
            let from = (&namespace, &program.component);
            let asking = Asking::of(value.field, by_proxy);
            let name = called(before, value);
            said.extend(mentioned(home, all, value).map(|address| {
                let surely = reapers::is_own_url(program, name, (value.text, address.1.host));
                let said = Said::new(from, span, value, address, asking);
                if surely { said.surely() } else { said }
            }));
        }
    }
    said.extend(asked::of(home, made, values));
    said.extend(by_hand::of(home, made));
    said
}

/// The addresses that a text says; `all` are the texts of its program.
fn mentioned<'t>(
    home: &Home<'_>,
    all: &[Value<'_>],
    value: &Value<'t>,
) -> impl Iterator<Item = (Form, Address<'t>)> {
    let is_file = matches!(value.field, Field::Entry(_));
    addresses(value.text, is_file, &home.cluster.dns_domain)
        .map(|address| (Form::of(&address), address))
        .chain(alone::of(all, value))
}

/// Whether a program asks a proxy for what is outside.
fn asks_proxy(values: &[Value<'_>]) -> bool {
    values.iter().any(|value| match value.field {
        Field::Variable(name) => PROXIES.iter().any(|proxy| name.eq_ignore_ascii_case(proxy)),
        _ => false,
    })
}

/// Variables that name the proxy that a program asks.
const PROXIES: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/// Whether a variable is one that a `connect` names.
fn is_asked(program: &Program, field: Field<&str>) -> bool {
    let Field::Variable(name) = field else { return false };
    program.talks.iter().any(|talk| {
        let Knows::FromConnect(variables) = &talk.knows else { return false };
        let own = [&variables.host, &variables.port, &variables.url];
        own.into_iter().flatten().any(|own| own == name)
    })
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug)]
enum Wrong<'n> {
    /// No policy lets it through.
    Shut {
        there: Found<'n>,
        /// The port, where it is said.
        port: Option<&'n ServicePort>,
        /// Another port of the Service that policies let through.
        open: Option<u16>,
    },
    /// The Service has no such port.
    NoPort(Found<'n>, u16),
    /// Its pods don't declare what its port leads to.
    NoTarget(Found<'n>, &'n ServicePort),
    /// Its pods speak no TLS.
    NoTls(Found<'n>),
    /// It is a Traefik without a route for that host, but for that of this alias.
    NoRoute { there: Found<'n>, alias: &'n str },
    /// It is a name of another namespace's Service, and none here.
    NoName(Found<'n>),
}

impl<'n> Wrong<'n> {
    fn there(&self) -> Found<'n> {
        match self {
            Self::Shut { there, .. }
            | Self::NoRoute { there, .. }
            | Self::NoPort(there, _)
            | Self::NoTarget(there, _)
            | Self::NoTls(there)
            | Self::NoName(there) => *there,
        }
    }

    /// What is to be done about it where a hand-written pod is told the address.
    fn by_hand(&self, found: Diag, namespace: &str) -> Diag {
        match self {
            Self::Shut { there, port, .. } if there.namespace == namespace => {
                let of_pods = port.and_then(|port| {
                    let mut behind = there.space.behind(there.service);
                    let number = behind.find_map(|pods| pods.port(&port.target, port.protocol));
                    number.filter(|number| *number != port.number)
                });
                d::by_hand(found, None, of_pods)
            }
            Self::Shut { .. } | Self::NoRoute { .. } | Self::NoName(_) => {
                d::by_hand(found, Some(self.there().namespace), None)
            }
            Self::NoPort(..) | Self::NoTarget(..) | Self::NoTls(_) => found,
        }
    }
}

/// Reports each address of the namespace's own Services that a program is told
/// and can't reach, and each that is a name elsewhere.
pub(super) fn check(ground: &Ground<'_>, evidence: &Evidence, report: &mut Report) {
    type Key<'e> = (&'e str, &'e str, String, Option<u16>);
    let mut found: BTreeMap<Key<'_>, (&Said, Wrong<'_>)> = BTreeMap::new();
    let elsewhere = Elsewhere { ground, by_name: OnceCell::new() };
    // What is said of a program is said once.
    let mut beyond: BTreeMap<(&str, &str, String), Diag> = BTreeMap::new();
    let all = evidence.seen.iter().flat_map(|seen| seen.said.iter().map(move |said| (seen, said)));
    for (seen, said) in all {
        let Some((name, space)) = ground.net.spaces_entry(&said.namespace) else { continue };
        let mut told = |diag: Diag| {
            let key = (name, said.address().program, diag.message.clone());
            beyond.entry(key).or_insert(diag);
        };
        if is_walked(seen, said) {
            // Of what is outside a path says nothing.
            let host = said.host.to_ascii_lowercase();
            let is_outside =
                matches!(ground.net.follow((name, Some(space)), &host).1, Resolved::Outside);
            let found = (said.surely && is_outside)
                .then(|| beyond::judge(ground, evidence, seen, (name, space), said));
            found.flatten().into_iter().for_each(told);
            continue;
        }
        if said.place.path() == Some(FORWARD_AUTH) && !said.form.is_web() {
            told(d::no_url(&said.address()));
            continue;
        }
        let counts = said.place.path().is_some_and(|path| path.starts_with(REDIS));
        if counts && (said.port.is_none() || asked::is_itself(&said.host)) {
            told(j0563_no_such_port::redis(&said.address(), said.port));
            continue;
        }
        let is_outside = |host: &str| evidence.externals.iter().any(|own| own.host == host);
        let wrong = judge(ground, evidence, &elsewhere, (name, space), said).filter(|wrong| {
            !(matches!(wrong, Wrong::NoName(_)) && is_outside(&said.host.to_ascii_lowercase()))
        });
        let is_hidden =
            matches!(wrong, Some(Wrong::Shut { .. })) && beyond::is_unknown(ground, space);
        if is_hidden {
            continue;
        }
        let Some(wrong) = wrong else {
            let found = beyond::judge(ground, evidence, seen, (name, space), said);
            let by_hand = said.place.is_by_hand();
            let found = found.map(|diag| if by_hand { d::by_hand(diag, None, None) } else { diag });
            found.into_iter().for_each(told);
            continue;
        };
        let id = wrong.there().service.origin.id.to_string();
        let key = (name, said.address().program, id, said.port);
        found.entry(key).or_insert((said, wrong));
    }
    report.extend(beyond.into_values());
    for ((name, component, ..), (said, wrong)) in found {
        let there = wrong.there();
        let service = &there.service.origin;
        let behind = there.space.behind(there.service).next();
        let asked = match behind {
            Some(pods)
                if there.namespace == name
                    && !matches!(wrong, Wrong::NoName(_))
                    && !(said.place.is_asked() && pods.traefik.is_some()) =>
            {
                &*pods.component
            }
            _ => around::component(ground, evidence, there.namespace, &service.id.name),
        };
        // By an entrypoint of its name one comes to a component.
        let named = match wrong {
            Wrong::Shut { port: Some(port), .. } if there.namespace != name => port.name.as_deref(),
            _ => None,
        };
        let routed = named.and_then(|name| routed_by(ground, there, name));
        let asked = routed.unwrap_or(asked);
        let mut own = evidence.demands().filter(|demand| {
            demand.from() == (name, component) && demand.to(evidence) == (there.namespace, asked)
        });
        // What Traefik asks is told it by no `connect`.
        let connected = match own.next() {
            Some(_) if matches!(wrong, Wrong::Shut { .. }) || said.place.is_asked() => {
                d::Connected::Not
            }
            Some(demand) if demand.is_declared() => d::Connected::Declared,
            Some(_) => d::Connected::ByItself,
            None => d::Connected::Not,
        };
        let whole = format!("{}/{asked}", there.namespace);
        let asked = if there.namespace == name { asked } else { &whole };
        let by_hand = behind.is_some_and(|pods| &*pods.component == manifests::COMPONENT);
        let told = d::Told {
            address: said.address(),
            asked: Some(asked).filter(|_| !by_hand),
            service,
            connected,
        };
        let found = match wrong {
            Wrong::Shut { port, open, .. } => {
                // With a single port there is no choice, and at a Traefik none to say.
                let own = there.namespace == name && there.service.ports.len() > 1;
                // By a Traefik another program is asked, which has a name of its own.
                let traefik = || behind.is_some_and(|pods| pods.traefik.is_some());
                let works = (port.is_some() || said.port.is_none())
                    && !(said.place.is_asked() && traefik());
                let port_name = port.filter(|_| own).and_then(|port| port.name.as_deref());
                let port_name = port_name.or(named.filter(|_| routed.is_some()));
                d::unasked(&told, port_name, open, works)
            }
            Wrong::NoPort(_, port) => {
                let known = there.service.ports.iter().map(|own| own.number.to_string());
                d::no_port(&told, port, &known.collect::<Vec<_>>())
            }
            Wrong::NoTarget(_, port) => j0514_no_pods::target(&told, port),
            Wrong::NoTls(_) => d::no_tls(&told),
            Wrong::NoRoute { alias, .. } => d::no_route(&told, there.namespace, alias),
            Wrong::NoName(_) => d::no_name(&told, there.namespace, name),
        };
        report.push(if said.place.is_by_hand() { wrong.by_hand(found, name) } else { found });
    }
}

/// The component to which routes lead at an entrypoint of a Traefik.
fn routed_by<'n>(ground: &'n Ground<'n>, there: Found<'n>, entrypoint: &str) -> Option<&'n str> {
    let running = ground.traefiks(there.namespace).iter();
    let routers = running.flat_map(|running| &running.instance.routers);
    let mut here = routers.filter(|router| {
        router.status.is_enabled()
            && router.served.iter().any(|served| *served.entry_point == *entrypoint)
    });
    here.find_map(|router| {
        let backend = router.service.as_ref()?.backends().into_iter().next()?;
        let space = ground.net.space(&backend.service.namespace)?;
        let pods = space.behind(space.services.get(&*backend.service.name)?).next()?;
        Some(&*pods.component).filter(|component| *component != manifests::COMPONENT)
    })
}

/// Whether a path tells of this place, where it says something else than it should.
fn is_walked(seen: &Seen, said: &Said) -> bool {
    let mut own = seen.demands.iter().filter(|demand| demand.component == said.component);
    own.any(|demand| {
        let mut instead = demand.elsewhere.iter().flatten();
        matches!(&demand.told, Some(Told::Otherwise(place, _)) if *place == said.place)
            || instead.any(|instead| instead.place == said.place)
    })
}

/// What is wrong with an address, if anything is.
fn judge<'n>(
    ground: &Ground<'n>,
    evidence: &Evidence,
    elsewhere: &Elsewhere<'n, '_>,
    (name, space): (&'n str, &'n Space),
    said: &Said,
) -> Option<Wrong<'n>> {
    let host = said.host.to_ascii_lowercase();
    let (named, there) = match ground.net.follow((name, Some(space)), &host) {
        (aliases, Resolved::Service(there)) => (aliases.first().copied().unwrap_or(there), there),
        (aliases, Resolved::Nothing) if aliases.is_empty() => {
            let found = elsewhere.find(&host)?;
            // A word may be something else, but for one with a port that is there.
            let has = |number| found.service.ports.iter().any(|own| own.number == number);
            let is_sure = said.form != Form::Word || said.port.is_some_and(has);
            return is_sure.then_some(Wrong::NoName(found));
        }
        _ => return None,
    };
    // The whole name of another namespace's Service is told as a way around, but for that
    // of a Traefik to which a `connect` leads, perhaps at another port.
    let from = (name, Some(&*said.component).filter(|_| !said.place.is_by_hand()));
    if named.namespace != name && !around::enters(ground, evidence, from, (there, &said.host)) {
        return None;
    }
    let ports = &there.service.ports;
    let spoken = |port: &&ServicePort| said.form.protocol().is_none_or(|own| own == port.protocol);
    let known: Vec<&ServicePort> = match said.port {
        Some(number) => ports.iter().filter(|own| own.number == number).filter(spoken).collect(),
        None => Vec::new(),
    };
    let port = match said.form {
        Form::Word if known.is_empty() && said.port.is_some_and(is_count) => return None,
        // The variable beside it may be about something else.
        Form::Host if known.is_empty() => None,
        _ => said.port,
    };
    let own = said.groups((name, space));
    let behind: Vec<&Pods> = there.space.behind(there.service).collect();
    let itself = |pods: &&Pods| own.iter().any(|own| own.pods.origin == pods.origin);
    // What Traefik asks of itself may go to another of its pods.
    let is_itself = !said.place.is_asked() && behind.iter().any(itself);
    if own.is_empty() || behind.is_empty() || is_itself {
        return None;
    }
    let shut = |number: &dyn Fn(&Pods) -> Option<u16>, protocol| {
        own.iter()
            .all(|own| behind.iter().all(|pods| is_shut(*own, there, pods, number(pods), protocol)))
    };
    let is_closed =
        |port: &&ServicePort| shut(&|pods| pods.port(&port.target, port.protocol), port.protocol);
    let open = ports.iter().find(|port| !is_closed(port));
    // The name of a headless Service means the pods themselves, at any port.
    let headless = there.service.kind == ServiceKind::Headless;
    let open = open.and_then(|port| match behind.first() {
        Some(pods) if headless => pods.port(&port.target, port.protocol),
        _ => Some(port.number),
    });
    let first = known.first().copied();
    let is_shut = match port {
        Some(number) if headless => {
            let spoken = said.form.protocol();
            let all = [Protocol::Tcp, Protocol::Udp].into_iter();
            all.filter(|own| spoken.is_none_or(|spoken| spoken == *own))
                .all(|protocol| shut(&|_| Some(number), protocol))
        }
        Some(number) if known.is_empty() => {
            if open.is_some() {
                return Some(Wrong::NoPort(there, number));
            }
            true
        }
        Some(_) => known.iter().all(is_closed),
        None => open.is_none(),
    };
    let is_plain = || said.form == Form::Https && behind.iter().all(|pods| pods.http_alone);
    if is_shut {
        let leads = |port: &&ServicePort| {
            behind.iter().any(|pods| pods.port(&port.target, port.protocol).is_some())
        };
        if let Some(port) = first.filter(|port| !headless && !leads(port)) {
            return Some(Wrong::NoTarget(there, port));
        }
        return Some(Wrong::Shut { there, port: first, open });
    }
    if is_plain() {
        return Some(Wrong::NoTls(there));
    }
    let alias = &*named.service.origin.id.name;
    let asks = (alias, &*host);
    let asks_other = there.namespace != name && said.form == Form::Http;
    let is_strange = asks_other && host::is_strange(ground, there, port?, asks);
    is_strange.then_some(Wrong::NoRoute { there, alias })
}

/// Whether a number behind a word may be something else than a port, as the tag of an
/// image or a share.
fn is_count(number: u16) -> bool {
    number < 1024
}

/// Whether policies keep pods from a port of others.
fn is_shut(
    own: Group<'_>,
    there: Found<'_>,
    pods: &Pods,
    number: Option<u16>,
    protocol: Protocol,
) -> bool {
    let other = Group { namespace: there.namespace, space: there.space, pods };
    number.is_none_or(|number| {
        let port = (number, protocol);
        own.is_forbidden(Direction::Egress, other.end(), pods, port)
            || other.is_forbidden(Direction::Ingress, own.end(), pods, port)
    })
}

/// The Services of all namespaces by name, of each name the first; they are
/// gathered when one is asked for.
struct Elsewhere<'n, 'g> {
    ground: &'g Ground<'n>,
    by_name: OnceCell<IndexMap<&'n str, Found<'n>>>,
}

impl<'n> Elsewhere<'n, '_> {
    /// The Service of another namespace that has this name, or that an alias of
    /// this name would lead to.
    fn find(&self, host: &str) -> Option<Found<'n>> {
        if host.contains('.') {
            return None;
        }
        let net = &self.ground.net;
        let alias = host.strip_prefix(&*alias::name("")).and_then(|name| {
            let (namespace, space) = net.spaces_entry(name)?;
            let service = space.services.get("traefik")?;
            Some(Found { namespace, space, service })
        });
        let by_name = || {
            let mut all = IndexMap::new();
            for (namespace, space) in net.spaces() {
                for service in space.services.values() {
                    let found = Found { namespace, space, service };
                    all.entry(&*service.origin.id.name).or_insert(found);
                }
            }
            all
        };
        alias.or_else(|| self.by_name.get_or_init(by_name).get(host).copied())
    }
}
