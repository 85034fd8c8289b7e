//! What is seen from outside: addresses of load balancers, entrypoints that
//! they expose, hosts, certificates.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::ops::RangeInclusive;

use jtc_syntax::Span;

use super::Evidence;
use super::ground::{Ground, Running};
use crate::components::build::alias;
use crate::diagnostics::{Report, outside as d};
use crate::model::resolved::World;
use crate::model::settings::Protocol;
use crate::moved::Places;
use crate::network::{Origin, Service, ServiceKind, Space};
use crate::text::addresses;
use crate::traefik::instance::{Router, Served};
use crate::traefik::objects::{Protocol as Speaks, Text};
use crate::traefik::rule::{Pattern, Patterns};

/// A pool of addresses for load balancers.
#[derive(Clone, Debug, Hash)]
pub struct Pool {
    name: String,
    span: Span,
    ranges: Vec<RangeInclusive<u128>>,
}

impl Places for Pool {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        see(&mut self.span);
    }
}

/// The pools of a topology; those that can't be read have been reported.
pub(super) fn pools(world: &World<'_>) -> Vec<Pool> {
    let pools = world.topology.cluster.address_pools.iter();
    pools
        .filter_map(|(name, pool)| {
            let ranges = addresses::ranges(&pool.addresses.value)?;
            Some(Pool { name: name.clone(), span: pool.addresses.span, ranges })
        })
        .collect()
}

/// Reports what wouldn't be reached from outside.
pub(super) fn check(ground: &Ground<'_>, evidence: &Evidence, report: &mut Report) {
    let balancers: Vec<&Service> = ground
        .net
        .spaces()
        .flat_map(|(_, space)| space.services.values())
        .filter(|service| service.kind == ServiceKind::LoadBalancer)
        .collect();
    shared(&balancers, report);
    for pool in &evidence.pools {
        of_pool(pool, &balancers, report);
    }
    let mut hosts: BTreeMap<String, Claim<'_>> = BTreeMap::new();
    let mut patterns: Vec<(&Pattern, Claim<'_>)> = Vec::new();
    for running in ground.all() {
        let Some(space) = ground.net.space(running.namespace) else { continue };
        let exposed = exposed(space, running);
        if !exposed.is_empty() {
            routes(running, &exposed, &mut hosts, report);
            patterns.extend(expressions(running, &exposed));
        }
        let mut stores = false;
        let mut bare = Vec::new();
        let watched: Vec<&Space> = match running.config.namespaces.as_slice() {
            [] => ground.net.spaces().map(|(_, space)| space).collect(),
            names => names.iter().filter_map(|name| ground.net.space(name)).collect(),
        };
        for space in watched {
            stores |= space.traefik.tls_stores.iter().any(|store| store.certificate.is_some());
            bare.extend(space.traefik.routes.iter().filter_map(|route| {
                let tls = route.tls.as_ref()?;
                let there = |name: &Text| {
                    running.config.resolvers.iter().any(|own| own.name.eq_ignore_ascii_case(name))
                };
                let lacks = tls.resolver.as_ref().filter(|name| !there(name));
                let none = tls.secret.is_none()
                    && (tls.resolver.is_none() || lacks.is_some())
                    && !tls.passthrough;
                let origin = space.origins.get(route.meta.at).filter(|_| none)?;
                Some((origin, lacks.map(|name| &**name)))
            }));
        }
        if !stores {
            report.extend(bare.into_iter().map(|(route, lacks)| d::no_certificate(route, lacks)));
        }
    }
    let addresses = ground.net.outside_addresses();
    for external in &evidence.externals {
        let of_service = || addresses.get(&*external.host).map(|(name, own)| (*name, &own.origin));
        let claim = hosts.get(&external.host).copied().or_else(of_service);
        if let Some((namespace, route)) = claim
            && evidence.demands().any(|demand| external.is_asked(demand))
        {
            let own = (external.name.as_str(), external.host.as_str(), external.span);
            report.push(d::own_host(own, namespace, route));
        }
    }
    if !patterns.is_empty() {
        claimed(&hosts, &patterns, report);
    }
}

/// Who claims a host: the namespace of the Traefik, and the route.
type Claim<'r> = (&'r str, &'r Origin);

/// A host of nobody (RFC 2606): what takes it as well names no host.
const NOBODY: &str = "host.invalid";

/// The expressions for hosts in routes that the world reaches.
fn expressions<'r>(
    running: &'r Running<'_>,
    exposed: &[Exposed<'_>],
) -> impl Iterator<Item = (&'r Pattern, Claim<'r>)> {
    let routers = running.instance.routers.iter().filter(|router| {
        router.status.is_enabled()
            && router.protocol == Speaks::Http
            && router.served.iter().any(|place| is_exposed(exposed, &place.entry_point))
    });
    routers
        .flat_map(|router| {
            let patterns = router.rule.iter().flat_map(|rule| rule.host_patterns());
            let claim = running.origin(router.at).map(|origin| (running.namespace, origin));
            patterns.filter(|pattern| !pattern.is_match(NOBODY)).zip(std::iter::repeat(claim))
        })
        .filter_map(|(pattern, claim)| Some((pattern, claim?)))
}

/// Hosts that the expression of another namespace takes as well; each
/// expression is told once.
fn claimed(
    hosts: &BTreeMap<String, Claim<'_>>,
    patterns: &[(&Pattern, Claim<'_>)],
    report: &mut Report,
) {
    let set = Patterns::new(patterns.iter().map(|(pattern, _)| *pattern).collect());
    let mut told = BTreeSet::new();
    for (host, claim) in hosts {
        for at in set.matching(host) {
            let Some((_, other)) = patterns.get(at) else { continue };
            if other.0 != claim.0 && told.insert(at) {
                report.push(d::host_twice(host, *claim, *other));
            }
        }
    }
}

/// Whether a host is a name of the world: aliases are names of the cluster.
fn is_of_world(host: &str) -> bool {
    host.contains('.') && !host.contains('*') && !is_alias(host)
}

/// Addresses that two ask for: they may share one where both say so, with
/// different ports (MetalLB, "Usage"). One Service may ask in one way only, for
/// one address of each family (`getDesiredLbIPs` of MetalLB,
/// `controller/service.go`).
fn shared(balancers: &[&Service], report: &mut Report) {
    let mut taken: BTreeMap<IpAddr, Vec<&Service>> = BTreeMap::new();
    for service in balancers {
        if service.asks_twice {
            report.push(d::asks_twice(&service.origin));
        }
        for address in service.addresses.iter().filter_map(|text| text.parse().ok()) {
            let others = taken.entry(address).or_default();
            let rival = others.iter().find_map(|other| {
                let shared = service.sharing.is_some() && service.sharing == other.sharing;
                let port = service.ports.iter().find(|port| {
                    other
                        .ports
                        .iter()
                        .any(|own| own.number == port.number && own.protocol == port.protocol)
                });
                (!shared || port.is_some()).then_some((other, port.filter(|_| shared)))
            });
            if let Some((other, port)) = rival {
                let address = address.to_string();
                report.push(d::same_address(&service.origin, &other.origin, &address, port));
            }
            others.push(service);
        }
    }
}

fn of_pool(pool: &Pool, balancers: &[&Service], report: &mut Report) {
    let asking: Vec<&&Service> =
        balancers.iter().filter(|service| service.pool.as_ref() == Some(&pool.name)).collect();
    // Those that share an address need one.
    let mut keys: Vec<&str> =
        asking.iter().filter_map(|service| service.sharing.as_deref()).collect();
    let sharing = keys.len();
    keys.sort_unstable();
    keys.dedup();
    let wanted = asking.len() - sharing + keys.len();
    let has = pool.ranges.iter().map(|range| (range.end() - range.start()).saturating_add(1));
    let has = has.fold(0_u128, u128::saturating_add);
    if u128::try_from(wanted).is_ok_and(|wanted| wanted > has) {
        let origins: Vec<&Origin> = asking.iter().map(|service| &service.origin).collect();
        report.push(d::small_pool(&pool.name, pool.span, has, &origins));
    }
    for service in asking {
        for address in &service.addresses {
            let Ok(parsed) = address.parse::<IpAddr>() else { continue };
            let number = addresses::number(parsed);
            if !pool.ranges.iter().any(|range| range.contains(&number)) {
                report.push(d::not_in_pool(&pool.name, pool.span, &service.origin, address));
            }
        }
    }
}

/// An entrypoint of a Traefik that some load balancer exposes.
pub(super) struct Exposed<'r> {
    /// Its name.
    pub(super) entry_point: &'r str,
    /// The port of the load balancer.
    pub(super) service: u16,
    /// The port of Traefik.
    pub(super) container: u16,
    /// What it speaks.
    pub(super) protocol: Protocol,
}

/// The entrypoints of a Traefik that some load balancer exposes.
pub(super) fn exposed<'r>(space: &Space, running: &'r Running<'_>) -> Vec<Exposed<'r>> {
    let balanced = space.services.values().filter(|service| {
        service.kind == ServiceKind::LoadBalancer
            && space.behind(service).any(|pods| pods.origin.id == running.pods.origin.id)
    });
    let ports = balanced.flat_map(|service| &service.ports);
    let entrypoints = ports.filter_map(|port| {
        let container = running.pods.port(&port.target, port.protocol)?;
        let udp = port.protocol == Protocol::Udp;
        let entry_point = &*running.config.entry_point_of_port(container, udp)?.name;
        Some(Exposed { entry_point, service: port.number, container, protocol: port.protocol })
    });
    entrypoints.collect()
}

fn is_exposed(exposed: &[Exposed<'_>], entry_point: &str) -> bool {
    exposed.iter().any(|one| one.entry_point == entry_point)
}

/// Routes for hosts of the world, by a Traefik that has an address there.
fn routes<'r>(
    running: &'r Running<'_>,
    exposed: &[Exposed<'_>],
    hosts: &mut BTreeMap<String, Claim<'r>>,
    report: &mut Report,
) {
    let mut told = BTreeSet::new();
    for router in running.instance.routers.iter().filter(|router| router.status.is_enabled()) {
        let (Some(rule), Some(origin)) = (&router.rule, running.origin(router.at)) else {
            continue;
        };
        if router.protocol != Speaks::Http {
            continue;
        }
        // What answers redirects alone takes no TLS either.
        let plain = router.served.iter().find(|place| {
            let at =
                |one: &Exposed<'_>| one.entry_point == &*place.entry_point && one.service == 443;
            !place.tls && exposed.iter().any(at)
        });
        if let Some(place) = plain.filter(|_| told.insert(&origin.id)) {
            report.push(d::plain(origin, &place.entry_point));
        }
        if let Some(at) = at_80_alone(router, exposed).filter(|_| told.insert(&origin.id)) {
            let (secure, there) = secure(running, exposed);
            report.push(d::sealed(origin, at, secure, there));
        }
        for host in rule.hosts().into_iter().filter(|host| is_of_world(host)) {
            let open = router.served.iter().any(|place| is_exposed(exposed, &place.entry_point));
            if !open && let Some(place) = router.served.first() {
                report.push(d::not_exposed(origin, host, &place.entry_point, &running.pods.origin));
                continue;
            }
            match hosts.get(host) {
                Some((namespace, first)) if *namespace != running.namespace => {
                    report.push(d::host_twice(
                        host,
                        (namespace, first),
                        (running.namespace, origin),
                    ));
                }
                Some(_) => {}
                None => {
                    hosts.insert(host.to_owned(), (running.namespace, origin));
                }
            }
        }
    }
}

/// The entrypoint where a router takes TLS, if a load balancer exposes that at
/// port 80, and none where it takes TLS at another.
fn at_80_alone<'r>(router: &Router, exposed: &[Exposed<'r>]) -> Option<&'r str> {
    let mut found = exposed.iter().filter(|one| {
        let at = |place: &Served| place.tls && &*place.entry_point == one.entry_point;
        one.protocol == Protocol::Tcp && router.served.iter().any(at)
    });
    let first = found.next().filter(|one| one.service == 80)?;
    found.all(|one| one.service == 80).then_some(first.entry_point)
}

/// The entrypoint that a load balancer exposes at port 443, or a name for one.
fn secure<'r>(running: &Running<'_>, exposed: &[Exposed<'r>]) -> (&'r str, bool) {
    let at = |one: &&Exposed<'_>| one.service == 443 && one.protocol == Protocol::Tcp;
    if let Some(one) = exposed.iter().find(at) {
        return (one.entry_point, true);
    }
    let free = |name: &&str| running.config.entry_point(name).is_none();
    (["websecure", "https"].into_iter().find(free).unwrap_or("https-443"), false)
}

fn is_alias(host: &str) -> bool {
    host.starts_with(alias::name("").as_str()) && host.strip_suffix(".svc").is_some()
}
