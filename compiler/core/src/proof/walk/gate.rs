//! Through the Traefik of another namespace: its entrypoint, the route that
//! takes the request, what it passes, and who answers.

use std::net::{IpAddr, Ipv4Addr};

use super::tries::Door;
use super::{Group, Passed, Walk};
use crate::components::manifests;
use crate::components::program::Asks;
use crate::diagnostics::router as d;
use crate::model::settings::Protocol;
use crate::network::range::of_pods;
use crate::network::{Found, Origin, Service, ServiceKind};
use crate::proof::ground::Running;
use crate::proof::routed;
use crate::proof::trail::{Broken, Step, Trail};
use crate::traefik::instance::{Internal, Router};
use crate::traefik::{Answer, Backend, Protocol as Speaks, Reached, Request};

/// Addresses of no network, far from each other (RFC 5737).
const ANY: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), IpAddr::V4(Ipv4Addr::new(203, 0, 113, 254))];

impl<'w> Walk<'w> {
    /// From the port of some Traefik pods to who answers there: the one that is
    /// asked for, and theirs.
    pub(super) fn gate(
        &self,
        group: Group<'w>,
        (asked, number): (u16, u16),
        host: &str,
        asks: &Asks,
        trail: &mut Trail,
    ) -> Passed {
        let protocol = self.demand.protocol();
        let running = self
            .ground
            .traefiks(group.namespace)
            .iter()
            .find(|running| running.pods.origin == group.pods.origin);
        let Some(running) = running else {
            return Err(Box::new(self.because(
                &group.pods.origin,
                "spec.template",
                Broken::new(
                    Step::Entrypoint,
                    format!("the pods of `{}` are no Traefik", group.pods.origin.id.name),
                    "let the alias lead to the Service of Traefik",
                ),
            )));
        };
        self.awake(running, trail)?;
        let entrypoint = running.config.entry_point_of_port(number, protocol == Protocol::Udp);
        let Some(entrypoint) = entrypoint else {
            let over = protocol.as_str();
            return Err(Box::new(self.because(
                &group.pods.origin,
                "args",
                Broken::new(
                    Step::Entrypoint,
                    format!("Traefik has no entrypoint at port {number} over {over}"),
                    format!(
                        "let Traefik listen on port {number}: take out the argument that says \
                         otherwise, or open an entrypoint there, with `entrypoint` inside `traefik`"
                    ),
                ),
            )));
        };
        if entrypoint.is_inward() {
            let (name, host) = (&entrypoint.name, &entrypoint.host);
            return Err(Box::new(self.because(
                &group.pods.origin,
                "args",
                Broken::new(
                    Step::Entrypoint,
                    format!(
                        "the entrypoint `{name}` listens at `{host}` alone, where nobody else comes"
                    ),
                    format!("take the address out: `--entrypoints.{name}.address=:{number}`"),
                ),
            )));
        }
        trail.add(Step::Entrypoint, &group.pods.origin, "args", || {
            format!("entrypoint `{}` at port {number}", entrypoint.name)
        });
        if protocol == Protocol::Udp {
            let mut answer = running.instance.answer_udp(&entrypoint.name);
            // Datagrams of a route without pods are dropped without a word.
            if answer == Answer::Closed
                && let Some(router) = running.instance.routers.iter().position(|router| {
                    router.protocol == Speaks::Udp
                        && router.status.is_enabled()
                        && router.served.iter().any(|at| at.entry_point == entrypoint.name)
                })
            {
                answer = Answer::Unavailable { router };
            }
            return self.answered(running, group, &answer, asks, trail);
        }
        // Where the entrypoint itself has TLS, clients speak it whatever the route says.
        let secured;
        let asks = if self.demand.client.is_some() && entrypoint.tls.is_some() && !asks.tls {
            secured = Asks { tls: true, ..asks.clone() };
            &secured
        } else {
            asks
        };
        let door = Door { running, group, entrypoint, port: asked, asks };
        if let Some(client) = &self.demand.client {
            return self.client(&door, client, trail);
        }
        match &asks.path {
            Some(prefix) => self.reaper(&door, (host, prefix), trail),
            None => self.any_path(&door, host, trail),
        }
    }

    /// Whether Traefik serves anything.
    fn awake(&self, running: &Running<'_>, trail: &mut Trail) -> Passed {
        let config = running.config;
        let trouble = running.instance.trouble();
        let help = match (&config.file, &trouble) {
            (Some(_), _) => "take out the file: what it says can stand in `args`",
            (None, Some(_)) => {
                "mend the `args` of this Traefik, or take that one out: what Traefik needs, `jtc` writes itself"
            }
            (None, None) => {
                "leave the arguments and the account of Traefik to `jtc`, or give the account the rights"
            }
        };
        let stopped = running.instance.blind.as_ref().filter(|blind| blind.what.crashes());
        if let Some((blind, origin)) = stopped.and_then(|one| Some((one, running.origin(one.at)?)))
        {
            let why = format!("in `{}` {}", origin.id, blind.what);
            let broken = Broken::new(Step::Access, why, d::help(&blind.what));
            let broken = broken.at(origin, &blind.path, "this one");
            return Err(Box::new(
                broken.place(self.demand.span, format!("it {}", self.demand.why)),
            ));
        }
        let why = match (&running.instance.blind, trouble) {
            (_, Some(trouble)) => format!("Traefik {trouble}"),
            (Some(fault), None) => fault.what.to_string(),
            (None, None) => {
                trail.add(Step::Access, &running.pods.origin, "serviceAccountName", || {
                    format!("the account `{}` may read what Traefik watches", running.pods.account)
                });
                return Ok(());
            }
        };
        Err(Box::new(self.because(
            &running.pods.origin,
            "spec.template",
            Broken::new(Step::Access, why, help),
        )))
    }

    /// Judges an answer of Traefik.
    pub(super) fn answered(
        &self,
        running: &'w Running<'w>,
        group: Group<'w>,
        answer: &Answer,
        asks: &Asks,
        trail: &mut Trail,
    ) -> Passed {
        match answer {
            Answer::Backend(reached) => self.reached(running, group, reached, asks, trail),
            Answer::Spread(answers) => answers
                .iter()
                .try_for_each(|answer| self.answered(running, group, answer, asks, trail)),
            Answer::Random(answers) => {
                let judged = answers
                    .iter()
                    .try_for_each(|answer| self.answered(running, group, answer, asks, trail));
                judged.map_err(|other| Box::new(self.by_chance(running, answers, &other)))
            }
            Answer::NotFound | Answer::Closed | Answer::Malformed(_) | Answer::Failed(_) => {
                Err(Box::new(self.not_taken(running, answer, asks)))
            }
            Answer::Internal(internal) => {
                let (what, option) = match internal {
                    Internal::Ping => ("`/ping`", "ping.entrypoint"),
                    Internal::Metrics => ("its metrics", "metrics.prometheus.entrypoint"),
                    Internal::Api => ("its API", "api.insecure"),
                };
                let broken = Broken::new(
                    Step::Route,
                    format!("Traefik itself answers there, with {what}"),
                    format!(
                        "let the route have another path, or mend the argument `--{option}`: that comes before all routes"
                    ),
                );
                Err(Box::new(self.because(&running.pods.origin, "args", broken)))
            }
            Answer::NoneBelow { router } => {
                let broken = Broken::new(
                    Step::Route,
                    "the route takes it, and none of the routes below it does: Traefik answers 404",
                    "add a route below it that takes it, with `parentRefs`, or mend the one that should",
                );
                Err(Box::new(self.routed(running, *router, broken)))
            }
            Answer::Unavailable { router } => {
                if let Some(broken) = self.without_pods(running, *router) {
                    return Err(Box::new(broken));
                }
                if let Some((_, broken)) = routed::weightless(running, *router) {
                    return Err(broken);
                }
                let broken = Broken::new(
                    Step::Target,
                    "the route leads to a Service without ready pods",
                    "let the Service select the pods",
                );
                Err(Box::new(self.routed(running, *router, broken)))
            }
            Answer::Refused { .. }
            | Answer::Redirect { .. }
            | Answer::Page { .. }
            | Answer::Unknown { .. } => Err(Box::new(self.turned(running, answer))),
        }
    }

    /// A route took the request: to whom, and with which path.
    fn reached(
        &self,
        running: &'w Running<'w>,
        group: Group<'w>,
        reached: &Reached,
        asks: &Asks,
        trail: &mut Trail,
    ) -> Passed {
        let is_kept = trail.is_kept();
        for index in reached.above.iter().chain([&reached.router]).filter(|_| is_kept) {
            let Some(router) = running.instance.routers.get(*index) else { continue };
            let Some(origin) = running.origin(router.at) else { continue };
            trail.add(Step::Route, origin, &format!("spec.routes[{}].match", router.route), || {
                match router.rule_text.as_ref() {
                    "" => "everything that arrives at the entrypoint".to_owned(),
                    rule => format!("{rule}, with priority {}", router.priority),
                }
            });
            if !router.middlewares.is_empty() {
                let field = format!("spec.routes[{}].middlewares", router.route);
                let is_last = *index == reached.router;
                trail.add(Step::Middleware, origin, &field, || {
                    if is_last {
                        let target = &reached.target;
                        format!("passes the middlewares of the route, and arrives as `{target}`")
                    } else {
                        "passes its middlewares, to the routes below it".to_owned()
                    }
                });
            }
        }
        self.arrives(running, reached, asks)?;
        for backend in &reached.backends {
            let found = running.origin(backend.service.at);
            let place = self.ground.net.spaces_entry(&backend.service.namespace);
            let (Some(origin), Some((namespace, space))) = (found, place) else { continue };
            let Some(service) = space.services.get(&*backend.service.name) else { continue };
            let right = space.behind(service).all(|pods| is_app(pods.labels.get("app"), asks));
            if !right {
                let broken = Broken::new(
                    Step::Backend,
                    format!(
                        "the Service `{}` answers instead of `{}`",
                        backend.service.name, asks.app
                    ),
                    if running
                        .instance
                        .routers
                        .get(reached.router)
                        .is_some_and(|own| own.protocol == Speaks::Tcp)
                    {
                        "give that route over TCP an entrypoint of its own: it comes before all routes of HTTP, whatever their priority"
                    } else {
                        "make the rule of that route narrower or its `priority` lower, or give the route to the program a higher one"
                    },
                );
                let broken = self.routed(running, reached.router, broken);
                return Err(Box::new(broken.place(origin.source, "who answers")));
            }
            if let Some(port) = asks.port.filter(|port| i32::from(*port) != backend.port) {
                let broken = Broken::new(
                    Step::Backend,
                    format!(
                        "the port {} of the Service `{}` answers instead of {port}",
                        backend.port, backend.service.name
                    ),
                    "make the rule of that route narrower or its `priority` lower, or name its port in the `connect`",
                );
                return Err(Box::new(self.routed(running, reached.router, broken)));
            }
            let is_other = matches!(&*backend.scheme, "https" | "h2c" | "tls");
            if is_other && space.behind(service).any(|pods| pods.http_alone) {
                return Err(Box::new(self.speaks_otherwise(running, backend)));
            }
            self.verified(running, backend)?;
            trail.add(Step::Backend, origin, &backend.referred.1, || {
                format!("port {} of the Service `{}`", backend.port, backend.service.name)
            });
            self.backend(group, Found { namespace, space, service }, backend.port, trail)?;
        }
        Ok(())
    }

    /// A backend that Traefik speaks with as it doesn't understand.
    fn speaks_otherwise(&self, running: &Running<'_>, backend: &Backend) -> Broken {
        let name = &backend.service.name;
        let (scheme, field, help) = match &*backend.scheme {
            "tls" => ("TLS", "tls", "take `tls: true` out where the route names the Service"),
            scheme => (scheme, "scheme", "write `scheme: http` where the route names the Service"),
        };
        let clause = format!(
            "Traefik speaks {scheme} with the Service `{name}`, whose pods speak HTTP without TLS alone, so that every request fails"
        );
        let broken = Broken::new(Step::Scheme, clause, help);
        let (at, path) = &backend.referred;
        match running.origin(*at) {
            Some(origin) => self.because(origin, &format!("{path}.{field}"), broken),
            None => self.because(&running.pods.origin, "args", broken),
        }
    }

    /// From Traefik to the pods that answer.
    pub(super) fn backend(
        &self,
        group: Group<'w>,
        found: Found<'w>,
        port: i32,
        trail: &mut Trail,
    ) -> Passed {
        let service = found.service;
        let protocol = self.demand.protocol();
        let number = u16::try_from(port).unwrap_or(0);
        if let ServiceKind::ExternalName(to) = &service.kind {
            return self.beyond(group, service, (to, number), trail);
        }
        let port = self.port(service, number, protocol, trail)?;
        for (to, number) in self.behind(found, port, trail)? {
            self.declares(service, to, number)?;
            self.between(group, to, number, protocol, trail).map_err(|mut broken| {
                broken.help = format!(
                    "put two NetworkPolicies beside the route: one that lets the pods of Traefik in `{}` out to those behind \
                     `{}`, and one that lets them in there; or say it with `route` in the topology, for a `workload`, and \
                     `jtc` writes both",
                    group.namespace, service.origin.id.name
                );
                broken
            })?;
        }
        Ok(())
    }

    /// From Traefik to a name outside of the cluster.
    fn beyond(
        &self,
        group: Group<'w>,
        service: &Service,
        (to, port): (&str, u16),
        trail: &mut Trail,
    ) -> Passed {
        let protocol = self.demand.protocol();
        if group.may_leave(|rule| rule.may_leave(&[], port, protocol)) {
            trail.add(Step::Egress, &service.origin, "spec.externalName", || {
                format!("goes on to `{to}`, port {port}")
            });
            return Ok(());
        }
        let clause =
            format!("no policy of `{}` lets Traefik out to `{to}`, port {port}", group.namespace);
        let help = "say `connect` inside `traefik` to an `external` of that host and port";
        let broken = Broken::new(Step::Egress, clause, help);
        Err(Box::new(broken.at(&service.origin, "spec.externalName", "the Service")))
    }

    /// Whether pods of the compiler's own, who declare every port that they
    /// listen on, do so where a Service leads to. Others may listen anywhere.
    pub(super) fn declares(&self, service: &Service, to: Group<'_>, number: u16) -> Passed {
        let protocol = self.demand.protocol();
        let pods = to.pods;
        let declared = || pods.ports.iter().filter(|port| port.protocol == protocol);
        if &*pods.component == manifests::COMPONENT || declared().any(|port| port.number == number)
        {
            return Ok(());
        }
        let (name, other) = (&service.origin.id.name, &pods.origin.id.name);
        let ports: Vec<String> = declared().map(|port| format!("{}", port.number)).collect();
        let (listens, help) = if ports.is_empty() {
            ("listen on none".to_owned(), format!("let `{name}` select pods that listen there"))
        } else {
            let ports = ports.join(" and ");
            (
                format!("listen on {ports}"),
                format!("let `targetPort` of `{name}` be one of theirs: {ports}"),
            )
        };
        let clause = format!(
            "the Service `{name}` leads to port {number} over {}, and the pods of `{other}` {listens}",
            protocol.as_str()
        );
        let broken = Broken::new(Step::Target, clause, help)
            .at(&service.origin, "spec.ports", "the Service")
            .place(pods.origin.source, "its pods");
        Err(Box::new(broken.place(self.demand.span, format!("it {}", self.demand.why))))
    }

    /// A route whose Service selects pods of which there are none.
    fn without_pods(&self, running: &Running<'_>, router: usize) -> Option<Broken> {
        let service = running.instance.routers.get(router)?.service.as_ref()?;
        service.backends().into_iter().find_map(|backend| {
            let space = self.ground.net.space(&backend.service.namespace)?;
            let service = space.services.get(&*backend.service.name)?;
            let asleep = space.behind(service).find(|pods| !pods.runs)?;
            Some(self.asleep(service, asleep))
        })
    }

    /// Whether a router leads to the program that is asked for.
    pub(super) fn leads(&self, running: &Running<'_>, router: &Router, asks: &Asks) -> bool {
        let all = running.instance.with_those_below(router);
        let backends = all.into_iter().filter_map(|router| router.service.as_ref());
        backends.flat_map(|service| service.backends()).any(|backend| {
            let space = self.ground.net.space(&backend.service.namespace);
            space.is_some_and(|space| {
                let service = space.services.get(&*backend.service.name);
                let mut pods = service.into_iter().flat_map(|service| space.behind(service));
                pods.any(|pods| is_app(pods.labels.get("app"), asks))
            })
        }) && running.origin(router.at).is_some()
    }

    /// No route takes it: what is amiss with those that lead to the program.
    fn not_taken(&self, running: &Running<'_>, answer: &Answer, asks: &Asks) -> Broken {
        let code = answer
            .status()
            .map_or_else(String::new, |status| format!(", and Traefik answers {status}"));
        if let Some(broken) = self.unserved(running, &code) {
            return broken;
        }
        let nearest = running.instance.routers.iter().filter(|router| !router.status.is_enabled());
        let nearest = nearest
            .filter_map(|router| Some((router, running.origin(router.at)?)))
            .max_by_key(|(router, origin)| {
                (self.leads(running, router, asks), *origin.id.name == *asks.app)
            });
        let help = "add a route that takes it, or mend the one that should";
        let Some((router, origin)) = nearest else {
            let broken = Broken::new(Step::Route, format!("no route takes it{code}"), help);
            return self.because(&running.pods.origin, "args", broken);
        };
        let fault = router.status.fault();
        let why = fault.map(|fault| fault.what.to_string()).unwrap_or_default();
        let clause =
            format!("no route takes it{code}: `{}` isn't served, as {why}", origin.id.name);
        let broken = Broken::new(Step::Route, clause, help);
        // It may be of another object that it goes by, as TLS options.
        let other = fault.filter(|fault| fault.at != router.at);
        match other.and_then(|fault| Some((running.origin(fault.at)?, &fault.path))) {
            Some((cause, path)) => {
                let broken = broken.at(cause, path, "keeps the route out");
                let broken = broken.place(origin.source, "the route");
                broken.place(self.demand.span, format!("it {}", self.demand.why))
            }
            None => self.because(origin, "spec.routes", broken),
        }
    }

    /// Several routes may take it.
    fn by_chance(&self, running: &Running<'_>, answers: &[Answer], other: &Broken) -> Broken {
        let mut broken = Broken::new(
            Step::Chance,
            format!(
                "several routes of one priority take it, and with some of them {}",
                other.clause
            ),
            "give the routes different priorities, with `priority`",
        );
        for answer in answers.iter().flat_map(Answer::each) {
            let router = match answer {
                Answer::Backend(reached) => Some(reached.router),
                Answer::Refused { router, .. }
                | Answer::NoneBelow { router }
                | Answer::Unavailable { router }
                | Answer::Unknown { router, .. } => Some(*router),
                Answer::Redirect { router, .. } => *router,
                _ => None,
            };
            let router = router.and_then(|index| running.instance.routers.get(index));
            if let Some(origin) = router.and_then(|router| running.origin(router.at)) {
                broken = broken.at(origin, "spec.routes", "one of the routes");
            }
        }
        broken.place(self.demand.span, format!("it {}", self.demand.why))
    }

    pub(super) fn routed(&self, running: &Running<'_>, router: usize, broken: Broken) -> Broken {
        let router = running.instance.routers.get(router);
        match router.and_then(|router| running.origin(router.at)) {
            Some(origin) => self.because(origin, "spec.routes", broken),
            None => self.because(&running.pods.origin, "args", broken),
        }
    }

    pub(super) fn because(&self, origin: &Origin, field: &str, broken: Broken) -> Broken {
        let label = match broken.step {
            Step::Route | Step::Middleware | Step::Backend | Step::Scheme | Step::Target => {
                "the route"
            }
            _ => "the Traefik there",
        };
        broken.at(origin, field, label).place(self.demand.span, format!("it {}", self.demand.why))
    }
}

/// Says what is asked for, where that decides.
pub(super) fn asking(
    mut broken: Box<Broken>,
    method: &str,
    host: &str,
    target: &str,
) -> Box<Broken> {
    if let Step::Route | Step::Backend | Step::Middleware | Step::Chance = broken.step {
        let path = target.split('?').next().unwrap_or(target);
        broken.clause =
            format!("it asks `{method} {path}` of the host `{host}`: {}", broken.clause);
    }
    broken
}

/// Asks Traefik. Which address a pod has isn't known before it runs: where
/// that decides, any address must do, and some stand for all.
pub(super) fn ask(running: &Running<'_>, request: &Request<'_>) -> Answer {
    let with = |client: &IpAddr| {
        running.instance.answer(&Request { client: Some(*client), ..request.clone() })
    };
    let ranges = running.instance.clients().iter().filter(|_| request.client.is_none());
    let mut clients: Vec<IpAddr> = ranges.flat_map(|range| of_pods(&range.text)).collect();
    if !clients.is_empty() {
        clients.extend(ANY);
        let mut answers: Vec<Answer> = Vec::new();
        for answer in clients.iter().map(with) {
            if !answers.contains(&answer) {
                answers.push(answer);
            }
        }
        return if answers.len() > 1 { Answer::Spread(answers) } else { answers.remove(0) };
    }
    let answer = running.instance.answer(request);
    if !answer.each().iter().any(|answer| matches!(answer, Answer::Unknown { .. })) {
        return answer;
    }
    let [one, other] = ANY.each_ref().map(with);
    if matches!(one, Answer::Backend(_)) { other } else { one }
}

fn is_app(label: Option<&str>, asks: &Asks) -> bool {
    label.is_some_and(|label| *label == asks.app)
}
