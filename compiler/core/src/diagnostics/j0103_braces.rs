//! braces that don't match.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0103",
    severity: Severity::Error,
    title: "brace without its partner or its place",
    what: "A `{` is not closed, a `}` closes nothing, or a `{` doesn't stand on the line of the node that it belongs to.",
    why: "Braces say what belongs to what; where one lacks, its place can only be guessed, and what follows could come to belong to the wrong node.",
    wrong: r#"edition 1
cluster "demo" {
    kubernetes "1.34"

namespace "tools" { workload "report" image="example/report:1"; }
"#,
    right: r#"edition 1
cluster "demo" {
    kubernetes "1.34"
}

namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "Give each `{` its `}`, and put each `{` at the end of its node's line.",
};

/// `{` without `}`; `node` is the name of its node, perhaps empty, `before`
/// what stands behind the end of the block, and `closed` its line as it should
/// be, if it has only one.
pub(crate) fn unclosed(span: Span, node: &str, before: Option<&str>, closed: Option<String>) -> Diag {
    let message = if node.is_empty() {
        "this `{` has no closing `}`".to_owned()
    } else {
        format!("the `{{` of `{}` has no closing `}}`", shorten(node))
    };
    let help = match (closed, before) {
        (Some(closed), _) => format!("write `}}` where the block ends, most likely as in `{closed}`"),
        (None, Some(before)) => format!(
            "write `}}` on a line of its own where the block ends, most likely before `{}`",
            shorten(before)
        ),
        (None, None) => "write `}` on a line of its own where the block ends".to_owned(),
    };
    Diag::new(&META, span, "opened here", message).help(help)
}

/// `}` without `{`.
pub(crate) fn stray(span: Span) -> Diag {
    Diag::new(&META, span, "closes nothing", "this `}` has no `{` before it that it could close")
        .help("remove it, or write the `{` that is missing before it")
}

/// `}` without `{`, where indentation says which line lacks its `{`.
pub(crate) fn missing(end_of_line: Span, name: &str, closing: Span) -> Diag {
    let name = shorten(name);
    Diag::new(
        &META,
        end_of_line,
        "`{` is missing at the end of this line",
        format!("`{name}` has no `{{` before the lines that belong to it"),
    )
    .with(closing, "its `}`")
}

/// A block that belongs to no node.
pub(crate) fn no_node(span: Span) -> Diag {
    Diag::new(&META, span, "belongs to nothing", "this `{` has no name before it")
        .help("write a name before it, as in `server { … }`, or remove the braces")
}

/// `{` on the line after its node.
pub(crate) fn next_line(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "belongs at the end of the line before",
        "`{` must stand on the line of the name that it belongs to",
    )
    .help("put `{` at the end of the line before, as in `server {`")
}

/// A comment with the `{` of a block that goes on behind it.
pub(crate) fn in_comment(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "all of this is a comment, the `{` too",
        "a block begins in this comment, and what belongs to it stands outside",
    )
    .help("if a line break is missing, begin a new line where the comment ends; to switch a whole block off, write `/-` before its name, and no `//`")
}

/// `{{` at the end of a line.
pub(crate) fn doubled(span: Span) -> Diag {
    Diag::new(&META, span, "one too many", "this second `{` has no name before it and no `}` after it")
        .help("remove it: one `{` begins a block")
}

/// A parenthesis where a brace is meant.
pub(crate) fn parenthesis(span: Span, found: &str) -> Diag {
    let brace = if found == "(" { "{" } else { "}" };
    Diag::new(&META, span, format!("`{brace}` is meant"), "what belongs to a node stands between `{` and `}`, not in parentheses")
        .help(format!("write `{brace}` for `{found}`"))
}

/// `}` at the end of a line that has no `{`.
pub(crate) fn missing_on_line(closing: Span, name: &str, header: Span) -> Diag {
    let name = shorten(name);
    Diag::new(&META, closing, "has no `{` before it", format!("the `{{` of `{name}` is missing on this line"))
        .with(header, "its `{` stands before what belongs to it")
        .help(format!("write `{{` before the first thing that belongs to `{name}`; or remove the `}}`"))
}
