//! keyword without its `#`, or unknown after one.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0104",
    severity: Severity::Error,
    title: "`true`, `false` or another keyword, misspelt",
    what: "A word like `true` stands without the `#` that makes it a truth value, or a `#` stands before a word that is none.",
    why: "Every other word without quotes is a text, so `true` could be the text or the truth value; KDL asks for `#` to tell them apart.",
    wrong: r#"edition 1
cluster "demo" {
    kubernetes "1.34"
    network-policies false
}
"#,
    right: r#"edition 1
cluster "demo" {
    kubernetes "1.34"
    network-policies #false
}
"#,
    fix: "Write `#true` or `#false`; if the text is meant, `\"true\"` or `\"false\"`.",
};

/// A keyword without `#`.
pub(crate) fn reserved(span: Span, word: &str) -> Diag {
    let diag = Diag::new(
        &META,
        span,
        "`#` is missing",
        format!("`{word}` must be written `#{word}`, or in quotes"),
    );
    match word {
        "true" | "false" => diag
            .help(format!("write `#{word}`; or `\"{word}\"` if the text is meant, as in an `env`")),
        _ => diag.help(format!(
            "write `\"{word}\"` if the text is meant; no setting has the value `#{word}`"
        )),
    }
}

/// `#` and a word that is no keyword.
pub(crate) fn unknown(span: Span, found: &str, suggestion: Option<&str>) -> Diag {
    let found = shorten(found);
    let diag = Diag::new(&META, span, "no such keyword", format!("`{found}` is no keyword"));
    match suggestion {
        Some(meant) => diag.help(format!("write `{meant}`")),
        None => diag.help(format!(
            "write `\"{found}\"` if the text is meant, `// …` if it is a comment; the keywords are `#true` and `#false`"
        )),
    }
}
