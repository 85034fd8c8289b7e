//! Routers of TCP and UDP (`kubernetes_tcp.go`, `kubernetes_udp.go` in
//! `pkg/provider/kubernetes/crd`; `pkg/server/router/tcp`, `…/udp`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::http::{HIGHEST, RouterDraft, settle};
use super::references::Found;
use super::services::Part;
use super::{Backend, Build, Router, Service, ServiceId, Status, Text};
use crate::traefik::fault::{Fault, Target, What};
use crate::traefik::objects::{IngressRoute, Protocol, Reference, Route, ServiceKind, ServiceRef};
use crate::traefik::rule::{Network, Rule, Test};

impl Build<'_> {
    pub(super) fn l4_drafts(
        &mut self,
        number: usize,
        object: &IngressRoute,
        drafts: &mut Vec<RouterDraft>,
    ) {
        let notes =
            if object.protocol == Protocol::Tcp { self.certificate(object) } else { Vec::new() };
        for (index, route) in object.routes.iter().enumerate() {
            let mut router = self.router(object, index);
            router.notes.clone_from(&notes);
            match self.l4_draft(object, index, route, &mut router) {
                Ok((middlewares, tls_options)) => drafts.push(RouterDraft {
                    router,
                    object: number,
                    service: None,
                    middlewares,
                    entry_points: object.entry_points.clone(),
                    tls_options,
                    observability: false,
                    old_syntax: route.syntax.as_deref() == Some("v2"),
                }),
                Err(fault) => {
                    router.status = Status::Absent(fault);
                    self.instance.routers.push(router);
                }
            }
        }
    }

    fn l4_draft(
        &mut self,
        object: &IngressRoute,
        index: usize,
        route: &Route,
        router: &mut Router,
    ) -> Result<(Vec<Part>, Option<Part>), Fault> {
        let at = object.meta.at;
        let namespace = &*object.meta.namespace;
        let place = |field: &str| format!("spec.routes[{index}]{field}");
        let tcp = object.protocol == Protocol::Tcp;
        if tcp && route.rule.is_empty() {
            return Err(Fault::new(at, place(".match"), What::EmptyRule));
        }
        let mut middlewares = Vec::new();
        if tcp {
            for (step, middleware) in route.middlewares.iter().enumerate() {
                let path = place(&format!(".middlewares[{step}]"));
                let to = self
                    .refer(Target::Middleware, namespace, middleware)
                    .map_err(|what| Fault::new(at, path.clone(), what))?;
                middlewares.push(Part { to, at, path });
            }
        }
        let mut built = Vec::new();
        let mut faults = Vec::new();
        for (step, service) in route.services.iter().enumerate() {
            let path = place(&format!(".services[{step}]"));
            match self.l4_service(object, service, &path) {
                Ok(backend) => {
                    built.push((service.weight.unwrap_or(1), Service::Kubernetes(backend.into())));
                }
                // It is left out, and the others stay.
                Err(fault) => faults.push(fault),
            }
        }
        router.service = match (route.services.len(), built.pop()) {
            (_, None) => None,
            (1, Some((_, service))) => Some(service),
            (_, Some(last)) => {
                built.push(last);
                Some(Service::Weighted(built))
            }
        };
        let options = object.tls.as_ref().and_then(|tls| tls.options.as_ref());
        let options = options.filter(|options| tcp && !options.name.is_empty());
        let tls_options = match options {
            None => None,
            Some(options) => {
                let path = "spec.tls.options".to_owned();
                let to = self
                    .refer(Target::TlsOption, namespace, options)
                    .map_err(|what| Fault::new(at, path.clone(), what))?;
                Some(Part { to, at, path })
            }
        };
        router.priority = route.priority;
        router.notes.extend(faults);
        Ok((middlewares, tls_options))
    }

    /// Services that routes of one object write under one name: one replaces
    /// what was there, several are added to it.
    pub(super) fn inherit(&mut self, router: &mut Router, object: usize) {
        let key = (object, router.id.clone());
        let before = self.written.remove(&key);
        router.service = match (before, router.service.take()) {
            (before, None) => before,
            (Some(Service::Weighted(mut before)), Some(Service::Weighted(own))) => {
                before.extend(own);
                Some(Service::Weighted(before))
            }
            (Some(_), Some(Service::Weighted(_))) => {
                let path = format!("spec.routes[{}].services", router.route);
                self.instance.blind = Some(Fault::new(router.at, path, What::Crash));
                None
            }
            (_, own) => own,
        };
        if let Some(service) = &router.service {
            self.written.insert(key, service.clone());
        }
    }

    /// `loadTCPServers`, `loadUDPServers`.
    fn l4_service(
        &self,
        object: &IngressRoute,
        reference: &ServiceRef,
        path: &str,
    ) -> Result<Backend, Fault> {
        let at = object.meta.at;
        let fault = |field: &str, what| Fault::new(at, format!("{path}{field}"), what);
        let parent = &*object.meta.namespace;
        let namespace = self
            .namespace(Target::Service, parent, &reference.to)
            .map_err(|what| fault(".namespace", what))?;
        let found = self.port(reference, &namespace);
        // An ExternalName is refused before its port is looked at.
        let denied = |service: &crate::traefik::objects::Service| {
            matches!(service.kind, ServiceKind::ExternalName(_))
                && !self.config.allow_external_name_services
        };
        let (service, port) = match found {
            Ok(found) if denied(found.0) => {
                return Err(fault("", What::ExternalName { service: found.0.meta.at }));
            }
            Ok(found) => found,
            Err((field, what)) => return Err(fault(field, what)),
        };
        let service_at = service.meta.at;
        let number = match (&port, &reference.port) {
            (Some((_, port)), _) => port.port,
            (None, crate::traefik::objects::PortRef::Number(number)) => *number,
            (None, _) => 0,
        };
        let mut backend = Backend {
            service: ServiceId {
                at: service_at,
                namespace: service.meta.namespace.clone(),
                name: service.meta.name.clone(),
            },
            port_index: port.map(|(index, _)| index),
            port: number,
            external: None,
            native: false,
            empty: false,
            terminating: false,
            scheme: match object.protocol {
                Protocol::Udp => "udp".into(),
                _ if reference.tls => "tls".into(),
                _ => "tcp".into(),
            },
            pass_host_header: true,
            transport: None,
            referred: (at, path.to_owned()),
        };
        let native = reference.native_lb.unwrap_or(self.config.native_lb_by_default);
        match &service.kind {
            ServiceKind::Cluster { node_port: true, .. } if reference.node_port_lb => {
                if self.config.disable_cluster_scope_resources || !self.objects.nodes {
                    return Err(fault(".nodePortLB", What::NoNodes));
                }
            }
            ServiceKind::ExternalName(name) => backend.external = Some(name.clone()),
            ServiceKind::Cluster { headless, .. } if native => {
                if *headless {
                    return Err(fault(".nativeLB", What::Headless { service: service_at }));
                }
                backend.native = true;
            }
            ServiceKind::Cluster { .. } => {
                backend.empty = !port.is_some_and(|(_, port)| port.ready);
                if backend.empty && !self.config.allow_empty_services {
                    let port = port.map_or(0, |(index, _)| index);
                    return Err(fault("", What::NoEndpoints { service: service_at, port }));
                }
            }
        }
        if let Some(name) =
            reference.transport.as_ref().filter(|_| object.protocol == Protocol::Tcp)
        {
            let named = Reference { name: name.clone(), namespace: None };
            let found = self
                .refer(Target::ServersTransport, parent, &named)
                .map_err(|what| fault(".serversTransport", what))?;
            let (Found::Own(id) | Found::Foreign(id)) = found;
            backend.transport = Some(id);
        }
        Ok(backend)
    }

    pub(super) fn finish_l4(&mut self, draft: RouterDraft) -> Router {
        let mut router = draft.router;
        let mut faults = Vec::new();
        let udp = router.protocol == Protocol::Udp;
        self.serve(&mut router, &draft.entry_points, None, &mut faults);
        if !udp {
            Self::read_tcp(&mut router, draft.old_syntax, &mut faults);
        }
        let at = router.at;
        let index = router.route;
        if router.service.is_none() {
            // Why nothing is left of its services has been noted.
            let first = router.notes.iter().position(|note| note.path.contains(".services["));
            let fault = match first {
                Some(first) => router.notes.remove(first),
                None => Fault::new(at, format!("spec.routes[{index}].services"), What::NoService),
            };
            faults.push(fault);
        }
        if let Some(fault) = router.service.as_ref().and_then(|service| self.l4_fault(at, service))
        {
            faults.push(fault);
        }
        for part in &draft.middlewares {
            match self.tcp_step(part) {
                Ok(allowed) => router.allowed.extend(allowed),
                Err(fault) => faults.push(fault),
            }
        }
        if router.tls
            && !router.passthrough
            && let Some(fault) = self.tls_fault(router.at, draft.tls_options.as_ref())
        {
            faults.push(fault);
        }
        settle(router, faults)
    }

    fn read_tcp(router: &mut Router, old_syntax: bool, faults: &mut Vec<Fault>) {
        let at = router.at;
        let place = |field: &str| format!("spec.routes[{}]{field}", router.route);
        let text = router.rule_text.clone();
        let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
        match Rule::read_tcp(&text) {
            Ok(rule) => {
                let plain = match &rule {
                    Rule::Matcher(matcher) => Some(matcher),
                    Rule::Not(rule) => match rule.as_ref() {
                        Rule::Matcher(matcher) => Some(matcher),
                        _ => None,
                    },
                    _ => None,
                };
                let catches = plain.is_some_and(|one| one.test == Test::HostSni("*".to_owned()));
                if router.priority == 0 {
                    router.priority = if catches { -1 } else { length };
                }
                let hosts = rule.hosts();
                if !router.tls && hosts.first().is_some_and(|host| *host != "*") {
                    faults.push(Fault::new(at, place(".match"), What::HostSniWithoutTls));
                } else {
                    let never = rule.unmatched_by_connections(router.tls).into_iter();
                    let path = place(".match");
                    let never =
                        never.map(|one| Fault::new(at, path.clone(), What::NeverMatches(one)));
                    router.notes.extend(never);
                }
                router.rule = Some(Arc::new(rule));
            }
            Err(_) if old_syntax => {}
            Err(fault) => faults.push(Fault::new(at, place(".match"), What::Rule(fault))),
        }
        if router.priority == 0 {
            router.priority = length;
        }
        if router.priority > HIGHEST {
            faults.push(Fault::new(at, place(".priority"), What::Priority(router.priority)));
        }
    }

    /// Why the server doesn't build a service.
    fn l4_fault(&self, at: usize, service: &Service) -> Option<Fault> {
        match service {
            Service::Weighted(services) => services.iter().find_map(|(weight, service)| {
                if *weight < 0 {
                    let path = match service {
                        Service::Kubernetes(backend) => format!("{}.weight", backend.referred.1),
                        _ => String::new(),
                    };
                    return Some(Fault::new(at, path, What::NegativeWeight(*weight)));
                }
                self.l4_fault(at, service)
            }),
            // It is looked up for each server, so not at all without any.
            Service::Kubernetes(backend) if !backend.empty => {
                let name = backend.transport.clone()?;
                let there = match name.rsplit_once('@') {
                    None => self.tcp_transports.contains_key(&name),
                    Some(_) => self.foreign(&name) || &*name == "default@internal",
                };
                let path = format!("{}.serversTransport", backend.referred.1);
                let target = Target::ServersTransport;
                (!there).then(|| Fault::new(at, path, What::Missing { target, name }))
            }
            _ => None,
        }
    }

    /// The addresses that a middleware lets through; none when it looks at none.
    fn tcp_step(&self, part: &Part) -> Result<Option<Vec<Network>>, Fault> {
        let missing = |name: &Text| {
            let what = What::Missing { target: Target::Middleware, name: name.clone() };
            Fault::new(part.at, part.path.clone(), what)
        };
        let id = match &part.to {
            Found::Own(id) => id,
            Found::Foreign(name) if self.foreign(name) => return Ok(None),
            Found::Foreign(name) => return Err(missing(name)),
        };
        let found = self.tcp_by_name.get(id).ok_or_else(|| missing(id))?;
        let mut failed = None;
        for index in found {
            let Some(middleware) = self.objects.tcp_middlewares.get(*index) else { continue };
            let at = middleware.meta.at;
            if middleware.allow.is_empty() && middleware.in_flight.is_none() {
                failed = Some(Fault::new(at, "spec", What::NoMiddlewareKind));
                continue;
            }
            // `ipAllowList` is written first, and replaces what stood before it.
            let Some(ranges) = middleware.allow.first() else {
                // With none that it allows, it lets none through.
                return Ok(middleware.in_flight.filter(|amount| *amount <= 0).map(|_| Vec::new()));
            };
            let networks: Option<Vec<Network>> =
                ranges.iter().map(|range| Network::parse(range)).collect();
            if let Some(networks) = networks.filter(|networks| !networks.is_empty()) {
                return Ok(Some(networks));
            }
            let what = What::Refused("its ranges can't be read".to_owned());
            failed = Some(Fault::new(at, "spec.ipAllowList.sourceRange", what));
        }
        failed.map_or(Ok(None), |cause| {
            let what = What::Middleware { id: id.clone(), cause: Box::new(cause) };
            Err(Fault::new(part.at, part.path.clone(), what))
        })
    }
}

/// Routers of TCP and UDP of several objects with one name share its services:
/// several are added to what is there, one replaces it, none takes what is
/// there.
pub(super) fn share_services(drafts: &mut [RouterDraft]) {
    let mut by_name: BTreeMap<(Protocol, Text), Vec<usize>> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        if draft.router.protocol != Protocol::Http {
            let key = (draft.router.protocol, draft.router.id.clone());
            by_name.entry(key).or_default().push(index);
        }
    }
    for group in by_name.into_values().filter(|group| group.len() > 1) {
        let written: Vec<Service> = group
            .iter()
            .filter_map(|index| drafts.get(*index).and_then(|draft| draft.router.service.clone()))
            .collect();
        let mut all = Vec::new();
        let mut single = false;
        for service in &written {
            match service {
                Service::Weighted(services) => all.extend(services.iter().cloned()),
                _ => single = true,
            }
        }
        // One first and several then is more than Traefik's provider bears.
        let crash = single && !all.is_empty();
        for index in group {
            let Some(draft) = drafts.get_mut(index) else { continue };
            let router = &mut draft.router;
            let own = router.service.take();
            router.service = match own {
                Some(Service::Weighted(_)) if !single => Some(Service::Weighted(all.clone())),
                None if !single && !all.is_empty() => Some(Service::Weighted(all.clone())),
                None if written.len() > 1 => Some(Service::Random(written.clone())),
                None => written.first().cloned(),
                own => own,
            };
            if crash {
                let path = format!("spec.routes[{}].services", router.route);
                router.notes.push(Fault::new(router.at, path, What::Crash));
            }
        }
    }
}
