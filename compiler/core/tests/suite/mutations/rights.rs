//! What Traefik may read: roles, bindings, accounts. Without one of them it
//! serves nothing at all. And labels of namespaces.

use jtc_core::proof::trail::Step;
use serde_json::{Value, json};

use super::Must;
use super::scene::{Emitted, Maker, breaks, list};

/// The rights of every Traefik.
pub(super) fn make(made: &mut Maker<'_>) {
    made.family = "rights";
    for role in made.kind("Role") {
        made.harmless(role);
        if role.name() == "traefik" {
            self::role(made, role);
        }
    }
    for binding in made.kind("RoleBinding") {
        made.harmless(binding);
        if binding.name() == "traefik" {
            self::binding(made, binding);
        }
    }
    for account in made.kind("ServiceAccount") {
        made.harmless(account);
        // What the pods say themselves counts.
        made.edit(account, "another word on tokens", Must::Nothing, |body| {
            body["automountServiceAccountToken"] = true.into();
        });
    }
    made.family = "Namespace";
    for namespace in made.kind("Namespace") {
        made.harmless(namespace);
        made.edit(namespace, "another app label", Must::Nothing, |body| {
            body["metadata"]["labels"]["app"] = "renamed".into();
        });
    }
}

fn role(made: &mut Maker<'_>, role: Emitted<'_>) {
    let seen = made.remote(role.namespace(), None);
    let blind = || breaks(seen.clone(), Step::Access, []);
    made.delete(role, blind());
    made.edit(role, "another name", blind(), |body| {
        body["metadata"]["name"] = "renamed".into();
    });
    let other = made.other_namespace(role.namespace()).to_owned();
    made.edit(role, "another namespace", blind(), |body| {
        body["metadata"]["namespace"] = other.into();
        body["metadata"]["name"] = "moved".into();
    });
    made.edit(role, "its rules the other way round", Must::Nothing, |body| {
        body["rules"].as_array_mut().expect("rules").reverse();
    });
    for (index, rule) in list(role.body, "/rules").iter().enumerate() {
        let group = rule["apiGroups"][0].as_str().expect("a group").to_owned();
        let what = |what: &str| format!("rule for `{group}`: {what}");
        made.edit(role, &what("gone"), blind(), |body| {
            body["rules"].as_array_mut().expect("rules").remove(index);
        });
        made.edit(role, &what("of another group"), blind(), |body| {
            body["rules"][index]["apiGroups"] = json!(["example.org"]);
        });
        made.edit(role, &what("of any group"), Must::Open, |body| {
            body["rules"][index]["apiGroups"] = json!(["*"]);
        });
        made.edit(role, &what("any resource"), Must::Open, |body| {
            body["rules"][index]["resources"] = json!(["*"]);
        });
        made.edit(role, &what("may do anything"), Must::Open, |body| {
            body["rules"][index]["verbs"] = json!(["*"]);
        });
        // A list of all can't be had of single names.
        made.edit(role, &what("one object only"), blind(), |body| {
            body["rules"][index]["resourceNames"] = json!(["traefik"]);
        });
        for (at, resource) in list(rule, "/resources").iter().enumerate() {
            made.edit(role, &what(&format!("without {resource}")), blind(), |body| {
                body["rules"][index]["resources"].as_array_mut().expect("resources").remove(at);
            });
        }
        for verb in list(rule, "/verbs") {
            // It lists and watches; single objects it never asks for.
            let must = if verb == "get" { Must::Nothing } else { blind() };
            made.edit(role, &what(&format!("may not {verb}")), must, |body| {
                body["rules"][index]["verbs"]
                    .as_array_mut()
                    .expect("verbs")
                    .retain(|it| it != verb);
            });
        }
        let mut halves = [rule.clone(), rule.clone()];
        let resources = list(rule, "/resources");
        if resources.len() > 1 {
            halves[0]["resources"] = Value::from(&resources[..1]);
            halves[1]["resources"] = Value::from(&resources[1..]);
            made.edit(role, &what("in two rules"), Must::Nothing, |body| {
                let rules = body["rules"].as_array_mut().expect("rules");
                rules.splice(index..=index, halves);
            });
        }
    }
}

fn binding(made: &mut Maker<'_>, binding: Emitted<'_>) {
    let seen = made.remote(binding.namespace(), None);
    let blind = || breaks(seen.clone(), Step::Access, []);
    made.delete(binding, blind());
    made.edit(binding, "another name", Must::Nothing, |body| {
        body["metadata"]["name"] = "renamed".into();
    });
    let other = made.other_namespace(binding.namespace()).to_owned();
    made.edit(binding, "another namespace", blind(), |body| {
        body["metadata"]["namespace"] = other.clone().into();
        body["metadata"]["name"] = "moved".into();
    });
    made.edit(binding, "another role", blind(), |body| {
        body["roleRef"]["name"] = "nobody".into();
    });
    made.edit(binding, "a role of the cluster", blind(), |body| {
        body["roleRef"]["kind"] = "ClusterRole".into();
    });
    made.edit(binding, "another account", blind(), |body| {
        body["subjects"][0]["name"] = "default".into();
    });
    made.edit(binding, "the account of another namespace", blind(), |body| {
        body["subjects"][0]["namespace"] = other.clone().into();
    });
    made.edit(binding, "nobody", blind(), |body| {
        body["subjects"] = json!([]);
    });
    made.edit(binding, "a user", blind(), |body| {
        body["subjects"][0] =
            json!({ "kind": "User", "name": "traefik", "apiGroup": "rbac.authorization.k8s.io" });
    });
    made.edit(binding, "another account before it", Must::Nothing, |body| {
        let first =
            json!({ "kind": "ServiceAccount", "name": "other", "namespace": binding.namespace() });
        body["subjects"].as_array_mut().expect("subjects").insert(0, first);
    });
}
