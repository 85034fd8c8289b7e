//! route that no Traefik reads.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0523",
    severity: Severity::Error,
    title: "route that no Traefik reads",
    what: "A route stands in a namespace that no Traefik watches.",
    why: "A Traefik reads the namespaces of its argument `providers.kubernetescrd.namespaces` only. Of other routes it says nothing, and answers 404.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "tool" image="example/tool:1" { probe "readiness" tcp=#true; port "http" 8080; }
    manifest "extra.yaml"
}
// file: extra.yaml
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: tool }
spec:
  entryPoints: [ web ]
  routes:
    - kind: Rule
      match: PathPrefix(`/extra`)
      services: [ { name: tool, port: 8080 } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "tool" image="example/tool:1" { probe "readiness" tcp=#true; port "http" 8080; }
}
"#,
    fix: "Give the namespace a Traefik, or move the route and its Service to one that has one.",
};
