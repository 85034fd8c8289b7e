//! A program that runs in a namespace, ready to become objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use jtc_syntax::Span;
use k8s_openapi::api::core::v1::Container;

use super::listens::Listens;
use crate::model::declared::{About, Cluster, Part, Parts, PodSecurity};
use crate::model::object::{Kind, Need, ObjectId};
use crate::model::resolved::{Jobmon, Link, LinkEnd, Site, Stack, Variables, World};
use crate::model::settings::{EnvValue, LoadBalancer, Protocol, Resources, Settings};
use crate::model::{At, NOWHERE};
use crate::text::Cidr;

/// What components are made from: one namespace, and the world around it.
#[derive(Clone, Copy, Debug)]
pub struct Cx<'w> {
    /// The whole topology.
    pub world: &'w World<'w>,
    /// The namespace.
    pub site: &'w Site<'w>,
}

/// Where a program lives.
#[derive(Clone, Copy, Debug)]
pub struct Home<'w> {
    /// The cluster.
    pub cluster: &'w Cluster,
    /// The namespace.
    pub namespace: &'w str,
    /// The Pod Security level of the namespace.
    pub level: PodSecurity,
    /// The place that sets it.
    pub level_at: Span,
    /// The quota of the namespace.
    pub quota: Option<&'w At<Resources>>,
}

impl<'w> Home<'w> {
    /// The home that a namespace is.
    pub fn new(cluster: &'w Cluster, namespace: &'w str, about: &'w About) -> Self {
        let level = about.pod_security.unwrap_or(cluster.pod_security);
        Self {
            cluster,
            namespace,
            level: level.value,
            level_at: level.span,
            quota: about.quota.as_ref(),
        }
    }
}

/// A program, with every layer of its settings merged.
#[derive(Clone, Debug)]
pub struct Program {
    /// What the topology calls it, as in `server` or the name of a workload.
    pub component: Arc<str>,
    /// The name of its objects, and the `app` label of its pods.
    pub object: String,
    /// The name of its container.
    pub container: String,
    /// The place in the source that it comes from.
    pub source: Span,
    /// The version of what runs, for the label `app.kubernetes.io/version`.
    pub version: Option<String>,
    /// Everything it says about itself.
    pub settings: Settings,
    /// How it runs.
    pub runs: Runs,
    /// Variables that stand in a ConfigMap of their own, with its name.
    pub config_env: Option<(String, BTreeMap<String, String>)>,
    /// Containers that run before it.
    pub init: Vec<Container>,
    /// Whether its pods get a token for the Kubernetes API.
    pub token: bool,
    /// TCP ports of its pods that its Service hasn't: for probes.
    pub private_ports: Vec<(String, u16)>,
    /// Folders it writes to, each an empty volume: `/tmp` and the like.
    pub scratch: Vec<String>,
    /// Whom it talks to.
    pub talks: Vec<Talk>,
    /// The type of its Service, where it has ports.
    pub exposure: Exposure,
    /// What comes before its pods.
    pub needs: Vec<Need>,
    /// What it listens at, where its own settings could say otherwise.
    pub listens: &'static [Listens],
}

/// How a program runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runs {
    /// All the time, in pods that are alike.
    Deployment,
    /// All the time, in pods with a name and a disk each.
    StatefulSet {
        /// The disk of each: size, storage class, and where it is mounted.
        disk: Disk,
        /// Starts all pods at once.
        parallel: bool,
    },
    /// Once; the name of the Job ends in a hash of what it is.
    Job,
    /// At certain times.
    CronJob,
}

/// The disk of each pod of a StatefulSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disk {
    /// The name of the volume.
    pub name: String,
    /// Its size.
    pub size: String,
    /// Its storage class; the cluster's default without.
    pub class: Option<String>,
    /// Where the program finds it.
    pub mount: String,
}

/// Who can reach a program's Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// The cluster.
    Cluster,
    /// Clients outside, by a load balancer.
    LoadBalancer(LoadBalancer),
}

/// Whom a program talks to, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    /// The other end.
    pub to: Arc<Peer>,
    /// Why, as in "writes its logs".
    pub why: &'static str,
    /// The place in the source that it follows from.
    pub span: Span,
    /// How the program knows the address.
    pub knows: Knows,
}

/// Why a program talks to another for which it has a `connect`: in its namespace and
/// outside, and in another namespace.
pub const DECLARED: &str = "says so";
/// The same, in another namespace.
pub const DECLARED_AWAY: &str = "says so, through the Traefik there";

/// How a program knows an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knows {
    /// By itself: nothing in its variables, arguments or files says it.
    ByItself,
    /// From what its component tells it, unless the topology says otherwise.
    FromComponent,
    /// From the variables that a `connect` names.
    FromConnect(Variables),
}

impl Talk {
    /// A conversation of whose address the component tells.
    pub fn new(to: Peer, why: &'static str, span: Span) -> Self {
        Self { to: to.into(), why, span, knows: Knows::FromComponent }
    }
}

/// The other end of a conversation, as a network policy sees it: ports are
/// those of pods.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Peer {
    /// Pods of the same namespace.
    Program {
        /// Their `app` label, and the name of their Service.
        app: String,
        /// The port of the Service; none where the pods find each other
        /// without one.
        service: Option<u16>,
        /// The port of the pods.
        port: u16,
        /// What it speaks.
        protocol: Protocol,
    },
    /// A program of another namespace, by way of the Traefik there.
    Traefik {
        /// The other namespace.
        namespace: String,
        /// The port of Traefik's Service.
        service: u16,
        /// The port of Traefik's pods.
        port: u16,
        /// What it speaks.
        protocol: Protocol,
        /// What it asks for there.
        asks: Asks,
    },
    /// Something outside the cluster; anywhere when no range is given.
    External {
        /// What the topology calls it, or the host itself.
        name: String,
        /// Where.
        cidrs: Vec<Cidr>,
        /// The port.
        port: u16,
        /// What it speaks.
        protocol: Protocol,
    },
    /// The Kubernetes API.
    ApiServer,
}

/// What a program asks a Traefik for. The host that it names is that of its
/// alias Service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asks {
    /// The program behind Traefik: its `app` label.
    pub app: String,
    /// The port of its Service, where it must be that one.
    pub port: Option<u16>,
    /// What all paths that it asks for start with; `None` when nobody knows.
    pub path: Option<String>,
    /// The version that it says it has, where it says one.
    pub version: Option<String>,
    /// How they must arrive, if that matters.
    pub arrives: Option<Arrives>,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Rules of which it asks what they take, where nobody knows its paths.
    pub rules: Vec<String>,
}

/// How the requests of a reaper must arrive at the server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arrives {
    /// What their paths must start with.
    pub path: String,
    /// Whether the server answers 500 to those that don't say they are JSON.
    pub json: bool,
}

impl Program {
    /// A Deployment with nothing said yet.
    pub fn new(component: &str, object: &str, source: Span, settings: Settings) -> Self {
        Self {
            component: component.into(),
            object: object.to_owned(),
            container: object.to_owned(),
            source,
            version: None,
            settings,
            runs: Runs::Deployment,
            config_env: None,
            init: Vec::new(),
            token: false,
            private_ports: Vec::new(),
            scratch: Vec::new(),
            talks: Vec::new(),
            exposure: Exposure::Cluster,
            needs: Vec::new(),
            listens: &[],
        }
    }

    /// Whether there is an image. Components of Jobmon take theirs from the version, which
    /// is checked there; only workloads have no version.
    pub fn has_image(&self) -> bool {
        self.settings.image.is_some() || self.version.is_some()
    }

    /// Adds the `connect`s that the topology has for this program: variables,
    /// conversations, and what must be ready first.
    pub fn connect(&mut self, cx: &Cx<'_>) {
        self.ask_kubernetes();
        let component = self.component.clone();
        for link in cx.site.links.iter().filter(|link| link.from == &*component) {
            self.link(cx.site.name, link);
            if link.wait {
                self.needs.extend(super::build::alias::readiness(cx.site, link));
            }
        }
    }

    /// Lets a program with a token for the Kubernetes API talk to that.
    pub fn ask_kubernetes(&mut self) {
        let permitted = self.settings.permissions.as_ref().map(|rules| rules.span);
        let account = self.settings.service_account.as_ref().map(|account| account.span);
        if let Some(span) = permitted.or(account) {
            self.talks.push(Talk::new(Peer::ApiServer, "may ask the Kubernetes API", span));
        }
    }

    /// Adds a `connect` of this program, which is in the namespace `home`.
    pub fn link(&mut self, home: &str, link: &Link<'_>) {
        let (host, port, to, why) = match &link.to {
            LinkEnd::Local { object, service_port, container_port, protocol, .. } => (
                object.clone(),
                *service_port,
                Peer::Program {
                    app: object.clone(),
                    service: Some(*service_port),
                    port: *container_port,
                    protocol: *protocol,
                },
                DECLARED,
            ),
            LinkEnd::Remote {
                namespace,
                object,
                service_port,
                container_port,
                protocol,
                tls,
                rules,
                port,
                ..
            } => (
                super::build::alias::name(namespace),
                *service_port,
                Peer::Traefik {
                    namespace: (*namespace).to_owned(),
                    service: *service_port,
                    port: *container_port,
                    protocol: *protocol,
                    asks: Asks {
                        app: object.clone(),
                        port: *port,
                        path: None,
                        version: None,
                        arrives: None,
                        tls: *tls,
                        rules: rules.clone(),
                    },
                },
                DECLARED_AWAY,
            ),
            LinkEnd::External { name, external } => (
                external.host.value.clone(),
                external.port,
                Peer::External {
                    name: (*name).to_owned(),
                    cidrs: external.cidrs.clone(),
                    port: external.port,
                    protocol: external.protocol,
                },
                DECLARED,
            ),
        };
        if let Peer::Traefik { .. } = &to {
            let alias = ObjectId::new(Kind::Service, home, &host);
            self.needs.push(Need::exists(alias, link.span));
        }
        let said = link.host_env.is_some() || link.url_env.is_some();
        let knows = if said {
            let name = |name: Option<&str>| name.map(str::to_owned);
            Knows::FromConnect(Variables {
                host: name(link.host_env),
                port: name(link.port_env),
                url: name(link.url_env),
            })
        } else {
            Knows::ByItself
        };
        self.talks.push(Talk { knows, ..Talk::new(to, why, link.span) });
        let variables = [
            (link.host_env, host.clone()),
            (link.port_env, port.to_string()),
            (link.url_env, url(&link.to, &host, port)),
        ];
        for (name, value) in variables {
            if let Some(name) = name {
                self.settings
                    .env
                    .entry(name.to_owned())
                    .or_insert_with(|| At::new(EnvValue::Text(value), link.span));
            }
        }
    }
}

/// The URL of the other end: with TLS where its route wants that, and where it
/// is outside on the port that is always TLS.
fn url(to: &LinkEnd<'_>, host: &str, port: u16) -> String {
    let (tls, path) = match to {
        LinkEnd::Local { .. } => (false, ""),
        LinkEnd::Remote { tls, path, .. } => (*tls, path.as_str()),
        LinkEnd::External { .. } => (port == 443, ""),
    };
    match (tls, port) {
        (true, 443) => format!("https://{host}{path}"),
        (true, _) => format!("https://{host}:{port}{path}"),
        (false, _) => format!("http://{host}:{port}{path}"),
    }
}

impl<'w> Cx<'w> {
    /// The namespace as a home of programs.
    pub fn home(&self) -> Home<'w> {
        Home::new(&self.world.topology.cluster, self.site.name, &self.site.decl.about)
    }

    /// What makes this a Jobmon namespace.
    pub fn jobmon(&self) -> Option<&'w Jobmon<'w>> {
        self.site.jobmon.as_ref()
    }

    /// The Elastic stack.
    pub fn stack(&self) -> Option<&'w Stack<'w>> {
        self.jobmon().and_then(|jobmon| jobmon.stack.as_ref())
    }

    /// The layers of a component that every Jobmon namespace may have, the
    /// nearest first: the namespace, then `defaults`.
    pub fn layers<O>(&self, part: impl Fn(&'w Parts) -> Option<&'w Part<O>>) -> Vec<&'w Part<O>> {
        [part(&self.site.decl.parts), part(&self.world.topology.defaults)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// The layers of an Elastic component, the nearest first: the `elk` of the
    /// namespace, the profile, then `defaults`. Empty when neither of the
    /// first two has the component.
    pub fn elastic_layers<O>(
        &self,
        part: impl Fn(&'w Parts) -> Option<&'w Part<O>>,
    ) -> Vec<&'w Part<O>> {
        let Some(stack) = self.stack() else { return Vec::new() };
        let mut layers: Vec<&Part<O>> = [stack.own, stack.profile]
            .into_iter()
            .flatten()
            .filter_map(|elk| part(&elk.parts))
            .collect();
        if !layers.is_empty() {
            layers.extend(part(&self.world.topology.defaults));
        }
        layers
    }
}

/// Merges layers, the nearest first, over what the component always needs.
/// The place is that of the nearest layer, or `otherwise`.
pub fn merge<O>(layers: &[&Part<O>], builtin: &Settings, otherwise: Span) -> (Span, Settings) {
    let mut settings = Settings::default();
    for layer in layers {
        settings.inherit(&layer.settings);
    }
    settings.inherit(builtin);
    let span = layers.iter().find_map(|layer| layer.span).unwrap_or(otherwise);
    (span, settings)
}

/// A built-in setting: set by no place in the source.
pub fn builtin<T>(value: T) -> At<T> {
    At::new(value, NOWHERE)
}
