//! A diagnostic in sentences: nothing is drawn, and nothing is told by where
//! it stands. For screen readers, and for terminals that can't do more.
//!
//! The first line is one that editors know to read: `path:line:column: …`.

use std::fmt::Write;

use jtc_core::diagnostics::Diag;
use jtc_core::sources::Sources;
use jtc_core::syntax::Span;

use super::excerpt::MOST;
use super::one_line;
use super::place::Range;
use crate::ui::count;

/// The most letters of a line that are told around a place.
const MARGIN: usize = 60;

/// Tells a diagnostic; `shown` stands before each path.
pub(super) fn tell(diag: &Diag, sources: &Sources, shown: &str) -> String {
    let place = |span: Span| {
        let (path, at) = sources.place(span);
        (format!("{}{}", one_line(shown), one_line(path)), at.line, at.column)
    };
    let (path, line, column) = place(diag.span());
    let mut text = format!(
        "{path}:{line}:{column}: {}[{}]: {}\n",
        diag.meta.severity.as_str(),
        diag.meta.code,
        one_line(&diag.message),
    );
    let mut last = String::new();
    for (index, label) in diag.labels.iter().take(MOST).enumerate() {
        let (path, line, _) = place(label.span);
        let here = format!("line {line} of {path}");
        let told = around(label.span, sources);
        // Writing to a string can't fail.
        if here != last && !told.is_empty() {
            let also = if index == 0 { "" } else { "also " };
            let _ = writeln!(text, "  {also}{here}: {told}");
            last = here;
        }
        let what = part(label.span, sources);
        let role = one_line(&label.text);
        let _ = match (what.is_empty(), role.is_empty()) {
            (false, false) => writeln!(text, "    there, `{what}`: {role}"),
            (true, false) => writeln!(text, "    there: {role}"),
            (false, true) => writeln!(text, "    there, `{what}`"),
            (true, true) => Ok(()),
        };
    }
    let more = diag.labels.len().saturating_sub(MOST);
    if more > 0 {
        let _ = writeln!(text, "  and {}", count(more, "more place"));
    }
    if let Some(help) = &diag.help {
        let _ = writeln!(text, "  help: {}", one_line(help));
    }
    text
}

/// What a span holds of its first line.
fn part(span: Span, sources: &Sources) -> String {
    let text = sources.text(span);
    let line = text.lines().next().unwrap_or_default().trim();
    let short: String = line.chars().take(MARGIN).collect();
    let cut = if short.len() < text.trim().len() { " ..." } else { "" };
    one_line(&format!("{short}{cut}"))
}

/// The line that a place is on, or what is near of a long one.
fn around(span: Span, sources: &Sources) -> String {
    let Range { line, column, .. } = Range::of(span, sources);
    let Some(lines) = sources.lines(span.file) else { return String::new() };
    let whole = lines.line_text(line);
    if whole.chars().nth(2 * MARGIN).is_none() {
        return one_line(whole.trim());
    }
    let column = usize::try_from(column).unwrap_or(usize::MAX);
    let start = column.saturating_sub(MARGIN);
    let near: String = whole.chars().skip(start).take(2 * MARGIN).collect();
    let before = if start > 0 { "... " } else { "" };
    let after = if whole.chars().nth(start + 2 * MARGIN).is_some() { " ..." } else { "" };
    one_line(&format!("{before}{}{after}", near.trim()))
}
