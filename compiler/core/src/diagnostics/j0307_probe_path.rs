//! probe path without a slash.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0307",
    severity: Severity::Error,
    title: "probe path without a slash",
    what: "The path of a probe doesn't start with `/`.",
    why: "The kubelet would put a slash there; other tools would not.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { port "http" 8080; probe "readiness" path="health"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { port "http" 8080; probe "readiness" path="/health"; }; }
"#,
    fix: "Start it with `/`.",
};

/// A path that starts with something else.
pub(crate) fn diag(at: Span, path: &str) -> Diag {
    Diag::new(&META, at, "its path", format!("the path `{path}` of a probe must start with `/`"))
        .help(format!("write `path=\"/{path}\"`"))
}
