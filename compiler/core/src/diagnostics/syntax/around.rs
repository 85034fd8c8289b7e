//! What stands around a slip: lines, columns, the text that was meant.
//!
//! A long line isn't searched for each of its errors: all look only so far.

use jtc_syntax::{Span, SyntaxError, SyntaxErrorKind};

use crate::components::table;
use crate::diagnostics::Edit;

/// A mended line longer than this is not quoted.
pub(super) const LONGEST_LINE: usize = 100;

/// The text from a place to the end of its line, or as much of it as may be
/// of use, so that a long line isn't searched for each of its errors.
pub(super) fn line_from(at: usize, text: &str) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let reach = (4 * LONGEST_LINE..rest.len()).find(|end| rest.is_char_boundary(*end));
    let near = reach.and_then(|end| rest.get(..end)).unwrap_or(rest);
    near.lines().next().unwrap_or_default()
}

/// From a place to the end of its line.
pub(crate) fn rest_of_line(span: Span, text: &str) -> Span {
    let len = line_from(span.start as usize, text).len();
    Span::new(span.file, span.start, span.start + u32::try_from(len).unwrap_or(0))
}

/// The line of a `{` with the `}` that it lacks, if all of the block stands on
/// that line.
pub(super) fn closed_line(brace: Span, text: &str) -> Option<String> {
    let at = brace.start as usize;
    let start = at - column(at, text)?;
    let line = line_from(start, text);
    let line = line.find(" //").and_then(|at| line.get(..at)).unwrap_or(line).trim();
    let after = line_from(at + 1, text).trim();
    let fits = line.len() < LONGEST_LINE && !after.is_empty() && !after.starts_with("//");
    fits.then(|| format!("{line} }}"))
}

/// What a text without its closing quote was most likely meant to be: up to
/// the next quote, block, property or end of a node on its line.
pub(super) fn likely_text(quote: Span, text: &str) -> Option<&str> {
    let line = line_from(quote.start as usize + 1, text);
    let end = line.find(['"', ';', '{', '}']).unwrap_or(line.len());
    let content = line.get(..end)?;
    // `host="db.example.org port=3306`: the last word before `=` is a name.
    let content = match content.find('=') {
        Some(equals) => content.get(..equals)?.rsplit_once(' ')?.0,
        None => content,
    };
    let content = content.trim().trim_end_matches(['\'', '`', '’', '”', '»', ',']);
    (!content.is_empty() && content.len() <= LONGEST_LINE).then_some(content)
}

/// The name in a line `[name]` of TOML.
pub(super) fn table_name(bracket: Span, text: &str) -> Option<&str> {
    let at = bracket.start as usize;
    let before = text.get(at - column(at, text)?..at)?;
    let line = line_from(at, text).trim_end();
    let name = line.strip_prefix('[')?.strip_suffix(']')?;
    let is_name = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    (before.trim().is_empty() && is_name).then_some(name)
}

/// Whether the node of a place takes properties of any name, as `labels`.
pub(super) fn has_any_properties(span: Span, text: &str) -> bool {
    let at = span.start as usize;
    let before = column(at, text).and_then(|column| text.get(at - column..at)).unwrap_or_default();
    let node = before.rsplit([';', '{', '}']).next().unwrap_or_default();
    let name = node.split_whitespace().next().unwrap_or_default();
    table::places_of(name).iter().any(|(_, spec)| spec.any_props.is_some())
}

/// Whether a block begins right behind a place.
pub(super) fn begins_block(span: Span, text: &str) -> bool {
    line_from(span.end as usize, text).trim_start().starts_with('{')
}

/// Whether a `{` is followed by `"name":`.
pub(super) fn begins_json(brace: Span, text: &str) -> bool {
    let after = text.get(brace.end as usize..).unwrap_or_default().trim_start();
    let name = after.strip_prefix('"').and_then(|after| {
        let end = after.char_indices().take(LONGEST_LINE).find(|(_, c)| *c == '"')?.0;
        after.get(end + 1..)
    });
    name.is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with(':'))
}

/// The first line of what is indented below a `name:` with nothing after it.
pub(super) fn indented_lines(error: &SyntaxError, text: &str) -> Option<Span> {
    let is_key =
        matches!(error.kind, SyntaxErrorKind::YamlKey { .. } | SyntaxErrorKind::YamlListItem);
    let end = error.span.end as usize;
    let rest = text.get(end..).filter(|_| is_key && end < text.len())?;
    let line = line_from(end, text);
    let is_whole = rest.get(line.len()..)?.starts_with(['\r', '\n']) || rest.len() == line.len();
    let bare = line.trim().is_empty() && is_whole;
    if !(bare || error.kind == SyntaxErrorKind::YamlListItem) {
        return None;
    }
    let own = column(error.span.start as usize, text)?;
    let mut length = line.len() + 1;
    let begin = length;
    let mut filled = 0;
    for line in rest.get(length..)?.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        if !content.trim().is_empty() {
            if line.len() - content.len() <= own || content.starts_with('}') {
                break;
            }
            filled = length + line.len();
        }
        length += line.len();
    }
    let position = |bytes: usize| u32::try_from(end + bytes).unwrap_or(u32::MAX);
    (filled > begin).then(|| Span::new(error.span.file, position(begin), position(filled)))
}

/// The lines of a block whose head isn't read, as a quote in it lacks its partner:
/// up to the `}` that is indented as the head is.
pub(super) fn broken_head(error: &SyntaxError, text: &str) -> Option<Span> {
    /// A block longer than this is not looked through.
    const REACH: usize = 1 << 16;
    if !super::takes_its_line(&error.kind) {
        return None;
    }
    let at = error.span.start as usize;
    let line = line_from(at, text);
    let has_brace = line.trim_end().ends_with('{');
    let head = text.get(at - column(at, text)?..at)?;
    let indent = head.len() - head.trim_start().len();
    let begin = at + line.len();
    let mut length = 0;
    for line in text.get(begin..)?.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        let is_below = content.trim().is_empty() || line.len() - content.len() > indent;
        let is_end = !is_below && content.starts_with('}');
        if is_below {
            length += line.len();
        } else if is_end {
            length += line.trim_end().len();
        }
        if !is_below || length > REACH {
            // Without its `{` only what ends in a `}` was one.
            length = if has_brace || is_end { length } else { 0 };
            break;
        }
    }
    let position = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    (length > 0).then(|| Span::new(error.span.file, position(begin), position(begin + length)))
}

/// How many bytes of its line stand before a place; `None` if they are very
/// many, so that a long line isn't searched for each of its errors.
pub(super) fn column(at: usize, text: &str) -> Option<usize> {
    let before = text.as_bytes().get(..at)?;
    let near = before.get(before.len().saturating_sub(4 * LONGEST_LINE)..)?;
    match near.iter().rposition(|byte| *byte == b'\n') {
        Some(newline) => Some(near.len() - newline - 1),
        None => (near.len() == before.len()).then_some(at),
    }
}

/// The line with the edits made, if they are on one line and it is short.
pub(super) fn mended_line(edits: &[Edit], text: &str) -> Option<String> {
    let first = edits.first()?.span.start as usize;
    let last = edits.last()?.span.end as usize;
    let start = first - column(first, text)?;
    let window = text.get(last..)?.char_indices().take(2 * LONGEST_LINE);
    let end = window
        .clone()
        .find(|(_, c)| *c == '\n')
        .or_else(|| window.last())
        .map_or(last, |(at, c)| last + at + if c == '\n' { 0 } else { c.len_utf8() });
    let mut line = String::new();
    let mut position = start;
    for edit in edits {
        line.push_str(text.get(position..edit.span.start as usize)?);
        line.push_str(&edit.text);
        position = edit.span.end as usize;
    }
    line.push_str(text.get(position..end)?);
    let line = line.trim();
    // A comment after it is not what is to be written.
    let line = line.find(" //").and_then(|at| line.get(..at)).unwrap_or(line).trim_end();
    let fits = line.chars().count() <= LONGEST_LINE && !line.contains(['\n', '\r', '`']);
    (fits && !line.is_empty() && line.chars().all(|c| !c.is_control())).then(|| line.to_owned())
}
