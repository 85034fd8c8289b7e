//! From objects to what they mean.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::{self as core, PodTemplateSpec};
use k8s_openapi::api::rbac::v1::{PolicyRule, RoleBinding};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value;

use super::{
    Labels, Origin, PodPort, Pods, Policy, Right, RightRule, Service, ServiceKind, ServicePort,
    Space, Target,
};
use crate::model::hand_written::{self, HandWritten};
use crate::model::object::{Body, Kind, Object};
use crate::model::settings::Protocol;
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

/// A role: its namespace, if it has one, and its name.
type RoleName = (Option<Arc<str>>, Arc<str>);

/// Reads the objects that one namespace makes, by the namespace that each
/// stands in: hand-written ones may stand in another. What isn't what its kind
/// says is left out; the graph has reported it.
pub fn read(objects: &[Object]) -> BTreeMap<Arc<str>, Arc<Space>> {
    let mut spaces: BTreeMap<Arc<str>, Space> = BTreeMap::new();
    let mut roles: BTreeMap<RoleName, Vec<RightRule>> = BTreeMap::new();
    for object in objects {
        let home = match (&object.id.namespace, &object.id.kind) {
            (Some(namespace), _) => namespace.clone(),
            (None, Kind::Namespace) => object.id.name.clone(),
            (None, _) => match global_role(object) {
                Some(rules) => {
                    roles.insert((None, object.id.name.clone()), rules);
                    continue;
                }
                // Bindings of the cluster stand with no namespace.
                None => Arc::from(""),
            },
        };
        let space = spaces.entry(home.clone()).or_default();
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
        if let Body::Role(role) = &*body {
            let rules = role.rules.iter().flatten().map(RightRule::new).collect();
            roles.insert((Some(home), object.id.name.clone()), rules);
        } else {
            space.read(object, &body);
        }
    }
    for (name, space) in &mut spaces {
        for right in &mut space.rights {
            let home = (!right.cluster_role).then(|| name.clone());
            if let Some(rules) = roles.get(&(home, right.role.as_str().into())) {
                right.rules.clone_from(rules);
            }
        }
        space.settle(name);
    }
    spaces.into_iter().map(|(name, space)| (name, Arc::new(space))).collect()
}

/// The rules of a hand-written `ClusterRole`.
fn global_role(object: &Object) -> Option<Vec<RightRule>> {
    let Body::Value(value) = &object.body else { return None };
    if object.id.kind.as_str() != "ClusterRole" {
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
        if self.traefik.add_body(self.origins.len(), body) {
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
        if kind == "ClusterRoleBinding"
            && let Ok(binding) = serde_json::from_value::<RoleBinding>(without_kind(value))
        {
            self.right(object, &binding, true);
        }
    }

    fn read(&mut self, object: &Object, body: &Body) {
        match body {
            Body::Namespace(namespace) => {
                for (name, value) in namespace.metadata.labels.iter().flatten() {
                    self.labels.insert(name, value);
                }
                self.labels.insert(NAMESPACE_NAME, &object.id.name);
            }
            Body::Deployment(body) => {
                if let Some(spec) = &body.spec {
                    self.template(object, &spec.template, spec.replicas != Some(0));
                }
            }
            Body::StatefulSet(body) => {
                if let Some(spec) = &body.spec {
                    self.template(object, &spec.template, spec.replicas != Some(0));
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
                    self.services.insert(object.id.name.to_string(), service);
                }
            }
            Body::NetworkPolicy(body) => {
                if let Some(spec) = &body.spec {
                    self.policies.push(Policy::new(origin(object), spec));
                }
            }
            Body::ServiceAccount(body) => {
                let name = object.id.name.to_string();
                self.accounts.insert(name, body.automount_service_account_token);
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
                host_port: port.host_port.and_then(|port| u16::try_from(port).ok()),
            })
        });
        let words = || {
            let containers = spec.containers.iter();
            containers
                .flat_map(|container| container.command.iter().chain(&container.args))
                .flatten()
        };
        let runs_traefik = words().any(|word| {
            word.get(..PROVIDER.len()).is_some_and(|start| start.eq_ignore_ascii_case(PROVIDER))
        });
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
            traefik: runs_traefik.then(|| {
                let args: Vec<String> = words().cloned().collect();
                let mut config = traefik::Config::from_args(&args);
                config.file = config.file.or_else(|| configuration_file(spec));
                Arc::new(config)
            }),
            ..Pods::new(origin(object), object.component.clone())
        });
    }

    fn right(&mut self, object: &Object, binding: &RoleBinding, everywhere: bool) {
        let home = object.id.namespace.as_deref().unwrap_or_default();
        let accounts = binding.subjects.iter().flatten();
        let accounts = accounts.filter(|subject| subject.kind == "ServiceAccount").map(|subject| {
            let namespace = subject.namespace.clone().unwrap_or_else(|| home.to_owned());
            (namespace, subject.name.clone())
        });
        self.rights.push(Right {
            binding: origin(object),
            role: binding.role_ref.name.clone(),
            cluster_role: binding.role_ref.kind == "ClusterRole",
            everywhere,
            accounts: accounts.collect(),
            rules: Vec::new(),
        });
    }
}

/// A file where Traefik looks for its configuration by itself, and takes nothing
/// from its arguments if it is there (`pkg/cli/loader_file.go` of Traefik). Its
/// image starts it in `/`.
fn configuration_file(spec: &core::PodSpec) -> Option<Arc<str>> {
    let mounts =
        spec.containers.iter().flat_map(|container| container.volume_mounts.iter().flatten());
    mounts.map(|mount| mount.mount_path.as_str()).find_map(|path| {
        let rest = path.strip_prefix("/etc/traefik/").or_else(|| path.strip_prefix('/'))?;
        matches!(rest, "traefik.toml" | "traefik.yaml" | "traefik.yml").then(|| path.into())
    })
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
        let addresses = annotation(ADDRESSES)
            .into_iter()
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .chain(spec.load_balancer_ip.as_deref())
            .map(str::to_owned);
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
            addresses: addresses.collect(),
            pool: annotation(POOLS).cloned(),
            ranges: spec.load_balancer_source_ranges.clone().unwrap_or_default(),
            cluster_ips: spec
                .cluster_ips
                .iter()
                .flatten()
                .chain(&spec.cluster_ip)
                .filter(|address| *address != "None")
                .cloned()
                .collect(),
            sharing: annotation(SHARING).cloned(),
        }
    }
}
