//! The proof that every path works, and that nothing else is open.
//!
//! A [`Demand`] is a path that somebody needs; [`walk`](mod@walk)
//! goes it hop by hop over the objects that will be applied: name, Service,
//! pods, policies, and across namespaces the Traefik there, its entrypoint, the
//! route that takes the request, and who answers. The first hop that fails is
//! the error. So hand-written manifests take part, and a slip of the compiler's
//! own is caught as well.
//!
//! Invariant: a proof reads what is emitted, never what was meant; what was
//! meant stands in the demands alone.

pub mod around;
mod closed;
pub mod demand;
pub mod draw;
pub mod ground;
pub mod outside;
mod rights;
mod routed;
mod routers;
pub mod trace;
pub mod trail;
mod unasked;
pub mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jtc_syntax::Span;
use rayon::prelude::*;

use self::demand::Demand;
use self::ground::Ground;
use self::trail::{Broken, Trail};
use crate::components::program::{Home, Peer};
use crate::components::site::Made;
use crate::diagnostics::{self as d, Report};
use crate::fingerprint::Fingerprint;
use crate::model::object::ObjectId;
use crate::model::resolved::World;
use crate::model::settings::Protocol;
use crate::moved::Places;
use crate::network::values::{Expanded, Values};
use crate::network::{self, Network, Resolved, Service, Space};
use crate::text::Cidr;

/// What the proof keeps of a namespace when its objects are gone.
#[derive(Clone, Debug, Default, Hash)]
pub struct Seen {
    /// What the objects mean for the network, by namespace.
    pub spaces: BTreeMap<Arc<str>, Arc<Space>>,
    /// The paths that its programs need.
    pub demands: Vec<Demand>,
    /// Words of its texts that may name something of another namespace.
    pub named: Vec<around::Named>,
    /// Addresses in its texts that may need a `connect`.
    said: Vec<unasked::Said>,
}

impl Places for Seen {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        let Self { spaces, demands, named, said } = self;
        for space in spaces.values_mut() {
            Arc::make_mut(space).places(see);
        }
        for demand in demands {
            see(&mut demand.span);
            demand.elsewhere.iter_mut().flatten().for_each(|instead| see(&mut instead.span));
        }
        for named in named {
            named.places(see);
        }
        for said in said {
            said.places(see);
        }
    }
}

/// Reads the objects of a namespace while they are at hand.
pub fn see(world: &World<'_>, home: &Home<'_>, made: &Made) -> Seen {
    let expanded = Expanded::of(&made.objects);
    let values = Values::of(&made.objects, &expanded);
    Seen {
        spaces: network::read(&made.objects),
        demands: demand::demands(home, made, &values),
        named: around::find(world, home, made, &values),
        said: unasked::find(home, made, &values),
    }
}

/// Something that the topology says is outside of the cluster.
#[derive(Clone, Debug, Hash)]
struct External {
    name: String,
    /// Its host, in lower case.
    host: String,
    span: Span,
    port: u16,
    protocol: Protocol,
    cidrs: Vec<Cidr>,
}

impl External {
    /// Whether a path leads there.
    fn is_asked(&self, demand: &Demand) -> bool {
        matches!(&*demand.to, Peer::External { name, .. } if *name == self.name)
    }
}

impl Places for External {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        see(&mut self.span);
    }
}

/// All that paths are proved from.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// What the objects mean for the network.
    pub network: Network,
    /// What was seen of each namespace.
    seen: Vec<Arc<Seen>>,
    /// The pools that load balancers take addresses from.
    pub pools: Vec<outside::Pool>,
    /// What the topology says is outside of the cluster.
    externals: Vec<External>,
    /// Whether the topology wants network policies.
    pub policies: bool,
}

impl Evidence {
    /// Joins what was seen of each namespace.
    pub fn new(world: &World<'_>, seen: Vec<Arc<Seen>>) -> Self {
        let spaces = seen.iter().flat_map(|seen| &seen.spaces);
        let network = Network::new(spaces, &world.topology.cluster.dns_domain);
        let pools = outside::pools(world);
        let policies = world.topology.cluster.network_policies;
        let externals = world.topology.externals.iter();
        let externals = externals
            .map(|(name, one)| External {
                name: name.clone(),
                host: one.host.value.to_ascii_lowercase(),
                span: one.host.span,
                port: one.port,
                protocol: one.protocol,
                cidrs: one.cidrs.clone(),
            })
            .collect();
        Self { network, seen, pools, externals, policies }
    }

    /// What all of it says, made from what each namespace says: of two that say
    /// the same, the proof tells the same, at other places perhaps.
    pub fn fingerprint(&self, namespaces: &[Fingerprint]) -> Fingerprint {
        // What was seen of the namespaces makes the network.
        let Self { network, seen: _, pools, externals, policies } = self;
        let pools: Vec<Fingerprint> = pools.iter().map(Fingerprint::of).collect();
        let externals: Vec<Fingerprint> = externals.iter().map(Fingerprint::of).collect();
        let rest = (network.dns_domain(), pools, externals, policies);
        Fingerprint::without_places(&(namespaces, rest))
    }

    /// The paths that programs need.
    pub fn demands(&self) -> impl Iterator<Item = &Demand> {
        self.seen.iter().flat_map(|seen| &seen.demands)
    }

    /// Those externals that are names of the topology's own namespaces, with these
    /// and the Services. A single word is a Service where one who asks for it has
    /// one of this name beside it.
    fn astray(&self) -> impl Iterator<Item = (&External, &str, &Service)> {
        self.externals.iter().filter_map(|external| {
            let from = if external.host.contains('.') {
                ""
            } else {
                let beside = |demand: &&Demand| {
                    let space = self.network.space(&demand.namespace);
                    space.is_some_and(|space| space.services.contains_key(&*external.host))
                };
                let mut asking = self.demands().filter(|demand| external.is_asked(demand));
                &*asking.find(beside)?.namespace
            };
            match self.network.follow((from, None), &external.host).1 {
                Resolved::Service(found) => Some((external, found.namespace, found.service)),
                Resolved::Nothing | Resolved::Outside => None,
            }
        })
    }

    /// Whether a component of a namespace, or any where none is said, enters the
    /// Traefik of another.
    fn enters(&self, (from, component): (&str, Option<&str>), to: &str) -> bool {
        self.demands().any(|demand| {
            let Peer::Traefik { namespace, .. } = &*demand.to else { return false };
            *demand.namespace == *from
                && component.is_none_or(|component| *demand.component == *component)
                && namespace == to
        })
    }

    /// Words of texts that may name something of another namespace.
    pub fn named(&self) -> impl Iterator<Item = &around::Named> {
        self.seen.iter().flat_map(|seen| &seen.named)
    }
}

/// Proves every path, and reports each that would fail. What breaks several
/// paths is told once.
pub fn check(evidence: &Evidence, report: &mut Report) {
    let ground = Ground::new(&evidence.network, &[]);
    let walked = |demand| {
        let broken = walk::walk(&ground, demand, &mut Trail::default()).err()?;
        Some((demand, broken))
    };
    // The reapers' namespace has as many paths as all others.
    let demands: Vec<&Demand> = evidence.demands().collect();
    let part = |check: &(dyn Fn(&mut Report) + Sync)| {
        let mut report = Report::default();
        check(&mut report);
        report
    };
    // What doesn't wait for the paths goes on beside them.
    let (broken, (closed, (around, outside))): (Vec<(&Demand, Box<Broken>)>, _) = rayon::join(
        || demands.into_par_iter().filter_map(walked).collect(),
        || {
            let around = || {
                part(&|report| {
                    around::check(&ground, evidence, report);
                    unasked::check(&ground, evidence, report);
                })
            };
            let outside = || part(&|report| outside::check(&ground, evidence, report));
            let closed = || part(&|report| closed::check(&ground, evidence, report));
            rayon::join(closed, || rayon::join(around, outside))
        },
    );
    let mut routed = routed::broken(&ground);
    routed.extend(routed::shut(&ground));
    let routed = routed.iter().map(|(demand, broken)| (demand, broken.clone()));
    let mut causes: BTreeMap<_, Vec<(&Demand, Box<Broken>)>> = BTreeMap::new();
    for (demand, broken) in broken.into_iter().chain(routed) {
        causes.entry((broken.step, broken.object.clone())).or_default().push((demand, broken));
    }
    // What a path has told of an object isn't told again of the object.
    let told: BTreeSet<ObjectId> =
        causes.keys().filter_map(|(_, object)| Some(object.as_ref()?.0.clone())).collect();
    routers::check(&ground, &told, report);
    report.append(closed);
    report.append(around);
    report.append(outside);
    for paths in causes.into_values() {
        report.extend(d::routing::broken(&paths));
    }
    ground.close();
}
