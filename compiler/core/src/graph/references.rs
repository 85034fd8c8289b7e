//! What an object refers to, read off its body.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec};
use k8s_openapi::api::networking::v1::Ingress;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::model::hand_written::{self, HandWritten, Misfit};
use crate::model::object::{Body, Kind, Object, Why};
use crate::resolve::CERTIFICATE_KEYS;
use crate::traefik_api;

/// A reference to another object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The kind of the other.
    pub(super) kind: Kind,
    /// Its namespace; that of the object without.
    pub(super) namespace: Option<String>,
    /// Its name.
    pub(super) name: String,
    /// Why the other comes first.
    pub(super) why: Why,
    /// The key that is read, of a Secret.
    pub(super) key: Option<String>,
    /// What Traefik takes from the Secret without naming a key.
    pub(super) wants: Option<Wants>,
}

/// What Traefik takes from a Secret, by keys that are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    /// Names and passwords, for `basicAuth`.
    Basic,
    /// The same for `digestAuth`.
    Digest,
    /// The certificate of an authority (`getCABlocks`, `pkg/provider/kubernetes/crd`).
    Authority {
        /// Whether the only key will do, whatever it is called (`loadCASecret`).
        only: bool,
    },
}

/// What can be read off an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// What it refers to.
    pub(super) references: Vec<Reference>,
    /// The labels of the pods it makes.
    pub(super) pods: Option<BTreeMap<String, String>>,
    /// The account its pods run as.
    pub(super) account: Option<String>,
    /// The pods it selects; an empty map selects all.
    pub(super) selects: Option<BTreeMap<String, String>>,
}

impl Facts {
    fn refer(&mut self, kind: Kind, name: impl Into<String>, why: Why) {
        self.references.push(Reference {
            kind,
            namespace: None,
            name: name.into(),
            why,
            key: None,
            wants: None,
        });
    }

    fn secret(&mut self, name: impl Into<String>, key: Option<String>) {
        self.reads(name.into(), key, None);
    }

    /// A Secret of which Traefik takes what it knows itself.
    fn wants(&mut self, name: impl Into<String>, wants: Wants) {
        self.reads(name.into(), None, Some(wants));
    }

    fn reads(&mut self, name: String, key: Option<String>, wants: Option<Wants>) {
        let (kind, why) = (Kind::Secret, Why::ReadsSecret);
        let reference = Reference { kind, namespace: None, name, why, key, wants };
        if !self.references.contains(&reference) {
            self.references.push(reference);
        }
    }

    /// A Secret of type `kubernetes.io/tls`.
    fn certificate(&mut self, name: &str) {
        for key in CERTIFICATE_KEYS {
            self.secret(name, Some(key.to_owned()));
        }
    }

    fn select(&mut self, selector: Option<&LabelSelector>) {
        self.selects =
            Some(selector.and_then(|selector| selector.match_labels.clone()).unwrap_or_default());
    }

    fn template(&mut self, template: &PodTemplateSpec) {
        let labels = template.metadata.as_ref().and_then(|meta| meta.labels.clone());
        self.pods = Some(labels.unwrap_or_default());
        if let Some(spec) = &template.spec {
            self.pod(spec);
        }
    }

    fn pod(&mut self, spec: &PodSpec) {
        self.account.clone_from(&spec.service_account_name);
        if let Some(account) = spec.service_account_name.as_ref().filter(|name| *name != "default")
        {
            self.refer(Kind::ServiceAccount, account.clone(), Why::ExistsBefore);
        }
        for secret in spec.image_pull_secrets.iter().flatten() {
            self.secret(secret.name.clone(), None);
        }
        for container in spec.init_containers.iter().flatten().chain(&spec.containers) {
            self.container(container);
        }
        for volume in spec.volumes.iter().flatten() {
            if let Some(config) = &volume.config_map
                && config.optional != Some(true)
            {
                self.refer(Kind::ConfigMap, config.name.clone(), Why::Mounts);
            }
            if let Some(claim) = &volume.persistent_volume_claim {
                self.refer(Kind::PersistentVolumeClaim, claim.claim_name.clone(), Why::Mounts);
            }
            if let Some(secret) = &volume.secret
                && let Some(name) = &secret.secret_name
                && secret.optional != Some(true)
            {
                self.secret(name.clone(), None);
            }
            for source in
                volume.projected.iter().flat_map(|projected| projected.sources.iter().flatten())
            {
                if let Some(config) =
                    source.config_map.as_ref().filter(|config| config.optional != Some(true))
                {
                    self.refer(Kind::ConfigMap, config.name.clone(), Why::Mounts);
                }
                if let Some(secret) =
                    source.secret.as_ref().filter(|secret| secret.optional != Some(true))
                {
                    self.secret(secret.name.clone(), None);
                }
            }
        }
    }

    fn container(&mut self, container: &Container) {
        for source in
            container.env.iter().flatten().filter_map(|variable| variable.value_from.as_ref())
        {
            if let Some(key) =
                source.secret_key_ref.as_ref().filter(|key| key.optional != Some(true))
            {
                self.secret(key.name.clone(), Some(key.key.clone()));
            }
            if let Some(key) =
                source.config_map_key_ref.as_ref().filter(|key| key.optional != Some(true))
            {
                self.refer(Kind::ConfigMap, key.name.clone(), Why::Mounts);
            }
        }
        for source in container.env_from.iter().flatten() {
            if let Some(config) =
                source.config_map_ref.as_ref().filter(|config| config.optional != Some(true))
            {
                self.refer(Kind::ConfigMap, config.name.clone(), Why::Mounts);
            }
            if let Some(secret) =
                source.secret_ref.as_ref().filter(|secret| secret.optional != Some(true))
            {
                self.secret(secret.name.clone(), None);
            }
        }
    }
}

/// Reads the facts off an object; an error says why a hand-written one isn't
/// what its kind says.
pub(super) fn facts(object: &Object) -> Result<Facts, Misfit> {
    if let Body::Value(value) = &object.body {
        return hand_written(object, value);
    }
    let mut facts = Facts::default();
    read(&object.body, &mut facts);
    Ok(facts)
}

fn read(body: &Body, facts: &mut Facts) {
    match body {
        Body::Deployment(body) => {
            if let Some(spec) = &body.spec {
                facts.template(&spec.template);
            }
        }
        Body::StatefulSet(body) => {
            if let Some(spec) = &body.spec {
                facts.template(&spec.template);
            }
        }
        Body::Job(body) => {
            if let Some(spec) = &body.spec {
                facts.template(&spec.template);
            }
        }
        Body::CronJob(body) => {
            if let Some(spec) = body.spec.as_ref().and_then(|spec| spec.job_template.spec.as_ref())
            {
                facts.template(&spec.template);
            }
        }
        Body::Service(body) => {
            let spec = body.spec.as_ref();
            if let Some(selector) = spec.and_then(|spec| spec.selector.clone()) {
                facts.selects = Some(selector);
            }
        }
        Body::NetworkPolicy(body) => {
            if let Some(spec) = &body.spec {
                facts.select(spec.pod_selector.as_ref());
            }
        }
        Body::PodDisruptionBudget(body) => {
            if let Some(spec) = &body.spec {
                facts.select(spec.selector.as_ref());
            }
        }
        Body::RoleBinding(body) => {
            if body.role_ref.kind == "Role" {
                facts.refer(Kind::Role, body.role_ref.name.clone(), Why::ExistsBefore);
            }
            for subject in
                body.subjects.iter().flatten().filter(|subject| subject.kind == "ServiceAccount")
            {
                facts.references.push(Reference {
                    kind: Kind::ServiceAccount,
                    namespace: subject.namespace.clone(),
                    name: subject.name.clone(),
                    why: Why::ExistsBefore,
                    key: None,
                    wants: None,
                });
            }
        }
        Body::HorizontalPodAutoscaler(body) => {
            if let Some(spec) = &body.spec {
                let kind = match spec.scale_target_ref.kind.as_str() {
                    "StatefulSet" => Kind::StatefulSet,
                    _ => Kind::Deployment,
                };
                facts.refer(kind, spec.scale_target_ref.name.clone(), Why::ExistsBefore);
            }
        }
        Body::IngressRoute(body) => {
            for route in &body.spec.routes {
                for service in &route.services {
                    facts.refer(Kind::Service, service.name.clone(), Why::RoutesTo);
                }
                for middleware in &route.middlewares {
                    facts.refer(Kind::Middleware, middleware.name.clone(), Why::ExistsBefore);
                }
            }
            if let Some(secret) = body.spec.tls.as_ref().and_then(|tls| tls.secret_name.clone()) {
                facts.certificate(&secret);
            }
        }
        Body::IngressRouteUdp(body) => {
            for service in body.spec.routes.iter().flat_map(|route| &route.services) {
                facts.refer(Kind::Service, service.name.clone(), Why::RoutesTo);
            }
        }
        Body::Namespace(_)
        | Body::ResourceQuota(_)
        | Body::ServiceAccount(_)
        | Body::Role(_)
        | Body::ConfigMap(_)
        | Body::PersistentVolumeClaim(_)
        | Body::Middleware(_)
        | Body::Value(_) => {}
    }
}

fn hand_written(object: &Object, value: &serde_json::Value) -> Result<Facts, Misfit> {
    if let Kind::IngressRoute | Kind::IngressRouteUdp = object.id.kind {
        return Ok(traefik(value));
    }
    let mut facts = Facts::default();
    let version = value.get("apiVersion").and_then(serde_json::Value::as_str);
    if version == Some(traefik_api::API_VERSION) {
        of_traefik(value, &mut facts);
    }
    if object.id.kind == Kind::Middleware {
        for (path, login) in
            [("/spec/basicAuth/secret", Wants::Basic), ("/spec/digestAuth/secret", Wants::Digest)]
        {
            if let Some(secret) = value.pointer(path).and_then(serde_json::Value::as_str) {
                facts.wants(secret, login);
            }
        }
        return Ok(facts);
    }
    if let Kind::Other(other) = &object.id.kind
        && (other.api_version.as_str(), other.kind.as_str()) == ("networking.k8s.io/v1", "Ingress")
    {
        ingress(&hand_written::exact(value)?, &mut facts);
        return Ok(facts);
    }
    match hand_written::read(&object.id.kind, value)? {
        HandWritten::Body(body) => {
            read(&body, &mut facts);
            if let Body::StatefulSet(body) = &body
                && let Some(service) =
                    body.spec.as_ref().and_then(|spec| spec.service_name.as_ref())
            {
                facts.refer(Kind::Service, service.clone(), Why::ExistsBefore);
            }
        }
        HandWritten::Pods(template) => facts.template(&template),
        HandWritten::Untyped => {}
    }
    Ok(facts)
}

/// A hand-written `Ingress`: the Services it leads to, and its certificates.
fn ingress(ingress: &Ingress, facts: &mut Facts) {
    let Some(spec) = &ingress.spec else { return };
    let paths = spec.rules.iter().flatten().filter_map(|rule| rule.http.as_ref());
    let backends = paths.flat_map(|http| &http.paths).map(|path| &path.backend);
    for backend in backends.chain(&spec.default_backend) {
        if let Some(service) = &backend.service {
            facts.refer(Kind::Service, service.name.clone(), Why::RoutesTo);
        }
    }
    for secret in spec.tls.iter().flatten().filter_map(|tls| tls.secret_name.as_ref()) {
        facts.certificate(secret);
    }
}

/// What Traefik's objects read beside routes: Secrets with certificates and passwords,
/// and `ConfigMap`s with certificates (`pkg/provider/kubernetes/crd/traefikio/v1alpha1`).
fn of_traefik(value: &serde_json::Value, facts: &mut Facts) {
    const AUTHORITIES: [(&str, Wants); 5] = [
        ("/spec/forwardAuth/tls/caSecret", Wants::Authority { only: true }),
        ("/spec/rateLimit/redis/tls/caSecret", Wants::Authority { only: true }),
        ("/spec/clientAuth/secretNames", Wants::Authority { only: false }),
        ("/spec/rootCAsSecrets", Wants::Authority { only: true }),
        ("/spec/tls/rootCAsSecrets", Wants::Authority { only: true }),
    ];
    const CERTIFICATES: [&str; 4] = [
        "/spec/forwardAuth/tls/certSecret",
        "/spec/rateLimit/redis/tls/certSecret",
        "/spec/certificatesSecrets",
        "/spec/tls/certificatesSecrets",
    ];
    let texts = |path: &str| -> Vec<&str> {
        let value = value.pointer(path);
        let one = value.map(std::slice::from_ref).unwrap_or_default();
        let all = value.and_then(serde_json::Value::as_array).map_or(one, Vec::as_slice);
        all.iter().filter_map(serde_json::Value::as_str).filter(|name| !name.is_empty()).collect()
    };
    for (path, wants) in AUTHORITIES {
        for name in texts(path) {
            facts.wants(name, wants);
        }
    }
    for name in CERTIFICATES.into_iter().flat_map(texts) {
        facts.certificate(name);
    }
    for name in texts("/spec/rateLimit/redis/secret") {
        facts.secret(name, None);
    }
    let list = |path: &str| value.pointer(path).and_then(serde_json::Value::as_array);
    for one in ["/spec/rootCAs", "/spec/tls/rootCAs"].into_iter().filter_map(list).flatten() {
        let text = |name: &str| one.get(name).and_then(serde_json::Value::as_str);
        if let Some(name) = text("secret") {
            facts.wants(name, Wants::Authority { only: true });
        }
        if let Some(name) = text("configMap") {
            facts.refer(Kind::ConfigMap, name.to_owned(), Why::Mounts);
        }
    }
    // Of routes over TCP.
    let secret = value.pointer("/spec/tls/secretName").and_then(serde_json::Value::as_str);
    if let Some(secret) = secret.filter(|secret| !secret.is_empty()) {
        facts.certificate(secret);
    }
    let default = value.pointer("/spec/defaultCertificate");
    for one in default.into_iter().chain(list("/spec/certificates").into_iter().flatten()) {
        if let Some(name) = one.get("secretName").and_then(serde_json::Value::as_str) {
            facts.certificate(name);
        }
    }
}

/// A hand-written `IngressRoute` or `IngressRouteUDP`.
fn traefik(value: &serde_json::Value) -> Facts {
    let mut facts = Facts::default();
    let list = |value: &serde_json::Value, name: &str| {
        value.get(name).and_then(serde_json::Value::as_array).cloned().unwrap_or_default()
    };
    let spec = value.get("spec").cloned().unwrap_or_default();
    for route in list(&spec, "routes") {
        for (name, kind, why) in [
            ("services", Kind::Service, Why::RoutesTo),
            ("middlewares", Kind::Middleware, Why::ExistsBefore),
        ] {
            for reference in list(&route, name) {
                let text = |name: &str| reference.get(name).and_then(serde_json::Value::as_str);
                let plain = text("kind").is_none_or(|kind| kind == "Service");
                if let Some(name) = text("name").filter(|name| plain && !name.contains('@')) {
                    facts.references.push(Reference {
                        kind: kind.clone(),
                        namespace: text("namespace").map(str::to_owned),
                        name: name.to_owned(),
                        why,
                        key: None,
                        wants: None,
                    });
                }
            }
        }
    }
    if let Some(secret) = spec.pointer("/tls/secretName").and_then(serde_json::Value::as_str) {
        facts.certificate(secret);
    }
    facts
}
