//! addresses beside the pods of a Service.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0574",
    severity: Severity::Error,
    title: "addresses beside the pods of a Service",
    what: "A hand-written EndpointSlice belongs to a Service that selects its pods: it adds addresses to theirs.",
    why: "Traefik and the network take the addresses of all slices of a Service, so a part of the requests goes to these, past what is proved; Kubernetes leaves slices alone that it didn't make.",
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
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: extra, labels: { kubernetes.io/service-name: jobmon-server } }
addressType: IPv4
endpoints: [ { addresses: [ 10.1.2.3 ] } ]
ports: [ { name: http, port: 8080, protocol: TCP } ]
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
"#,
    fix: "Take the EndpointSlice out. What is outside of the cluster is an `external`; for addresses of one's own there is a Service without `selector`.",
};

/// A slice of a Service that selects pods; `selecting` is the Service.
pub(crate) fn diag(slice: &Object, service: &Object) -> Diag {
    let diag = Diag::new(
        &META,
        slice.source,
        "adds addresses",
        format!("`{}` adds addresses to `{}`, which selects its pods: a part of all requests would go there", slice.id, service.id),
    )
    .in_field("metadata.labels", None);
    let diag = if service.source == slice.source { diag } else { diag.with(service.source, "the Service") };
    diag.help("take it out; what is outside of the cluster is an `external`, to which programs `connect`")
}
