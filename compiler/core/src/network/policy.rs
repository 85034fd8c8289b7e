//! Network policies, as a network that enforces them reads them
//! (Kubernetes, "Network Policies").

use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::range::{contains, may_hold_pods, overlaps};
use super::read::NAMESPACE_NAME;
use super::{Labels, Origin, Pods, Selector};
use crate::model::settings::Protocol;

/// A policy of a namespace.
#[derive(Clone, Debug, Hash)]
pub struct Policy {
    /// The object.
    pub origin: Origin,
    /// The pods that it is about.
    pub pods: Selector,
    /// Who may come; `None` where the policy says nothing about that.
    pub ingress: Option<Vec<Rule>>,
    /// Where they may go; `None` where the policy says nothing about that.
    pub egress: Option<Vec<Rule>>,
}

/// One rule: any of the peers by any of the ports.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// The other end; anything when empty.
    pub peers: Vec<Peer>,
    /// Ports of the pods that are reached; all when empty.
    pub ports: Vec<Port>,
}

/// The other end of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Peer {
    /// Pods.
    Pods {
        /// Of these namespaces; of the policy's own without.
        namespaces: Option<Selector>,
        /// All pods there without.
        pods: Option<Selector>,
    },
    /// Addresses.
    Block {
        /// The range.
        cidr: String,
        /// Ranges of it that don't count.
        except: Vec<String>,
    },
}

/// Ports of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Port {
    /// What is spoken; `None` for a protocol that nothing here speaks.
    pub protocol: Option<Protocol>,
    /// Which ports.
    pub ports: PortRange,
}

/// Which ports a rule means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PortRange {
    /// All.
    All,
    /// From the first to the last.
    Numbers(u16, u16),
    /// The one that the pods give this name.
    Name(String),
}

/// One end of a conversation.
#[derive(Clone, Copy, Debug)]
pub enum End<'n> {
    /// Pods of a namespace.
    Pods {
        /// The name of the namespace.
        namespace: &'n str,
        /// The labels of the namespace.
        labels: &'n Labels,
        /// The pods.
        pods: &'n Pods,
    },
    /// A range of addresses outside the cluster.
    Range(&'n str),
    /// Anywhere outside the cluster.
    Anywhere,
}

/// Which way a policy looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Who may come.
    Ingress,
    /// Where pods may go.
    Egress,
}

impl Policy {
    /// Reads a policy. Without `policyTypes` it is about ingress, and about
    /// egress where it has rules for that.
    pub fn new(origin: Origin, spec: &NetworkPolicySpec) -> Self {
        let types = spec.policy_types.as_deref().unwrap_or_default();
        let has = |name: &str, otherwise: bool| {
            if types.is_empty() { otherwise } else { types.iter().any(|kind| kind == name) }
        };
        let ingress = has("Ingress", true).then(|| {
            let rules = spec.ingress.as_deref().unwrap_or_default().iter();
            rules.map(|rule| Rule::new(rule.from.as_deref(), rule.ports.as_deref())).collect()
        });
        let egress = has("Egress", spec.egress.is_some()).then(|| {
            let rules = spec.egress.as_deref().unwrap_or_default().iter();
            rules.map(|rule| Rule::new(rule.to.as_deref(), rule.ports.as_deref())).collect()
        });
        let pods = spec.pod_selector.as_ref().map(Selector::new).unwrap_or_default();
        Self { origin, pods, ingress, egress }
    }

    /// Its rules for one direction, where it has a say about that.
    pub fn rules(&self, direction: Direction) -> Option<&[Rule]> {
        match direction {
            Direction::Ingress => self.ingress.as_deref(),
            Direction::Egress => self.egress.as_deref(),
        }
    }
}

impl Rule {
    fn new(peers: Option<&[NetworkPolicyPeer]>, ports: Option<&[NetworkPolicyPort]>) -> Self {
        Self {
            peers: peers.unwrap_or_default().iter().map(Peer::new).collect(),
            ports: ports.unwrap_or_default().iter().map(Port::new).collect(),
        }
    }

    /// Whether the rule of a policy in `home` lets the other end through, to
    /// or from a port of `reached`.
    pub fn allows(
        &self,
        home: &str,
        other: End<'_>,
        reached: Option<&Pods>,
        port: u16,
        protocol: Protocol,
    ) -> bool {
        self.takes(reached, port, protocol)
            && (self.peers.is_empty() || self.peers.iter().any(|peer| peer.is(home, other)))
    }

    /// As [`Rule::allows`], and also where addresses of pods may make it so.
    pub fn may_allow(
        &self,
        home: &str,
        other: End<'_>,
        reached: Option<&Pods>,
        port: u16,
        protocol: Protocol,
    ) -> bool {
        self.takes(reached, port, protocol)
            && (self.peers.is_empty() || self.peers.iter().any(|peer| peer.may_be(home, other)))
    }

    /// Whether the rule lets pods out to a port of some address that may be in one
    /// of these ranges, or of any where there are none.
    pub fn may_leave(&self, ranges: &[&str], port: u16, protocol: Protocol) -> bool {
        self.takes(None, port, protocol)
            && (self.peers.is_empty() || self.peers.iter().any(|peer| peer.may_have(ranges)))
    }

    /// Whether the rule lets somebody in who has an address in one of these ranges, or
    /// any where there are none, to a port of `reached`.
    pub fn may_enter(
        &self,
        ranges: &[&str],
        reached: &Pods,
        (port, protocol): (u16, Protocol),
    ) -> bool {
        self.takes(Some(reached), port, protocol)
            && (self.peers.is_empty() || self.peers.iter().any(|peer| peer.may_have(ranges)))
    }

    /// Whether the rule lets pods out to a port of pods of a namespace of which only
    /// the name is known.
    pub fn may_visit(&self, namespace: &str, port: u16, protocol: Protocol) -> bool {
        let visits = |peer: &Peer| match peer {
            Peer::Pods { namespaces: Some(selector), .. } => {
                let named = selector.named(NAMESPACE_NAME);
                named.is_none_or(|names| names.iter().any(|name| name == namespace))
            }
            Peer::Pods { namespaces: None, .. } | Peer::Block { .. } => false,
        };
        self.takes(None, port, protocol) && self.peers.iter().any(visits)
    }

    fn takes(&self, reached: Option<&Pods>, port: u16, protocol: Protocol) -> bool {
        self.ports.is_empty()
            || self.ports.iter().any(|candidate| candidate.takes(reached, port, protocol))
    }
}

impl Peer {
    fn new(peer: &NetworkPolicyPeer) -> Self {
        if let Some(IPBlock { cidr, except }) = &peer.ip_block {
            return Self::Block { cidr: cidr.clone(), except: except.clone().unwrap_or_default() };
        }
        Self::Pods {
            namespaces: peer.namespace_selector.as_ref().map(Selector::new),
            pods: peer.pod_selector.as_ref().map(Selector::new),
        }
    }

    /// Whether the peer of a policy in `home` is that end, or may be, by the
    /// address that its pods get: networks as that of Calico hold ranges also
    /// against pods (Kubernetes, "Network Policies": whether they do isn't
    /// defined).
    pub fn may_be(&self, home: &str, end: End<'_>) -> bool {
        match (self, end) {
            (Self::Block { cidr, except }, End::Pods { .. }) => may_hold_pods(cidr, except),
            _ => self.is(home, end),
        }
    }

    /// Whether an address in one of these ranges is one of the peer, or any where there
    /// are none.
    fn may_have(&self, ranges: &[&str]) -> bool {
        let Self::Block { cidr, except } = self else { return false };
        let left = |range: &str| {
            overlaps(cidr, range) && !except.iter().any(|except| contains(except, range))
        };
        ranges.is_empty() || ranges.iter().any(|range| left(range))
    }

    /// Whether the peer of a policy in `home` is that end, certainly.
    pub fn is(&self, home: &str, end: End<'_>) -> bool {
        match (self, end) {
            (Self::Pods { namespaces, pods }, End::Pods { namespace, labels, pods: there }) => {
                let here = match namespaces {
                    Some(selector) => selector.selects(labels),
                    None => namespace == home,
                };
                here && pods.as_ref().is_none_or(|selector| selector.selects(&there.labels))
            }
            (Self::Block { cidr, except }, End::Range(range)) => {
                contains(cidr, range) && !except.iter().any(|except| overlaps(except, range))
            }
            (Self::Block { cidr, except }, End::Anywhere) => {
                // Names outside have addresses of version 4, if not those alone.
                cidr == "0.0.0.0/0" && except.is_empty()
            }
            // What a range of addresses means for pods depends on how the
            // network hands them out; nobody may rely on it.
            (Self::Block { .. }, End::Pods { .. })
            | (Self::Pods { .. }, End::Range(_) | End::Anywhere) => false,
        }
    }
}

impl Port {
    fn new(port: &NetworkPolicyPort) -> Self {
        let protocol = match port.protocol.as_deref() {
            None | Some("TCP") => Some(Protocol::Tcp),
            Some("UDP") => Some(Protocol::Udp),
            Some(_) => None,
        };
        let number = |number: i32| u16::try_from(number).unwrap_or(0);
        let ports = match &port.port {
            None => PortRange::All,
            Some(IntOrString::Int(first)) => {
                let first = number(*first);
                PortRange::Numbers(first, port.end_port.map_or(first, number))
            }
            Some(IntOrString::String(name)) => PortRange::Name(name.clone()),
        };
        Self { protocol, ports }
    }

    fn takes(&self, reached: Option<&Pods>, port: u16, protocol: Protocol) -> bool {
        self.protocol == Some(protocol)
            && match &self.ports {
                PortRange::All => true,
                PortRange::Numbers(first, last) => (*first..=*last).contains(&port),
                PortRange::Name(name) => reached.is_some_and(|pods| {
                    pods.ports.iter().any(|candidate| {
                        candidate.name.as_ref() == Some(name)
                            && candidate.number == port
                            && candidate.protocol == protocol
                    })
                }),
            }
    }
}
