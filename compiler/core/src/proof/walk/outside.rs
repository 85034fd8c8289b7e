//! From a client outside of the cluster: the load balancer of a Traefik, its
//! entrypoint, the policy there, the route, and who answers.

use std::net::IpAddr;

use super::tries::Door;
use super::{Group, Passed, Walk};
use crate::components::program::Peer;
use crate::model::settings::Protocol;
use crate::network::policy::{Direction, End};
use crate::network::{Found, Service, ServiceKind, Space};
use crate::proof::demand::{Client, Demand};
use crate::proof::ground::{Ground, Running};
use crate::proof::trail::{Broken, Step, Trail};
use crate::traefik::instance::{Action, Router};
use crate::traefik::request::Hello;
use crate::traefik::rule::{Example, Network, Rule};
use crate::traefik::{Answer, Request};

/// Goes the path of a client outside. That a middleware turns away who has no
/// password, or sends him to another scheme, is what it is there for.
pub(super) fn enter(
    ground: &Ground<'_>,
    demand: &Demand,
    client: &Client,
    trail: &mut Trail,
) -> Passed {
    let Peer::Traefik { namespace, service: asked, protocol, asks, .. } = &*demand.to else {
        return Ok(());
    };
    let Some((namespace, space)) = ground.net.spaces_entry(namespace) else { return Ok(()) };
    // One without the port may stand beside it.
    let has_port = |service: &&Service| service.ports.iter().any(|port| port.number == *asked);
    let service = balancers(space).find(has_port).or_else(|| balancers(space).next());
    let Some(service) = service else {
        return Err(Box::new(
            Broken::new(
                Step::Name,
                format!("no load balancer of `{namespace}` leads to Traefik"),
                "let a Service of type LoadBalancer select the pods of Traefik",
            )
            .place(demand.span, "the route"),
        ));
    };
    trail.add(Step::Name, &service.origin, "spec.type", || match service.addresses.as_slice() {
        [] => format!("the load balancer `{}` of `{namespace}`", service.origin.id.name),
        list => format!(
            "the load balancer `{}` of `{namespace}`, at {}",
            service.origin.id.name,
            list.join(" and ")
        ),
    });
    // Who asks has no pods: those of Traefik stand for a beginning.
    let Some(first) = space.behind(service).next() else { return Ok(()) };
    let walk = Walk { ground, demand, from: Group { namespace, space, pods: first } };
    let asked = *asked;
    let port = walk.port(service, asked, *protocol, trail)?;
    for (group, number) in walk.behind(Found { namespace, space, service }, port, trail)? {
        let ends: Vec<End<'_>> = match service.ranges.as_slice() {
            [] => vec![End::Anywhere],
            ranges => ranges.iter().map(|range| End::Range(range)).collect(),
        };
        for end in ends {
            let reached = Some(group.pods);
            let port = (number, *protocol);
            walk.allowed(Direction::Ingress, group, end, reached, port, Step::Ingress, trail)?;
        }
        let host = client.example.as_ref().map_or("", |example| &example.host);
        walk.gate(group, (asked, number), host, asks, trail)?;
    }
    Ok(())
}

/// The load balancers that lead to a Traefik.
fn balancers(space: &Space) -> impl Iterator<Item = &Service> {
    space.services.values().filter(|service| {
        service.kind == ServiceKind::LoadBalancer
            && space.behind(service).any(|pods| pods.traefik.is_some())
    })
}

/// The host and the port of a URL of the web, in lower case.
fn web(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, said)) => (host, said.parse().ok()?),
        None => (authority, port),
    };
    Some((host.to_ascii_lowercase(), port))
}

/// Whether nothing answers a browser that is sent to a URL. What asks for more than
/// a browser says by itself can't be told.
fn is_lost(running: &Running<'_>, entry_point: &str, host: &str, url: &str) -> bool {
    const ASK_MORE: [&str; 6] =
        ["ClientIP", "Header", "HeaderRegexp", "Method", "Query", "QueryRegexp"];
    let asks_more = |router: &Router| {
        router.served.iter().any(|served| *served.entry_point == *entry_point)
            && ASK_MORE.iter().any(|matcher| router.rule_text.contains(&format!("{matcher}(")))
    };
    let tls = url.starts_with("https:").then_some(Hello { sni: host, protocols: &[] });
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    let target = after.find('/').and_then(|at| after.get(at..)).unwrap_or("/");
    let request = Request { tls, ..Request::get(entry_point, host, target) };
    !running.instance.routers.iter().any(asks_more)
        && matches!(running.instance.answer(&request), Answer::NotFound)
}

/// Whom the load balancers let in, where that is said and Traefik sees their addresses.
fn admitted(space: &Space) -> Vec<Network> {
    let mut ranges = Vec::new();
    for service in balancers(space) {
        if service.ranges.is_empty() || !service.keeps_clients {
            return Vec::new();
        }
        ranges.extend(service.ranges.iter().filter_map(|range| Network::parse(range)));
    }
    ranges
}

/// Addresses that stand for all of some ranges: of two that share anything one is in the
/// other, and the first address of that one is in both.
fn samples(running: &Running<'_>, ranges: &[Network]) -> Vec<IpAddr> {
    let told = running.instance.middlewares.iter().filter_map(|built| match &built.action {
        Ok(Action::Allow(networks, ..)) => Some(networks),
        _ => None,
    });
    let told = told.flatten().chain(running.instance.clients()).map(Network::first_address);
    let told = told.filter(|address| ranges.iter().any(|range| range.contains(*address)));
    told.chain(ranges.iter().map(Network::first_address)).collect()
}

/// Who answers a client: of an address that isn't known, one that gets through, if
/// any does that a load balancer lets in.
pub(super) fn ask_from_outside(door: &Door<'_, '_>, request: &Request<'_>) -> Answer {
    let Door { running, group, .. } = door;
    let mut answer = running.instance.answer(request);
    if request.client.is_some() || !matches!(answer, Answer::Unknown { .. }) {
        return answer;
    }
    for client in samples(running, &admitted(group.space)) {
        let from = Request { client: Some(client), ..request.clone() };
        answer = running.instance.answer(&from);
        if !matches!(answer, Answer::Refused { .. }) {
            break;
        }
    }
    answer
}

/// The request of a client as one sends it whom the load balancers let in, if its rule
/// takes any such; nothing where it doesn't matter.
pub(super) fn as_admitted(
    door: &Door<'_, '_>,
    rule: &Rule,
    example: &Example,
) -> Option<Result<Example, Broken>> {
    let ranges = admitted(door.group.space);
    let own = example.client?;
    if ranges.is_empty() || ranges.iter().any(|range| range.contains(own)) {
        return None;
    }
    let mut others = samples(door.running, &ranges)
        .into_iter()
        .map(|client| Example { client: Some(client), ..example.clone() });
    Some(others.find(|other| other.matches(rule)).ok_or_else(|| {
        Broken::new(
            Step::Route,
            "its rule takes no client whom the load balancer lets in",
            "let `ClientIP` of the rule and `source-ranges` of the load balancer have addresses in common",
        )
    }))
}

impl<'w> Walk<'w> {
    /// What a middleware is never for: it lets nobody through, or sends a browser that
    /// stays at the host to where no load balancer has the port, or no route answers.
    pub(super) fn shut(&self, door: &Door<'_, 'w>, host: &str, answer: &Answer) -> Option<Broken> {
        if let Answer::Refused { router, middleware, status } = answer {
            let built = door.running.instance.middlewares.get(*middleware)?;
            let (clause, help) = match &built.action {
                Ok(Action::Full) => (
                    "its `inFlightReq` allows no request at all",
                    "write an `amount` above 0, or take the middleware out of the route",
                ),
                // Otherwise nobody is told.
                Ok(Action::Allow(..)) if !admitted(door.group.space).is_empty() => (
                    "its `ipAllowList` lets through nobody whom the load balancer lets in",
                    "let ranges of the middleware and `source-ranges` of the load balancer have addresses in common",
                ),
                _ => return None,
            };
            let clause = format!("{clause}: Traefik answers {status}");
            let broken = Broken::new(Step::Middleware, clause, help);
            return Some(self.routed(door.running, *router, broken));
        }
        let Answer::Redirect { location, router, .. } = answer else { return None };
        let (running, space) = (door.running, door.group.space);
        let (wanted, port) = web(location)?;
        if wanted != host.to_ascii_lowercase() {
            return None;
        }
        let open = balancers(space)
            .flat_map(|service| &service.ports)
            .find(|own| own.number == port && own.protocol == Protocol::Tcp);
        let (clause, help) = match open {
            None => (
                format!("no load balancer of `{}` has the port {port}", running.namespace),
                format!(
                    "open the port with `entrypoint \"websecure\" port={port}` inside `traefik` and a route there with `tls`; \
                     or take the redirect out"
                ),
            ),
            Some(open) => {
                let number = door.group.pods.port(&open.target, Protocol::Tcp)?;
                let entry_point = running.config.entry_point_of_port(number, false)?;
                let name = &entry_point.name;
                if !is_lost(running, name, &wanted, location) {
                    return None;
                }
                (
                    format!("no route answers there for `{wanted}`"),
                    format!(
                        "write a route with `entrypoint=\"{name}\"`, `host=\"{wanted}\"` and `tls` besides; or take the redirect out"
                    ),
                )
            }
        };
        let clause = format!("it is sent to `{location}`, and {clause}");
        let broken = Broken::new(Step::Middleware, clause, help);
        Some(match router {
            Some(router) => self.routed(running, *router, broken),
            // An entrypoint that sends all to another.
            None => broken
                .at(&running.pods.origin, "args", "the Traefik there")
                .place(self.demand.span, format!("it {}", self.demand.why)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::web;

    #[test]
    fn urls_have_ports() {
        let some = |host: &str, port| Some((host.to_owned(), port));
        assert_eq!(web("https://A.example.org/x?y"), some("a.example.org", 443));
        assert_eq!(web("http://a.example.org"), some("a.example.org", 80));
        assert_eq!(web("https://a.example.org:8443/"), some("a.example.org", 8443));
        assert_eq!(web("/login"), None);
        assert_eq!(web("ftp://a.example.org"), None);
    }
}
