//! text without a meaning at its place.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0101",
    severity: Severity::Error,
    title: "text without a meaning here",
    what: "A piece of text stands where nothing of its kind can stand: a number in place of a node's name, a sign by itself, two values without a blank between them, a name with `=` and no value.",
    why: "What it was meant to say is not known, so nothing is made of it. A line is a name, then values and `name=value` pairs with blanks between them, then perhaps `{ … }`.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        args "--interval""60"
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        args "--interval" "60"
    }
}
"#,
    fix: "Mend it as the message says; the text to write is in the help.",
};

/// Text that means nothing.
pub(crate) fn unexpected(span: Span, text: &str) -> Diag {
    if text == "=" {
        return Diag::new(
            &META,
            span,
            "no name before it, or one `=` too many",
            "`=` has no meaning here",
        )
        .help("write `name=value`, with one `=` between the two");
    }
    Diag::new(&META, span, "no meaning here", format!("`{}` has no meaning here", shorten(text)))
        .help(
            "remove it; if it is part of a text, put the whole text in quotes, as in `\"a (b) c\"`",
        )
}

/// A node that begins with a number or keyword.
pub(crate) fn node_name(span: Span, found: &str) -> Diag {
    Diag::new(
        &META,
        span,
        "a name must stand here",
        format!("a line can't begin with the value `{}`", shorten(found)),
    )
    .help(format!(
        "begin with a name and let the value follow, as in `replicas 3`; or remove `{}`",
        shorten(found)
    ))
}

/// A number or keyword before `=`.
pub(crate) fn property_name(span: Span, found: &str) -> Diag {
    Diag::new(
        &META,
        span,
        "a name must stand before `=`",
        format!("`{}` is a value, and a name is needed before `=`", shorten(found)),
    )
}

/// `name=` and nothing after it.
pub(crate) fn no_value(span: Span, name: &str) -> Diag {
    Diag::new(&META, span, "nothing follows `=`", format!("`{}=` has no value", shorten(name)))
        .help(format!("write `{}=\"…\"`, without a blank after `=`, or remove it", shorten(name)))
}

/// Two things without a blank between them.
pub(crate) fn missing_space(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "a blank is missing before this",
        "two values stand together without a blank",
    )
    .help("put a blank between the two; if they are one text, put one pair of quotes around the whole, and `\\\"` for each `\"` inside")
}

/// `name"value"`.
pub(crate) fn missing_equals(span: Span, name: &str) -> Diag {
    let name = shorten(name);
    Diag::new(
        &META,
        span,
        "`=` is missing after this",
        format!("no `=` stands between `{name}` and its value"),
    )
    .help(format!("write `{name}=\"…\"` if `{name}` is a property, or a blank between two values"))
}

/// A mark that git leaves; `whole` if all that belong to it are there.
pub(crate) fn conflict(span: Span, text: &str, whole: bool) -> Diag {
    let mark = text.split_whitespace().next().unwrap_or_default();
    let diag = Diag::new(
        &META,
        span,
        if whole { "one version begins after this" } else { "left by git" },
        format!("`{mark}` is a mark of git: two versions of this text were not merged"),
    );
    if whole {
        diag.help("keep what holds of the two versions, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`")
    } else {
        diag.help("remove the line, when what stands around it is as it should be")
    }
}

/// `name=>value`.
pub(crate) fn arrow(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "only `=` here",
        "`=` stands between the name of a property and its value, not `=>`",
    )
    .help("write `name=value`, with no blank around the `=`")
}

/// Something after `}` and on its line.
pub(crate) fn after_block(span: Span) -> Diag {
    Diag::new(&META, span, "still on the line of the `}`", "nothing can follow a `}` on its line")
        .help("begin a new line here, or put `;` after the `}`; what belongs to the node stands before its `{`")
}

/// `;` with no node before it.
pub(crate) fn stray_semicolon(span: Span) -> Diag {
    Diag::new(&META, span, "ends nothing", "this `;` has nothing before it that it could end")
}

/// `(` that is no type annotation.
pub(crate) fn parentheses(span: Span) -> Diag {
    Diag::new(&META, span, "no meaning here", "parentheses have no meaning in a topology").help(
        "remove them; if they are part of a text, put the whole text in quotes, as in `\"a (b)\"`",
    )
}

/// `/-` with nothing after it.
pub(crate) fn nothing_to_comment_out(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "nothing follows that it could switch off",
        "`/-` switches off what follows it, and nothing does",
    )
    .help("remove `/-`, or write it before a node or value; a comment begins with `//`")
}

/// `\` that is not the last on its line.
pub(crate) fn line_continuation(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "not at the end of its line",
        "`\\` goes on with the next line, and so must be the last on its own",
    )
    .help("remove what follows it on its line, or the `\\` itself if the node ends there; inside a text in quotes write `\\\\`")
}

/// What the KDL library says of a value.
pub(crate) fn value(span: Span, message: &str) -> Diag {
    let message = message.trim().trim_end_matches('.');
    let said = if message.is_empty() { String::new() } else { format!(": {}", shorten(message)) };
    Diag::new(&META, span, "can't be read", format!("this value can't be read{said}"))
        .help("write it as text in quotes, as a number, or as `#true` or `#false`")
}

/// Characters that can't be seen or turn the direction of text.
pub(crate) fn disallowed(span: Span, character: char, count: u32) -> Diag {
    let code = u32::from(character);
    let message = if count == 1 {
        format!("the character U+{code:04X} is not allowed in a topology, and can't be seen")
    } else {
        format!(
            "{count} characters from U+{code:04X} on are not allowed in a topology, and can't be seen"
        )
    };
    Diag::new(&META, span, "here, though it can't be seen", message)
        .help("remove it; such characters come along when text is pasted from a document or a page")
}

/// `name=value` at the start of a line of its own.
pub(crate) fn next_line(span: Span, name: &str) -> Diag {
    let name = shorten(name);
    Diag::new(
        &META,
        span,
        "a new line begins before this",
        format!("a line can't begin with the property `{name}=`"),
    )
    .help("put it on the line of its node, or end that line with `\\`, so that it goes on here")
}

/// `==`.
pub(crate) fn double_equals(span: Span) -> Diag {
    Diag::new(&META, span, "one too many", "one `=` stands between a name and its value, not two").help("remove it")
}

/// What to do with a property behind the block of its node.
pub(crate) fn before_block(property: &str) -> String {
    format!("write `{}` before the `{{` of its node: only a new node can follow, on a new line", shorten(property.trim()))
}
