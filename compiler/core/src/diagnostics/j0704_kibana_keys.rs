//! several Kibana pods without common keys.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0704",
    severity: Severity::Error,
    title: "several Kibana pods without common keys",
    what: "More than one pod of Kibana may run, and each would make up an encryption key of its own.",
    why: "What one pod has stored the others can not read: alerts, reports and connections fail for whoever happens to reach another pod.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch; kibana { replicas 2; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "keys" { keys saved reports; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" {
    elasticsearch
    kibana {
        replicas 2
        env XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY secret="keys" key="saved"
        env XPACK_REPORTING_ENCRYPTIONKEY secret="keys" key="reports"
    }
}
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Run one pod, or give both keys from a Secret, each of 32 characters or more.",
};

/// How many pods there may be, and the variables they lack.
pub(crate) fn diag(place: Span, most: u32, missing: &[&str]) -> Diag {
    let missing = list(missing.iter().copied());
    Diag::new(
        &META,
        place,
        "more than one",
        format!("{most} pods of `kibana` need the same keys, and have no {missing}"),
    )
    .help(format!("set {missing} in `kibana`, each as `env \"…\" secret=\"…\" key=\"…\"`, or leave `replicas` out"))
}
