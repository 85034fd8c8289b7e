//! budget that lets no pod go.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0626",
    severity: Severity::Warning,
    title: "budget that lets no pod go",
    what: "A hand-written PodDisruptionBudget doesn't let a single pod be moved.",
    why: "Draining a node, as for an update of Kubernetes, waits for ever (Kubernetes, \"Specifying a Disruption Budget for your Application\").",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: report }
spec:
  maxUnavailable: 0
  selector: { matchLabels: { app: report } }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: report }
spec:
  maxUnavailable: 1
  selector: { matchLabels: { app: report } }
"#,
    fix: "Let one pod be away, or have more pods than `minAvailable`.",
};

/// `says` is the bound, as in `maxUnavailable: 0`.
pub(crate) fn diag(object: &Object, says: &str) -> Diag {
    Diag::new(
        &META,
        object.source,
        "lets none go",
        format!("`{}` says `{says}`, and so lets no pod be moved: no node that has one could be drained", object.id),
    )
    .in_field("spec", None)
    .help("write `maxUnavailable: 1` in its place, or add pods")
}
