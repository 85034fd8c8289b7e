//! property given twice.

use super::prelude::*;
use crate::schema::NodeSpec;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0210",
    severity: Severity::Error,
    title: "property given twice",
    what: "A property is given twice on one node.",
    why: "KDL takes the last in silence.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "db" host="db.example.org" port=3306 port=3307
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "db" host="db.example.org" port=3306
"#,
    fix: "Remove one of the two.",
};

/// A property that is there twice.
pub(crate) fn diag(spec: &'static NodeSpec, name: &Name, first: Span) -> Diag {
    Diag::new(&META, name.span, "again here", format!("`{}` of `{}` is given twice", name.text, spec.name))
        .with(first, "first here")
        .help("remove one of the two: KDL would take the last")
}
