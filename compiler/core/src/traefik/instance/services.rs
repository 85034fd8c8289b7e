//! Services of HTTP: how references become services, and whether these are
//! built (`pkg/provider/kubernetes/crd/kubernetes_http.go`,
//! `pkg/server/service/service.go`).

use std::collections::BTreeMap;

use super::names::normalize;
use super::references::{Found, PROVIDER};
use super::{Backend, Build, Service, ServiceId, Text, join};
use crate::traefik::fault::{Fault, Target, What};
use crate::traefik::objects::{
    PortRef, Reference, Service as Kube, ServiceKind, ServiceRef, TraefikServiceKind,
};

/// Services by joined name. When several objects make one name, the last that
/// is written counts: those of routes are written first, then those of error
/// pages, then `TraefikService`s. Within one of these the order is random.
#[derive(Debug, Default)]
pub(super) struct Pool {
    entries: BTreeMap<Text, Vec<Entry>>,
    built: BTreeMap<Text, Result<Service, Fault>>,
}

#[derive(Clone, Debug)]
struct Entry {
    phase: u8,
    object: usize,
    what: Draft,
}

/// A service that hasn't been built.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Draft {
    Kubernetes(Box<Kubernetes>),
    Weighted(Vec<(i64, Part)>),
    HighestRandomWeight(Vec<(i64, Part)>),
    Mirroring(Part, Vec<Part>),
    Failover { service: Part, fallback: Part, status: Vec<Text> },
}

/// A reference to a service, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) to: Found,
    pub(super) at: usize,
    pub(super) path: String,
}

/// Where it stands is no part of what it is.
impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.to == other.to
    }
}

/// A Kubernetes Service as a service of Traefik.
#[derive(Clone, Debug)]
pub(super) struct Kubernetes {
    backend: Backend,
    transport: Option<Found>,
    middlewares: Vec<Found>,
    checked: bool,
}

/// Who refers to it is no part of what it is.
impl PartialEq for Kubernetes {
    fn eq(&self, other: &Self) -> bool {
        let (one, two) = (&self.backend, &other.backend);
        one.service == two.service
            && one.port == two.port
            && one.native == two.native
            && one.scheme == two.scheme
            && one.pass_host_header == two.pass_host_header
            && self.transport == other.transport
            && self.middlewares == other.middlewares
    }
}

/// The phases in which services are written.
pub(super) const ROUTES: u8 = 0;
pub(super) const ERROR_PAGES: u8 = 1;
pub(super) const TRAEFIK_SERVICES: u8 = 2;

/// Who refers: the object, its namespace, and when it is its turn.
#[derive(Clone, Copy)]
pub(super) struct From<'f> {
    pub(super) at: usize,
    pub(super) namespace: &'f str,
    pub(super) phase: u8,
}

impl<'b> Build<'b> {
    pub(super) fn add(&mut self, from: From<'_>, id: Text, what: Draft) {
        let entries = self.http.entries.entry(id).or_default();
        entries.retain(|entry| entry.phase == from.phase && entry.object != from.at);
        entries.push(Entry { phase: from.phase, object: from.at, what });
    }

    /// `nameAndService`: the name of what is referred to, and what to write
    /// under it. `key` is the name under safe naming.
    pub(super) fn service(
        &self,
        from: From<'_>,
        reference: &ServiceRef,
        path: &str,
        key: impl FnOnce() -> Text,
    ) -> Result<(Found, Option<Draft>), Fault> {
        let fault = |field: &str, what| Fault::new(from.at, format!("{path}{field}"), what);
        let traefik = reference.kind.as_deref() == Some("TraefikService");
        let target = if traefik { Target::TraefikService } else { Target::Service };
        let name = &reference.to.name;
        let namespace: Text = if name.contains('@') {
            self.qualified(target, from.namespace, name).map_err(|what| fault(".name", what))?;
            reference.to.namespace.clone().unwrap_or_default()
        } else {
            self.namespace(target, from.namespace, &reference.to)
                .map_err(|what| fault(".namespace", what))?
        };
        match reference.kind.as_deref() {
            None | Some("" | "Service") => {}
            Some("TraefikService") => return Ok((self.traefik_name(&namespace, name), None)),
            Some(kind) => return Err(fault(".kind", What::ServiceKind(kind.into()))),
        }
        let draft = self.kubernetes(from, reference, &namespace, path)?;
        let id = if self.config.safe_naming {
            key()
        } else if reference.port.is_unset() {
            join(false, &namespace, name)
        } else {
            normalize(&format!("{namespace}-{name}-{}", reference.port))
        };
        Ok((Found::Own(id), Some(draft)))
    }

    /// `fullServiceName` of a `TraefikService`.
    fn traefik_name(&self, namespace: &str, name: &Text) -> Found {
        let safe = self.config.safe_naming;
        match name.rsplit_once('@') {
            None => Found::Own(join(safe, namespace, name)),
            Some((own, PROVIDER)) if safe => Found::Own(format!("{namespace}_{own}").into()),
            Some((own, PROVIDER)) => Found::Own(normalize(&format!("{namespace}-{own}"))),
            Some((own, provider)) => {
                Found::Foreign(format!("{}@{provider}", normalize(own)).into())
            }
        }
    }

    /// `buildServersLB`.
    fn kubernetes(
        &self,
        from: From<'_>,
        reference: &ServiceRef,
        namespace: &Text,
        path: &str,
    ) -> Result<Draft, Fault> {
        let fault = |field: &str, what| Fault::new(from.at, format!("{path}{field}"), what);
        if let Some(strategy) = &reference.strategy
            && !["wrr", "p2c", "hrw", "leasttime", "RoundRobin"].contains(&&**strategy)
        {
            return Err(fault(".strategy", What::Strategy(strategy.clone())));
        }
        let (service, port) =
            self.port(reference, namespace).map_err(|(field, what)| fault(field, what))?;
        let at = service.meta.at;
        let scheme = |number: i32, name: &str| match reference.scheme.as_deref() {
            Some(scheme @ ("http" | "https" | "h2c")) => Ok(Text::from(scheme)),
            None if number == 443 || name.starts_with("https") => Ok("https".into()),
            None => Ok("http".into()),
            Some(scheme) => Err(fault(".scheme", What::Scheme(scheme.into()))),
        };
        let external = matches!(service.kind, ServiceKind::ExternalName(_));
        if reference.health_check && !external {
            return Err(fault(".healthCheck", What::HealthCheck));
        }
        let index = port.as_ref().map(|(index, _)| *index);
        let (number, name) = match (&port, &reference.port) {
            (Some((index, _)), _) => service
                .ports
                .get(*index)
                .map_or((0, Text::default()), |port| (port.port, port.name.clone())),
            (None, PortRef::Number(number)) => (*number, Text::default()),
            (None, PortRef::Name(_)) => (0, Text::default()),
        };
        let mut backend = Backend {
            service: ServiceId {
                at,
                namespace: service.meta.namespace.clone(),
                name: service.meta.name.clone(),
            },
            port_index: index,
            port: number,
            external: None,
            native: false,
            empty: false,
            terminating: false,
            scheme: "http".into(),
            pass_host_header: reference.pass_host_header,
            transport: None,
            referred: (from.at, path.to_owned()),
        };
        // Only routes know the option for all.
        let by_default = from.phase == ROUTES && self.config.native_lb_by_default;
        match &service.kind {
            ServiceKind::ExternalName(name) => {
                if !self.config.allow_external_name_services {
                    return Err(fault("", What::ExternalName { service: at }));
                }
                backend.scheme = scheme(number, "")?;
                backend.external = Some(name.clone());
            }
            ServiceKind::Cluster { headless, .. } if reference.native_lb.unwrap_or(by_default) => {
                if *headless {
                    return Err(fault(".nativeLB", What::Headless { service: at }));
                }
                backend.scheme = scheme(number, &name)?;
                backend.native = true;
            }
            ServiceKind::Cluster { node_port: true, .. } if reference.node_port_lb => {
                if self.config.disable_cluster_scope_resources || !self.objects.nodes {
                    return Err(fault(".nodePortLB", What::NoNodes));
                }
                backend.scheme = scheme(number, &name)?;
            }
            ServiceKind::Cluster { .. } => {
                backend.empty = !port.as_ref().is_some_and(|(_, port)| port.serving);
                backend.terminating = port.as_ref().is_some_and(|(_, port)| port.terminating);
                backend.scheme = scheme(number, &name)?;
                if backend.empty && !self.config.allow_empty_services {
                    let what = What::NoEndpoints { service: at, port: index.unwrap_or(0) };
                    return Err(fault("", what));
                }
            }
        }
        let transport = match &reference.transport {
            None => None,
            Some(name) => Some(
                self.refer(
                    Target::ServersTransport,
                    namespace,
                    &Reference { name: name.clone(), namespace: None },
                )
                .map_err(|what| fault(".serversTransport", what))?,
            ),
        };
        backend.transport = transport.as_ref().map(|found| match found {
            Found::Own(name) | Found::Foreign(name) => name.clone(),
        });
        let mut middlewares = Vec::new();
        for (index, middleware) in reference.middlewares.iter().enumerate() {
            let found = self.refer(Target::Middleware, namespace, middleware);
            middlewares.push(found.map_err(|what| fault(&format!(".middlewares[{index}]"), what))?);
        }
        let checked = reference.health_check;
        Ok(Draft::Kubernetes(Box::new(Kubernetes { backend, transport, middlewares, checked })))
    }

    /// The Service and its port that a reference means; the field to blame
    /// otherwise.
    #[expect(clippy::type_complexity, reason = "it is used once by each protocol")]
    pub(super) fn port(
        &self,
        reference: &ServiceRef,
        namespace: &Text,
    ) -> Result<
        (&'b Kube, Option<(usize, &'b crate::traefik::objects::ServicePort)>),
        (&'static str, What),
    > {
        let name = &reference.to.name;
        if !self.config.watches(namespace) {
            let (namespace, name) = (namespace.clone(), name.clone());
            return Err((".namespace", What::ServiceNotWatched { namespace, name }));
        }
        let found = self.kube.get(&(&**namespace, &**name));
        let service = found.and_then(|index| self.objects.services.get(*index));
        let Some(service) = service else {
            let name = format!("{namespace}/{name}").into();
            return Err((".name", What::Missing { target: Target::Service, name }));
        };
        if reference.port.is_unset() {
            return Err((".port", What::NoPort));
        }
        let port = service.port(&reference.port);
        let any = matches!(service.kind, ServiceKind::ExternalName(_))
            && matches!(reference.port, PortRef::Number(_));
        if port.is_none() && !any {
            let (service, port) = (service.meta.at, reference.port.clone());
            return Err((".port", What::MissingPort { service, port }));
        }
        Ok((service, port))
    }

    /// Writes the service that leads to several (`buildServicesLB`).
    pub(super) fn weighted(
        &mut self,
        from: From<'_>,
        services: &[ServiceRef],
        path: &str,
        key: &str,
    ) -> Result<Vec<(i64, Part)>, Fault> {
        let mut parts = Vec::new();
        for (index, service) in services.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let part = self.part(from, service, path, || {
                let namespace = service.to.namespace.as_deref().unwrap_or(from.namespace);
                format!("{key}_{index}_{namespace}_{}_{}", service.to.name, service.port).into()
            })?;
            parts.push((service.weight.unwrap_or(1), part));
        }
        Ok(parts)
    }

    /// A reference, with what must be written for it.
    fn part(
        &mut self,
        from: From<'_>,
        service: &ServiceRef,
        path: String,
        key: impl FnOnce() -> Text,
    ) -> Result<Part, Fault> {
        let (to, draft) = self.service(from, service, &path, key)?;
        if let (Some(draft), Found::Own(id)) = (draft, &to) {
            self.add(from, id.clone(), draft);
        }
        Ok(Part { to, at: from.at, path })
    }

    /// Writes every `TraefikService` (`buildTraefikService`).
    pub(super) fn traefik_services(&mut self) {
        for service in &self.objects.traefik_services {
            if !self.sees(&service.meta) {
                continue;
            }
            let (namespace, name) = (&*service.meta.namespace, &*service.meta.name);
            let from = From { at: service.meta.at, namespace, phase: TRAEFIK_SERVICES };
            let id = join(self.config.safe_naming, namespace, name);
            match self.traefik_service(from, service.kind.as_ref(), &format!("{namespace}_{name}"))
            {
                Ok(draft) => self.add(from, id, draft),
                Err(fault) => self.instance.faults.push(fault),
            }
        }
    }

    fn traefik_service(
        &mut self,
        from: From<'_>,
        kind: Option<&TraefikServiceKind>,
        key: &str,
    ) -> Result<Draft, Fault> {
        let safe = |role: &str, service: &ServiceRef| -> Text {
            let namespace = service.to.namespace.as_deref().unwrap_or(from.namespace);
            format!("{key}_{role}_{namespace}_{}_{}", service.to.name, service.port).into()
        };
        Ok(match kind {
            None => return Err(Fault::new(from.at, "spec", What::NoServiceKind)),
            Some(TraefikServiceKind::Weighted(services)) => Draft::Weighted(self.weighted(
                from,
                services,
                "spec.weighted.services",
                &format!("{key}_wrr"),
            )?),
            Some(TraefikServiceKind::HighestRandomWeight(services)) => {
                Draft::HighestRandomWeight(self.weighted(
                    from,
                    services,
                    "spec.highestRandomWeight.services",
                    &format!("{key}_hrw"),
                )?)
            }
            Some(TraefikServiceKind::Mirroring(service, mirrors)) => {
                let path = "spec.mirroring".to_owned();
                let main = self.part(from, service, path, || safe("mirroring", service))?;
                let mut parts = Vec::new();
                for (index, mirror) in mirrors.iter().enumerate() {
                    let path = format!("spec.mirroring.mirrors[{index}]");
                    let key = || safe(&format!("mirror_{index}"), mirror);
                    parts.push(self.part(from, mirror, path, key)?);
                }
                Draft::Mirroring(main, parts)
            }
            Some(TraefikServiceKind::Failover { service, fallback, status }) => {
                // Nothing is written unless both can be.
                let path = "spec.failover.service".to_owned();
                let (to, main) =
                    self.service(from, service, &path, || safe("failover", service))?;
                let service = Part { to, at: from.at, path };
                let path = "spec.failover.fallback".to_owned();
                let (to, other) =
                    self.service(from, fallback, &path, || safe("fallback", fallback))?;
                let fallback = Part { to, at: from.at, path };
                for (part, draft) in [(&service, main), (&fallback, other)] {
                    if let (Found::Own(id), Some(draft)) = (&part.to, draft) {
                        self.add(from, id.clone(), draft);
                    }
                }
                Draft::Failover { service, fallback, status: status.clone() }
            }
        })
    }

    /// Builds what a reference leads to (`BuildHTTP`).
    pub(super) fn build(&mut self, part: &Part) -> Result<Service, Fault> {
        self.build_below(part, &mut Vec::new())
    }

    /// Builds what an object itself wrote under a name.
    pub(super) fn build_own(&mut self, id: &Text, part: &Part) -> Result<Service, Fault> {
        let own = self.http.entries.get(id).and_then(|entries| {
            let entry = entries.iter().find(|entry| entry.object == part.at)?;
            (entries.len() > 1).then(|| entry.what.clone())
        });
        match own {
            Some(draft) => self.build_draft(&draft, &mut vec![id.clone()]),
            None => self.build(part),
        }
    }

    /// Which objects write what a name leads to, when there are several and
    /// they don't say the same.
    pub(super) fn ambiguous_service(&self, id: &Text, part: &Part) -> Option<What> {
        let mut open: Vec<(Text, usize)> = vec![(id.clone(), part.at)];
        let mut seen = Vec::new();
        while let Some((id, from)) = open.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id.clone());
            let Some(entries) = self.http.entries.get(&id) else { continue };
            // A router gets what its own object wrote.
            let own = entries.iter().find(|entry| seen.len() == 1 && entry.object == from);
            let first = own.or(entries.first())?;
            if own.is_none() && entries.iter().any(|entry| entry.what != first.what) {
                let others = entries.iter().map(|entry| entry.object).collect();
                return Some(What::Collision { id, others });
            }
            if let Draft::Kubernetes(kubernetes) = &first.what {
                for middleware in &kubernetes.middlewares {
                    let part = Part { to: middleware.clone(), at: part.at, path: String::new() };
                    if let Some(what) = self.ambiguous(&part) {
                        return Some(what);
                    }
                }
            }
            let below: Vec<&Part> = match &first.what {
                Draft::Kubernetes(_) => Vec::new(),
                Draft::Weighted(parts) | Draft::HighestRandomWeight(parts) => {
                    parts.iter().map(|(_, part)| part).collect()
                }
                Draft::Mirroring(main, mirrors) => std::iter::once(main).chain(mirrors).collect(),
                Draft::Failover { service, fallback, .. } => vec![service, fallback],
            };
            open.extend(below.into_iter().filter_map(|part| match &part.to {
                Found::Own(id) => Some((id.clone(), part.at)),
                Found::Foreign(_) => None,
            }));
        }
        None
    }

    fn build_below(&mut self, part: &Part, stack: &mut Vec<Text>) -> Result<Service, Fault> {
        let fault = |what| Fault::new(part.at, part.path.clone(), what);
        let id = match &part.to {
            Found::Own(id) => id.clone(),
            Found::Foreign(name) => return self.foreign_service(name, part),
        };
        if stack.contains(&id) {
            return Err(fault(What::Loop(id)));
        }
        if let Some(built) = self.http.built.get(&id) {
            return built.clone().map_err(|cause| wrap(part, &id, cause));
        }
        let Some(entries) = self.http.entries.get(&id) else {
            let target = Target::TraefikService;
            return Err(fault(What::Missing { target, name: id }));
        };
        let mut drafts: Vec<Draft> = Vec::new();
        for entry in entries {
            if !drafts.contains(&entry.what) {
                drafts.push(entry.what.clone());
            }
        }
        stack.push(id.clone());
        let mut built = Vec::new();
        let mut failed = None;
        for draft in &drafts {
            match self.build_draft(draft, stack) {
                Ok(service) => built.push(service),
                Err(fault) => failed = Some(fault),
            }
        }
        stack.pop();
        let result = match (built.pop(), failed) {
            (Some(service), _) if built.is_empty() => Ok(service),
            (Some(service), _) => {
                built.push(service);
                Ok(Service::Random(built))
            }
            (None, Some(fault)) => Err(fault),
            (None, None) => Err(fault(What::Loop(id.clone()))),
        };
        // What fails for a loop may have been asked from inside of it.
        let whole = stack.is_empty() || result.is_ok();
        if whole {
            self.http.built.insert(id.clone(), result.clone());
        }
        result.map_err(|cause| wrap(part, &id, cause))
    }

    fn build_draft(&mut self, draft: &Draft, stack: &mut Vec<Text>) -> Result<Service, Fault> {
        match draft {
            Draft::Kubernetes(kubernetes) => self.build_kubernetes(kubernetes, stack),
            Draft::Weighted(parts) => Ok(Service::Weighted(self.build_parts(parts, stack)?)),
            Draft::HighestRandomWeight(parts) => {
                Ok(Service::HighestRandomWeight(self.build_parts(parts, stack)?))
            }
            Draft::Mirroring(main, mirrors) => {
                let service = self.build_below(main, stack)?;
                let mut built = Vec::new();
                for mirror in mirrors {
                    built.push(self.build_below(mirror, stack)?);
                }
                Ok(Service::Mirroring(Box::new(service), built))
            }
            Draft::Failover { service, fallback, status } => {
                let main = self.build_below(service, stack)?;
                let watched = match &service.to {
                    Found::Own(id) => self.http.entries.get(id).is_some_and(|entries| {
                        entries.iter().all(
                            |entry| matches!(&entry.what, Draft::Kubernetes(kube) if kube.checked),
                        )
                    }),
                    Found::Foreign(_) => true,
                };
                if status.is_empty() && !watched {
                    let reason = "it has neither statuses that count as failing nor a health check";
                    return Err(Fault::new(
                        service.at,
                        "spec.failover.errors",
                        What::Refused(reason.to_owned()),
                    ));
                }
                let fallback = self.build_below(fallback, stack)?;
                Ok(Service::Failover(Box::new(main), Box::new(fallback), status.clone()))
            }
        }
    }

    fn build_parts(
        &mut self,
        parts: &[(i64, Part)],
        stack: &mut Vec<Text>,
    ) -> Result<Vec<(i64, Service)>, Fault> {
        parts.iter().map(|(weight, part)| Ok((*weight, self.build_below(part, stack)?))).collect()
    }

    fn build_kubernetes(
        &mut self,
        kubernetes: &Kubernetes,
        stack: &mut Vec<Text>,
    ) -> Result<Service, Fault> {
        let backend = &kubernetes.backend;
        let (at, path) = &backend.referred;
        // It is looked up for each server, so not at all without any.
        if let Some(transport) = &kubernetes.transport
            && !backend.empty
        {
            let there = match transport {
                Found::Own(id) => self.transports.contains_key(id),
                Found::Foreign(name) => self.foreign(name) || &**name == "default@internal",
            };
            if !there {
                let name = backend.transport.clone().unwrap_or_default();
                let what = What::Missing { target: Target::ServersTransport, name };
                return Err(Fault::new(*at, format!("{path}.serversTransport"), what));
            }
        }
        let service = Service::Kubernetes(backend.clone());
        if kubernetes.middlewares.is_empty() {
            return Ok(service);
        }
        let mut steps = Vec::new();
        for (index, found) in kubernetes.middlewares.iter().enumerate() {
            let path = format!("{path}.middlewares[{index}]");
            let place = Part { to: found.clone(), at: *at, path };
            steps.push(self.step(&place, stack)?);
        }
        Ok(Service::Through(steps, Box::new(service)))
    }

    fn foreign_service(&mut self, name: &Text, part: &Part) -> Result<Service, Fault> {
        let internal = match &**name {
            "noop@internal" => true,
            "api@internal" => self.config.api,
            "dashboard@internal" => self.config.api,
            "ping@internal" => self.config.ping.is_some(),
            "prometheus@internal" => self.config.metrics.is_some(),
            _ => false,
        };
        if !internal && !self.foreign(name) {
            let what = What::Missing { target: Target::TraefikService, name: name.clone() };
            return Err(Fault::new(part.at, part.path.clone(), what));
        }
        Ok(Service::Foreign(name.clone()))
    }
}

/// A fault of what stands behind a reference, seen from there.
fn wrap(part: &Part, id: &Text, cause: Fault) -> Fault {
    if cause.at == part.at && cause.path.starts_with(&part.path) {
        return cause;
    }
    let what = What::Service { id: id.clone(), cause: Box::new(cause) };
    Fault::new(part.at, part.path.clone(), what)
}
