//! program that nobody reaches.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0556",
    severity: Severity::Warning,
    title: "program that nobody reaches",
    what: "A program has a port and a Service, and nothing in the topology goes there.",
    why: "The policies let nobody in: a caller that the topology does not know of would wait in vain.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "store" image="example/store:1" { port "http" 8080; }
    workload "report" image="example/report:1"
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "store" image="example/store:1" { port "http" 8080; }
    workload "report" image="example/report:1" { connect "store" host-env="STORE_HOST" port-env="STORE_PORT"; }
}
"#,
    fix: "Say `connect` where the program is needed, or let a `route` lead to it.",
};
