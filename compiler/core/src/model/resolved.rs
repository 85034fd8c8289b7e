//! The topology with its names looked up: what components are made from.
//!
//! Invariant: nothing here is looked up by name again; whatever leads nowhere
//! has been reported and is absent.

use indexmap::IndexMap;
use jtc_syntax::Span;

use super::At;
use super::declared::{self, Topology};
use super::settings::Protocol;
use crate::components::release::Release;
use crate::text::{Cidr, Version};

/// A whole topology, resolved.
#[derive(Clone, Debug)]
pub struct World<'t> {
    /// As written.
    pub topology: &'t Topology,
    /// The namespaces, in the order of the source.
    pub sites: Vec<Site<'t>>,
    /// Where each namespace is among the sites.
    pub by_name: IndexMap<&'t str, usize>,
    /// The reapers' namespace.
    pub reapers: Option<ReaperSite<'t>>,
}

impl<'t> World<'t> {
    /// The namespace of this name, and where it is among the sites.
    pub fn site(&self, name: &str) -> Option<(usize, &Site<'t>)> {
        let index = *self.by_name.get(name)?;
        self.sites.get(index).map(|site| (index, site))
    }
}

/// A namespace.
#[derive(Clone, Debug)]
pub struct Site<'t> {
    /// As written.
    pub decl: &'t declared::Namespace,
    /// Its name.
    pub name: &'t str,
    /// What makes it a Jobmon namespace.
    pub jobmon: Option<Jobmon<'t>>,
    /// Who enters from elsewhere.
    pub callers: Vec<Caller<'t>>,
    /// What its programs talk to because they say so.
    pub links: Vec<Link<'t>>,
}

/// What a Jobmon namespace has.
#[derive(Clone, Debug)]
pub struct Jobmon<'t> {
    /// The version, as written: `3.6.0`.
    pub number: &'t str,
    /// The version.
    pub version: &'t declared::VersionDecl,
    /// How programs of this version start and are configured.
    pub release: &'static Release,
    /// The database.
    pub database: Option<DatabaseRef<'t>>,
    /// The Elastic stack.
    pub stack: Option<Stack<'t>>,
}

/// A database with its server.
#[derive(Clone, Copy, Debug)]
pub struct DatabaseRef<'t> {
    /// Its name in the topology.
    pub name: &'t str,
    /// The database.
    pub decl: &'t declared::Database,
    /// The name of its server in the topology.
    pub external_name: &'t str,
    /// Its server.
    pub external: &'t declared::External,
}

/// An Elastic stack, with the layers that say something about it.
#[derive(Clone, Debug)]
pub struct Stack<'t> {
    /// Its version, as written.
    pub text: &'t At<String>,
    /// Its version.
    pub version: Version,
    /// The `elk` child of the namespace.
    pub own: Option<&'t declared::Elk>,
    /// The profile that the namespace names.
    pub profile: Option<&'t declared::Elk>,
    /// The database that Metricbeat watches.
    pub metricbeat_database: Option<DatabaseRef<'t>>,
}

/// Somebody who enters a namespace through its Traefik.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller<'t> {
    /// The namespace it is in.
    pub namespace: &'t str,
    /// The `app` label of its pods.
    pub app: String,
    /// The entrypoint it enters by.
    pub entrypoint: String,
    /// The place that says so.
    pub span: Span,
}

/// One `connect`, looked up.
#[derive(Clone, Debug)]
pub struct Link<'t> {
    /// The program that says it, as in `server` or the name of a workload.
    pub from: &'t str,
    /// Whom it reaches.
    pub to: LinkEnd<'t>,
    /// Variables for the host.
    pub host_env: Option<&'t str>,
    /// Variables for the port.
    pub port_env: Option<&'t str>,
    /// Variables for the URL.
    pub url_env: Option<&'t str>,
    /// Whether the target must be ready first.
    pub wait: bool,
    /// The `connect`.
    pub span: Span,
}

/// The variables that a `connect` names: one for the host or one for the URL
/// at least.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    /// For the host.
    pub host: Option<String>,
    /// For the port.
    pub port: Option<String>,
    /// For the URL.
    pub url: Option<String>,
}

/// The other end of a `connect`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEnd<'t> {
    /// A program of the same namespace.
    Local {
        /// The program, as in `server` or the name of a workload.
        program: &'t str,
        /// The name of its Service, of its pods' `app` label, and of its workload.
        object: String,
        /// The port of its Service.
        service_port: u16,
        /// The port of its pods.
        container_port: u16,
        /// What it speaks.
        protocol: Protocol,
    },
    /// A component of another namespace, by way of that namespace's Traefik.
    Remote {
        /// The other namespace.
        namespace: &'t str,
        /// The component there.
        program: &'t str,
        /// The name of its Service, and its pods' `app` label.
        object: String,
        /// The entrypoint there.
        entrypoint: String,
        /// The port of Traefik's Service there.
        service_port: u16,
        /// The port of Traefik's pods there.
        container_port: u16,
        /// What it speaks.
        protocol: Protocol,
        /// Whether the route there wants TLS.
        tls: bool,
        /// What paths begin with, where the route there says so.
        path: String,
        /// The rules of the routes there, as they are written.
        rules: Vec<String>,
        /// The port of the program's Service, where a `connect` names it.
        port: Option<u16>,
    },
    /// Something outside the cluster.
    External {
        /// Its name in the topology.
        name: &'t str,
        /// What it is.
        external: &'t declared::External,
    },
}

/// The reapers' namespace.
#[derive(Clone, Debug)]
pub struct ReaperSite<'t> {
    /// As written.
    pub decl: &'t declared::Reapers,
    /// Its name.
    pub name: &'t str,
    /// Where Slack is.
    pub slack: Option<SlackRef<'t>>,
    /// The reapers that run: neither retired nor in error.
    pub live: Vec<ReaperRef<'t>>,
}

/// Slack, looked up.
#[derive(Clone, Copy, Debug)]
pub struct SlackRef<'t> {
    /// Its name in the topology.
    pub name: &'t str,
    /// Where it is.
    pub external: &'t declared::External,
    /// The name of its Secret.
    pub secret: &'t At<String>,
    /// The keys of its Secret.
    pub keys: &'t declared::Secret,
}

/// A reaper that runs.
#[derive(Clone, Debug)]
pub struct ReaperRef<'t> {
    /// As written.
    pub decl: &'t declared::Reaper,
    /// Its version, as written.
    pub number: &'t str,
    /// Its version.
    pub version: &'t declared::VersionDecl,
    /// How programs of its version start and are configured.
    pub release: &'static Release,
    /// Where its namespace is among the sites.
    pub site: usize,
    /// The name of its Deployment and its pods' `app` label.
    pub object: String,
    /// Its `connect`s, all of them to what is outside.
    pub links: Vec<Link<'t>>,
}

/// Address ranges, as texts.
pub fn ranges(cidrs: &[Cidr]) -> impl Iterator<Item = &str> {
    cidrs.iter().map(Cidr::as_str)
}

impl Site<'_> {
    /// The Elastic stack, in a namespace that has one.
    pub fn stack(&self) -> Option<&Stack<'_>> {
        self.jobmon.as_ref().and_then(|jobmon| jobmon.stack.as_ref())
    }
}
