//! The ten custom resource definitions of Traefik v3, as data.
//!
//! The files under `data/traefik` are generated: `cargo xtask crds` takes them
//! from the pinned Go module of Traefik and keeps names, types and
//! validations; [`PINNED`] says which release.
//!
//! All ten belong on the cluster before any Traefik starts. Its provider waits
//! for the caches of all of them at once, and while one is missing every route
//! answers 404 (Traefik, `pkg/provider/kubernetes/crd/client.go`).

pub mod schema;

use std::sync::OnceLock;

use schema::Schema;
use serde_json::Value;

/// The API group of every kind of Traefik v3. The group `traefik.containo.us`
/// of version 2 is gone.
pub const GROUP: &str = "traefik.io";

/// One custom resource definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crd {
    /// The resource as RBAC rules name it, such as `ingressroutes`.
    pub plural: &'static str,
    /// The kind that it defines, such as `IngressRoute`.
    pub kind: &'static str,
    /// `metadata.name`: the plural, a dot, the group.
    pub name: &'static str,
    /// The whole `apiextensions.k8s.io/v1` object as JSON, keys sorted.
    pub json: &'static str,
}

impl Crd {
    /// The definition of a kind; `api_version` as in `traefik.io/v1alpha1`.
    pub fn of(api_version: &str, kind: &str) -> Option<Self> {
        let is_own = api_version.strip_prefix(GROUP).is_some_and(|rest| rest == "/v1alpha1");
        CRDS.into_iter().filter(|_| is_own).find(|crd| crd.kind == kind)
    }

    /// What its objects must look like: the `openAPIV3Schema` of its only version.
    /// It is read once.
    pub fn schema(&self) -> &'static Schema {
        static ALL: [OnceLock<Schema>; CRDS.len()] = [const { OnceLock::new() }; CRDS.len()];
        static NONE: OnceLock<Schema> = OnceLock::new();
        let index = CRDS.iter().position(|crd| crd.plural == self.plural);
        let place = index.and_then(|index| ALL.get(index)).unwrap_or(&NONE);
        place.get_or_init(|| {
            let mut object: Value = serde_json::from_str(self.json).unwrap_or_default();
            let schema = object.pointer_mut("/spec/versions/0/schema/openAPIV3Schema");
            Schema::new(schema.map(Value::take).unwrap_or_default())
        })
    }
}

macro_rules! crds {
    ($($plural:literal $kind:literal)*) => {
        [$(Crd {
            plural: $plural,
            kind: $kind,
            name: concat!($plural, ".traefik.io"),
            json: include_str!(concat!("../data/traefik/", $plural, ".json")),
        }),*]
    };
}

/// All definitions, sorted by plural.
pub const CRDS: [Crd; 10] = crds! {
    "ingressroutes" "IngressRoute"
    "ingressroutetcps" "IngressRouteTCP"
    "ingressrouteudps" "IngressRouteUDP"
    "middlewares" "Middleware"
    "middlewaretcps" "MiddlewareTCP"
    "serverstransports" "ServersTransport"
    "serverstransporttcps" "ServersTransportTCP"
    "tlsoptions" "TLSOption"
    "tlsstores" "TLSStore"
    "traefikservices" "TraefikService"
};

/// Module, version and checksum that the definitions come from, a line each.
pub const PINNED: &str = include_str!("../data/traefik/PINNED");

#[cfg(test)]
mod tests {
    use super::{CRDS, Crd, GROUP, PINNED};
    use serde_json::Value;

    #[test]
    fn the_table_agrees_with_the_files() {
        assert!(CRDS.is_sorted_by_key(|crd| crd.plural));
        for crd in CRDS {
            let object: Value = serde_json::from_str(crd.json).expect("JSON");
            let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
            assert_eq!(text("/apiVersion"), Some("apiextensions.k8s.io/v1"));
            assert_eq!(text("/kind"), Some("CustomResourceDefinition"));
            assert_eq!(text("/metadata/name"), Some(crd.name));
            assert_eq!(text("/spec/group"), Some(GROUP));
            assert_eq!(text("/spec/names/plural"), Some(crd.plural));
            assert_eq!(text("/spec/names/kind"), Some(crd.kind));
            assert_eq!(text("/spec/versions/0/name"), Some("v1alpha1"));
            let without = serde_json::json!({"metadata": {}});
            assert_eq!(crd.schema().violations(&without).len(), 1, "{}", crd.name);
            assert_eq!(Crd::of("traefik.io/v1alpha1", crd.kind), Some(crd));
        }
        assert!(PINNED.contains("module github.com/traefik/traefik/v3\n"), "{PINNED}");
    }
}
