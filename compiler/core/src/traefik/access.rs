//! What Traefik may read. Its provider waits for the caches of everything it
//! watches at once: while it may not list one of them, or one definition is
//! missing, it serves no route at all, and `/ping` answers 200
//! (`pkg/provider/kubernetes/crd/client.go`).

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use super::config::Config;
use super::objects::Text;
use crate::traefik_crds::{CRDS, GROUP};

/// What a service account may do, and which definitions the cluster has.
#[derive(Clone, Debug, Default)]
pub struct Access {
    grants: Vec<Grant>,
    missing: BTreeSet<Text>,
    everything: bool,
}

/// What one rule of a `Role` or `ClusterRole` allows.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Where: a namespace, or everywhere.
    pub namespace: Option<Text>,
    /// `apiGroups`; `*` is every one.
    pub groups: Vec<Text>,
    /// `resources`; `*` is every one.
    pub resources: Vec<Text>,
    /// `verbs`; `*` is every one.
    pub verbs: Vec<Text>,
    /// `resourceNames`; a list can't be allowed by name.
    pub names: Vec<Text>,
}

/// The first thing that Traefik can't read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// The resource, as in `endpointslices`.
    pub resource: &'static str,
    /// Where; none for the whole cluster.
    pub namespace: Option<Text>,
    /// What is missing.
    pub verb: Missing,
}

/// What is missing to read something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The verb `list`.
    List,
    /// The verb `watch`.
    Watch,
    /// The definition of the kind.
    Definition,
}

impl Display for Denied {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let dot = if self.group.is_empty() { "" } else { "." };
        let resource = format_args!("{}{dot}{}", self.resource, self.group);
        let place = match &self.namespace {
            Some(namespace) => format!("in `{namespace}`"),
            None => "in the whole cluster".to_owned(),
        };
        match self.verb {
            Missing::Definition => write!(f, "the definition of `{resource}` is missing"),
            Missing::List => write!(f, "it may not list `{resource}` {place}"),
            Missing::Watch => write!(f, "it may not watch `{resource}` {place}"),
        }
    }
}

/// Whether a list of a rule has something, by its name or by `*`.
pub fn has(list: &[Text], wanted: &str) -> bool {
    list.iter().any(|item| &**item == "*" || &**item == wanted)
}

/// What is watched besides Traefik's own kinds.
const KUBERNETES: [(&str, &str); 4] =
    [("", "services"), ("discovery.k8s.io", "endpointslices"), ("", "configmaps"), ("", "secrets")];

impl Access {
    /// May read everything, and every definition is there.
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Adds what a rule allows.
    pub fn grant(&mut self, grant: Grant) {
        self.grants.push(grant);
    }

    /// Says that the definition of a kind is missing, as in `middlewaretcps`.
    pub fn without_definition(&mut self, plural: &str) {
        self.missing.insert(plural.into());
    }

    /// The first thing that Traefik can't read of what it watches.
    pub fn denied(&self, config: &Config) -> Option<Denied> {
        let own = || CRDS.iter().map(|crd| (GROUP, crd.plural));
        for (group, resource) in own() {
            if self.missing.contains(resource) {
                let verb = Missing::Definition;
                return Some(Denied { group, resource, namespace: None, verb });
            }
        }
        if self.everything {
            return None;
        }
        let watched = || own().chain(KUBERNETES);
        let everywhere = [None];
        let named: Vec<Option<&Text>> = config.namespaces.iter().map(Some).collect();
        let namespaces: &[Option<&Text>] =
            if named.is_empty() { &everywhere } else { named.as_slice() };
        for namespace in namespaces {
            for (group, resource) in watched() {
                if let Some(verb) = self.lacks(*namespace, group, resource) {
                    let namespace = namespace.cloned();
                    return Some(Denied { group, resource, namespace, verb });
                }
            }
        }
        // Nodes are of no namespace, so only a ClusterRole allows them.
        if config.disable_cluster_scope_resources {
            return None;
        }
        let verb = self.lacks(None, "", "nodes")?;
        Some(Denied { group: "", resource: "nodes", namespace: None, verb })
    }

    fn lacks(&self, namespace: Option<&Text>, group: &str, resource: &str) -> Option<Missing> {
        let may = |verb: &str| {
            self.grants.iter().any(|grant| {
                let here = match (&grant.namespace, namespace) {
                    (None, _) => true,
                    (Some(there), Some(here)) => there == here,
                    (Some(_), None) => false,
                };
                here && grant.names.is_empty()
                    && has(&grant.groups, group)
                    && has(&grant.resources, resource)
                    && has(&grant.verbs, verb)
            })
        };
        if !may("list") {
            Some(Missing::List)
        } else if !may("watch") {
            Some(Missing::Watch)
        } else {
            None
        }
    }
}
