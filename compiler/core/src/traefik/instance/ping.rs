//! Whether `/ping` answers the probe of Traefik's pods.

use super::answer::{Answer, Internal};
use super::references::{Found, PROVIDER};
use super::services::Part;
use super::way::{DEEPEST, Leads, Way};
use super::{Build, Instance, Service};
use crate::traefik::config::EntryPoint;
use crate::traefik::request::{Request, Seen};

/// The service behind Traefik's own router of `/ping` (`pkg/provider/traefik/internal.go`).
const PING: &str = "ping@internal";

/// An address of a pod, as the kubelet names it in `Host`.
const POD: &str = "192.0.2.1";

impl Build<'_> {
    /// The middlewares before `/ping`: like all routers, Traefik's own gets those of its
    /// entrypoint (`applyModel`, `pkg/server/aggregator.go`). None where one isn't built,
    /// and the router isn't either. A name without its provider is one of Traefik's own
    /// there, which has none.
    pub(super) fn before_ping(&self) -> Option<Vec<Vec<usize>>> {
        let entry_point = self.config.entry_point(self.config.ping.as_deref()?)?;
        let steps = entry_point.middlewares.iter().map(|name| {
            let (own, provider) = name.rsplit_once('@')?;
            let to = match provider {
                PROVIDER => Found::Own(own.into()),
                "internal" => return None,
                _ => Found::Foreign(name.clone()),
            };
            self.step(&Part { to, at: usize::MAX, path: String::new() }).ok()
        });
        steps.collect()
    }
}

impl Instance {
    /// What Traefik's own router of `/ping` answers; none where it isn't built.
    pub(super) fn ping(
        &self,
        request: &Request<'_>,
        entry_point: &EntryPoint,
        seen: &Seen<'_>,
    ) -> Option<Answer> {
        let mut steps = self.before_ping.clone()?;
        if steps.is_empty() {
            return Some(Answer::Internal(Internal::Ping));
        }
        steps.reverse();
        // It is none of the routers that objects make.
        let (router, above, left, chosen) = (usize::MAX, Vec::new(), DEEPEST, Vec::new());
        let way = Way { instance: self, request, entry_point, above, router, left, chosen };
        Some(way.pass(steps, seen.clone(), Leads::Service(&Service::Foreign(PING.into()))))
    }

    /// Why Traefik doesn't work at all, or not with these arguments; as what is said of
    /// it.
    pub fn trouble(&self) -> Option<String> {
        self.config.trouble().or_else(|| Some(format!("is never ready: {}", self.unready()?)))
    }

    /// Why the probe of its pods never succeeds, by what objects say, as a clause.
    fn unready(&self) -> Option<String> {
        let config = &self.config;
        let port = config.probe?;
        let by_hand = config.ping_by_hand;
        let before = config.ping.as_ref().and_then(|name| config.entry_point(name));
        if !by_hand && before.is_none_or(|one| one.middlewares.is_empty()) {
            return None;
        }
        let Some(entry_point) = config.entry_point_of_port(port, false) else {
            return Some(format!(
                "its probe asks for `/ping` at port {port}, where no entrypoint listens"
            ));
        };
        let name = &entry_point.name;
        let host = format!("{POD}:{port}");
        let answer = self.answer(&Request::get(name, &host, "/ping"));
        let fails = |answer: &&Answer| answer.status().is_some_and(|status| status >= 400);
        let each = answer.each();
        let failed = each.iter().copied().find(fails)?.status()?;
        let why = if by_hand {
            "with `--ping.manualrouting=true` only a route to `ping@internal` answers it".to_owned()
        } else {
            format!("the middlewares of `--entrypoints.{name}.http.middlewares` come before it")
        };
        Some(format!(
            "its probe asks for `/ping` at the entrypoint `{name}`, which answers {failed}: {why}"
        ))
    }
}
