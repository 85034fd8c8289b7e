//! alias of an address.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0627",
    severity: Severity::Error,
    title: "alias of an address",
    what: "A hand-written Service of the type `ExternalName` has an IP address for a name.",
    why: "The API server accepts it, and DNS takes the address for a name of digits, which nobody has: it never resolves (Kubernetes, \"Service\").",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: database }
spec: { type: ExternalName, externalName: 10.0.8.15 }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: database }
spec: { type: ExternalName, externalName: db.example.org }
"#,
    fix: "Write a DNS name; for an address, a Service without a selector and an EndpointSlice.",
};

/// The Service, and the address.
pub(crate) fn diag(object: &Object, address: &str) -> Diag {
    Diag::new(
        &META,
        object.source,
        "leads to an address",
        format!("`spec.externalName` of `{}` is the address {address}, and DNS would look for a name of these digits", object.id),
    )
    .in_field("spec.externalName", None)
    .help("write a DNS name; for an address, make a Service without `selector`, and an EndpointSlice with the address")
}
