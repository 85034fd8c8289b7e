//! Disks for one node at a time.

use k8s_openapi::api::apps::v1::DeploymentSpec;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde::Deserialize as _;

use super::Tell;
use crate::components::site::Made;
use crate::diagnostics as d;
use crate::model::object::{Body, Kind, Object};
use crate::text;

/// Several pods of a Deployment, or two during a change, that want one disk
/// which a single node can hold.
pub(super) fn check(tell: &mut Tell<'_>, spec: &DeploymentSpec, made: &Made) {
    let recreates = spec
        .strategy
        .as_ref()
        .is_some_and(|strategy| strategy.type_.as_deref() == Some("Recreate"));
    let why = match spec.replicas {
        Some(replicas) if replicas > 1 => "several pods are asked for",
        _ if recreates => return,
        _ => "a rolling change starts the new pod beside the old one",
    };
    let pod = spec.template.spec.as_ref();
    for volume in pod.iter().flat_map(|pod| pod.volumes.iter().flatten()) {
        let Some(claim) = &volume.persistent_volume_claim else { continue };
        let namespace = &tell.object.id.namespace;
        let found = made.objects.iter().find(|object| {
            object.id.kind == Kind::PersistentVolumeClaim
                && *object.id.name == *claim.claim_name
                && object.id.namespace == *namespace
        });
        if let Some(found) = found.filter(|found| is_for_one_node(found)) {
            tell.report.push(d::j0610_shared_disk::in_manifest(tell.object, found, why));
        }
    }
}

/// What hand-written claims must say, those of a `StatefulSet` too.
pub(super) fn claims(tell: &mut Tell<'_>, body: &Body) {
    match body {
        Body::PersistentVolumeClaim(own) => claim(tell, "spec", own.spec.as_ref()),
        Body::StatefulSet(set) => {
            let templates = set.spec.iter().flat_map(|spec| spec.volume_claim_templates.iter());
            for (index, own) in templates.flatten().enumerate() {
                let path = format!("spec.volumeClaimTemplates[{index}].spec");
                claim(tell, &path, own.spec.as_ref());
            }
        }
        _ => {}
    }
}

fn claim(tell: &mut Tell<'_>, path: &str, spec: Option<&PersistentVolumeClaimSpec>) {
    if spec.and_then(|spec| spec.access_modes.as_ref()).is_none_or(Vec::is_empty) {
        let help = "write who may use it, as in `accessModes: [ReadWriteOnce]`";
        tell.refused(&format!("{path}.accessModes"), "is missing", help);
    }
    let requests = spec.and_then(|spec| spec.resources.as_ref()?.requests.as_ref());
    let why = match requests.and_then(|requests| requests.get("storage")) {
        None => "is missing".to_owned(),
        Some(Quantity(size)) => match text::amount(size) {
            None => format!("is `{size}`, which is no size"),
            Some(amount) if amount <= 0.0 => format!("is `{size}`"),
            Some(_) => return,
        },
    };
    let help = "write how large it is, as in `resources: {requests: {storage: 10Gi}}`";
    tell.refused(&format!("{path}.resources.requests.storage"), &why, help);
}

fn is_for_one_node(claim: &Object) -> bool {
    let one = |claim: &PersistentVolumeClaim| {
        let modes = claim.spec.as_ref().and_then(|spec| spec.access_modes.as_ref());
        modes.is_some_and(|modes| modes.iter().all(|mode| mode.starts_with("ReadWriteOnce")))
    };
    match &claim.body {
        Body::PersistentVolumeClaim(claim) => one(claim),
        Body::Value(value) => {
            PersistentVolumeClaim::deserialize(&**value).is_ok_and(|claim| one(&claim))
        }
        _ => false,
    }
}
