//! Annotations of GitHub's workflows, which a job prints as it goes:
//! `::error file=…,line=…,title=…::message`. GitHub's "Workflow commands for
//! GitHub Actions" documents them, and its toolkit how they are escaped.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Told;
use super::place::Range;

/// Writes an annotation for each diagnostic, whose text says all there is to
/// know without its source: GitHub shows nothing else.
pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    for diag in &told.diags {
        let range = Range::of(diag.span(), told.sources);
        let mut properties = format!(
            "file={},line={},endLine={}",
            property(&told.path_in_repository(diag.span())),
            range.line,
            range.end_line,
        );
        // GitHub takes columns only within a line, and no empty range.
        if range.line == range.end_line {
            let end = range.end_column.max(range.column + 1) - 1;
            // Writing to a string can't fail.
            let _ = write!(properties, ",col={},endColumn={end}", range.column);
        }
        let title = format!("{}: {}", diag.meta.code, diag.meta.title.replace('`', ""));
        let _ = write!(properties, ",title={}", property(&title));
        let mut message = diag.message.clone();
        for label in diag.labels.iter().filter(|label| !label.text.is_empty()) {
            let range = Range::of(label.span, told.sources);
            let path = told.path_in_repository(label.span);
            let _ = write!(message, "\n{path}:{}: {}", range.line, label.text);
        }
        if let Some(help) = &diag.help {
            let _ = write!(message, "\nhelp: {help}");
        }
        writeln!(out, "::{} {properties}::{}", diag.meta.severity.as_str(), data(&message))?;
    }
    Ok(())
}

/// Escapes what would end a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes what would end a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(data("a%b\r\nc: d, e"), "a%25b%0D%0Ac: d, e");
        assert_eq!(property("a%b\r\nc: d, e"), "a%25b%0D%0Ac%3A d%2C e");
    }
}
