//! Routes that Traefik leaves out, or serves otherwise than they say.

use super::prelude::*;
use super::{
    j0517_sees_no_route, j0523_not_watched, j0524_other_class, j0525_no_service, j0526_no_port,
    j0527_other_namespace, j0528_unusable_service, j0529_no_middleware, j0530_broken_middleware,
    j0531_no_traefik_object, j0532_unreadable_rule, j0533_old_rule, j0534_idle_rule,
    j0535_priority, j0536_unknown_entrypoint, j0537_entrypoint_protocol, j0538_same_identity,
    j0539_udp_taken, j0540_tls, j0541_no_ready_pods, j0542_refused_option, j0543_refused_argument,
    j0544_tie, j0545_possible_tie, j0546_shadowed, j0566_ingress, j0571_other_provider,
};
use crate::network::Origin;
use crate::traefik::What;
use crate::traefik::fault::Target;
use crate::traefik::objects::PortRef;

/// A fault, with all that has to do with it.
#[derive(Debug)]
pub(crate) struct Seen<'o> {
    /// The object that it stands in.
    pub(crate) origin: &'o Origin,
    /// The field.
    pub(crate) path: String,
    /// What is wrong.
    pub(crate) what: What,
    /// What it refers to.
    pub(crate) refers: Vec<&'o Origin>,
    /// The routes that it breaks, where it stands in another object.
    pub(crate) routes: Vec<&'o Origin>,
    /// The rule of the route.
    pub(crate) rule: String,
}

/// The diagnostic that a fault belongs to, as a person would look it up.
pub(crate) fn meta(what: &What) -> &'static Meta {
    match what {
        What::NotWatched(_) => &j0523_not_watched::META,
        What::NotSelected | What::OtherClass { .. } => &j0524_other_class::META,
        What::Missing { target: Target::Service, .. } | What::ServiceNotWatched { .. } => {
            &j0525_no_service::META
        }
        What::NoPort | What::MissingPort { .. } => &j0526_no_port::META,
        What::OtherNamespace { .. }
        | What::ProviderForm { .. }
        | What::ProviderNotAllowed { .. } => &j0527_other_namespace::META,
        What::ExternalName { .. } | What::Headless { .. } | What::NoNodes => {
            &j0528_unusable_service::META
        }
        What::Missing { target: Target::Middleware, .. } => &j0529_no_middleware::META,
        What::Middleware { .. }
        | What::NoMiddlewareKind
        | What::MiddlewareKinds
        | What::SecretKeys { login: true, .. }
        | What::Refused(_) => &j0530_broken_middleware::META,
        What::Missing { target: Target::Secret, .. }
        | What::SecretKeys { .. }
        | What::TlsConflict
        | What::TlsOptionsLost
        | What::TlsOption { .. } => &j0540_tls::META,
        What::Missing { .. } | What::Service { .. } | What::Loop(_) => {
            &j0531_no_traefik_object::META
        }
        What::Rule(fault) if fault.instead.is_some() => &j0533_old_rule::META,
        What::Rule(_) | What::EmptyRule | What::RouteKind(_) | What::HostSniWithoutTls => {
            &j0532_unreadable_rule::META
        }
        What::NeverMatches(_) => &j0534_idle_rule::META,
        What::Priority(_) => &j0535_priority::META,
        What::UnknownEntryPoint(_) | What::NoEntryPoint => &j0536_unknown_entrypoint::META,
        What::EntryPointProtocol(_) => &j0537_entrypoint_protocol::META,
        What::Collision { .. } | What::Overwritten { .. } | What::TwoDefaults(_) => {
            &j0538_same_identity::META
        }
        What::UdpTaken { .. } => &j0539_udp_taken::META,
        What::NoEndpoints { .. } => &j0541_no_ready_pods::META,
        What::HealthCheck
        | What::Scheme(_)
        | What::Strategy(_)
        | What::FlushInterval(_)
        | What::Percent(_)
        | What::ServiceKind(_)
        | What::NoServiceKind
        | What::NegativeWeight(_)
        | What::NoService
        | What::OnlyParent(_)
        | What::AbsentParent(_)
        | What::Unreachable
        | What::DeadEnd
        | What::Children { .. }
        | What::ServiceAndChildren
        | What::EmptyAuthority
        | What::Crash => &j0542_refused_option::META,
        What::Blind(_) | What::NoProvider => &j0517_sees_no_route::META,
        What::DoesNotStart => &j0543_refused_argument::META,
    }
}

/// What to write instead.
pub(crate) fn help(what: &What) -> String {
    match what {
        What::NotSelected => "give it the labels that Traefik selects by, or take `labelselector` out of the arguments of Traefik".to_owned(),
        What::OtherClass { wanted: Some(wanted), .. } => format!("write `ingressClassName: {wanted}` into its `spec`, or take `ingressclass` out of the arguments of Traefik"),
        What::OtherClass { wanted: None, .. } => "take `ingressClassName` out, as the Traefik of the namespace wants none".to_owned(),
        What::Missing { target, name } => format!("mend the name, or add the {target} `{name}`"),
        What::ServiceNotWatched { namespace, .. } => format!("lead to a Service of the same namespace; what is in `{namespace}` is reached through the Traefik there"),
        What::NoPort => "give the service a `port`".to_owned(),
        What::MissingPort { port: PortRef::Name(name), .. } if name.parse::<u16>().is_ok() => {
            "take the quotes off: Traefik takes a text for the name of a port".to_owned()
        }
        What::MissingPort { .. } => "write a port that the Service has, by number or by name".to_owned(),
        What::OtherNamespace { namespace, .. } => format!("keep it in the namespace of the route; what is in `{namespace}` is reached through the Traefik there, with `connect`"),
        What::ProviderForm { .. } | What::ProviderNotAllowed { .. } => "write the bare name of an object of the same namespace".to_owned(),
        What::ExternalName { .. } => "lead to a Service that has pods; whoever needs what is outside reaches it by itself, with `connect`".to_owned(),
        What::Headless { .. } => "take `nativeLB` out, or give the Service an address".to_owned(),
        What::NoNodes => "take `nodePortLB` out: Traefik has no right to see nodes".to_owned(),
        What::NoMiddlewareKind => "let its `spec` say one thing to do, as in `compress: {}`".to_owned(),
        What::MiddlewareKinds => "make a Middleware of each, and name them in order".to_owned(),
        What::Refused(_) | What::Middleware { .. } => "mend the middleware, or take it out of the route".to_owned(),
        What::SecretKeys { wanted, .. } => format!("let the Secret have {wanted}"),
        What::TlsConflict => "give the routes of one host the same `options`".to_owned(),
        What::TlsOptionsLost => "give all routes of that host the same `options` (also those of the topology, by an `IngressRoute` in their place), and \
                                 the rule a `Host`".to_owned(),
        What::Percent(_) => "write a `percent` of 0 to 100".to_owned(),
        What::TlsOption { value, .. } if value.ends_with("secretNames") => {
            "name the Secret of an authority in `secretNames`, or take `clientAuth` out".to_owned()
        }
        What::TlsOption { field, .. } if field == "spec.maxVersion" => {
            "raise `maxVersion`, or lower `minVersion`".to_owned()
        }
        What::TlsOption { .. } => "write a value that Traefik knows".to_owned(),
        What::Service { .. } | What::Loop(_) => "let it lead to a Service in the end".to_owned(),
        What::Rule(fault) | What::NeverMatches(fault) => match &fault.instead {
            Some(instead) => format!("write the rule as {instead}"),
            None if matches!(what, What::NeverMatches(_)) => {
                "mend that part, or take it out, so that a request can fit all of the rule".to_owned()
            }
            None => "write it as in Host(`a.example.org`) && PathPrefix(`/x`)".to_owned(),
        },
        What::EmptyRule => "give the route a rule as its `match`".to_owned(),
        What::RouteKind(_) => "write `kind: Rule`".to_owned(),
        What::HostSniWithoutTls => "write HostSNI(`*`), or add `tls`".to_owned(),
        What::Priority(_) => "write a priority of at most 9223372036854774807; a few hundred are above any rule".to_owned(),
        What::UnknownEntryPoint(name) => format!("name an entrypoint that Traefik has, or open `{name}` with `entrypoint \"{name}\" port=…` inside `traefik`"),
        What::NoEntryPoint => "name an entrypoint that Traefik has".to_owned(),
        What::EntryPointProtocol(_) => "name an entrypoint that speaks what the route does: `IngressRouteUDP` for UDP, the others for TCP".to_owned(),
        What::Collision { .. } | What::TwoDefaults(_) => "give one of them another name".to_owned(),
        What::Overwritten { .. } => "tell the rules of the object apart, or make one route of both".to_owned(),
        What::UdpTaken { entry_point, .. } => format!("keep one `IngressRouteUDP` on `{entry_point}`, and open an entrypoint for the other"),
        What::NoEndpoints { .. } => "let the selector of the Service be the labels of pods that have the port".to_owned(),
        What::Crash => "give the two routes different rules, or one service each".to_owned(),
        What::EmptyAuthority => "write `secret: NAME` or `configMap: NAME` there, or take it out".to_owned(),
        What::AbsentParent(_) => "mend the parent, or take `parentRefs` out".to_owned(),
        What::NoService | What::DeadEnd | What::NoServiceKind | What::Unreachable => "let it lead to a Service".to_owned(),
        _ => "write what Traefik v3 knows there, or leave it out".to_owned(),
    }
}

/// An object of Traefik that lacks by the name that it would have in the namespace,
/// where Traefik joins both.
fn by_own_name(what: &What, origin: &Origin) -> Option<What> {
    let What::Missing { target, name } = what else { return None };
    let own = name.strip_prefix(origin.id.namespace.as_deref()?)?.strip_prefix('-')?;
    Some(What::Missing { target: *target, name: own.into() })
}

/// A route that isn't served as it says, or what keeps it from that.
pub(crate) fn fault(seen: &Seen<'_>) -> Diag {
    let meta = meta(&seen.what);
    let named = by_own_name(&seen.what, seen.origin);
    let (origin, what) = (seen.origin, named.as_ref().unwrap_or(&seen.what));
    let field = if seen.path.is_empty() { String::new() } else { format!(", in `{}`", seen.path) };
    let mut meant = None;
    let label = match what {
        What::Rule(fault) | What::NeverMatches(fault) => {
            meant = Some(fault.span.clone());
            let part = seen.rule.get(fault.span.clone()).unwrap_or_default();
            let at = seen.rule.get(..fault.span.start).unwrap_or_default().chars().count() + 1;
            format!("here, at character {at} of its rule: {}", shorten(part))
        }
        _ => "this one".to_owned(),
    };
    let mut diag =
        Diag::new(meta, origin.source, label, format!("`{}` fails{field}: {what}", origin.id))
            .in_field(&seen.path, meant);
    for other in &seen.refers {
        if other.source != origin.source {
            diag = diag.with(other.source, format!("`{}`", other.id));
        }
    }
    for route in seen.routes.iter().take(3) {
        if !diag.labels.iter().any(|label| label.span == route.source) {
            diag = diag.with(route.source, format!("`{}` needs it", route.id));
        }
    }
    diag.help(help(what))
}

/// A route of a namespace that no Traefik watches.
pub(crate) fn not_watched(origin: &Origin, namespace: &str) -> Diag {
    Diag::new(
        &j0523_not_watched::META,
        origin.source,
        "nobody reads it",
        format!("`{}` is read by no Traefik: none watches the namespace `{namespace}`", origin.id),
    )
    .help(format!(
        "give `{namespace}` a `version`, and with it a Traefik, or move the route to a namespace that has one"
    ))
}

/// An `Ingress`, of which no Traefik makes anything; `reader` would read it, and may not.
pub(crate) fn ingress(
    origin: &Origin,
    namespace: &str,
    is_behind: bool,
    reader: Option<&Origin>,
) -> Diag {
    let instead = if is_behind {
        format!(
            "take it out, and write a `route` with its host and paths inside `{namespace}`, or an `IngressRoute` as a `manifest`"
        )
    } else {
        format!(
            "take it out; what is to be reached from outside belongs in a namespace with a `version`, as `{namespace}` has no Traefik"
        )
    };
    let (clause, help) = match reader {
        None => ("they read `IngressRoute`, and no `Ingress`".to_owned(), instead),
        Some(reader) => (
            format!("the account of `{}` may not list any `Ingress`", reader.id),
            // It would have to, in every namespace, which nothing may (J0552).
            instead,
        ),
    };
    let message = format!("`{}` is read by no Traefik: {clause}", origin.id);
    let diag = Diag::new(&j0566_ingress::META, origin.source, "this one", message);
    let reader = reader.filter(|reader| reader.source != origin.source);
    match reader {
        Some(reader) => diag.with(reader.source, "this Traefik"),
        None => diag,
    }
    .help(help)
}

/// An object without routes. What names it as its parent has none then, and is
/// served on every entrypoint that is a default.
pub(crate) fn no_routes(origin: &Origin) -> Diag {
    Diag::new(
        &j0542_refused_option::META,
        origin.source,
        "this one",
        format!(
            "`{}` has no routes: Traefik makes nothing of it, and serves whatever names it in `parentRefs` on every default \
             entrypoint, as if it had no parent",
            origin.id
        ),
    )
    .in_field("spec.routes", None)
    .help("give it a route with a rule, or take the object out, and `parentRefs` that name it")
}

/// An argument that keeps a Traefik from starting.
pub(crate) fn argument(pods: &Origin, trouble: &str) -> Diag {
    Diag::new(
        &j0543_refused_argument::META,
        pods.source,
        "these arguments",
        format!("the Traefik of `{}` {trouble}", pods.id),
    )
    .help("mend the argument, or take it out; what a file says can stand in arguments as well")
}

/// A Traefik that may not read what it watches.
pub(crate) fn blind(pods: &Origin, account: &str, why: &str) -> Diag {
    Diag::new(
        &j0517_sees_no_route::META,
        pods.source,
        "this Traefik",
        format!("the Traefik of `{}` serves nothing, as the account `{account}` has too few rights or a definition is missing: {why}", pods.id),
    )
    .help("leave the arguments and the account of Traefik to `jtc`, or give the account the rights")
}

/// A word of its arguments at which a Traefik stops reading.
pub(crate) fn unread(pods: &Origin, word: &str) -> Diag {
    Diag::new(
        &j0543_refused_argument::META,
        pods.source,
        "these arguments",
        format!("the Traefik of `{}` reads its arguments up to `{}`, and neither that nor what follows it", pods.id, shorten(word)),
    )
    .help("write an option and its value as one word, with `=` between them, as in `\"--log.level=INFO\"`; or take the word out")
}

/// Routes that come from somewhere else than objects of Traefik's own kinds.
pub(crate) fn other_provider(pods: &Origin, provider: &str) -> Diag {
    Diag::new(
        &j0571_other_provider::META,
        pods.source,
        "these arguments",
        format!(
            "the Traefik of `{}` also takes routes from its provider `{provider}`, which the proof doesn't read: they may come \
             before those that it knows",
            pods.id
        ),
    )
    .help(format!(
        "write them as `route` or as an `IngressRoute` in a `manifest`, and take `--providers.{provider}` out"
    ))
}

/// A route of an object, by its index there.
#[derive(Clone, Copy)]
pub(crate) struct Place<'o> {
    /// The object.
    pub(crate) origin: &'o Origin,
    /// Which of its routes.
    pub(crate) route: usize,
}

impl Place<'_> {
    fn rule(self) -> String {
        format!("spec.routes[{}].match", self.route)
    }

    /// Adds it to a diagnostic, unless its place has a label.
    fn label(self, diag: Diag, text: impl Into<String>) -> Diag {
        if diag.is_at(self.origin.source, &self.rule()) {
            diag
        } else {
            diag.with(self.origin.source, text).in_field(&self.rule(), None)
        }
    }
}

/// Two routes of one priority that share requests. `meet` is where, as in "on
/// the entrypoint `web`".
pub(crate) fn tie(
    one: Place<'_>,
    other: Place<'_>,
    meet: &str,
    priority: i64,
    example: &str,
) -> Diag {
    between(
        &j0544_tie::META,
        one,
        other,
        format!(
            "`{}` and `{}` both take `{example}` {meet} with the priority {priority}, and lead to \
         different places: Traefik takes either of them",
            one.origin.id, other.origin.id
        ),
    )
}

/// Two routes of one priority that may share requests.
pub(crate) fn possible_tie(one: Place<'_>, other: Place<'_>, meet: &str, priority: i64) -> Diag {
    between(
        &j0545_possible_tie::META,
        one,
        other,
        format!(
            "`{}` and `{}` may take the same requests {meet}, have the same priority {priority}, and \
         lead to different places",
            one.origin.id, other.origin.id
        ),
    )
}

fn between(meta: &'static Meta, one: Place<'_>, other: Place<'_>, message: String) -> Diag {
    let diag = Diag::new(meta, other.origin.source, "the second", message);
    one.label(diag.in_field(&other.rule(), None), "the first")
        .help("give the one that is to be tried first a higher `priority`")
}

/// A route of TCP for a host that a route of HTTP has.
pub(crate) fn behind_https(own: Place<'_>, by: Place<'_>, meet: &str, host: &str) -> Diag {
    let (name, other) = (&own.origin.id, &by.origin.id);
    let diag = Diag::new(
        &j0546_shadowed::META,
        own.origin.source,
        "this one",
        format!(
            "`{name}` never gets a connection for `{host}` {meet}: `{other}` has the host by HTTPS, which comes first \
             whatever the priority"
        ),
    )
    .in_field(&own.rule(), None);
    by.label(diag, format!("`{other}` takes them"))
        .help("give one of the two another host, or an entrypoint of its own")
}

/// A route that never gets a request.
pub(crate) fn shadowed(own: Place<'_>, by: &[Place<'_>], meet: &str, rule: &str) -> Diag {
    let names = list(by.iter().map(|place| &*place.origin.id.name));
    let mut diag = Diag::new(
        &j0546_shadowed::META,
        own.origin.source,
        format!("its rule: {}", shorten(rule)),
        format!(
            "`{}` never gets a request {meet}: {names} {} tried before, and {} all that it would",
            own.origin.id,
            if by.len() == 1 { "is" } else { "are" },
            if by.len() == 1 { "takes" } else { "take" },
        ),
    )
    .in_field(&own.rule(), None);
    for other in by.iter().take(5) {
        diag = other.label(diag, format!("`{}` takes them", other.origin.id));
    }
    diag.help("give it a higher `priority`, or take it out")
}
