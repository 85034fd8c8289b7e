//! Addresses that a program is told of what isn't a Service: of an external that
//! nothing lets it reach, and names that nothing has.

use std::net::Ipv4Addr;

use super::super::ground::Ground;
use super::super::{Evidence, External, Seen};
use super::asked::is_itself;
use super::{Asking, Form, Said};
use crate::components::manifests;
use crate::diagnostics::{Diag, closed as d, suggest};
use crate::model::resolved::ranges;
use crate::model::settings::Protocol;
use crate::network::addresses::full_name;
use crate::network::policy::Rule;
use crate::network::{Resolved, Service, ServiceKind, Space};

/// What is wrong with such an address, if anything is.
pub(super) fn judge(
    ground: &Ground<'_>,
    evidence: &Evidence,
    seen: &Seen,
    (name, space): (&str, &Space),
    said: &Said,
) -> Option<Diag> {
    let host = said.host.to_ascii_lowercase();
    let (aliases, resolved) = ground.net.follow((name, Some(space)), &host);
    if matches!(resolved, Resolved::Service(_)) {
        return None;
    }
    let own = said.groups((name, space));
    if own.is_empty() {
        return None;
    }
    // What is told in a file may be a name of its own there, as an `upstream`, or a link
    // for others; by a proxy the proxy reaches it.
    let is_link = said.form.is_web() && said.asking != Asking::Itself;
    let told = said.address();
    let alias = aliases.last().map(|alias| &alias.service.origin);
    let host = match aliases.last().map(|alias| (alias, &alias.service.kind)) {
        Some((alias, ServiceKind::ExternalName(to))) if matches!(resolved, Resolved::Nothing) => {
            let whole = format!("{to}.{}", ground.net.dns_domain());
            let there = ground.net.follow((alias.namespace, None), &whole).1;
            let whole = Some(whole).filter(|_| matches!(there, Resolved::Service(_)));
            let origin = &alias.service.origin;
            return Some(d::alias_to_nothing(&told, origin, to, whole.as_deref()));
        }
        Some((_, ServiceKind::ExternalName(to))) => to.trim_end_matches('.').to_ascii_lowercase(),
        _ => host,
    };
    // By its name, or by the only address that it has.
    let is_named = |external: &&External| {
        let mut own = ranges(&external.cidrs);
        let only =
            own.next().and_then(|range| range.split_once("/32")).filter(|_| own.next().is_none());
        external.host == host || only.is_some_and(|(address, _)| *address == *host)
    };
    let known = || evidence.externals.iter().filter(is_named);
    if known().next().is_none() {
        if alias.is_some() || is_link || !evidence.policies {
            return None;
        }
        let other = full_name(&host, ground.net.dns_domain()).map(|(_, namespace)| namespace);
        if let Some(other) = other.filter(|other| ground.net.space(other).is_none()) {
            let port = said.port.filter(|_| said.form != Form::Host)?;
            let protocol = said.form.protocol().unwrap_or(Protocol::Tcp);
            let lets = |rule: &Rule| {
                rule.may_leave(&[], port, protocol) || rule.may_visit(other, port, protocol)
            };
            let open = own.iter().any(|own| own.may_leave(lets));
            let shut = !is_unknown(ground, space) && !open;
            return shut.then(|| d::unknown_namespace(&told, other, port));
        }
        if said.surely
            && matches!(resolved, Resolved::Outside)
            && said.asking != Asking::Proxy
            && !is_service_address(ground, &host)
            && let Some(port) = said.port
        {
            let range = host.parse::<Ipv4Addr>().map(|ip| format!("{ip}/32"));
            let ranges: Vec<&str> = range.iter().map(String::as_str).collect();
            let lets = |rule: &Rule| rule.may_leave(&ranges, port, Protocol::Tcp);
            let shut = !is_unknown(ground, space) && !own.iter().any(|own| own.may_leave(lets));
            return shut.then(|| {
                d::no_external(&told, port, |name| {
                    evidence.externals.iter().all(|external| *external.name != *name)
                })
            });
        }
        let nowhere = matches!(resolved, Resolved::Nothing) && said.form.protocol().is_some();
        return (nowhere && (is_of(name, &said.host) || is_member(space, &said.host)))
            .then(|| no_such(&told, (name, space)));
    }
    let is_open = |external: &External| {
        let protocol = said.form.protocol().unwrap_or(external.protocol);
        let ranges: Vec<&str> = ranges(&external.cidrs).collect();
        let port = port(said, external);
        own.iter().any(|own| own.may_leave(|rule| rule.may_leave(&ranges, port, protocol)))
    };
    if is_link || is_unknown(ground, space) || known().any(is_open) {
        return None;
    }
    // The one of the port that is said, if there is one.
    let external = known().find(|external| port(said, external) == external.port);
    let external = external.or_else(|| known().next())?;
    let mut own_demands = seen.demands.iter().filter(|one| one.component == said.component);
    let connected = own_demands.any(|demand| external.is_asked(demand));
    let asked = port(said, external);
    let other = (asked != external.port).then_some((asked, external.port));
    let found = d::beyond(&told, &external.name, external.span, other, connected);
    Some(match alias {
        Some(alias) => found.with(alias.source, format!("`{}` is an alias for its host", alias.id)),
        None => found,
    })
}

/// The port that is asked for. The variable beside that of a host may be about
/// something else.
fn port(said: &Said, external: &External) -> u16 {
    said.port.filter(|_| said.form != Form::Host).unwrap_or(external.port)
}

/// Whether policies of other kinds have a say about the pods of a namespace.
pub(super) fn is_unknown(ground: &Ground<'_>, space: &Space) -> bool {
    let any = |space: &Space| !space.other_policies.is_empty();
    any(space) || ground.net.space("").is_some_and(any)
}

/// Whether a name can only be one of the namespace: a single word, that isn't the
/// pod itself nor stands for a name, as `HOST`, or one with the namespace behind it.
fn is_of(namespace: &str, host: &str) -> bool {
    let mut words = host.split('.');
    let first = words.next().unwrap_or_default();
    match (words.next(), words.next()) {
        (None, _) => {
            !is_itself(first)
                && !["example", "host", "hostname"].contains(&first)
                && !first.contains('_')
                && first.bytes().any(|byte| byte.is_ascii_lowercase())
        }
        (Some(own), Some("svc")) => own == namespace,
        _ => false,
    }
}

/// Whether a name can only be one of a pod of a `StatefulSet`, behind which stands its
/// Service.
fn is_member(space: &Space, host: &str) -> bool {
    let mut labels = host.split('.');
    let (pod, service) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    space.services.get(service).is_some_and(|service| {
        space.behind(service).any(|pods| matches!(pods.has_member(pod), Some(false)))
    })
}

/// Whether an address is that of a Service, or of the pod itself.
fn is_service_address(ground: &Ground<'_>, host: &str) -> bool {
    let mut services = ground.net.spaces().flat_map(|(_, space)| space.services.values());
    is_itself(host) || services.any(|own| own.cluster_ips.iter().any(|ip| ip == host))
}

/// A name that nothing has: perhaps that of a component, or nearly one.
fn no_such(told: &d::Address<'_>, (name, space): (&str, &Space)) -> Diag {
    let first = told.host.split('.').next().unwrap_or_default();
    let services = || space.services.values();
    // What `connect` leads to has a Service.
    let named = services().find(|service| component(space, service) == Some(first));
    let near = || {
        let near = suggest(first, services().map(|service| &*service.origin.id.name))?;
        space.services.get(near)
    };
    let meant = named.or_else(near).and_then(|service| component(space, service));
    d::nowhere(told, name, meant)
}

/// The component behind a Service that a `connect` may name.
fn component<'s>(space: &'s Space, service: &'s Service) -> Option<&'s str> {
    let pods = space.behind(service).next().filter(|pods| pods.traefik.is_none())?;
    Some(&*pods.component).filter(|component| *component != manifests::COMPONENT)
}
