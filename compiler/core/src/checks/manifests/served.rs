//! API versions that are gone or never were.

use serde_json::Value;

use crate::diagnostics::{self as d, Report, meant};
use crate::model::object::Object;

/// API versions that are gone, the kind, and what took their place
/// (Kubernetes, "Deprecated API Migration Guide").
const REMOVED: [(&str, &str, &str); 12] = [
    ("extensions/v1beta1", "Deployment", "apps/v1"),
    ("extensions/v1beta1", "DaemonSet", "apps/v1"),
    ("extensions/v1beta1", "Ingress", "networking.k8s.io/v1"),
    ("apps/v1beta1", "Deployment", "apps/v1"),
    ("apps/v1beta2", "Deployment", "apps/v1"),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler", "autoscaling/v2"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "autoscaling/v2"),
    ("batch/v1beta1", "CronJob", "batch/v1"),
    ("policy/v1beta1", "PodDisruptionBudget", "policy/v1"),
    ("networking.k8s.io/v1beta1", "Ingress", "networking.k8s.io/v1"),
    ("rbac.authorization.k8s.io/v1beta1", "", "rbac.authorization.k8s.io/v1"),
    ("traefik.containo.us/v1alpha1", "", "traefik.io/v1alpha1"),
];

/// What the groups serve that are Kubernetes' own and of which nobody can add
/// kinds, in all versions that the output is for (Kubernetes, "API Reference").
const SERVED: [(&str, &[&str]); 8] = [
    (
        "v1",
        &[
            "Binding",
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "List",
            "Namespace",
            "Node",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "Service",
            "ServiceAccount",
        ],
    ),
    ("apps/v1", &["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]),
    ("autoscaling/v1", &["HorizontalPodAutoscaler", "Scale"]),
    ("autoscaling/v2", &["HorizontalPodAutoscaler"]),
    ("batch/v1", &["CronJob", "Job"]),
    (
        "networking.k8s.io/v1",
        &["Ingress", "IngressClass", "IPAddress", "NetworkPolicy", "ServiceCIDR"],
    ),
    ("policy/v1", &["Eviction", "PodDisruptionBudget"]),
    ("rbac.authorization.k8s.io/v1", &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]),
];

/// Whether some Kubernetes serves what an object says it is. Groups with a dot
/// may be anybody's; those without are Kubernetes' own
/// (`ValidateCustomResourceDefinition` wants a dot).
pub(super) fn check(object: &Object, value: &Value, report: &mut Report) -> bool {
    let api_version = value.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    let kind = object.id.kind.as_str();
    let removed =
        REMOVED.iter().find(|(old, of, _)| *old == api_version && (of.is_empty() || *of == kind));
    if let Some((old, _, new)) = removed {
        report.push(d::j0621_removed_api::diag(&object.id, object.source, old, new));
        return false;
    }
    let kinds = SERVED.iter().find(|(version, _)| *version == api_version).map(|(_, kinds)| *kinds);
    let own = group(api_version);
    let is_own = !own.contains('.') || SERVED.iter().any(|(version, _)| group(version) == own);
    // What isn't settled yet may be switched on.
    let is_new = api_version.contains("alpha") || api_version.contains("beta");
    if kinds.is_some_and(|kinds| kinds.contains(&kind)) || kinds.is_none() && (!is_own || is_new) {
        return true;
    }
    let elsewhere = SERVED.iter().rev().find(|(_, kinds)| kinds.contains(&kind));
    let instead = elsewhere.map(|(version, _)| (*version, kind)).or_else(|| {
        let (version, kinds) = SERVED.iter().rev().find(|(version, _)| group(version) == own)?;
        Some((*version, meant(kind, kinds.iter().copied())?))
    });
    report.push(d::j0621_removed_api::unknown(&object.id, object.source, api_version, instead));
    false
}

fn group(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}
