//! program that may not ask for names.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0512",
    severity: Severity::Error,
    title: "program that may not ask for names",
    what: "Network policies let a program out, but not to the DNS of the cluster.",
    why: "Every host name would fail to resolve, after a wait of some seconds each time.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; network-policies #false; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "tools" {
    workload "report" image="example/report:1" { connect "mysql" host-env="DB_HOST"; }
    manifest "policy.yaml"
}
// file: policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: own }
spec:
  podSelector: {}
  policyTypes: [Egress]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; network-policies #false; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "tools" {
    workload "report" image="example/report:1" { connect "mysql" host-env="DB_HOST"; }
    manifest "policy.yaml"
}
// file: policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: own }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
    ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
  - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
"#,
    fix: "Leave policies to `jtc`, or let pods out to UDP and TCP 53 of `kube-system` in your own.",
};
