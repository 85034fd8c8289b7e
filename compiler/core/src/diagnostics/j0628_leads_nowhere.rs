//! Service that leads to nobody.

use super::prelude::*;
use crate::network::{Origin, ServicePort, Target};

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0628",
    severity: Severity::Warning,
    title: "Service that leads to nobody",
    what: "No pod of the topology has the labels that a hand-written Service selects, or none of them has its port.",
    why: "The API server accepts it, and every connection is refused.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; workload "report" image="example/report:1"; }
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: reports }
spec: { selector: { app: reports }, ports: [ { port: 80, targetPort: 8080 } ] }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; workload "report" image="example/report:1"; }
// file: extra.yaml
apiVersion: v1
kind: Service
metadata: { name: reports }
spec: { selector: { app: report }, ports: [ { port: 80, targetPort: 8080 } ] }
"#,
    fix: "Mend the `selector` or the `targetPort`. If something outside the topology makes the pods, all is well.",
};

/// `selector` are labels, as in `app: report`.
pub(crate) fn diag(service: &Origin, selector: &[String]) -> Diag {
    let wanted = list(selector.iter().map(String::as_str));
    Diag::new(
        &META,
        service.source,
        "selects nobody",
        format!("`{}` selects {wanted}, which no pod of its namespace has", service.id),
    )
    .help("mend `spec.selector`: it must be labels of the pods, those in `spec.template.metadata.labels`")
}

/// A port that none of the pods has.
pub(crate) fn port(service: &Origin, port: &ServicePort) -> Diag {
    let target = match &port.target {
        Target::Name(name) => name.clone(),
        Target::Number(number) => number.to_string(),
    };
    let (number, protocol) = (port.number, port.protocol.as_str());
    Diag::new(
        &META,
        service.source,
        "leads to no port",
        format!("port {number} of `{}` leads to `{target}` over {protocol}, which no container behind it has", service.id),
    )
    .help("write a `targetPort` that the container names in its `ports`, with the same `protocol`")
}
