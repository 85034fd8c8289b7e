//! alias that leads past Traefik.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0550",
    severity: Severity::Error,
    title: "alias that leads past Traefik",
    what: "An ExternalName Service leads to a Service of another namespace that is not that of its Traefik.",
    why: "An alias is only a name: who asks for it reaches the pods there past every route.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
secret "db2" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "next" external="mysql" secret="db2" name="next"
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.6.0" namespace="other"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "other" version="3.6.0" database="next" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: stable }
spec: { type: ExternalName, externalName: jobmon-server.jobmon.svc.cluster.local }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
secret "db2" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "next" external="mysql" secret="db2" name="next"
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.6.0" namespace="other"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "other" version="3.6.0" database="next" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: stable }
spec: { type: ExternalName, externalName: traefik.jobmon.svc.cluster.local }
"#,
    fix: "Let it lead to the Service `traefik` of the namespace, or say `connect` and leave the alias to `jtc`.",
};
