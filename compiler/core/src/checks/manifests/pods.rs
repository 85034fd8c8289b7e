//! What makes pods: its selector, its schedule, its containers, and what their
//! namespace lets them do.

use std::collections::BTreeSet;

use k8s_openapi::api::apps::v1::DeploymentSpec;
use k8s_openapi::api::core::v1::{PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize as _;

use super::{Tell, about, amounts, containers, disks, pod_fields, template};
use crate::checks::pod_security::{self, Pod};
use crate::checks::quotas;
use crate::components::build::pod::LOWEST_FREE_PORT;
use crate::components::program::Home;
use crate::components::site::Made;
use crate::diagnostics as d;
use crate::model::declared::PodSecurity;
use crate::model::hand_written::HandWritten;
use crate::model::object::Body;
use crate::model::resolved::World;
use crate::network::{Labels, Selector};
use crate::text;

pub(super) fn check(
    tell: &mut Tell<'_>,
    typed: &HandWritten,
    world: &World<'_>,
    (home, made): (&Home<'_>, &Made),
) {
    let Some(template) = template::of(typed) else {
        if tell.makes_pods() {
            tell.refused("spec", "is missing", "write its `spec`, with a `template` for its pods");
        }
        return;
    };
    selector(tell, template);
    if let HandWritten::Body(Body::CronJob(job)) = typed
        && let Some(spec) = &job.spec
    {
        tell.text(&text::CRON, "spec.schedule", &spec.schedule);
    }
    if let HandWritten::Body(Body::Deployment(deployment)) = typed
        && let Some(spec) = &deployment.spec
    {
        strategy(tell, spec);
        progress(tell, spec);
        disks::check(tell, spec, made);
    }
    let path = format!("{}spec", template::path(&tell.object.id.kind));
    let Some(spec) = &template.spec else {
        tell.refused(&path, "is missing", "write the `spec` of the pods, with their `containers`");
        return;
    };
    restarts(tell, &path, spec);
    low_ports(tell, &path, spec);
    pod_fields::check(tell, &path, spec);
    all_containers(tell, typed, &path, spec, (world, made));
    let level = about(world, tell.object)
        .and_then(|about| about.pod_security)
        .unwrap_or(home.cluster.pod_security);
    if level.value > PodSecurity::Privileged {
        let kubernetes = home.cluster.kubernetes.value;
        let pod = Pod { meta: template.metadata.as_ref(), spec, path: &path, kubernetes };
        let faults = pod_security::faults(pod, level.value);
        if !faults.is_empty() {
            tell.report.push(d::j0901_pod_security::manifest(tell.object, level, &faults));
        }
    }
}

impl Tell<'_> {
    /// Whether it is of a kind with a template of pods.
    fn makes_pods(&self) -> bool {
        let kind = self.object.id.kind.as_str();
        matches!(
            (self.value.get("apiVersion").and_then(serde_json::Value::as_str), kind),
            (Some("apps/v1"), "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
                | (Some("batch/v1"), "Job" | "CronJob")
        )
    }
}

/// A selector that the labels of the template don't match is refused; so is
/// none.
fn selector(tell: &mut Tell<'_>, template: &PodTemplateSpec) {
    let kind = tell.object.id.kind.as_str();
    if !matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") {
        return;
    }
    let value = tell.value.pointer("/spec/selector").filter(|value| !value.is_null());
    let selector = value.and_then(|value| LabelSelector::deserialize(value).ok());
    let labels = template.metadata.as_ref().and_then(|meta| meta.labels.as_ref());
    let read = selector.as_ref().map(Selector::new).unwrap_or_default();
    if read.is_everything() {
        tell.refused(
            "spec.selector",
            "is missing",
            "write `selector: {matchLabels: {app: NAME}}`, and `app: NAME` into the labels of the template",
        );
    } else if !read.selects(&labels.map(Labels::from).unwrap_or_default()) {
        let wanted = selector.iter().flat_map(|selector| selector.match_labels.iter().flatten());
        let lacks: Vec<String> = wanted
            .filter(|(key, value)| labels.and_then(|labels| labels.get(*key)) != Some(*value))
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        tell.report.push(d::j0624_selector::diag(tell.object, &lacks));
    }
}

/// Ways to change pods that go with each other.
fn strategy(tell: &mut Tell<'_>, spec: &DeploymentSpec) {
    let Some(strategy) = &spec.strategy else { return };
    let Some(rolling) = &strategy.rolling_update else { return };
    if strategy.type_.as_deref() == Some("Recreate") {
        tell.refused(
            "spec.strategy.rollingUpdate",
            "can't stand beside `type: Recreate`",
            "take one of the two out",
        );
    }
    let none = |bound: &Option<IntOrString>| match bound {
        Some(IntOrString::Int(number)) => *number == 0,
        Some(IntOrString::String(share)) => share.trim_end_matches('%') == "0",
        None => false,
    };
    if none(&rolling.max_surge) && none(&rolling.max_unavailable) {
        tell.refused(
            "spec.strategy.rollingUpdate",
            "has 0 for both `maxSurge` and `maxUnavailable`",
            "let one of them be 1: else no pod could ever be changed",
        );
    }
}

/// A change that isn't done within its time, before any of its pods counts.
fn progress(tell: &mut Tell<'_>, spec: &DeploymentSpec) {
    // The API server's own, where nothing is said.
    let deadline = spec.progress_deadline_seconds.unwrap_or(600);
    let ready = spec.min_ready_seconds.unwrap_or(0);
    if deadline <= ready {
        tell.refused(
            "spec.progressDeadlineSeconds",
            &format!("is {deadline}, and `minReadySeconds` is {ready}"),
            "write more seconds than `minReadySeconds` has",
        );
    }
}

/// A port below 1024 in a container that isn't root: some runtimes let nobody
/// else listen there (CRI-O, containerd before 2.0).
fn low_ports(tell: &mut Tell<'_>, path: &str, spec: &PodSpec) {
    let pod = spec.security_context.as_ref();
    let mut sysctls = pod.iter().flat_map(|pod| pod.sysctls.iter().flatten());
    if spec.host_network == Some(true) || sysctls.any(|sysctl| sysctl.name == LOWEST_FREE_PORT) {
        return;
    }
    for (index, container) in spec.containers.iter().enumerate() {
        let own = container.security_context.as_ref();
        let user = own.and_then(|own| own.run_as_user).or(pod.and_then(|pod| pod.run_as_user));
        let not_root =
            own.and_then(|own| own.run_as_non_root).or(pod.and_then(|pod| pod.run_as_non_root));
        if !user.map_or(not_root == Some(true), |user| user != 0) {
            continue;
        }
        let ports = container.ports.iter().flatten().map(|port| port.container_port);
        if let Some(port) = ports.filter(|port| (1..1024).contains(port)).min() {
            let path = format!("{path}.containers[{index}]");
            tell.report.push(d::j0630_low_port::diag(tell.object, &path, port));
        }
    }
}

/// When pods that have ended are started again.
fn restarts(tell: &mut Tell<'_>, path: &str, spec: &PodSpec) {
    let kind = tell.object.id.kind.as_str();
    let policy = spec.restart_policy.as_deref();
    let path = format!("{path}.restartPolicy");
    if matches!(kind, "Job" | "CronJob") {
        if !matches!(policy, Some("OnFailure" | "Never")) {
            let said = policy.unwrap_or("Always");
            let why = match policy {
                Some(_) => format!("is `{said}`"),
                None => "is missing, which means `Always`".to_owned(),
            };
            tell.refused(
                &path,
                &format!("{why}: a {kind} would never be done"),
                "write `restartPolicy: OnFailure`, or `Never`",
            );
        }
    } else if kind != "Pod"
        && let Some(policy) = policy.filter(|policy| *policy != "Always")
    {
        tell.refused(
            &path,
            &format!("is `{policy}`: the pods of a {kind} run all the time"),
            "take it out; what runs once is a Job",
        );
    }
}

fn all_containers(
    tell: &mut Tell<'_>,
    typed: &HandWritten,
    path: &str,
    spec: &PodSpec,
    (world, made): (&World<'_>, &Made),
) {
    if spec.containers.is_empty() {
        tell.refused(
            &format!("{path}.containers"),
            "is empty",
            "write at least one, as in `containers: [{name: app, image: \"example/app:1\"}]`",
        );
    }
    let mut claims: Vec<&str> = Vec::new();
    if let HandWritten::Body(Body::StatefulSet(set)) = typed {
        let templates =
            set.spec.iter().flat_map(|spec| spec.volume_claim_templates.iter().flatten());
        claims.extend(templates.filter_map(|claim| claim.metadata.name.as_deref()));
    }
    if let Some(resources) = &spec.resources {
        amounts::check(tell, &format!("{path}.resources"), resources);
    }
    let declared = about(world, tell.object).and_then(|about| about.quota.as_ref());
    let namespace = tell.object.id.namespace.as_deref().unwrap_or_default();
    // A LimitRange adds what containers don't say, and a pod may say it for all.
    let said = spec.resources.is_some() || quotas::is_said_for_all(made, namespace);
    let quotas = if said { Vec::new() } else { quotas::of(declared, made, namespace) };
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let lists = [
        ("initContainers", spec.init_containers.as_deref().unwrap_or_default()),
        ("containers", spec.containers.as_slice()),
    ];
    for (list, all) in lists {
        for (index, container) in all.iter().enumerate() {
            let path = format!("{path}.{list}[{index}]");
            containers::check(tell, &path, container, spec, &claims);
            if list == "initContainers" {
                containers::before_others(tell, &path, container);
            }
            for quota in &quotas {
                amounts::quota(tell, &path, container, quota);
            }
            if !names.insert(&container.name) {
                tell.refused(
                    &format!("{path}.name"),
                    &format!("is `{}`, which another container of the pod has", container.name),
                    "give each container a name of its own",
                );
            }
        }
    }
}
