//! only in a Jobmon namespace.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0302",
    severity: Severity::Error,
    title: "only in a Jobmon namespace",
    what: "A namespace without `version` says something that only a Jobmon namespace has.",
    why: "There is no server and no Traefik that it could be about.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { traefik { replicas 3; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "Give the namespace a `version` and a `database`, or remove it.",
};

/// `places` are the things that only a Jobmon namespace has, in the order of
/// the text; the first is where the mistake shows.
pub(crate) fn diag(places: &[(&str, Span)], namespace: Span) -> Option<Diag> {
    let ((_, first), others) = places.split_first()?;
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in places {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let verb = if names.len() == 1 { "needs" } else { "need" };
    let mut diag = Diag::new(
        &META,
        *first,
        "has no meaning here",
        format!("{} {verb} a namespace with a `version`", list(names.iter().copied())),
    )
    .with(namespace, "this namespace has none");
    for (_, place) in others {
        diag = diag.with(*place, "nor has this");
    }
    Some(diag.help(
        "write `version=\"…\"` and `database=\"…\"` after the name of the namespace; or remove what only a Jobmon namespace has",
    ))
}
