//! Services of HTTP: how references become services, and whether these are
//! built (`pkg/provider/kubernetes/crd/kubernetes_http.go`,
//! `pkg/server/service/service.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::normalize;
use super::references::{Found, PROVIDER};
use super::{Backend, Build, Service, ServiceId, Text, join};
use crate::traefik::duration::is_time;
use crate::traefik::fault::{Fault, Target, What};
use crate::traefik::objects::{
    PortRef, Reference, Service as Kube, ServiceKind, ServiceRef, TraefikServiceKind,
};

/// Services by joined name. When several objects make one name, the last that
/// is written counts: those of routes are written first, then those of error
/// pages, then `TraefikService`s. Within one of these the order is random.
#[derive(Debug, Default)]
pub(super) struct Pool {
    pub(super) entries: BTreeMap<Text, Vec<Entry>>,
    pub(super) built: BTreeMap<Text, Result<Service, Fault>>,
}

/// What an object writes under a name.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    phase: u8,
    pub(super) object: usize,
    pub(super) what: Draft,
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
    pub(super) backend: Arc<Backend>,
    pub(super) transport: Option<Found>,
    pub(super) middlewares: Vec<Found>,
    /// Whether its health is checked.
    pub(super) checked: bool,
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
        if let Some(time) = reference.flush_interval.as_ref().filter(|time| !is_time(time)) {
            let what = What::FlushInterval(time.clone());
            return Err(fault(".responseForwarding.flushInterval", what));
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
            ServiceKind::ExternalName(target) => {
                if !self.config.allow_external_name_services {
                    return Err(fault("", What::ExternalName { service: at }));
                }
                backend.scheme = scheme(number, &name)?;
                backend.external = Some(target.clone());
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
        Ok(Draft::Kubernetes(Box::new(Kubernetes {
            backend: Arc::new(backend),
            transport,
            middlewares,
            checked,
        })))
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
                    // `AddMirror` (`pkg/server/service/loadbalancer/mirror`).
                    if let Some(percent) = mirror.percent.filter(|it| !(0..=100).contains(it)) {
                        let path = format!("{path}.percent");
                        return Err(Fault::new(from.at, path, What::Percent(percent)));
                    }
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
}
