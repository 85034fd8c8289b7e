//! The edits that put a slip right, and the line as it is then.

use jtc_syntax::{Fix, SyntaxError, SyntaxErrorKind};

use super::around::mended_line;
use super::next_node;
use crate::diagnostics::{Diag, Edit, report, shorten};

/// Adds the edit, and the mended line as help.
pub(super) fn repair(diag: &mut Diag, group: &[SyntaxError], fixes: &[&Fix], text: &str) {
    let mut edits: Vec<Edit> =
        group.iter().zip(fixes).map(|(error, fix)| edit(error, fix, text)).collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let overlap = edits.windows(2).any(|pair| match pair {
        [one, two] => one.span.end > two.span.start,
        _ => false,
    });
    if overlap {
        return;
    }
    // What a keyword without `#` may mean besides is in its own help.
    let own = group.first().is_some_and(|error| {
        matches!(
            error.kind,
            SyntaxErrorKind::ReservedWord { .. }
                | SyntaxErrorKind::NumberOutOfRange { .. }
                | SyntaxErrorKind::BlockOnNextLine
                | SyntaxErrorKind::PropertyOnNextLine { .. }
                | SyntaxErrorKind::InvalidEscape { .. }
                | SyntaxErrorKind::MultilineStringIndent
                | SyntaxErrorKind::ExtraQuote
                | SyntaxErrorKind::ForeignComment { .. }
                | SyntaxErrorKind::AfterBlock
                | SyntaxErrorKind::HashComment
                | SyntaxErrorKind::MarkdownFence
        )
    });
    if !own && let Some(line) = mended_line(&edits, text) {
        diag.help = Some(format!("write `{line}`"));
    }
    diag.fix = Some(report::Fix { title: title(&edits, text), edits });
}

/// The edit of an error. A name from JSON loses its quotes too.
fn edit(error: &SyntaxError, fix: &Fix, text: &str) -> Edit {
    let is_word = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && !matches!(name, "true" | "false" | "null" | "inf" | "nan")
    };
    match &error.kind {
        SyntaxErrorKind::JsonKey { name } if is_word(name) => {
            Edit { span: error.span.join(fix.span), text: format!("{name}{}", fix.replacement) }
        }
        SyntaxErrorKind::TrailingComma if next_node(error, text).is_some() => {
            Edit { span: error.span, text: ";".to_owned() }
        }
        _ => Edit { span: fix.span, text: fix.replacement.to_string() },
    }
}

/// What a button would say.
fn title(edits: &[Edit], text: &str) -> String {
    let [edit] = edits else { return "write it as KDL".to_owned() };
    let old = shorten(edit.span.slice(text).trim());
    let new = shorten(edit.text.trim());
    match (old.is_empty(), new.is_empty()) {
        (true, true) => "put a blank here".to_owned(),
        (true, false) => format!("put `{new}` here"),
        (false, true) if edit.text.is_empty() => format!("remove `{old}`"),
        (false, true) => format!("replace `{old}` by a blank"),
        (false, false) if old == new => format!("move `{old}` there"),
        (false, false) => format!("replace `{old}` by `{new}`"),
    }
}
