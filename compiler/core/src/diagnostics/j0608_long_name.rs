//! name that gets too long.

use super::prelude::*;
use crate::model::object::Object;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0608",
    severity: Severity::Error,
    title: "name that gets too long",
    what: "A name is allowed by itself, and gets too long once it is part of another.",
    why: "The API server refuses the object, or its pods are never made.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "a-report-that-has-a-very-long-name-indeed-much-too-long" image="example/report:1" { schedule "0 3 * * *"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "a-report" image="example/report:1" { schedule "0 3 * * *"; }; }
"#,
    fix: "Shorten the name as the message says.",
};

/// `name` becomes part of `whole`, which may have `most` characters.
pub(crate) fn diag(at: Span, name: &str, what: &str, whole: &str, most: usize) -> Diag {
    let over = whole.chars().count().saturating_sub(most);
    Diag::new(
        &META,
        at,
        format!("{over} characters too long"),
        format!("`{name}` makes {what} `{whole}`, which has more than {most} characters"),
    )
    .help(format!("shorten the name to {} characters or fewer", name.chars().count().saturating_sub(over)))
}

/// An object in a manifest whose name may have `most` characters.
pub(crate) fn in_manifest(object: &Object, most: usize) -> Diag {
    let count = object.id.name.chars().count();
    Diag::new(
        &META,
        object.source,
        format!("{} characters too long", count.saturating_sub(most)),
        format!("the name of `{}` has {count} characters, and its pods get up to 11 more: {most} is the most", object.id),
    )
    .help(format!("shorten the name to {most} characters or fewer"))
}
