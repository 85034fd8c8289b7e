//! Middlewares: whether they are built, and what they do with a request
//! (`pkg/server/middleware/middlewares.go`, `pkg/middlewares`).

use std::collections::{BTreeMap, BTreeSet};

use super::references::Found;
use super::services::{ERROR_PAGES, From, Part};
use super::{Build, Service, Text, join};
use crate::traefik::fault::{Fault, Target, What};
use crate::traefik::objects::{Headers, Middleware, MiddlewareKind, json};
use crate::traefik::rule::{Network, Pattern};

/// A middleware, built or not.
#[derive(Clone, Debug)]
pub struct Built {
    /// The object: its `at`.
    pub at: usize,
    /// Its joined name, without `@kubernetescrd`.
    pub id: Text,
    /// What it does, or why it isn't built. Routers that use it are disabled
    /// then.
    pub action: Result<Action, Fault>,
    /// Whether Traefik doesn't even know it.
    pub absent: bool,
}

/// What a middleware does with a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Nothing that matters here, as `compress`: the field.
    Pass(&'static str),
    /// Headers of the request, and which hosts pass.
    Headers(Headers),
    /// Puts a path before the path.
    AddPrefix(Text),
    /// Takes the first that fits off the path.
    StripPrefix(Vec<Text>, bool),
    /// Takes what the first that fits matches off the path.
    StripPrefixRegex(Vec<Pattern>),
    /// Another path.
    ReplacePath(Text),
    /// Another path, by an expression.
    ReplacePathRegex(Pattern, Text),
    /// Others, in order; more than one when names collide.
    Chain(Vec<Vec<usize>>),
    /// 403, or another status, to all others. The flag says that it looks at
    /// `X-Forwarded-For`.
    Allow(Vec<Network>, u16, bool),
    /// 429 to all.
    Full,
    /// 400 to paths with one of these.
    DenyEncoded(Vec<&'static str>),
    /// A redirect by an expression: replacement, permanent.
    RedirectRegex(Pattern, Text, bool),
    /// A redirect to another scheme and port.
    RedirectScheme {
        /// The new scheme.
        scheme: Text,
        /// The new port, with `:` before it; empty when it is the usual one.
        port: String,
        /// Whether clients may remember it.
        permanent: bool,
        /// 308 whatever the method.
        always_308: bool,
    },
    /// 401 to who has no password.
    Auth,
    /// Another program decides: its address.
    Forward(Text),
    /// A service that answers for some statuses.
    Errors(Vec<Text>, Box<Service>),
    /// A plugin, of which nothing is known.
    Plugin(Text),
}

impl Build<'_> {
    /// Finds everything by its joined name.
    pub(super) fn index(&mut self) {
        let safe = self.config.safe_naming;
        let mut names = BTreeMap::new();
        for (index, middleware) in self.objects.middlewares.iter().enumerate() {
            let meta = &middleware.meta;
            let id = join(safe, &meta.namespace, &meta.name);
            let seen = self.sees(meta);
            // One that can't be read is left out, and nobody collides with it.
            let refused = if seen { self.unread(middleware) } else { None };
            let absent = !seen || refused.is_some();
            if !absent {
                names.entry(id.clone()).or_insert_with(Vec::new).push(index);
            }
            let missing = || {
                let name = format!("{}/{}", meta.namespace, meta.name).into();
                Fault::new(meta.at, "metadata", What::Missing { target: Target::Middleware, name })
            };
            let action = match refused {
                Some(fault) => Err(fault),
                None if absent => Err(missing()),
                None => Ok(Action::Pass("")),
            };
            self.instance.middlewares.push(Built { at: meta.at, id, action, absent });
        }
        self.by_name = names;
        let seen = |build: &Self, meta: &crate::traefik::objects::Meta| build.sees(meta);
        for (index, middleware) in self.objects.tcp_middlewares.iter().enumerate() {
            if seen(self, &middleware.meta) {
                let id = join(safe, &middleware.meta.namespace, &middleware.meta.name);
                self.tcp_by_name.entry(id).or_default().push(index);
            }
        }
        self.index_transports();
        self.index_tls();
    }

    /// Why a middleware never gets into the configuration
    /// (`loadConfigurationFromCRD`, `pkg/provider/kubernetes/crd/kubernetes.go`).
    fn unread(&self, middleware: &Middleware) -> Option<Fault> {
        let at = middleware.meta.at;
        let namespace = &*middleware.meta.namespace;
        let fault = |path: String, what| Some(Fault::new(at, path, what));
        for kind in &middleware.kinds {
            match kind {
                MiddlewareKind::BasicAuth(secret) => {
                    if let Err((path, what)) =
                        self.password(namespace, "basicAuth", secret.as_ref(), true)
                    {
                        return fault(path, what);
                    }
                }
                MiddlewareKind::DigestAuth(secret) => {
                    if let Err((path, what)) =
                        self.password(namespace, "digestAuth", secret.as_ref(), false)
                    {
                        return fault(path, what);
                    }
                }
                MiddlewareKind::ForwardAuth(None) => {
                    let what = What::Refused("it asks no address".to_owned());
                    return fault("spec.forwardAuth.address".to_owned(), what);
                }
                MiddlewareKind::Chain(references) => {
                    for (index, reference) in references.iter().enumerate() {
                        if let Err(what) = self.refer(Target::Middleware, namespace, reference) {
                            return fault(format!("spec.chain.middlewares[{index}]"), what);
                        }
                    }
                }
                MiddlewareKind::Errors { service, .. } => {
                    let from = From { at, namespace, phase: ERROR_PAGES };
                    if let Err(fault) =
                        self.service(from, service, "spec.errors.service", Text::default)
                    {
                        return Some(fault);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Builds all middlewares, after those of routes have been referred to.
    pub(super) fn build_middlewares(&mut self) {
        for (index, middleware) in self.objects.middlewares.iter().enumerate() {
            let known = self.instance.middlewares.get(index).is_some_and(|built| !built.absent);
            if !known {
                continue;
            }
            self.error_pages(middleware);
            let action = self
                .action(middleware)
                .and_then(|action| self.credentials(middleware).map(|()| action));
            if let Some(built) = self.instance.middlewares.get_mut(index) {
                built.action = action;
            }
        }
    }

    /// The service of an error page, under a name of its own.
    fn error_pages(&mut self, middleware: &Middleware) {
        let from = From {
            at: middleware.meta.at,
            namespace: &middleware.meta.namespace,
            phase: ERROR_PAGES,
        };
        for kind in &middleware.kinds {
            if let MiddlewareKind::Errors { service, .. } = kind
                && let Ok((_, Some(draft))) =
                    self.service(from, service, "spec.errors.service", Text::default)
            {
                let id = self.error_page_id(middleware);
                self.add(from, id, draft);
            }
        }
    }

    fn error_page_id(&self, middleware: &Middleware) -> Text {
        let meta = &middleware.meta;
        let id = join(self.config.safe_naming, &meta.namespace, &meta.name);
        format!("{id}-errorpage-service").into()
    }

    fn action(&self, middleware: &Middleware) -> Result<Action, Fault> {
        let at = middleware.meta.at;
        let [kind] = middleware.kinds.as_slice() else {
            let what = if middleware.kinds.is_empty() {
                What::NoMiddlewareKind
            } else {
                What::MiddlewareKinds
            };
            return Err(Fault::new(at, "spec", what));
        };
        let refuse = |path: &str, reason: String| Err(Fault::new(at, path, What::Refused(reason)));
        let pattern = |path: String, text: &str| {
            Pattern::compile(text.trim())
                .map_err(|reason| Fault::new(at, path, What::Refused(reason)))
        };
        Ok(match kind {
            MiddlewareKind::AddPrefix(prefix) if prefix.is_empty() => {
                return refuse("spec.addPrefix.prefix", "the prefix is empty".to_owned());
            }
            MiddlewareKind::AddPrefix(prefix) => Action::AddPrefix(prefix.clone()),
            MiddlewareKind::StripPrefix { prefixes, force_slash } => {
                let prefixes = prefixes.iter().map(|prefix| prefix.trim().into()).collect();
                Action::StripPrefix(prefixes, *force_slash)
            }
            MiddlewareKind::StripPrefixRegex(all) => {
                let each = all.iter().enumerate().map(|(index, text)| {
                    pattern(format!("spec.stripPrefixRegex.regex[{index}]"), text)
                });
                Action::StripPrefixRegex(each.collect::<Result<_, _>>()?)
            }
            MiddlewareKind::ReplacePath(path) => Action::ReplacePath(path.clone()),
            MiddlewareKind::ReplacePathRegex(regex, by) => Action::ReplacePathRegex(
                pattern("spec.replacePathRegex.regex".to_owned(), regex)?,
                by.trim().into(),
            ),
            // Followed when everything is known.
            MiddlewareKind::Chain(_) => Action::Chain(Vec::new()),
            MiddlewareKind::IpAllowList { ranges, status, forwarded } => {
                let path = "spec.ipAllowList.sourceRange";
                if ranges.is_empty() {
                    return refuse(path, "it lets nobody through".to_owned());
                }
                let mut networks = Vec::new();
                for (index, range) in ranges.iter().enumerate() {
                    let Some(network) = Network::parse(range) else {
                        let path = format!("{path}[{index}]");
                        return refuse(
                            &path,
                            format!("`{range}` is neither an address nor a range"),
                        );
                    };
                    networks.push(network);
                }
                let status = status.filter(|status| *status != 0).unwrap_or(403);
                let Some(status) = u16::try_from(status).ok().filter(|status| known(*status))
                else {
                    return refuse(
                        "spec.ipAllowList.rejectStatusCode",
                        format!("{status} is no status of HTTP"),
                    );
                };
                Action::Allow(networks, status, *forwarded)
            }
            MiddlewareKind::EncodedCharacters(denied) => Action::DenyEncoded(denied.clone()),
            MiddlewareKind::Errors { status, .. } => {
                for (index, range) in status.iter().enumerate() {
                    if !json::status_range(range) {
                        let path = format!("spec.errors.status[{index}]");
                        return refuse(
                            &path,
                            format!("`{range}` is no status and no range of them"),
                        );
                    }
                }
                Action::Errors(status.clone(), Box::new(Service::Random(Vec::new())))
            }
            MiddlewareKind::RedirectRegex(regex, by, permanent) => {
                let pattern = Pattern::compile(regex).map_err(|reason| {
                    Fault::new(at, "spec.redirectRegex.regex", What::Refused(reason))
                })?;
                Action::RedirectRegex(pattern, by.clone(), *permanent)
            }
            MiddlewareKind::RedirectScheme { scheme, .. } if scheme.is_empty() => {
                return refuse("spec.redirectScheme.scheme", "it names no scheme".to_owned());
            }
            MiddlewareKind::RedirectScheme { scheme, port, permanent, always_308 } => {
                let usual = matches!(
                    (&**scheme, port.as_deref()),
                    (_, None) | ("http", Some("80")) | ("https", Some("443"))
                );
                let port = port.as_deref().filter(|_| !usual);
                Action::RedirectScheme {
                    scheme: scheme.clone(),
                    port: port.map_or_else(String::new, |port| format!(":{port}")),
                    permanent: *permanent,
                    always_308: *always_308,
                }
            }
            MiddlewareKind::BasicAuth(_) | MiddlewareKind::DigestAuth(_) => Action::Auth,
            MiddlewareKind::ForwardAuth(address) => {
                Action::Forward(address.clone().unwrap_or_default())
            }
            MiddlewareKind::Plugin(names) => {
                let [name] = names.as_slice() else {
                    let reason = match names.len() {
                        0 => "it names no plugin",
                        _ => "it names several plugins: a middleware is one of them",
                    };
                    return refuse("spec.plugin", reason.to_owned());
                };
                if !self.config.plugins.contains(name) {
                    let reason = format!(
                        "Traefik loads no plugin `{name}`: `--experimental.plugins.{name}.modulename` and `.version` are missing in its arguments"
                    );
                    return refuse("spec.plugin", reason);
                }
                Action::Plugin(name.clone())
            }
            MiddlewareKind::Headers(headers) if headers.empty => {
                return refuse("spec.headers", "it sets no header".to_owned());
            }
            MiddlewareKind::Headers(headers) => {
                for (index, text) in headers.origin_patterns.iter().enumerate() {
                    let field = "accessControlAllowOriginListRegex";
                    if let Err(reason) = Pattern::compile(text) {
                        return refuse(&format!("spec.headers.{field}[{index}]"), reason);
                    }
                }
                Action::Headers(headers.clone())
            }
            MiddlewareKind::Full => Action::Full,
            MiddlewareKind::Passes { kind, refused: None } => Action::Pass(kind),
            MiddlewareKind::Passes { kind, refused: Some(reason) } => {
                return refuse(&format!("spec.{kind}"), (*reason).to_owned());
            }
        })
    }

    /// Follows chains and error pages, when all services are known.
    pub(super) fn link_middlewares(&mut self) {
        for (index, middleware) in self.objects.middlewares.iter().enumerate() {
            let action = match self.instance.middlewares.get(index).map(|built| &built.action) {
                Some(Ok(Action::Chain(_))) => self.chain(middleware),
                Some(Ok(Action::Errors(..))) => self.error_service(middleware),
                _ => continue,
            };
            if let Some(built) = self.instance.middlewares.get_mut(index) {
                built.action = action;
            }
        }
        // A chain is built when all its parts are.
        let count = self.instance.middlewares.len();
        let mut whole = BTreeSet::new();
        let broken: Vec<(usize, Fault)> = (0..count)
            .filter_map(|index| {
                let found = self.broken(index, &mut Vec::new(), &mut whole);
                let built = self.instance.middlewares.get(index)?;
                built.action.is_ok().then_some(())?;
                Some((index, found?))
            })
            .collect();
        for (index, fault) in broken {
            if let Some(built) = self.instance.middlewares.get_mut(index) {
                built.action = Err(fault);
            }
        }
    }

    fn chain(&self, middleware: &Middleware) -> Result<Action, Fault> {
        let Some(MiddlewareKind::Chain(references)) = middleware.kinds.first() else {
            return Ok(Action::Chain(Vec::new()));
        };
        let mut steps = Vec::new();
        for (index, reference) in references.iter().enumerate() {
            let path = format!("spec.chain.middlewares[{index}]");
            let at = middleware.meta.at;
            let to = self
                .refer(Target::Middleware, &middleware.meta.namespace, reference)
                .map_err(|what| Fault::new(at, path.clone(), what))?;
            steps.push(self.candidates(&Part { to, at, path })?);
        }
        Ok(Action::Chain(steps))
    }

    fn error_service(&mut self, middleware: &Middleware) -> Result<Action, Fault> {
        let Some(MiddlewareKind::Errors { service, status }) = middleware.kinds.first() else {
            return Ok(Action::Pass("errors"));
        };
        let at = middleware.meta.at;
        let path = "spec.errors.service".to_owned();
        let from = From { at, namespace: &middleware.meta.namespace, phase: ERROR_PAGES };
        let to = match self.service(from, service, &path, Text::default)? {
            (_, Some(_)) => Found::Own(self.error_page_id(middleware)),
            (found, None) => found,
        };
        let built = self.build(&Part { to, at, path })?;
        Ok(Action::Errors(status.clone(), Box::new(built)))
    }

    /// The first fault of a middleware or of what it leads through, of which
    /// those that are whole are asked once.
    fn broken(
        &self,
        index: usize,
        stack: &mut Vec<usize>,
        whole: &mut BTreeSet<usize>,
    ) -> Option<Fault> {
        let built = self.instance.middlewares.get(index)?;
        if whole.contains(&index) {
            return None;
        }
        if stack.contains(&index) {
            return Some(Fault::new(built.at, "spec.chain", What::Loop(built.id.clone())));
        }
        match &built.action {
            Err(fault) => Some(fault.clone()),
            Ok(Action::Chain(steps)) => {
                stack.push(index);
                let found = steps.iter().enumerate().find_map(|(step, candidates)| {
                    // With several it may go well.
                    let faults: Vec<Fault> = candidates
                        .iter()
                        .filter_map(|candidate| self.broken(*candidate, stack, whole))
                        .collect();
                    if faults.len() < candidates.len() {
                        return None;
                    }
                    let cause = faults.into_iter().next()?;
                    let id = candidates.first().and_then(|one| self.instance.middlewares.get(*one));
                    let id = id.map(|one| one.id.clone()).unwrap_or_default();
                    let what = What::Middleware { id, cause: Box::new(cause) };
                    Some(Fault::new(built.at, format!("spec.chain.middlewares[{step}]"), what))
                });
                stack.pop();
                if found.is_none() {
                    whole.insert(index);
                }
                found
            }
            Ok(_) => None,
        }
    }

    /// The middlewares that a name means.
    fn candidates(&self, part: &Part) -> Result<Vec<usize>, Fault> {
        let missing = |name: &Text| {
            let what = What::Missing { target: Target::Middleware, name: name.clone() };
            Fault::new(part.at, part.path.clone(), what)
        };
        match &part.to {
            Found::Own(id) => self.by_name.get(id).cloned().ok_or_else(|| {
                // One that is left out isn't there either; why is told of it.
                let left = self.instance.middlewares.iter().find(|built| built.id == *id);
                match left.map(|built| &built.action) {
                    Some(Err(cause))
                        if !matches!(
                            cause.what,
                            What::Missing { target: Target::Middleware, .. }
                        ) =>
                    {
                        let cause = Box::new(cause.clone());
                        let what = What::Middleware { id: id.clone(), cause };
                        Fault::new(part.at, part.path.clone(), what)
                    }
                    _ => missing(id),
                }
            }),
            Found::Foreign(name) if self.foreign(name) => Ok(Vec::new()),
            Found::Foreign(name) => Err(missing(name)),
        }
    }

    /// Which other middlewares may be meant, here or in a chain that is passed.
    pub(super) fn ambiguous(&self, part: &Part) -> Option<What> {
        let mut open = self.candidates(part).ok()?;
        let mut seen = Vec::new();
        if let Some(what) = self.several(&open) {
            return Some(what);
        }
        while let Some(index) = open.pop() {
            if seen.contains(&index) {
                continue;
            }
            seen.push(index);
            let built = self.instance.middlewares.get(index)?;
            if let Ok(Action::Chain(steps)) = &built.action {
                for step in steps {
                    if let Some(what) = self.several(step) {
                        return Some(what);
                    }
                    open.extend(step);
                }
            }
        }
        None
    }

    fn several(&self, candidates: &[usize]) -> Option<What> {
        let built = |index: &usize| self.instance.middlewares.get(*index);
        let id = candidates.first().and_then(built)?.id.clone();
        let others: Vec<usize> =
            candidates.iter().filter_map(built).map(|built| built.at).collect();
        (others.len() > 1).then_some(What::Collision { id, others })
    }

    /// The middlewares that a router or a service refers to, if one of them is
    /// built.
    pub(super) fn step(&self, part: &Part) -> Result<Vec<usize>, Fault> {
        let candidates = self.candidates(part)?;
        let mut failed = None;
        let mut good = Vec::new();
        for index in candidates {
            match self.instance.middlewares.get(index).map(|built| &built.action) {
                Some(Ok(_)) => good.push(index),
                Some(Err(fault)) => failed = Some((index, fault.clone())),
                None => {}
            }
        }
        match failed {
            Some((index, cause)) if good.is_empty() => {
                let id = self.instance.middlewares.get(index).map(|built| built.id.clone());
                let what = What::Middleware { id: id.unwrap_or_default(), cause: Box::new(cause) };
                Err(Fault::new(part.at, part.path.clone(), what))
            }
            _ => Ok(good),
        }
    }
}

/// Whether Go knows a text for a status (`http.StatusText`).
fn known(status: u16) -> bool {
    matches!(
        status,
        100..=103 | 200..=208 | 226 | 300..=305 | 307..=308 | 400..=418 | 421..=426 | 428..=429 | 431 | 451
            | 500..=508 | 510..=511
    )
}
