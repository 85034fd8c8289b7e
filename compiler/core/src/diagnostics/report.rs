//! The shape of a diagnostic.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jtc_syntax::Span;

use crate::moved::Places;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is emitted.
    Error,
    /// Output is emitted all the same, and is the same as without it.
    Warning,
}

impl Severity {
    /// As every output says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What is the same for every occurrence of a diagnostic: its documentation.
#[derive(Debug)]
pub struct Meta {
    /// `J` and four digits; never reused.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// A few words, lower case, no final stop.
    pub title: &'static str,
    /// What is wrong, in a sentence or two.
    pub what: &'static str,
    /// Why it fails, and when it would be noticed without `jtc`.
    pub why: &'static str,
    /// A whole topology that yields exactly this code. A line `// file: NAME`
    /// starts another file beside it.
    pub wrong: &'static str,
    /// The same topology, put right.
    pub right: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// What a piece of documentation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Sentences; a line break begins a paragraph.
    Prose,
    /// A topology.
    Topology,
}

impl Meta {
    /// The documentation under its headings, which are the same for every
    /// diagnostic, on every page.
    pub const fn sections(&self) -> [(&'static str, Piece, &'static str); 5] {
        [
            ("What", Piece::Prose, self.what),
            ("Why it fails, and when", Piece::Prose, self.why),
            ("Wrong", Piece::Topology, self.wrong),
            ("Right", Piece::Topology, self.right),
            ("Fix", Piece::Prose, self.fix),
        ]
    }
}

/// A place and its role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What this place has to do with it.
    pub text: String,
    /// The field that is meant, where the place is a whole object.
    pub(super) field: Option<Box<Field>>,
}

/// A field of an object that stands in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// As in `spec.routes[0].match`.
    path: String,
    /// The bytes of its value that are meant; all without.
    part: Option<Range<usize>>,
}

/// Replace the text of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A repair that is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// An imperative, as a button would say it.
    pub title: String,
    /// Edits that don't overlap.
    pub edits: Vec<Edit>,
}

/// One thing that is wrong, with every place involved.
#[derive(Clone, Debug)]
pub struct Diag {
    /// Which diagnostic this is.
    pub meta: &'static Meta,
    /// What is wrong here: names the thing in backticks; no final stop.
    pub message: String,
    /// The first is the place of the mistake, the others are what it rests on.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// The edit that mends it, where that is certain.
    pub fix: Option<Fix>,
}

impl Diag {
    /// A diagnostic whose mistake is at `span`.
    pub fn new(
        meta: &'static Meta,
        span: Span,
        label: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            meta,
            message: message.into(),
            labels: vec![Label { span, text: label.into(), field: None }],
            help: None,
            fix: None,
        }
    }

    /// Adds a place that has to do with it.
    #[must_use]
    pub fn with(mut self, span: Span, label: impl Into<String>) -> Self {
        self.add(span, label);
        self
    }

    /// Adds a place that has to do with it.
    pub(super) fn add(&mut self, span: Span, label: impl Into<String>) {
        self.labels.push(Label { span, text: label.into(), field: None });
    }

    /// Says which field of an object the last place means, and which bytes of its
    /// value; in a manifest, that is then the place.
    #[must_use]
    pub(crate) fn in_field(mut self, path: &str, part: Option<Range<usize>>) -> Self {
        if let Some(last) = self.labels.last_mut().filter(|_| !path.is_empty()) {
            last.field = Some(Box::new(Field { path: path.to_owned(), part }));
        }
        self
    }

    /// Whether a label stands at a field of an object.
    pub(super) fn is_at(&self, span: Span, path: &str) -> bool {
        self.labels.iter().any(|label| {
            label.span == span && label.field.as_ref().is_some_and(|field| field.path == path)
        })
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers a certain repair: replace the text of `span`.
    #[must_use]
    pub fn replace(
        mut self,
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        self.fix = Some(Fix { title: title.into(), edits: vec![Edit { span, text: text.into() }] });
        self
    }

    /// The place of the mistake.
    pub fn span(&self) -> Span {
        self.labels
            .first()
            .map_or_else(|| Span::new(jtc_syntax::FileId(0), 0, 0), |label| label.span)
    }

    /// Whether it stops the output.
    pub fn is_error(&self) -> bool {
        self.meta.severity == Severity::Error
    }
}

impl Places for Diag {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        let Self { meta: _, message: _, labels, help: _, fix } = self;
        for Label { span, text: _, field: _ } in labels {
            see(span);
        }
        let edits = fix.iter_mut().flat_map(|Fix { title: _, edits }| edits);
        for Edit { span, text: _ } in edits {
            see(span);
        }
    }
}

impl Places for Report {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        for diag in &mut self.diags {
            diag.places(see);
        }
    }
}

/// All diagnostics of a run, gathered as they are found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    diags: Vec<Diag>,
}

impl Report {
    /// Adds a diagnostic.
    pub fn push(&mut self, diag: Diag) {
        self.diags.push(diag);
    }

    /// Adds diagnostics.
    pub fn extend(&mut self, diags: impl IntoIterator<Item = Diag>) {
        self.diags.extend(diags);
    }

    /// What was found so far, in the order of finding.
    pub fn iter(&self) -> impl Iterator<Item = &Diag> {
        self.diags.iter()
    }

    /// The first of one of these codes.
    pub(crate) fn first_mut(&mut self, codes: &[&str]) -> Option<&mut Diag> {
        self.diags.iter_mut().find(|diag| codes.contains(&diag.meta.code))
    }

    /// Adds all of another report.
    pub fn append(&mut self, mut other: Self) {
        self.diags.append(&mut other.diags);
    }

    /// Whether output must be withheld.
    pub fn has_errors(&self) -> bool {
        self.diags.iter().any(Diag::is_error)
    }

    /// Moves labels from objects of manifests to the fields that are meant, where
    /// `find` finds them in the text.
    pub fn narrow(&mut self, find: impl Fn(Span, &str, Option<Range<usize>>) -> Option<Span>) {
        for label in self.diags.iter_mut().flat_map(|diag| &mut diag.labels) {
            let Some(Field { path, part }) = label.field.take().map(|field| *field) else {
                continue;
            };
            label.span = find(label.span, &path, part).unwrap_or(label.span);
        }
    }

    /// By file and place, then by code; what is said twice is said once.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diag> {
        self.diags.sort_by(|a, b| {
            (a.span(), a.meta.code, &a.message).cmp(&(b.span(), b.meta.code, &b.message))
        });
        self.diags.dedup_by(|a, b| {
            a.meta.code == b.meta.code
                && a.span() == b.span()
                && (a.message == b.message || ONE_A_PLACE.contains(&a.meta.code))
        });
        // A word that YAML took for a truth value doesn't fit its field either.
        let truths = self.diags.iter().filter(|diag| diag.meta.code == "J0623");
        let truths: BTreeSet<Span> = truths.map(Diag::span).collect();
        self.diags.retain(|diag| diag.meta.code != "J0603" || !truths.contains(&diag.span()));
        gather(self.diags)
    }
}

/// Diagnostics that say of one place more or less, as seen from here or there:
/// the first, which says the most, is enough.
const ONE_A_PLACE: &[&str] = &["J0710"];

/// Diagnostics of which one mistake can make many, in places of their own.
const GATHERED: &[&str] = &["J0301", "J0305", "J0313", "J0803", "J0901"];

/// At most this many places are labelled in one diagnostic.
const MOST_PLACES: usize = 6;

/// What is said of several places in the same words is said once: at the
/// first, with the others labelled.
fn gather(diags: Vec<Diag>) -> Vec<Diag> {
    let mut gathered: Vec<Diag> = Vec::with_capacity(diags.len());
    let mut first_of: BTreeMap<(&'static str, String), (usize, usize)> = BTreeMap::new();
    for diag in diags {
        if !GATHERED.contains(&diag.meta.code) {
            gathered.push(diag);
            continue;
        }
        let key = (diag.meta.code, diag.message.clone());
        let (index, places) = first_of.entry(key).or_insert((gathered.len(), 0));
        *places += 1;
        let Some(first) = gathered.get_mut(*index) else {
            gathered.push(diag);
            continue;
        };
        // An edit at one place would not mend the others.
        first.fix = None;
        if first.span() == diag.span() {
            let room = MOST_PLACES.saturating_sub(first.labels.len());
            first.labels.extend(diag.labels.into_iter().skip(1).take(room));
        } else if *places <= MOST_PLACES {
            let text = "and here".to_owned();
            first.labels.push(Label { span: diag.span(), text, field: None });
        } else if let Some(last) = first.labels.last_mut() {
            last.text = match *places - MOST_PLACES {
                1 => "and here, and at one more place".to_owned(),
                more => format!("and here, and at {more} more places"),
            };
        }
    }
    gathered
}
