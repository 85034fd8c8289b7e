//! middleware that Traefik does not build.

use super::prelude::*;
use crate::model::declared::Secret;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0530",
    severity: Severity::Error,
    title: "middleware that Traefik does not build",
    what: "A middleware says nothing to do, several things, or what Traefik refuses.",
    why: "Traefik switches off every route that uses it, and answers 404.",
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
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: extra }
spec:
  entryPoints: [ web ]
  routes:
    - kind: Rule
      match: PathPrefix(`/extra`)
      services: [ { name: jobmon-server, port: 80 } ]
      middlewares: [ { name: known } ]
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: known }
spec: { ipAllowList: { sourceRange: [ 10.0.0.0/40 ] } }
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
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: extra }
spec:
  entryPoints: [ web ]
  routes:
    - kind: Rule
      match: PathPrefix(`/extra`)
      services: [ { name: jobmon-server, port: 80 } ]
      middlewares: [ { name: known } ]
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: known }
spec: { ipAllowList: { sourceRange: [ 10.0.0.0/24 ] } }
"#,
    fix: "Mend the middleware; one Middleware does one thing.",
};

/// Whether Traefik takes names and passwords from a Secret: it has one key
/// alone, or, for `basicAuth`, is of the type `kubernetes.io/basic-auth`
/// (`createBasicAuthMiddleware`, `pkg/provider/kubernetes/crd/kubernetes.go`).
pub(crate) fn takes(secret: &Secret, basic: bool) -> bool {
    let pair = ["username", "password"].iter().all(|key| secret.keys.contains_key(*key));
    secret.keys.len() == 1 || basic && pair
}

/// A Secret with other keys than one; `at` is what names it.
pub(crate) fn keys(at: Span, name: &str, secret: &Secret) -> Diag {
    let has = list(secret.keys.keys().map(String::as_str));
    Diag::new(
        &META,
        at,
        "wants one key alone",
        format!("Traefik takes names and passwords from a Secret with one key alone, and `{name}` has {has}"),
    )
    .with(secret.span, "the secret")
    .help("put the lines of `htpasswd` into a Secret of their own: `secret \"…\" { keys \"users\"; }`")
}

/// The same, of a hand-written middleware.
pub(crate) fn in_manifest(path: &str, at: Span, name: &str, secret: &Secret) -> Diag {
    let mut diag = keys(at, name, secret);
    if let Some(label) = diag.labels.pop() {
        diag = diag.in_field(path, None);
        diag.labels.push(label);
    }
    diag
}
