//! Texts that name what is of another namespace.

use super::closed::{instead, with};
use super::j0549_named_elsewhere;
use super::prelude::*;
use crate::components::build::alias;
use crate::components::manifests;
use crate::network::Origin;
use crate::network::values::{FORWARD_AUTH, REDIS};

/// A text that names something of another namespace.
pub(crate) struct Named<'a> {
    /// Whose text.
    pub(crate) origin: &'a Origin,
    /// Where, and what that is called.
    pub(crate) place: (Span, &'a str),
    /// The word.
    pub(crate) word: &'a str,
    /// Whose it is.
    pub(crate) namespace: &'a str,
    /// What a `connect` would name.
    pub(crate) component: &'a str,
    /// Whether the text is of a manifest.
    pub(crate) by_hand: bool,
    /// Whether it is the Traefik there.
    pub(crate) is_traefik: bool,
    /// Whether there is a Traefik at all.
    pub(crate) has_traefik: bool,
    /// The Service that it means, if there is none, and whether the component is
    /// one of nearly the same name.
    pub(crate) missing: Option<(&'a str, bool)>,
}

/// A text that names something of another namespace.
pub(crate) fn named(told: &Named<'_>) -> Diag {
    let Named {
        origin,
        place: (span, field),
        word,
        namespace,
        component,
        by_hand,
        is_traefik,
        has_traefik,
        missing,
    } = told;
    let whose = if *is_traefik {
        format!(
            "the Traefik of the namespace `{namespace}`: only a `connect` lets it there, by a host that a route takes"
        )
    } else {
        format!("which is of the namespace `{namespace}`: it would go past the Traefik there")
    };
    let mut diag = Diag::new(
        &j0549_named_elsewhere::META,
        *span,
        format!("{field} names it"),
        format!("`{}` is told `{word}`, {whose}", origin.id),
    );
    if *by_hand {
        diag = diag.in_field(field, None);
    }
    let is_known = missing.is_none_or(|(_, near)| near) && *component != manifests::COMPONENT;
    let help = match by_hand {
        _ if !has_traefik => format!(
            "`{namespace}` has no Traefik that one could come in by: put both programs into one namespace, or the one that is \
             asked into a namespace with a `version`"
        ),
        true if is_known && [FORWARD_AUTH, REDIS].iter().any(|asked| field.starts_with(asked)) => {
            format!(
                "write `connect \"{namespace}/{component}\"` in `traefik`, and ask the host `{}`: it goes by the Traefik there",
                alias::name(namespace)
            )
        }
        true if is_known => format!(
            "what is hand-written can't say `connect`: write it as a `workload`, and {}",
            instead(namespace, component)
        ),
        _ if missing.is_some_and(|(_, near)| !near) => {
            "name one of its components with `connect`, and it goes by the Traefik there".to_owned()
        }
        _ => instead(namespace, component),
    };
    let lacks = missing.map_or_else(String::new, |(service, _)| {
        format!("`{namespace}` has no Service `{service}`: ")
    });
    with(diag, origin.source, "whose").help(format!("{lacks}{help}"))
}

/// The same of a reaper, which says no `connect`.
pub(crate) fn of_reaper(found: Diag) -> Diag {
    found.help("take it out: `jtc` says whom a reaper asks, by the alias of the Traefik there")
}
