//! a value that needs quotes.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0107",
    severity: Severity::Error,
    title: "value that needs quotes",
    what: "A text stands without quotes, though it begins like a number (`3.3.1`, `1Gi`, `10.0.0.0/8`), holds a sign that ends a word (`/`, `(`, `[`, `\\`), or is a number too large to be one.",
    why: "Without quotes only words can stand, and a word can neither begin with a digit nor hold those signs.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        resources { requests memory=1Gi; }
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        resources { requests memory="1Gi"; }
    }
}
"#,
    fix: "Put the value in quotes.",
};

/// Text that begins like a number.
pub(crate) fn number_like(span: Span, text: &str) -> Diag {
    let text = shorten(text);
    Diag::new(
        &META,
        span,
        "needs quotes",
        format!("`{text}` begins like a number and is none, so it needs quotes"),
    )
    .help(format!("write `\"{text}\"`"))
}

/// Text that is no word.
pub(crate) fn text(span: Span, text: &str) -> Diag {
    if text == "*/" {
        let message = "no comment begins before this `*/`";
        return Diag::new(&META, span, "ends nothing", message).help("remove it");
    }
    let text = shorten(text);
    if let Some((name, value)) = call(&text) {
        let message = format!("`{text}` has parentheses, and in KDL values follow their name without");
        return Diag::new(&META, span, "no parentheses here", message)
            .help(format!("write `{name} \"{value}\"`"));
    }
    Diag::new(
        &META,
        span,
        "needs quotes",
        format!("`{text}` is more than a word, so it needs quotes"),
    )
    .help(format!("write `{}`", quote(&text)))
}

/// Name and value of what is written as `name("value")`.
fn call(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once("(\"")?;
    let value = value.strip_suffix("\")")?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (is_name && !name.is_empty() && !value.contains(['"', '\\'])).then_some((name, value))
}

/// The role of a number that is none.
const OUT_OF_RANGE: &str = "out of range";

/// Whether it is about a number that is none.
pub(crate) fn is_out_of_range(diag: &Diag) -> bool {
    diag.labels.iter().any(|label| label.text == OUT_OF_RANGE)
}

/// A number that is none.
pub(crate) fn out_of_range(span: Span, text: &str) -> Diag {
    let text = shorten(text);
    Diag::new(
        &META,
        span,
        OUT_OF_RANGE,
        format!("`{text}` is too large or too small to be a number"),
    )
    .help(format!("write a smaller number, or `\"{text}\"` if it is a text"))
}
