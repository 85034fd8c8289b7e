//! What follows from a slip and must not be told besides it.
//!
//! A slip of the text can hurt a value, or lose a node whose name is used
//! elsewhere. The person has one mistake to mend, and is told of that one.

use std::collections::{BTreeMap, BTreeSet};

use jtc_syntax::{Document, Node, Span, SyntaxError, SyntaxErrorKind};

use crate::components::table;
use crate::diagnostics::syntax::Slip;
use crate::diagnostics::{self as d, Diag, Report};
use crate::schema::RefKind;
use crate::schema::access::NodeExt;
use crate::sources::Sources;

/// Codes that say that something isn't there, which a slip may have hidden.
const OF_ABSENCE: &[&str] = &[
    "J0302", "J0303", "J0304", "J0306", "J0308", "J0604", "J0607", "J0611", "J0614", "J0615",
    "J0702", "J0704", "J0710", "J0803", "J0804", "J0806", "J0809", "J0816", "J0819",
];

/// So many slips before a place are looked at for one that touches it.
const NEAR: usize = 8;

/// Each unknown name is held against at most so many refused ones.
const MOST_REFUSED: usize = 64;

/// Codes of a name that leads nowhere.
const OF_NAMES: &[&str] = &["J0301", "J0305"];

/// Codes that compare databases: one of which not all is known may be another
/// than it seems.
const OF_DATABASES: &[&str] = &["J0810", "J0811", "J0820"];

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
    /// Those of them with half a line in them.
    half: Vec<Span>,
    /// Names that were refused where they are defined; empty for one that
    /// lacks.
    refused: Vec<(RefKind, String)>,
    /// Whether files aren't read in which anything may be defined.
    lacks_files: bool,
}

/// What a node defines by its first argument.
fn defines(name: &str) -> Option<RefKind> {
    Some(match name {
        "external" => RefKind::External,
        "secret" => RefKind::Secret,
        "database" => RefKind::Database,
        "version" => RefKind::Version,
        "elk" => RefKind::Elk,
        "namespace" => RefKind::Namespace,
        "storage-class" => RefKind::StorageClass,
        "address-pool" => RefKind::AddressPool,
        "workload" => RefKind::Target,
        "middleware" => RefKind::Middleware,
        "entrypoint" => RefKind::Entrypoint,
        _ => return None,
    })
}

impl Slips {
    /// Notes where a slip is.
    pub(super) fn add(&mut self, slip: &Slip) {
        self.places.extend(slip.places.iter().copied());
        self.lost.extend(slip.lost);
        self.torn.extend(slip.lost);
    }

    /// Notes that a file isn't read in which anything may be defined.
    pub(super) const fn lacks_files(&mut self) {
        self.lacks_files = true;
    }

    /// Notes what an error of the parser costs.
    pub(super) fn cost(&mut self, error: &SyntaxError, document: &Document, text: &str) {
        let (kind, at) = (&error.kind, error.span);
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
        if *kind == SyntaxErrorKind::HashComment {
            let comment = at.slice(text).trim_start_matches(['#', ' ', '\t']);
            self.lacks_files |= comment.starts_with("include \"");
        }
        if let (SyntaxErrorKind::CommentedBrace, Some((end, _))) = (kind, error.related.last()) {
            self.lost.push(at.join(*end));
            self.torn.extend(node.filter(|_| inside).map(|node| node.span));
        }
        if d::syntax::takes_its_line(kind) {
            self.lost.push(d::syntax::rest_of_line(at, text));
        }
        if let Some((kind, name)) = node.filter(|_| inside).and_then(|node| half_defined(node, at))
        {
            self.refused.push((kind, name.to_owned()));
        }
        if let Some(top) = node
            && let Some(innermost) = innermost(top, at)
        {
            if d::syntax::takes_its_line(kind) {
                // What it lacks may come yet.
                self.places.push(innermost.name.span);
                self.half.push(top.span);
            }
            self.lost.push(innermost.span);
            self.torn.push(top.span);
        }
    }

    /// Notes the nodes in which validation found something: what they define
    /// may be there in truth.
    pub(super) fn doubt(&mut self, found: &Report, tops: &[Span]) {
        let errors = found.iter().filter(|diag| diag.is_error());
        for top in errors.filter_map(|diag| at(tops, diag.span())) {
            self.lost.push(top);
            self.torn.push(top);
        }
    }

    /// Notes the names that validation refused, or that lack.
    pub(super) fn refuse(&mut self, found: &Report, nodes: &[&Node]) {
        let mut places: Vec<Span> =
            found.iter().filter(|diag| diag.is_error()).map(Diag::span).collect();
        if places.is_empty() {
            return;
        }
        sort(&mut places);
        for node in nodes {
            self.refuse_below(&places, node);
        }
    }

    fn refuse_below(&mut self, places: &[Span], node: &Node) {
        if at(places, node.span).is_none() {
            return;
        }
        if let Some(kind) = defines(&node.name.text) {
            let name = node.arg(0);
            let place = name.map_or(node.name.span, |name| name.value_span);
            if at(places, place).is_some() || name.is_none() {
                let name = name.and_then(|name| name.value.as_str()).unwrap_or_default();
                self.refused.push((kind, name.to_owned()));
            }
        }
        for child in node.child_nodes() {
            self.refuse_below(places, child);
        }
    }

    /// Leaves out what follows from a slip.
    pub fn without_consequences(mut self, diags: Vec<Diag>, sources: &Sources) -> Vec<Diag> {
        sort(&mut self.places);
        sort(&mut self.bottomless);
        sort(&mut self.lost);
        sort(&mut self.torn);
        let words = self.words(sources);
        let rest = Rest::of(&diags, &self.places, sources);
        let mut kept: Vec<Diag> = Vec::new();
        let mut hurt: Vec<Diag> = Vec::new();
        for diag in diags {
            if is_of_text(&diag) {
                if !rest.is_sentence(&diag, sources) {
                    kept.push(diag);
                }
            } else if diag.labels.iter().any(|label| at(&self.places, label.span).is_some()) {
                hurt.push(diag);
            } else if at(&self.bottomless, diag.span()).is_none()
                && !self.follows(&diag, &words, sources)
                && !self.of_refused(&diag)
                && !rest.explains(&diag, sources)
            {
                kept.push(diag);
            }
        }
        let may_take = |diag: &Diag| matches!(diag.meta.code, "J0104" | "J0105" | "J0107");
        let slips = kept.iter().enumerate().filter(|(_, diag)| may_take(diag));
        let mut slips: Vec<(Span, usize)> = slips.map(|(at, diag)| (diag.span(), at)).collect();
        slips.sort();
        for diag in hurt {
            let span = diag.span();
            let after = slips.partition_point(|(slip, _)| {
                (slip.file, slip.start) < (span.file, span.end.max(span.start.saturating_add(1)))
            });
            let before = slips.get(after.saturating_sub(NEAR)..after).unwrap_or_default();
            let touched = before.iter().find(|(slip, _)| touches(*slip, span));
            if let Some(slip) = touched.and_then(|(_, at)| kept.get_mut(*at)) {
                wanted(slip, diag);
            }
        }
        kept
    }

    /// Whether this is a name that was refused where it is defined.
    fn of_refused(&self, diag: &Diag) -> bool {
        if diag.meta.code != "J0301" {
            return false;
        }
        let has_better = diag.help.as_ref().is_some_and(|help| help.starts_with("write "));
        if self.lacks_files && !has_better {
            return true;
        }
        self.refused.iter().take(MOST_REFUSED).any(|(kind, name)| {
            d::j0301_unknown_name::name_of(*kind, diag).is_some_and(|unknown| {
                // Of versions there is nearly always one that is near.
                let is_open = name.is_empty() && *kind == RefKind::Version;
                !has_better || is_open || d::suggest(unknown, [name.as_str()]).is_some()
            })
        })
    }

    /// The words in lost text, and how often each is there.
    fn words<'s>(&self, sources: &'s Sources) -> BTreeMap<&'s str, usize> {
        let mut words = BTreeMap::new();
        for span in &self.lost {
            for word in sources
                .text(*span)
                .split(|c: char| c.is_whitespace() || "\"'={}();,[]/:".contains(c))
            {
                *words.entry(word).or_default() += 1;
            }
        }
        words
    }

    fn follows(&self, diag: &Diag, words: &BTreeMap<&str, usize>, sources: &Sources) -> bool {
        let code = diag.meta.code;
        if self.lacks_files && OF_ABSENCE.contains(&code) {
            return true;
        }
        if self.lost.is_empty() {
            return false;
        }
        let is_lost = |span: Span| {
            let own = usize::from(at(&self.lost, span).is_some());
            let text = sources.text(span);
            // The word for a node is nobody's name.
            if !table::places_of(text).is_empty() {
                return self.torn.iter().any(|top| sources.text(*top).starts_with(text));
            }
            text.split(['/', '"', ':'])
                .filter(|word| !word.is_empty())
                .any(|word| words.get(word).is_some_and(|count| *count > own))
        };
        let is_torn = |span: Span| at(&self.torn, span).is_some();
        if code == "J0809" && self.half.iter().any(|top| sources.text(*top).starts_with("reapers"))
        {
            return true;
        }
        if OF_DATABASES.contains(&code) {
            return self.torn.iter().any(|top| sources.text(*top).starts_with("database"));
        }
        // A key that lacks may stand where something could not be read.
        if code == "J0305" && diag.labels.iter().skip(1).any(|label| is_torn(label.span)) {
            return true;
        }
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

/// Whether it is about the text of a file, not about what it says.
fn is_of_text(diag: &Diag) -> bool {
    diag.meta.code.starts_with("J010")
}

/// What else is said, as far as it explains one thing or the other.
struct Rest {
    /// Values that were refused.
    values: Vec<Span>,
    /// Where anything of the language is wrong.
    places: Vec<Span>,
    /// Lines with a node that isn't known, and reads like a sentence.
    sentences: BTreeSet<(String, u32)>,
    /// Lines with a value or property that was refused.
    settings: BTreeSet<(String, u32)>,
    /// Lines with a route that can't be.
    routes: BTreeSet<(String, u32)>,
    /// A component's or Traefik's own name was taken.
    taken: Vec<RefKind>,
    /// Objects with a word that is read as a truth value.
    truths: BTreeSet<Span>,
}

fn line(span: Span, sources: &Sources) -> (String, u32) {
    let (path, at) = sources.place(span);
    (path.to_owned(), at.line)
}

impl Rest {
    fn of(diags: &[Diag], slips: &[Span], sources: &Sources) -> Self {
        let errors = || diags.iter().filter(|diag| diag.is_error());
        let of = |codes: &[&str]| {
            let mut spans: Vec<Span> = errors()
                .filter(|diag| codes.contains(&diag.meta.code))
                .filter(|diag| at(slips, diag.span()).is_none())
                .map(Diag::span)
                .collect();
            sort(&mut spans);
            spans
        };
        let lines = |codes: &[&str]| {
            of(codes).into_iter().map(|span| line(span, sources)).collect::<BTreeSet<_>>()
        };
        let mut places: Vec<Span> = errors()
            .filter(|diag| diag.meta.code.starts_with("J02") && diag.meta.code != "J0212")
            .map(Diag::span)
            .collect();
        sort(&mut places);
        let mut taken = Vec::new();
        for (code, kind) in [
            ("J0311", RefKind::Backend),
            ("J0311", RefKind::Target),
            ("J0504", RefKind::Entrypoint),
        ] {
            if errors().any(|diag| diag.meta.code == code) {
                taken.push(kind);
            }
        }
        Self {
            values: of(&["J0204", "J0208"]),
            places,
            sentences: lines(&["J0201"]),
            settings: lines(&["J0202", "J0204", "J0207", "J0208"]),
            routes: lines(&["J0501", "J0502", "J0503", "J0510"]),
            taken,
            truths: errors()
                .filter(|diag| diag.meta.code == "J0623")
                .filter_map(|diag| diag.labels.get(1))
                .map(|label| label.span)
                .collect(),
        }
    }

    /// Whether a comma or colon stands in a sentence that is no comment.
    fn is_sentence(&self, diag: &Diag, sources: &Sources) -> bool {
        diag.meta.code == "J0105" && self.sentences.contains(&line(diag.span(), sources))
    }

    fn explains(&self, diag: &Diag, sources: &Sources) -> bool {
        let code = diag.meta.code;
        match code {
            "J0212" => at(&self.places, diag.span()).is_some(),
            "J0213" | "J0305" => self.settings.contains(&line(diag.span(), sources)),
            "J0301" => {
                self.taken.iter().any(|kind| d::j0301_unknown_name::name_of(*kind, diag).is_some())
            }
            "J0509" => {
                let lines = || diag.labels.iter().map(|label| line(label.span, sources));
                lines().any(|line| self.routes.contains(&line) || self.settings.contains(&line))
            }
            // A label of the cluster is one of each object.
            "J0629" => self.values.iter().any(|value| {
                let text = sources.text(*value).trim_matches('"');
                !text.is_empty() && diag.message.contains(&format!("`{text}`"))
            }),
            "J0603" => self.truths.contains(&diag.span()),
            // A value that was refused is nothing to reckon with.
            _ if !code.starts_with("J02") => {
                diag.labels.iter().any(|label| at(&self.values, label.span).is_some())
            }
            _ => false,
        }
    }
}

/// Whether it says that a property stands in the braces of its node.
fn is_property_below(diag: &Diag) -> bool {
    diag.help.as_ref().is_some_and(|help| help.contains("not in its braces"))
}

/// Where a value is not of the type that is wanted, and a slip besides: the
/// slip is told, with the help of the type. Where no text is wanted at all,
/// quotes are no help, and the type alone is told.
fn wanted(slip: &mut Diag, hurt: Diag) {
    match (slip.meta.code, hurt.meta.code) {
        ("J0107", "J0204") if !d::j0107_needs_quotes::is_out_of_range(slip) => *slip = hurt,
        ("J0104" | "J0107", "J0204" | "J0208") => {
            slip.message = format!("{}; {}", slip.message, hurt.message);
            (slip.help, slip.fix) = (hurt.help, hurt.fix);
        }
        ("J0105", "J0201") if is_property_below(&hurt) => {
            (slip.help, slip.fix) = (hurt.help, None);
        }
        _ => {}
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
        next = child_at(node, at);
    }
    found
}

/// The last child that begins before a place.
fn child_at(node: &Node, at: Span) -> Option<&Node> {
    let inner = node.child_nodes();
    let after = inner.partition_point(|child| child.span.start <= at.start);
    after.checked_sub(1).and_then(|index| inner.get(index))
}

/// What the node at a place defines, if the place is that of its name, or it has none.
fn half_defined(top: &Node, at: Span) -> Option<(RefKind, &str)> {
    let mut node = top;
    loop {
        let name = node.arg(0);
        let is_named = name.is_none_or(|name| touches(name.value_span, at));
        if let Some(kind) = defines(&node.name.text).filter(|_| is_named) {
            return Some((kind, name.and_then(|name| name.value.as_str()).unwrap_or_default()));
        }
        node = child_at(node, at)?;
    }
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
