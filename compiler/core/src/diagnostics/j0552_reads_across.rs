//! rights that reach into other namespaces.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0552",
    severity: Severity::Error,
    title: "rights that reach into other namespaces",
    what: "A binding gives an account rights in a namespace that is not its own, or in all of them.",
    why: "The Kubernetes API is a way around Traefik, too: who may read Secrets, Services or pods of another namespace needs no route.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
secret "db2" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "next" external="mysql" secret="db2" name="next"
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.6.0" namespace="other"; }
namespace "jobmon" version="3.6.0" database="prod" { manifest "extra.yaml"; }
namespace "other" version="3.6.0" database="next"
// file: extra.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: extra }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: traefik }
subjects: [ { kind: ServiceAccount, name: jobmon-server, namespace: other } ]
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
namespace "jobmon" version="3.6.0" database="prod" { manifest "extra.yaml"; }
namespace "other" version="3.6.0" database="next"
// file: extra.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: extra }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: traefik }
subjects: [ { kind: ServiceAccount, name: jobmon-server, namespace: jobmon } ]
"#,
    fix: "Bind a Role of the namespace to an account of the namespace.",
};
