//! Entrypoints and TLS of routers (`pkg/server/aggregator.go`,
//! `pkg/config/runtime`, `pkg/server/router/tcp`).

use std::collections::{BTreeMap, BTreeSet};

use super::http::RouterDraft;
use super::names::{join, join_raw};
use super::references::Found;
use super::services::Part;
use super::{Build, Router, Served, Text};
use crate::traefik::config::EntryPoint;
use crate::traefik::fault::{Fault, Target, What};
use crate::traefik::objects::{IngressRoute, Protocol, Transport};
use crate::traefik::rule::Rule;

impl Build<'_> {
    /// With an entrypoint that gives its routers anything, parents that aren't
    /// there are forgotten, and who has no other has none (`applyModel`).
    pub(super) fn forget_parents(&self, drafts: &mut [RouterDraft]) {
        if !self.config.entry_points.iter().any(|one| one.model) {
            return;
        }
        let http = drafts.iter().filter(|draft| draft.router.protocol == Protocol::Http);
        let there: BTreeSet<Text> = http.map(|draft| draft.router.id.clone()).collect();
        for RouterDraft { router, .. } in drafts {
            let Some(lost) = router.parents.iter().find(|name| !there.contains(*name)).cloned()
            else {
                continue;
            };
            router.parents.retain(|name| there.contains(name));
            router.detached = router.parents.is_empty();
            if router.detached {
                let what = What::AbsentParent(lost);
                router.notes.push(Fault::new(router.at, "spec.parentRefs", what));
            }
        }
    }

    /// Finds the entrypoints of a router.
    pub(super) fn serve(
        &self,
        router: &mut Router,
        own: &[Text],
        conflict: Option<&Vec<Text>>,
        faults: &mut Vec<Fault>,
    ) {
        let at = router.at;
        let udp = router.protocol == Protocol::Udp;
        let http = router.protocol == Protocol::Http;
        let all = &self.config.entry_points;
        let names: Vec<Text> = if !own.is_empty() || !router.parents.is_empty() || router.detached {
            own.to_vec()
        } else if udp {
            all.iter().filter(|one| one.udp).map(|one| one.name.clone()).collect()
        } else {
            all.iter().filter(|one| one.default).map(|one| one.name.clone()).collect()
        };
        let mut seen = BTreeSet::new();
        let mut left = false;
        let mut split = false;
        router.served.reserve_exact(names.len());
        for (index, name) in names.iter().enumerate() {
            let conflicts = conflict.is_some_and(|conflict| conflict.contains(name));
            let found = self.config.entry_point(name).filter(|found| found.udp == udp);
            // A copy of its own, or what is left under the first name. Of routers below
            // others there are no copies (`applyModel`, `pkg/server/aggregator.go`).
            let copied = |found: &EntryPoint| {
                http && found.model && router.parents.is_empty() && !router.detached
            };
            split |= conflicts || found.is_some_and(copied);
            left |= found.is_none() && !conflicts;
            if found.is_none() && conflicts {
                router.lost.push(format!("{name}-conflicted-{}", router.id).into());
            }
            let path = format!("spec.entryPoints[{index}]");
            let Some(entry_point) = self.config.entry_point(name) else {
                router.notes.push(Fault::new(at, path, What::UnknownEntryPoint(name.clone())));
                continue;
            };
            if entry_point.udp != udp {
                router.notes.push(Fault::new(at, path, What::EntryPointProtocol(name.clone())));
                continue;
            }
            if !seen.insert(name.clone()) {
                continue;
            }
            let copied = copied(entry_point);
            let mut id = router.id.clone();
            if copied && names.len() > 1 {
                id = format!("{name}-{id}").into();
            }
            if conflicts {
                id = format!("{name}-conflicted-{id}").into();
            }
            let mut middlewares = Vec::new();
            let mut fault = None;
            if copied {
                for middleware in &entry_point.middlewares {
                    let to = match middleware.rsplit_once('@') {
                        None => Found::Own(middleware.clone()),
                        Some((own, super::references::PROVIDER)) => Found::Own(own.into()),
                        Some(_) => Found::Foreign(middleware.clone()),
                    };
                    let path = format!("spec.entryPoints[{index}]");
                    match self.step(&Part { to, at, path }) {
                        Ok(step) => middlewares.push(step),
                        Err(found) => fault = Some(found),
                    }
                }
            }
            let tls = router.tls || (copied && entry_point.tls.is_some());
            let entry_point = name.clone();
            router.served.push(Served { entry_point, id, tls, middlewares, fault });
        }
        if let Some(fault) = router.served.first().and_then(|served| served.fault.clone())
            && router.served.iter().all(|served| served.fault.is_some())
        {
            faults.push(fault);
        }
        let whole = router.served.iter().any(|served| served.id == router.id);
        if left && split && names.len() > 1 && !whole {
            router.lost.push(router.id.clone());
        }
        if router.served.is_empty() && router.parents.is_empty() {
            faults.insert(0, Fault::new(at, "spec.entryPoints", What::NoEntryPoint));
        }
    }

    /// What is wrong with the certificate of a route. It is served anyway,
    /// with another certificate.
    pub(super) fn certificate(&self, object: &IngressRoute) -> Vec<Fault> {
        let Some(tls) = object.tls.as_ref().filter(|tls| !tls.passthrough) else {
            return Vec::new();
        };
        let mut notes = Vec::new();
        if let Some(name) = &tls.secret
            && let Some(what) = self.certificate_fault(&object.meta.namespace, name)
        {
            notes.push(Fault::new(object.meta.at, "spec.tls.secretName", what));
        }
        notes
    }

    fn certificate_fault(&self, namespace: &str, name: &Text) -> Option<What> {
        let found = self.secrets.get(&(namespace, &**name));
        let Some(secret) = found.and_then(|index| self.objects.secrets.get(*index)) else {
            let name = format!("{namespace}/{name}").into();
            return self
                .objects
                .all_secrets
                .then_some(What::Missing { target: Target::Secret, name });
        };
        let keys = secret.keys.as_ref()?;
        let has = |key: &str| keys.iter().any(|own| &**own == key);
        let secret = secret.meta.at;
        let wanted = "both `tls.crt` and `tls.key`";
        (!has("tls.crt") || !has("tls.key")).then_some(What::SecretKeys {
            secret,
            wanted,
            login: false,
        })
    }

    /// Finds transports by their joined names. An authority that names nothing is one
    /// too much for the provider (`loadConfigurationFromCRD` takes it for a
    /// `ConfigMap`, and ends with a panic).
    pub(super) fn index_transports(&mut self) {
        let objects = self.objects;
        self.transports = self.transports_by_name(&objects.transports);
        self.tcp_transports = self.transports_by_name(&objects.tcp_transports);
        let mut all = objects.transports.iter().chain(&objects.tcp_transports);
        let empty = all.find_map(|one| {
            let path = one.empty_authority.clone().filter(|_| self.sees(&one.meta))?;
            Some(Fault::new(one.meta.at, path, What::EmptyAuthority))
        });
        if empty.is_some() {
            self.instance.blind = empty;
        }
    }

    fn transports_by_name(&self, all: &[Transport]) -> BTreeMap<Text, Vec<usize>> {
        let mut by_name: BTreeMap<Text, Vec<usize>> = BTreeMap::new();
        for (index, Transport { meta, .. }) in all.iter().enumerate() {
            if self.sees(meta) {
                let id = join(self.config.safe_naming, &meta.namespace, &meta.name);
                by_name.entry(id).or_default().push(index);
            }
        }
        by_name
    }

    /// Finds TLS options by their joined names (`buildTLSOptions`,
    /// `buildTLSStores`).
    pub(super) fn index_tls(&mut self) {
        let safe = self.config.safe_naming;
        let only = self.config.default_tls_namespace.clone();
        let counts = |name: &str, namespace: &str| {
            name != "default" || only.is_empty() || *namespace == *only
        };
        let mut defaults = Vec::new();
        for (index, option) in self.objects.tls_options.iter().enumerate() {
            let meta = &option.meta;
            if !self.sees(meta) || !counts(&meta.name, &meta.namespace) {
                continue;
            }
            let id = if &*meta.name == "default" {
                defaults.push(meta.at);
                meta.name.clone()
            } else {
                join_raw(safe, &meta.namespace, &meta.name)
            };
            self.tls_options.entry(id).or_default().push(index);
        }
        if defaults.len() > 1 {
            self.tls_options.remove("default");
            self.two_defaults(&defaults);
        }
        let mut defaults = Vec::new();
        for store in &self.objects.tls_stores {
            let meta = &store.meta;
            if !self.sees(meta) || !counts(&meta.name, &meta.namespace) {
                continue;
            }
            if let Some(what) = store
                .certificate
                .as_ref()
                .and_then(|name| self.certificate_fault(&meta.namespace, name))
            {
                let path = "spec.defaultCertificate.secretName";
                self.instance.faults.push(Fault::new(meta.at, path, what));
            }
            if &*meta.name == "default" {
                defaults.push(meta.at);
            }
        }
        if defaults.len() > 1 {
            self.two_defaults(&defaults);
        }
    }

    fn two_defaults(&mut self, defaults: &[usize]) {
        for at in defaults {
            let others = defaults.iter().copied().filter(|other| other != at).collect();
            let fault = Fault::new(*at, "metadata.name", What::TwoDefaults(others));
            self.instance.faults.push(fault);
        }
    }

    /// Why the TLS options of a router can't be used: those that it names, or the
    /// default ones (`buildRouterHandler`, `pkg/server/router/router.go`).
    pub(super) fn tls_fault(&self, at: usize, named: Option<&Part>) -> Option<Fault> {
        let default = Text::from("default");
        if named.is_none() && !self.tls_options.contains_key(&default) {
            return None;
        }
        let usual = || Part { to: Found::Own(default), at, path: "spec.tls".to_owned() };
        let part = &named.cloned().unwrap_or_else(usual);
        let missing = |name: &Text| {
            let what = What::Missing { target: Target::TlsOption, name: name.clone() };
            Some(Fault::new(part.at, part.path.clone(), what))
        };
        let id = match &part.to {
            Found::Own(id) => id,
            Found::Foreign(name) if self.foreign(name) => return None,
            Found::Foreign(name) => return missing(name),
        };
        let Some(found) = self.tls_options.get(id) else { return missing(id) };
        // With several any one may survive.
        let mut fault = None;
        for index in found {
            let option = self.objects.tls_options.get(*index)?;
            let (field, value) = option.unknown.clone()?;
            fault =
                Some(Fault::new(option.meta.at, field.clone(), What::TlsOption { field, value }));
        }
        fault
    }

    /// Routers that serve one host on one entrypoint with different TLS
    /// options: by number, the entrypoints (`findConflictingRouters`).
    pub(super) fn tls_conflicts(&self, drafts: &[RouterDraft]) -> BTreeMap<usize, Vec<Text>> {
        type Options = BTreeMap<Text, Vec<usize>>;
        let mut conflicts: BTreeMap<usize, Vec<Text>> = BTreeMap::new();
        if drafts.iter().all(|draft| draft.tls_options.is_none()) {
            return conflicts;
        }
        let mut hosts: BTreeMap<(Text, String), Options> = BTreeMap::new();
        let default = Text::from("default");
        for (index, draft) in drafts.iter().enumerate() {
            if draft.router.protocol != Protocol::Http || !draft.router.tls {
                continue;
            }
            let Some(named) = Rule::hosts_of(&draft.router.rule_text) else { continue };
            let option = match draft.tls_options.as_ref().map(|part| &part.to) {
                None => default.clone(),
                Some(Found::Own(id) | Found::Foreign(id)) => id.clone(),
            };
            let defaults = self.config.entry_points.iter().filter(|one| one.default);
            // Routers below others get no entrypoints (`mergeConfiguration`).
            let is_root = draft.router.parents.is_empty() && !draft.router.detached;
            let entry_points: Vec<Text> = if draft.entry_points.is_empty() && is_root {
                defaults.map(|one| one.name.clone()).collect()
            } else {
                draft.entry_points.clone()
            };
            for entry_point in entry_points {
                if named.is_empty() && option != default {
                    conflicts.entry(index).or_default().push(entry_point);
                    continue;
                }
                for host in &named {
                    hosts
                        .entry((entry_point.clone(), host.clone()))
                        .or_default()
                        .entry(option.clone())
                        .or_default()
                        .push(index);
                }
            }
        }
        for ((entry_point, _), options) in hosts {
            if options.len() < 2 {
                continue;
            }
            for index in options.into_values().flatten() {
                let own = conflicts.entry(index).or_default();
                if !own.contains(&entry_point) {
                    own.push(entry_point.clone());
                }
            }
        }
        conflicts
    }
}
