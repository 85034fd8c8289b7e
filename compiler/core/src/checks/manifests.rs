//! Rules for hand-written objects: what the API server would refuse.

use serde_json::Value;

use crate::components::manifests;
use crate::components::program::Home;
use crate::components::site::Made;
use crate::diagnostics::{self as d, Report};
use crate::model::declared::PodSecurity;
use crate::model::object::{Body, Object};
use crate::model::resolved::World;

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

/// Checks the hand-written objects of a namespace.
pub fn check(world: &World<'_>, home: &Home<'_>, made: &Made, report: &mut Report) {
    for object in &made.objects {
        if &*object.component != manifests::COMPONENT {
            continue;
        }
        let Body::Value(value) = &object.body else { continue };
        version(object, value, report);
        namespace(world, object, report);
        pods(home, object, value, report);
    }
}

fn version(object: &Object, value: &Value, report: &mut Report) {
    let api_version = value.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    let kind = object.id.kind.as_str();
    let removed =
        REMOVED.iter().find(|(old, of, _)| *old == api_version && (of.is_empty() || *of == kind));
    if let Some((old, _, new)) = removed {
        report.push(d::j0621_removed_api::diag(&object.id, object.source, old, new));
    }
}

fn namespace(world: &World<'_>, object: &Object, report: &mut Report) {
    let Some(namespace) = object.id.namespace.as_deref() else { return };
    let reapers = world.topology.reapers.as_ref().map(|reapers| reapers.name.as_str());
    if !world.topology.namespaces.contains_key(namespace) && reapers != Some(namespace) {
        let known: Vec<&str> =
            world.topology.namespaces.keys().map(String::as_str).chain(reapers).collect();
        report.push(d::j0622_manifest_namespace::diag(&object.id, object.source, &known));
    }
}

/// Fields of a pod that the levels `baseline` and `restricted` refuse.
const HOST: [&str; 3] = ["hostNetwork", "hostPID", "hostIPC"];

fn pods(home: &Home<'_>, object: &Object, value: &Value, report: &mut Report) {
    if home.level == PodSecurity::Privileged {
        return;
    }
    let templates = ["/spec", "/spec/template/spec", "/spec/jobTemplate/spec/template/spec"];
    let spec = templates
        .iter()
        .filter_map(|path| value.pointer(path))
        .find(|spec| spec.get("containers").is_some());
    let Some(spec) = spec else { return };
    let mut refuse = |why: &str| {
        let name = object.id.to_string();
        let wanted = PodSecurity::Privileged;
        report.push(d::j0901_pod_security::diag(
            &name,
            object.source,
            home.level,
            home.level_at,
            why,
            wanted,
        ));
    };
    for field in HOST {
        if spec.get(field) == Some(&Value::Bool(true)) {
            refuse(&format!("it sets `{field}`"));
        }
    }
    let list = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    if list(spec, "volumes").iter().any(|volume| volume.get("hostPath").is_some()) {
        refuse("it mounts a folder of the node with `hostPath`");
    }
    for container in list(spec, "initContainers").iter().chain(&list(spec, "containers")) {
        if container.pointer("/securityContext/privileged") == Some(&Value::Bool(true)) {
            refuse("it is `privileged`");
        }
        if list(container, "ports").iter().any(|port| port.get("hostPort").is_some()) {
            refuse("it takes a `hostPort`");
        }
    }
}
