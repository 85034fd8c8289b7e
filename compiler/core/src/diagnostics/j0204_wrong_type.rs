//! wrong type of value.

use super::prelude::*;
use crate::schema::Type;
use crate::schema::validate::shown;
use jtc_syntax::ValueKind;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0204",
    severity: Severity::Error,
    title: "wrong type of value",
    what: "A value is of another type than the node wants: a number for a string, a string for a number, and the like.",
    why: "KDL reads `1.10` as the number 1.1: what was written would come out changed.",
    wrong: r#"edition 1
cluster "demo" { kubernetes 1.34; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
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
    match &entry.value.kind {
        ValueKind::Bool(_) if matches!(ty, Type::Ref(_)) => diag.help(format!("write {}, in quotes", ty.describe())),
        ValueKind::Null => diag.help(format!("write {}, or leave the setting out", ty.describe())),
        ValueKind::Bool(truth) if would_fit(ty, &truth.to_string()) => {
            diag.help(format!("write `\"{truth}\"`")).replace("put it in quotes", entry.value_span, format!("\"{truth}\""))
        }
        ValueKind::Integer(cores @ MANY_CORES..100_000) if is_cpu(ty) => diag.help(format!(
            "write `\"{cores}m\"` for {cores} thousandths of a core, or `\"{cores}\"` for {cores} cores"
        )),
        ValueKind::Integer(_) | ValueKind::Float(_) if would_fit(ty, &entry.value.repr) => {
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
        ValueKind::String(text) if matches!(ty, Type::Int(..)) && without_commas(text).is_some() => {
            let number = without_commas(text).unwrap_or_default();
            diag.help(format!("write the number without a comma and without quotes: `{number}`"))
        }
        ValueKind::String(text) if matches!(ty, Type::Int(..)) && leading_number(text).is_some() => {
            let number = leading_number(text).unwrap_or_default();
            diag.help(format!("write the number alone, without its unit and without quotes: `{number}`"))
        }
        ValueKind::String(text) if matches!(ty, Type::Bool) && truth(text).is_some() => {
            let truth = if truth(text) == Some(true) { "#true" } else { "#false" };
            diag.help(format!("write `{truth}`")).replace(format!("write `{truth}`"), entry.value_span, truth)
        }
        ValueKind::Integer(number @ (0 | 1)) if matches!(ty, Type::Bool) => {
            diag.help(format!("write `#{}`", *number == 1))
        }
        ValueKind::Float(share) if matches!(ty, Type::Int(..)) && (0.0..=1.0).contains(share) && what.contains("`cpu`") => {
            diag.help("write it in percent, as in `80`")
        }
        ValueKind::Integer(_) | ValueKind::Float(_) if amount(ty).is_some() => {
            let example = amount(ty).unwrap_or_default();
            diag.help(format!("write {}, in quotes, as in `\"{example}\"`", ty.describe()))
        }
        _ => diag.help(format!("write {}", ty.describe())),
    }
}

/// A KDL type annotation, which means nothing here.
pub(crate) fn annotation(ty: &Name, entry: &Entry) -> Diag {
    let diag = Diag::new(&META, ty.span, "not used here", format!("the type annotation `({})` means nothing here", ty.text))
        .help("remove it, with its parentheses");
    // Its parentheses are nobody's span: they stand where nothing else can.
    let start = match &entry.name {
        None => Some(entry.span.start),
        Some(name) => (name.span.end + 2 == ty.span.start).then_some(name.span.end + 1),
    };
    match start {
        Some(start) => {
            let place = Span::new(entry.span.file, start, entry.value_span.start);
            diag.replace(format!("remove `({})`", ty.text), place, "")
        }
        None => diag,
    }
}

/// Two values that stand in each other's place.
pub(crate) fn swapped(first: Diag, one: &Entry, other: &Entry) -> Diag {
    let (one_shown, other_shown) = (shown(one), shown(other));
    let value = |entry: &Entry, text: &str| match &entry.name {
        Some(name) => format!("{}={text}", name.text),
        None => text.to_owned(),
    };
    let help = format!(
        "the two have changed places: write `{} {}`",
        value(one, &other_shown),
        value(other, &one_shown)
    );
    let mut diag = first.with(other.value_span, "and this in its place").help(help);
    diag.fix = None;
    diag
}

/// Whether a number or truth value would be the text that is wanted if it had
/// quotes.
fn would_fit(ty: Type, repr: &str) -> bool {
    match ty {
        // An amount without its unit would be bytes.
        Type::Text(kind) if kind.rule.contains("unit") => false,
        Type::Text(kind) => !repr.is_empty() && (kind.check)(repr).is_ok(),
        Type::String | Type::Ref(_) => !repr.is_empty(),
        _ => false,
    }
}

/// From so many cores on, thousandths of one may be meant.
const MANY_CORES: i128 = 10;

/// Whether an amount of CPU is wanted.
fn is_cpu(ty: Type) -> bool {
    matches!(ty, Type::Text(kind) if kind.name == crate::text::CPU.name)
}

/// The number in which a text has commas between its digits.
fn without_commas(text: &str) -> Option<i64> {
    let number: String = text.chars().filter(|c| !matches!(c, ',' | '\'' | ' ')).collect();
    number.parse().ok().filter(|_| text.starts_with(|c: char| c.is_ascii_digit()))
}

/// An amount of the kind that is wanted, where a unit belongs to it.
fn amount(ty: Type) -> Option<&'static str> {
    match ty {
        Type::Text(kind) => kind.example.starts_with(|c: char| c.is_ascii_digit()).then_some(kind.example),
        _ => None,
    }
}

/// The number that a text begins with, as in `60s`.
fn leading_number(text: &str) -> Option<&str> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = text.get(..digits).filter(|_| (1..=9).contains(&digits))?;
    let unit = text.get(digits..)?;
    let is_unit = |c: char| !c.is_ascii_digit() && c != '.';
    (unit.len() <= 8 && unit.chars().all(is_unit)).then_some(number)
}

/// What a word for a truth value says.
fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "enabled" => Some(true),
        "false" | "no" | "off" | "disabled" => Some(false),
        _ => None,
    }
}
