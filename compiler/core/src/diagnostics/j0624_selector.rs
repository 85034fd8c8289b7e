//! selector that its own pods don't match.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0624",
    severity: Severity::Error,
    title: "selector that its own pods don't match",
    what: "A hand-written Deployment, StatefulSet or DaemonSet selects labels that its template doesn't give.",
    why: "The API server refuses it: it would make pods for ever and never count one as its own.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "extra.yaml"; }
// file: extra.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: report }
spec:
  selector: { matchLabels: { app: report } }
  template:
    metadata: { labels: { app: reports } }
    spec:
      containers: [ { name: report, image: "example/report:1" } ]
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
"#,
    fix: "Write the labels of `selector` into `template.metadata.labels`.",
};

/// `lacks` are labels as in `app: report`; none where an expression doesn't
/// match.
pub(crate) fn diag(object: &Object, lacks: &[String]) -> Diag {
    let lacks: Vec<&str> = lacks.iter().map(String::as_str).collect();
    let message = if lacks.is_empty() {
        format!("`{}` would be refused: the labels of its template don't match its `spec.selector`", object.id)
    } else {
        let what = list(lacks.iter().copied());
        format!("`{}` would be refused: its `spec.selector` wants {what}, which its template doesn't have", object.id)
    };
    let diag = Diag::new(&META, object.source, "selects other pods than it makes", message)
    .in_field("spec.selector", None);
    match lacks.as_slice() {
        [] => diag.help("mend the `labels` in `spec.template.metadata`, or `spec.selector`"),
        lacks => diag.help(format!(
            "write `labels: {{{}}}` into `spec.template.metadata`, or mend `spec.selector`",
            lacks.join(", ")
        )),
    }
}
