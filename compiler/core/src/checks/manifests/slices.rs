//! Hand-written objects `EndpointSlice`.

use serde_json::Value;

use super::{Tell, typed};
use crate::components::site::Made;
use crate::diagnostics::j0574_beside_pods;
use crate::model::hand_written::HandWritten;
use crate::model::object::{Body, Kind, Object};

/// By which a slice says whose it is (`discovery.k8s.io/v1`).
const SERVICE_NAME: &str = "/metadata/labels/kubernetes.io~1service-name";

/// A Service that selects pods has slices of its own.
pub(super) fn check(tell: &mut Tell<'_>, made: &Made) {
    if tell.object.id.kind.as_str() != "EndpointSlice" {
        return;
    }
    let Some(name) = tell.value.pointer(SERVICE_NAME).and_then(Value::as_str) else { return };
    let service = made.objects.iter().find(|object| {
        object.id.kind == Kind::Service
            && *object.id.name == *name
            && object.id.namespace == tell.object.id.namespace
            && selects(object)
    });
    if let Some(service) = service {
        tell.report.push(j0574_beside_pods::diag(tell.object, service));
    }
}

fn selects(service: &Object) -> bool {
    let Some(HandWritten::Body(Body::Service(body))) = typed(service) else { return false };
    let selector = body.spec.and_then(|spec| spec.selector);
    selector.is_some_and(|selector| !selector.is_empty())
}
