//! Rights that reach across namespaces: the Kubernetes API is a way around
//! Traefik, too.

use crate::diagnostics::{Report, closed as d};
use crate::network::{Right, RightRule, Subject};

/// Roles of every cluster that reach what is of namespaces (Kubernetes, "Using
/// RBAC Authorization", "User-facing roles").
const KNOWN_ROLES: [&str; 7] = [
    "cluster-admin",
    "admin",
    "edit",
    "view",
    "system:aggregate-to-admin",
    "system:aggregate-to-edit",
    "system:aggregate-to-view",
];

/// What is of the cluster itself (`kubectl api-resources --namespaced=false`),
/// and what controllers leave in namespaces about themselves. All else that is
/// of Kubernetes or Traefik is of a namespace, or leads into one as `nodes/proxy`
/// does.
const HARMLESS: [&str; 38] = [
    "apiservices",
    "certificatesigningrequests",
    "clustertrustbundles",
    "componentstatuses",
    "csidrivers",
    "csinodes",
    "customresourcedefinitions",
    "deviceclasses",
    "events",
    "flowschemas",
    "gatewayclasses",
    "ingressclasses",
    "ipaddresses",
    "leases",
    "localsubjectaccessreviews",
    "nodes",
    "nodes/healthz",
    "nodes/metrics",
    "nodes/stats",
    "persistentvolumes",
    "priorityclasses",
    "prioritylevelconfigurations",
    "resourceslices",
    "runtimeclasses",
    "selfsubjectaccessreviews",
    "selfsubjectreviews",
    "selfsubjectrulesreviews",
    "servicecidrs",
    "storageclasses",
    "subjectaccessreviews",
    "tokenreviews",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "validatingwebhookconfigurations",
    "volumeattachments",
    "volumeattributesclasses",
    "volumesnapshotclasses",
    "volumesnapshotcontents",
];

/// What is of the cluster and may be read: who changes it gets at what is of
/// namespaces.
const READABLE: [&str; 6] = [
    "clusterrolebindings",
    "clusterroles",
    "mutatingadmissionpolicies",
    "mutatingadmissionpolicybindings",
    "mutatingwebhookconfigurations",
    "namespaces",
];

/// Reports a binding that gives rights in another namespace, or in all.
pub(super) fn check(name: &str, right: &Right, report: &mut Report) {
    if right.everywhere {
        let Some(subject) = right.subjects.first() else { return };
        let what = match &right.rules {
            Some(rules) => match rules.iter().find_map(across) {
                Some("*") => "everything".to_owned(),
                Some(resource) => format!("`{resource}`"),
                None => return,
            },
            None if KNOWN_ROLES.contains(&right.role.as_str()) => {
                format!("what `{}` allows", right.role)
            }
            None => return,
        };
        let clause = format!("gives {} rights to {what} in every namespace", whose(subject));
        report.push(d::reads(
            &right.binding,
            &clause,
            "use a Role and a RoleBinding of the namespace, or `permissions` inside the workload",
        ));
        return;
    }
    let foreign = |subject: &&Subject| match subject {
        Subject::Account(home, _) | Subject::AccountsOf(home) => home != name,
        Subject::Everybody(_) => true,
    };
    let Some(subject) = right.subjects.iter().find(foreign) else { return };
    let clause = match subject {
        Subject::Everybody(_) => {
            format!("gives {} rights in `{name}`, also from other namespaces", whose(subject))
        }
        _ => format!("gives {} rights in `{name}`, which is another namespace", whose(subject)),
    };
    report.push(d::reads(
        &right.binding,
        &clause,
        "name accounts of the same namespace; what is needed from another is asked through the Traefik there, with `connect`",
    ));
}

fn whose(subject: &Subject) -> String {
    match subject {
        Subject::Account(namespace, account) => format!("the account `{account}` of `{namespace}`"),
        Subject::AccountsOf(namespace) => format!("all accounts of `{namespace}`"),
        Subject::Everybody(name) => format!("all that are `{name}`"),
    }
}

/// The first resource of a rule that is of namespaces, or leads into them.
fn across(rule: &RightRule) -> Option<&str> {
    if !rule.groups.iter().any(|group| is_known(group)) || rule.verbs.is_empty() {
        return None;
    }
    let reads = rule.verbs.iter().all(|verb| ["get", "list", "watch"].contains(&&**verb));
    rule.resources.iter().map(|resource| &**resource).find(|resource| {
        let whole = resource
            .strip_suffix("/status")
            .or_else(|| resource.strip_suffix("/finalizers"))
            .unwrap_or(resource);
        let harmless = HARMLESS.contains(&whole) || reads && READABLE.contains(&whole);
        !harmless
    })
}

/// Whether a group is of Kubernetes or Traefik: of the resources of others
/// nobody knows whose they are. Usage figures give nothing away.
fn is_known(group: &str) -> bool {
    let figures = group == "metrics.k8s.io" || group.ends_with(".metrics.k8s.io");
    !group.contains('.')
        || (group.ends_with(".k8s.io") && !figures)
        || ["traefik.io", "traefik.containo.us"].contains(&group)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::across;
    use crate::network::RightRule;

    fn rule(group: &str, resource: &str, verb: &str) -> RightRule {
        let one = |text: &str| -> Vec<Arc<str>> { vec![text.into()] };
        RightRule {
            groups: one(group),
            resources: one(resource),
            verbs: one(verb),
            names: Vec::new(),
        }
    }

    #[test]
    fn what_is_of_namespaces_is_across() {
        for (group, resource, verb) in [
            ("", "secrets", "get"),
            ("*", "*", "*"),
            ("", "serviceaccounts/token", "create"),
            ("", "pods/attach", "create"),
            ("", "pods/proxy", "get"),
            ("", "*/log", "get"),
            ("", "persistentvolumeclaims", "get"),
            ("", "nodes/proxy", "get"),
            ("", "namespaces", "patch"),
            ("", "users", "impersonate"),
            ("apps", "statefulsets", "get"),
            ("apps", "deployments/scale", "update"),
            ("batch", "jobs", "create"),
            ("discovery.k8s.io", "endpointslices", "list"),
            ("networking.k8s.io", "networkpolicies", "delete"),
            ("rbac.authorization.k8s.io", "rolebindings", "create"),
            ("rbac.authorization.k8s.io", "clusterroles", "bind"),
            ("traefik.io", "middlewares", "get"),
        ] {
            assert_eq!(across(&rule(group, resource, verb)), Some(resource));
        }
    }

    #[test]
    fn what_is_of_the_cluster_is_not() {
        for (group, resource, verb) in [
            ("", "nodes", "get"),
            ("", "nodes/metrics", "get"),
            ("", "namespaces", "list"),
            ("", "events", "create"),
            ("", "persistentvolumes/status", "patch"),
            ("coordination.k8s.io", "leases", "update"),
            ("storage.k8s.io", "storageclasses", "watch"),
            ("authentication.k8s.io", "tokenreviews", "create"),
            ("rbac.authorization.k8s.io", "clusterroles", "get"),
            ("metrics.k8s.io", "pods", "list"),
            ("monitoring.coreos.com", "servicemonitors", "get"),
        ] {
            assert_eq!(across(&rule(group, resource, verb)), None, "{resource}");
        }
    }
}
