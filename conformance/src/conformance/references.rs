//! What an object refers to by name. Each has to exist before it.

use serde_json::Value;

use super::stream::Document;
use crate::cluster::discovery::{array, text};

/// What is expected of the object referred to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Only that it exists.
    Whole,
    /// A key of a `ConfigMap` or Secret.
    Key(String),
    /// A port of a Service, by name or number.
    Port(String),
    /// A TLS certificate and its key.
    Certificate,
    /// Users and the hashes of their passwords.
    Users,
    /// Credentials of an image registry.
    Registry,
}

/// A reference from one object to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    /// The kind referred to.
    pub(crate) kind: String,
    /// Its `apiVersion`.
    pub(crate) api_version: String,
    /// Its namespace, unless it is in none.
    pub(crate) namespace: Option<String>,
    /// Its name.
    pub(crate) name: String,
    /// What of it is meant.
    pub(crate) part: Part,
}

const RBAC: &str = "rbac.authorization.k8s.io/v1";
const TRAEFIK: &str = "traefik.io/v1alpha1";

/// Collects the references of one object.
struct Collector<'a> {
    namespace: Option<&'a str>,
    found: Vec<Reference>,
}

/// Every reference of an object to another that has to exist already.
pub(crate) fn of(document: &Document) -> Vec<Reference> {
    let mut collector = Collector { namespace: document.namespace(), found: Vec::new() };
    let value = &document.value;
    if let Some(namespace) = document.namespace() {
        collector.global("v1", "Namespace", namespace);
    }
    if let Some(spec) = pod_spec(value) {
        collector.pod(spec);
    }
    match document.kind() {
        "StatefulSet" => {
            collector.local("v1", "Service", text(value, "/spec/serviceName"), Part::Whole);
            for claim in array(value, "/spec/volumeClaimTemplates") {
                collector.storage_class(claim);
            }
        }
        "PersistentVolumeClaim" => collector.storage_class(value),
        "RoleBinding" | "ClusterRoleBinding" => collector.binding(value),
        "HorizontalPodAutoscaler" => {
            let target = |field: &str| text(value, &format!("/spec/scaleTargetRef/{field}"));
            collector.local(target("apiVersion"), target("kind"), target("name"), Part::Whole);
        }
        "IngressRoute" | "IngressRouteTCP" | "IngressRouteUDP" => collector.route(value),
        "Middleware" => collector.middleware(value),
        "Ingress" => collector.ingress(value),
        "Service" => collector.alias(value),
        _ => {}
    }
    collector.found.sort();
    collector.found.dedup();
    collector.found
}

/// The pod specification of a workload.
pub(crate) fn pod_spec(object: &Value) -> Option<&Value> {
    let pointer = match text(object, "/kind") {
        "Pod" => "/spec",
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => "/spec/template/spec",
        "CronJob" => "/spec/jobTemplate/spec/template/spec",
        _ => return None,
    };
    object.pointer(pointer)
}

/// The containers of a pod, those that run first included.
pub(crate) fn containers(spec: &Value) -> impl Iterator<Item = &Value> {
    array(spec, "/initContainers").iter().chain(array(spec, "/containers"))
}

fn is_optional(value: &Value) -> bool {
    value.pointer("/optional").and_then(Value::as_bool).unwrap_or(false)
}

impl Collector<'_> {
    fn add(&mut self, api: &str, kind: &str, namespace: Option<&str>, name: &str, part: Part) {
        if !name.is_empty() {
            self.found.push(Reference {
                kind: kind.to_owned(),
                api_version: api.to_owned(),
                namespace: namespace.map(str::to_owned),
                name: name.to_owned(),
                part,
            });
        }
    }

    fn local(&mut self, api: &str, kind: &str, name: &str, part: Part) {
        self.add(api, kind, self.namespace, name, part);
    }

    fn global(&mut self, api: &str, kind: &str, name: &str) {
        self.add(api, kind, None, name, Part::Whole);
    }

    fn storage_class(&mut self, claim: &Value) {
        self.global("storage.k8s.io/v1", "StorageClass", text(claim, "/spec/storageClassName"));
    }

    fn pod(&mut self, spec: &Value) {
        self.local("v1", "ServiceAccount", text(spec, "/serviceAccountName"), Part::Whole);
        self.global("scheduling.k8s.io/v1", "PriorityClass", text(spec, "/priorityClassName"));
        for pull in array(spec, "/imagePullSecrets") {
            self.local("v1", "Secret", text(pull, "/name"), Part::Registry);
        }
        for volume in array(spec, "/volumes") {
            self.volume(volume);
        }
        for container in containers(spec) {
            for variable in array(container, "/env") {
                self.keyed("Secret", variable.pointer("/valueFrom/secretKeyRef"));
                self.keyed("ConfigMap", variable.pointer("/valueFrom/configMapKeyRef"));
            }
            for source in array(container, "/envFrom") {
                self.whole("Secret", source.pointer("/secretRef"), "/name");
                self.whole("ConfigMap", source.pointer("/configMapRef"), "/name");
            }
        }
    }

    fn keyed(&mut self, kind: &str, selector: Option<&Value>) {
        if let Some(selector) = selector
            && !is_optional(selector)
        {
            let key = Part::Key(text(selector, "/key").to_owned());
            self.local("v1", kind, text(selector, "/name"), key);
        }
    }

    fn whole(&mut self, kind: &str, source: Option<&Value>, name: &str) {
        if let Some(source) = source
            && !is_optional(source)
        {
            self.local("v1", kind, text(source, name), Part::Whole);
            for item in array(source, "/items") {
                let key = Part::Key(text(item, "/key").to_owned());
                self.local("v1", kind, text(source, name), key);
            }
        }
    }

    fn volume(&mut self, volume: &Value) {
        let claim = text(volume, "/persistentVolumeClaim/claimName");
        self.local("v1", "PersistentVolumeClaim", claim, Part::Whole);
        self.whole("Secret", volume.pointer("/secret"), "/secretName");
        self.whole("ConfigMap", volume.pointer("/configMap"), "/name");
        for source in array(volume, "/projected/sources") {
            self.whole("Secret", source.pointer("/secret"), "/name");
            self.whole("ConfigMap", source.pointer("/configMap"), "/name");
        }
    }

    fn binding(&mut self, value: &Value) {
        let role = text(value, "/roleRef/name");
        match text(value, "/roleRef/kind") {
            "ClusterRole" => self.global(RBAC, "ClusterRole", role),
            kind => self.local(RBAC, kind, role, Part::Whole),
        }
        for subject in array(value, "/subjects") {
            if text(subject, "/kind") == "ServiceAccount" {
                let namespace = subject.pointer("/namespace").and_then(Value::as_str);
                let namespace = namespace.or(self.namespace);
                self.add("v1", "ServiceAccount", namespace, text(subject, "/name"), Part::Whole);
            }
        }
    }

    /// A Traefik object that may name a namespace of its own.
    fn traefik(&mut self, kind: &str, reference: &Value) {
        let namespace = reference.pointer("/namespace").and_then(Value::as_str);
        let namespace = namespace.or(self.namespace);
        self.add(TRAEFIK, kind, namespace, text(reference, "/name"), Part::Whole);
    }

    fn backend(&mut self, backend: &Value) {
        let name = text(backend, "/name");
        if text(backend, "/kind") == "TraefikService" {
            // `api@internal` and its like are Traefik's own.
            if !name.contains('@') {
                self.traefik("TraefikService", backend);
            }
            return;
        }
        let namespace = backend.pointer("/namespace").and_then(Value::as_str);
        let namespace = namespace.or(self.namespace);
        let port = match backend.pointer("/port") {
            Some(Value::String(port)) => Part::Port(port.clone()),
            Some(Value::Number(port)) => Part::Port(port.to_string()),
            _ => Part::Whole,
        };
        self.add("v1", "Service", namespace, name, port);
    }

    fn route(&mut self, value: &Value) {
        for route in array(value, "/spec/routes") {
            for backend in array(route, "/services") {
                self.backend(backend);
            }
            let kind = match text(value, "/kind") {
                "IngressRouteTCP" => "MiddlewareTCP",
                _ => "Middleware",
            };
            for middleware in array(route, "/middlewares") {
                self.traefik(kind, middleware);
            }
        }
        let secret = text(value, "/spec/tls/secretName");
        self.local("v1", "Secret", secret, Part::Certificate);
        if let Some(options) = value.pointer("/spec/tls/options") {
            self.traefik("TLSOption", options);
        }
    }

    fn middleware(&mut self, value: &Value) {
        for field in ["basicAuth", "digestAuth"] {
            let secret = text(value, &format!("/spec/{field}/secret"));
            self.local("v1", "Secret", secret, Part::Users);
        }
        for next in array(value, "/spec/chain/middlewares") {
            self.traefik("Middleware", next);
        }
        if let Some(backend) = value.pointer("/spec/errors/service") {
            self.backend(backend);
        }
    }

    fn ingress(&mut self, value: &Value) {
        for rule in array(value, "/spec/rules") {
            for path in array(rule, "/http/paths") {
                let service = text(path, "/backend/service/name");
                self.local("v1", "Service", service, Part::Whole);
            }
        }
        for tls in array(value, "/spec/tls") {
            self.local("v1", "Secret", text(tls, "/secretName"), Part::Certificate);
        }
    }

    /// A Service that is another name of a Service of this cluster.
    fn alias(&mut self, value: &Value) {
        let mut labels = text(value, "/spec/externalName").splitn(4, '.');
        if let (Some(name), Some(namespace), Some("svc"), Some(_)) =
            (labels.next(), labels.next(), labels.next(), labels.next())
        {
            self.add("v1", "Service", Some(namespace), name, Part::Whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, of};
    use crate::conformance::stream::parse;

    fn names(yaml: &str) -> Vec<String> {
        let stream = format!("# wave 1, from a.kdl:1\n{yaml}");
        let documents = parse(&stream).expect("the document is right");
        documents
            .iter()
            .flat_map(of)
            .map(|reference| {
                let part = match reference.part {
                    Part::Key(key) => format!("[{key}]"),
                    Part::Port(port) => format!(":{port}"),
                    _ => String::new(),
                };
                format!("{} {}{part}", reference.kind, reference.name)
            })
            .collect()
    }

    #[test]
    fn a_pod_refers_to_everything_it_mounts_and_reads() {
        let found = names(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: ns}, spec: \
             {template: {spec: {serviceAccountName: sa, volumes: [{name: v, configMap: {name: cm, \
             items: [{key: a, path: b}]}}, {name: o, secret: {secretName: s2, optional: true}}], \
             containers: [{name: c, env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: k}}}\
             ]}]}}}}",
        );
        let expected =
            ["ConfigMap cm", "ConfigMap cm[a]", "Namespace ns", "Secret s[k]", "ServiceAccount sa"];
        assert_eq!(found, expected);
    }

    #[test]
    fn routes_and_aliases_refer_to_services() {
        let route = names(
            "{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: r, namespace: \
             ns}, spec: {routes: [{services: [{name: web, port: http}], middlewares: [{name: m}]}]}}",
        );
        assert_eq!(route, ["Middleware m", "Namespace ns", "Service web:http"]);
        let alias = names(
            "{apiVersion: v1, kind: Service, metadata: {name: traefik-a, namespace: ns}, spec: \
             {type: ExternalName, externalName: traefik.a.svc.cluster.local}}",
        );
        assert_eq!(alias, ["Namespace ns", "Service traefik"]);
    }
}
