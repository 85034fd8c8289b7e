//! API version that is gone.

use super::prelude::*;
use crate::model::object::ObjectId;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0621",
    severity: Severity::Error,
    title: "API version that is gone",
    what: "A manifest names an API version that no supported Kubernetes serves.",
    why: "The API server would answer: no matches for kind.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "old.yaml"; }
// file: old.yaml
apiVersion: autoscaling/v2beta2
kind: HorizontalPodAutoscaler
metadata:
  name: report
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "old.yaml"; workload "report" image="example/report:1"; }
// file: old.yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: report
spec:
  maxReplicas: 2
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: report
"#,
    fix: "Write the version that took its place.",
};

/// What is written, and what took its place.
pub(crate) fn diag(id: &ObjectId, at: Span, old: &str, new: &str) -> Diag {
    Diag::new(&META, at, "in this object", format!("`{id}` names the API version `{old}`, which is gone"))
        .help(format!("write `apiVersion: {new}`"))
}
