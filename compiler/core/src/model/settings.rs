//! What any component or workload may say about itself, and how layers of it
//! merge: by name, and the nearest wins.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jtc_syntax::Span;

use super::At;
use crate::text::{Cidr, Cpu, ImageRef, Memory};

/// The settings of one program in one layer: `None` and empty mean "not said
/// here".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The image.
    pub image: Option<At<ImageRef>>,
    /// The program.
    pub command: Option<At<Vec<String>>>,
    /// Its arguments.
    pub args: Option<At<Vec<String>>>,
    /// Variables, by name.
    pub env: IndexMap<String, At<EnvValue>>,
    /// Secrets whose keys are variables.
    pub env_from: IndexMap<String, Span>,
    /// Files, by path.
    pub config_files: IndexMap<String, At<Content>>,
    /// Ports, by name.
    pub ports: IndexMap<String, At<Port>>,
    /// Volumes, by name.
    pub volumes: IndexMap<String, At<Volume>>,
    /// Requests and limits.
    pub resources: Resources,
    /// How many pods.
    pub replicas: Option<At<Replicas>>,
    /// How new pods take over.
    pub strategy: Option<At<Strategy>>,
    /// Seconds to end in.
    pub grace: Option<At<u32>>,
    /// Seconds before the program is told to end.
    pub drain: Option<At<u32>>,
    /// Probes.
    pub probes: BTreeMap<ProbeKind, At<Probe>>,
    /// A CronJob.
    pub schedule: Option<At<Schedule>>,
    /// A Job.
    pub run_once: Option<Span>,
    /// An account that exists.
    pub service_account: Option<At<String>>,
    /// Rules of a Role of its own.
    pub permissions: Option<At<Vec<Rule>>>,
    /// Labels of nodes.
    pub node_selector: BTreeMap<String, At<String>>,
    /// Taints that don't matter.
    pub tolerations: Vec<At<Toleration>>,
    /// What to spread over.
    pub spread: Vec<At<Spread>>,
    /// The priority class.
    pub priority_class: Option<At<String>>,
    /// Labels of the objects.
    pub labels: BTreeMap<String, At<String>>,
    /// Annotations of the objects.
    pub annotations: BTreeMap<String, At<String>>,
    /// Annotations of the pods.
    pub pod_annotations: BTreeMap<String, At<String>>,
    /// Who it runs as.
    pub security: Security,
    /// Whom it talks to, by target.
    pub connects: IndexMap<String, At<Connect>>,
}

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvValue {
    /// As written.
    Text(String),
    /// From a key of a Secret.
    Secret(KeyRef),
}

/// A key of a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRef {
    /// The Secret, and the place that names it.
    pub secret: At<String>,
    /// The key, and the place that names it.
    pub key: At<String>,
}

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content(pub std::sync::Arc<str>);

/// TCP or UDP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// As Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
}

/// A port that a program listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// The port in the container.
    pub container: u16,
    /// The port of the Service.
    pub service: u16,
    /// What it speaks.
    pub protocol: Protocol,
}

impl Port {
    /// A TCP port that is the same in container and Service.
    pub const fn tcp(port: u16) -> Self {
        Self { container: port, service: port, protocol: Protocol::Tcp }
    }
}

/// A folder in the container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Where the program finds it.
    pub mount: String,
    /// What is behind it.
    pub source: VolumeSource,
    /// Whether the program may only read.
    pub read_only: bool,
}

/// What is behind a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VolumeSource {
    /// A claim.
    Claim {
        /// Its size.
        size: String,
        /// Its storage class.
        class: Option<At<String>>,
        /// Its access mode, as Kubernetes writes it.
        access: Option<At<String>>,
    },
    /// The keys of a Secret.
    Secret(At<String>),
    /// Nothing, and gone with the pod.
    Empty,
}

/// Requests and limits, each set on its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resources {
    /// Requested CPU.
    pub request_cpu: Option<At<Cpu>>,
    /// Requested memory.
    pub request_memory: Option<At<Memory>>,
    /// The limit of CPU.
    pub limit_cpu: Option<At<Cpu>>,
    /// The limit of memory.
    pub limit_memory: Option<At<Memory>>,
}

/// How many pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replicas {
    /// So many.
    Fixed(u32),
    /// As many as an autoscaler says.
    Auto {
        /// At least.
        min: u32,
        /// At most.
        max: u32,
        /// Share of the requested CPU, in percent.
        cpu: Option<u32>,
        /// Share of the requested memory, in percent.
        memory: Option<u32>,
    },
}

impl Replicas {
    /// The most pods there can be.
    pub fn most(self) -> u32 {
        match self {
            Self::Fixed(number) => number,
            Self::Auto { max, .. } => max,
        }
    }

    /// The fewest pods there can be.
    pub fn fewest(self) -> u32 {
        match self {
            Self::Fixed(number) => number,
            Self::Auto { min, .. } => min,
        }
    }
}

/// How new pods take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// New ones first.
    Rolling,
    /// Old ones end first.
    Recreate,
}

/// What depends on a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProbeKind {
    /// Whether it gets requests.
    Readiness,
    /// Whether it is restarted.
    Liveness,
    /// Whether the others begin.
    Startup,
}

/// How Kubernetes sees that a program is well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What is asked.
    pub check: Check,
    /// Seconds between two tries.
    pub period: u32,
    /// Seconds that one may take.
    pub timeout: u32,
    /// Seconds before the first.
    pub delay: u32,
    /// How many failures count.
    pub failures: u32,
}

impl Probe {
    /// A probe with the usual times.
    pub fn new(check: Check) -> Self {
        Self { check, period: 10, timeout: 5, delay: 0, failures: 3 }
    }
}

/// What a probe asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// An HTTP path must answer 200 to 399.
    Http {
        /// The path.
        path: String,
        /// The name of the port; the first without.
        port: Option<At<String>>,
        /// Headers to send.
        headers: Vec<(String, String)>,
    },
    /// A port must be open.
    Tcp {
        /// The name of the port; the first without.
        port: Option<At<String>>,
    },
    /// A command must succeed.
    Exec(Vec<String>),
}

/// When a CronJob runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Five fields.
    pub cron: String,
    /// The time zone.
    pub time_zone: String,
}

/// A rule of a Role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The API group; empty for the core.
    pub group: String,
    /// The resource, in the plural.
    pub resource: String,
    /// Only the object of this name.
    pub name: Option<String>,
    /// What may be done.
    pub verbs: Vec<String>,
}

/// A taint that doesn't matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toleration {
    /// The key of the taint.
    pub key: String,
    /// Its value; any without.
    pub value: Option<String>,
    /// Its effect; any without.
    pub effect: Option<String>,
    /// How long; for ever without.
    pub seconds: Option<i64>,
}

/// What pods are spread over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// Zones or hosts.
    pub by: SpreadBy,
    /// Rather no pod than an uneven one.
    pub required: bool,
}

/// Zones or hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpreadBy {
    /// `topology.kubernetes.io/zone`.
    Zone,
    /// `kubernetes.io/hostname`.
    Host,
}

/// Who a program runs as, each set on its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Security {
    /// The user.
    pub user: Option<At<i64>>,
    /// The group.
    pub group: Option<At<i64>>,
    /// The group of volumes.
    pub fs_group: Option<At<i64>>,
    /// Whether it may write to its image.
    pub writable_root: Option<At<bool>>,
    /// Capabilities.
    pub capabilities: IndexMap<String, Span>,
    /// Keeps the capabilities that the runtime gives: for an image that
    /// starts as root and changes user itself. Only components set it.
    pub runtime_capabilities: bool,
}

/// Whom a program talks to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    /// Whom it reaches.
    pub target: String,
    /// The name of the target's port.
    pub port: Option<At<String>>,
    /// The variable for the host.
    pub host_env: Option<At<String>>,
    /// The variable for the port.
    pub port_env: Option<At<String>>,
    /// The variable for the URL.
    pub url_env: Option<At<String>>,
    /// Whether the target must be ready first.
    pub wait: bool,
}

/// A load balancer of Traefik.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadBalancer {
    /// The pool of its address.
    pub pool: Option<At<String>>,
    /// A certain address.
    pub address: Option<At<String>>,
    /// Who may connect; everybody when empty.
    pub source_ranges: Vec<Cidr>,
}

macro_rules! nearest {
    ($near:ident, $far:ident: $($field:ident),* $(,)?) => {
        $(if $near.$field.is_none() { $near.$field.clone_from(&$far.$field); })*
    };
}

impl Settings {
    /// Takes from `far` what isn't said here.
    pub fn inherit(&mut self, far: &Self) {
        let near = self;
        nearest!(near, far: image, command, args, replicas, strategy, grace, drain, schedule, run_once,
            service_account, permissions, priority_class);
        by_name(&mut near.env, &far.env);
        by_name(&mut near.env_from, &far.env_from);
        by_name(&mut near.config_files, &far.config_files);
        by_name(&mut near.ports, &far.ports);
        by_name(&mut near.volumes, &far.volumes);
        by_name(&mut near.connects, &far.connects);
        let (to, from) = (&mut near.resources, &far.resources);
        nearest!(to, from: request_cpu, request_memory, limit_cpu, limit_memory);
        for (kind, probe) in &far.probes {
            near.probes.entry(*kind).or_insert_with(|| probe.clone());
        }
        for (to, from) in [
            (&mut near.node_selector, &far.node_selector),
            (&mut near.labels, &far.labels),
            (&mut near.annotations, &far.annotations),
            (&mut near.pod_annotations, &far.pod_annotations),
        ] {
            for (key, value) in from {
                to.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        near.tolerations.extend(far.tolerations.iter().cloned());
        if near.spread.is_empty() {
            near.spread.clone_from(&far.spread);
        }
        let (to, from) = (&mut near.security, &far.security);
        nearest!(to, from: user, group, fs_group, writable_root);
        by_name(&mut to.capabilities, &from.capabilities);
        to.runtime_capabilities |= from.runtime_capabilities;
    }
}

/// Entries of the far layer come first, so that a setting keeps its place
/// when a nearer layer changes its value.
fn by_name<T: Clone>(near: &mut IndexMap<String, T>, far: &IndexMap<String, T>) {
    if far.is_empty() {
        return;
    }
    let mut merged = far.clone();
    for (name, value) in near.drain(..) {
        merged.insert(name, value);
    }
    *near = merged;
}
