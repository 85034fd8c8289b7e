//! text in quotes, or a comment, that is not closed or not written as KDL has it.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0102",
    severity: Severity::Error,
    title: "text or comment without its proper end",
    what: "A text in quotes or a comment is not closed, is closed by other quotes than `\"`, holds quotes that are not marked as a part of it, or holds a `\\` that means nothing.",
    why: "Where the text ends is not known, so what follows would be taken for a part of it.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1 {
        env "LOG_LEVEL" "INFO"
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        env "LOG_LEVEL" "INFO"
    }
}
"#,
    fix: "Put a `\"` at both ends of a text on one line; a text over several lines has `\"\"\"` at the end of the line before it, and `\"\"\"` alone on the line after it. Write `\\\\` for a `\\`. A `\"` inside a text is written `\\\"`. A comment that begins with `/*` ends with `*/`.",
};

/// A text without its closing quote.
///
/// `guess` is the text that was most likely meant.
pub(crate) fn unterminated(span: Span, multiline: bool, closing: &str, guess: Option<&str>) -> Diag {
    if multiline {
        return Diag::new(
            &META,
            span,
            "opened here",
            format!("the text that begins here is not closed by `{closing}`"),
        )
        .help(format!("write `{closing}` on a line of its own below the text"));
    }
    Diag::new(
        &META,
        span,
        "opened here",
        format!("the text that begins here has no closing `{closing}` on its line"),
    )
    .help(match guess {
        Some(guess) => format!("put `{closing}` where the text ends, most likely as in `\"{guess}\"`"),
        None => format!("put `{closing}` where the text ends"),
    })
}

/// A comment without its end.
pub(crate) fn comment(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "opened here",
        "the comment that begins here is not closed, so the rest of the file is a comment",
    )
    .help("write `*/` where the comment ends; each `/*` inside it needs one of its own")
}

/// A backslash that means nothing.
pub(crate) fn escape(span: Span, escape: &str) -> Diag {
    let escape = shorten(escape);
    let help = match &*escape {
        "\\u" => "write the number of the sign in braces, as in `\\u{e4}`; or `\\\\u` if a `\\` is meant".to_owned(),
        _ => format!("write `\\{escape}` if a `\\` is meant, and `/` between the folders of a path"),
    };
    Diag::new(
        &META,
        span,
        "`\\` begins nothing known here",
        format!("`{escape}` means nothing in a text in quotes"),
    )
    .help(help)
}

/// Text beside `"""`.
pub(crate) fn multiline_quotes(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "text stands on the line of these",
        "`\"\"\"` encloses lines, so no text may stand on its own line",
    )
    .help("begin the text on the line after the opening `\"\"\"`, and put the closing `\"\"\"` alone on the last line; for text on one line write `\"…\"`")
}

/// Lines between single quotes.
pub(crate) fn quoted_lines(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "goes on over the next lines",
        "the text that begins here goes over several lines, and `\"` encloses one line alone",
    )
    .help("write `\"\"\"`, then the lines, each on its own, and `\"\"\"` alone on the line below them")
}

/// A line indented less than the closing quotes.
pub(crate) fn multiline_indent(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "indented less than the closing `\"\"\"`",
        "this line of the text is not indented like its closing `\"\"\"`",
    )
    .help("indent the line at least as far as the closing `\"\"\"`, with the same blanks; that much is cut off each line")
}

/// Other quotes than `"`.
pub(crate) fn wrong_quotes(span: Span, text: &str) -> Diag {
    Diag::new(
        &META,
        span,
        "not the quotes of KDL",
        "text stands between `\"` and `\"`, not between other quotes",
    )
    .help(format!("write `\"{}\"`", shorten(text)))
}

/// A word with a quote behind it only.
pub(crate) fn no_opening_quote(span: Span, text: &str) -> Diag {
    let text = shorten(text);
    Diag::new(
        &META,
        span,
        "a `\"` is missing before this",
        format!("`{text}` has a closing `\"` and no opening one"),
    )
    .help(format!("write `\"{text}\"`"))
}

/// `""` behind a text.
pub(crate) fn extra_quote(span: Span) -> Diag {
    Diag::new(&META, span, "one too many", "this `\"` is one too many: the text before it is closed already")
        .help("remove it")
}

/// Quotes inside a text in quotes; `text` is the whole as it stands, `escaped`
/// as it can be written.
pub(crate) fn quotes_inside(span: Span, text: &str, escaped: &str) -> Diag {
    let inner = text.strip_prefix("\"\"").and_then(|text| text.strip_suffix("\"\""));
    if let Some(inner) = inner.filter(|inner| !inner.contains('"')) {
        return Diag::new(
            &META,
            span,
            "two `\"` at both ends",
            format!("the quotes around `{}` are doubled", shorten(inner)),
        )
        .help(format!("write `\"{}\"`", shorten(inner)));
    }
    let diag = Diag::new(
        &META,
        span,
        "read as several texts",
        "a `\"` inside a text in quotes ends the text there",
    );
    let is_short = escaped.chars().count() <= LONGEST && !escaped.contains('`');
    let is_raw = !text.contains('\\') && !text.contains("\"#");
    diag.help(match (is_short, is_raw) {
        (true, true) => format!(
            "if it is one text, write `{escaped}`, with a `\\` before each `\"` inside, or `#{text}#`"
        ),
        (true, false) => {
            format!("if it is one text, write `{escaped}`, with a `\\` before each `\"` inside")
        }
        (false, _) => "if it is one text, write `\\\"` for each `\"` inside it".to_owned(),
    })
}

/// A longer text isn't shown whole.
const LONGEST: usize = 80;
