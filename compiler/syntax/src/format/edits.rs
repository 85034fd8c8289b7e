//! Edits: made as small as they can be, and applied.

use std::ops::Range;

use super::TextEdit;

/// Adds the edit that puts `new` in place of `range`, without what both have
/// in common at their ends; none when they are the same.
pub(super) fn replace(text: &str, range: Range<usize>, new: &str, edits: &mut Vec<TextEdit>) {
    let old = text.get(range.clone()).unwrap_or_default();
    if old == new {
        return;
    }
    let same = |(a, b): &(char, char)| a == b;
    let width = |(a, _): (char, char)| a.len_utf8();
    let mut start: usize = old.chars().zip(new.chars()).take_while(same).map(width).sum();
    if splits(old, start) || splits(new, start) {
        start -= 1;
    }
    let (old_rest, new_rest) =
        (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
    let pairs = old_rest.chars().rev().zip(new_rest.chars().rev());
    let mut end: usize = pairs.take_while(same).map(width).sum();
    if splits(old_rest, old_rest.len() - end) || splits(new_rest, new_rest.len() - end) {
        end -= 1;
    }
    let replacement = new_rest.get(..new_rest.len() - end).unwrap_or_default();
    edits.push((range.start + start..range.end - end, replacement.to_owned()));
}

/// Whether a cut at `at` is inside a CR LF, where an editor has no position.
fn splits(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    before == Some(&b'\r') && bytes.get(at) == Some(&b'\n')
}

/// Makes edits, which are sorted by place and don't overlap, as
/// [`format`](fn@super::format) gives them. One that is not of this text is
/// left out.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut end = 0;
    for (range, new) in edits {
        if let Some(kept) = text.get(end..range.start)
            && range.end >= range.start
            && text.is_char_boundary(range.end)
        {
            out.push_str(kept);
            out.push_str(new);
            end = range.end;
        }
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smallest(old: &str, new: &str) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let text = format!("a{old}b");
        replace(&text, 1..1 + old.len(), new, &mut edits);
        assert_eq!(apply_edits(&text, &edits), format!("a{new}b"));
        edits
    }

    #[test]
    fn edits_hold_only_what_differs() {
        assert_eq!(smallest("\n  ", "\n    "), [(4..4, "  ".to_owned())]);
        assert_eq!(smallest("\n\n\n", "\n"), [(2..4, String::new())]);
        assert_eq!(smallest(" \n", "\n"), [(1..2, String::new())]);
        assert_eq!(smallest(" ", " "), []);
        assert_eq!(smallest("\u{a0}", " "), [(1..3, " ".to_owned())]);
    }

    #[test]
    fn a_line_break_of_two_characters_is_not_cut() {
        assert_eq!(smallest("\r\n", "\n"), [(1..3, "\n".to_owned())]);
        assert_eq!(smallest("\r", "\r\n"), [(1..2, "\r\n".to_owned())]);
        assert_eq!(smallest("\r\n\r\n", "\r\n"), [(3..5, String::new())]);
    }

    #[test]
    fn edits_of_another_text_are_left_out() {
        let edit = |range| vec![(range, "x".to_owned())];
        assert_eq!(apply_edits("é", &edit(0..1)), "é");
        assert_eq!(apply_edits("é", &edit(5..6)), "é");
        assert_eq!(apply_edits("é", &edit(2..2)), "éx");
    }
}
