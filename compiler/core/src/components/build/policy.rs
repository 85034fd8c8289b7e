//! Network policies: nothing may talk, except what the programs say.
//!
//! A policy names ports of pods, never of Services, and both ends must allow
//! a conversation (Kubernetes, "Network Policies").

use std::collections::BTreeMap;

use jtc_syntax::Span;
use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::meta;
use crate::components::program::{Home, Peer, Program};
use crate::model::object::{Kind, Object, ObjectId};
use crate::model::settings::Protocol;

/// Somebody outside the namespace who may reach a program.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The program it reaches: the `app` label.
    pub app: String,
    /// The port of the pods.
    pub port: u16,
    /// What it speaks.
    pub protocol: Protocol,
    /// Who.
    pub from: GuestOrigin,
}

/// Who a guest is.
#[derive(Clone, Debug)]
pub enum GuestOrigin {
    /// Pods of another namespace, by their `app` label.
    Pods {
        /// The namespace.
        namespace: String,
        /// The label.
        app: String,
    },
    /// Addresses; anybody when empty.
    Addresses(Vec<String>),
}

/// The policies of a namespace: deny everything, allow DNS, then one policy
/// for each program that talks or is talked to.
pub fn policies(
    home: &Home<'_>,
    programs: &[Program],
    guests: &[Guest],
    source: Span,
) -> Vec<Object> {
    let mut objects = vec![
        policy(home, "default-deny", source, "network", None, Some(Vec::new()), Some(Vec::new())),
        policy(home, "allow-dns", source, "network", None, None, Some(vec![dns()])),
    ];
    let callers = Callers::of(programs, guests);
    for program in programs {
        let ingress = ingress(program, &callers);
        let egress = egress(program);
        if ingress.is_empty() && egress.is_empty() {
            continue;
        }
        objects.push(policy(
            home,
            &program.object,
            program.source,
            &program.component,
            Some(&program.object),
            Some(ingress),
            Some(egress),
        ));
    }
    objects
}

fn policy(
    home: &Home<'_>,
    name: &str,
    source: Span,
    component: &str,
    app: Option<&str>,
    ingress: Option<Vec<NetworkPolicyIngressRule>>,
    egress: Option<Vec<NetworkPolicyEgressRule>>,
) -> Object {
    let mut types = Vec::new();
    if ingress.is_some() {
        types.push("Ingress".to_owned());
    }
    if egress.is_some() {
        types.push("Egress".to_owned());
    }
    let body = NetworkPolicy {
        metadata: meta::plain(home.cluster, Some(home.namespace), name),
        spec: Some(NetworkPolicySpec {
            egress: egress.filter(|rules| !rules.is_empty()),
            ingress: ingress.filter(|rules| !rules.is_empty()),
            pod_selector: Some(pods(app)),
            policy_types: Some(types),
        }),
    };
    Object {
        id: ObjectId::new(Kind::NetworkPolicy, home.namespace, name),
        source,
        component: component.into(),
        body: body.into(),
        needs: Vec::new(),
    }
}

fn pods(app: Option<&str>) -> LabelSelector {
    LabelSelector { match_labels: app.map(meta::selector), ..LabelSelector::default() }
}

fn namespace(name: &str) -> LabelSelector {
    // The API server puts this label on every namespace.
    let labels = BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), name.to_owned())]);
    LabelSelector { match_labels: Some(labels), ..LabelSelector::default() }
}

fn port(number: u16, protocol: Protocol) -> NetworkPolicyPort {
    NetworkPolicyPort {
        port: Some(IntOrString::Int(i32::from(number))),
        protocol: Some(protocol.as_str().to_owned()),
        ..NetworkPolicyPort::default()
    }
}

/// DNS answers over TCP when an answer is long.
fn dns() -> NetworkPolicyEgressRule {
    let peer = NetworkPolicyPeer {
        namespace_selector: Some(namespace("kube-system")),
        pod_selector: Some(LabelSelector {
            match_labels: Some(BTreeMap::from([("k8s-app".to_owned(), "kube-dns".to_owned())])),
            ..LabelSelector::default()
        }),
        ..NetworkPolicyPeer::default()
    };
    NetworkPolicyEgressRule {
        ports: Some(vec![port(53, Protocol::Udp), port(53, Protocol::Tcp)]),
        to: Some(vec![peer]),
    }
}

/// An address range without exceptions.
fn block(cidr: &str) -> NetworkPolicyPeer {
    NetworkPolicyPeer {
        ip_block: Some(IPBlock { cidr: cidr.to_owned(), except: None }),
        ..NetworkPolicyPeer::default()
    }
}

const ANYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

fn blocks<'c>(cidrs: impl Iterator<Item = &'c str>) -> Vec<NetworkPolicyPeer> {
    let blocks: Vec<NetworkPolicyPeer> = cidrs.map(block).collect();
    if blocks.is_empty() { ANYWHERE.iter().map(|cidr| block(cidr)).collect() } else { blocks }
}

/// Who reaches each program, by its `app` label: found once, since in the
/// reapers' namespace there is a program for each version of each namespace.
#[derive(Default)]
struct Callers<'p> {
    programs: BTreeMap<&'p str, Vec<Caller<'p>>>,
    guests: BTreeMap<&'p str, Vec<&'p Guest>>,
}

/// A program of the same namespace that talks to another.
struct Caller<'p> {
    app: &'p str,
    port: u16,
    protocol: Protocol,
}

impl<'p> Callers<'p> {
    fn of(programs: &'p [Program], guests: &'p [Guest]) -> Self {
        let mut callers = Self::default();
        for program in programs {
            for talk in &program.talks {
                if let Peer::Program { app, port, protocol, .. } = &*talk.to {
                    let caller = Caller { app: &program.object, port: *port, protocol: *protocol };
                    callers.programs.entry(app).or_default().push(caller);
                }
            }
        }
        for guest in guests {
            callers.guests.entry(&guest.app).or_default().push(guest);
        }
        callers
    }
}

fn ingress(program: &Program, callers: &Callers<'_>) -> Vec<NetworkPolicyIngressRule> {
    let app = program.object.as_str();
    // By port, so that each port is named once with all who may use it.
    let mut rules: BTreeMap<(u16, Protocol), Vec<NetworkPolicyPeer>> = BTreeMap::new();
    for caller in callers.programs.get(app).into_iter().flatten() {
        let peer = NetworkPolicyPeer {
            pod_selector: Some(pods(Some(caller.app))),
            ..NetworkPolicyPeer::default()
        };
        let peers = rules.entry((caller.port, caller.protocol)).or_default();
        if !peers.contains(&peer) {
            peers.push(peer);
        }
    }
    for guest in callers.guests.get(app).into_iter().flatten() {
        let new = match &guest.from {
            // One peer with both selectors: two peers would mean "or".
            GuestOrigin::Pods { namespace: from, app } => vec![NetworkPolicyPeer {
                namespace_selector: Some(namespace(from)),
                pod_selector: Some(pods(Some(app))),
                ..NetworkPolicyPeer::default()
            }],
            GuestOrigin::Addresses(cidrs) => blocks(cidrs.iter().map(String::as_str)),
        };
        let peers = rules.entry((guest.port, guest.protocol)).or_default();
        for peer in new {
            if !peers.contains(&peer) {
                peers.push(peer);
            }
        }
    }
    rules
        .into_iter()
        .map(|((number, protocol), peers)| NetworkPolicyIngressRule {
            from: Some(peers),
            ports: Some(vec![port(number, protocol)]),
        })
        .collect()
}

fn egress(program: &Program) -> Vec<NetworkPolicyEgressRule> {
    let mut rules: Vec<NetworkPolicyEgressRule> = Vec::new();
    for talk in &program.talks {
        let (ports, to) = match &*talk.to {
            Peer::Program { app, port: number, protocol, .. } => (
                vec![port(*number, *protocol)],
                vec![NetworkPolicyPeer {
                    pod_selector: Some(pods(Some(app))),
                    ..NetworkPolicyPeer::default()
                }],
            ),
            Peer::Traefik { namespace: target, port: number, protocol, .. } => (
                vec![port(*number, *protocol)],
                vec![NetworkPolicyPeer {
                    namespace_selector: Some(namespace(target)),
                    pod_selector: Some(pods(Some("traefik"))),
                    ..NetworkPolicyPeer::default()
                }],
            ),
            Peer::External { cidrs, port: number, protocol, .. } => {
                (vec![port(*number, *protocol)], blocks(crate::model::resolved::ranges(cidrs)))
            }
            // Where the API server is, the topology doesn't say; these are the
            // ports of its Service and of kubeadm's and most providers' servers.
            Peer::ApiServer => (
                vec![port(443, Protocol::Tcp), port(6443, Protocol::Tcp)],
                blocks(std::iter::empty()),
            ),
        };
        let rule = NetworkPolicyEgressRule { ports: Some(ports), to: Some(to) };
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}
