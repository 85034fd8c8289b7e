//! unknown node.

use super::prelude::*;
use super::Report;
use crate::schema::NodeSpec;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0201",
    severity: Severity::Error,
    title: "unknown node",
    what: "A node stands where no node of that name is known.",
    why: "What it was meant to say would be missing from the deployment, in silence.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { wrokload "report" image="example/report:1"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "Use one of the names in the message, or move the node to where it belongs.",
};

/// A node that its parent doesn't know.
pub(crate) fn report(node: &Node, parent: &'static NodeSpec, report: &mut Report) {
    let name = &*node.name.text;
    let shown = shorten(name);
    let place = if parent.name.is_empty() { "at the top level".to_owned() } else { format!("in `{}`", parent.name) };
    let allowed = || -> Vec<&str> { parent.child_specs().map(|child| child.name).collect() };
    let diag = Diag::new(&META, node.name.span, "not known here", format!("unknown node `{shown}` {place}"));
    let elsewhere = crate::components::table::parents_of(name);
    report.push(match suggest(name, allowed()) {
        Some(meant) => {
            let diag = diag.help(format!("write `{meant}`"));
            // What is known elsewhere may be meant as it is, and moved.
            match sure(name, allowed()).filter(|_| elsewhere.is_empty()) {
                Some(meant) => diag.replace(format!("replace `{name}` by `{meant}`"), node.name.span, meant),
                None => diag,
            }
        }
        None if elsewhere == [""] => diag.help(format!("`{name}` belongs at the top level: move it there")),
        None if !elsewhere.is_empty() => diag.help(format!(
            "`{name}` belongs in {}: move it there",
            list(elsewhere.iter().map(|parent| if parent.is_empty() { "the top level" } else { parent }))
        )),
        None if parent.children.is_empty() => diag.help(format!("`{}` has no children: remove it", parent.name)),
        None => diag.help(format!("known here: {}", list(allowed()))),
    });
}
