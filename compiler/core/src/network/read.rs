//! From objects to what they mean.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::{self as core, Container, PodSpec, PodTemplateSpec};
use k8s_openapi::api::rbac::v1::{self as rbac, PolicyRule, RoleBinding};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value;

use super::{
    Labels, Origin, PodPort, Pods, Policy, Right, RightRule, Service, ServiceKind, ServicePort,
    Space, Subject, Target,
};
use crate::components::manifests;
use crate::model::hand_written::{self, HandWritten};
use crate::model::object::{Body, Kind, Object};
use crate::model::settings::Protocol;
use crate::text::{ImageRef, Version};
use crate::traefik;

/// The label that the API server puts on every namespace.
pub(super) const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// Annotations by which MetalLB is asked for addresses and a pool, the second
/// of each being the name before version 0.13 (MetalLB, "Usage").
const ADDRESSES: [&str; 2] = ["metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs"];
const POOLS: [&str; 2] = ["metallb.io/address-pool", "metallb.universe.tf/address-pool"];
const SHARING: [&str; 2] = ["metallb.io/allow-shared-ip", "metallb.universe.tf/allow-shared-ip"];

/// The option that makes a Traefik read objects of Kubernetes.
const PROVIDER: &str = "--providers.kubernetescrd";

/// Options that make one read objects `Ingress` begin so.
const OF_INGRESSES: &str = "--providers.kubernetesingress";

/// The option that says in which namespaces.
const OF_SOME_INGRESSES: &str = "--providers.kubernetesingress.namespaces";

/// API groups of networks that have policies of their own kinds, and that of policies of
/// a whole cluster, which come before those of namespaces.
const NETWORKS: [&str; 5] = [
    "cilium.io/",
    "crd.antrea.io/",
    "crd.projectcalico.org/",
    "policy.networking.k8s.io/",
    "projectcalico.org/",
];

/// Reads the objects that one namespace makes, by the namespace that each
/// stands in: hand-written ones may stand in another. What isn't what its kind
/// says is left out; the graph has reported it.
pub fn read(objects: &[Object]) -> BTreeMap<Arc<str>, Arc<Space>> {
    let mut spaces: BTreeMap<Arc<str>, Space> = BTreeMap::new();
    for object in objects {
        let home = match (&object.id.namespace, &object.id.kind) {
            (Some(namespace), _) => namespace.clone(),
            (None, Kind::Namespace) => object.id.name.clone(),
            // Roles and bindings of the cluster stand with no namespace.
            (None, _) => Arc::from(""),
        };
        let space = spaces.entry(home).or_default();
        let body = match &object.body {
            Body::Value(value) => {
                space.value(object, value);
                match hand_written::read(&object.id.kind, value) {
                    Ok(HandWritten::Body(body)) => Cow::Owned(body),
                    Ok(HandWritten::Pods(template)) => {
                        space.template(object, &template, true);
                        continue;
                    }
                    Ok(HandWritten::Untyped) | Err(_) => continue,
                }
            }
            body => {
                space.body(object, body);
                Cow::Borrowed(body)
            }
        };
        space.read(object, &body);
    }
    // Roles of the cluster may come with another namespace's manifests: those
    // are looked up when all are known.
    for (name, space) in &mut spaces {
        space.bind(None);
        space.settle(name);
    }
    spaces.into_iter().map(|(name, space)| (name, Arc::new(space))).collect()
}

/// The rules of a hand-written `ClusterRole`. One that gathers those of others
/// has none of its own, and what these are isn't known.
fn global_role(value: &Value) -> Option<Arc<[RightRule]>> {
    if value.get("aggregationRule").is_some_and(|rule| !rule.is_null()) {
        return None;
    }
    let rules = value.get("rules").and_then(Value::as_array)?;
    let rules = rules.iter().filter_map(|rule| serde_json::from_value(rule.clone()).ok());
    Some(rules.map(|rule: PolicyRule| RightRule::new(&rule)).collect())
}

impl RightRule {
    fn new(rule: &PolicyRule) -> Self {
        let texts = |list: &[String]| list.iter().map(|text| text.as_str().into()).collect();
        let some = |list: &Option<Vec<String>>| list.as_deref().map(texts).unwrap_or_default();
        Self {
            groups: some(&rule.api_groups),
            resources: some(&rule.resources),
            verbs: texts(&rule.verbs),
            names: some(&rule.resource_names),
        }
    }
}

fn origin(object: &Object) -> Origin {
    Origin { id: object.id.clone(), source: object.source }
}

fn protocol(text: Option<&str>) -> Option<Protocol> {
    match text {
        None | Some("TCP") => Some(Protocol::Tcp),
        Some("UDP") => Some(Protocol::Udp),
        Some(_) => None,
    }
}

impl Space {
    /// What Traefik reads of an object of the compiler's own.
    fn body(&mut self, object: &Object, body: &Body) {
        if self.traefik.add_body(self.origins.len(), &object.id, body) {
            self.origins.push(origin(object));
        }
    }

    /// What Traefik reads of a hand-written object.
    fn value(&mut self, object: &Object, value: &Value) {
        if self.traefik.add_value(self.origins.len(), value) {
            self.origins.push(origin(object));
        }
        let kind = object.id.kind.as_str();
        if kind.starts_with("IngressRoute") {
            self.routes_by_hand.push(object.id.clone());
        }
        if kind == "Ingress" {
            self.ingresses.push(origin(object));
        }
        let version = value.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        if kind.ends_with("NetworkPolicy")
            && NETWORKS.iter().any(|group| version.starts_with(group))
        {
            self.other_policies.push(origin(object));
        }
        if kind == "ClusterRole"
            && let Some(rules) = global_role(value)
        {
            self.roles.push((object.id.name.clone(), rules));
        }
        if kind == "ClusterRoleBinding"
            && let Ok(binding) = serde_json::from_value::<RoleBinding>(without_kind(value))
        {
            self.right(object, &binding, true);
        }
    }

    fn read(&mut self, object: &Object, body: &Body) {
        match body {
            Body::Namespace(namespace) => {
                let labels = namespace.metadata.labels.iter().flatten();
                let labels = labels.map(|(name, value)| (name.as_str(), value.as_str()));
                self.labels.set(labels.chain([(NAMESPACE_NAME, &*object.id.name)]));
            }
            Body::Deployment(body) => {
                if let Some(spec) = &body.spec {
                    self.template(object, &spec.template, spec.replicas != Some(0));
                }
            }
            Body::StatefulSet(body) => {
                if let Some(spec) = &body.spec {
                    self.template(object, &spec.template, spec.replicas != Some(0));
                    if let Some(pods) = self.pods.last_mut()
                        && *object.component != *manifests::COMPONENT
                    {
                        pods.members = Some(spec.replicas.unwrap_or(1));
                    }
                }
            }
            Body::Job(body) => {
                if let Some(spec) = &body.spec {
                    self.template(object, &spec.template, true);
                }
            }
            Body::CronJob(body) => {
                if let Some(spec) =
                    body.spec.as_ref().and_then(|spec| spec.job_template.spec.as_ref())
                {
                    self.template(object, &spec.template, true);
                }
            }
            Body::Service(body) => {
                if let Some(spec) = &body.spec {
                    let service = Service::new(object, &body.metadata, spec);
                    self.services.insert(object.id.name.clone(), service);
                }
            }
            Body::NetworkPolicy(body) => {
                if let Some(spec) = &body.spec {
                    self.policies.push(Policy::new(origin(object), spec));
                }
            }
            Body::ServiceAccount(body) => {
                let name = object.id.name.clone();
                self.accounts.insert(name, body.automount_service_account_token);
            }
            Body::Role(role) => {
                let rules = role.rules.iter().flatten().map(RightRule::new).collect();
                self.roles.push((object.id.name.clone(), rules));
            }
            Body::RoleBinding(binding) => self.right(object, binding, false),
            _ => {}
        }
    }

    fn template(&mut self, object: &Object, template: &PodTemplateSpec, runs: bool) {
        let Some(spec) = &template.spec else { return };
        let labels = template.metadata.as_ref().and_then(|meta| meta.labels.as_ref());
        let containers = || spec.init_containers.iter().flatten().chain(&spec.containers);
        let ports = containers().flat_map(|container| container.ports.iter().flatten());
        let ports = ports.filter_map(|port| {
            Some(PodPort {
                name: port.name.clone(),
                number: u16::try_from(port.container_port).ok()?,
                protocol: protocol(port.protocol.as_deref())?,
                // None at all is 0.
                host_port: port
                    .host_port
                    .and_then(|port| u16::try_from(port).ok())
                    .filter(|port| *port != 0),
            })
        });
        let begins = |start: &str| spec.containers.iter().any(|one| has_option(one, start));
        let traefik = spec.containers.iter().find(|one| is_traefik(one));
        let account = spec.service_account_name.clone().filter(|name| !name.is_empty());
        self.pods.push(Pods {
            labels: labels.map(Labels::from).unwrap_or_default(),
            ports: ports.collect(),
            runs,
            account: account.unwrap_or_else(|| "default".to_owned()),
            says_token: spec.automount_service_account_token,
            token: false,
            cluster_dns: asks_cluster(spec),
            host_network: spec.host_network == Some(true),
            probed: spec.containers.iter().any(probed),
            http_alone: matches!(&*object.component, "server" | "gui") && is_http_alone(spec),
            reads_ingresses: begins(OF_INGRESSES),
            ingresses_by_namespace: begins(OF_SOME_INGRESSES),
            traefik: traefik.map(|own| {
                let mut config = traefik::Config::from_args(words(own).map(String::as_str));
                config.file = config.file.or_else(|| configuration_file(spec));
                config.of_release(release(own));
                if let Some(port) = pinged(own) {
                    config.probed(port);
                }
                Arc::new(config)
            }),
            ..Pods::new(origin(object), object.component.clone())
        });
    }

    fn right(&mut self, object: &Object, binding: &RoleBinding, everywhere: bool) {
        let home = object.id.namespace.as_deref().unwrap_or_default();
        let subjects = binding.subjects.iter().flatten();
        let subjects = subjects.filter_map(|subject| of_pods(home, subject));
        self.rights.push(Right {
            binding: origin(object),
            role: binding.role_ref.name.clone(),
            cluster_role: binding.role_ref.kind == "ClusterRole",
            everywhere,
            subjects: subjects.collect(),
            rules: None,
        });
    }

    /// Looks up what the roles of bindings allow, of which it isn't known yet:
    /// among the roles of this namespace, or those of the cluster.
    pub(super) fn bind(&mut self, cluster: Option<&Self>) {
        for right in self.rights.iter_mut().filter(|right| right.rules.is_none()) {
            let roles = match (right.cluster_role, cluster) {
                (true, Some(cluster)) => &cluster.roles,
                // Of the cluster is what stands in no namespace.
                (true, None) if !right.everywhere => continue,
                _ => &self.roles,
            };
            let role = roles.iter().find(|(name, _)| **name == *right.role);
            right.rules = role.map(|(_, rules)| Arc::clone(rules));
        }
    }
}

/// The command of a container and its arguments.
fn words(container: &Container) -> impl Iterator<Item = &String> {
    container.command.iter().chain(&container.args).flatten()
}

/// Whether the command or an argument of a container begins so, in upper or
/// lower case.
fn has_option(container: &Container, start: &str) -> bool {
    words(container)
        .any(|word| word.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)))
}

/// Whether a container is a Traefik that reads objects of its own kinds.
pub fn is_traefik(container: &Container) -> bool {
    has_option(container, PROVIDER)
}

/// The release of Traefik that the image of a container says.
pub fn release(container: &Container) -> Option<Version> {
    let image = ImageRef::parse(container.image.as_ref()?).ok()?;
    Version::parse(image.tag()?).ok()
}

/// The port at which a probe asks a container for `/ping`, without TLS; an error names a port
/// that the container hasn't.
fn pinged(container: &Container) -> Option<Result<u16, &str>> {
    let Container { readiness_probe, liveness_probe, startup_probe, .. } = container;
    let mut probes = [readiness_probe, liveness_probe, startup_probe].into_iter().flatten();
    let ask = probes.find_map(|probe| probe.http_get.as_ref())?;
    if ask.path.as_deref() != Some("/ping") || ask.scheme.as_deref() == Some("HTTPS") {
        return None;
    }
    let number = |port: i32| u16::try_from(port).ok().map(Ok);
    match &ask.port {
        IntOrString::Int(port) => number(*port),
        IntOrString::String(name) => {
            let mut ports = container.ports.iter().flatten();
            match ports.find(|port| port.name.as_ref() == Some(name)) {
                Some(port) => number(port.container_port),
                None => Some(Err(name)),
            }
        }
    }
}

/// Whether the pods of Jobmon's server and its GUI speak HTTP/1.1 and nothing else, as
/// their images and the compiler run them: TLS wants a key from a Secret, and an option
/// or a variable that names it, as `--certfile` and `UVICORN_SSL_KEYFILE`.
fn is_http_alone(spec: &PodSpec) -> bool {
    const TLS: [&[u8]; 3] = [b"ssl", b"tls", b"cert"];
    const OWN: [&str; 2] = ["gunicorn", "uvicorn"];
    let is_about_tls = |text: &String| {
        let bytes = text.as_bytes();
        let begins = |at: usize, word: &[u8]| {
            let part = bytes.get(at..at + word.len());
            part.is_some_and(|part| part.eq_ignore_ascii_case(word))
        };
        // Each begins with one of three letters.
        let mut starts = (0..bytes.len())
            .filter(|at| matches!(bytes.get(*at), Some(b's' | b'S' | b't' | b'T' | b'c' | b'C')));
        starts.any(|at| TLS.iter().any(|word| begins(at, word)))
    };
    let is_own = |container: &Container| {
        let texts =
            container.env.iter().flatten().flat_map(|own| [Some(&own.name), own.value.as_ref()]);
        let mut sources = container.env_from.iter().flatten();
        (words(container).next().is_none()
            || words(container).any(|word| OWN.iter().any(|own| word.contains(own))))
            && !words(container).chain(texts.flatten()).any(is_about_tls)
            && !sources.any(|source| source.secret_ref.is_some())
    };
    let mut volumes = spec.volumes.iter().flatten();
    let has_secret =
        volumes.any(|own| own.secret.is_some() || own.projected.is_some() || own.csi.is_some());
    !has_secret && spec.containers.iter().all(is_own)
}

/// Whom a subject means among those that pods can be. Pods with a token are the
/// user `system:serviceaccount:NAMESPACE:NAME`, pods without are anonymous.
fn of_pods(home: &str, subject: &rbac::Subject) -> Option<Subject> {
    const ACCOUNT: &str = "system:serviceaccount:";
    const ACCOUNTS: &str = "system:serviceaccounts";
    let name = subject.name.as_str();
    match subject.kind.as_str() {
        "ServiceAccount" => {
            let namespace = subject.namespace.clone().unwrap_or_else(|| home.to_owned());
            Some(Subject::Account(namespace, subject.name.clone()))
        }
        "User" if name == "system:anonymous" => Some(Subject::Everybody(name.to_owned())),
        "User" => {
            let (namespace, name) = name.strip_prefix(ACCOUNT)?.split_once(':')?;
            Some(Subject::Account(namespace.to_owned(), name.to_owned()))
        }
        "Group" => match name.strip_prefix(ACCOUNTS).map(|rest| rest.strip_prefix(':')) {
            Some(Some(namespace)) => Some(Subject::AccountsOf(namespace.to_owned())),
            _ if [ACCOUNTS, "system:authenticated", "system:unauthenticated"].contains(&name) => {
                Some(Subject::Everybody(name.to_owned()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// A file where Traefik looks for its configuration by itself, and takes nothing
/// from its arguments if it is there (`pkg/cli/loader_file.go` of Traefik). Its
/// image starts it in `/`.
fn configuration_file(spec: &core::PodSpec) -> Option<Arc<str>> {
    let folders = |container: &Container| {
        let value = |name: &str| {
            let mut variables = container.env.iter().flatten();
            variables.find(|own| own.name == name)?.value.clone()
        };
        let home = value("HOME").map(|home| format!("{home}/.config/"));
        let own = value("XDG_CONFIG_HOME").map(|folder| format!("{folder}/"));
        home.into_iter().chain(own).collect::<Vec<_>>()
    };
    spec.containers
        .iter()
        .find_map(|container| {
            let own = folders(container);
            let folders = own.iter().map(String::as_str).chain(["/etc/traefik/", "/"]);
            let mounts = container.volume_mounts.iter().flatten();
            mounts.map(|mount| mount.mount_path.as_str()).find(|path| {
                folders.clone().any(|folder| {
                    let rest = path.strip_prefix(folder);
                    matches!(rest, Some("traefik.toml" | "traefik.yaml" | "traefik.yml"))
                })
            })
        })
        .map(Arc::from)
}

/// Whether a probe of a container goes to one of its ports.
fn probed(container: &core::Container) -> bool {
    let probes = [&container.readiness_probe, &container.liveness_probe, &container.startup_probe];
    probes
        .into_iter()
        .flatten()
        .any(|probe| probe.http_get.is_some() || probe.tcp_socket.is_some() || probe.grpc.is_some())
}

/// Whether names are asked of the DNS of the cluster: on the network of the node
/// only where the policy says so (Kubernetes, "Pod's DNS Policy").
fn asks_cluster(spec: &core::PodSpec) -> bool {
    match spec.dns_policy.as_deref() {
        None | Some("ClusterFirst") => spec.host_network != Some(true),
        Some(policy) => policy != "Default",
    }
}

/// A binding of the cluster has the fields of one of a namespace.
fn without_kind(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut() {
        fields.insert("kind".to_owned(), Value::from("RoleBinding"));
    }
    value
}

impl Service {
    fn new(object: &Object, metadata: &ObjectMeta, spec: &core::ServiceSpec) -> Self {
        let kind = match spec.type_.as_deref() {
            Some("ExternalName") => {
                ServiceKind::ExternalName(spec.external_name.clone().unwrap_or_default())
            }
            Some("NodePort") => ServiceKind::NodePort,
            Some("LoadBalancer") => ServiceKind::LoadBalancer,
            _ if spec.cluster_ip.as_deref() == Some("None") => ServiceKind::Headless,
            _ => ServiceKind::ClusterIp,
        };
        let annotation = |names: [&str; 2]| {
            let annotations = metadata.annotations.as_ref()?;
            names.iter().find_map(|name| annotations.get(*name))
        };
        let mut addresses: Vec<String> = Vec::new();
        let asked = annotation(ADDRESSES).into_iter().flat_map(|list| list.split(','));
        let field = spec.load_balancer_ip.as_deref().filter(|address| !address.is_empty());
        let mut asks_twice = field.is_some() && annotation(ADDRESSES).is_some();
        for address in asked.map(str::trim).chain(field) {
            if addresses.iter().any(|known| known == address) {
                asks_twice = true;
            } else {
                addresses.push(address.to_owned());
            }
        }
        let ports = spec.ports.iter().flatten().filter_map(|port| {
            let number = u16::try_from(port.port).ok()?;
            Some(ServicePort {
                name: port.name.clone(),
                number,
                protocol: protocol(port.protocol.as_deref())?,
                target: match &port.target_port {
                    None => Target::Number(number),
                    Some(IntOrString::Int(target)) => Target::Number(u16::try_from(*target).ok()?),
                    Some(IntOrString::String(name)) => Target::Name(name.clone()),
                },
            })
        });
        Self {
            origin: origin(object),
            kind,
            selector: spec
                .selector
                .as_ref()
                .filter(|selector| !selector.is_empty())
                .map(Labels::from),
            ports: ports.collect(),
            addresses,
            asks_twice,
            pool: annotation(POOLS).cloned(),
            ranges: spec.load_balancer_source_ranges.clone().unwrap_or_default(),
            keeps_clients: spec.external_traffic_policy.as_deref() == Some("Local"),
            cluster_ips: spec
                .cluster_ips
                .iter()
                .flatten()
                .chain(&spec.cluster_ip)
                .filter(|address| *address != "None")
                .cloned()
                .collect(),
            external_ips: spec.external_ips.clone().unwrap_or_default(),
            sharing: annotation(SHARING).cloned(),
            // Known when the namespace is settled.
            behind: Vec::new(),
        }
    }
}
