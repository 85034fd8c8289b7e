//! Fields of Kubernetes that take certain numbers alone.

use super::Tell;
use super::fields::{In, each};

/// Field, `[]` for each of a list, the least and the most
/// (Kubernetes, `pkg/apis/*/validation`).
type Numbers = (In, &'static str, i64, i64);

/// The most of what isn't bounded above.
const ANY: i64 = i64::MAX;
const LAST_PORT: i64 = 65_535;
/// The last number of a user or a group.
const LAST_ID: i64 = 2_147_483_647;
/// `0777`.
const ALL_MODES: i64 = 0o777;

const SCALED: &[&str] = &["Deployment", "StatefulSet", "ReplicaSet"];
const REVISED: &[&str] = &["Deployment", "DaemonSet"];
const STARTED: &[&str] = &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];

const NUMBERS: [Numbers; 60] = [
    (In::Kinds(&["Service"]), "spec.ports[].port", 1, LAST_PORT),
    (In::Kinds(&["Service"]), "spec.ports[].targetPort", 1, LAST_PORT),
    (In::Kinds(&["Service"]), "spec.sessionAffinityConfig.clientIP.timeoutSeconds", 1, 86_400),
    (In::Kinds(&["NetworkPolicy"]), "spec.ingress[].ports[].port", 1, LAST_PORT),
    (In::Kinds(&["NetworkPolicy"]), "spec.ingress[].ports[].endPort", 1, LAST_PORT),
    (In::Kinds(&["NetworkPolicy"]), "spec.egress[].ports[].port", 1, LAST_PORT),
    (In::Kinds(&["NetworkPolicy"]), "spec.egress[].ports[].endPort", 1, LAST_PORT),
    (In::Kinds(SCALED), "spec.replicas", 0, ANY),
    (In::Kinds(REVISED), "spec.revisionHistoryLimit", 0, ANY),
    (In::Kinds(STARTED), "spec.minReadySeconds", 0, ANY),
    (In::Kinds(&["CronJob"]), "spec.startingDeadlineSeconds", 0, ANY),
    (In::Kinds(&["CronJob"]), "spec.successfulJobsHistoryLimit", 0, ANY),
    (In::Kinds(&["CronJob"]), "spec.failedJobsHistoryLimit", 0, ANY),
    (In::Jobs, "activeDeadlineSeconds", 0, ANY),
    (In::Jobs, "backoffLimit", 0, ANY),
    (In::Jobs, "completions", 0, ANY),
    (In::Jobs, "parallelism", 0, ANY),
    (In::Jobs, "ttlSecondsAfterFinished", 0, ANY),
    (In::Pods, "activeDeadlineSeconds", 1, LAST_ID),
    (In::Pods, "securityContext.runAsUser", 0, LAST_ID),
    (In::Pods, "securityContext.runAsGroup", 0, LAST_ID),
    (In::Pods, "securityContext.fsGroup", 0, LAST_ID),
    (In::Pods, "securityContext.supplementalGroups[]", 0, LAST_ID),
    (In::Pods, "topologySpreadConstraints[].minDomains", 1, ANY),
    (In::Pods, "volumes[].secret.defaultMode", 0, ALL_MODES),
    (In::Pods, "volumes[].configMap.defaultMode", 0, ALL_MODES),
    (In::Pods, "volumes[].projected.defaultMode", 0, ALL_MODES),
    (
        In::Pods,
        "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight",
        1,
        100,
    ),
    (
        In::Pods,
        "affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight",
        1,
        100,
    ),
    (
        In::Pods,
        "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight",
        1,
        100,
    ),
    (In::Containers, "ports[].containerPort", 1, LAST_PORT),
    // None at all is 0.
    (In::Containers, "ports[].hostPort", 0, LAST_PORT),
    (In::Containers, "securityContext.runAsUser", 0, LAST_ID),
    (In::Containers, "securityContext.runAsGroup", 0, LAST_ID),
    (In::Containers, "lifecycle.preStop.httpGet.port", 1, LAST_PORT),
    (In::Containers, "lifecycle.postStart.httpGet.port", 1, LAST_PORT),
    (In::Containers, "livenessProbe.initialDelaySeconds", 0, ANY),
    (In::Containers, "livenessProbe.timeoutSeconds", 0, ANY),
    (In::Containers, "livenessProbe.periodSeconds", 0, ANY),
    (In::Containers, "livenessProbe.successThreshold", 0, ANY),
    (In::Containers, "livenessProbe.failureThreshold", 0, ANY),
    (In::Containers, "livenessProbe.httpGet.port", 1, LAST_PORT),
    (In::Containers, "livenessProbe.tcpSocket.port", 1, LAST_PORT),
    (In::Containers, "livenessProbe.grpc.port", 1, LAST_PORT),
    (In::Containers, "readinessProbe.initialDelaySeconds", 0, ANY),
    (In::Containers, "readinessProbe.timeoutSeconds", 0, ANY),
    (In::Containers, "readinessProbe.periodSeconds", 0, ANY),
    (In::Containers, "readinessProbe.successThreshold", 0, ANY),
    (In::Containers, "readinessProbe.failureThreshold", 0, ANY),
    (In::Containers, "readinessProbe.httpGet.port", 1, LAST_PORT),
    (In::Containers, "readinessProbe.tcpSocket.port", 1, LAST_PORT),
    (In::Containers, "readinessProbe.grpc.port", 1, LAST_PORT),
    (In::Containers, "startupProbe.initialDelaySeconds", 0, ANY),
    (In::Containers, "startupProbe.timeoutSeconds", 0, ANY),
    (In::Containers, "startupProbe.periodSeconds", 0, ANY),
    (In::Containers, "startupProbe.successThreshold", 0, ANY),
    (In::Containers, "startupProbe.failureThreshold", 0, ANY),
    (In::Containers, "startupProbe.httpGet.port", 1, LAST_PORT),
    (In::Containers, "startupProbe.tcpSocket.port", 1, LAST_PORT),
    (In::Containers, "startupProbe.grpc.port", 1, LAST_PORT),
];

/// Tells of other numbers; `makes_pods` says whether the object has a `spec` of pods.
pub(super) fn check(tell: &mut Tell<'_>, makes_pods: bool) {
    let mut strange: Vec<(String, i64, (i64, i64))> = Vec::new();
    for (place, field, least, most) in NUMBERS {
        each(tell, makes_pods, (place, field), &mut |path, value| {
            // What is no number is the name of a port, or told by its kind.
            let number = value.as_i64().filter(|number| !(least..=most).contains(number));
            strange.extend(number.map(|number| (path.to_owned(), number, (least, most))));
        });
    }
    for (path, number, (least, most)) in strange {
        let help = match most {
            ANY => format!("write {least} or more"),
            ALL_MODES => "write a mode from `0` to `0777`".to_owned(),
            most => format!("write a number from {least} to {most}"),
        };
        tell.refused(&path, &format!("is {number}"), &help);
    }
}
