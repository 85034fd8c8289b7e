//! From a client outside of the cluster: the load balancer of a Traefik, its
//! entrypoint, the policy there, the route, and who answers.

use super::{Group, Passed, Walk, gate};
use crate::components::program::{Asks, Peer};
use crate::model::settings::Protocol;
use crate::network::policy::{Direction, End};
use crate::network::{Service, ServiceKind, Space};
use crate::proof::demand::{Client, Demand};
use crate::proof::ground::{Ground, Running};
use crate::proof::trail::{Broken, Step, Trail};
use crate::traefik::rule::{Example, Overlap, Rule};
use crate::traefik::{Answer, EntryPoint, Request};

/// Goes the path of a client outside. That a middleware turns away who has no
/// password, or sends him to another scheme, is what it is there for.
pub(super) fn enter(
    ground: &Ground<'_>,
    demand: &Demand,
    client: &Client,
    trail: &mut Trail,
) -> Passed {
    let Peer::Traefik { namespace, service: number, protocol, asks, .. } = &demand.to else {
        return Ok(());
    };
    let Some((namespace, space)) = ground.net.spaces_entry(namespace) else { return Ok(()) };
    let Some(service) = balancers(space).next() else {
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
    let port = walk.port(service, *number, *protocol, trail)?;
    for (group, number) in walk.behind((namespace, service), port, trail)? {
        let ends: Vec<End<'_>> = match service.ranges.as_slice() {
            [] => vec![End::Anywhere],
            ranges => ranges.iter().map(|range| End::Range(range)).collect(),
        };
        for end in ends {
            let reached = Some(group.pods);
            let port = (number, *protocol);
            walk.allowed(Direction::Ingress, group, end, reached, port, Step::Ingress, trail)?;
        }
        walk.gate(group, number, &client.example.host, asks, trail)?;
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

impl<'w> Walk<'w> {
    /// Where a browser is sent that stays at the host, and that no load balancer
    /// has the port for.
    fn shut(
        &self,
        running: &Running<'_>,
        space: &Space,
        answer: &Answer,
        host: &str,
    ) -> Option<Broken> {
        let Answer::Redirect { location, router, .. } = answer else { return None };
        let (wanted, port) = web(location)?;
        let open = balancers(space)
            .flat_map(|service| &service.ports)
            .any(|own| own.number == port && own.protocol == Protocol::Tcp);
        if wanted != host.to_ascii_lowercase() || open {
            return None;
        }
        let broken = Broken::new(
            Step::Middleware,
            format!(
                "it is sent to `{location}`, and no load balancer of `{}` has the port {port}",
                running.namespace
            ),
            format!(
                "open the port with `entrypoint \"websecure\" port={port}` inside `traefik` and a route there with `tls`; or \
                 take the redirect out"
            ),
        );
        Some(match router {
            Some(router) => self.routed(running, *router, broken),
            // An entrypoint that sends all to another.
            None => broken
                .at(&running.pods.origin, "args", "the Traefik there")
                .place(self.demand.span, format!("it {}", self.demand.why)),
        })
    }

    /// One request at least of those that the rule of a route takes must lead
    /// to its program: the example, or one that no route before it takes. That
    /// a middleware turns away who has no password, or sends him to another
    /// scheme, is what it is there for.
    pub(super) fn client(
        &self,
        running: &'w Running<'w>,
        group: Group<'w>,
        entrypoint: &EntryPoint,
        client: &Client,
        asks: &Asks,
        trail: &mut Trail,
    ) -> Passed {
        let mut first = None;
        // The second costs more, and is seldom wanted.
        let other = std::iter::once_with(|| self.beside(running, client, asks)).flatten();
        for example in std::iter::once(client.example.clone()).chain(other) {
            let headers: Vec<(&str, &str)> =
                example.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
            let (method, host, target) = (&*example.method, &*example.host, &*example.target);
            let request = Request {
                headers: &headers,
                client: example.client,
                ..gate::request(entrypoint, method, host, target, asks.tls)
            };
            let answer = running.instance.answer(&request);
            let tried = self.answered(running, group, &answer, asks, &mut Trail::default());
            match tried {
                Ok(()) => return self.answered(running, group, &answer, asks, trail),
                Err(broken) if broken.step == Step::Middleware => {
                    if let Some(shut) = self.shut(running, group.space, &answer, host) {
                        return Err(gate::asking(Box::new(shut), method, host, target));
                    }
                    trail.note(Step::Middleware, self.demand.span, || {
                        format!("{}, which is what its middleware is for", broken.clause)
                    });
                    return Ok(());
                }
                Err(broken) => {
                    first.get_or_insert_with(|| gate::asking(broken, method, host, target));
                }
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// A request that the rule takes and no other route that leads elsewhere.
    fn beside(&self, running: &'w Running<'w>, client: &Client, asks: &Asks) -> Option<Example> {
        let rule = client.rule.as_ref()?;
        let mut all = vec![rule.clone()];
        let served = || running.instance.routers.iter().filter(|one| one.status.is_enabled());
        let own = served().filter(|one| one.rule.as_deref() == Some(rule));
        let priority = own.map(|one| one.priority).max()?;
        for router in served().filter(|one| one.priority >= priority) {
            if let Some(other) = router.rule.as_deref()
                && !self.leads(running, router, asks)
                && other.overlap(rule) != Overlap::No
                && other != rule
            {
                all.push(Rule::Not(Box::new(other.clone())));
            }
        }
        match Rule::All(all).satisfiable() {
            Overlap::Yes(example) => Some(example),
            Overlap::No | Overlap::Possible => None,
        }
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
