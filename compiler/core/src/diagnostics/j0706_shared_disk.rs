//! Elasticsearch on a shared file system.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0706",
    severity: Severity::Error,
    title: "Elasticsearch on a shared file system",
    what: "The disks of Elasticsearch are of a storage class whose volumes many nodes can write to, as NFS has them.",
    why: "Lucene, which keeps the data, relies on locks and on an order of writes that network file systems do not give. Data is corrupted, and it is noticed when it is read, much later.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "nfs" access="ReadWriteMany"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch { storage "10Gi" class="nfs"; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch { storage "10Gi" class="local-ssd"; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Use a class of local or block storage: one with access `ReadWriteOnce`.",
};

/// A storage class, the place that chose it, and the place that defines it.
pub(crate) fn diag(class: &str, place: Span, definition: Span, instead: Option<&str>) -> Diag {
    let diag = Diag::new(
        &META,
        place,
        "on shared volumes",
        format!(
            "`elasticsearch` must not keep its data on `{class}`, which many nodes can write to"
        ),
    )
    .with(definition, "its access is `ReadWriteMany`");
    match instead {
        Some(instead) => diag.help(format!("write `storage \"…\" class=\"{instead}\"`")),
        None => diag.help("add a `storage-class` with access `ReadWriteOnce` to `cluster`, and name it in `storage`"),
    }
}
