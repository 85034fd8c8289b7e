//! What a namespace lets its pods use together: its `quota`, and hand-written objects
//! `ResourceQuota` (Kubernetes, "Resource Quotas").

use std::borrow::Cow;

use jtc_syntax::Span;
use serde_json::Value;

use crate::components::site::Made;
use crate::model::At;
use crate::model::object::{Body, Kind, Object};
use crate::model::settings::Resources;
use crate::text::{Cpu, Memory};

/// A quota.
pub(super) struct Quota<'q> {
    amounts: Cow<'q, Resources>,
    /// How many pods there may be.
    pods: Option<u64>,
    /// Where it is said.
    pub(super) span: Span,
}

impl Quota<'_> {
    /// What it counts.
    pub(super) fn amounts(&self) -> &Resources {
        &self.amounts
    }

    /// How many pods there may be, if it counts them.
    pub(super) fn pods(&self) -> Option<u64> {
        self.pods
    }
}

/// The quotas of a namespace: the one that it declares, and those by hand.
pub(super) fn of<'q>(
    declared: Option<&'q At<Resources>>,
    made: &'q Made,
    namespace: &str,
) -> Vec<Quota<'q>> {
    let declared = declared.map(|at| Quota::<'q> {
        amounts: Cow::Borrowed(&at.value),
        pods: None,
        span: at.span,
    });
    let here = |object: &&Object| {
        object.id.kind == Kind::ResourceQuota && object.id.namespace.as_deref() == Some(namespace)
    };
    declared.into_iter().chain(made.objects.iter().filter(here).filter_map(by_hand)).collect()
}

/// A hand-written one; none where it is about some pods only.
fn by_hand<'q>(object: &Object) -> Option<Quota<'q>> {
    let Body::Value(value) = &object.body else { return None };
    let spec = value.get("spec")?;
    let is_there = |field: &str| spec.get(field).is_some_and(|value| !value.is_null());
    if is_there("scopes") || is_there("scopeSelector") {
        return None;
    }
    let hard = spec.get("hard")?.as_object()?;
    let text = |names: &[&str]| {
        let said = names.iter().find_map(|name| hard.get(*name))?;
        Some(match said {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    };
    let cpu = |names: &[&str]| Some(At::new(Cpu::parse(&text(names)?).ok()?, object.source));
    let memory = |names: &[&str]| Some(At::new(Memory::parse(&text(names)?).ok()?, object.source));
    let amounts = Resources {
        request_cpu: cpu(&["requests.cpu", "cpu"]),
        request_memory: memory(&["requests.memory", "memory"]),
        limit_cpu: cpu(&["limits.cpu"]),
        limit_memory: memory(&["limits.memory"]),
    };
    let pods = text(&["pods", "count/pods"]).and_then(|text| text.parse().ok());
    Some(Quota { amounts: Cow::Owned(amounts), pods, span: object.source })
}

/// Whether a namespace has an object that says for containers what they don't.
pub(super) fn is_said_for_all(made: &Made, namespace: &str) -> bool {
    made.objects.iter().any(|object| {
        object.id.kind.as_str() == "LimitRange" && object.id.namespace.as_deref() == Some(namespace)
    })
}
