//! argument that Traefik refuses.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0543",
    severity: Severity::Error,
    title: "argument that Traefik refuses",
    what: "An argument of a Traefik is none that Traefik knows, or has a value that it does not take.",
    why: "Traefik ends as soon as it starts, and its pods crash again and again.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    manifest "second.yaml"
}
// file: second.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: second }
spec:
  selector: { matchLabels: { app: second } }
  template:
    metadata: { labels: { app: second } }
    spec:
      serviceAccountName: traefik
      automountServiceAccountToken: true
      containers:
        - name: traefik
          image: traefik:v3.7.13
          args: [ --providers.kubernetescrd=true, --providers.kubernetescrd.namespaces=jobmon, --providers.kubernetescrd.disableclusterscoperesources=true, --providers.kubernetescrd.allowemptyservices=true, --entrypoints.web.address=:80/http ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    manifest "second.yaml"
}
// file: second.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: second }
spec:
  selector: { matchLabels: { app: second } }
  template:
    metadata: { labels: { app: second } }
    spec:
      serviceAccountName: traefik
      automountServiceAccountToken: true
      containers:
        - name: traefik
          image: traefik:v3.7.13
          args: [ --providers.kubernetescrd=true, --providers.kubernetescrd.namespaces=jobmon, --providers.kubernetescrd.disableclusterscoperesources=true, --providers.kubernetescrd.allowemptyservices=true, --entrypoints.web.address=:10080 ]
"#,
    fix: "Mend the argument, or take it out.",
};
