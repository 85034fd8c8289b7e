//! What is open though nobody needs it, and ways around Traefik.

use super::prelude::*;
use super::{
    j0547_let_in, j0548_let_out, j0549_named_elsewhere, j0550_alias_past, j0551_opened_port,
    j0552_reads_across, j0556_unreached, j0560_mistaken, j0561_balanced, j0562_unasked,
};
use crate::network::policy::{Direction, Policy};
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

/// A program with a Service that nobody reaches.
pub(crate) fn unreached(name: &str, pods: &Pods, service: &Origin) -> Diag {
    Diag::new(
        &j0556_unreached::META,
        pods.origin.source,
        "this program",
        format!("nobody reaches `{}` in `{name}`: it has `{}`, and no `connect` or `route` leads there", pods.component, service.id),
    )
    .help(format!(
        "say `connect \"{0}\"` where it is needed, or let a `route` lead to it; or take its `port` out",
        pods.component
    ))
}

fn with(diag: Diag, span: Span, label: impl Into<String>) -> Diag {
    if diag.labels.iter().any(|known| known.span == span) { diag } else { diag.with(span, label) }
}

/// How a program that names something of another namespace is to say it.
fn instead(namespace: &str, component: &str) -> String {
    format!(
        "say `connect \"{namespace}/{component}\" host-env=… port-env=…` or `url-env=…`, and it goes by the Traefik \
         there"
    )
}

/// A text that names something of another namespace: where, the text, whose.
pub(crate) fn named(
    origin: &Origin,
    place: (Span, &str),
    word: &str,
    namespace: &str,
    component: &str,
) -> Diag {
    let (span, field) = place;
    let diag = Diag::new(
        &j0549_named_elsewhere::META,
        span,
        format!("{field} names it"),
        format!(
            "`{}` is told `{word}`, which is of the namespace `{namespace}`: it would go past the Traefik there",
            origin.id
        ),
    );
    with(diag, origin.source, "whose").help(instead(namespace, component))
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

/// A text with the address of a Service that nothing lets the program reach:
/// what says it, the host, and the component as `connect` names it.
pub(crate) fn unasked(
    program: &str,
    (span, place): (Span, String),
    host: &str,
    service: &Origin,
    component: &str,
) -> Diag {
    let diag = Diag::new(
        &j0562_unasked::META,
        span,
        format!("{place} names it"),
        format!("`{program}` is told `{host}`, and no policy lets its pods reach it"),
    );
    with(diag, service.source, "whose address it is").help(format!(
        "write `connect \"{component}\"` in `{program}`: with `url-env=…`, or `host-env=…` and `port-env=…`, `jtc` says \
         the address too"
    ))
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
        format!(
            "the external `{name}` is `{host}`, which is of the namespace `{namespace}` of this topology: from elsewhere \
             one comes in by a Traefik alone"
        ),
    );
    with(diag, service.source, format!("`{}`", service.id)).help(match app {
        Some(app) => format!(
            "say `connect \"{namespace}/{app}\"` instead of `connect \"{name}\"`, and take the external out: it is for \
             what is outside of the topology"
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
    alias: &Origin,
    name: &str,
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
    with(diag, service.source, "where it leads")
        .help(format!("let it lead to `traefik.{namespace}.svc`; or {}", instead(namespace, app)))
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
