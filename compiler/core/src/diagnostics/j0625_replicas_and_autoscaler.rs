//! `replicas` beside an autoscaler.

use super::prelude::*;
use crate::components::manifests;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0625",
    severity: Severity::Error,
    title: "`replicas` beside an autoscaler",
    what: "A hand-written HorizontalPodAutoscaler scales something that says `replicas` itself; a program of the topology always does.",
    why: "Each time the manifests are applied, the number of pods falls back to `replicas`, whatever the load: with one pod for twenty, an outage.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: report }
spec:
  replicas: 1
  selector: { matchLabels: { app: report } }
  template:
    metadata: { labels: { app: report } }
    spec:
      containers: [ { name: report, image: "example/report:1" } ]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: report }
spec:
  maxReplicas: 9
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: report }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: report }
spec:
  selector: { matchLabels: { app: report } }
  template:
    metadata: { labels: { app: report } }
    spec:
      containers: [ { name: report, image: "example/report:1" } ]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: report }
spec:
  maxReplicas: 9
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: report }
"#,
    fix: "In a manifest take `replicas` out of what is scaled; in a topology write `replicas` with `min` and `max`, which makes the autoscaler.",
};

/// The autoscaler, and what it scales.
pub(crate) fn diag(object: &Object, target: &Object, replicas: i32) -> Diag {
    let diag = Diag::new(
        &META,
        object.source,
        "scales it",
        format!("`{}` scales `{}`, whose `spec.replicas` is {replicas}: each apply would go back to that", object.id, target.id),
    )
    .with(target.source, "says `replicas`");
    if &*target.component == manifests::COMPONENT {
        diag.help("take `replicas` out of it, and write `minReplicas` into the autoscaler; or take the autoscaler out")
    } else {
        diag.help(format!(
            "take the autoscaler out, and write `replicas min=2 max=9 cpu=80` into `{}`, which makes one",
            target.component
        ))
    }
}
