//! said twice.

use super::prelude::*;
use crate::schema::{NodeSpec, Type};

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0209",
    severity: Severity::Error,
    title: "said twice",
    what: "The same thing is defined twice.",
    why: "Only one of the two could hold, and nothing says which.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
cluster "demo" { kubernetes "1.34"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Remove one, or give it a name of its own.",
};

/// `key` is its name, or empty for a node that may stand only once.
pub(crate) fn diag(spec: &'static NodeSpec, key: &str, again: Span, first: Span) -> Diag {
    let what = if key.is_empty() { format!("`{}`", spec.name) } else { format!("`{} \"{key}\"`", spec.name) };
    Diag::new(&META, again, "again here", format!("{what} is there twice"))
        .with(first, "first here")
        .help(if spec.args.first().is_some_and(|arg| matches!(arg.ty, Type::Ref(_))) {
            "remove one of the two".to_owned()
        } else if key.is_empty() {
            "remove one of the two, or put what both say into one".to_owned()
        } else {
            "remove one of the two, or give it another name".to_owned()
        })
}

/// The same value twice in a list in which each counts once.
pub(crate) fn value(spec: &'static NodeSpec, text: &str, again: Span, first: Span) -> Diag {
    Diag::new(&META, again, "again here", format!("`{}` of `{}` is there twice", shorten(text), spec.name))
        .with(first, "first here")
        .help("write what was meant in its place, or remove it")
}
