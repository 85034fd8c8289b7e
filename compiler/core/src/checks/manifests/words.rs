//! Fields of Kubernetes that take certain words alone, letter by letter.

use super::Tell;
use super::fields::{In, each};

/// Field, `[]` for each of a list, and the words (Kubernetes, `pkg/apis/*/validation`).
type Words = (In, &'static str, &'static [&'static str]);

const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP"];
const ACCESS: &[&str] = &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];
const VOLUMES: &[&str] = &["Filesystem", "Block"];
const OPERATORS: &[&str] = &["In", "NotIn", "Exists", "DoesNotExist"];
const RESTARTS: &[&str] = &["Always", "OnFailure", "Never"];

const WORDS: [Words; 36] = [
    (
        In::Kinds(&["Service"]),
        "spec.type",
        &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"],
    ),
    (In::Kinds(&["Service"]), "spec.sessionAffinity", &["None", "ClientIP"]),
    (In::Kinds(&["Service"]), "spec.externalTrafficPolicy", &["Cluster", "Local"]),
    (In::Kinds(&["Service"]), "spec.internalTrafficPolicy", &["Cluster", "Local"]),
    (In::Kinds(&["Service"]), "spec.ports[].protocol", PROTOCOLS),
    (In::Kinds(&["NetworkPolicy"]), "spec.policyTypes[]", &["Ingress", "Egress"]),
    (In::Kinds(&["NetworkPolicy"]), "spec.ingress[].ports[].protocol", PROTOCOLS),
    (In::Kinds(&["NetworkPolicy"]), "spec.egress[].ports[].protocol", PROTOCOLS),
    (In::Kinds(&["Deployment"]), "spec.strategy.type", &["RollingUpdate", "Recreate"]),
    (
        In::Kinds(&["StatefulSet", "DaemonSet"]),
        "spec.updateStrategy.type",
        &["RollingUpdate", "OnDelete"],
    ),
    (In::Kinds(&["StatefulSet"]), "spec.podManagementPolicy", &["OrderedReady", "Parallel"]),
    (In::Kinds(&["CronJob"]), "spec.concurrencyPolicy", &["Allow", "Forbid", "Replace"]),
    (In::Kinds(&["PersistentVolumeClaim"]), "spec.accessModes[]", ACCESS),
    (In::Kinds(&["PersistentVolumeClaim"]), "spec.volumeMode", VOLUMES),
    (In::Kinds(&["StatefulSet"]), "spec.volumeClaimTemplates[].spec.accessModes[]", ACCESS),
    (In::Kinds(&["StatefulSet"]), "spec.volumeClaimTemplates[].spec.volumeMode", VOLUMES),
    (
        In::Kinds(&["Service"]),
        "spec.ipFamilyPolicy",
        &["SingleStack", "PreferDualStack", "RequireDualStack"],
    ),
    (In::Kinds(&["Service"]), "spec.ipFamilies[]", &["IPv4", "IPv6"]),
    (In::Kinds(&["NetworkPolicy"]), "spec.podSelector.matchExpressions[].operator", OPERATORS),
    (
        In::Kinds(&["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "PodDisruptionBudget"]),
        "spec.selector.matchExpressions[].operator",
        OPERATORS,
    ),
    (In::Kinds(&["Pod"]), "spec.restartPolicy", RESTARTS),
    (In::Jobs, "completionMode", &["NonIndexed", "Indexed"]),
    (In::Pods, "tolerations[].operator", &["Exists", "Equal", "Lt", "Gt"]),
    (In::Pods, "topologySpreadConstraints[].nodeAffinityPolicy", &["Honor", "Ignore"]),
    (In::Pods, "topologySpreadConstraints[].nodeTaintsPolicy", &["Honor", "Ignore"]),
    (
        In::Containers,
        "volumeMounts[].mountPropagation",
        &["None", "HostToContainer", "Bidirectional"],
    ),
    (In::Pods, "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    (In::Pods, "preemptionPolicy", &["PreemptLowerPriority", "Never"]),
    (In::Pods, "tolerations[].effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]),
    (
        In::Pods,
        "topologySpreadConstraints[].whenUnsatisfiable",
        &["DoNotSchedule", "ScheduleAnyway"],
    ),
    (In::Containers, "imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    (In::Containers, "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]),
    (In::Containers, "ports[].protocol", PROTOCOLS),
    (In::Containers, "livenessProbe.httpGet.scheme", &["HTTP", "HTTPS"]),
    (In::Containers, "readinessProbe.httpGet.scheme", &["HTTP", "HTTPS"]),
    (In::Containers, "startupProbe.httpGet.scheme", &["HTTP", "HTTPS"]),
];

/// Tells of other words; `makes_pods` says whether the object has a `spec` of pods.
pub(super) fn check(tell: &mut Tell<'_>, makes_pods: bool) {
    let mut strange: Vec<(String, String, &[&str])> = Vec::new();
    for (place, field, words) in WORDS {
        each(tell, makes_pods, (place, field), &mut |path, value| {
            // An empty one is none at all.
            let word = value.as_str().filter(|word| !word.is_empty());
            if let Some(word) = word.filter(|word| !words.contains(word)) {
                strange.push((path.to_owned(), word.to_owned(), words));
            }
        });
    }
    for (path, word, words) in strange {
        let near = words.iter().find(|known| known.eq_ignore_ascii_case(&word));
        let help = match near {
            Some(near) => format!("write `{near}`: upper and lower case count"),
            None => format!("write one of `{}`", words.join("`, `")),
        };
        tell.refused(&path, &format!("is `{word}`"), &help);
    }
}
