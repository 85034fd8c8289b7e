//! Certain repairs, made.

use std::collections::BTreeMap;

use jtc_syntax::{FileId, Span};

use super::{Diag, Edit, Fix};
use crate::sources::Sources;

/// What comes of making repairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// The new text of each file that changes, by its number.
    pub texts: BTreeMap<FileId, String>,
    /// How many repairs were made.
    pub made: usize,
}

/// Makes the certain repairs of these diagnostics, in their order. One that
/// touches the same text as an earlier one is left for another round: what it
/// rests on is no longer there.
pub fn repair<'d>(diags: impl IntoIterator<Item = &'d Diag>, sources: &Sources) -> Repaired {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut made = 0;
    for fix in diags.into_iter().filter_map(|diag| diag.fix.as_ref()) {
        if fits(fix, &taken, sources) {
            taken.extend(&fix.edits);
            made += 1;
        }
    }
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in taken {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let mut texts = BTreeMap::new();
    for (id, mut edits) in by_file {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let Some(file) = sources.get(id) else { continue };
        let text = edited(&file.text, &edits);
        if text != *file.text {
            texts.insert(id, text);
        }
    }
    Repaired { texts, made }
}

/// Whether all edits of a repair are of texts that there are, and none touches
/// another.
fn fits(fix: &Fix, taken: &[&Edit], sources: &Sources) -> bool {
    let is_there = |edit: &Edit| {
        sources.get(edit.span.file).is_some_and(|file| file.text.get(range(edit.span)).is_some())
    };
    let free = |edit: &Edit| {
        let own = fix.edits.iter().filter(|other| !std::ptr::eq(*other, edit));
        taken.iter().copied().chain(own).all(|other| !touch(edit.span, other.span))
    };
    !fix.edits.is_empty() && fix.edits.iter().all(|edit| is_there(edit) && free(edit))
}

/// Whether two edits have a byte in common, or happen at the same place.
fn touch(one: Span, other: Span) -> bool {
    let inside = one.start < other.end && other.start < one.end;
    one.file == other.file && (inside || one.start == other.start)
}

fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}

/// A text with edits made, which are sorted and don't overlap.
fn edited(text: &str, edits: &[&Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut position = 0;
    for edit in edits {
        let range = range(edit.span);
        out.push_str(text.get(position..range.start).unwrap_or_default());
        out.push_str(&edit.text);
        position = range.end;
    }
    out.push_str(text.get(position..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::find;

    fn diag(edits: &[(u32, u32, &str)]) -> Diag {
        let edit = |(start, end, text): &(u32, u32, &str)| Edit {
            span: Span::new(FileId(0), *start, *end),
            text: (*text).to_owned(),
        };
        let mut diag = Diag::new(find("J0201").unwrap(), Span::new(FileId(0), 0, 0), "", "");
        diag.fix = Some(Fix { title: String::new(), edits: edits.iter().map(edit).collect() });
        diag
    }

    #[track_caller]
    fn check(text: &str, diags: &[Diag], wanted: &str, made: usize) {
        let mut sources = Sources::default();
        let id = sources.add("a.kdl", text);
        let repaired = repair(diags, &sources);
        let text = repaired.texts.get(&id).map_or(text, String::as_str);
        assert_eq!((text, repaired.made), (wanted, made));
    }

    #[test]
    fn edits_are_made_in_the_order_of_the_text() {
        check("abcdef", &[diag(&[(4, 5, "E"), (0, 1, "")]), diag(&[(2, 2, "-")])], "b-cdEf", 2);
        check("aé€b", &[diag(&[(1, 3, "e")]), diag(&[(3, 6, "E")])], "aeEb", 2);
    }

    #[test]
    fn what_touches_an_earlier_repair_waits() {
        check("abcdef", &[diag(&[(0, 3, "x")]), diag(&[(2, 4, "y")])], "xdef", 1);
        check("abcdef", &[diag(&[(2, 2, "x")]), diag(&[(2, 2, "y")])], "abxcdef", 1);
        check("abcdef", &[diag(&[(1, 4, "x")]), diag(&[(2, 2, "y")])], "axef", 1);
        check("abcdef", &[diag(&[(2, 2, "y")]), diag(&[(1, 4, "x")])], "abycdef", 1);
        // All of a repair or nothing of it.
        check("abcdef", &[diag(&[(0, 1, "x")]), diag(&[(0, 1, "y"), (5, 6, "z")])], "xbcdef", 1);
    }

    #[test]
    fn an_edit_of_no_text_is_not_made() {
        check("aé", &[diag(&[(1, 2, "x")])], "aé", 0);
        check("ab", &[diag(&[(1, 9, "x")])], "ab", 0);
        check("ab", &[diag(&[])], "ab", 0);
        check("ab", &[diag(&[(0, 1, "x"), (0, 1, "y")])], "ab", 0);
    }
}
