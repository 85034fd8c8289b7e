//! What is open though nobody needs it, and ways around Traefik.

use super::prelude::*;
use super::{
    j0519_no_route_takes, j0530_broken_middleware, j0547_let_in, j0548_let_out,
    j0549_named_elsewhere, j0550_alias_past, j0551_opened_port, j0552_reads_across,
    j0556_unreached, j0560_mistaken, j0561_balanced, j0562_unasked, j0563_no_such_port,
    j0564_no_such_name, j0565_beyond, j0569_speaks_otherwise, j0570_other_policy,
};
use crate::components::build::alias;
use crate::components::manifests;
use crate::network::policy::{Direction, Policy};
use crate::network::values::Place;
use crate::network::{Origin, Pods};

/// A policy that lets in whom nobody needs.
pub(crate) fn let_in(policy: &Policy, name: &str, pods: &Pods, whom: &str, ports: &str) -> Diag {
    let id = &policy.origin.id;
    let of = &pods.origin.id.name;
    let diag = Diag::new(
        &j0547_let_in::META,
        policy.origin.source,
        "this policy",
        format!("`{id}` lets {whom} in to {ports} of `{of}` in `{name}`, and nobody needs that"),
    );
    with(diag, pods.origin.source, "these pods").help(if pods.traefik.is_some() {
        "name the pods that may come and the numbers of the entrypoints' ports, with `namespaceSelector` and `podSelector` in \
         one item of `from`; or say `connect` and leave it to `jtc`"
    } else {
        "take that out of the policy: who is elsewhere comes in by the Traefik of the namespace, with `connect` there, or \
         by a policy about the pods of Traefik that names its entrypoints by number"
    })
}

/// A policy that lets pods out to where nobody wants them.
pub(crate) fn let_out(policy: &Policy, name: &str, pods: &Pods, whom: &str, ports: &str) -> Diag {
    let id = &policy.origin.id;
    let of = &pods.origin.id.name;
    let diag = Diag::new(
        &j0548_let_out::META,
        policy.origin.source,
        "this policy",
        format!(
            "`{id}` lets `{of}` in `{name}` out to {whom} by {ports}, which nothing says it needs"
        ),
    );
    with(diag, pods.origin.source, "these pods")
        .help("name the range that it needs; or say `connect` to an `external` with its `cidr`, and leave it to `jtc`")
}

/// A policy of a kind that only the network itself reads.
pub(crate) fn other(policy: &Origin) -> Diag {
    Diag::new(
        &j0570_other_policy::META,
        policy.source,
        "this policy",
        format!(
            "`{}` is read by the network and not by `jtc`: what it lets through or refuses is not part of the proof",
            policy.id
        ),
    )
    .help(
        "say who is reached with `connect` and `route`, from which `jtc` makes policies, and take it out; if the network \
         needs it, see that it opens nothing and refuses nothing that `jtc trace --all` shows",
    )
}

/// Pods that no policy is about.
pub(crate) fn unguarded(name: &str, pods: &Pods, direction: Direction) -> Diag {
    let (what, who) = match direction {
        Direction::Ingress => ("may be reached by anybody", "Ingress"),
        Direction::Egress => ("may reach anything", "Egress"),
    };
    Diag::new(
        &j0547_let_in::META,
        pods.origin.source,
        "these pods",
        format!(
            "the pods of `{}` in `{name}` {what}: no policy is about them",
            pods.origin.id.name
        ),
    )
    .help(format!(
        "keep the policy `default-deny` of `{name}`, with `{who}` among its `policyTypes`"
    ))
}

/// A program with a Service that nobody reaches; where no Traefik is, only its own
/// namespace can.
pub(crate) fn unreached(name: &str, pods: &Pods, service: &Origin, routed: bool) -> Diag {
    let component = &pods.component;
    let help = if routed {
        format!(
            "say `connect \"{component}\"` where it is needed, or let a `route` lead to it; or take its `port` out"
        )
    } else {
        format!(
            "say `connect \"{component}\"` in the workload of `{name}` that needs it, or take its `port` out; who is elsewhere or \
             outside comes in by a Traefik, and `{name}` has none: for them move it into a namespace with a `version`, where a \
             `route` may lead to it"
        )
    };
    Diag::new(
        &j0556_unreached::META,
        pods.origin.source,
        "this program",
        format!(
            "nobody reaches `{}` in `{name}`: it has `{}`, and no `connect` or `route` leads there",
            pods.component, service.id
        ),
    )
    .help(help)
}

pub(super) fn with(diag: Diag, span: Span, label: impl Into<String>) -> Diag {
    if diag.labels.iter().any(|known| known.span == span) { diag } else { diag.with(span, label) }
}

/// How a program that names something of another namespace is to say it.
pub(super) fn instead(namespace: &str, component: &str) -> String {
    if component == manifests::COMPONENT {
        return format!(
            "what is hand-written is reached by the Traefik of `{namespace}` alone: write it as a `workload` there, and \
             `connect` with its name"
        );
    }
    format!(
        "say `connect \"{namespace}/{component}\" host-env=\"HOST\" port-env=\"PORT\"`, or with `url-env=\"URL\"`, and take \
         the text out: it goes by the Traefik there"
    )
}

/// A text with the address of another namespace's load balancer, which nothing
/// lets the program reach.
pub(crate) fn balanced(
    origin: &Origin,
    place: (Span, &str),
    word: &str,
    namespace: &str,
    service: &Origin,
) -> Diag {
    let (span, field) = place;
    let diag = Diag::new(
        &j0561_balanced::META,
        span,
        format!("{field} names it"),
        format!(
            "`{}` is told {word}, the address of `{}`: in the cluster it leads to the Traefik of `{namespace}`, and no \
             policy lets the pods out to that",
            origin.id, service.id
        ),
    );
    let diag = with(diag, service.source, "whose address it is");
    with(diag, origin.source, "whose").help(format!(
        "name the component that it asks, as in `connect \"{namespace}/server\" url-env=…`; and where browsers are to \
         get the address, the host of a `route`"
    ))
}

/// An address that a program is told, and where.
pub(crate) struct Address<'a> {
    /// The program.
    pub(crate) program: &'a str,
    /// The place in the source that says it.
    pub(crate) span: Span,
    /// The place in the objects.
    pub(crate) place: &'a Place,
    /// The variable, if it holds a URL.
    pub(crate) variable: Option<&'a str>,
    /// The host.
    pub(crate) host: &'a str,
}

impl Address<'_> {
    pub(super) fn diag(&self, meta: &'static Meta, clause: &str) -> Diag {
        let Self { program, host, place, .. } = self;
        let message = format!("`{program}` is told `{host}`{clause}");
        let diag = Diag::new(meta, self.span, format!("{place} names it"), message);
        match place.path() {
            Some(path) => diag.in_field(path, None),
            None => diag,
        }
    }
}

/// The address of a Service, which a program is told.
pub(crate) struct Told<'a> {
    /// What is told.
    pub(crate) address: Address<'a>,
    /// What a `connect` would name; nothing for what is hand-written.
    pub(crate) asked: Option<&'a str>,
    /// The Service.
    pub(crate) service: &'a Origin,
    /// Whether the program is connected to it.
    pub(crate) connected: Connected,
}

/// Whether a program is connected to another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connected {
    /// It isn't.
    Not,
    /// As a component that needs the other.
    ByItself,
    /// By a `connect`.
    Declared,
}

impl Told<'_> {
    pub(super) fn diag(&self, meta: &'static Meta, clause: &str) -> Diag {
        with(self.address.diag(meta, clause), self.service.source, "whose address it is")
    }

    /// What to write, with the port of the Service if it isn't the only one; the
    /// text may stay if it `works` with that.
    fn connect(&self, port: Option<&str>, works: bool) -> String {
        let Some(asked) = self.asked else {
            return format!(
                "`{}` is hand-written, and no `connect` leads to it: let hand-written policies let the pods of `{}` out to its \
                 pods, and in there; or write it as a `workload`, and `connect` with its name",
                self.service.id, self.address.program
            );
        };
        let port = port.map_or_else(String::new, |port| format!(" port=\"{port}\""));
        let connect = format!("`connect \"{asked}\"{port}");
        if self.connected == Connected::ByItself {
            return format!(
                "take the text out: `jtc` tells `{}` the address",
                self.address.program
            );
        }
        if self.connected == Connected::Declared {
            return format!(
                "take the text out: the `connect \"{asked}\"` of `{}` says the address, in the variables that its `url-env`, \
                 `host-env` and `port-env` name",
                self.address.program
            );
        }
        let tells =
            format!("in `{}`, and take the text out: `jtc` says the address", self.address.program);
        match (self.address.variable, works) {
            (Some(name), true) => format!(
                "write {connect} url-env=\"{name}\"` {tells}; or {connect}` alone, and leave it as it is"
            ),
            (Some(name), false) => format!("write {connect} url-env=\"{name}\"` {tells}"),
            (None, false) if self.address.place.is_asked() => {
                let host = asked.split_once('/').map_or_else(
                    || "of its Service".to_owned(),
                    |(namespace, _)| format!("`{}`", alias::name(namespace)),
                );
                format!("write {connect}` in `{}`, and ask the host {host}", self.address.program)
            }
            (None, true) => format!("write {connect}` in `{}`", self.address.program),
            (None, false) => in_variables(&connect, self.address.program),
        }
    }
}

/// What is to be done where a hand-written pod is told an address, perhaps of another
/// namespace; `port` is that of the pods where it isn't what it is told.
pub(crate) fn by_hand(found: Diag, elsewhere: Option<&str>, port: Option<u16>) -> Diag {
    let is_name = found.meta.code == j0564_no_such_name::META.code;
    let at = port.map_or_else(String::new, |port| format!(" by {port}, the port of its pods"));
    found.help(match elsewhere {
        None if is_name => "write the name of a Service of its namespace that policies let the pods reach; or write them as a \
                            `workload`, which can say `connect`"
            .to_owned(),
        None => format!(
            "let a `NetworkPolicy` as a `manifest` let the pods out to it{at}, and if it is of the cluster another one in there; or \
             write them as a `workload`, which can say `connect`"
        ),
        Some(namespace) => format!(
            "what is hand-written can't say `connect`: write it as a `workload`, and `connect \"{namespace}/…\"` in it with the \
             component that it asks"
        ),
    })
}

/// To let a `connect` say host and port, where the address is more than these.
fn in_variables(connect: &str, program: &str) -> String {
    format!(
        "write {connect} host-env=\"HOST\" port-env=\"PORT\"` in `{program}`: `jtc` says host and port in these variables, under \
         whatever names you give them, and they go into the address in the place of what it has"
    )
}

/// An address that no policy lets a program reach; `open` is another port of the
/// Service, which it does reach.
pub(crate) fn unasked(told: &Told<'_>, port: Option<&str>, open: Option<u16>, works: bool) -> Diag {
    let Some(open) = open else {
        let diag = told.diag(&j0562_unasked::META, ", and no policy lets its pods reach it");
        return diag.help(told.connect(port, works));
    };
    let clause = format!(", and no policy lets its pods reach that port: they reach {open} alone");
    let help = match (told.asked, port) {
        (Some(_), Some(_)) => format!("{}; or ask at the port {open}", told.connect(port, works)),
        _ => format!("ask at the port {open}, or let a hand-written policy open the other"),
    };
    told.diag(&j0562_unasked::META, &clause).help(help)
}

/// An address with a port that its Service hasn't; `known` are those it has.
pub(crate) fn no_port(told: &Told<'_>, port: u16, known: &[String]) -> Diag {
    let clause = format!(" with port {port}, and that is none of its ports");
    let known = list(known.iter().map(String::as_str));
    let help = match (told.asked, told.address.variable) {
        (Some(_), _) if told.connected != Connected::Not => {
            format!("its ports: {known}; write one of them, or {}", told.connect(None, false))
        }
        (Some(asked), Some(name)) => {
            format!(
                "its ports: {known}. With `connect \"{asked}\" url-env=\"{name}\"` `jtc` says the address"
            )
        }
        _ => format!("its ports: {known}; write one of them"),
    };
    told.diag(&j0563_no_such_port::META, &clause).help(help)
}

/// An address of `https` at pods that speak `http` alone.
pub(crate) fn no_tls(told: &Told<'_>) -> Diag {
    let clause = " with `https`, and its pods speak `http` alone";
    told.diag(&j0569_speaks_otherwise::META, clause).help("write `http` in the place of `https`")
}

/// An address of another namespace's Traefik by a name that none of its routes takes.
pub(crate) fn no_route(told: &Told<'_>, namespace: &str, alias: &str) -> Diag {
    let clause =
        format!(", and no route of the Traefik of `{namespace}` takes that host: it answers 404");
    told.diag(&j0519_no_route_takes::META, &clause).help(format!("write `{alias}` in its place"))
}

/// A name of another namespace's Service, or of an alias that isn't there.
pub(crate) fn no_name(told: &Told<'_>, namespace: &str, own: &str) -> Diag {
    let clause = if namespace == own {
        format!(", and `{own}` has no Service of this name")
    } else {
        format!(", and `{own}` has no Service of this name: it is one of `{namespace}`")
    };
    told.diag(&j0564_no_such_name::META, &clause).help(told.connect(None, false))
}

/// The address of an external that no policy lets a program reach; `other` are
/// the port that it is told and the one that the external has, where they differ.
pub(crate) fn beyond(
    told: &Address<'_>,
    external: &str,
    span: Span,
    other: Option<(u16, u16)>,
    connected: bool,
) -> Diag {
    let at = other.map_or_else(String::new, |(port, _)| format!(" at port {port}"));
    let clause = format!(", and no policy lets its pods reach the external `{external}`{at}");
    let program = told.program;
    let help = match other {
        None => {
            format!("write `connect \"{external}\"` in `{program}`, and leave the address as it is")
        }
        Some((port, own)) => {
            let connect = if connected {
                format!("`connect \"{external}\"` opens the port {own} alone: ask at that")
            } else {
                format!("write `connect \"{external}\"` in `{program}`, and ask at its port {own}")
            };
            format!(
                "{connect}; or declare another `external` with `port={port}`, and `connect` with that one"
            )
        }
    };
    with(told.diag(&j0565_beyond::META, &clause), span, "the external").help(help)
}

/// What a middleware lets Traefik ask, and is no URL.
pub(crate) fn no_url(told: &Address<'_>) -> Diag {
    told.diag(
        &j0530_broken_middleware::META,
        ", which is no URL of `http` or `https`: it asks nobody, and each request fails",
    )
    .help("write it as in `http://NAME:PORT/PATH`, with the name of a Service")
}

/// The address of what no external is, which a middleware lets Traefik ask.
pub(crate) fn no_external(told: &Address<'_>, port: u16, is_free: impl Fn(&str) -> bool) -> Diag {
    let Address { program, host, .. } = told;
    let first = host.split('.').next().filter(|first| !first.bytes().all(|b| b.is_ascii_digit()));
    let mut names = [first.unwrap_or("auth"), "auth", "login", "outside-auth"].into_iter();
    let name = names.find(|name| is_free(name)).unwrap_or("…");
    let clause = format!(", and no policy lets its pods reach that at port {port}");
    told.diag(&j0565_beyond::META, &clause).help(format!(
        "declare it, as in `external \"{name}\" host=\"{host}\" port={port}`, and write `connect \"{name}\"` in `{program}`"
    ))
}

/// A name that nothing has; `meant` is a component that it may be meant for.
pub(crate) fn nowhere(told: &Address<'_>, own: &str, meant: Option<&str>) -> Diag {
    let diag = told.diag(
        &j0564_no_such_name::META,
        &format!(", and nothing has this name: no Service of `{own}`, and no `external`"),
    );
    diag.help(match (meant, told.variable) {
        (Some(meant), Some(name)) => format!(
            "write `connect \"{meant}\" url-env=\"{name}\"` in `{}`, and take the text out: `jtc` says the address",
            told.program
        ),
        (Some(meant), None) if told.place.is_asked() => {
            format!("write the name of its Service, and `connect \"{meant}\"` in `{}`", told.program)
        }
        (Some(meant), None) => in_variables(&format!("`connect \"{meant}\""), told.program),
        (None, _) => "write the name of a Service there; or what is outside of the cluster as an `external` with its host and port, \
                 and `connect` with the external's name"
            .to_owned(),
    })
}

/// A name of a namespace that isn't of the topology.
pub(crate) fn unknown_namespace(told: &Address<'_>, namespace: &str, port: u16) -> Diag {
    let Address { program, host, .. } = told;
    let clause = format!(
        ": that is in the namespace `{namespace}`, which the topology doesn't know, and no policy lets its pods reach it"
    );
    let diag = told.diag(&j0564_no_such_name::META, &clause);
    if host.starts_with("kubernetes.default.svc") {
        return diag.help("write `permissions { allow …; }` in it, as in `allow \"get\" of=\"pods\"`: that lets its pods ask the Kubernetes API");
    }
    diag.help(format!(
        "let a `NetworkPolicy` as a `manifest` let the pods of `{program}` out to the namespace `{namespace}`; or declare \
         `external \"{namespace}\" host=\"{host}\" port={port}` with the `cidr` of what answers there, and write `connect \
         \"{namespace}\"` in `{program}`"
    ))
}

/// A hand-written alias that leads to no name; `whole` is the name that may be
/// meant.
pub(crate) fn alias_to_nothing(
    told: &Address<'_>,
    alias: &Origin,
    to: &str,
    whole: Option<&str>,
) -> Diag {
    let clause = format!(": that is an alias for `{to}`, and nothing has this name");
    let diag = told.diag(&j0564_no_such_name::META, &clause);
    with(diag, alias.source, "the alias").help(match whole {
        Some(whole) => format!("let `externalName` be the whole name, `{whole}`: what an alias leads to isn't searched for"),
        None => "let `externalName` be a name that there is, or take the alias out".to_owned(),
    })
}

/// An external that is a name of the cluster.
pub(crate) fn external(
    name: &str,
    (span, host): (Span, &str),
    namespace: &str,
    app: Option<&str>,
    service: &Origin,
) -> Diag {
    let diag = Diag::new(
        &j0549_named_elsewhere::META,
        span,
        "a name of the cluster",
        format!("the external `{name}` is `{host}`, and that is `{}` of this topology", service.id),
    );
    with(diag, service.source, format!("`{}`", service.id)).help(match app {
        Some(manifests::COMPONENT) => {
            let instead = instead(namespace, manifests::COMPONENT);
            format!("{instead}; and take the external out: it is for what is outside of the topology")
        }
        Some(app) => format!(
            "write the host of what is outside; a program of the topology goes by `connect \"{namespace}/{app}\"` instead of \
             `connect \"{name}\"`, in `{namespace}` itself by `connect \"{app}\"`, and needs no external"
        ),
        None => format!(
            "`{namespace}` has no Traefik that one could come in by: leave what `{name}` is to a namespace of which the \
             topology says nothing, or put it outside of the cluster"
        ),
    })
}

/// Hand-written pods with the label `app` of a program beside them.
pub(crate) fn mistaken(pods: &Pods, own: &Pods, app: &str) -> Diag {
    let diag = Diag::new(
        &j0560_mistaken::META,
        pods.origin.source,
        format!("its pods have the label `app: {app}`"),
        format!(
            "the pods of `{}` have the label `app: {app}`, which is that of `{}`: Services and policies would take them \
             for its pods, and requests would go to either",
            pods.origin.id, own.component
        ),
    );
    with(diag, own.origin.source, format!("`{}`", own.origin.id)).help(format!(
        "give the pods of `{}` a label `app` of their own, in the template and in `selector`",
        pods.origin.id.name
    ))
}

/// An `ExternalName` that leads to another namespace, past its Traefik.
pub(crate) fn past(
    (alias, name, whole): (&Origin, &str, &str),
    namespace: &str,
    service: &Origin,
    app: &str,
) -> Diag {
    let diag = Diag::new(
        &j0550_alias_past::META,
        alias.source,
        "the alias",
        format!("`{}` leads to `{name}`, which is past the Traefik of `{namespace}`", alias.id),
    );
    with(diag, service.source, "where it leads").help(format!(
        "let it lead to `{whole}`, with the whole name; or {}",
        instead(namespace, app)
    ))
}

/// Something that opens a port of a node or an address of its own.
pub(crate) fn opened(origin: &Origin, clause: &str, help: &str) -> Diag {
    Diag::new(
        &j0551_opened_port::META,
        origin.source,
        "opens it",
        format!("`{}` {clause}, past Traefik and past every policy of routes", origin.id),
    )
    .help(help.to_owned())
}

/// Rights that reach across namespaces.
pub(crate) fn reads(binding: &Origin, clause: &str, help: &str) -> Diag {
    Diag::new(
        &j0552_reads_across::META,
        binding.source,
        "the binding",
        format!("`{}` {clause}", binding.id),
    )
    .help(help.to_owned())
}
