//! What Traefik makes of its configuration and the objects it sees: routers,
//! services and middlewares, each built or not.

mod answer;
mod build;
mod headers;
mod http;
mod l4;
mod logins;
mod middlewares;
mod names;
mod ping;
mod references;
mod services;
mod tables;
mod tls;
mod way;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use self::answer::{Answer, Internal, Reached};
pub use self::middlewares::{Action, Built};

use super::access::Access;
use super::config::Config;
use super::fault::{Fault, Target, What};
use super::objects::{IngressRoute, Objects, Protocol, Text};
use super::rule::{Network, Rule};

/// A Traefik that runs.
#[derive(Debug)]
pub struct Instance {
    /// Every router: one for each route of each object, in the order of the
    /// objects. Also those that aren't served.
    pub routers: Vec<Router>,
    /// Every `Middleware`, in the order of the objects.
    pub middlewares: Vec<Built>,
    /// Faults of objects that are no routers: `TraefikService`, TLS.
    pub faults: Vec<Fault>,
    /// Why it serves nothing at all.
    pub blind: Option<Fault>,
    config: Arc<Config>,
    /// Whether it looks at headers.
    reads_headers: bool,
    reads_queries: bool,
    numbers: Vec<String>,
    /// The middlewares before `/ping`; none where Traefik's own router of it isn't
    /// built.
    before_ping: Option<Vec<Vec<usize>>>,
    /// The ranges of addresses that its rules tell clients apart by.
    clients: Vec<Network>,
    /// Routers by entrypoint, the first to be tried first.
    tables: tables::Tables,
}

/// What became of one route.
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
#[derive(Clone, Debug)]
pub struct Router {
    /// What it speaks.
    pub protocol: Protocol,
    /// Its joined name, without `@kubernetescrd`.
    pub id: Text,
    /// The object: its `at`.
    pub at: usize,
    /// The index of the route in the object.
    pub route: usize,
    /// Where it is served; also that it would be, when it is disabled.
    pub served: Vec<Served>,
    /// Names under which the API shows it as disabled, for entrypoints that
    /// Traefik doesn't have: copies of a router that is served elsewhere.
    pub lost: Vec<Text>,
    /// The rule; none over UDP, and when it can't be read.
    pub rule: Option<Arc<Rule>>,
    /// The rule as it is written.
    pub rule_text: Text,
    /// The priority that counts: the one that is written, or the length of the
    /// rule in bytes; −1 for ``HostSNI(`*`)``.
    pub priority: i64,
    /// Middlewares in order: for each the indexes in
    /// [`Instance::middlewares`] of those that have its name. More than one
    /// when names collide.
    pub middlewares: Vec<Vec<usize>>,
    /// Where it leads.
    pub service: Option<Service>,
    /// Whether it takes TLS only.
    pub tls: bool,
    /// Routers below it, by index: `parentRefs`.
    pub children: Vec<usize>,
    /// Whether Traefik serves it.
    pub status: Status,
    /// What else is wrong, whatever the status: with [`Status::Enabled`] it
    /// works, but not as it says.
    pub notes: Vec<Fault>,
    parents: Vec<Text>,
    /// Whether all parents that it names are lost, so that it has none.
    detached: bool,
    passthrough: bool,
    /// The addresses that each middleware of TCP lets through.
    allowed: Vec<Vec<Network>>,
    /// Whether it serves although its status says that it doesn't.
    serves_anyway: bool,
    /// Whether it depends on which of several objects of one name survives.
    unsure: bool,
    /// Whether Traefik never gets to it, as no parent is served on any
    /// entrypoint: the API then shows it as enabled, whatever is wrong with it.
    pub unbuilt: bool,
}

impl Router {
    /// Whether another names it as a parent.
    pub fn is_parent_of(&self, other: &Self) -> bool {
        other.parents.contains(&self.id)
    }

    /// Whether it is given up before anything below it is looked at
    /// (`buildRouterHandler`).
    fn stops_early(&self) -> bool {
        let stops = |fault: &Fault| {
            matches!(
                fault.what,
                What::Priority(_)
                    | What::TlsConflict
                    | What::TlsOption { .. }
                    | What::Missing { target: Target::TlsOption, .. }
            )
        };
        self.status.fault().into_iter().chain(&self.notes).any(stops)
    }

    /// Whether requests get to it.
    pub fn serves(&self) -> bool {
        self.status.is_enabled() || self.serves_anyway
    }
}

/// An entrypoint that serves a router.
#[derive(Clone, Debug, PartialEq)]
pub struct Served {
    /// The entrypoint.
    pub entry_point: Text,
    /// The name of the router there, without `@kubernetescrd`: an entrypoint
    /// with settings of its own makes a copy.
    pub id: Text,
    /// Whether it takes TLS only there.
    pub tls: bool,
    /// Middlewares of the entrypoint, which come first: as in
    /// [`Router::middlewares`].
    pub middlewares: Vec<Vec<usize>>,
    /// Why it is disabled there and only there.
    pub fault: Option<Fault>,
}

/// Whether Traefik serves a router.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// It does.
    Enabled,
    /// The API shows it as disabled, but for [`Router::unbuilt`] ones; requests
    /// get what other routers make of them.
    Disabled(Fault),
    /// It is left out, with a line in the log.
    Absent(Fault),
    /// It is left out, and nothing says so.
    Ignored(Fault),
}

impl Status {
    /// Whether it is served.
    pub fn is_enabled(&self) -> bool {
        *self == Self::Enabled
    }

    /// Why it isn't.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Enabled => None,
            Self::Disabled(fault) | Self::Absent(fault) | Self::Ignored(fault) => Some(fault),
        }
    }
}

/// What a router leads to, with everything looked up.
#[derive(Clone, Debug, PartialEq)]
pub enum Service {
    /// A port of a Kubernetes Service.
    Kubernetes(Arc<Backend>),
    /// One of them, by weight.
    Weighted(Vec<(i64, Service)>),
    /// One of them, by the client's address.
    HighestRandomWeight(Vec<(i64, Service)>),
    /// The first; the others get a copy.
    Mirroring(Box<Service>, Vec<Service>),
    /// The first; the second when that one fails, or answers one of these
    /// statuses.
    Failover(Box<Service>, Box<Service>, Vec<Text>),
    /// Requests pass middlewares first: indexes as in [`Router::middlewares`].
    Through(Vec<Vec<usize>>, Box<Service>),
    /// One of them, as names collide: which is random when Traefik starts.
    Random(Vec<Service>),
    /// Something of another provider, of which nothing is known, or of Traefik
    /// itself: `NAME@PROVIDER`.
    Foreign(Text),
}

/// A port of a Kubernetes Service.
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// The Service.
    pub service: ServiceId,
    /// The index of the port in the Service; none for an `ExternalName` whose
    /// port isn't listed.
    pub port_index: Option<usize>,
    /// The number of the port of the Service.
    pub port: i32,
    /// The name that an `ExternalName` leads to.
    pub external: Option<Text>,
    /// Whether requests go to the Service's address, not to the pods'.
    pub native: bool,
    /// Whether there is no pod to send to: 503.
    pub empty: bool,
    /// Whether there are pods, and all of them terminate: 503 as well.
    pub terminating: bool,
    /// `http`, `https`, `h2c`; `tcp`, `tls` and `udp` for the other routers.
    pub scheme: Text,
    /// Whether the pod sees the caller's `Host`.
    pub pass_host_header: bool,
    /// The `ServersTransport`, as its joined name.
    pub transport: Option<Text>,
    /// The field that refers to it, in which object (`at`).
    pub referred: (usize, String),
}

/// A Kubernetes Service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceId {
    /// Its `at`.
    pub at: usize,
    /// Its namespace.
    pub namespace: Text,
    /// Its name.
    pub name: Text,
}

impl Service {
    /// Every port that may answer, in order; without mirrors.
    pub fn backends(&self) -> Vec<&Arc<Backend>> {
        let mut backends = Vec::new();
        self.collect(&mut backends);
        backends
    }

    /// Every port that requests go to, also those whose answers nobody sees: that of
    /// mirrors.
    pub fn reached(&self) -> Vec<&Arc<Backend>> {
        let mut backends = self.backends();
        let mut services = vec![self];
        while let Some(service) = services.pop() {
            match service {
                Self::Mirroring(service, mirrors) => {
                    services.push(service);
                    for mirror in mirrors {
                        backends.extend(mirror.backends());
                        services.push(mirror);
                    }
                }
                Self::Through(_, service) => services.push(service),
                Self::Weighted(all) | Self::HighestRandomWeight(all) => {
                    services
                        .extend(all.iter().filter(|(weight, _)| *weight > 0).map(|(_, own)| own));
                }
                Self::Failover(service, fallback, _) => services.extend([&**service, &**fallback]),
                Self::Random(all) => services.extend(all),
                Self::Kubernetes(_) | Self::Foreign(_) => {}
            }
        }
        backends
    }

    fn collect<'s>(&'s self, backends: &mut Vec<&'s Arc<Backend>>) {
        match self {
            Self::Kubernetes(backend) => backends.push(backend),
            Self::Weighted(services) | Self::HighestRandomWeight(services) => {
                for (weight, service) in services {
                    if *weight > 0 {
                        service.collect(backends);
                    }
                }
            }
            Self::Mirroring(service, _) | Self::Through(_, service) => service.collect(backends),
            Self::Failover(service, fallback, _) => {
                service.collect(backends);
                fallback.collect(backends);
            }
            Self::Random(services) => {
                for service in services {
                    service.collect(backends);
                }
            }
            Self::Foreign(_) => {}
        }
    }
}

impl Instance {
    /// What Traefik makes of the objects, when it may read all of them.
    pub fn new(config: &Config, objects: &Objects) -> Self {
        Self::with_access(&Arc::new(config.clone()), objects, &Access::everything())
    }

    /// What Traefik makes of the objects that it may read.
    pub fn with_access(config: &Arc<Config>, objects: &Objects, access: &Access) -> Self {
        let mut instance = Self {
            routers: Vec::new(),
            middlewares: Vec::new(),
            faults: Vec::new(),
            blind: blind(config, access),
            config: config.clone(),
            reads_headers: false,
            reads_queries: false,
            numbers: Vec::new(),
            before_ping: None,
            clients: Vec::new(),
            tables: tables::Tables::default(),
        };
        let mut build = Build::new(config, objects, &mut instance);
        build.run();
        let before_ping = build.before_ping();
        let rules = || instance.routers.iter().filter_map(|router| router.rule.as_deref());
        let clients: Vec<Network> = rules().flat_map(Rule::clients).cloned().collect();
        let mut actions = instance.middlewares.iter().map(|built| &built.action);
        instance.reads_queries = rules().any(Rule::reads_queries);
        instance.numbers = rules().flat_map(Rule::numbers).collect();
        instance.reads_headers = rules().any(Rule::reads_headers)
            || actions.any(|action| matches!(action, Ok(Action::Headers(_))));
        instance.before_ping = before_ping;
        instance.clients = clients;
        instance.tables = tables::of(&mut instance.routers, config);
        instance
    }

    /// Whether headers of a request decide about it anywhere.
    pub fn reads_headers(&self) -> bool {
        self.reads_headers
    }

    /// The numbers in paths that its rules name; some number, where an expression may
    /// tell them apart.
    pub fn numbers(&self) -> &[String] {
        &self.numbers
    }

    /// Whether the query of a request decides about it anywhere.
    pub fn reads_queries(&self) -> bool {
        self.reads_queries
    }

    /// The ranges of addresses that its rules tell clients apart by.
    pub fn clients(&self) -> &[Network] {
        &self.clients
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A router and all those below it.
    pub fn with_those_below<'i>(&'i self, router: &'i Router) -> Vec<&'i Router> {
        let mut all = vec![router];
        if router.children.is_empty() {
            return all;
        }
        let mut seen = BTreeSet::new();
        let mut next = 0;
        while let Some(router) = all.get(next).copied() {
            let fresh = router.children.iter().filter(|child| seen.insert(**child));
            all.extend(fresh.filter_map(|child| self.routers.get(*child)));
            next += 1;
        }
        all
    }

    /// The ways down from a router to those that lead to services, each with all
    /// routers on it, by index; of very many ways some.
    pub fn ways_down(&self, index: usize) -> Vec<Vec<usize>> {
        /// With several parents each, few routers have very many ways.
        const MOST: usize = 256;
        let mut ways = Vec::new();
        let mut open = vec![vec![index]];
        while let Some(way) = open.pop() {
            let last = way.last().and_then(|last| self.routers.get(*last));
            let below = last.map_or(&[][..], |router| &router.children);
            if below.is_empty() {
                ways.push(way);
            } else if ways.len() + open.len() < MOST {
                let fresh = below.iter().rev().filter(|child| !way.contains(child));
                open.extend(fresh.map(|child| way.iter().copied().chain([*child]).collect()));
            }
        }
        ways
    }

    /// The rules of the routers on a way down.
    pub fn rules_on(&self, way: &[usize]) -> Vec<Rule> {
        let routers = way.iter().filter_map(|index| self.routers.get(*index));
        routers.filter_map(|router| router.rule.as_deref().cloned()).collect()
    }

    /// The routers of an object.
    pub fn routers_of(&self, at: usize) -> impl Iterator<Item = &Router> {
        self.routers.iter().filter(move |router| router.at == at)
    }
}

/// Why Traefik serves nothing at all.
fn blind(config: &Config, access: &Access) -> Option<Fault> {
    let what = if !config.starts() {
        What::DoesNotStart
    } else if !config.provider {
        What::NoProvider
    } else {
        What::Blind(access.denied(config)?)
    };
    Some(Fault::new(usize::MAX, "", what))
}

/// What is at hand while an instance is made.
struct Build<'b> {
    config: &'b Config,
    objects: &'b Objects,
    instance: &'b mut Instance,
    /// Services of HTTP by joined name.
    http: services::Pool,
    /// Kubernetes Services by namespace and name.
    kube: BTreeMap<(&'b str, &'b str), usize>,
    /// Middlewares by joined name.
    by_name: BTreeMap<Text, Vec<usize>>,
    tcp_by_name: BTreeMap<Text, Vec<usize>>,
    secrets: BTreeMap<(&'b str, &'b str), usize>,
    tls_options: BTreeMap<Text, Vec<usize>>,
    transports: BTreeMap<Text, Vec<usize>>,
    tcp_transports: BTreeMap<Text, Vec<usize>>,
    /// Services of TCP by object and joined name.
    written: BTreeMap<(usize, Text), Service>,
}

impl<'b> Build<'b> {
    fn new(config: &'b Config, objects: &'b Objects, instance: &'b mut Instance) -> Self {
        // Of two objects of one name the API server keeps the last.
        let kube = objects.services.iter().enumerate();
        let kube = kube
            .map(|(index, service)| ((&*service.meta.namespace, &*service.meta.name), index))
            .collect();
        let secrets = objects.secrets.iter().enumerate();
        let secrets = secrets
            .filter(|(_, secret)| {
                !secret
                    .meta
                    .labels
                    .iter()
                    .any(|(key, value)| &**key == "owner" && &**value == "helm")
            })
            .map(|(index, secret)| ((&*secret.meta.namespace, &*secret.meta.name), index))
            .collect();
        Self {
            config,
            objects,
            instance,
            http: services::Pool::default(),
            kube,
            by_name: BTreeMap::new(),
            tcp_by_name: BTreeMap::new(),
            secrets,
            tls_options: BTreeMap::new(),
            transports: BTreeMap::new(),
            tcp_transports: BTreeMap::new(),
            written: BTreeMap::new(),
        }
    }

    fn run(&mut self) {
        self.index();
        let mut drafts = Vec::new();
        for (index, route) in self.objects.routes.iter().enumerate() {
            match self.skipped(route) {
                Some(fault) => self.skip(route, &fault),
                None => match route.protocol {
                    Protocol::Http => self.http_drafts(index, route, &mut drafts),
                    Protocol::Tcp | Protocol::Udp => self.l4_drafts(index, route, &mut drafts),
                },
            }
        }
        self.build_middlewares();
        self.traefik_services();
        self.finish(drafts);
        if let Some(fault) = self.instance.blind.clone().filter(|fault| fault.what.crashes()) {
            for router in &mut self.instance.routers {
                router.status = Status::Absent(fault.clone());
                router.serves_anyway = false;
            }
        }
        // The order of the objects, whatever was skipped.
        let order: BTreeMap<usize, usize> =
            self.objects.routes.iter().enumerate().map(|(n, one)| (one.meta.at, n)).collect();
        let routers = &mut self.instance.routers;
        let mut sorted: Vec<usize> = (0..routers.len()).collect();
        sorted.sort_by_key(|index| {
            routers.get(*index).map(|router| (order.get(&router.at).copied(), router.route))
        });
        if sorted.windows(2).any(|pair| matches!(pair, [a, b] if a > b)) {
            let mut place = vec![0; sorted.len()];
            for (new, old) in sorted.iter().enumerate() {
                if let Some(place) = place.get_mut(*old) {
                    *place = new;
                }
            }
            let mut taken: Vec<Option<Router>> =
                std::mem::take(routers).into_iter().map(Some).collect();
            for old in sorted {
                if let Some(mut router) = taken.get_mut(old).and_then(Option::take) {
                    for child in &mut router.children {
                        *child = place.get(*child).copied().unwrap_or(*child);
                    }
                    routers.push(router);
                }
            }
        }
    }

    /// Why none of the routes of an object counts.
    fn skipped(&self, route: &IngressRoute) -> Option<Fault> {
        if let Some(blind) = &self.instance.blind {
            return Some(Fault::new(route.meta.at, "", blind.what.clone()));
        }
        let fault = |path: &str, what| Some(Fault::new(route.meta.at, path, what));
        if !self.config.watches(&route.meta.namespace) {
            return fault("metadata.namespace", What::NotWatched(route.meta.namespace.clone()));
        }
        if !self.config.label_selector.matches(&route.meta.labels) {
            return fault("metadata.labels", What::NotSelected);
        }
        if !self.config.takes_class(route.class.as_deref()) {
            let wanted = &self.config.ingress_class;
            let wanted = (!wanted.is_empty()).then(|| wanted.clone());
            let found = route.class.clone();
            return fault("spec.ingressClassName", What::OtherClass { found, wanted });
        }
        None
    }

    /// Routers of an object of which none counts.
    fn skip(&mut self, object: &IngressRoute, fault: &Fault) {
        for index in 0..object.routes.len() {
            let mut router = self.router(object, index);
            router.status = match fault.what {
                What::Blind(_) | What::DoesNotStart | What::NoProvider | What::EmptyAuthority => {
                    Status::Absent(fault.clone())
                }
                _ => Status::Ignored(fault.clone()),
            };
            self.instance.routers.push(router);
        }
    }

    /// Whether Traefik sees an object of its own kinds.
    fn sees(&self, meta: &super::objects::Meta) -> bool {
        self.instance.blind.is_none()
            && self.config.watches(&meta.namespace)
            && self.config.label_selector.matches(&meta.labels)
    }
}

use self::names::join;
