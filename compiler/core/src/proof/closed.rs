//! The other half of the proof: nothing else is open.
//!
//! A conversation between namespaces is open where the policies of both ends
//! allow it. It may be only where somebody needs it, and then it leads to an
//! entrypoint of a Traefik. Namespaces that the topology doesn't know have no
//! policies that anybody could count on, so what lets them in is open.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use super::Evidence;
use super::ground::Ground;
use crate::components::manifests;
use crate::components::program::Peer as Wanted;
use crate::diagnostics::{Diag, Report, closed as d};
use crate::model::object::ObjectId;
use crate::model::resolved::ranges;
use crate::model::settings::Protocol;
use crate::network::policy::{Direction, End, Peer, Port, PortRange, Rule};
use crate::network::range;
use crate::network::spaces::FEW;
use crate::network::spaces::Question;
use crate::network::{Origin, Pods, Selector, Space, Target};
use crate::traefik::config::INTERNAL_ENTRY_POINT;

const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// A name that no namespace of a topology has: it isn't one.
const STRANGER: &str = "(another)";

/// Ports by which the Kubernetes API is reached.
const API_SERVER: [u16; 2] = [443, 6443];

/// Reports every opening that nobody needs.
pub(super) fn check(ground: &Ground<'_>, evidence: &Evidence, report: &mut Report) {
    if !evidence.policies {
        return;
    }
    let unread = ground.net.spaces().flat_map(|(_, space)| &space.other_policies);
    report.extend(unread.map(d::other));
    let needs = Needs::of(evidence);
    let crowd = Crowd::of(ground);
    let spaces: Vec<_> = ground.net.spaces().collect();
    let found: Vec<Vec<Diag>> = spaces
        .into_par_iter()
        .map(|(name, space)| of_space(ground, &needs, &crowd, (name, space)))
        .collect();
    report.extend(found.into_iter().flatten());
}

/// The openings of a namespace; each policy is told once.
fn of_space(
    ground: &Ground<'_>,
    needs: &Needs<'_>,
    crowd: &Crowd<'_>,
    (name, space): (&str, &Space),
) -> Vec<Diag> {
    let mut found = Vec::new();
    let mut told: Vec<(&ObjectId, Direction)> = Vec::new();
    let looked = |pods: &&Pods| pods.runs && !pods.host_network && !pods.mistaken;
    for pods in space.pods.iter().filter(looked) {
        let place = Place { ground, needs, crowd, name, space, pods };
        for direction in [Direction::Ingress, Direction::Egress] {
            let mut guarded = false;
            for policy in space.policies_about(pods, direction) {
                let Some(rules) = policy.rules(direction) else { continue };
                guarded = true;
                let this = (&policy.origin.id, direction);
                if told.contains(&this) {
                    continue;
                }
                let hole = rules.iter().find_map(|rule| match direction {
                    Direction::Ingress => place.lets_in(rule),
                    Direction::Egress => place.lets_out(rule),
                });
                if let Some(Hole { whom, ports, by_hand }) = hole {
                    told.push(this);
                    found.push(match direction {
                        Direction::Ingress if by_hand => d::by_hand(
                            d::let_in(policy, name, pods, &whom, &ports),
                            Some(name),
                            None,
                        ),
                        Direction::Ingress => d::let_in(policy, name, pods, &whom, &ports),
                        Direction::Egress => d::let_out(policy, name, pods, &whom, &ports),
                    });
                }
            }
            if !guarded {
                found.push(d::unguarded(name, pods, direction));
            }
        }
        if let Some(service) = place.lonely() {
            let routed = space.pods.iter().any(|pods| pods.traefik.is_some());
            found.push(d::unreached(name, pods, service, routed));
        }
    }
    found
}

/// Somebody: namespace and component.
type Who<'e> = (&'e str, &'e str);

/// An entrypoint of a Traefik: its namespace, port and protocol.
type Entered<'e> = (&'e str, u16, Protocol);

/// What the topology says that somebody reaches. There is something for each path,
/// so that it lies in sorted lists.
struct Needs<'e> {
    evidence: &'e Evidence,
    /// Who enters which Traefik.
    entering: Vec<(Entered<'e>, Who<'e>)>,
    /// Who goes outside, and where.
    outside: Vec<(Who<'e>, &'e Wanted)>,
    /// Who is asked for behind a Traefik: by namespace, and `app` label. It is seldom
    /// looked at.
    behind: OnceLock<BTreeSet<(&'e str, &'e str)>>,
}

impl<'e> Needs<'e> {
    fn of(evidence: &'e Evidence) -> Self {
        let (mut entering, mut outside) = (Vec::new(), Vec::new());
        for demand in evidence.demands() {
            let from = (&*demand.namespace, &*demand.component);
            match &*demand.to {
                Wanted::Traefik { namespace, port, protocol, .. } => {
                    entering.push(((namespace.as_str(), *port, *protocol), from));
                }
                to @ (Wanted::External { .. } | Wanted::ApiServer) => outside.push((from, to)),
                Wanted::Program { .. } => {}
            }
        }
        entering.sort_unstable();
        outside.sort_by_key(|(who, _)| *who);
        Self { evidence, entering, outside, behind: OnceLock::new() }
    }

    fn enters(&self, who: Who<'_>, entered: Entered<'_>) -> bool {
        self.entering.binary_search(&(entered, who)).is_ok()
    }

    /// Whether somebody reaches a range outside by a port.
    fn leaves(&self, from: Who<'_>, cidr: &str, (port, protocol): (u16, Protocol)) -> bool {
        let start = self.outside.partition_point(|(who, _)| *who < from);
        let rest = self.outside.get(start..).unwrap_or_default();
        let mut own = rest.iter().take_while(|(who, _)| *who == from);
        own.any(|(_, to)| match to {
            Wanted::External { cidrs, port: wanted, protocol: spoken, .. } => {
                (*wanted, *spoken) == (port, protocol)
                    && (cidrs.is_empty() || ranges(cidrs).any(|own| range::contains(own, cidr)))
            }
            Wanted::ApiServer => API_SERVER.contains(&port) && protocol == Protocol::Tcp,
            Wanted::Program { .. } | Wanted::Traefik { .. } => false,
        })
    }

    fn are_behind(&self, namespace: &str, app: &str) -> bool {
        let all = || {
            let demands = self.evidence.demands().filter_map(|demand| match &*demand.to {
                Wanted::Traefik { namespace, asks, .. } => Some((&**namespace, &*asks.app)),
                _ => None,
            });
            demands.collect()
        };
        self.behind.get_or_init(all).contains(&(namespace, app))
    }
}

/// The pods of large namespaces, as that of the reapers, by the label `app`.
struct Crowd<'n>(BTreeMap<&'n str, BTreeMap<&'n str, Vec<&'n Pods>>>);

impl<'n> Crowd<'n> {
    fn of(ground: &Ground<'n>) -> Self {
        let large = ground.net.spaces().filter(|(_, space)| space.pods.len() > FEW);
        let by_app = large.map(|(name, space)| {
            let mut by_app = BTreeMap::<_, Vec<_>>::new();
            for pods in space.pods.iter().filter(|pods| pods.runs && !pods.mistaken) {
                if let Some(app) = pods.labels.get("app") {
                    by_app.entry(app).or_default().push(pods);
                }
            }
            (name, by_app)
        });
        Self(by_app.collect())
    }

    /// The pods of a namespace that a selector selects and that run.
    fn selected<'s>(
        &'s self,
        (name, space): (&str, &'s Space),
        selector: Option<&Selector>,
    ) -> impl Iterator<Item = &'s Pods> {
        let app = selector.and_then(|selector| selector.wanted("app"));
        let indexed = app.and_then(|app| Some((app, self.0.get(name)?)));
        let (own, all): (&'s [&'n Pods], &'s [Pods]) = match indexed {
            Some((app, by_app)) => (by_app.get(app).map_or(&[], Vec::as_slice), &[]),
            None => (&[], &space.pods),
        };
        own.iter()
            .copied()
            .chain(all.iter().filter(|pods| pods.runs && !pods.mistaken))
            .filter(move |pods| selector.is_none_or(|selector| selector.selects(&pods.labels)))
    }
}

/// Pods that are looked at.
struct Place<'p, 'e> {
    ground: &'p Ground<'p>,
    needs: &'p Needs<'e>,
    crowd: &'p Crowd<'p>,
    name: &'p str,
    space: &'p Space,
    pods: &'p Pods,
}

/// Whom a rule lets through, and by which ports, for a person.
struct Hole {
    whom: String,
    ports: String,
    /// Whether it is a hand-written pod, which might need it and can't say so.
    by_hand: bool,
}

impl Hole {
    fn new(whom: String, all: &[Port]) -> Self {
        Self { whom, ports: ports(all), by_hand: false }
    }
}

impl Place<'_, '_> {
    /// The Service of a program that no policy lets anybody in to: certainly
    /// nobody reaches it. Traefik may wait for its first caller, and a port that
    /// a probe asks is there for that.
    fn lonely(&self) -> Option<&Origin> {
        let own = &*self.pods.component != manifests::COMPONENT && self.pods.traefik.is_none();
        let own = own && !self.pods.probed;
        let mut rules = self
            .space
            .policies_about(self.pods, Direction::Ingress)
            .filter_map(|policy| policy.rules(Direction::Ingress));
        if !own || rules.any(|rules| !rules.is_empty()) {
            return None;
        }
        let name = self.pods.labels.get("app")?;
        let service = self.space.services.get(name)?;
        // That it can't be reached is told of who asks for it.
        let told = self.needs.are_behind(self.name, name) || self.is_routed(name);
        (!told).then_some(&service.origin)
    }

    /// Whether a route leads to a Service of the namespace; none of the topology does, of
    /// which policies follow.
    fn is_routed(&self, service: &str) -> bool {
        let routers = self.ground.traefiks(self.name).iter().flat_map(|one| &one.instance.routers);
        let mut reached = routers.filter_map(|router| router.service.as_ref());
        reached.any(|leads| {
            leads.reached().iter().any(|backend| {
                *backend.service.namespace == *self.name && *backend.service.name == *service
            })
        })
    }

    fn lets_in(&self, rule: &Rule) -> Option<Hole> {
        let hole = |whom: String| Some(Hole::new(whom, &rule.ports));
        if rule.peers.is_empty() {
            return if self.is_balanced("0.0.0.0/0", rule) {
                None
            } else {
                hole("anybody".to_owned())
            };
        }
        rule.peers.iter().find_map(|peer| match peer {
            Peer::Block { cidr, .. } if self.is_balanced(cidr, rule) => None,
            Peer::Block { cidr, .. } => hole(format!("whoever has an address of `{cidr}`")),
            // Within a namespace everybody finds everybody.
            Peer::Pods { namespaces: None, .. } => None,
            Peer::Pods { namespaces: Some(selector), pods } => {
                let whose = || match pods {
                    Some(pods) if !pods.is_everything() => format!("the pods with {pods}"),
                    _ => "all pods".to_owned(),
                };
                if selects_strangers(selector) {
                    return hole(format!("{} of every namespace", whose()));
                }
                if let Some(unknown) = self.unknown(selector).filter(|_| !self.is_entered(rule)) {
                    return hole(format!("{} of {unknown},", whose()));
                }
                let (name, other) = self.stranger(selector, pods.as_ref(), rule)?;
                let needless = rule.ports.iter().filter(|port| !self.needs(name, other, port));
                let whom = format!("the pods of `{}` in `{name}`", other.origin.id.name);
                Some(Hole {
                    by_hand: self.pods.traefik.is_some()
                        && &*other.component == manifests::COMPONENT,
                    ..Hole::new(whom, &needless.cloned().collect::<Vec<_>>())
                })
            }
        })
    }

    /// Namespaces that a selector means and the topology doesn't know: nothing
    /// is known of their policies. By labels other than the name these are meant
    /// where no namespace of the topology has them.
    fn unknown(&self, selector: &Selector) -> Option<String> {
        let net = self.ground.net;
        let Some(names) = selector.named(NAMESPACE_NAME) else {
            let none = !net.spaces().any(|(_, space)| selector.selects(&space.labels));
            return none
                .then(|| format!("namespaces with {selector}, which the topology doesn't know"));
        };
        let name = names.iter().find(|name| net.space(name).is_none())?;
        Some(format!("`{name}`, a namespace that the topology doesn't know"))
    }

    /// The first pods of another namespace that a rule lets in, that nobody
    /// needs, and that their own policies let out.
    fn stranger(
        &self,
        namespaces: &Selector,
        pods: Option<&Selector>,
        rule: &Rule,
    ) -> Option<(&str, &Pods)> {
        let net = self.ground.net;
        let there: Vec<_> = match namespaces.named(NAMESPACE_NAME) {
            Some(names) => names.iter().filter_map(|name| net.spaces_entry(name)).collect(),
            None => net.spaces().collect(),
        };
        there
            .into_iter()
            .filter(|(name, space)| *name != self.name && namespaces.selects(&space.labels))
            .find_map(|(name, space)| {
                let other = self.crowd.selected((name, space), pods).find(|other| {
                    !self.is_needed(name, other, rule)
                        && self.is_let_out((name, space), other, rule)
                })?;
                Some((name, other))
            })
    }

    /// Whether each port of a rule is an entrypoint that the pods need.
    fn is_needed(&self, name: &str, other: &Pods, rule: &Rule) -> bool {
        !rule.ports.is_empty() && rule.ports.iter().all(|port| self.needs(name, other, port))
    }

    /// Whether a port is an entrypoint that the pods need.
    fn needs(&self, name: &str, other: &Pods, port: &Port) -> bool {
        let entered = self.number(port).filter(|_| self.pods.traefik.is_some());
        entered.is_some_and(|(number, protocol)| {
            self.needs.enters((name, &other.component), (self.name, number, protocol))
        })
    }

    /// The single port of the pods that one of a rule means.
    fn number(&self, port: &Port) -> Option<(u16, Protocol)> {
        let protocol = port.protocol?;
        let number = match &port.ports {
            PortRange::Numbers(first, last) if first == last => Some(*first),
            PortRange::Name(name) => self.pods.port(&Target::Name(name.clone()), protocol),
            PortRange::Numbers(..) | PortRange::All => None,
        };
        Some((number?, protocol))
    }

    fn is_let_out(&self, (name, space): (&str, &Space), other: &Pods, rule: &Rule) -> bool {
        let end = End::Pods { namespace: self.name, labels: &self.space.labels, pods: self.pods };
        self.probes(rule).into_iter().any(|(port, protocol)| {
            let question = Question {
                namespace: name,
                space,
                pods: other,
                direction: Direction::Egress,
                other: end,
                reached: Some(self.pods),
                port,
                protocol,
            };
            question.may()
        })
    }

    /// Ports by which a rule is tried: those that it names, and those that the
    /// pods have where it names none.
    fn probes(&self, rule: &Rule) -> Vec<(u16, Protocol)> {
        let own = self.pods.ports.iter().map(|port| (port.number, port.protocol));
        if rule.ports.is_empty() {
            return own.collect();
        }
        let mut probes = Vec::new();
        for port in &rule.ports {
            let Some(protocol) = port.protocol else { continue };
            match &port.ports {
                PortRange::All => probes.extend(own.clone().filter(|own| own.1 == protocol)),
                PortRange::Numbers(first, last) => {
                    probes.push((*first, protocol));
                    probes.extend(
                        own.clone()
                            .filter(|own| own.1 == protocol && (first..=last).contains(&&own.0)),
                    );
                }
                PortRange::Name(name) => {
                    let found = self.pods.port(&Target::Name(name.clone()), protocol);
                    probes.extend(found.map(|number| (number, protocol)));
                }
            }
        }
        probes
    }

    /// Whether each port of a rule is an entrypoint of a Traefik, by which
    /// routes decide who goes on.
    fn is_entered(&self, rule: &Rule) -> bool {
        let Some(config) = &self.pods.traefik else { return false };
        !rule.ports.is_empty()
            && rule.ports.iter().all(|port| {
                let entrypoint = self.number(port).and_then(|(number, protocol)| {
                    config.entry_point_of_port(number, protocol == Protocol::Udp)
                });
                entrypoint.is_some_and(|entrypoint| &*entrypoint.name != INTERNAL_ENTRY_POINT)
            })
    }

    /// Whether a range are the clients of a load balancer, on entrypoints.
    fn is_balanced(&self, cidr: &str, rule: &Rule) -> bool {
        self.is_entered(rule)
            && self.space.services.values().any(|service| {
                service.opening().is_some()
                    && self.space.behind(service).any(|pods| std::ptr::eq(pods, self.pods))
                    && (service.ranges.is_empty()
                        || service.ranges.iter().any(|range| range::contains(range, cidr)))
            })
    }

    fn lets_out(&self, rule: &Rule) -> Option<Hole> {
        let own = &*self.pods.component != manifests::COMPONENT;
        let hole = |whom: String| Some(Hole::new(whom, &rule.ports));
        if rule.peers.is_empty() {
            return hole("anywhere".to_owned());
        }
        rule.peers.iter().find_map(|peer| match peer {
            Peer::Block { cidr, except } => {
                let everywhere = range::is_anywhere(cidr, except);
                let needless = (own || everywhere) && !self.is_wanted(cidr, rule);
                if needless { hole(format!("the addresses of `{cidr}`")) } else { None }
            }
            Peer::Pods { namespaces: None, .. } => None,
            Peer::Pods { namespaces: Some(selector), .. } => {
                let known = selector.wanted(NAMESPACE_NAME);
                let dns = known == Some("kube-system") && rule.ports.iter().all(is_dns);
                if dns && !rule.ports.is_empty() {
                    return None;
                }
                if selects_strangers(selector) {
                    return hole("pods of every namespace".to_owned());
                }
                // What the topology knows lets in whom it wants.
                let name = known.filter(|name| own && self.ground.net.space(name).is_none())?;
                hole(format!("pods of `{name}`"))
            }
        })
    }

    /// Whether somebody says that the pods reach a range.
    fn is_wanted(&self, cidr: &str, rule: &Rule) -> bool {
        let from = (self.name, &*self.pods.component);
        !rule.ports.is_empty()
            && rule.ports.iter().all(|port| match (&port.ports, port.protocol) {
                (PortRange::Numbers(first, last), Some(protocol)) if first == last => {
                    self.needs.leaves(from, cidr, (*first, protocol))
                }
                _ => false,
            })
    }
}

fn is_dns(port: &Port) -> bool {
    port.ports == PortRange::Numbers(53, 53)
}

/// Whether a selector takes namespaces of which nothing is known.
fn selects_strangers(selector: &Selector) -> bool {
    selector.takes(|key| (key == NAMESPACE_NAME).then_some(STRANGER))
}

/// The ports of a rule, for a person.
fn ports(all: &[Port]) -> String {
    if all.is_empty() {
        return "every port".to_owned();
    }
    let each = all.iter().map(|port| {
        let over = port.protocol.map_or("another protocol", Protocol::as_str);
        match &port.ports {
            PortRange::All => format!("every port over {over}"),
            PortRange::Numbers(first, last) if first == last => format!("port {first} over {over}"),
            PortRange::Numbers(first, last) => format!("the ports {first} to {last} over {over}"),
            PortRange::Name(name) => format!("the port `{name}` over {over}"),
        }
    });
    each.collect::<Vec<_>>().join(" and ")
}
