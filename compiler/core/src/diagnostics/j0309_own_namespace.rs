//! way around through one's own door.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0309",
    severity: Severity::Error,
    title: "way around through one's own door",
    what: "A program names its own namespace in a `connect`.",
    why: "Inside a namespace programs meet by their names alone; through Traefik would be a detour.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "a" { workload "x" image="example/x:1" { connect "a/y"; }; workload "y" image="example/y:1" { port "http" 8080; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "a" { workload "x" image="example/x:1" { connect "y"; }; workload "y" image="example/y:1" { port "http" 8080; }; }
"#,
    fix: "Name the program alone.",
};

/// A target in one's own namespace.
pub(crate) fn diag(at: &At<String>, program: &str) -> Diag {
    Diag::new(&META, at.span, "this is its own namespace", format!("`{}` is in the same namespace", at.value))
        .help(format!("write `connect \"{program}\"`"))
        .replace(format!("write `{program}`"), at.span, format!("\"{program}\""))
}
