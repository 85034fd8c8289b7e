//! edition that isn't first.

use super::prelude::*;
use super::{Edit, Fix};
use crate::schema::access::NodeExt;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0211",
    severity: Severity::Error,
    title: "edition that isn't first",
    what: "`edition` stands behind another node.",
    why: "It says how to read what follows.",
    wrong: r#"cluster "demo" { kubernetes "1.34"; }
edition 1
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Move it to the top.",
};

/// `edition` is not the first node.
///
/// `root` is the start of the root file.
pub(crate) fn diag(edition: &Node, first: &Node, root: Span) -> Diag {
    let mut diag = Diag::new(&META, edition.name.span, "not the first", "`edition` must be the first node")
        .help("move `edition` to the top of the root file");
    let start = if first.span.file == edition.span.file {
        diag = diag.with(first.name.span, "before it");
        first.ty.as_ref().map_or(first.name.span, |_| first.span)
    } else {
        // What an `include` before it brings stands in another file.
        root
    };
    if start.file == edition.span.file && edition.ty.is_none() && edition.children.is_none() && !edition.incomplete {
        let number = edition.arg(0).map(|entry| &*entry.value.repr).filter(|number| !number.is_empty());
        if let Some(number) = number.filter(|_| edition.entries.len() == 1) {
            let edits = vec![
                Edit { span: Span::new(start.file, start.start, start.start), text: format!("edition {number}\n") },
                Edit { span: edition.span, text: String::new() },
            ];
            diag.fix = Some(Fix { title: "move it to the top".to_owned(), edits });
        }
    }
    diag
}
