//! The gap before each token of a part, as it should be.

use super::align::Comments;
use super::parts::Part;
use super::spacing::{Item, Link, spacing};
use super::{MAX_WIDTH, TextEdit, edits};
use crate::chars::is_newline;
use crate::{Token, TokenKind};

/// Blanks of indentation for a block or a continued line.
const INDENT: usize = 4;

/// The line break of a text: that of its first line.
pub(super) fn line_break(text: &str, tokens: &[Token]) -> &'static str {
    let first = tokens.iter().find(|token| token.kind == TokenKind::Newline);
    if first.is_some_and(|token| token.text(text) == "\r\n") { "\r\n" } else { "\n" }
}

/// Adds the edits of one part.
pub(super) fn lay_out(
    text: &str,
    tokens: &[Token],
    part: &Part,
    line_break: &str,
    edits: &mut Vec<TextEdit>,
) {
    let bytes = part.range(tokens);
    let (items, last, continued) =
        spacing(text, tokens.get(part.first..part.last).unwrap_or_default());
    let (at_start, at_end) = (part.first == 0, part.last == tokens.len());
    let mut gaps = if items.is_empty() {
        // Blank lines at the end, or nothing else at all.
        vec![String::new()]
    } else {
        let mut gaps = Layout::new(text, &items, line_break).gaps(at_start);
        let breaks = if continued && last.breaks > 1 && !at_end { 2 } else { 1 };
        gaps.push(line_break.repeat(breaks));
        gaps
    }
    .into_iter();
    let bom = tokens.get(part.first).filter(|token| token.kind == TokenKind::Bom);
    let mut end = bom.map_or(bytes.start, |bom| bom.end as usize);
    for item in &items {
        let start = item.token.start as usize;
        edits::replace(text, end..start, &gaps.next().unwrap_or_default(), edits);
        end = item.token.end as usize;
    }
    edits::replace(text, end..bytes.end, &gaps.next().unwrap_or_default(), edits);
}

struct Layout<'a> {
    text: &'a str,
    items: &'a [Item],
    line_break: &'a str,
    /// For each item, the characters of a line with all up to it.
    widths: Vec<usize>,
    /// For each `{`, its `}`, if all between them may stand on one line.
    flat: Vec<Option<usize>>,
}

impl<'a> Layout<'a> {
    fn new(text: &'a str, items: &'a [Item], line_break: &'a str) -> Self {
        let mut layout =
            Self { text, items, line_break, widths: Vec::new(), flat: vec![None; items.len()] };
        let mut width = 0;
        let mut obstacles = 0_usize;
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let token = item.token.text(text);
            obstacles += usize::from(item.gap.breaks > 0);
            if item.token.kind == TokenKind::CloseBrace
                && let Some((at, before)) = open.pop()
                && let Some(partner) = layout.flat.get_mut(at)
            {
                // `{}` may have had line breaks in it.
                *partner = (obstacles == before || at + 1 == index).then_some(index);
            }
            obstacles += usize::from(
                matches!(item.token.kind, TokenKind::LineComment | TokenKind::Backslash)
                    || token.contains(is_newline),
            );
            if item.token.kind == TokenKind::OpenBrace {
                open.push((index, obstacles));
            }
            width += flat_gap(item).len() + token.chars().count();
            layout.widths.push(width);
        }
        layout
    }

    /// The `}` of the `{` at `index`, if the block fits behind `column`
    /// characters.
    fn fits(&self, index: usize, column: usize) -> Option<usize> {
        let close = self.flat.get(index).copied().flatten()?;
        let width = |index: usize| self.widths.get(index).copied().unwrap_or_default();
        (column + width(close) - width(index) < MAX_WIDTH || close == index + 1).then_some(close)
    }

    /// The gap before each item.
    fn gaps(&self, at_start: bool) -> Vec<String> {
        let mut gaps: Vec<String> = Vec::with_capacity(self.items.len() + 1);
        let mut comments = Comments::default();
        // The brace that ends what stays on one line, and the depth.
        let (mut flat, mut depth) = (None, 0_usize);
        let mut column = 0;
        for (index, item) in self.items.iter().enumerate() {
            let kind = item.token.kind;
            let mut gap = String::new();
            if flat.is_some() {
                gap.push_str(flat_gap(item));
            } else {
                if item.link == Link::Close {
                    depth = depth.saturating_sub(1);
                }
                self.gap(item, depth, at_start, &mut gap);
            }
            if flat == Some(index) {
                flat = None;
            }
            column = advance(column, &gap);
            if kind == TokenKind::LineComment && gap == " " {
                comments.trailing(index, self.input_column(item), column);
            } else if matches!(item.link, Link::Node { blank: true, .. }) {
                comments.paragraph(&mut gaps);
            }
            gaps.push(gap);
            if kind == TokenKind::OpenBrace && flat.is_none() {
                flat = self.fits(index, column);
                depth += usize::from(flat.is_none());
            }
            column = advance(column, item.token.text(self.text));
        }
        comments.paragraph(&mut gaps);
        gaps
    }

    /// The gap before an item where its block isn't on one line.
    fn gap(&self, item: &Item, depth: usize, at_start: bool, gap: &mut String) {
        let (breaks, indent) = match item.link {
            // The line before has its line break already.
            Link::First => (usize::from(item.gap.breaks > 0 && !at_start), 0),
            Link::Along { spaced } => {
                gap.push_str(if spaced { " " } else { "" });
                return;
            }
            Link::Trailing => {
                gap.push(' ');
                return;
            }
            Link::Continued { in_node } => (1, depth * INDENT + if in_node { INDENT } else { 0 }),
            Link::Node { blank, dangling } => (1 + usize::from(blank || dangling), depth * INDENT),
            Link::Open | Link::Close => (1, depth * INDENT),
        };
        for _ in 0..breaks {
            gap.push_str(self.line_break);
        }
        gap.extend(std::iter::repeat_n(' ', indent));
    }

    /// The column of a token as it stands, in characters.
    fn input_column(&self, item: &Item) -> usize {
        let before = self.text.get(..item.token.start as usize).unwrap_or_default();
        let line = before.rfind(is_newline).and_then(|at| before.get(at..));
        let line = line.unwrap_or(before).trim_start_matches([crate::chars::BOM]);
        line.trim_start_matches(is_newline).chars().count()
    }
}

/// The gap before an item where everything stands on one line.
const fn flat_gap(item: &Item) -> &'static str {
    match item.link {
        Link::First | Link::Along { spaced: false } => "",
        Link::Close | Link::Node { .. } | Link::Trailing if item.ends_node => "; ",
        _ => " ",
    }
}

/// The column after a text, in characters.
fn advance(column: usize, text: &str) -> usize {
    match text.rfind(is_newline).and_then(|at| text.get(at..)) {
        Some(line) => line.chars().count() - 1,
        None => column + text.chars().count(),
    }
}
