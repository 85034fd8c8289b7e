//! Hand-written objects `EndpointSlice`.

use serde_json::Value;

use super::Tell;
use crate::components::site::Made;
use crate::diagnostics::j0574_beside_pods;
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
    match &service.body {
        Body::Service(body) => {
            let selector = body.spec.as_ref().and_then(|spec| spec.selector.as_ref());
            selector.is_some_and(|selector| !selector.is_empty())
        }
        Body::Value(value) => {
            let selector = value.pointer("/spec/selector").and_then(Value::as_object);
            selector.is_some_and(|selector| !selector.is_empty())
        }
        _ => false,
    }
}
