//! The topology as written: every value with its place, names not yet looked
//! up.
//!
//! Where validation has refused or missed a value, a placeholder stands here;
//! a report with an error in it never reaches emission.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jtc_syntax::Span;

use super::At;
use super::settings::{Content, KeyRef, LoadBalancer, Protocol, Resources, Settings};
use crate::text::{Cidr, DnsLabel, ImageRef, Version};

/// Definitions by name, in the order of the source.
pub type Table<T> = IndexMap<String, T>;

/// A whole topology.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topology {
    /// `cluster`.
    pub cluster: Cluster,
    /// `external`.
    pub externals: Table<External>,
    /// `secret`.
    pub secrets: Table<Secret>,
    /// `database`.
    pub databases: Table<Database>,
    /// `version`.
    pub versions: Table<VersionDecl>,
    /// `elk` at the top level: profiles.
    pub elks: Table<Elk>,
    /// `namespace`.
    pub namespaces: Table<Namespace>,
    /// `reapers`.
    pub reapers: Option<Reapers>,
    /// `defaults`.
    pub defaults: Parts,
    /// The texts of other files that a node at the top takes in, by its place.
    pub read: BTreeMap<Span, Vec<Content>>,
}

/// `cluster`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The node.
    pub span: Span,
    /// The version of the API server.
    pub kubernetes: At<Version>,
    /// The DNS domain.
    pub dns_domain: String,
    /// The Rancher project.
    pub rancher_project: Option<At<String>>,
    /// The Pod Security level of namespaces that say none.
    pub pod_security: At<PodSecurity>,
    /// Storage classes.
    pub storage_classes: Table<StorageClass>,
    /// Pools of addresses.
    pub address_pools: Table<AddressPool>,
    /// Whether Traefik's definitions are part of the output.
    pub traefik_crds: At<bool>,
    /// Whether network policies are.
    pub network_policies: bool,
    /// Labels of everything.
    pub labels: BTreeMap<String, At<String>>,
    /// Annotations of everything.
    pub annotations: BTreeMap<String, At<String>>,
}

impl Default for Cluster {
    fn default() -> Self {
        Self {
            span: super::NOWHERE,
            kubernetes: At::new(Version::new(1, 34, 0), super::NOWHERE),
            dns_domain: "cluster.local".to_owned(),
            rancher_project: None,
            pod_security: At::new(PodSecurity::Baseline, super::NOWHERE),
            storage_classes: Table::new(),
            address_pools: Table::new(),
            traefik_crds: At::new(true, super::NOWHERE),
            network_policies: true,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
        }
    }
}

/// A Pod Security level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodSecurity {
    /// Everything is allowed.
    Privileged,
    /// Known ways to more power are not.
    Baseline,
    /// Nothing that a program can do without.
    Restricted,
}

impl PodSecurity {
    /// As Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }
}

/// `storage-class`.
#[derive(Clone, Debug, PartialEq)]
pub struct StorageClass {
    /// The node.
    pub span: Span,
    /// What its volumes can do, as Kubernetes writes it.
    pub access: String,
    /// Whether its volumes can grow.
    pub expandable: bool,
}

/// `address-pool`.
#[derive(Clone, Debug, PartialEq)]
pub struct AddressPool {
    /// The node.
    pub span: Span,
    /// Its ranges.
    pub addresses: At<String>,
}

/// `external`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// The node.
    pub span: Span,
    /// Its host.
    pub host: At<String>,
    /// Its port.
    pub port: u16,
    /// What it speaks.
    pub protocol: Protocol,
    /// Where it may be reached.
    pub cidrs: Vec<Cidr>,
}

/// `secret`.
#[derive(Clone, Debug, PartialEq)]
pub struct Secret {
    /// The node.
    pub span: Span,
    /// Its keys.
    pub keys: IndexMap<String, Span>,
}

/// `database`.
#[derive(Clone, Debug, PartialEq)]
pub struct Database {
    /// The node.
    pub span: Span,
    /// The server.
    pub external: At<String>,
    /// The credentials.
    pub secret: At<String>,
    /// The schema.
    pub schema: String,
    /// The key with the whole URI.
    pub uri_key: Option<At<String>>,
}

/// `version`.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionDecl {
    /// The number, as the node gives it.
    pub span: Span,
    /// The number.
    pub number: Version,
    /// The image of server and reaper.
    pub image: Option<At<ImageRef>>,
    /// The image of the GUI.
    pub gui_image: Option<At<ImageRef>>,
    /// `D1` to `D8`.
    pub dialect: Option<At<String>>,
}

/// A component as one layer says it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part<O> {
    /// The name of the node.
    pub span: Option<Span>,
    /// What any program may say.
    pub settings: Settings,
    /// What only this component may say.
    pub own: O,
}

/// The components that a layer says something about. Each stands apart in
/// memory: a part is large, and a namespace says something about few.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// `server`.
    pub server: Option<Box<Part<ServerOwn>>>,
    /// `gui`.
    pub gui: Option<Box<Part<()>>>,
    /// `traefik`.
    pub traefik: Option<Box<Part<TraefikOwn>>>,
    /// `elasticsearch`.
    pub elasticsearch: Option<Box<Part<ElasticsearchOwn>>>,
    /// `logstash`.
    pub logstash: Option<Box<Part<()>>>,
    /// `kibana`.
    pub kibana: Option<Box<Part<()>>>,
    /// `apm`.
    pub apm: Option<Box<Part<()>>>,
    /// `metricbeat`.
    pub metricbeat: Option<Box<Part<MetricbeatOwn>>>,
}

/// What only `server` may say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerOwn {
    /// Whether clients must log in.
    pub auth: Option<At<Auth>>,
    /// The key that signs sessions.
    pub session: Option<KeyRef>,
    /// Worker processes.
    pub workers: Option<At<u32>>,
    /// Whether a Job prepares the database.
    pub migrate: Option<At<bool>>,
}

/// Whether clients must log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// No.
    Off,
    /// With OpenID Connect.
    Oidc {
        /// The Secret with the client's id and secret.
        secret: Option<At<String>>,
        /// Where the provider describes itself.
        url: Option<At<String>>,
    },
}

/// What only `traefik` may say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraefikOwn {
    /// Its version.
    pub version: Option<At<String>>,
    /// Its load balancer.
    pub load_balancer: Option<At<LoadBalancer>>,
    /// Entrypoints, by name.
    pub entrypoints: Table<At<EntrypointDecl>>,
}

/// `entrypoint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntrypointDecl {
    /// The port of Traefik's Service.
    pub port: u16,
    /// What it speaks.
    pub protocol: Protocol,
}

/// What only `elasticsearch` may say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ElasticsearchOwn {
    /// How many nodes.
    pub nodes: Option<At<u32>>,
    /// The disk of each.
    pub storage: Option<At<Storage>>,
}

/// `storage`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// Its size.
    pub size: String,
    /// Its storage class.
    pub class: Option<At<String>>,
}

/// What only `metricbeat` may say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetricbeatOwn {
    /// The database it watches.
    pub database: Option<At<String>>,
    /// The Secret with its user there.
    pub secret: Option<At<String>>,
}

/// `elk`: a profile, a stack of its own, or a refinement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Elk {
    /// The name of the node, or of the profile.
    pub span: Option<Span>,
    /// The version of the stack.
    pub version: Option<At<String>>,
    /// Its components; those of other layers are empty.
    pub parts: Parts,
    /// How long logs are kept.
    pub retention: Option<At<Retention>>,
}

/// `retention`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// A new index from this size.
    pub rollover_size: Option<String>,
    /// A new index from this age.
    pub rollover_age: Option<String>,
    /// Warm from this age.
    pub warm_after: Option<At<String>>,
    /// Cold from this age.
    pub cold_after: Option<At<String>>,
    /// Deleted from this age.
    pub delete_after: Option<At<String>>,
}

/// `namespace`.
#[derive(Clone, Debug, PartialEq)]
pub struct Namespace {
    /// Its name, where the node gives it.
    pub span: Span,
    /// The whole node.
    pub node: Span,
    /// Its name, if Kubernetes accepts it.
    pub name: Option<DnsLabel>,
    /// The version of Jobmon.
    pub version: Option<At<String>>,
    /// The database.
    pub database: Option<At<String>>,
    /// The Elastic profile.
    pub elk_profile: Option<At<String>>,
    /// A stack of its own, or a refinement of the profile.
    pub elk: Option<Elk>,
    /// Components.
    pub parts: Parts,
    /// Routes, by name.
    pub routes: Table<Route>,
    /// Middlewares, by name.
    pub middlewares: Table<At<Middleware>>,
    /// Other programs, by name.
    pub workloads: Table<Part<()>>,
    /// Hand-written objects.
    pub manifests: Vec<Manifest>,
    /// What holds for the namespace object.
    pub about: About,
}

/// Labels, annotations, quota and Pod Security level of a namespace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// Labels.
    pub labels: BTreeMap<String, At<String>>,
    /// Annotations.
    pub annotations: BTreeMap<String, At<String>>,
    /// What all pods may use.
    pub quota: Option<At<Resources>>,
    /// The Pod Security level.
    pub pod_security: Option<At<PodSecurity>>,
}

/// `route`.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Its name, where the node gives it.
    pub span: Span,
    /// The entrypoint; `web` without.
    pub entrypoint: Option<At<String>>,
    /// The host.
    pub host: Option<At<String>>,
    /// The start of the path.
    pub path: Option<At<String>>,
    /// A whole rule.
    pub rule: Option<At<String>>,
    /// Higher is tried first.
    pub priority: Option<At<i64>>,
    /// Middlewares to pass, in order.
    pub middlewares: Vec<At<String>>,
    /// The Secret with the certificate.
    pub tls: Option<At<String>>,
    /// `component` or `component:port`.
    pub to: At<String>,
}

/// `middleware`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Middleware {
    /// Takes prefixes off the path.
    StripPrefix(Vec<String>),
    /// Puts a prefix before the path.
    AddPrefix(String),
    /// Asks for a name and a password.
    BasicAuth {
        /// The Secret with the users.
        secret: At<String>,
        /// What the browser shows.
        realm: Option<String>,
    },
    /// Only clients from these ranges.
    IpAllowList(Vec<String>),
    /// Sets headers.
    Headers {
        /// Of the request.
        request: BTreeMap<String, String>,
        /// Of the answer.
        response: BTreeMap<String, String>,
    },
    /// So many requests a second.
    RateLimit {
        /// Requests a second.
        average: i64,
        /// How many more for a moment.
        burst: Option<i64>,
    },
    /// Asks again.
    Retry {
        /// How often at the most.
        attempts: i64,
    },
    /// Compresses answers.
    Compress,
    /// Sends clients to another scheme.
    Redirect {
        /// The scheme.
        scheme: String,
        /// Whether browsers may remember it.
        permanent: bool,
        /// Another port.
        port: Option<i64>,
    },
}

/// One file of hand-written objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// The `manifest` node that named it.
    pub span: Span,
    /// The path of the file, relative to the root's folder.
    pub path: String,
    /// Its objects, and the place of each in the file.
    pub objects: Vec<(Span, serde_json::Value)>,
    /// The text, for diagnostics.
    pub text: Content,
}

/// `reapers`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reapers {
    /// Its name, where the node gives it.
    pub span: Span,
    /// The whole node.
    pub node: Span,
    /// The name of the namespace.
    pub name: String,
    /// Where reapers tell of what they did.
    pub slack: Option<Slack>,
    /// The reapers.
    pub reapers: Vec<Reaper>,
    /// What holds for the namespace object.
    pub about: About,
}

/// `slack`.
#[derive(Clone, Debug, PartialEq)]
pub struct Slack {
    /// The node.
    pub span: Span,
    /// Where it is.
    pub external: At<String>,
    /// The Secret with URL, token and channel.
    pub secret: At<String>,
}

/// `reaper`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaper {
    /// The node.
    pub span: Span,
    /// Its version.
    pub version: At<String>,
    /// The namespace whose server it talks to.
    pub namespace: At<String>,
    /// Where it is in its life.
    pub state: At<ReaperState>,
    /// Minutes between two rounds.
    pub poll: Option<At<u32>>,
    /// What any program may say.
    pub settings: Settings,
}

/// Where a reaper is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaperState {
    /// Its version may still start workflow runs.
    Active,
    /// No new clients; everything it needs stays.
    Draining,
    /// Nothing is emitted.
    Retired,
}
