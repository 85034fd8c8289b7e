//! `textDocument/foldingRange`: blocks, long strings, and comments.

use jtc_core::syntax::{Node, Span, Token, TokenKind, lex};
use lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use crate::state::{Failure, State, View};

pub(crate) fn folding(
    state: &mut State,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>, Failure> {
    let view = state.view(&params.text_document.uri)?;
    let mut found = Vec::new();
    blocks(&view, &view.tree.document.nodes, &mut found);
    let tokens = lex(view.text());
    for token in &tokens {
        match token.kind {
            TokenKind::BlockComment => {
                found.extend(fold(&view, at(&view, token), Some(FoldingRangeKind::Comment), 0));
            }
            TokenKind::MultilineString | TokenKind::MultilineRawString => {
                found.extend(fold(&view, at(&view, token), None, 1));
            }
            _ => {}
        }
    }
    comments(&view, &tokens, &mut found);
    found.sort_by_key(|range| (range.start_line, range.end_line));
    found.dedup_by_key(|range| (range.start_line, range.end_line));
    Ok(Some(found))
}

fn at(view: &View<'_>, token: &Token) -> Span {
    view.at(token.start, token.end)
}

fn blocks(view: &View<'_>, nodes: &[Node], found: &mut Vec<FoldingRange>) {
    for block in nodes.iter().filter_map(|node| node.children.as_ref()) {
        found.extend(fold(view, block.span, None, 1));
        blocks(view, &block.nodes, found);
    }
}

/// The lines of a span but for the last few; nothing for a single one.
fn fold(
    view: &View<'_>,
    span: Span,
    kind: Option<FoldingRangeKind>,
    shown: u32,
) -> Option<FoldingRange> {
    let range = view.range(span);
    let end = range.end.line.saturating_sub(shown);
    (range.start.line < end).then(|| FoldingRange {
        start_line: range.start.line,
        end_line: end,
        kind,
        ..FoldingRange::default()
    })
}

/// Comments to the end of the line that follow each other.
fn comments(view: &View<'_>, tokens: &[Token], found: &mut Vec<FoldingRange>) {
    let lines = tokens.iter().filter(|token| token.kind == TokenKind::LineComment);
    let is_alone = |start: u32| {
        let before = view.text().get(..start as usize).unwrap_or_default();
        before.rsplit(['\n', '\r']).next().is_some_and(|line| line.trim().is_empty())
    };
    let mut run: Option<(u32, u32)> = None;
    for token in lines.filter(|token| is_alone(token.start)) {
        let line = view.range(at(view, token)).start.line;
        run = match run {
            Some((start, end)) if end + 1 == line => Some((start, line)),
            other => {
                found.extend(other.and_then(comment));
                Some((line, line))
            }
        };
    }
    found.extend(run.and_then(comment));
}

fn comment((start_line, end_line): (u32, u32)) -> Option<FoldingRange> {
    (start_line < end_line).then(|| FoldingRange {
        start_line,
        end_line,
        kind: Some(FoldingRangeKind::Comment),
        ..FoldingRange::default()
    })
}
