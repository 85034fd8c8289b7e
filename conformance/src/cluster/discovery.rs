//! Which kinds the server knows, and the path of an object.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::client::Client;

/// One resource of the API.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// `v1` or `GROUP/VERSION`.
    pub(crate) api_version: String,
    /// The plural in paths.
    pub(crate) plural: String,
    /// Whether its objects are in namespaces.
    pub(crate) namespaced: bool,
    /// What can be done with it.
    pub(crate) verbs: Vec<String>,
}

impl Resource {
    /// The path of all its objects.
    pub(crate) fn collection(&self, namespace: Option<&str>) -> String {
        let root = if self.api_version.contains('/') { "/apis" } else { "/api" };
        match namespace {
            Some(namespace) => {
                format!("{root}/{}/namespaces/{namespace}/{}", self.api_version, self.plural)
            }
            None => format!("{root}/{}/{}", self.api_version, self.plural),
        }
    }
}

/// The resources that the server serves, by `apiVersion` and kind.
#[derive(Clone, Default)]
pub(crate) struct Discovery {
    resources: BTreeMap<(String, String), Resource>,
}

/// Both documents of aggregated discovery are of this type.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

impl Discovery {
    /// Asks the server.
    pub(crate) fn read(client: &Client) -> Result<Self> {
        let mut discovery = Self::default();
        for path in ["/api", "/apis"] {
            let body = client.send("GET", path, ACCEPT, None)?.success(path)?;
            discovery.add(&body);
        }
        Ok(discovery)
    }

    fn add(&mut self, body: &Value) {
        for group in array(body, "/items") {
            let group_name = text(group, "/metadata/name");
            for version in array(group, "/versions") {
                let version_name = text(version, "/version");
                let api_version = if group_name.is_empty() {
                    version_name.to_owned()
                } else {
                    format!("{group_name}/{version_name}")
                };
                for resource in array(version, "/resources") {
                    let kind = text(resource, "/responseKind/kind").to_owned();
                    let found = Resource {
                        api_version: api_version.clone(),
                        plural: text(resource, "/resource").to_owned(),
                        namespaced: text(resource, "/scope") == "Namespaced",
                        verbs: array(resource, "/verbs")
                            .iter()
                            .filter_map(Value::as_str)
                            .map(str::to_owned)
                            .collect(),
                    };
                    self.resources.insert((api_version.clone(), kind), found);
                }
            }
        }
    }

    /// The resource of a kind, or an error as `kubectl` gives it.
    pub(crate) fn resource(&self, api_version: &str, kind: &str) -> Result<&Resource> {
        self.resources
            .get(&(api_version.to_owned(), kind.to_owned()))
            .with_context(|| format!("no matches for kind \"{kind}\" in version \"{api_version}\""))
    }

    /// The path of one object.
    pub(crate) fn path(
        &self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<String> {
        let resource = self.resource(api_version, kind)?;
        match (resource.namespaced, namespace) {
            (true, None) => bail!("{kind} {name} needs a namespace and names none"),
            (false, Some(namespace)) => {
                bail!("{kind} {name} is not namespaced, but names the namespace {namespace}")
            }
            _ => Ok(format!("{}/{name}", resource.collection(namespace))),
        }
    }

    /// Every resource whose objects can be listed and deleted, one version
    /// of each.
    pub(crate) fn listable(&self) -> Vec<&Resource> {
        let mut seen = BTreeMap::new();
        for resource in self.resources.values() {
            let has = |verb: &str| resource.verbs.iter().any(|known| known == verb);
            if has("list") && has("delete") {
                let group = resource.api_version.split_once('/').map_or("", |(group, _)| group);
                seen.insert((group.to_owned(), resource.plural.clone()), resource);
            }
        }
        seen.into_values().collect()
    }
}

/// The array at a JSON pointer; empty when there is none.
pub(crate) fn array<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The string at a JSON pointer; empty when there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The integer at a JSON pointer; 0 when there is none.
pub(crate) fn number(value: &Value, pointer: &str) -> i64 {
    value.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
}
