//! wrong type of value.

use super::prelude::*;
use crate::schema::Type;
use jtc_syntax::ValueKind;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0204",
    severity: Severity::Error,
    title: "wrong type of value",
    what: "A value is of another type than the node wants: a number for a string, a string for a number, and the like.",
    why: "KDL reads `1.10` as the number 1.1: what was written would come out changed.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
version 3.6 { image "example/jobmon:3.6.0"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
version "3.6.0" { image "example/jobmon:3.6.0"; }
"#,
    fix: "Strings stand in quotes, numbers don't, and truth values are `#true` and `#false`.",
};

/// A value of the wrong type; `what` names it.
pub(crate) fn diag(ty: Type, entry: &Entry, what: &str) -> Diag {
    let found = match &entry.value.kind {
        ValueKind::String(_) => "a string",
        ValueKind::Integer(_) => "a number",
        ValueKind::Float(_) => "a number with a point",
        ValueKind::Bool(_) => "a truth value",
        ValueKind::Null => "`#null`",
    };
    let diag = Diag::new(
        &META,
        entry.value_span,
        format!("this is {found}"),
        format!("{what} must be {}, and is {found}", ty.describe()),
    );
    let wants_text = matches!(ty, Type::String | Type::Files | Type::Rule | Type::Text(_) | Type::OneOf(_) | Type::Ref(_));
    match &entry.value.kind {
        ValueKind::Bool(truth) if wants_text => {
            diag.help(format!("write `\"{truth}\"`")).replace("put it in quotes", entry.value_span, format!("\"{truth}\""))
        }
        ValueKind::Integer(_) | ValueKind::Float(_) if wants_text && !entry.value.repr.is_empty() => {
            let quoted = format!("\"{}\"", entry.value.repr);
            diag.help(format!("put it in quotes: `{quoted}`")).replace("put it in quotes", entry.value_span, quoted)
        }
        ValueKind::String(text) if matches!(ty, Type::Int(..)) && text.parse::<i64>().is_ok() => {
            diag.help(format!("write it without quotes: `{text}`")).replace(
                "remove the quotes",
                entry.value_span,
                text.to_string(),
            )
        }
        ValueKind::String(text) if matches!(ty, Type::Bool) && matches!(&**text, "true" | "false" | "yes" | "no") => {
            let truth = if matches!(&**text, "true" | "yes") { "#true" } else { "#false" };
            diag.help(format!("write `{truth}`")).replace(format!("write `{truth}`"), entry.value_span, truth)
        }
        _ => diag.help(format!("write {}", ty.describe())),
    }
}

/// A KDL type annotation, which means nothing here.
pub(crate) fn annotation(ty: &Name) -> Diag {
    Diag::new(&META, ty.span, "not used here", format!("the type annotation `({})` means nothing here", ty.text))
        .help("remove it, with its parentheses")
}
