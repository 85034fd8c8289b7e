//! Whether services of HTTP are built (`pkg/server/service/service.go`).

use super::references::Found;
use super::services::{Draft, Kubernetes, Part};
use super::{Build, Service, Text};
use crate::traefik::fault::{Fault, Target, What};

impl Build<'_> {
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
            Draft::Kubernetes(kubernetes) => self.build_kubernetes(kubernetes),
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

    fn build_kubernetes(&mut self, kubernetes: &Kubernetes) -> Result<Service, Fault> {
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
            steps.push(self.step(&place)?);
        }
        Ok(Service::Through(steps, Box::new(service)))
    }

    fn foreign_service(&mut self, name: &Text, part: &Part) -> Result<Service, Fault> {
        let internal = match &**name {
            "noop@internal" => true,
            "api@internal" | "dashboard@internal" => self.config.api,
            "ping@internal" => self.config.ping.is_some() || self.config.ping_by_hand,
            "prometheus@internal" => self.config.metrics.is_some() || self.config.metrics_by_hand,
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
