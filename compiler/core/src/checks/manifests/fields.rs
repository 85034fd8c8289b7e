//! Where fields stand in hand-written objects.

use serde_json::Value;

use super::{Tell, template};

/// Where a field of a table stands.
#[derive(Clone, Copy)]
pub(super) enum In {
    /// In objects of these kinds.
    Kinds(&'static [&'static str]),
    /// In the `spec` of whatever makes Jobs, and of Jobs.
    Jobs,
    /// In the `spec` of whatever makes pods.
    Pods,
    /// In each container of such a `spec`.
    Containers,
}

impl In {
    /// The paths of a field in an object; `makes_pods` says whether it has a `spec`
    /// of pods.
    fn paths(self, tell: &Tell<'_>, makes_pods: bool, field: &str) -> Vec<String> {
        let kind = &tell.object.id.kind;
        let pods = || format!("{}spec", template::path(kind));
        match (self, kind.as_str()) {
            (Self::Kinds(kinds), kind) if kinds.contains(&kind) => vec![field.to_owned()],
            (Self::Jobs, "Job") => vec![format!("spec.{field}")],
            (Self::Jobs, "CronJob") => vec![format!("spec.jobTemplate.spec.{field}")],
            (Self::Pods, _) if makes_pods => vec![format!("{}.{field}", pods())],
            (Self::Containers, _) if makes_pods => ["initContainers", "containers"]
                .map(|list| format!("{}.{list}[].{field}", pods()))
                .to_vec(),
            (Self::Kinds(_) | Self::Jobs | Self::Pods | Self::Containers, _) => Vec::new(),
        }
    }
}

/// Shows each value of a field, as in `ports[].protocol`, with where it stands.
pub(super) fn each(
    tell: &Tell<'_>,
    makes_pods: bool,
    (place, field): (In, &str),
    see: &mut dyn FnMut(&str, &Value),
) {
    for path in place.paths(tell, makes_pods, field) {
        go(tell.value, "", &path, see);
    }
}

fn go(value: &Value, before: &str, path: &str, see: &mut dyn FnMut(&str, &Value)) {
    if path.is_empty() {
        return see(before, value);
    }
    let (field, rest) = path.split_once('.').unwrap_or((path, ""));
    let name = field.trim_end_matches("[]");
    let Some(own) = value.get(name) else { return };
    let here = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
    if name.len() == field.len() {
        return go(own, &here, rest, see);
    }
    for (index, item) in own.as_array().into_iter().flatten().enumerate() {
        go(item, &format!("{here}[{index}]"), rest, see);
    }
}
