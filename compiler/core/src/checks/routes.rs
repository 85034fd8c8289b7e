//! Routes: whether what reapers ask is answered by their server.
//!
//! A reaper asks by plain HTTP on the entrypoint `web`, names the alias
//! Service as its host, has no password, and puts the prefix of its release
//! before every path. Traefik tries the rules of that entrypoint by priority.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::under_path;
use crate::components::build::alias;
use crate::components::program::{Cx, Home};
use crate::components::reapers::{ENTRYPOINT, PATHS, goes_elsewhere, way};
use crate::components::release::Way;
use crate::components::routes::{Route, is_refused, priority};
use crate::components::site::Made;
use crate::diagnostics::j0820_reaper_not_answered::Reason;
use crate::diagnostics::{self as d, Report};
use crate::model::declared::Middleware;
use crate::model::resolved::{ReaperRef, World};
use crate::model::settings::Protocol;
use crate::traefik::rule::{self, Covers, Requests};

/// The reapers that ask each namespace, by where it is among the sites.
#[derive(Debug, Default)]
pub struct Asking<'w>(BTreeMap<usize, Vec<(&'w ReaperRef<'w>, Way)>>);

impl<'w> Asking<'w> {
    /// Gathers them.
    pub fn new(world: &'w World<'w>) -> Self {
        let mut asking: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for reaper in world.reapers.iter().flat_map(|reapers| &reapers.live) {
            // One that can't talk to its server by any way has been reported.
            let Some(Ok(way)) = way(world, reaper) else { continue };
            if !goes_elsewhere(reaper) {
                asking.entry(reaper.site).or_default().push((reaper, way));
            }
        }
        Self(asking)
    }
}

/// Checks that the requests of the reapers of a namespace arrive.
pub fn check(
    world: &World<'_>,
    asking: &Asking<'_>,
    home: &Home<'_>,
    made: &Made,
    report: &mut Report,
) {
    let Some(routes) = &made.routes else { return };
    let Some((at, site)) = world.site(home.namespace) else { return };
    under_path::check(site.decl, made, report);
    if is_refused(&Cx { world, site }, routes, "server") {
        return;
    }
    for (reaper, way) in asking.0.get(&at).into_iter().flatten() {
        arrives(&Cx { world, site }, reaper, *way, routes, report);
    }
}

fn arrives(cx: &Cx<'_>, reaper: &ReaperRef<'_>, way: Way, routes: &[Route], report: &mut Report) {
    let host = alias::name(cx.site.name);
    let missed = PATHS.iter().find_map(|below| {
        let path = format!("{}{below}", way.path);
        let requests = Requests { host: &host, path: Some(&path) };
        Asked { cx, requests, way, below }.answered(routes).err()
    });
    let Some((reason, above)) = missed else { return };
    let help = if way.arrives.path == way.path {
        let first = above
            .map_or_else(String::new, |above| format!(" priority={}", above.saturating_add(1)));
        format!(
            "add to `{}`: `route \"reapers\" host=\"{host}\"{first} to=\"server\"`, without middlewares and `tls`",
            cx.site.name
        )
    } else {
        format!(
            "let the route for `{host}` whose middleware adds `{}` lead to `server` on the entrypoint `web`, \
             before all others",
            way.arrives.path
        )
    };
    let url = format!("http://{host}{}/…", way.path);
    report.push(d::j0820_reaper_not_answered::diag(reaper, cx.site.name, &url, &reason, help));
}

/// What a reaper asks.
struct Asked<'a> {
    cx: &'a Cx<'a>,
    requests: Requests<'a>,
    way: Way,
    /// What stands behind the prefix.
    below: &'static str,
}

/// Why it isn't answered, with the priority of what answers instead.
type Missed = (Reason, Option<i64>);

impl Asked<'_> {
    /// Goes through the rules as Traefik does. What can't be judged is taken
    /// to be right.
    fn answered(&self, routes: &[Route]) -> Result<(), Missed> {
        let mut rules: Vec<_> = routes
            .iter()
            .filter(|route| {
                route.entrypoint == ENTRYPOINT
                    && route.protocol == Protocol::Tcp
                    && route.tls.is_none()
            })
            .flat_map(|route| route.rules.iter().map(move |rule| (route, rule)))
            .map(|(route, rule)| (priority(rule), self.obstacle(route), route, rule))
            .collect();
        // Of two that are equal either may win, which is reported elsewhere.
        rules.sort_by_key(|(priority, obstacle, ..)| {
            (std::cmp::Reverse(*priority), obstacle.is_some())
        });
        let mut parts = 0;
        for (priority, obstacle, _, (rule, _)) in rules {
            let covers =
                rule::parse(rule).map_or(Covers::Unknown, |rule| rule.covers(&self.requests));
            match (covers, obstacle) {
                (Covers::All | Covers::Unknown, None) => return Ok(()),
                // Several may be the whole.
                (Covers::Some, None) if parts > 0 => return Ok(()),
                (Covers::Some, None) => parts += 1,
                (Covers::All, Some(reason)) => return Err((reason, Some(priority))),
                (Covers::None, _) | (Covers::Some | Covers::Unknown, Some(_)) => {}
            }
        }
        Err((self.unmatched(routes), None))
    }

    /// Why a request that a route takes isn't answered by the server as it
    /// must be.
    fn obstacle(&self, route: &Route) -> Option<Reason> {
        let name = &route.name;
        let decl = self.cx.site.decl;
        if route.backend.component != "server" {
            let place = decl.routes.get(name).map_or(route.span, |decl| decl.to.span);
            let clause =
                format!("route `{name}` takes its requests to `{}`", route.backend.component);
            return Some(Reason { clause, place, label: "leads elsewhere" });
        }
        if let Some(guard) = route.guard(self.cx) {
            let clause = format!(
                "route `{name}` has the middleware `{}`, which turns away who has no password or comes from \
                 another address",
                guard.value
            );
            return Some(Reason { clause, place: guard.span, label: "reapers don't pass" });
        }
        let mut path = self.requests.path.unwrap_or("/").to_owned();
        for at in &route.middlewares {
            match decl.middlewares.get(&at.value).map(|at| &at.value) {
                Some(Middleware::Redirect { scheme, .. }) if scheme != "http" => {
                    let clause = format!(
                        "route `{name}` sends it to `{scheme}`, for which it has no certificate"
                    );
                    return Some(Reason { clause, place: at.span, label: "the redirect" });
                }
                Some(Middleware::AddPrefix(prefix)) => {
                    path = format!("{}{path}", prefix.trim_end_matches('/'));
                }
                Some(Middleware::StripPrefix(prefixes)) => {
                    let rest =
                        prefixes.iter().find_map(|prefix| path.strip_prefix(prefix.as_str()));
                    if let Some(rest) = rest {
                        path = format!("/{}", rest.trim_start_matches('/'));
                    }
                }
                _ => {}
            }
        }
        let wanted = format!("{}{}", self.way.arrives.path, self.below);
        (path != wanted).then(|| {
            let place = route.middlewares.first().map_or(route.span, |at| at.span);
            let clause = if path == self.requests.path.unwrap_or("/") {
                format!("route `{name}` doesn't add the prefix `{}`", self.way.arrives.path)
            } else {
                let path = path.strip_suffix(self.below).unwrap_or(&path);
                format!(
                    "the middlewares of route `{name}` make another path of its own, `{path}/…`"
                )
            };
            Reason { clause, place, label: "the server has no such path" }
        })
    }

    /// Why no rule takes its requests: what is amiss with the route that comes
    /// nearest.
    fn unmatched(&self, routes: &[Route]) -> Reason {
        let decl = self.cx.site.decl;
        let leads = |route: &&Route| route.backend.component == "server";
        let on_web = |route: &&Route| route.entrypoint == ENTRYPOINT;
        let nearest = routes
            .iter()
            .filter(leads)
            .find(on_web)
            .or_else(|| routes.iter().find(leads))
            .or_else(|| routes.iter().find(|route| route.name == "server"));
        let Some(route) = nearest else {
            let clause = "no route leads to `server`".to_owned();
            return Reason { clause, place: decl.span, label: "the namespace" };
        };
        let name = &route.name;
        let said = decl.routes.get(name);
        if !leads(&route) {
            let place = said.map_or(route.span, |decl| decl.to.span);
            let clause = format!("route `{name}` leads to `{}`", route.backend.component);
            return Reason { clause, place, label: "leads elsewhere" };
        }
        if !on_web(&route) {
            let place = said
                .and_then(|decl| decl.entrypoint.as_ref())
                .map_or(route.span, |entrypoint| entrypoint.span);
            let clause = format!("route `{name}` is on the entrypoint `{}`", route.entrypoint);
            return Reason { clause, place, label: "reapers enter by `web`" };
        }
        if let Some(tls) = &route.tls {
            let clause = format!("route `{name}` wants TLS");
            return Reason { clause, place: tls.span, label: "reapers come without TLS" };
        }
        let host = said.and_then(|decl| decl.host.as_ref());
        let bound = Requests { path: None, ..self.requests };
        let (clause, place, label) = if route.covers(&bound) == Covers::None {
            let clause = format!("route `{name}` isn't for the host `{}`", self.requests.host);
            (clause, host.map(|at| at.span), "for other hosts only")
        } else {
            let path = said.and_then(|decl| decl.path.as_ref());
            let clause = format!("the rule of route `{name}` doesn't take its paths");
            (clause, path.map(|at| at.span), "for other paths, or some only")
        };
        let rule = said.and_then(|decl| decl.rule.as_ref()).map(|at| at.span);
        Reason { clause, place: place.or(rule).unwrap_or(route.span), label }
    }
}
