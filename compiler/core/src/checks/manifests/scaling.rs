//! How many pods there are: autoscalers and disruption budgets.

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscalerSpec;
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::api::policy::v1::PodDisruptionBudgetSpec;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Tell, amounts, template};
use crate::components::site::Made;
use crate::diagnostics as d;
use crate::model::hand_written::{self, HandWritten};
use crate::model::object::{Body, Object};
use crate::network::{Labels, Selector};

pub(super) fn check(tell: &mut Tell<'_>, body: &Body, made: &Made) {
    match body {
        Body::HorizontalPodAutoscaler(body) => match &body.spec {
            Some(spec) => autoscaler(tell, spec, made),
            None => {
                tell.refused("spec", "is missing", "write what it scales, and up to how many pods");
            }
        },
        Body::PodDisruptionBudget(body) => {
            if let Some(spec) = &body.spec {
                budget(tell, spec, made);
            }
        }
        _ => {}
    }
}

/// An object as its kind has it: typed, or read.
pub(in crate::checks) fn typed(object: &Object) -> Option<HandWritten> {
    match &object.body {
        Body::Value(value) => hand_written::read(&object.id.kind, value).ok(),
        body => Some(HandWritten::Body(body.clone())),
    }
}

pub(super) fn replicas(typed: &HandWritten) -> Option<i32> {
    match typed {
        HandWritten::Body(Body::Deployment(body)) => body.spec.as_ref()?.replicas,
        HandWritten::Body(Body::StatefulSet(body)) => body.spec.as_ref()?.replicas,
        _ => None,
    }
}

fn autoscaler(tell: &mut Tell<'_>, spec: &HorizontalPodAutoscalerSpec, made: &Made) {
    let (least, most) = (spec.min_replicas.unwrap_or(1), spec.max_replicas);
    if most < 1 {
        tell.refused(
            "spec.maxReplicas",
            "is missing, or below 1",
            "write how many pods there may be",
        );
    } else if least > most {
        tell.report.push(d::j0213_autoscaling::in_manifest(tell.object, least, most));
    }
    let target = &spec.scale_target_ref;
    let namespace = &tell.object.id.namespace;
    let found = made.objects.iter().find(|object| {
        object.id.kind.as_str() == target.kind
            && *object.id.name == *target.name
            && object.id.namespace == *namespace
    });
    let Some(found) = found else { return };
    let Some(typed) = typed(found) else { return };
    if let Some(replicas) = replicas(&typed) {
        tell.report.push(d::j0625_replicas_and_autoscaler::diag(tell.object, found, replicas));
    }
    let Some(pods) = template::of(&typed).and_then(|template| template.spec.as_ref()) else {
        return;
    };
    for metric in spec.metrics.iter().flatten() {
        let Some(resource) = &metric.resource else { continue };
        let of_request = resource.target.average_utilization.is_some();
        let silent = pods.containers.iter().find(|own| !amounts::asks(own, &resource.name));
        // What the pod asks for as a whole counts for all of them.
        if let Some(container) = silent.filter(|_| of_request && pods.resources.is_none()) {
            tell.report.push(d::j0607_scale_without_request::in_manifest(
                tell.object,
                found,
                &resource.name,
                &container.name,
            ));
        }
    }
}

/// What a budget says of some pods, in the words of the manifest.
fn bound(name: &str, bound: &IntOrString) -> String {
    match bound {
        IntOrString::Int(number) => format!("{name}: {number}"),
        IntOrString::String(share) => format!("{name}: {share}"),
    }
}

fn budget(tell: &mut Tell<'_>, spec: &PodDisruptionBudgetSpec, made: &Made) {
    let blocks = match (&spec.max_unavailable, &spec.min_available) {
        (Some(_), Some(_)) => {
            tell.refused(
                "spec",
                "has both `maxUnavailable` and `minAvailable`",
                "take one of the two out",
            );
            return;
        }
        (Some(most), None) => {
            matches!(most, IntOrString::Int(0))
                || matches!(most, IntOrString::String(share) if share == "0%")
        }
        (None, Some(IntOrString::String(share))) => share == "100%",
        (None, Some(IntOrString::Int(least))) => {
            pods(tell, spec, made).is_some_and(|pods| pods > 0 && i64::from(*least) >= pods)
        }
        (None, None) => return,
    };
    if blocks {
        let max = spec.max_unavailable.as_ref().map(|most| bound("maxUnavailable", most));
        let said = max.or(spec.min_available.as_ref().map(|least| bound("minAvailable", least)));
        tell.report.push(d::j0626_budget::diag(tell.object, &said.unwrap_or_default()));
    }
}

/// How many pods a budget is for, where all of them are known and of a certain
/// number.
fn pods(tell: &Tell<'_>, spec: &PodDisruptionBudgetSpec, made: &Made) -> Option<i64> {
    let selector = spec.selector.as_ref().map(Selector::new)?;
    let namespace = &tell.object.id.namespace;
    let scaled = |object: &Object| {
        made.objects.iter().filter_map(typed).any(|typed| {
            matches!(&typed, HandWritten::Body(Body::HorizontalPodAutoscaler(body))
            if body.spec.as_ref().is_some_and(|spec| {
                *spec.scale_target_ref.name == *object.id.name
                    && spec.scale_target_ref.kind == object.id.kind.as_str()
            }))
        })
    };
    let mut pods = 0;
    for object in made.objects.iter().filter(|object| object.id.namespace == *namespace) {
        let Some(typed) = typed(object) else { continue };
        let Some(template) = template::of(&typed) else { continue };
        if !selector.selects(&labels(template)) {
            continue;
        }
        if scaled(object) || !matches!(object.id.kind.as_str(), "Deployment" | "StatefulSet") {
            return None;
        }
        pods += i64::from(replicas(&typed).unwrap_or(1));
    }
    Some(pods)
}

fn labels(template: &PodTemplateSpec) -> Labels {
    let labels = template.metadata.as_ref().and_then(|meta| meta.labels.as_ref());
    labels.map(Labels::from).unwrap_or_default()
}
