//! What objects mean for the network: who has which labels and ports, which
//! names lead where, and what the policies let through.
//!
//! Everything is read off the objects as they will be applied, so that
//! hand-written ones take part, and a slip of the compiler's own shows as well.
//! Nothing here knows what anybody wants; that is the proof's affair.
//!
//! Invariant: a [`Space`] holds all that decides who reaches whom, and no text
//! that doesn't; the bodies of the objects can be dropped.

pub mod addresses;
pub mod others;
pub mod policy;
pub mod range;
mod read;
pub mod select;
pub mod spaces;
pub mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use jtc_syntax::Span;

use crate::model::object::ObjectId;
use crate::model::settings::Protocol;
use crate::moved::Places;
use crate::traefik;

pub use policy::Policy;
pub use read::{is_traefik, read, release};
pub use select::{Labels, Selector};
pub use spaces::{Found, Network, Resolved};

/// An object to be shown to a person: what it is called, and the place in the
/// source that it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// What it is called.
    pub id: ObjectId,
    /// Where it comes from.
    pub source: Span,
}

/// A namespace, as far as the network goes.
#[derive(Clone, Debug, Default, Hash)]
pub struct Space {
    /// The labels of the Namespace, with the one that the API server adds.
    pub labels: Labels,
    /// What makes pods.
    pub pods: Vec<Pods>,
    /// The Services, by name.
    pub services: BTreeMap<Arc<str>, Service>,
    /// The network policies.
    pub policies: Vec<Policy>,
    /// What the accounts say of tokens for the Kubernetes API, by name.
    pub accounts: BTreeMap<Arc<str>, Option<bool>>,
    /// Who may do what, for accounts of this namespace and others.
    pub rights: Vec<Right>,
    /// What roles allow, by name: of this namespace, or of the cluster in the one
    /// without a name.
    roles: Vec<(Arc<str>, Arc<[RightRule]>)>,
    /// What a Traefik reads here.
    pub traefik: traefik::Objects,
    /// Where each object of [`Space::traefik`] comes from, by its `at`.
    pub origins: Vec<Origin>,
    /// The routes of Traefik that somebody has written by hand.
    pub routes_by_hand: Vec<ObjectId>,
    /// The objects `Ingress`, all of them hand-written.
    pub ingresses: Vec<Origin>,
    /// Policies of a network's own kind, of which nothing is known here: those of
    /// Cilium and Calico, and those of administrators.
    pub other_policies: Vec<Origin>,
    index: spaces::Index,
}

impl Places for Space {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        let Self {
            labels: _,
            pods,
            services,
            policies,
            accounts: _,
            rights,
            roles: _,
            traefik: _,
            origins,
            routes_by_hand: _,
            ingresses,
            other_policies,
            index: _,
        } = self;
        let all = pods.iter_mut().map(|pods| &mut pods.origin);
        let all = all.chain(services.values_mut().map(|service| &mut service.origin));
        let all = all.chain(policies.iter_mut().map(|policy| &mut policy.origin));
        let all = all.chain(rights.iter_mut().map(|right| &mut right.binding));
        for origin in all.chain(origins).chain(ingresses).chain(other_policies) {
            see(&mut origin.source);
        }
    }
}

/// Pods that are alike.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of Kubernetes")]
#[derive(Clone, Debug, Hash)]
pub struct Pods {
    /// What makes them.
    pub origin: Origin,
    /// The component that they are part of.
    pub component: Arc<str>,
    /// Their labels.
    pub labels: Labels,
    /// The ports that their containers declare.
    pub ports: Vec<PodPort>,
    /// Whether there are any: not with `replicas: 0`.
    pub runs: bool,
    /// How many have names of their own, as `elasticsearch-0`: those of a
    /// `StatefulSet` of the compiler's own, which nothing scales.
    pub members: Option<i32>,
    /// The account that they run as.
    pub account: String,
    /// What they say of a token for the Kubernetes API.
    pub says_token: Option<bool>,
    /// Whether they get one: as the account says where they say nothing.
    pub token: bool,
    /// Whether they ask the DNS of the cluster for names.
    pub cluster_dns: bool,
    /// Whether they use the network of their node, past every policy.
    pub host_network: bool,
    /// Whether the node asks a port of them how they are.
    pub probed: bool,
    /// Whether they speak HTTP/1.1 without TLS and nothing else: those of Jobmon's
    /// server and its GUI, where nothing says otherwise.
    pub http_alone: bool,
    /// The Traefik that runs in them.
    pub traefik: Option<Arc<traefik::Config>>,
    /// Whether a Traefik in them reads objects `Ingress`.
    pub reads_ingresses: bool,
    /// Whether it does so in certain namespaces alone.
    pub ingresses_by_namespace: bool,
    /// Whether they are hand-written and have the label `app` of a program of
    /// the compiler's beside them, so that its Service and its policies take them
    /// for that.
    pub mistaken: bool,
    policies: spaces::About,
}

/// A port that a container declares.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PodPort {
    /// Its name.
    pub name: Option<String>,
    /// Its number.
    pub number: u16,
    /// What it speaks.
    pub protocol: Protocol,
    /// The port of the node that leads there.
    pub host_port: Option<u16>,
}

/// A Service.
#[derive(Clone, Debug, Hash)]
pub struct Service {
    /// The object.
    pub origin: Origin,
    /// Its type.
    pub kind: ServiceKind,
    /// The pods behind it; none are selected without.
    pub selector: Option<Labels>,
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// Addresses that it asks a load balancer for.
    pub addresses: Vec<String>,
    /// Whether it asks by an annotation and by a field, or for one address twice.
    pub asks_twice: bool,
    /// The pool that the address is taken from.
    pub pool: Option<String>,
    /// Who may come; everybody when empty.
    pub ranges: Vec<String>,
    /// Whether who comes from outside keeps the address (`externalTrafficPolicy`).
    pub keeps_clients: bool,
    /// Addresses within the cluster that it asks for.
    pub cluster_ips: Vec<String>,
    /// Addresses of nodes at which it answers, too.
    pub external_ips: Vec<String>,
    /// The key by which it shares its address with others that have it.
    pub sharing: Option<String>,
    /// The pods that it selects: their places in the namespace, in order.
    behind: Vec<usize>,
}

impl Service {
    /// How clients outside of the cluster come to it, where they do.
    pub fn opening(&self) -> Option<&'static str> {
        match self.kind {
            ServiceKind::NodePort => Some("opens a port of every node"),
            ServiceKind::LoadBalancer => Some("has an address outside"),
            ServiceKind::ClusterIp if !self.external_ips.is_empty() => {
                Some("answers at addresses outside, as `externalIPs` says")
            }
            ServiceKind::ClusterIp | ServiceKind::Headless | ServiceKind::ExternalName(_) => None,
        }
    }
}

/// The type of a Service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServiceKind {
    /// An address of the cluster.
    ClusterIp,
    /// The addresses of the pods themselves.
    Headless,
    /// A port of every node.
    NodePort,
    /// An address outside.
    LoadBalancer,
    /// Another name, by DNS alone.
    ExternalName(String),
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServicePort {
    /// Its name.
    pub name: Option<String>,
    /// Its number.
    pub number: u16,
    /// What it speaks.
    pub protocol: Protocol,
    /// The port of the pods.
    pub target: Target,
}

/// A port of pods, as a Service calls it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// By number, whether a container declares it or not.
    Number(u16),
    /// By the name that a container gives it.
    Name(String),
}

/// What an account may do: the rules of a role that is bound to it.
#[derive(Clone, Debug, Hash)]
pub struct Right {
    /// The binding.
    pub binding: Origin,
    /// The role.
    pub role: String,
    /// Whether the role is one of the cluster.
    pub cluster_role: bool,
    /// Whether it holds in all namespaces.
    pub everywhere: bool,
    /// Who gets them, of those that pods can be.
    pub subjects: Vec<Subject>,
    /// What it allows, where the role is known.
    pub rules: Option<Arc<[RightRule]>>,
}

/// Whom a binding names, of those that pods can be: by what pods show, they are
/// an account, and of some groups (Kubernetes, "Using RBAC Authorization",
/// "Referring to subjects").
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An account: namespace and name.
    Account(String, String),
    /// All accounts of a namespace.
    AccountsOf(String),
    /// A group that all accounts, or all callers, are in.
    Everybody(String),
}

impl Subject {
    /// Whether an account is meant.
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        match self {
            Self::Account(home, account) => home == namespace && account == name,
            Self::AccountsOf(home) => home == namespace,
            Self::Everybody(_) => true,
        }
    }
}

/// One rule of a role.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RightRule {
    /// API groups.
    pub groups: Vec<Arc<str>>,
    /// Resources.
    pub resources: Vec<Arc<str>>,
    /// Verbs.
    pub verbs: Vec<Arc<str>>,
    /// Names of objects; all when empty.
    pub names: Vec<Arc<str>>,
}

impl Pods {
    /// Whether one of them has a name, as `elasticsearch-0`: `None` where it is none of
    /// a member's, or nobody knows how many there are.
    pub fn has_member(&self, name: &str) -> Option<bool> {
        let number = name.strip_prefix(&*self.origin.id.name)?.strip_prefix('-')?;
        let number: i32 = number.parse().ok()?;
        self.members.map(|count| (0..count).contains(&number))
    }

    /// The number of the port that a Service means; by name it must be
    /// declared, with the same protocol.
    pub fn port(&self, target: &Target, protocol: Protocol) -> Option<u16> {
        match target {
            Target::Number(number) => Some(*number),
            Target::Name(name) => self
                .ports
                .iter()
                .find(|port| port.protocol == protocol && port.name.as_deref() == Some(name))
                .map(|port| port.number),
        }
    }
}

impl Pods {
    /// Pods of which nothing is known yet but what makes them.
    #[must_use]
    pub fn new(origin: Origin, component: Arc<str>) -> Self {
        Self {
            origin,
            component,
            labels: Labels::default(),
            ports: Vec::new(),
            runs: true,
            members: None,
            account: String::new(),
            says_token: None,
            token: false,
            cluster_dns: true,
            host_network: false,
            probed: false,
            http_alone: false,
            traefik: None,
            reads_ingresses: false,
            ingresses_by_namespace: false,
            mistaken: false,
            policies: spaces::About::default(),
        }
    }
}
