//! The pieces of source that a diagnostic shows.
//!
//! The library that draws knows one text a diagnostic, and prints whole lines.
//! Here the files of a diagnostic stand one after another in one range of
//! offsets, in the order in which the diagnostic names them, and a piece is
//! cut so that a line of ten megabytes shows only what is near its label.

use jtc_core::diagnostics::Diag;
use jtc_core::sources::{SourceFile, Sources};
use jtc_core::syntax::{FileId, Span};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::harmless;

/// The most labels that are shown.
pub(super) const MOST: usize = 12;
/// The most bytes of a line before and after a label.
const MARGIN: usize = 120;
/// The most bytes that a label underlines.
const LABEL: usize = 120;
/// The most bytes and lines between two labels of one piece.
const APART: (usize, usize) = (600, 8);

/// The sources of one diagnostic.
#[derive(Debug)]
pub(super) struct Excerpts<'a> {
    sources: &'a Sources,
    files: Vec<Piece<'a>>,
    labels: Vec<LabeledSpan>,
}

#[derive(Debug)]
struct Piece<'a> {
    id: FileId,
    file: &'a SourceFile,
    /// As a person sees it.
    path: String,
    /// The offset of its first byte among all files.
    base: usize,
}

impl<'a> Excerpts<'a> {
    /// The files and labels of a diagnostic; `shown` stands before each path.
    pub(super) fn new(diag: &Diag, sources: &'a Sources, shown: &str) -> Self {
        let mut excerpts = Self { sources, files: Vec::new(), labels: Vec::new() };
        for (index, label) in diag.labels.iter().take(MOST).enumerate() {
            let Some(piece) = excerpts.piece(label.span.file, shown) else { continue };
            let Some((start, end)) = visible(&piece.file.text, label.span) else { continue };
            let text = (!label.text.is_empty()).then(|| harmless(&label.text).into_owned());
            let place = SourceSpan::from((piece.base + start, end - start));
            let label = if index == 0 {
                LabeledSpan::new_primary_with_span(text, place)
            } else {
                LabeledSpan::new_with_span(text, place)
            };
            excerpts.labels.push(label);
        }
        excerpts
    }

    /// The labels, in offsets among all files.
    pub(super) fn labels(&self) -> &[LabeledSpan] {
        &self.labels
    }

    fn piece(&mut self, id: FileId, shown: &str) -> Option<&Piece<'a>> {
        if let Some(index) = self.files.iter().position(|piece| piece.id == id) {
            return self.files.get(index);
        }
        let file = self.sources.get(id)?;
        let base = self.files.last().map_or(0, |last| last.base + last.file.text.len() + 1);
        self.files.push(Piece { id, file, path: format!("{shown}{}", file.path), base });
        self.files.last()
    }
}

impl SourceCode for Excerpts<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let piece = self
            .files
            .iter()
            .rev()
            .find(|piece| piece.base <= span.offset())
            .ok_or(MietteError::OutOfBounds)?;
        let text = piece.file.harmless();
        let start = span.offset() - piece.base;
        let end = start + span.len();
        let inside = text.get(start..end).ok_or(MietteError::OutOfBounds)?;
        if inside.len() > APART.0 || inside.lines().count() > APART.1 {
            return Err(MietteError::OutOfBounds);
        }
        let from = if lines_before == 0 { start } else { line_start(text, start, lines_before) };
        let to = if lines_after == 0 { end } else { line_end(text, end, lines_after) };
        let data = text.get(from..to).ok_or(MietteError::OutOfBounds)?;
        let offset = u32::try_from(from).unwrap_or(u32::MAX);
        let (_, place) = self.sources.place(Span::new(piece.id, offset, offset));
        let zero_based =
            |number: u32| usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        Ok(Box::new(MietteSpanContents::new_named(
            piece.path.clone(),
            data.as_bytes(),
            (piece.base + from, data.len()).into(),
            zero_based(place.line),
            zero_based(place.column),
            data.lines().count(),
        )))
    }
}

/// The part of a span that is underlined: on its first line, and not too much
/// of that. An empty span at the end of a text is where its last line ends.
/// `None` when there is nothing to stand under.
fn visible(text: &str, span: Span) -> Option<(usize, usize)> {
    let written = text.trim_end().len();
    let start = floor(text, usize::try_from(span.start).ok()?.min(written));
    let end = floor(text, usize::try_from(span.end).ok()?.clamp(start, written.max(start)));
    if written == 0 {
        return None;
    }
    let line = text.get(start..end)?.split(['\n', '\r']).next()?;
    let length = floor(line, line.len().min(LABEL));
    // Under the last letter, where no line break follows that could be marked.
    if length == 0 && start == text.len() {
        let last = text.char_indices().next_back()?.0;
        return Some((last, text.len()));
    }
    Some((start, start + length))
}

/// The start of the line that is `lines` above that of `offset`, but not too
/// far from it.
fn line_start(text: &str, offset: usize, lines: usize) -> usize {
    let near = ceil(text, offset.saturating_sub(MARGIN));
    let before = text.get(near..offset).unwrap_or_default();
    let breaks = before.rmatch_indices('\n').map(|(at, _)| near + at + 1);
    let starts: Vec<usize> = breaks.take(lines + 1).collect();
    if near == 0 && starts.len() <= lines {
        return 0;
    }
    // A line whose start is too far away is cut.
    starts.last().copied().unwrap_or(near)
}

/// The end of the line that is `lines` below that of `offset`, but not too
/// far from it.
fn line_end(text: &str, offset: usize, lines: usize) -> usize {
    let near = floor(text, offset.saturating_add(MARGIN).min(text.len()));
    let after = text.get(offset..near).unwrap_or_default();
    let ends: Vec<usize> =
        after.match_indices('\n').map(|(at, _)| offset + at + 1).take(lines + 1).collect();
    if near == text.len() && ends.len() <= lines {
        return near;
    }
    ends.last().copied().unwrap_or(near)
}

fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset)
}

fn ceil(text: &str, offset: usize) -> usize {
    text.ceil_char_boundary(offset)
}
