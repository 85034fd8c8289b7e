//! port below 1024 without root.

use super::prelude::*;
use crate::components::build::pod::LOWEST_FREE_PORT;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0630",
    severity: Severity::Warning,
    title: "port below 1024 without root",
    what: "A container in a manifest doesn't run as root, and names a port below 1024.",
    why: "Docker and containerd from 2.0 let anybody listen there, CRI-O and older containerd don't: on some nodes the program ends with `permission denied`. The capability `NET_BIND_SERVICE` alone doesn't help who isn't root.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { runAsUser: 1000 }
  containers: [ { name: web, image: "example/web:1", ports: [ { containerPort: 80 } ] } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { runAsUser: 1000 }
  containers: [ { name: web, image: "example/web:1", ports: [ { containerPort: 8080 } ] } ]
"#,
    fix: "Listen to a port from 1024 on, and let the Service map it; or lower the bound with a sysctl, as `jtc` does for its own programs.",
};

/// The container at `path`, and the port.
pub(crate) fn diag(object: &Object, path: &str, port: i32) -> Diag {
    Diag::new(
        &META,
        object.source,
        "not on every node",
        format!("`{path}` of `{}` isn't root and listens to port {port}, which some nodes refuse", object.id),
    )
    .in_field(path, None)
    .help(format!(
        "write `sysctls: [{{name: {LOWEST_FREE_PORT}, value: \"0\"}}]` into the `securityContext` of the pod; or listen to a port from 1024 on"
    ))
}
