//! pod that its namespace refuses.

use super::prelude::*;
use crate::checks::pod_security::{Fault, Wrong};
use crate::model::At;
use crate::model::declared::PodSecurity;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0901",
    severity: Severity::Error,
    title: "pod that its namespace refuses",
    what: "A program needs more than the Pod Security level of its namespace allows.",
    why: "Kubernetes takes the Deployment and refuses its pods: it stays at 0, and only its events say why.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        security { user 0; }
    }
    pod-security "restricted"
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        security { user 1000; }
    }
    pod-security "restricted"
}
"#,
    fix: "Lower what the program needs, or the level of the namespace.",
};

/// `why` is what the level refuses.
pub(crate) fn diag(program: &str, at: Span, level: PodSecurity, level_at: Span, why: &str, wanted: PodSecurity) -> Diag {
    let diag = Diag::new(
        &META,
        at,
        why.to_owned(),
        format!("`{program}` would be refused by the Pod Security level `{}`: {why}", level.as_str()),
    )
    .help(format!(
        "change the `security` of the program, or write `pod-security \"{}\"` in its namespace",
        wanted.as_str()
    ));
    if level_at == crate::model::NOWHERE { diag } else { diag.with(level_at, "the level") }
}

/// A hand-written program, and what the level refuses of its pods.
pub(crate) fn manifest(object: &Object, level: At<PodSecurity>, faults: &[Fault]) -> Diag {
    let namespace = object.id.namespace.as_deref().unwrap_or_default();
    let mut places: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    for fault in faults {
        match &fault.wrong {
            Wrong::Lacks(what) => match places.iter_mut().find(|(at, _)| *at == fault.at) {
                Some((_, lacks)) => lacks.push(what),
                None => places.push((&fault.at, vec![what])),
            },
            Wrong::Says(value) => said.push(format!("`{}` is `{}`", fault.at, shorten(value))),
        }
    }
    let what = match (places.is_empty(), said.is_empty()) {
        (false, true) => "write what lacks",
        (true, _) => "take that out",
        (false, false) => "write what lacks, take out the rest",
    };
    let lacks = places.iter().map(|(at, lacks)| format!("`{at}` lacks {}", list(lacks.iter().copied())));
    let all: Vec<String> = lacks.chain(said).collect();
    let wanted = faults.iter().map(|fault| fault.needs).min().unwrap_or(PodSecurity::Privileged);
    let diag = Diag::new(
        &META,
        object.source,
        "its pods are refused",
        format!(
            "the pods of `{}` would be refused by the Pod Security level `{}`: {}",
            object.id,
            level.value.as_str(),
            all.join("; ")
        ),
    )
    .in_field(faults.first().map_or("", |fault| &fault.at), None)
    .help(format!("{what}; or write `pod-security \"{}\"` in the namespace `{namespace}`", wanted.as_str()));
    if level.span == crate::model::NOWHERE { diag } else { diag.with(level.span, "the level") }
}
