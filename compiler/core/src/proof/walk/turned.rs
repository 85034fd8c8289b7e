//! Requests that a middleware turns away, or sends elsewhere: one of a route, or of an
//! entrypoint, which comes before every route there.

use super::Walk;
use crate::proof::ground::Running;
use crate::proof::trail::{Broken, Step};
use crate::traefik::Answer;

/// What to do about a middleware that answers a caller, or changes what it asks.
pub(super) const AROUND_MIDDLEWARE: &str = "give the caller a route of its own without that middleware, for the host of \
     its alias, and where one has that with a higher `priority`";

/// What to do about one that an entrypoint has.
const OF_ENTRYPOINT: &str = "take it out of the `args` of Traefik: what stands in `http.middlewares` of an entrypoint \
     comes before every route there; give the routes that need it a `middleware`";

impl Walk<'_> {
    /// Why a request doesn't come to a pod.
    pub(super) fn turned(&self, running: &Running<'_>, answer: &Answer) -> Broken {
        let (router, middleware) = match answer {
            Answer::Refused { router, middleware, .. } => (Some(*router), Some(*middleware)),
            Answer::Redirect { router, middleware, .. } => (*router, *middleware),
            Answer::Unknown { router, .. } => (Some(*router), None),
            _ => (None, None),
        };
        let entrypoint = router.is_some_and(|one| is_before_all(running, one, middleware));
        let (clause, help) = match answer {
            Answer::Redirect { location, status, router, .. } => (
                format!("it is sent to `{location}` with {status}"),
                match router {
                    Some(_) => {
                        "give the caller a route of its own, without the redirect, for the host of its alias, and where one has that with a higher `priority`"
                    }
                    // No route comes before it.
                    None => {
                        "take out the redirect of the entrypoint, and give the routes that need one a `middleware` with `redirect`"
                    }
                },
            ),
            Answer::Page { status, .. } => (
                format!("a page for {status} is shown instead"),
                "give the caller a route of its own, without that middleware",
            ),
            Answer::Unknown { decides, .. } => {
                (format!("whether it passes is up to {decides}"), AROUND_MIDDLEWARE)
            }
            _ => {
                let status = answer.status().unwrap_or_default();
                (format!("a middleware answers {status}"), AROUND_MIDDLEWARE)
            }
        };
        let broken = |help| Broken::new(Step::Middleware, clause, help);
        let of_arguments = |broken: Broken, label: &str| {
            broken
                .at(&running.pods.origin, "args", label)
                .place(self.demand.span, format!("it {}", self.demand.why))
        };
        match (answer, router) {
            (_, Some(_)) if entrypoint => {
                of_arguments(broken(OF_ENTRYPOINT), "the Traefik there, whose entrypoint has it")
            }
            (_, Some(router)) => self.routed(running, router, broken(help)),
            (Answer::Redirect { .. }, None) => {
                of_arguments(broken(help), "the arguments of Traefik, whose entrypoint redirects")
            }
            (_, None) => self.because(&running.pods.origin, "args", broken(help)),
        }
    }

    /// A route that its entrypoint keeps out, as a middleware of that isn't there or isn't
    /// built.
    pub(super) fn unserved(&self, running: &Running<'_>, code: &str) -> Option<Broken> {
        let (router, served, fault) = running.instance.routers.iter().find_map(|router| {
            let served = router.served.iter().find(|served| served.fault.is_some())?;
            Some((router, served, served.fault.as_ref()?))
        })?;
        let (name, origin) = (&served.entry_point, running.origin(router.at)?);
        let broken = Broken::new(
            Step::Route,
            format!(
                "no route takes it{code}: `{}` isn't served at `{name}`, as {}",
                origin.id.name, fault.what
            ),
            format!(
                "mend `--entrypoints.{name}.http.middlewares` in the `args` of Traefik: `NAMESPACE-NAME@kubernetescrd`, as in `jobmon-login@kubernetescrd`"
            ),
        );
        let broken = broken.at(origin, "spec.routes", "the route");
        let broken = broken.at(&running.pods.origin, "args", "the Traefik there");
        Some(broken.place(self.demand.span, format!("it {}", self.demand.why)))
    }
}

/// Whether a middleware that a request meets is one of its entrypoint, not of the router.
fn is_before_all(running: &Running<'_>, router: usize, middleware: Option<usize>) -> bool {
    let Some(router) = running.instance.routers.get(router) else { return false };
    let mut before = router.served.iter().flat_map(|served| &served.middlewares).peekable();
    if before.peek().is_none() {
        return false;
    }
    router.middlewares.is_empty()
        || middleware.is_some_and(|one| before.any(|candidates| candidates.contains(&one)))
}
