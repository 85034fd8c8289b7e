//! no children here.

use super::prelude::*;
use crate::schema::NodeSpec;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0206",
    severity: Severity::Error,
    title: "no children here",
    what: "A node has children in braces, and can't have any.",
    why: "What stands there would be left out in silence.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { probe "readiness" tcp=#true; port "http" 8080 { protocol "tcp"; }; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { probe "readiness" tcp=#true; port "http" 8080 protocol="tcp"; }; }
"#,
    fix: "Write what the children say as properties or arguments, or move them.",
};

/// Children of a node that has none.
pub(crate) fn children(spec: &'static NodeSpec, block: Span, first: &Node) -> Diag {
    let name = &*first.name.text;
    let diag = Diag::new(&META, block, "these children", format!("`{}` can't have children", spec.name));
    if spec.props.iter().any(|prop| prop.name == name) {
        diag.help(format!("`{name}` is a property: write `{name}=…` after `{}`", spec.name))
    } else {
        diag.help(format!("write it as in `{}`", spec.example))
    }
}
