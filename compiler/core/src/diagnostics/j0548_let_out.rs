//! pods that may reach what nothing says they need.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0548",
    severity: Severity::Warning,
    title: "pods that may reach what nothing says they need",
    what: "A policy lets pods out to a range, to a namespace, or to everywhere, and no `connect` says that they go there.",
    why: "Whoever gets into such a pod can take out what is in it, and come by to others.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    manifest "extra.yaml"
}
// file: extra.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: report }
spec:
  podSelector: { matchLabels: { app: jobmon-server } }
  policyTypes: [ Egress ]
  egress:
    - to: [ { ipBlock: { cidr: 0.0.0.0/0 } } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    manifest "extra.yaml"
}
// file: extra.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: report }
spec:
  podSelector: { matchLabels: { app: jobmon-server } }
  policyTypes: [ Egress ]
  egress:
    - to: [ { podSelector: { matchLabels: { app: report } } } ]
"#,
    fix: "Say `connect` to an `external` with its `cidr`, and leave the policy to `jtc`; or name the range.",
};
