//! What containers ask for and may use.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::{Tell, scaling, template};
use crate::checks::quotas::Quota;
use crate::components::manifests;
use crate::components::program::Home;
use crate::components::site::Made;
use crate::diagnostics as d;
use crate::model::hand_written::HandWritten;
use crate::model::object::{Body, Object};
use crate::text;

type Amounts = Option<BTreeMap<String, Quantity>>;

/// Amounts that can't be read, and requests above their limits.
pub(super) fn check(tell: &mut Tell<'_>, path: &str, resources: &ResourceRequirements) {
    for (name, amounts) in [("requests", &resources.requests), ("limits", &resources.limits)] {
        for (what, amount) in amounts.iter().flatten() {
            let path = format!("{path}.{name}.{what}");
            if text::amount(&amount.0).is_none() {
                tell.refused(
                    &path,
                    &format!("is `{}`, which is no amount", amount.0),
                    "write a number with a unit, as in `500m` for CPU and `512Mi` for memory",
                );
            } else if let Some(refusal) = text::lost_unit(what, &amount.0) {
                let found = d::j0208_bad_value::lost_unit(tell.object, &path, &amount.0, refusal);
                tell.report.push(found);
            }
        }
    }
    for (what, request) in resources.requests.iter().flatten() {
        let limit = resources.limits.as_ref().and_then(|limits| limits.get(what));
        let Some(limit) = limit else { continue };
        if let (Some(asked), Some(most)) = (text::amount(&request.0), text::amount(&limit.0))
            && asked > most
        {
            tell.report.push(d::j0606_over_limit::in_manifest(
                tell.object,
                path,
                what,
                (&request.0, &limit.0),
            ));
        }
    }
}

/// Whether a container asks for some of this; a limit alone is the request too.
pub(super) fn asks(container: &Container, what: &str) -> bool {
    let resources = container.resources.as_ref();
    let says =
        |amounts: &Amounts| amounts.as_ref().is_some_and(|amounts| amounts.contains_key(what));
    resources.is_some_and(|resources| says(&resources.requests) || says(&resources.limits))
}

/// What the quota of the namespace counts and a container doesn't say.
pub(super) fn quota(tell: &mut Tell<'_>, path: &str, container: &Container, quota: &Quota<'_>) {
    let counts = quota.amounts();
    let may_use = |what: &str| {
        let limits = container.resources.as_ref().and_then(|resources| resources.limits.as_ref());
        limits.is_some_and(|limits| limits.contains_key(what))
    };
    let missing: Vec<&str> = [
        ("requests.cpu", counts.request_cpu.is_some() && !asks(container, "cpu")),
        ("requests.memory", counts.request_memory.is_some() && !asks(container, "memory")),
        ("limits.cpu", counts.limit_cpu.is_some() && !may_use("cpu")),
        ("limits.memory", counts.limit_memory.is_some() && !may_use("memory")),
    ]
    .into_iter()
    .filter_map(|(name, lacks)| lacks.then_some(name))
    .collect();
    if !missing.is_empty() {
        tell.report.push(d::j0614_quota::in_manifest(tell.object, path, quota.span, &missing));
    }
}

/// What the pods of each hand-written program of a namespace need of an amount
/// that a quota counts, as in `requests cpu`: thousandths of a core, or bytes.
pub fn needs<'m>(
    home: &'m Home<'_>,
    made: &'m Made,
    what: &str,
) -> impl Iterator<Item = (&'m Object, u64)> {
    let (kind, resource) = what.split_once(' ').unwrap_or_default();
    let is_limit = kind == "limits";
    let unit = if resource == "cpu" { 1000.0 } else { 1.0 };
    let each = move |container: &Container| {
        let resources = container.resources.as_ref()?;
        let (first, second) = (&resources.requests, &resources.limits);
        let first = first.as_ref().filter(|_| !is_limit).and_then(|amounts| amounts.get(resource));
        let amount = first.or_else(|| second.as_ref()?.get(resource))?;
        text::amount(&amount.0)
    };
    by_hand(home, made).filter_map(move |(object, typed)| {
        let pod = template::of(&typed)?.spec.as_ref()?;
        let sum: f64 = pod.containers.iter().filter_map(each).sum();
        let total = sum * unit * f64::from(replicas(&typed));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` takes what is out of bounds to the bound"
        )]
        Some((object, total.round() as u64))
    })
}

/// How many pods each hand-written program of a namespace has all the time.
pub fn pods_of<'m>(home: &'m Home<'_>, made: &'m Made) -> impl Iterator<Item = (&'m Object, u64)> {
    by_hand(home, made).filter_map(|(object, typed)| {
        let ends = matches!(typed, HandWritten::Body(Body::Job(_) | Body::CronJob(_)));
        template::of(&typed).filter(|_| !ends)?;
        Some((object, u64::from(replicas(&typed))))
    })
}

fn replicas(typed: &HandWritten) -> u32 {
    scaling::replicas(typed).map_or(1, |replicas| u32::try_from(replicas).unwrap_or_default())
}

/// The hand-written objects of a namespace.
fn by_hand<'m>(
    home: &'m Home<'_>,
    made: &'m Made,
) -> impl Iterator<Item = (&'m Object, HandWritten)> {
    made.objects.iter().filter_map(|object| {
        let here = &*object.component == manifests::COMPONENT
            && object.id.namespace.as_deref() == Some(home.namespace);
        Some((object, here.then(|| scaling::typed(object)).flatten()?))
    })
}
