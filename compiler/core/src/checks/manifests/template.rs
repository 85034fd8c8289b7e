//! The pods that an object makes, and where they stand in it.

use k8s_openapi::api::core::v1::PodTemplateSpec;

use crate::model::hand_written::HandWritten;
use crate::model::hand_written::template_path;
use crate::model::object::{Body, Kind};

/// The template of the pods of an object.
pub(super) fn of(typed: &HandWritten) -> Option<&PodTemplateSpec> {
    match typed {
        HandWritten::Body(body) => of_body(body),
        HandWritten::Pods(template) => Some(template),
        HandWritten::Untyped => None,
    }
}

/// The same for an object of a kind that the compiler makes too.
pub(super) fn of_body(body: &Body) -> Option<&PodTemplateSpec> {
    match body {
        Body::Deployment(body) => body.spec.as_ref().map(|spec| &spec.template),
        Body::StatefulSet(body) => body.spec.as_ref().map(|spec| &spec.template),
        Body::Job(body) => body.spec.as_ref().map(|spec| &spec.template),
        Body::CronJob(body) => {
            let job = body.spec.as_ref().and_then(|spec| spec.job_template.spec.as_ref());
            job.map(|spec| &spec.template)
        }
        _ => None,
    }
}

/// Where the template stands in an object of a kind; others than are known have theirs
/// as most do.
pub(super) fn path(kind: &Kind) -> &'static str {
    template_path(kind).unwrap_or("spec.template.")
}
