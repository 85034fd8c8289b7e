//! policy that the proof does not read.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0570",
    severity: Severity::Warning,
    title: "policy that the proof does not read",
    what: "A hand-written manifest has a policy of the network's own, as Cilium, Calico and Antrea have them, or one for the whole cluster (`AdminNetworkPolicy`, `ClusterNetworkPolicy`).",
    why: "Such a policy may let through what the policies of `jtc` refuse, and refuse what they let through. The proof reads `NetworkPolicy` alone: that nothing else is open, and that every path is, holds without this policy.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "web" image="example/web:1" { port "http" 8080; }
    workload "cron" image="example/cron:1" { connect "web" url-env="URL"; }
    manifest "policy.yaml"
}
// file: policy.yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: everybody }
spec:
  endpointSelector: {}
  ingress: [ { fromEntities: [ cluster ] } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "web" image="example/web:1" { port "http" 8080; }
    workload "cron" image="example/cron:1" { connect "web" url-env="URL"; }
}
"#,
    fix: "Say who is reached with `connect` and `route`, and take the policy out. If the network needs it, look at both together, as `jtc` can't.",
};
