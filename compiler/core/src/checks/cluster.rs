//! Rules of the cluster as a whole: its version, its addresses, names that
//! become part of others.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jtc_syntax::Span;

use crate::components::program::Cx;
use crate::components::{build::alias, traefik};
use crate::diagnostics::{self as d, Report};
use crate::model::declared::{About, Topology};
use crate::model::resolved::{LinkEnd, World, ranges};
use crate::network::range::contains;
use crate::text::addresses::{self, number};
use crate::text::{Cidr, Version};

/// The oldest Kubernetes that the output is for.
pub const OLDEST: Version = Version::new(1, 34, 0);

/// The newest.
pub const NEWEST: Version = Version::new(1, 37, 0);

/// Checks the cluster.
pub fn check(world: &World<'_>, report: &mut Report) {
    let version = world.topology.cluster.kubernetes;
    if version.value < OLDEST || version.value > NEWEST {
        report.push(d::j0616_kubernetes_version::diag(version, OLDEST, NEWEST));
    }
    for site in &world.sites {
        system(site.name, site.decl.span, report);
        labels(&site.decl.about, report);
    }
    if let Some(reapers) = &world.reapers {
        system(reapers.name, reapers.decl.span, report);
        labels(&reapers.decl.about, report);
    }
    traefiks(world.topology, report);
    externals(world.topology, report);
    addresses(world, report);
    aliases(world, report);
}

/// Externals whose own address policies would not let through.
fn externals(topology: &Topology, report: &mut Report) {
    for (name, external) in &topology.externals {
        let host = &external.host;
        let is_in = || ranges(&external.cidrs).any(|range| contains(range, &host.value));
        if host.value.parse::<IpAddr>().is_ok() && !external.cidrs.is_empty() && !is_in() {
            report.push(d::j0208_bad_value::outside_of_itself(name, host));
        }
    }
}

/// What is said of Traefik in the namespaces, and for all of them.
fn traefiks(topology: &Topology, report: &mut Report) {
    let parts = topology.namespaces.values().map(|namespace| &namespace.parts);
    for traefik in parts.chain([&topology.defaults]).filter_map(|parts| parts.traefik.as_ref()) {
        for name in ["traefik", "ping"] {
            if let Some(entrypoint) = traefik.own.entrypoints.get(name) {
                report.push(d::j0504_reserved_entrypoint::diag(name, entrypoint.span));
            }
        }
        if let Some(version) = &traefik.own.version
            && Version::parse(&version.value).is_ok_and(|parsed| parsed < OLDEST_TRAEFIK)
        {
            report.push(d::j0208_bad_value::too_old("Traefik", version, OLDEST_TRAEFIK));
        }
        if let Some(image) = &traefik.settings.image
            && image.value.name().contains("traefik")
            && let Some(Ok(found)) = image.value.tag().map(Version::parse)
            && found < OLDEST_TRAEFIK
        {
            report.push(d::j0208_bad_value::too_old_image("Traefik", image, OLDEST_TRAEFIK));
        }
    }
}

/// The oldest Traefik whose arguments and definitions the output fits.
pub(crate) const OLDEST_TRAEFIK: Version = Version::new(3, 7, 0);

/// Labels that would say another Pod Security level than the one checked.
fn labels(about: &About, report: &mut Report) {
    for (key, value) in &about.labels {
        if key.starts_with("pod-security.kubernetes.io/") {
            report.push(d::j0208_bad_value::pod_security_label(key, value.span));
        }
    }
}

/// Kubernetes keeps names that start with `kube-` for itself.
fn system(name: &str, at: Span, report: &mut Report) {
    if name == "default" || name.starts_with("kube-") {
        report.push(d::j0617_system_namespace::diag(name, at));
    }
}

/// Whether some addresses of a pool are of the family of a range, IPv4 or IPv6.
fn has_family_of(pool: &str, range: &Cidr) -> bool {
    let is_v6 = range.to_string().contains(':');
    pool.split(',').any(|part| part.contains(':') == is_v6)
}

/// How many addresses a list of ranges has.
fn count(list: &str) -> Option<u128> {
    let sizes = addresses::ranges(list)?
        .into_iter()
        .map(|range| (range.end() - range.start()).saturating_add(1));
    Some(sizes.fold(0, u128::saturating_add))
}

fn addresses(world: &World<'_>, report: &mut Report) {
    let mut asked: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    let mut taken: BTreeMap<IpAddr, Span> = BTreeMap::new();
    for site in world.sites.iter().filter(|site| site.jobmon.is_some()) {
        let Some(balancer) = traefik::load_balancer(&Cx { world, site }) else { continue };
        if let Some(pool) = &balancer.value.pool {
            asked.entry(&pool.value).or_default().push(site.decl.span);
            let found = world.topology.cluster.address_pools.get(&pool.value);
            if let (Some(found), Some(address)) = (found, &balancer.value.address)
                && let Ok(parsed) = address.value.parse::<IpAddr>()
                && addresses::ranges(&found.addresses.value).is_some_and(|ranges| {
                    !ranges.iter().any(|range| range.contains(&number(parsed)))
                })
            {
                report.push(d::j0902_pool::outside(&pool.value, found, address));
            }
            let clients = &balancer.value.source_ranges;
            if let Some(found) = found
                && let Some(first) = clients.first()
                && clients.iter().all(|range| !has_family_of(&found.addresses.value, range))
            {
                report.push(d::j0902_pool::other_family(
                    &pool.value,
                    found,
                    (first, balancer.span),
                ));
            }
        }
        if let Some(address) = &balancer.value.address
            && let Ok(parsed) = address.value.parse()
        {
            match taken.get(&parsed) {
                Some(first) => report.push(d::j0903_same_address::diag(address, *first)),
                None => {
                    taken.insert(parsed, address.span);
                }
            }
        }
    }
    for (name, pool) in &world.topology.cluster.address_pools {
        match count(&pool.addresses.value) {
            None => report.push(d::j0902_pool::unreadable(pool)),
            Some(has) => {
                if let Some(wanted) = asked.get(name.as_str())
                    && u128::try_from(wanted.len()).is_ok_and(|wanted| wanted > has)
                {
                    report.push(d::j0902_pool::small(name, pool, has, wanted));
                }
            }
        }
    }
}

/// `traefik-NAMESPACE` must be a name too.
fn aliases(world: &World<'_>, report: &mut Report) {
    let mut reached: BTreeMap<&str, Span> = BTreeMap::new();
    for reaper in world.reapers.iter().flat_map(|reapers| &reapers.live) {
        if let Some(site) = world.sites.get(reaper.site) {
            reached.entry(site.name).or_insert(site.decl.span);
        }
    }
    for link in world.sites.iter().flat_map(|site| &site.links) {
        if let LinkEnd::Remote { namespace, .. } = &link.to
            && let Some((_, site)) = world.site(namespace)
        {
            reached.entry(site.name).or_insert(site.decl.span);
        }
    }
    for (name, span) in reached {
        let whole = alias::name(name);
        if whole.len() > 63 {
            report.push(d::j0608_long_name::diag(span, name, "the alias Service", &whole, 63));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn ranges_are_counted() {
        assert_eq!(count("10.20.0.16/29"), Some(8));
        assert_eq!(count("10.0.0.1-10.0.0.3, 10.0.1.1"), Some(4));
        assert_eq!(count("fd00::/64"), Some(1 << 64));
        assert_eq!(count("10.0.0.3-10.0.0.1"), None);
        assert_eq!(count("pool"), None);
    }
}
