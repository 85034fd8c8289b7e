//! Fields of Kubernetes that take certain words alone, letter by letter.

use serde_json::Value;

use super::{Tell, template};

/// Where fields of this table stand.
#[derive(Clone, Copy)]
enum In {
    /// In objects of these kinds.
    Kinds(&'static [&'static str]),
    /// In the `spec` of whatever makes pods.
    Pods,
    /// In each container of such a `spec`.
    Containers,
}

/// Field, `[]` for each of a list, and the words (Kubernetes, `pkg/apis/*/validation`).
type Words = (In, &'static str, &'static [&'static str]);

const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP"];

const WORDS: [Words; 24] = [
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
    (
        In::Kinds(&["PersistentVolumeClaim"]),
        "spec.accessModes[]",
        &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"],
    ),
    (In::Kinds(&["PersistentVolumeClaim"]), "spec.volumeMode", &["Filesystem", "Block"]),
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
    let kind = tell.object.id.kind.as_str().to_owned();
    let pods = format!("{}spec", template::path(&tell.object.id.kind));
    let mut strange: Vec<(String, String, &[&str])> = Vec::new();
    for (place, field, words) in WORDS {
        let paths = match place {
            In::Kinds(kinds) if kinds.contains(&&*kind) => vec![field.to_owned()],
            In::Pods if makes_pods => vec![format!("{pods}.{field}")],
            In::Containers if makes_pods => ["initContainers", "containers"]
                .map(|list| format!("{pods}.{list}[].{field}"))
                .to_vec(),
            In::Kinds(_) | In::Pods | In::Containers => continue,
        };
        for path in paths {
            each(tell.value, &path, &mut |path, value| {
                // An empty one is none at all.
                let word = value.as_str().filter(|word| !word.is_empty());
                if let Some(word) = word.filter(|word| !words.contains(word)) {
                    strange.push((path.to_owned(), word.to_owned(), words));
                }
            });
        }
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

/// Shows each value at a path, as in `spec.ports[].protocol`, with where it stands.
fn each(value: &Value, path: &str, see: &mut dyn FnMut(&str, &Value)) {
    go(value, "", path, see);
}

fn go(value: &Value, before: &str, path: &str, see: &mut dyn FnMut(&str, &Value)) {
    if path.is_empty() {
        return see(before, value);
    }
    let (field, rest) = path.split_once('.').unwrap_or((path, ""));
    let name = field.trim_end_matches("[]");
    let Some(own) = value.get(name) else { return };
    let here = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
    if name.len() == field.len() {
        return go(own, &here, rest, see);
    }
    for (index, item) in own.as_array().into_iter().flatten().enumerate() {
        go(item, &format!("{here}[{index}]"), rest, see);
    }
}
