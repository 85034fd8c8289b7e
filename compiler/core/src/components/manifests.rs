//! Hand-written objects.

use serde_json::Value;

use super::build::meta;
use super::program::Cx;
use crate::diagnostics::{self as d, Report};
use crate::model::object::{Body, Kind, Object, ObjectId, OtherKind};

/// The component that hand-written objects are part of.
pub const COMPONENT: &str = "manifest";

/// Kinds that belong to the cluster and not to a namespace.
const GLOBAL: [&str; 14] = [
    "Namespace",
    "Node",
    "PersistentVolume",
    "StorageClass",
    "PriorityClass",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "IngressClass",
    "RuntimeClass",
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
];

/// The objects that the namespace's `manifest` nodes name.
pub fn objects(cx: &Cx<'_>, report: &mut Report) -> Vec<Object> {
    let mut objects = Vec::new();
    for manifest in &cx.site.decl.manifests {
        for (span, value) in &manifest.objects {
            match object(cx, value) {
                Ok((id, body)) => objects.push(Object {
                    id,
                    source: *span,
                    component: COMPONENT.into(),
                    body,
                    needs: Vec::new(),
                }),
                Err(lacks) => {
                    report.push(d::j0601_not_an_object::diag(*span, manifest.span, lacks));
                }
            }
        }
    }
    objects
}

/// The object that a value is, or what it lacks to be one.
fn object(cx: &Cx<'_>, value: &Value) -> Result<(ObjectId, Body), &'static str> {
    let text = |pointer: &str| {
        value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
    };
    let api_version = text("/apiVersion").ok_or("apiVersion")?;
    let kind_name = text("/kind").ok_or("kind")?;
    let name = text("/metadata/name").ok_or("metadata.name")?;
    let kind = kind(api_version, kind_name);
    let mut body = value.clone();
    let id = if GLOBAL.contains(&kind_name) {
        ObjectId::global(kind, name)
    } else {
        let namespace = text("/metadata/namespace").unwrap_or(cx.site.name);
        if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("namespace".to_owned(), Value::from(namespace));
        }
        ObjectId::new(kind, namespace, name)
    };
    if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
        let labels =
            metadata.entry("labels").or_insert_with(|| Value::Object(serde_json::Map::new()));
        if let Some(labels) = labels.as_object_mut() {
            for (key, value) in meta::common_labels(&cx.world.topology.cluster) {
                labels.entry(key).or_insert_with(|| Value::from(value));
            }
        }
    }
    Ok((id, body.into()))
}

fn kind(api_version: &str, kind: &str) -> Kind {
    match (api_version, kind) {
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition") => Kind::Crd,
        ("v1", "Namespace") => Kind::Namespace,
        ("v1", "ResourceQuota") => Kind::ResourceQuota,
        ("v1", "ServiceAccount") => Kind::ServiceAccount,
        ("rbac.authorization.k8s.io/v1", "Role") => Kind::Role,
        ("rbac.authorization.k8s.io/v1", "RoleBinding") => Kind::RoleBinding,
        ("v1", "Secret") => Kind::Secret,
        ("v1", "ConfigMap") => Kind::ConfigMap,
        ("v1", "PersistentVolumeClaim") => Kind::PersistentVolumeClaim,
        ("networking.k8s.io/v1", "NetworkPolicy") => Kind::NetworkPolicy,
        ("v1", "Service") => Kind::Service,
        ("traefik.io/v1alpha1", "Middleware") => Kind::Middleware,
        ("apps/v1", "StatefulSet") => Kind::StatefulSet,
        ("batch/v1", "Job") => Kind::Job,
        ("apps/v1", "Deployment") => Kind::Deployment,
        ("batch/v1", "CronJob") => Kind::CronJob,
        ("autoscaling/v2", "HorizontalPodAutoscaler") => Kind::HorizontalPodAutoscaler,
        ("policy/v1", "PodDisruptionBudget") => Kind::PodDisruptionBudget,
        ("traefik.io/v1alpha1", "IngressRoute") => Kind::IngressRoute,
        ("traefik.io/v1alpha1", "IngressRouteUDP") => Kind::IngressRouteUdp,
        _ => Kind::Other(std::sync::Arc::new(OtherKind {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
        })),
    }
}
