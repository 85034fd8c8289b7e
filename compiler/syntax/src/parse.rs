//! From text to nodes, slice by slice.

use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;

use crate::balance::balance;
use crate::conflict::conflicts;
use crate::lexer::disallowed_runs;
use crate::parser::Parser;
use crate::slices::{Slice, cut};
use crate::{Document, FileId, Node, Span, SyntaxError, SyntaxErrorKind, Token, lex};

/// How many blocks may be nested.
pub const MAX_DEPTH: u32 = 64;

/// A text of fewer bytes is not worth a second thread.
const PARALLEL_FROM: usize = 64 * 1024;

/// Slices that one thread reads in a row.
const SLICES_AT_ONCE: usize = 64;

/// What was read of a text, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parse {
    /// The nodes that could be read.
    pub document: Document,
    /// The mistakes, in the order of the text.
    pub errors: Vec<SyntaxError>,
}

/// Reads a text.
///
/// Never fails: whatever the text, the sound nodes in it are read and every
/// mistake is told. A text of more than 4 GiB, whose places no [`Span`] can
/// hold, counts as empty.
pub fn parse(file: FileId, text: &str) -> Parse {
    let mut tokens = lex(text);
    let mut conflicted = Vec::new();
    if let Some((left, errors)) = conflicts(file, text, &tokens) {
        (tokens, conflicted) = (left, errors);
    }
    let balanced = balance(file, text, &tokens);
    let disallowed = disallowed_runs(text);
    let source = Source { file, text, tokens: &balanced.tokens, dirty: !disallowed.is_empty() };
    let slices = cut(source.tokens);
    let parts: Vec<Part> = if text.len() < PARALLEL_FROM {
        vec![source.read(&slices)]
    } else {
        slices.par_chunks(SLICES_AT_ONCE).map(|slices| source.read(slices)).collect()
    };
    let mut document = Document::default();
    let mut errors = balanced.errors;
    errors.extend(conflicted);
    document.nodes.reserve_exact(parts.iter().map(|part| part.nodes.len()).sum());
    for part in parts {
        document.nodes.extend(part.nodes);
        document.incomplete |= part.incomplete;
        errors.extend(part.errors);
    }
    errors.extend(disallowed.into_iter().map(|(start, end, character, count)| {
        let span = Span::new(file, start, end);
        SyntaxError::new(SyntaxErrorKind::DisallowedCharacter { character, count }, span)
            .with_fix(span, "")
    }));
    errors.sort_by_key(|error| error.span);
    Parse { document, errors }
}

/// What the slices are read from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: FileId,
    pub(crate) text: &'a str,
    /// Balanced tokens.
    pub(crate) tokens: &'a [Token],
    /// Whether there are disallowed characters in the text.
    pub(crate) dirty: bool,
}

/// What was read of a few slices.
struct Part {
    nodes: Vec<Node>,
    errors: Vec<SyntaxError>,
    incomplete: bool,
}

impl Source<'_> {
    fn read(self, slices: &[Slice]) -> Part {
        let mut part = Part { nodes: Vec::new(), errors: Vec::new(), incomplete: false };
        for slice in slices {
            let tokens = self.tokens.get(slice.first_token..slice.last_token).unwrap_or_default();
            let mut parser = Parser::new(Self { tokens, ..self }, &mut part.errors);
            parser.top(&mut part.nodes);
            part.incomplete |= parser.lost;
        }
        part
    }
}
