//! What follows from a slip and must not be told besides it.
//!
//! A slip of the text can hurt a value, or lose a node whose name is used
//! elsewhere. The person has one mistake to mend, and is told of that one.

use std::collections::BTreeMap;

use jtc_syntax::{Document, Node, Span, SyntaxErrorKind};

use crate::diagnostics::syntax::Slip;
use crate::diagnostics::{Diag, Report};
use crate::sources::Sources;

/// Codes that say that something isn't there, which a slip may have hidden.
const OF_ABSENCE: &[&str] = &[
    "J0302", "J0303", "J0304", "J0306", "J0308", "J0604", "J0607", "J0611", "J0614", "J0615",
    "J0702", "J0704", "J0710", "J0803", "J0804", "J0806", "J0809", "J0816", "J0819",
];

/// Codes of a name that leads nowhere.
const OF_NAMES: &[&str] = &["J0301", "J0305"];

/// The slips of a topology and what they cost.
#[derive(Clone, Debug, Default)]
pub struct Slips {
    /// Where text may be misread.
    places: Vec<Span>,
    /// Nodes of the top that no one could mean: nested without end.
    bottomless: Vec<Span>,
    /// Text in which something could not be read.
    lost: Vec<Span>,
    /// The nodes of the top with such text in them.
    torn: Vec<Span>,
}

impl Slips {
    /// Notes where a slip is.
    pub(super) fn add(&mut self, slip: &Slip) {
        self.places.extend(slip.places.iter().copied());
        self.lost.extend(slip.lost);
        self.torn.extend(slip.lost);
    }

    /// Notes what an error of the parser costs.
    pub(super) fn cost(
        &mut self,
        kind: &SyntaxErrorKind,
        at: Span,
        document: &Document,
        text: &str,
    ) {
        let next = document.nodes.partition_point(|node| node.span.start <= at.start);
        let node = next.checked_sub(1).and_then(|index| document.nodes.get(index));
        let inside = node.is_some_and(|node| at.start <= node.span.end);
        if let (SyntaxErrorKind::TooDeep { .. }, Some(node)) = (kind, node) {
            self.bottomless.push(node.span);
        }
        let to_next = || {
            let before = next.checked_sub(1).and_then(|index| document.nodes.get(index));
            let end = document.nodes.get(next).map(|node| node.span.start);
            let end = end.unwrap_or_else(|| u32::try_from(text.len()).unwrap_or(u32::MAX));
            Span::new(at.file, before.map_or(0, |node| node.span.end.min(at.start)), end)
        };
        if *kind == SyntaxErrorKind::UnterminatedComment || !inside && document.incomplete {
            self.lost.push(to_next());
        }
        if let Some(top) = node
            && let Some(innermost) = innermost(top, at)
        {
            self.lost.push(innermost.span);
            self.torn.push(top.span);
        }
    }

    /// Notes the nodes in which validation found something: what they define
    /// may be there in truth.
    pub(super) fn doubt(&mut self, refused: &Report, nodes: &[&Node]) {
        let mut tops: Vec<Span> = nodes.iter().map(|node| node.span).collect();
        tops.sort();
        let errors = refused.iter().filter(|diag| diag.is_error());
        for top in errors.filter_map(|diag| at(&tops, diag.span())) {
            self.lost.push(top);
            self.torn.push(top);
        }
    }

    /// Leaves out what follows from a slip.
    pub fn without_consequences(mut self, diags: Vec<Diag>, sources: &Sources) -> Vec<Diag> {
        sort(&mut self.places);
        sort(&mut self.bottomless);
        sort(&mut self.lost);
        sort(&mut self.torn);
        let words = self.words(sources);
        let mut kept: Vec<Diag> = Vec::new();
        let mut hurt: Vec<Diag> = Vec::new();
        for diag in diags {
            if diag.meta.code.starts_with("J01") {
                kept.push(diag);
            } else if at(&self.places, diag.span()).is_some() {
                hurt.push(diag);
            } else if at(&self.bottomless, diag.span()).is_none()
                && !self.follows(&diag, &words, sources)
            {
                kept.push(diag);
            }
        }
        for diag in hurt {
            wanted(&mut kept, &diag);
        }
        kept
    }

    /// The words in lost text, and how often each is there.
    fn words<'s>(&self, sources: &'s Sources) -> BTreeMap<&'s str, usize> {
        let mut words = BTreeMap::new();
        for span in &self.lost {
            for word in sources
                .text(*span)
                .split(|c: char| c.is_whitespace() || "\"'={}();,[]/".contains(c))
            {
                *words.entry(word).or_default() += 1;
            }
        }
        words
    }

    fn follows(&self, diag: &Diag, words: &BTreeMap<&str, usize>, sources: &Sources) -> bool {
        if self.lost.is_empty() {
            return false;
        }
        let code = diag.meta.code;
        let is_lost = |span: Span| {
            let own = usize::from(at(&self.lost, span).is_some());
            sources
                .text(span)
                .split(['/', '"'])
                .filter(|word| !word.is_empty())
                .any(|word| words.get(word).is_some_and(|count| *count > own))
        };
        if OF_NAMES.contains(&code) {
            return diag.labels.first().is_some_and(|label| is_lost(label.span));
        }
        OF_ABSENCE.contains(&code)
            && diag
                .labels
                .iter()
                .any(|label| at(&self.torn, label.span).is_some() || is_lost(label.span))
    }
}

/// Where a value is not of the type that is wanted, and a slip besides: the
/// slip is told, with the help of the type.
fn wanted(kept: &mut [Diag], hurt: &Diag) {
    if !matches!(hurt.meta.code, "J0204" | "J0208") {
        return;
    }
    let slip = kept.iter_mut().find(|diag| {
        matches!(diag.meta.code, "J0104" | "J0107") && touches(diag.span(), hurt.span())
    });
    if let Some(slip) = slip {
        slip.help.clone_from(&hurt.help);
        slip.fix.clone_from(&hurt.fix);
        slip.message = format!("{}; {}", slip.message, hurt.message);
    }
}

/// The innermost node at a place that something was lost in. What is lost may
/// stand after the end of its node's span.
fn innermost(top: &Node, at: Span) -> Option<&Node> {
    let mut found = None;
    let mut next = Some(top);
    while let Some(node) = next {
        if node.incomplete {
            found = Some(node);
        }
        next = node.children.as_ref().and_then(|block| {
            let after = block.nodes.partition_point(|child| child.span.start <= at.start);
            after.checked_sub(1).and_then(|index| block.nodes.get(index))
        });
    }
    found
}

fn touches(one: Span, other: Span) -> bool {
    one.file == other.file
        && one.start < other.end.max(other.start + 1)
        && other.start < one.end.max(one.start + 1)
}

/// Sorted, and with no overlaps.
fn sort(spans: &mut Vec<Span>) {
    spans.sort();
    spans.dedup_by(|next, span| {
        let joined = span.file == next.file && next.start < span.end;
        if joined {
            span.end = span.end.max(next.end);
        }
        joined
    });
}

/// The span of those sorted that touches this one.
fn at(spans: &[Span], span: Span) -> Option<Span> {
    let after = spans.partition_point(|other| {
        (other.file, other.start) < (span.file, span.end.max(span.start.saturating_add(1)))
    });
    let before = after.checked_sub(1).and_then(|index| spans.get(index))?;
    touches(*before, span).then_some(*before)
}
