//! Hand-written objects `LimitRange`: what one container, or one pod, may ask for
//! (Kubernetes, "Limit Ranges").

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, LimitRange, LimitRangeItem};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::manifests::{pods_in, typed};
use crate::components::program::Home;
use crate::components::site::Made;
use crate::diagnostics::Report;
use crate::diagnostics::j0631_limit_range::{self as d, Bound};
use crate::model::hand_written;
use crate::model::object::{Body, Object};
use crate::text;

/// What ranges are about here.
const RESOURCES: [&str; 2] = ["cpu", "memory"];

type Amounts = Option<BTreeMap<String, Quantity>>;

/// An amount as it is written.
fn written<'a>(amounts: &'a Amounts, resource: &str) -> Option<&'a str> {
    amounts.as_ref()?.get(resource).map(|amount| amount.0.as_str())
}

/// What a container has of a resource once the range has filled in what it doesn't say
/// (`SetDefaults_LimitRange` and the admission plugin `LimitRanger`).
struct Has<'a> {
    request: Option<&'a str>,
    limit: Option<&'a str>,
    /// Whether the range says the limit.
    filled: bool,
}

impl<'a> Has<'a> {
    fn new(container: &'a Container, range: &'a LimitRangeItem, resource: &str) -> Self {
        let own = container.resources.as_ref();
        let own_limit = own.and_then(|own| written(&own.limits, resource));
        let own_request = own.and_then(|own| written(&own.requests, resource));
        let usual = written(&range.default, resource).or(written(&range.max, resource));
        let usual_request =
            written(&range.default_request, resource).or(usual).or(written(&range.min, resource));
        Self {
            request: own_request.or(own_limit).or(usual_request),
            limit: own_limit.or(usual),
            filled: own_limit.is_none(),
        }
    }
}

/// Holds the containers of a namespace against its ranges.
pub(super) fn check(home: &Home<'_>, made: &Made, report: &mut Report) {
    let here = |object: &&Object| object.id.namespace.as_deref() == Some(home.namespace);
    let ranges = made.objects.iter().filter(here).map(|object| (object, items(object)));
    let ranges: Vec<_> = ranges.filter(|(_, items)| !items.is_empty()).collect();
    if ranges.is_empty() {
        return;
    }
    for object in made.objects.iter().filter(here) {
        let Some(typed) = typed(object) else { continue };
        let Some(pod) = pods_in(&typed) else { continue };
        let of = |wanted: &'static str| {
            let items =
                ranges.iter().flat_map(|(range, items)| items.iter().map(|one| (*range, one)));
            items.filter(move |(_, item)| item.type_ == wanted)
        };
        let mut found = Report::default();
        for (range, item) in of("Container") {
            for container in pod.init_containers.iter().flatten().chain(&pod.containers) {
                held(object, &container.name, range, item, container, &mut found);
            }
        }
        // What is wrong with one container is wrong with all of them.
        if !found.has_errors() {
            for (range, item) in of("Pod") {
                together(object, range, item, &pod.containers, &mut found);
            }
        }
        report.append(found);
    }
}

fn items(object: &Object) -> Vec<LimitRangeItem> {
    let Body::Value(value) = &object.body else { return Vec::new() };
    if object.id.kind.as_str() != "LimitRange" {
        return Vec::new();
    }
    let read = hand_written::exact::<LimitRange>(value).ok();
    read.and_then(|range| range.spec).map(|spec| spec.limits).unwrap_or_default()
}

/// One container.
fn held(
    object: &Object,
    name: &str,
    range: &Object,
    item: &LimitRangeItem,
    container: &Container,
    report: &mut Report,
) {
    for resource in RESOURCES {
        let has = Has::new(container, item, resource);
        let above = |amount: &str, bound: &str| compare(amount, bound, |own, bound| own > bound);
        let below = |amount: &str, bound: &str| compare(amount, bound, |own, bound| own < bound);
        let most = written(&item.max, resource);
        let least = written(&item.min, resource);
        // What the range fills in may be less than what is asked for.
        if let (Some(own), Some(limit)) = (has.request, has.limit.filter(|_| has.filled))
            && above(own, limit)
        {
            report.push(d::container((object, name), range, resource, own, Bound::Limit(limit)));
            continue;
        }
        let over = most.and_then(|most| {
            let own = has.limit.filter(|own| above(own, most));
            Some((own.or(has.request.filter(|own| above(own, most)))?, most))
        });
        let under =
            least.and_then(|least| Some((has.request.filter(|own| below(own, least))?, least)));
        if let Some((own, most)) = over {
            report.push(d::container((object, name), range, resource, own, Bound::Most(most)));
        }
        if let Some((own, least)) = under {
            report.push(d::container((object, name), range, resource, own, Bound::Least(least)));
        }
    }
}

/// All containers of a pod.
fn together(
    object: &Object,
    range: &Object,
    item: &LimitRangeItem,
    containers: &[Container],
    report: &mut Report,
) {
    for resource in RESOURCES {
        let Some(most) = written(&item.max, resource) else { continue };
        let own = |container: &Container| {
            let resources = container.resources.as_ref()?;
            text::amount(written(&resources.limits, resource)?)
        };
        let sum: f64 = containers.iter().filter_map(own).sum();
        if text::amount(most).is_some_and(|most| sum > most) {
            report.push(d::pod(object, range, resource, most));
        }
    }
}

fn compare(own: &str, bound: &str, holds: fn(f64, f64) -> bool) -> bool {
    text::amount(own).zip(text::amount(bound)).is_some_and(|(own, bound)| holds(own, bound))
}
