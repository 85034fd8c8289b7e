//! Routers of HTTP (`loadIngressRouteConfiguration`,
//! `pkg/provider/kubernetes/crd/kubernetes_http.go`; `pkg/server/router`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::l4::share_services;
use super::names;
use super::references::Found;
use super::services::{Draft, From, Part, ROUTES};
use super::{Build, Router, Status, Text};
use crate::traefik::fault::{Fault, Target, What};
use crate::traefik::objects::{IngressRoute, Protocol, Route};
use crate::traefik::rule::Rule;

/// The highest priority of a router: 2⁶³ − 1001
/// (`pkg/server/router/router.go`).
pub(super) const HIGHEST: i64 = i64::MAX - 1000;

/// A router that the provider has made, before the server builds it.
pub(super) struct RouterDraft {
    pub(super) router: Router,
    /// The index of the object, for the order in which they are read.
    pub(super) object: usize,
    pub(super) service: Option<(Text, Part)>,
    pub(super) middlewares: Vec<Part>,
    pub(super) entry_points: Vec<Text>,
    pub(super) tls_options: Option<Part>,
    pub(super) observability: bool,
    pub(super) old_syntax: bool,
}

impl Build<'_> {
    /// A router with nothing looked up.
    pub(super) fn router(&self, object: &IngressRoute, index: usize) -> Router {
        let meta = &object.meta;
        let empty = Text::default();
        let rule = object.routes.get(index).map_or(&empty, |route| &route.rule);
        let safe = self.config.safe_naming;
        Router {
            protocol: object.protocol,
            id: names::router(safe, object.protocol, (&meta.namespace, &meta.name), index, rule),
            at: meta.at,
            route: index,
            served: Vec::new(),
            lost: Vec::new(),
            rule: None,
            rule_text: rule.clone(),
            priority: 0,
            middlewares: Vec::new(),
            service: None,
            tls: object.tls.is_some(),
            children: Vec::new(),
            status: Status::Enabled,
            notes: Vec::new(),
            parents: Vec::new(),
            detached: false,
            passthrough: object.tls.as_ref().is_some_and(|tls| tls.passthrough),
            allowed: Vec::new(),
            serves_anyway: false,
            unsure: false,
            unbuilt: false,
        }
    }

    pub(super) fn http_drafts(
        &mut self,
        number: usize,
        object: &IngressRoute,
        drafts: &mut Vec<RouterDraft>,
    ) {
        let notes = self.certificate(object);
        let parents = self.parents(object);
        for (index, route) in object.routes.iter().enumerate() {
            let mut router = self.router(object, index);
            router.notes.clone_from(&notes);
            let parents = match &parents {
                Ok(parents) => parents.clone(),
                Err(fault) => {
                    router.status = Status::Absent(fault.clone());
                    self.instance.routers.push(router);
                    continue;
                }
            };
            router.parents = parents;
            match self.http_draft(number, object, index, route, router) {
                Ok(draft) => drafts.push(draft),
                Err((mut router, what)) => {
                    router.status = Status::Absent(what);
                    self.instance.routers.push(*router);
                }
            }
        }
    }

    fn http_draft(
        &mut self,
        number: usize,
        object: &IngressRoute,
        index: usize,
        route: &Route,
        mut router: Router,
    ) -> Result<RouterDraft, (Box<Router>, Fault)> {
        let at = object.meta.at;
        let namespace = &*object.meta.namespace;
        let place = |field: &str| format!("spec.routes[{index}]{field}");
        macro_rules! absent {
            ($fault:expr) => {
                return Err((Box::new(router), $fault))
            };
        }
        if let Some(kind) = route.kind.as_ref().filter(|kind| ***kind != *"Rule") {
            absent!(Fault::new(at, place(".kind"), What::RouteKind(kind.clone())));
        }
        if route.rule.is_empty() {
            absent!(Fault::new(at, place(".match"), What::EmptyRule));
        }
        let mut middlewares = Vec::new();
        for (step, middleware) in route.middlewares.iter().enumerate() {
            let path = place(&format!(".middlewares[{step}]"));
            match self.refer(Target::Middleware, namespace, middleware) {
                Ok(to) => middlewares.push(Part { to, at, path }),
                Err(what) => absent!(Fault::new(at, path, what)),
            }
        }
        let from = From { at, namespace, phase: ROUTES };
        let path = place(".services");
        let service = match self.route_service(from, route, &router.id, object, index, &path) {
            Ok(service) => service,
            Err(fault) => absent!(fault),
        };
        let options = object.tls.as_ref().and_then(|tls| tls.options.as_ref());
        let options = options.filter(|options| !options.name.is_empty());
        let tls_options = match options.map(|one| self.refer(Target::TlsOption, namespace, one)) {
            None => None,
            Some(Ok(to)) => Some(Part { to, at, path: "spec.tls.options".to_owned() }),
            Some(Err(what)) => absent!(Fault::new(at, "spec.tls.options", what)),
        };
        router.priority = route.priority;
        let old_syntax = route.syntax.as_deref().map_or(self.config.rules_of_v2, |one| one == "v2");
        Ok(RouterDraft {
            router,
            object: number,
            service,
            middlewares,
            entry_points: object.entry_points.clone(),
            tls_options,
            observability: route.observability,
            old_syntax,
        })
    }

    /// The service of a route: its name, and where the reference stands.
    fn route_service(
        &mut self,
        from: From<'_>,
        route: &Route,
        id: &Text,
        object: &IngressRoute,
        index: usize,
        path: &str,
    ) -> Result<Option<(Text, Part)>, Fault> {
        let safe = self.config.safe_naming;
        let (namespace, name) = (&object.meta.namespace, &object.meta.name);
        match route.services.as_slice() {
            [] => Ok(None),
            [service] => {
                let path = format!("{path}[0]");
                let key = || format!("{namespace}_{name}_{index}_lb").into();
                let (to, draft) = self.service(from, service, &path, key)?;
                let to = match (draft, to) {
                    (Some(draft), Found::Own(own)) => {
                        let id = if safe { own } else { id.clone() };
                        self.add(from, id.clone(), draft);
                        Found::Own(id)
                    }
                    (_, to) => to,
                };
                let id = match &to {
                    Found::Own(id) | Found::Foreign(id) => id.clone(),
                };
                Ok(Some((id, Part { to, at: from.at, path })))
            }
            services => {
                let key = format!("{namespace}_{name}_{index}_wrr");
                let parts = self.weighted(from, services, path, &key)?;
                let id: Text = if safe { key.into() } else { id.clone() };
                self.add(from, id.clone(), Draft::Weighted(parts));
                let part = Part { to: Found::Own(id.clone()), at: from.at, path: path.to_owned() };
                Ok(Some((id, part)))
            }
        }
    }

    /// The names of the parents' routers (`resolveParentRouterNames`).
    fn parents(&self, object: &IngressRoute) -> Result<Vec<Text>, Fault> {
        let mut names = Vec::new();
        for (index, parent) in object.parents.iter().enumerate() {
            let fault =
                |what| Fault::new(object.meta.at, format!("spec.parentRefs[{index}]"), what);
            let namespace =
                self.namespace(Target::Parent, &object.meta.namespace, parent).map_err(fault)?;
            let found = self.objects.routes.iter().find(|route| {
                route.protocol == Protocol::Http
                    && route.meta.name == parent.name
                    && route.meta.namespace == namespace
                    && self.sees(&route.meta)
            });
            let Some(found) = found else {
                let name = format!("{namespace}/{}", parent.name).into();
                return Err(fault(What::Missing { target: Target::Parent, name }));
            };
            names.extend((0..found.routes.len()).map(|index| self.router(found, index).id));
        }
        Ok(names)
    }

    /// What the server makes of the routers.
    pub(super) fn finish(&mut self, drafts: Vec<RouterDraft>) {
        self.link_middlewares();
        let mut drafts = self.without_overwritten(drafts);
        self.forget_parents(&mut drafts);
        let conflicts = self.tls_conflicts(&drafts);
        let routers = drafts.iter().map(|draft| &draft.router).chain(&self.instance.routers);
        let is_tree = routers.into_iter().any(|router| !router.parents.is_empty());
        // Children are found by the name of their parents.
        let mut first_of: BTreeMap<Text, Vec<usize>> = BTreeMap::new();
        let base = self.instance.routers.len();
        for (offset, draft) in drafts.iter().enumerate().filter(|_| is_tree) {
            // One that conflicts everywhere is there in copies only, which nothing
            // is below.
            let copied = conflicts.get(&offset).is_some_and(|conflict| {
                let own = &draft.entry_points;
                if own.is_empty() {
                    let defaults = self.config.entry_points.iter().filter(|one| one.default);
                    defaults.clone().all(|one| conflict.contains(&one.name))
                } else {
                    own.iter().all(|name| conflict.contains(name))
                }
            });
            if draft.router.protocol == Protocol::Http && !copied {
                first_of.entry(draft.router.id.clone()).or_default().push(base + offset);
            }
        }
        let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut orphans: BTreeMap<usize, Text> = BTreeMap::new();
        for (offset, draft) in drafts.iter().enumerate().filter(|(_, draft)| !is_lost(draft)) {
            for parent in &draft.router.parents {
                if !first_of.contains_key(parent) {
                    orphans.insert(offset, parent.clone());
                }
                for index in first_of.get(parent).into_iter().flatten() {
                    let below = children.entry(*index).or_default();
                    if !below.contains(&(base + offset)) {
                        below.push(base + offset);
                    }
                }
            }
        }
        self.instance.routers.reserve_exact(drafts.len());
        for (offset, draft) in drafts.into_iter().enumerate() {
            if is_lost(&draft) {
                let mut router = draft.router;
                let fault = Fault::new(router.at, "spec.tls", What::OnlyParent("tls"));
                router.status = Status::Absent(fault);
                self.instance.routers.push(router);
                continue;
            }
            let below = children.remove(&(base + offset)).unwrap_or_default();
            let conflict = conflicts.get(&offset);
            let orphan = orphans.get(&offset);
            let router = match draft.router.protocol {
                Protocol::Http => self.finish_http(draft, below, conflict, orphan),
                Protocol::Tcp | Protocol::Udp => self.finish_l4(draft),
            };
            self.instance.routers.push(router);
        }
        // Children are those of parents.
        if is_tree {
            self.check_tree(base);
        }
    }

    /// Of routers with one name the last of an object counts; of several
    /// objects any one does.
    fn without_overwritten(&mut self, drafts: Vec<RouterDraft>) -> Vec<RouterDraft> {
        let names = drafts.iter().map(|draft| (draft.router.protocol, &*draft.router.id));
        let different: BTreeSet<(Protocol, &str)> = names.collect();
        if different.len() == drafts.len() {
            return drafts;
        }
        let mut by_name: BTreeMap<(Protocol, Text), Vec<usize>> = BTreeMap::new();
        for (index, draft) in drafts.iter().enumerate() {
            let key = (draft.router.protocol, draft.router.id.clone());
            by_name.entry(key).or_default().push(index);
        }
        let owners: Vec<(usize, usize, usize)> = drafts
            .iter()
            .map(|draft| (draft.object, draft.router.at, draft.router.route))
            .collect();
        let mut kept = Vec::new();
        for (index, mut draft) in drafts.into_iter().enumerate() {
            let key = (draft.router.protocol, draft.router.id.clone());
            let same = by_name.get(&key).map(Vec::as_slice).unwrap_or_default();
            let later = same.iter().filter(|other| **other > index);
            let later = later
                .filter_map(|other| owners.get(*other))
                .filter(|(object, ..)| *object == draft.object)
                .map(|(_, _, route)| *route)
                .next_back();
            let path = format!("spec.routes[{}]", draft.router.route);
            // Over TCP what an earlier route of the name wrote stays.
            if draft.router.protocol == Protocol::Tcp {
                self.inherit(&mut draft.router, draft.object);
            }
            if let Some(by) = later {
                let what = What::Overwritten { id: draft.router.id.clone(), by };
                draft.router.status = Status::Absent(Fault::new(draft.router.at, path, what));
                self.instance.routers.push(draft.router);
                continue;
            }
            let mut others: Vec<usize> = same
                .iter()
                .filter_map(|other| owners.get(*other))
                .filter(|(object, ..)| *object != draft.object)
                .map(|(_, at, _)| *at)
                .collect();
            others.dedup();
            if !others.is_empty() {
                let what = What::Collision { id: draft.router.id.clone(), others };
                draft.router.notes.push(Fault::new(draft.router.at, path, what));
            }
            kept.push(draft);
        }
        share_services(&mut kept);
        kept
    }

    fn finish_http(
        &mut self,
        draft: RouterDraft,
        children: Vec<usize>,
        conflict: Option<&Vec<Text>>,
        orphan: Option<&Text>,
    ) -> Router {
        let RouterDraft { mut router, service, middlewares, .. } = draft;
        let at = router.at;
        let index = router.route;
        let place = |field: &str| format!("spec.routes[{index}]{field}");
        router.children = children;
        let mut faults = Vec::new();
        let own = draft.entry_points.as_slice();
        self.serve(&mut router, own, conflict, &mut faults);
        if router.priority > HIGHEST {
            faults.push(Fault::new(at, place(".priority"), What::Priority(router.priority)));
        }
        if let Some(parent) = orphan {
            let what = What::AbsentParent(parent.clone());
            faults.push(Fault::new(at, "spec.parentRefs", what));
        }
        if !router.parents.is_empty() {
            let only = [
                (router.tls, "tls", "spec.tls".to_owned()),
                (draft.observability, "observability", place(".observability")),
                (!own.is_empty(), "entryPoints", "spec.entryPoints".to_owned()),
            ];
            for (_, field, path) in only.into_iter().filter(|(set, ..)| *set) {
                faults.push(Fault::new(at, path, What::OnlyParent(field)));
            }
        }
        let named = draft.tls_options.as_ref();
        if (router.tls || named.is_some())
            && let Some(fault) = self.tls_fault(at, named)
        {
            faults.push(fault);
        } else if router.tls && self.config.strict_tls_options && conflict.is_some() {
            faults.push(Fault::new(at, "spec.tls.options", What::TlsConflict));
        } else if draft.tls_options.is_some() && conflict.is_some() {
            router.notes.push(Fault::new(at, "spec.tls.options", What::TlsOptionsLost));
        }
        match &service {
            // Its children count.
            Some(_) if !router.children.is_empty() => {}
            Some((id, part)) => match self.build_own(id, part) {
                Ok(service) => {
                    if let Some(what) = self.ambiguous_service(id, part) {
                        router.notes.push(Fault::new(at, part.path.clone(), what));
                        router.unsure = true;
                    }
                    router.service = Some(service);
                }
                Err(fault) => faults.push(fault),
            },
            None if router.children.is_empty() => {
                faults.push(Fault::new(at, place(""), What::DeadEnd));
            }
            None => {}
        }
        for part in &middlewares {
            if let Some(what) = self.ambiguous(part) {
                router.notes.push(Fault::new(at, part.path.clone(), what));
                router.unsure = true;
            }
            match self.step(part) {
                Ok(step) => router.middlewares.push(step),
                Err(fault) => faults.push(fault),
            }
        }
        let text = router.rule_text.clone();
        let read = if draft.old_syntax { Rule::read_v2(&text) } else { Rule::read(&text) };
        match read {
            Ok(rule) => {
                // A path that is never cleaned may be any.
                let cleaned = router.served.iter().all(|served| {
                    let entry_point = self.config.entry_point(&served.entry_point);
                    entry_point.is_none_or(|entry_point| entry_point.sanitize_path)
                });
                let never = if cleaned { rule.unmatched() } else { Vec::new() };
                for idle in rule.idle().into_iter().chain(never) {
                    let what = What::NeverMatches(idle);
                    router.notes.push(Fault::new(at, place(".match"), what));
                }
                router.rule = Some(Arc::new(rule));
            }
            Err(fault) => faults.push(Fault::new(at, place(".match"), What::Rule(fault))),
        }
        if router.priority == 0 {
            router.priority = i64::try_from(text.len()).unwrap_or(i64::MAX);
        }
        let broken = !faults.is_empty();
        if service.is_some() && !router.children.is_empty() {
            faults.push(Fault::new(at, place(".services"), What::ServiceAndChildren));
            // The API says that it is disabled, and it serves its children.
            router.serves_anyway = !broken;
        }
        settle(router, faults)
    }

    /// Follows children from the routers without parents, by name; a child that
    /// leads back is cut off, and the router that has it isn't served
    /// (`traverse`, `handleCycle`).
    fn cut_circles(&mut self, base: usize, reached: &mut [bool]) {
        let routers = &mut self.instance.routers;
        let by_name = |routers: &[Router], mut list: Vec<usize>| {
            list.sort_by_key(|index| routers.get(*index).map(|router| router.id.clone()));
            list.reverse();
            list
        };
        let roots = routers.iter().enumerate().skip(base);
        let roots = roots.filter(|(_, router)| router.parents.is_empty()).map(|(index, _)| index);
        let roots: Vec<usize> = roots.collect();
        for root in by_name(routers, roots).into_iter().rev() {
            // What is to be done, and the way to where it is.
            let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
            let mut next = Some(root);
            loop {
                if let Some(index) = next.take() {
                    if let Some(seen) = reached.get_mut(index).filter(|seen| !**seen) {
                        *seen = true;
                        let below = routers.get(index).map(|router| router.children.clone());
                        path.push((index, by_name(routers, below.unwrap_or_default())));
                    }
                    continue;
                }
                let Some((guilty, open)) = path.last_mut() else { break };
                let guilty = *guilty;
                let Some(child) = open.pop() else {
                    path.pop();
                    continue;
                };
                if !path.iter().any(|(index, _)| *index == child) {
                    next = Some(child);
                    continue;
                }
                if let Some(router) = routers.get_mut(guilty) {
                    router.children.retain(|one| *one != child);
                    let what = What::Loop(router.id.clone());
                    router.status =
                        Status::Disabled(Fault::new(router.at, "spec.parentRefs", what));
                    router.serves_anyway = false;
                }
            }
        }
    }

    /// Children are built with their parents, and parents with an entrypoint; what is
    /// wrong with a priority or with TLS is found before (`buildRouterHandler`).
    fn mark_unbuilt(&mut self, base: usize) {
        let routers = &mut self.instance.routers;
        let mut built = vec![false; routers.len()];
        let mut open: Vec<usize> = Vec::new();
        for (index, router) in routers.iter().enumerate().skip(base) {
            if router.parents.is_empty() && !router.served.is_empty() {
                open.push(index);
            }
        }
        while let Some(index) = open.pop() {
            let Some(seen) = built.get_mut(index).filter(|seen| !**seen) else { continue };
            *seen = true;
            if let Some(router) = routers.get(index).filter(|router| !router.stops_early()) {
                open.extend(&router.children);
            }
        }
        for (index, router) in routers.iter_mut().enumerate().skip(base) {
            let seen = built.get(index).copied().unwrap_or(false);
            if !seen && !router.parents.is_empty() && router.protocol == Protocol::Http {
                router.unbuilt = true;
                if router.status.is_enabled() {
                    let fault = Fault::new(router.at, "spec.parentRefs", What::Unreachable);
                    router.status = Status::Disabled(fault);
                }
            }
        }
    }

    /// A router that leads nowhere, as what was to be below it is left out.
    fn tell_of_absent(&mut self, base: usize) {
        let mut absent: BTreeMap<Text, (Text, Fault)> = BTreeMap::new();
        for child in &self.instance.routers {
            let Status::Absent(fault) = &child.status else { continue };
            for parent in &child.parents {
                absent.entry(parent.clone()).or_insert_with(|| (child.id.clone(), fault.clone()));
            }
        }
        for router in self.instance.routers.iter_mut().skip(base) {
            if let Status::Disabled(fault) = &mut router.status
                && fault.what == What::DeadEnd
                && let Some((id, cause)) = absent.remove(&router.id)
            {
                fault.what = What::Children { id, cause: Box::new(cause) };
            }
        }
    }

    /// Looks at parents and children (`ParseRouterTree`).
    fn check_tree(&mut self, base: usize) {
        let count = self.instance.routers.len();
        let mut reached = vec![false; count];
        self.cut_circles(base, &mut reached);
        for (index, router) in self.instance.routers.iter_mut().enumerate().skip(base) {
            let lost = !reached.get(index).copied().unwrap_or(false);
            if lost && router.protocol == Protocol::Http && router.status.is_enabled() {
                let path = "spec.parentRefs";
                router.status = Status::Disabled(Fault::new(router.at, path, What::Unreachable));
            }
        }
        self.mark_unbuilt(base);
        self.tell_of_absent(base);
        // A parent without any child that is served is none itself; deepest
        // first.
        for _ in base..count {
            let dead: Vec<usize> = (base..count)
                .filter(|index| {
                    let Some(router) = self.instance.routers.get(*index) else { return false };
                    let served = |child: &usize| {
                        self.instance.routers.get(*child).is_some_and(|r| r.status.is_enabled())
                    };
                    router.serves()
                        && !router.children.is_empty()
                        && !router.children.iter().any(served)
                })
                .collect();
            if dead.is_empty() {
                break;
            }
            for index in dead {
                let child = self.instance.routers.get(index).and_then(|router| {
                    let routers = &self.instance.routers;
                    let mut below = router.children.iter().filter_map(|child| routers.get(*child));
                    below.find_map(|child| Some((child.id.clone(), child.status.fault()?.clone())))
                });
                if let Some(router) = self.instance.routers.get_mut(index) {
                    let path = format!("spec.routes[{}]", router.route);
                    let what = child.map_or(What::DeadEnd, |(id, cause)| What::Children {
                        id,
                        cause: Box::new(cause),
                    });
                    router.serves_anyway = false;
                    router.status = Status::Disabled(Fault::new(router.at, path, what));
                }
            }
        }
    }
}

/// A child with TLS and without entrypoints gets lost, and no parent has it.
fn is_lost(draft: &RouterDraft) -> bool {
    !draft.router.parents.is_empty() && draft.router.tls && draft.entry_points.is_empty()
}

/// The first fault decides, the others are told as well.
pub(super) fn settle(mut router: Router, faults: Vec<Fault>) -> Router {
    let mut faults = faults.into_iter();
    if let Some(first) = faults.next() {
        router.status = Status::Disabled(first);
    }
    router.notes.extend(faults);
    router
}
