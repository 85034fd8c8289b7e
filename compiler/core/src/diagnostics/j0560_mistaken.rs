//! pods with the label of another program.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0560",
    severity: Severity::Error,
    title: "pods with the label of another program",
    what: "Pods of a manifest have the label `app` that the pods of a component or a workload of the same namespace have.",
    why: "Services and network policies tell pods apart by labels: part of the requests would go to the pods of the manifest, and these would be let in and out as the others are.",
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
apiVersion: apps/v1
kind: Deployment
metadata: { name: helper }
spec:
  selector: { matchLabels: { app: jobmon-server } }
  template:
    metadata: { labels: { app: jobmon-server } }
    spec: { containers: [ { name: helper, image: "example/helper:1", securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: [ ALL ] }, seccompProfile: { type: RuntimeDefault } } } ] }
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
apiVersion: apps/v1
kind: Deployment
metadata: { name: helper }
spec:
  selector: { matchLabels: { app: helper } }
  template:
    metadata: { labels: { app: helper } }
    spec: { containers: [ { name: helper, image: "example/helper:1", securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: [ ALL ] }, seccompProfile: { type: RuntimeDefault } } } ] }
"#,
    fix: "Give the pods of the manifest a label `app` that no program of the namespace has.",
};
