//! A path, hop by hop, over the objects that will be applied.

mod gate;
mod group;
pub mod instead;
mod onward;
mod outside;
mod reaper;
mod tries;
mod turned;

use super::demand::Demand;
use super::ground::Ground;
use super::trail::{Broken, Step, Trail};
use crate::components::program::{Asks, Peer};
use crate::model::resolved::ranges;
use crate::model::settings::Protocol;
use crate::network::policy::{Direction, End};
use crate::network::spaces::Verdict;
use crate::network::values::Told;
use crate::network::{Found, Pods, Resolved, Service, ServiceKind, ServicePort, Target};

pub(super) use group::Group;
pub(super) use onward::onward;

/// Ports by which the Kubernetes API is reached: that of its Service, and that
/// of kubeadm's and most providers' servers.
const API_SERVER: [u16; 2] = [443, 6443];

/// Goes a path, and says where it ends if it doesn't lead to its target. The
/// error is large on purpose: a path that works costs nothing.
pub fn walk(ground: &Ground<'_>, demand: &Demand, trail: &mut Trail) -> Result<(), Box<Broken>> {
    if let Some(client) = demand.client.as_deref() {
        return outside::enter(ground, demand, client, trail);
    }
    let Some(space) = ground.net.space(&demand.namespace) else { return Ok(()) };
    let namespace = &*demand.namespace;
    for pods in space.pods_of(&demand.component) {
        let from = Group { namespace, space, pods };
        Walk { ground, demand, from }.go(trail)?;
    }
    Ok(())
}

/// A walk from some pods.
struct Walk<'w> {
    ground: &'w Ground<'w>,
    demand: &'w Demand,
    from: Group<'w>,
}

type Passed = Result<(), Box<Broken>>;

impl<'w> Walk<'w> {
    fn go(&self, trail: &mut Trail) -> Passed {
        let pods = &self.from.pods.origin;
        trail.add(Step::Pods, pods, "spec.template", || {
            format!("pods of `{}`", self.demand.component)
        });
        if let Some(instead) = &self.demand.elsewhere {
            return self.elsewhere_on_purpose(instead, trail);
        }
        self.told(trail)?;
        match &*self.demand.to {
            Peer::Program { app, service: Some(number), port, protocol } => {
                self.dns(trail)?;
                let found = self.name(app, trail)?;
                self.service(found, (*number, *port, *protocol), trail)
            }
            Peer::Program { app, service: None, port, protocol } => {
                self.siblings(app, *port, *protocol, trail)
            }
            Peer::Traefik { namespace, service, port, protocol, asks } => {
                self.dns(trail)?;
                self.elsewhere(namespace, (*service, *port, *protocol), asks, trail)
            }
            Peer::External { name, cidrs, port, protocol } => {
                self.dns(trail)?;
                self.outside(name, &ranges(cidrs).collect::<Vec<_>>(), *port, *protocol, trail)
            }
            Peer::ApiServer => self.api_server(trail),
        }
    }

    /// Where the pods are told the address.
    fn told(&self, trail: &mut Trail) -> Passed {
        let Some(told) = &self.demand.told else { return Ok(()) };
        let host = self.demand.host().unwrap_or_default();
        let part = match told {
            Told::Otherwise(_, what) => what.split(' ').next().unwrap_or("port"),
            Told::Here(_) | Told::Nowhere => "port",
        };
        let wants = |clause: String| {
            let why = format!("it {}", self.demand.why);
            match &self.demand.taken {
                Some((env, place)) => Broken::new(
                    Step::Told,
                    clause,
                    format!("remove `env \"{env}\"`: the `connect` says the address in it"),
                )
                .place(*place, "this stands in its place"),
                None => Broken::new(
                    Step::Told,
                    clause,
                    format!(
                        "leave the variables that name `{host}` to `jtc`, or name it with the same {part}"
                    ),
                ),
            }
            .place(self.demand.span, why)
        };
        match told {
            Told::Here(place) => {
                trail.add(Step::Told, &self.from.pods.origin, "", || {
                    format!("{place} names `{host}`")
                });
                Ok(())
            }
            Told::Otherwise(place, what) => {
                let broken = wants(format!("{place} names `{host}` with another {what}"));
                let place = place.to_string();
                Err(Box::new(broken.at(&self.from.pods.origin, &place, "its pods")))
            }
            Told::Nowhere => {
                let broken = wants(format!("nothing tells it the host `{host}`"));
                Err(Box::new(broken.at(&self.from.pods.origin, "", "its pods")))
            }
        }
    }

    /// Whether the pods may ask for names: the DNS of the cluster, by UDP.
    fn dns(&self, trail: &mut Trail) -> Passed {
        if !self.from.pods.cluster_dns && self.demand.host().is_some() {
            let name = &self.from.pods.origin.id.name;
            let broken = Broken::new(
                Step::Dns,
                format!("the pods of `{name}` don't ask the DNS of the cluster for names"),
                "take out `dnsPolicy`, or with `hostNetwork` let it be `ClusterFirstWithHostNet`",
            );
            return Err(Box::new(
                broken
                    .at(&self.from.pods.origin, "spec.template.spec.dnsPolicy", "its pods")
                    .place(self.demand.span, format!("it {}", self.demand.why)),
            ));
        }
        let (labels, pods) = self.ground.dns();
        let other = End::Pods { namespace: "kube-system", labels, pods };
        self.allowed(
            Direction::Egress,
            self.from,
            other,
            Some(pods),
            (53, Protocol::Udp),
            Step::Dns,
            trail,
        )
    }

    /// What a host name is, for pods of a namespace.
    fn name(&self, host: &str, trail: &mut Trail) -> Result<Found<'w>, Box<Broken>> {
        let (aliases, resolved) = self.ground.net.follow(self.from.home(), host);
        for Found { namespace, service: alias, .. } in &aliases {
            trail.add(Step::Alias, &alias.origin, "spec.externalName", || {
                format!("`{}` of `{namespace}` is another name, by DNS", alias.origin.id.name)
            });
        }
        match resolved {
            Resolved::Service(found) => {
                let Found { namespace, service, .. } = found;
                trail.add(Step::Name, &service.origin, "metadata.name", || {
                    format!("`{host}` is the Service `{}` of `{namespace}`", service.origin.id.name)
                });
                Ok(found)
            }
            Resolved::Nothing | Resolved::Outside => {
                let place = match resolved {
                    Resolved::Outside => "leads out of the cluster",
                    _ => "is no name of the cluster",
                };
                let clause = match aliases.last() {
                    Some(Found { service: alias, .. }) => format!(
                        "the alias `{}` leads to a name that {}",
                        alias.origin.id.name,
                        place.trim_start_matches("is ").replace("no name", "is no name")
                    ),
                    None => format!("`{host}` {place}"),
                };
                let mut broken = Broken::new(
                    Step::Name,
                    clause,
                    format!("keep a Service that `{host}` leads to, as `jtc` writes it"),
                );
                if let Some(Found { service: alias, .. }) = aliases.last() {
                    broken = broken.at(&alias.origin, "spec.externalName", "the alias");
                }
                Err(Box::new(broken.place(self.demand.span, format!("it {}", self.demand.why))))
            }
        }
    }

    /// The port of a Service, as somebody asks for it.
    fn port(
        &self,
        service: &'w Service,
        number: u16,
        protocol: Protocol,
        trail: &mut Trail,
    ) -> Result<&'w ServicePort, Box<Broken>> {
        let found =
            service.ports.iter().find(|port| port.number == number && port.protocol == protocol);
        let name = &service.origin.id.name;
        let Some(port) = found else {
            return Err(Box::new(
                Broken::new(
                    Step::ServicePort,
                    format!("the Service `{name}` has no port {number} over {}", protocol.as_str()),
                    format!(
                        "give the Service `{name}` the port {number} over {}",
                        protocol.as_str()
                    ),
                )
                .at(&service.origin, "spec.ports", "the Service")
                .place(self.demand.span, format!("it {}", self.demand.why)),
            ));
        };
        trail.add(Step::ServicePort, &service.origin, "spec.ports", || {
            format!("port {number} over {} of the Service `{name}`", protocol.as_str())
        });
        Ok(port)
    }

    /// The pods behind a port of a Service, and their port.
    fn behind(
        &self,
        Found { namespace, space, service }: Found<'w>,
        port: &ServicePort,
        trail: &mut Trail,
    ) -> Result<Vec<(Group<'w>, u16)>, Box<Broken>> {
        let name = &service.origin.id.name;
        let place = |broken: Broken| {
            Box::new(
                broken
                    .at(&service.origin, "spec.selector", "the Service")
                    .place(self.demand.span, format!("it {}", self.demand.why)),
            )
        };
        let mut groups = Vec::new();
        let mut asleep = None;
        for pods in space.behind(service) {
            if !pods.runs {
                asleep = Some(pods);
                continue;
            }
            let Some(number) = pods.port(&port.target, port.protocol) else {
                let wanted = match &port.target {
                    Target::Name(name) => name.clone(),
                    Target::Number(number) => number.to_string(),
                };
                return Err(place(
                    Broken::new(
                        Step::Target,
                        format!(
                            "the pods of `{}` behind the Service `{name}` have no port `{wanted}` over {}",
                            pods.origin.id.name,
                            port.protocol.as_str()
                        ),
                        format!("name a port that the pods have as `targetPort` of `{name}`"),
                    )
                    .at(&pods.origin, "ports", "its pods"),
                ));
            };
            trail.add(Step::Target, &pods.origin, "ports", || {
                format!("port {number} of the pods of `{}`", pods.origin.id.name)
            });
            groups.push((Group { namespace, space, pods }, number));
        }
        if let (true, Some(pods)) = (groups.is_empty(), asleep) {
            return Err(Box::new(self.asleep(service, pods)));
        }
        if groups.is_empty() {
            return Err(place(Broken::new(
                Step::Target,
                format!("the Service `{name}` of `{namespace}` selects no pods"),
                format!("let the selector of `{name}` be the labels of the pods"),
            )));
        }
        Ok(groups)
    }

    /// Pods that are none, as somebody said.
    fn asleep(&self, service: &Service, pods: &Pods) -> Broken {
        let other = &pods.origin.id.name;
        Broken::new(
            Step::Target,
            format!("`{other}` has no pods, as its `replicas` are 0"),
            format!("give `{other}` a pod at least, or take out what needs it"),
        )
        .at(&pods.origin, "spec.replicas", "no pods")
        .place(service.origin.source, "the Service")
        .place(self.demand.span, format!("it {}", self.demand.why))
    }

    /// By a Service of the cluster to the pods behind it, which must listen on
    /// a certain port.
    fn service(
        &self,
        found: Found<'w>,
        (number, wanted, protocol): (u16, u16, Protocol),
        trail: &mut Trail,
    ) -> Passed {
        let service = found.service;
        let port = self.port(service, number, protocol, trail)?;
        for (group, number) in self.behind(found, port, trail)? {
            self.unmapped(service, port, number)?;
            listens(group, number, wanted, service)?;
            self.between(self.from, group, number, protocol, trail)?;
        }
        Ok(())
    }

    /// The name of a headless Service is that of its pods: callers come to the
    /// port that they ask for, and nothing leads from there to another
    /// (Kubernetes, "Headless Services").
    fn unmapped(&self, service: &Service, port: &ServicePort, number: u16) -> Passed {
        if service.kind != ServiceKind::Headless || port.number == number {
            return Ok(());
        }
        let name = &service.origin.id.name;
        Err(Box::new(
            Broken::new(
                Step::ServicePort,
                format!(
                    "the Service `{name}` is headless, so that its port {} doesn't lead to {number}",
                    port.number
                ),
                format!("let the Service `{name}` have an address, without `clusterIP: None`"),
            )
            .at(&service.origin, "spec.clusterIP", "the Service")
            .place(self.demand.span, format!("it {}", self.demand.why)),
        ))
    }

    /// From pods to pods, by the policies of both.
    fn between(
        &self,
        from: Group<'_>,
        to: Group<'_>,
        port: u16,
        protocol: Protocol,
        trail: &mut Trail,
    ) -> Passed {
        let reached = Some(to.pods);
        let port = (port, protocol);
        self.allowed(Direction::Egress, from, to.end(), reached, port, Step::Egress, trail)?;
        self.allowed(Direction::Ingress, to, from.end(), reached, port, Step::Ingress, trail)
    }

    /// Whether the policies of some pods allow a conversation.
    #[expect(clippy::too_many_arguments, reason = "each of them decides")]
    fn allowed(
        &self,
        direction: Direction,
        group: Group<'_>,
        other: End<'_>,
        reached: Option<&Pods>,
        (port, protocol): (u16, Protocol),
        step: Step,
        trail: &mut Trail,
    ) -> Passed {
        let question = group.question(direction, other, reached, (port, protocol));
        let (field, verb, name) = match direction {
            Direction::Egress => ("spec.egress", "lets its pods out to", "egress"),
            Direction::Ingress => ("spec.ingress", "lets them in to", "ingress"),
        };
        match question.judge() {
            Verdict::Open => {
                trail.note(step, group.pods.origin.source, || {
                    format!("no policy is about {name} of `{}`", group.pods.origin.id.name)
                });
                Ok(())
            }
            Verdict::Allowed(policy) => {
                trail.add(step, &policy.origin, field, || {
                    format!("`{}` {verb} {} {port}", policy.origin.id.name, protocol.as_str())
                });
                Ok(())
            }
            Verdict::Forbidden(policy) => Err(Box::new(
                Broken::new(
                    step,
                    match direction {
                        Direction::Egress => format!(
                            "no policy of `{}` lets its pods out to {}, port {port} over {}",
                            group.namespace,
                            describe(other),
                            protocol.as_str()
                        ),
                        Direction::Ingress => format!(
                            "no policy of `{}` lets {} in to port {port} over {} of the pods of `{}`",
                            group.namespace,
                            describe(other),
                            protocol.as_str(),
                            group.pods.origin.id.name
                        ),
                    },
                    "say `connect` where the topology can, and `jtc` writes the policies of both ends",
                )
                .at(&policy.origin, field, "a policy is about these pods")
                .place(self.demand.span, format!("it {}", self.demand.why)),
            )),
        }
    }

    /// Pods that find each other by the addresses behind a headless Service.
    fn siblings(&self, app: &str, port: u16, protocol: Protocol, trail: &mut Trail) -> Passed {
        let Group { namespace, space, .. } = self.from;
        let there = space.pods.iter().filter(|pods| {
            pods.labels.get("app").is_some_and(|label| label == app)
                && !pods.mistaken
                && pods.ports.iter().any(|own| own.number == port && own.protocol == protocol)
        });
        for pods in there {
            let name = space.services.values().find(|service| {
                service.kind == ServiceKind::Headless
                    && space.behind(service).any(|behind| behind.origin == pods.origin)
            });
            let Some(name) = name else {
                let program = &pods.origin.id.name;
                let broken = Broken::new(
                    Step::Name,
                    format!("no headless Service has the addresses of the pods of `{program}`"),
                    format!("keep the headless Service that selects the pods of `{program}`"),
                );
                return Err(Box::new(
                    broken
                        .at(&pods.origin, "", "its pods")
                        .place(self.demand.span, format!("it {}", self.demand.why)),
                ));
            };
            trail.add(Step::Name, &name.origin, "metadata.name", || {
                format!("`{}` has the addresses of its pods", name.origin.id.name)
            });
            self.between(self.from, Group { namespace, space, pods }, port, protocol, trail)?;
        }
        Ok(())
    }

    fn outside(
        &self,
        name: &str,
        ranges: &[&str],
        port: u16,
        protocol: Protocol,
        trail: &mut Trail,
    ) -> Passed {
        let ends: Vec<End<'_>> = if ranges.is_empty() {
            vec![End::Anywhere]
        } else {
            ranges.iter().map(|range| End::Range(range)).collect()
        };
        for end in ends {
            self.allowed(
                Direction::Egress,
                self.from,
                end,
                None,
                (port, protocol),
                Step::Egress,
                trail,
            )?;
        }
        trail.note(Step::Outside, self.demand.span, || format!("`{name}`, port {port}"));
        Ok(())
    }

    fn api_server(&self, trail: &mut Trail) -> Passed {
        if !self.from.pods.token {
            return Err(Box::new(
                Broken::new(
                    Step::Access,
                    format!("the pods of `{}` get no token", self.from.pods.origin.id.name),
                    "give the pods `automountServiceAccountToken: true`",
                )
                .at(
                    &self.from.pods.origin,
                    "spec.template.spec.automountServiceAccountToken",
                    "its pods",
                ),
            ));
        }
        for port in API_SERVER {
            let port = (port, Protocol::Tcp);
            self.allowed(
                Direction::Egress,
                self.from,
                End::Anywhere,
                None,
                port,
                Step::Egress,
                trail,
            )?;
        }
        trail.note(Step::Outside, self.demand.span, || "the Kubernetes API".to_owned());
        Ok(())
    }

    /// By the Traefik of another namespace.
    fn elsewhere(
        &self,
        target: &str,
        ports: (u16, u16, Protocol),
        asks: &Asks,
        trail: &mut Trail,
    ) -> Passed {
        let host = self.demand.host().unwrap_or_default();
        let found = self.name(&host, trail)?;
        let Found { namespace, service, .. } = found;
        if namespace != target {
            return Err(Box::new(
                Broken::new(
                    Step::Name,
                    format!("`{host}` leads to the namespace `{namespace}` instead of `{target}`"),
                    format!(
                        "let the alias `{host}` lead to `traefik.{target}.svc.{}`",
                        self.ground.net.dns_domain()
                    ),
                )
                .at(&service.origin, "metadata.namespace", "what it leads to")
                .place(self.demand.span, format!("it {}", self.demand.why)),
            ));
        }
        let (asked, _, protocol) = ports;
        let port = self.port(service, asked, protocol, trail)?;
        for (group, number) in self.behind(found, port, trail)? {
            self.unmapped(service, port, number)?;
            self.between(self.from, group, number, protocol, trail)?;
            self.gate(group, (asked, number), &host, asks, trail)?;
        }
        Ok(())
    }
}

/// Whether pods listen where they are reached.
fn listens(group: Group<'_>, number: u16, wanted: u16, service: &Service) -> Passed {
    if number == wanted {
        return Ok(());
    }
    let name = &group.pods.origin.id.name;
    Err(Box::new(
        Broken::new(
            Step::Target,
            format!(
                "the Service `{}` leads to port {number}, and the pods of `{name}` listen on {wanted}",
                service.origin.id.name
            ),
            format!("let `targetPort` of `{}` be {wanted}", service.origin.id.name),
        )
        .at(&service.origin, "spec.ports", "the Service")
        .place(group.pods.origin.source, "its pods"),
    ))
}

/// One end, for a person.
fn describe(end: End<'_>) -> String {
    match end {
        End::Pods { namespace, pods, .. } => {
            match pods.labels.get("app").or_else(|| pods.labels.get("k8s-app")) {
                Some(app) => format!("the pods of `{app}` in `{namespace}`"),
                None => format!("pods in `{namespace}`"),
            }
        }
        End::Range(range) => format!("`{range}`"),
        End::Anywhere => "any address".to_owned(),
    }
}
