//! What paths lead over: the network, and each Traefik as it would run.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use rayon::prelude::*;

use crate::model::NOWHERE;
use crate::model::object::{Kind, ObjectId};
use crate::model::settings::Protocol;
use crate::network::{Labels, Network, Origin, PodPort, Pods, Space};
use crate::traefik::access::Grant;
use crate::traefik::{Access, Config, Instance, Objects};

/// The network with its Traefiks.
#[derive(Debug)]
pub struct Ground<'n> {
    /// The network.
    pub net: &'n Network,
    /// By namespace, in order.
    traefiks: IndexMap<&'n str, Vec<Running<'n>>, RandomState>,
    dns: (Labels, Pods),
}

/// A Traefik as it would run.
#[derive(Debug)]
pub struct Running<'n> {
    /// The namespace that its pods are in.
    pub namespace: &'n str,
    /// Its pods.
    pub pods: &'n Pods,
    /// What its arguments say.
    pub config: &'n Arc<Config>,
    /// What it makes of the objects.
    pub instance: Instance,
    /// Where the objects come from, by their `at`.
    pub origins: Cow<'n, [Origin]>,
}

impl<'n> Ground<'n> {
    /// Starts every Traefik of the network.
    pub fn new(net: &'n Network, missing: &[&str]) -> Self {
        let spaces: Vec<_> = net.spaces().collect();
        let traefiks: Vec<(&str, Vec<Running<'n>>)> = spaces
            .into_par_iter()
            .filter_map(|(name, space)| {
                let running: Vec<Running<'n>> = space
                    .pods
                    .iter()
                    .filter(|pods| !pods.mistaken)
                    .filter_map(|pods| {
                        Some(start(net, name, pods, pods.traefik.as_ref()?, missing))
                    })
                    .collect();
                (!running.is_empty()).then_some((name, running))
            })
            .collect();
        Self { net, traefiks: traefiks.into_iter().collect(), dns: dns() }
    }

    /// Gives back what it holds, with all threads: there is much of it.
    pub fn close(self) {
        let traefiks: Vec<_> = self.traefiks.into_values().collect();
        traefiks.into_par_iter().for_each(drop);
    }

    /// The Traefiks whose pods are in a namespace.
    pub fn traefiks(&self, namespace: &str) -> &[Running<'n>] {
        self.traefiks.get(namespace).map_or(&[], Vec::as_slice)
    }

    /// The pods that answer for names, with the labels of their namespace.
    pub fn dns(&self) -> (&Labels, &Pods) {
        (&self.dns.0, &self.dns.1)
    }

    /// All Traefiks.
    pub fn all(&self) -> impl Iterator<Item = &Running<'n>> {
        self.traefiks.values().flatten()
    }
}

impl Running<'_> {
    /// Where an object of its comes from.
    pub fn origin(&self, at: usize) -> Option<&Origin> {
        self.origins.get(at)
    }
}

/// The DNS of the cluster, which no topology makes (Kubernetes, "Customizing DNS
/// Service").
fn dns() -> (Labels, Pods) {
    let labels = |key: &str, value: &str| {
        let mut labels = Labels::default();
        labels.set([(key, value)]);
        labels
    };
    let port = |name: &str, protocol| PodPort {
        name: Some(name.to_owned()),
        number: 53,
        protocol,
        host_port: None,
    };
    let id = ObjectId::new(Kind::Deployment, "kube-system", "coredns");
    let mut pods = Pods::new(Origin { id, source: NOWHERE }, "dns".into());
    pods.labels = labels("k8s-app", "kube-dns");
    pods.ports = vec![port("dns", Protocol::Udp), port("dns-tcp", Protocol::Tcp)];
    (labels("kubernetes.io/metadata.name", "kube-system"), pods)
}

fn start<'n>(
    net: &'n Network,
    namespace: &'n str,
    pods: &'n Pods,
    config: &'n Arc<Config>,
    missing: &[&str],
) -> Running<'n> {
    let access = access(net, namespace, pods, missing);
    // Most watch the namespace that they are in, and nothing is copied.
    if let [only] = config.namespaces.as_slice()
        && let Some(space) = net.space(only)
    {
        let instance = Instance::with_access(config, &space.traefik, &access);
        return Running {
            namespace,
            pods,
            config,
            instance,
            origins: Cow::Borrowed(&space.origins),
        };
    }
    let mut objects = Objects::default();
    let mut origins = Vec::new();
    for (name, space) in net.spaces() {
        if config.namespaces.is_empty() || config.namespaces.iter().any(|wanted| &**wanted == name)
        {
            objects.join(space.traefik.clone(), origins.len());
            origins.extend(space.origins.iter().cloned());
        }
    }
    let instance = Instance::with_access(config, &objects, &access);
    Running { namespace, pods, config, instance, origins: Cow::Owned(origins) }
}

/// What the account of some pods may read. Pods without a token may nothing.
fn access(net: &Network, namespace: &str, pods: &Pods, missing: &[&str]) -> Access {
    let mut access = Access::default();
    for plural in missing {
        access.without_definition(plural);
    }
    if !pods.token {
        return access;
    }
    let watched: Vec<&str> =
        pods.traefik.iter().flat_map(|config| &config.namespaces).map(|name| &**name).collect();
    // Rights of a namespace stand in that namespace, those of the cluster in none.
    let places: Vec<(&str, &Space)> = if watched.is_empty() {
        net.spaces().collect()
    } else {
        let names: BTreeSet<&str> = watched.into_iter().chain([namespace, ""]).collect();
        names.into_iter().filter_map(|name| Some((name, net.space(name)?))).collect()
    };
    for (name, space) in places {
        for right in &space.rights {
            if !right.subjects.iter().any(|subject| subject.is(namespace, &pods.account)) {
                continue;
            }
            for rule in right.rules.iter().flat_map(|rules| rules.iter()) {
                access.grant(Grant {
                    namespace: (!right.everywhere).then(|| name.into()),
                    groups: rule.groups.clone(),
                    resources: rule.resources.clone(),
                    verbs: rule.verbs.clone(),
                    names: rule.names.clone(),
                });
            }
        }
    }
    access
}
