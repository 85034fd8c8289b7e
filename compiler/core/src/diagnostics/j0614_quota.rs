//! quota without amounts.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0614",
    severity: Severity::Error,
    title: "quota without amounts",
    what: "A namespace has a quota, and a program doesn't say how much of it it needs.",
    why: "Kubernetes refuses every pod of it, and the Deployment stays at 0.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    quota { requests cpu="4"; }
    workload "report" image="example/report:1"
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    quota { requests cpu="4"; }
    workload "report" image="example/report:1" { resources { requests cpu="1"; }; }
}
"#,
    fix: "Add what is missing to the `resources` of the program.",
};

/// `missing` are amounts such as `requests cpu`.
pub(crate) fn diag(program: &str, at: Span, quota: Span, missing: &[&str]) -> Diag {
    Diag::new(
        &META,
        at,
        format!("lacks {}", list(missing.iter().copied())),
        format!("the quota counts what `{program}` doesn't say: {}", list(missing.iter().copied())),
    )
    .with(quota, "the quota")
    .help(format!("add it to the `resources` of the program, as in `resources {{ {} }}`", written(missing)))
}

/// Amounts such as `requests cpu`, as `resources` has them.
fn written(missing: &[&str]) -> String {
    let of = |node: &str| {
        let amounts = missing.iter().filter_map(|amount| amount.strip_prefix(node)?.strip_prefix(' '));
        let amounts = amounts.map(|amount| match (node, amount) {
            ("requests", "cpu") => "cpu=\"200m\"",
            ("limits", "cpu") => "cpu=\"1\"",
            _ => "memory=\"500Mi\"",
        });
        let amounts: Vec<&str> = amounts.collect();
        (!amounts.is_empty()).then(|| format!("{node} {};", amounts.join(" ")))
    };
    let nodes: Vec<String> = ["requests", "limits"].into_iter().filter_map(of).collect();
    nodes.join(" ")
}

/// A container of a manifest, at `path`; `missing` are amounts such as
/// `requests.cpu`.
pub(crate) fn in_manifest(object: &Object, path: &str, quota: Span, missing: &[&str]) -> Diag {
    Diag::new(
        &META,
        object.source,
        format!("lacks {}", list(missing.iter().copied())),
        format!(
            "the quota counts what `{path}.resources` of `{}` doesn't say: {}",
            object.id,
            list(missing.iter().copied())
        ),
    )
    .in_field(path, None)
    .with(quota, "the quota")
    .help("add it, as in `resources: {requests: {cpu: 200m, memory: 500Mi}, limits: {cpu: \"1\", memory: 500Mi}}`")
}
