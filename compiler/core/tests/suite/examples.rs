//! The examples compile without a warning, read as promised, and come out in
//! an order in which nothing refers to what isn't there yet.
//!
//! References are looked for in the objects by the names of Kubernetes' own
//! fields, not in the compiler's graph, so that an edge it forgot is seen.

use std::collections::{BTreeMap, BTreeSet};

use jtc_core::checks::pod_security::{Pod, faults};
use jtc_core::emit::Format;
use jtc_core::model::declared::PodSecurity;
use k8s_openapi::api::core::v1::PodTemplateSpec;
use serde_json::Value;

use crate::support::{Example, examples, plain};

/// An object that came out.
struct Object {
    wave: u32,
    kind: String,
    namespace: String,
    name: String,
    body: Value,
}

impl Object {
    fn title(&self) -> String {
        format!("{} {}/{} in wave {}", self.kind, self.namespace, self.name, self.wave)
    }

    /// The pod template, where it has one.
    fn pod(&self) -> Option<&Value> {
        match self.kind.as_str() {
            "CronJob" => self.body.pointer("/spec/jobTemplate/spec/template"),
            "Deployment" | "StatefulSet" | "Job" => self.body.pointer("/spec/template"),
            _ => None,
        }
    }
}

fn objects(example: &Example) -> Vec<Object> {
    let analysis = example.analysis();
    assert_eq!(plain(&analysis), "", "{} does not compile without a word", example.root());
    let documents = analysis.emit(Format::Json).expect("a topology without errors has output");
    documents
        .iter()
        .map(|document| {
            let body: Value = serde_json::from_str(&document.text).expect("an object is JSON");
            let text = |pointer: &str| {
                body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            let (kind, name) = (text("/kind"), text("/metadata/name"));
            let namespace = text("/metadata/namespace");
            Object { wave: document.wave, kind, namespace, name, body }
        })
        .collect()
}

#[test]
fn the_examples_that_are_promised_are_there() {
    let names: BTreeSet<String> = examples().into_iter().map(|example| example.name).collect();
    for name in [
        "minimal",
        "two-versions",
        "research",
        "2022",
        "hot-deploy",
        "every-dialect",
        "three-node-elastic",
        "workloads",
    ] {
        assert!(names.contains(name), "there is no examples/{name}.kdl");
    }
}

#[test]
fn each_begins_with_what_it_shows() {
    for example in examples() {
        let first = example.text().lines().next().unwrap_or_default();
        assert!(first.starts_with("// "), "{} begins with `{first}`", example.root());
    }
}

/// Every field of a pod that names an object that must be there before.
fn wanted(object: &Object) -> Vec<(&'static str, String)> {
    let mut wanted = Vec::new();
    let Some(pod) = object.pod().and_then(|pod| pod.get("spec")) else { return wanted };
    let mut want = |kind, name: Option<&Value>| {
        if let Some(name) = name.and_then(Value::as_str) {
            wanted.push((kind, name.to_owned()));
        }
    };
    want("ServiceAccount", pod.get("serviceAccountName"));
    for volume in list(pod, "/volumes") {
        want("ConfigMap", volume.pointer("/configMap/name"));
        want("PersistentVolumeClaim", volume.pointer("/persistentVolumeClaim/claimName"));
    }
    for container in list(pod, "/containers").iter().chain(list(pod, "/initContainers")) {
        for source in list(container, "/envFrom") {
            want("ConfigMap", source.pointer("/configMapRef/name"));
        }
        for variable in list(container, "/env") {
            want("ConfigMap", variable.pointer("/valueFrom/configMapKeyRef/name"));
        }
    }
    wanted
}

/// What an object that isn't a program names.
fn named(object: &Object) -> Vec<(&'static str, String)> {
    let mut wanted = Vec::new();
    let mut want = |kind, name: Option<&Value>| {
        if let Some(name) = name.and_then(Value::as_str) {
            wanted.push((kind, name.to_owned()));
        }
    };
    let body = &object.body;
    match object.kind.as_str() {
        "RoleBinding" => {
            want("Role", body.pointer("/roleRef/name"));
            for subject in list(body, "/subjects") {
                want("ServiceAccount", subject.get("name"));
            }
        }
        "HorizontalPodAutoscaler" => want("Deployment", body.pointer("/spec/scaleTargetRef/name")),
        "StatefulSet" => want("Service", body.pointer("/spec/serviceName")),
        "IngressRoute" | "IngressRouteUDP" | "IngressRouteTCP" => {
            for route in list(body, "/spec/routes") {
                for service in list(route, "/services") {
                    want("Service", service.get("name"));
                }
                for middleware in list(route, "/middlewares") {
                    want("Middleware", middleware.get("name"));
                }
            }
        }
        _ => {}
    }
    wanted
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[test]
fn nothing_refers_to_what_is_not_there_yet() {
    for example in examples() {
        let objects = objects(&example);
        let wave_of: BTreeMap<(&str, &str, &str), u32> = objects
            .iter()
            .map(|object| ((&*object.kind, &*object.namespace, &*object.name), object.wave))
            .collect();
        assert_eq!(wave_of.len(), objects.len(), "{}: two objects of one name", example.name);
        let before = |object: &Object, kind: &str, namespace: &str, name: &str| {
            let wave = wave_of.get(&(kind, namespace, name));
            assert!(
                wave.is_some_and(|wave| *wave < object.wave),
                "{}: {} needs {kind} {namespace}/{name}, which is in wave {wave:?}",
                example.name,
                object.title()
            );
        };
        for object in &objects {
            if !object.namespace.is_empty() {
                before(object, "Namespace", "", &object.namespace);
            }
            for (kind, name) in wanted(object).into_iter().chain(named(object)) {
                before(object, kind, &object.namespace, &name);
            }
            let group = object.body.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
            if group.starts_with("traefik.io/") {
                let plural = format!("{}s.traefik.io", object.kind.to_lowercase());
                before(object, "CustomResourceDefinition", "", &plural);
            }
            // An alias leads to a Service of another namespace.
            let external = object.body.pointer("/spec/externalName").and_then(Value::as_str);
            if let Some((service, rest)) = external.and_then(|name| name.split_once('.')) {
                let namespace = rest.split('.').next().unwrap_or_default();
                before(object, "Service", namespace, service);
            }
        }
    }
}

#[test]
fn services_and_policies_select_pods_that_are_there() {
    for example in examples() {
        let objects = objects(&example);
        let pods: BTreeSet<(&str, &str)> = objects
            .iter()
            .filter_map(|object| {
                let app = object.pod()?.pointer("/metadata/labels/app")?.as_str()?;
                Some((&*object.namespace, app))
            })
            .collect();
        for object in &objects {
            let pointer = match object.kind.as_str() {
                "Service" => "/spec/selector/app",
                "NetworkPolicy" => "/spec/podSelector/matchLabels/app",
                "PodDisruptionBudget" => "/spec/selector/matchLabels/app",
                _ => continue,
            };
            if let Some(app) = object.body.pointer(pointer).and_then(Value::as_str) {
                let selected = pods.contains(&(&*object.namespace, app));
                assert!(selected, "{}: {} selects no pod", example.name, object.title());
            }
        }
    }
}

/// A conversation that one end allows and the other doesn't is silence.
#[test]
fn what_may_be_said_may_be_heard() {
    for example in examples() {
        let objects = objects(&example);
        let policies: Vec<&Object> =
            objects.iter().filter(|object| object.kind == "NetworkPolicy").collect();
        for from in &policies {
            let app =
                from.body.pointer("/spec/podSelector/matchLabels/app").and_then(Value::as_str);
            let Some(app) = app else { continue };
            for rule in list(&from.body, "/spec/egress") {
                for (namespace, peer) in peers(rule, "/to", &from.namespace) {
                    if namespace == "kube-system" {
                        continue;
                    }
                    let heard = policies.iter().any(|policy| {
                        policy.namespace == namespace
                            && selects(policy, &peer)
                            && list(&policy.body, "/spec/ingress").iter().any(|ingress| {
                                peers(ingress, "/from", &policy.namespace)
                                    .contains(&(from.namespace.clone(), app.to_owned()))
                                    && ports(ingress).is_superset(&ports(rule))
                            })
                    });
                    let title = from.title();
                    assert!(
                        heard,
                        "{}: {title} may talk to {namespace}/{peer}, who does not listen",
                        example.name
                    );
                }
            }
        }
    }
}

fn selects(policy: &Object, app: &str) -> bool {
    policy.body.pointer("/spec/podSelector/matchLabels/app").and_then(Value::as_str) == Some(app)
}

/// Namespace and `app` of the pods that a rule names.
fn peers(rule: &Value, pointer: &str, own: &str) -> BTreeSet<(String, String)> {
    list(rule, pointer)
        .iter()
        .filter_map(|peer| {
            let app = peer.pointer("/podSelector/matchLabels/app").and_then(Value::as_str);
            let namespace =
                peer.pointer("/namespaceSelector/matchLabels/kubernetes.io~1metadata.name");
            let namespace = namespace.and_then(Value::as_str).unwrap_or(own);
            Some((namespace.to_owned(), app?.to_owned()))
        })
        .collect()
}

fn ports(rule: &Value) -> BTreeSet<String> {
    list(rule, "/ports").iter().map(Value::to_string).collect()
}

/// The same function that looks at hand-written pods.
#[test]
fn pods_pass_the_level_of_their_namespace() {
    let mut seen = 0;
    for example in examples() {
        let kubernetes = example.analysis().topology.cluster.kubernetes.value;
        let objects = objects(&example);
        let level_of = |namespace: &str| {
            let found = objects.iter().find(|o| o.kind == "Namespace" && o.name == namespace);
            let said = found.and_then(|namespace| {
                let labels = namespace.body.pointer("/metadata/labels")?;
                labels.get("pod-security.kubernetes.io/enforce")?.as_str()
            });
            match said {
                Some("restricted") => PodSecurity::Restricted,
                Some("baseline") => PodSecurity::Baseline,
                said => panic!("the level of {namespace} is {said:?}"),
            }
        };
        for object in &objects {
            let Some(template) = object.pod() else { continue };
            let template: PodTemplateSpec =
                serde_json::from_value(template.clone()).expect("a template");
            let spec = template.spec.as_ref().expect("a spec");
            let pod = Pod { meta: template.metadata.as_ref(), spec, path: "spec", kubernetes };
            let refused = faults(pod, level_of(&object.namespace));
            assert!(refused.is_empty(), "{}: {}: {refused:?}", example.name, object.title());
            let restricted = faults(pod, PodSecurity::Restricted);
            // The image of the oldest server starts as root.
            let root = spec.security_context.as_ref().and_then(|pod| pod.run_as_user) == Some(0);
            let old = root && object.name.starts_with("jobmon-server");
            assert_eq!(!restricted.is_empty(), old, "{}: {restricted:?}", object.title());
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} pods were seen");
}
