//! All namespaces together: what a name leads to, and what policies let
//! through.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::policy::{Direction, End, Policy, Rule};
use super::read::NAMESPACE_NAME;
use super::{Labels, Pods, Right, Service, ServiceKind, Space};
use crate::components::manifests;
use crate::model::settings::Protocol;

/// Everything of a cluster that decides who reaches whom.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// By name, in order.
    spaces: IndexMap<Arc<str>, Arc<Space>, RandomState>,
    dns_domain: String,
}

/// Where to look in a namespace that is as large as that of the reapers: with a
/// program for each of the others. Empty where looking at all takes less.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct Index {
    /// Pods, by the component that they are part of.
    pods: BTreeMap<Arc<str>, Vec<usize>>,
    /// Policies that are about the pods with one certain `app` label.
    policies: BTreeMap<String, Vec<usize>>,
    /// The other policies.
    others: Vec<usize>,
}

/// The policies that have a say about some pods: their places in the namespace,
/// in order.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct About {
    ingress: Vec<usize>,
    egress: Vec<usize>,
}

/// How many pods or policies are looked through one by one.
pub(crate) const FEW: usize = 32;

/// The label by which policies tell programs apart.
const APP: &str = "app";

/// A pod of a number that its `StatefulSet` hasn't.
#[derive(Clone, Copy, Debug)]
struct NoMember;

/// What a host name leads to, as a pod of some namespace asks for it.
#[derive(Clone, Copy, Debug)]
pub enum Resolved<'n> {
    /// A Service of the cluster.
    Service(Found<'n>),
    /// A name of the cluster that nothing has.
    Nothing,
    /// A name of the world outside.
    Outside,
}

/// A Service, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Found<'n> {
    /// The name of its namespace.
    pub namespace: &'n str,
    /// Its namespace.
    pub space: &'n Space,
    /// The Service.
    pub service: &'n Service,
}

/// How a rule is held against a conversation.
type Allows = fn(&Rule, &str, End<'_>, Option<&Pods>, u16, Protocol) -> bool;

/// How many aliases are followed: one is what `jtc` writes, and resolvers of
/// the cluster give up after some.
const MOST_ALIASES: usize = 8;

impl Network {
    /// Joins what was read of each namespace. One of which nobody else makes
    /// anything is taken as it is.
    pub fn new<'s>(
        read: impl IntoIterator<Item = (&'s Arc<str>, &'s Arc<Space>)>,
        dns_domain: &str,
    ) -> Self {
        let mut spaces: BTreeMap<Arc<str>, Arc<Space>> = BTreeMap::new();
        let mut joined: BTreeSet<Arc<str>> = BTreeSet::new();
        for (name, space) in read {
            match spaces.entry(name.clone()) {
                Entry::Vacant(entry) => {
                    entry.insert(Arc::clone(space));
                }
                Entry::Occupied(mut entry) => {
                    Arc::make_mut(entry.get_mut()).join(Space::clone(space));
                    joined.insert(name.clone());
                }
            }
        }
        for name in joined {
            if let Some(space) = spaces.get_mut(&name) {
                let space = Arc::make_mut(space);
                space.bind(None);
                space.settle(&name);
            }
        }
        let cluster = spaces.get("").cloned();
        for space in spaces.values_mut() {
            let Some(cluster) = &cluster else { break };
            let known = |right: &Right| {
                let mut roles = cluster.roles.iter();
                right.rules.is_none()
                    && right.cluster_role
                    && roles.any(|(name, _)| **name == *right.role)
            };
            if space.rights.iter().any(known) {
                Arc::make_mut(space).bind(Some(cluster));
            }
        }
        Self { spaces: spaces.into_iter().collect(), dns_domain: dns_domain.to_owned() }
    }

    /// A namespace.
    pub fn space(&self, name: &str) -> Option<&Space> {
        self.spaces.get(name).map(|space| &**space)
    }

    /// A namespace with its name, to be kept.
    pub fn spaces_entry(&self, name: &str) -> Option<(&str, &Space)> {
        self.spaces.get_key_value(name).map(|(name, space)| (&**name, &**space))
    }

    /// All namespaces, by name; the one without a name holds what belongs to
    /// the cluster.
    pub fn spaces(&self) -> impl Iterator<Item = (&str, &Space)> {
        self.spaces.iter().map(|(name, space)| (&**name, &**space))
    }

    /// The addresses outside that Services ask for or have, with the namespace and the
    /// Service.
    pub fn outside_addresses(&self) -> BTreeMap<&str, (&str, &Service)> {
        let services = self
            .spaces()
            .flat_map(|(name, space)| space.services.values().map(move |service| (name, service)));
        services
            .flat_map(|(name, service)| {
                let own = service.addresses.iter().chain(&service.external_ips);
                own.map(move |address| (address.as_str(), (name, service)))
            })
            .collect()
    }

    /// The DNS domain of the cluster.
    pub fn dns_domain(&self) -> &str {
        &self.dns_domain
    }

    /// What a host name leads to for a pod of a namespace, which is looked for
    /// where it isn't at hand, without following aliases: `service`, `service.namespace`,
    /// `service.namespace.svc`, or that with the domain of the cluster, by the search
    /// list of `/etc/resolv.conf`; in front of a headless Service may stand the name
    /// of a pod (Kubernetes, "DNS for Services and Pods").
    fn resolve<'n>(&'n self, from: (&'n str, Option<&'n Space>), host: &str) -> Resolved<'n> {
        let host = host.trim_end_matches('.');
        let without = host.strip_suffix(&self.dns_domain).and_then(|rest| rest.strip_suffix('.'));
        let within = without.unwrap_or(host);
        let (rest, is_service) = match within.strip_suffix(".svc") {
            Some(rest) => (rest, true),
            None => (within, false),
        };
        let mut parts = rest.split('.');
        let first = parts.next().unwrap_or_default();
        let is_full = without.is_some();
        let (found, known) = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) if is_service || is_full => (None, false),
            (None, ..) => (self.service(from, from.0, first), true),
            (Some(second), None, _) => {
                let service = self.service(from, second, first);
                let is_short = !is_service && !is_full;
                let pod = is_short.then(|| self.pods(from, from.0, (first, second))).flatten();
                let is_known = is_service || self.home(from, second).is_some();
                (service.or(pod.and_then(Result::ok)), is_known || pod.is_some())
            }
            (Some(second), Some(third), None) => {
                let pod = self.pods(from, third, (first, second));
                (pod.and_then(Result::ok), pod.is_some())
            }
            _ => (None, false),
        };
        match found {
            Some(found) => Resolved::Service(found),
            // What is no name of a Service may be one of the world.
            None if known || is_full => Resolved::Nothing,
            None => Resolved::Outside,
        }
    }

    /// A namespace, which may be at hand.
    fn home<'n>(
        &'n self,
        from: (&'n str, Option<&'n Space>),
        namespace: &str,
    ) -> Option<(&'n str, &'n Space)> {
        match from {
            (name, Some(space)) if name == namespace => Some((name, space)),
            _ => self.spaces_entry(namespace),
        }
    }

    fn service<'n>(
        &'n self,
        from: (&'n str, Option<&'n Space>),
        namespace: &str,
        name: &str,
    ) -> Option<Found<'n>> {
        let (namespace, space) = self.home(from, namespace)?;
        let service = space.services.get(name)?;
        Some(Found { namespace, space, service })
    }

    /// The Service by whose name pods have names of their own; an error if this is no
    /// name of theirs.
    fn pods<'n>(
        &'n self,
        from: (&'n str, Option<&'n Space>),
        namespace: &str,
        (pod, name): (&str, &str),
    ) -> Option<Result<Found<'n>, NoMember>> {
        let found = self.service(from, namespace, name)?;
        if found.service.kind != ServiceKind::Headless {
            return None;
        }
        let all = || found.space.behind(found.service).map(|pods| pods.has_member(pod));
        let is_lost = all().any(|has| has == Some(false)) && !all().any(|has| has == Some(true));
        Some(if is_lost { Err(NoMember) } else { Ok(found) })
    }

    /// What a host name leads to in the end, and the aliases on the way.
    pub fn follow<'n>(
        &'n self,
        from: (&'n str, Option<&'n Space>),
        host: &str,
    ) -> (Vec<Found<'n>>, Resolved<'n>) {
        let mut aliases = Vec::new();
        let mut resolved = self.resolve(from, host);
        while let Resolved::Service(found) = resolved {
            let ServiceKind::ExternalName(next) = &found.service.kind else { break };
            if aliases.len() >= MOST_ALIASES {
                return (aliases, Resolved::Nothing);
            }
            aliases.push(found);
            // An alias is a full name: no search list is gone through.
            let domain = next.trim_end_matches('.').strip_suffix(&self.dns_domain);
            let full = domain.is_some_and(|name| name.ends_with(".svc."));
            resolved = match self.resolve((found.namespace, Some(found.space)), next) {
                Resolved::Service(..) if !full => Resolved::Nothing,
                resolved => resolved,
            };
        }
        (aliases, resolved)
    }
}

/// Whether pods may talk.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The name of the pods' namespace.
    pub namespace: &'q str,
    /// The namespace of the pods.
    pub space: &'q Space,
    /// The pods whose policies are asked.
    pub pods: &'q Pods,
    /// Which way.
    pub direction: Direction,
    /// The other end.
    pub other: End<'q>,
    /// The pods that are reached, whose names for ports count.
    pub reached: Option<&'q Pods>,
    /// The port of the pods that are reached.
    pub port: u16,
    /// What is spoken.
    pub protocol: Protocol,
}

impl<'q> Question<'q> {
    /// The first policy by which pods may do something, or who forbids it.
    pub fn judge(&self) -> Verdict<'q> {
        self.judged(Rule::allows)
    }

    /// Whether something can't be ruled out: also where the addresses of pods
    /// decide, which nobody knows.
    pub fn may(&self) -> bool {
        !matches!(self.judged(Rule::may_allow), Verdict::Forbidden(_))
    }

    fn judged(&self, allows: Allows) -> Verdict<'q> {
        // The network of the node is under no policy.
        if self.pods.host_network {
            return Verdict::Open;
        }
        let mut first = None;
        for policy in self.space.policies_about(self.pods, self.direction) {
            let Some(rules) = policy.rules(self.direction) else { continue };
            first = first.or(Some(policy));
            let rule = rules.iter().find(|rule| {
                allows(rule, self.namespace, self.other, self.reached, self.port, self.protocol)
            });
            if rule.is_some() {
                return Verdict::Allowed(policy);
            }
        }
        first.map_or(Verdict::Open, Verdict::Forbidden)
    }
}

/// What the policies say.
#[derive(Clone, Copy, Debug)]
pub enum Verdict<'n> {
    /// No policy is about these pods: everything may.
    Open,
    /// This policy allows it.
    Allowed(&'n Policy),
    /// There are policies, the first of them this, and none allows it.
    Forbidden(&'n Policy),
}

impl Space {
    /// Adds what another namespace's manifests put here.
    fn join(&mut self, other: Self) {
        let Self {
            labels,
            pods,
            services,
            policies,
            accounts,
            rights,
            roles,
            traefik,
            origins,
            routes_by_hand,
            ingresses,
            other_policies,
            index: _,
        } = other;
        self.labels.set(labels.iter());
        self.pods.extend(pods);
        for (name, service) in services {
            self.services.entry(name).or_insert(service);
        }
        self.policies.extend(policies);
        self.accounts.extend(accounts);
        self.rights.extend(rights);
        self.roles.extend(roles);
        self.traefik.join(traefik, self.origins.len());
        self.origins.extend(origins);
        self.routes_by_hand.extend(routes_by_hand);
        self.ingresses.extend(ingresses);
        self.other_policies.extend(other_policies);
    }

    /// Says which pods get a token, and which ports of Services have pods: those
    /// that a Service selects and whose port it finds, as the endpoint slices
    /// will have it. All pods count as ready; that they become so isn't the
    /// network's affair.
    pub(super) fn settle(&mut self, name: &str) {
        // The label is there also where the topology doesn't make the Namespace.
        if self.labels.get(NAMESPACE_NAME).is_none() {
            self.labels.set([(NAMESPACE_NAME, name)]);
        }
        // What a namespace keeps, it keeps for long.
        self.pods.shrink_to_fit();
        self.policies.shrink_to_fit();
        self.origins.shrink_to_fit();
        self.traefik.services.shrink_to_fit();
        self.rights.shrink_to_fit();
        self.roles.shrink_to_fit();
        self.index();
        let by_hand = |pods: &Pods| &*pods.component == manifests::COMPONENT;
        // Seldom is anything hand-written.
        let mut apps: BTreeSet<String> = BTreeSet::new();
        if self.pods.iter().any(by_hand) {
            let own = self.pods.iter().filter(|pods| !by_hand(pods));
            apps.extend(own.filter_map(|pods| pods.labels.get(APP)).map(str::to_owned));
        }
        let mut all = std::mem::take(&mut self.pods);
        for pods in &mut all {
            pods.mistaken =
                by_hand(pods) && pods.labels.get(APP).is_some_and(|app| apps.contains(app));
            let account = self.accounts.get(pods.account.as_str()).copied().flatten();
            pods.token = pods.says_token.or(account).unwrap_or(true);
            pods.policies = About::default();
            for (at, policy) in self.policies_for(&pods.labels) {
                if policy.ingress.is_some() {
                    pods.policies.ingress.push(at);
                }
                if policy.egress.is_some() {
                    pods.policies.egress.push(at);
                }
            }
        }
        self.pods = all;
        for service in self.services.values_mut() {
            let Some(selector) = &service.selector else { continue };
            let selected = self.pods.iter().enumerate();
            let selected = selected
                .filter(|(_, pods)| !pods.mistaken && selector.are_of(&pods.labels))
                .map(|(at, _)| at);
            service.behind = selected.collect();
        }
        let mut services = std::mem::take(&mut self.traefik.services);
        for seen in &mut services {
            let Some(service) = self.services.get(&*seen.meta.name) else { continue };
            // Without a selector somebody else writes the endpoints.
            if service.selector.is_none() {
                continue;
            }
            for port in &mut seen.ports {
                let own = service.ports.iter().find(|own| {
                    i32::from(own.number) == port.port
                        && (own.protocol == Protocol::Udp) == port.udp
                });
                let found = own.is_some_and(|own| {
                    self.behind(service)
                        .any(|pods| pods.runs && pods.port(&own.target, own.protocol).is_some())
                });
                port.serving = found;
                port.ready = found;
            }
        }
        self.traefik.services = services;
    }

    fn index(&mut self) {
        self.index = Index::default();
        if self.pods.len() > FEW {
            for (at, pods) in self.pods.iter().enumerate() {
                self.index.pods.entry(pods.component.clone()).or_default().push(at);
            }
        }
        for (at, policy) in self.policies.iter().enumerate() {
            match policy.pods.wanted(APP).filter(|_| self.policies.len() > FEW) {
                Some(app) => self.index.policies.entry(app.to_owned()).or_default().push(at),
                None => self.index.others.push(at),
            }
        }
    }

    /// The pods of a component.
    pub fn pods_of(&self, component: &str) -> impl Iterator<Item = &Pods> {
        let known = self.index.pods.get(component).into_iter().flatten();
        let few = if self.index.pods.is_empty() { self.pods.as_slice() } else { &[] };
        let few = few.iter().filter(move |pods| &*pods.component == component);
        known.filter_map(|at| self.pods.get(*at)).chain(few)
    }

    /// The policies that have a say about pods of this namespace, in the order of
    /// all.
    pub fn policies_about<'s>(
        &'s self,
        pods: &Pods,
        direction: Direction,
    ) -> impl Iterator<Item = &'s Policy> {
        let about = match direction {
            Direction::Ingress => &pods.policies.ingress,
            Direction::Egress => &pods.policies.egress,
        };
        about.iter().filter_map(|at| self.policies.get(*at))
    }

    /// The policies that select some pods, in the order of all, with their
    /// places.
    fn policies_for(&self, labels: &Labels) -> impl Iterator<Item = (usize, &Policy)> {
        let own = labels.get(APP).and_then(|app| self.index.policies.get(app));
        let mut own = own.into_iter().flatten().copied().peekable();
        let mut others = self.index.others.iter().copied().peekable();
        let next = move || match (own.peek(), others.peek()) {
            (Some(one), Some(other)) if one > other => others.next(),
            (Some(_), _) => own.next(),
            (None, _) => others.next(),
        };
        std::iter::from_fn(next)
            .filter_map(|at| Some((at, self.policies.get(at)?)))
            .filter(|(_, policy)| policy.pods.selects(labels))
    }

    /// The pods that a Service of the namespace selects, but for those that it takes for
    /// others: these are told by themselves.
    pub fn behind<'s>(&'s self, service: &'s Service) -> impl Iterator<Item = &'s Pods> {
        service.behind.iter().filter_map(|at| self.pods.get(*at))
    }
}
