//! Reading files: the root and what it includes.

use std::collections::BTreeMap;
use std::sync::Arc;

use jtc_syntax::{FileId, Node, Parse, Span, SyntaxErrorKind};

use super::slips::Slips;
use crate::diagnostics::{self as d, Report};
use crate::moved::Moved;
use crate::schema::access::NodeExt;
use crate::sources::{FileProblem, Files, SourceFile, Sources, join};

/// How deep includes may go.
const DEEPEST: usize = 32;

/// How many files a topology may have.
const MOST_FILES: usize = 10_000;

/// All files of a topology, read and parsed.
pub(super) struct Loaded {
    /// The files.
    pub(super) sources: Sources,
    /// Their trees, in the order of reading.
    trees: Vec<Arc<Parse>>,
    /// The nodes of the top, each by its tree and its place there; those of
    /// an included file stand where the `include` does.
    order: Vec<(usize, usize)>,
    /// Something at the top level could not be read.
    pub(super) incomplete: bool,
    /// What is wrong with their text.
    pub(super) slips: Slips,
    /// The start of the root file.
    pub(super) start: Span,
}

impl Loaded {
    /// The nodes of the top.
    pub(super) fn nodes(&self) -> Vec<&Node> {
        self.order
            .iter()
            .filter_map(|(tree, node)| self.trees.get(*tree)?.document.nodes.get(*node))
            .collect()
    }
}

/// Files that were read and parsed, kept from one run to the next: one whose
/// text is the same isn't parsed again.
#[derive(Debug, Default)]
pub struct Cache {
    /// By path.
    files: BTreeMap<String, Cached>,
    /// By the numbers that spans have for them.
    paths: Vec<(FileId, String)>,
    /// The nodes of the top, in order.
    tops: Vec<Top>,
    /// Where places of the run before are now; nothing when it had other files.
    moved: Option<Moved>,
}

/// A node of the top of a file.
#[derive(Clone, Debug)]
pub struct Top {
    tree: Arc<Parse>,
    at: usize,
}

impl Top {
    /// The node.
    pub fn node(&self) -> Option<&Node> {
        self.tree.document.nodes.get(self.at)
    }

    /// Whether another node, perhaps of another run, is the same but for where
    /// it stands.
    pub fn is_moved(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.tree, &other.tree) && self.at == other.at;
        same || self.node().zip(other.node()).is_some_and(|(one, other)| one.is_moved(other))
    }
}

/// One file that was read.
#[derive(Clone, Debug)]
struct Cached {
    id: FileId,
    source: SourceFile,
    parse: Arc<Parse>,
}

impl Cache {
    /// What was read of a file of the last run; nothing for a manifest, which
    /// is no topology.
    pub fn tree(&self, file: FileId) -> Option<&Arc<Parse>> {
        let at = self.paths.binary_search_by_key(&file, |(id, _)| *id).ok()?;
        let (_, path) = self.paths.get(at)?;
        self.files.get(path).map(|cached| &cached.parse)
    }

    /// The nodes of the top of the last run, in order.
    pub fn tops(&self) -> &[Top] {
        &self.tops
    }

    /// Where places of the run before the last are in the last; nothing when
    /// that had other files.
    pub fn moved(&self) -> Option<&Moved> {
        self.moved.as_ref()
    }
}

struct Loader<'a> {
    files: &'a dyn Files,
    /// Of the last run.
    before: BTreeMap<String, Cached>,
    cache: &'a mut Cache,
    report: &'a mut Report,
    loaded: Loaded,
    /// The files that are being read, the root first, each with the place of
    /// the `include` that named it.
    chain: Vec<(String, Option<Span>)>,
    /// Files that were read, each with the place that included it.
    seen: BTreeMap<String, Option<Span>>,
}

pub(super) fn load(
    root: &str,
    files: &dyn Files,
    cache: &mut Cache,
    report: &mut Report,
) -> Loaded {
    let start = crate::model::NOWHERE;
    let loaded = Loaded {
        sources: Sources::default(),
        trees: Vec::new(),
        order: Vec::new(),
        incomplete: false,
        slips: Slips::default(),
        start,
    };
    let before = std::mem::take(&mut cache.files);
    let paths = std::mem::take(&mut cache.paths);
    cache.moved = Some(Moved::default());
    let mut loader =
        Loader { files, before, cache, report, loaded, chain: Vec::new(), seen: BTreeMap::new() };
    loader.file(root, None);
    let loaded = loader.loaded;
    if cache.paths != paths {
        cache.moved = None;
    }
    let top = |(tree, at): &(usize, usize)| {
        Some(Top { tree: Arc::clone(loaded.trees.get(*tree)?), at: *at })
    };
    cache.tops = loaded.order.iter().filter_map(top).collect();
    loaded
}

impl Loader<'_> {
    fn file(&mut self, path: &str, from: Option<Span>) {
        let bytes = match self.files.read(path) {
            Ok(bytes) => bytes,
            Err(problem) => return self.unreadable(path, from, &problem),
        };
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return self.not_utf8(path, from, &error),
        };
        let (id, parse) = self.parsed(path, &text);
        if from.is_none() {
            // A byte-order mark is no text.
            let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
            self.loaded.start = Span::new(id, start, start);
            if parse.errors.is_empty() && parse.document.nodes.is_empty() {
                self.report.push(d::j0110_empty_file::diag(self.loaded.start));
                self.loaded.incomplete = true;
            }
        }
        self.loaded.incomplete |= parse.document.incomplete;
        for error in &parse.errors {
            // What the rest of the file says is not known.
            self.loaded.incomplete |= error.kind == SyntaxErrorKind::UnterminatedComment;
            self.loaded.slips.cost(error, &parse.document, &text);
        }
        for slip in d::syntax::slips(parse.errors.clone(), &text) {
            self.loaded.slips.add(&slip);
            self.report.push(slip.diag);
        }
        self.seen.insert(path.to_owned(), from);
        self.chain.push((path.to_owned(), from));
        let tree = self.loaded.trees.len();
        self.loaded.trees.push(Arc::clone(&parse));
        for (index, node) in parse.document.nodes.iter().enumerate() {
            match &*node.name.text {
                "include" => self.include(path, node),
                name if d::suggest(name, ["include"]).is_some() => self.loaded.slips.lacks_files(),
                _ => {}
            }
            self.loaded.order.push((tree, index));
        }
        self.chain.pop();
    }

    /// The tree of a text, from the last run if it is the same text still.
    fn parsed(&mut self, path: &str, text: &str) -> (FileId, Arc<Parse>) {
        let id = self.loaded.sources.next();
        let cached = match self.before.remove(path) {
            Some(cached) if cached.id == id && *cached.source.text == *text => cached,
            cached => {
                if let (Some(cached), Some(moved)) = (cached, &mut self.cache.moved) {
                    moved.add(id, &cached.source.text, text);
                }
                let source = SourceFile::new(path, text);
                let parse = Arc::new(jtc_syntax::parse(id, &source.text));
                Cached { id, source, parse }
            }
        };
        self.loaded.sources.push(cached.source.clone());
        let parse = Arc::clone(&cached.parse);
        self.cache.paths.push((id, path.to_owned()));
        self.cache.files.insert(path.to_owned(), cached);
        (id, parse)
    }

    fn include(&mut self, from: &str, node: &Node) {
        let Some(pattern) = node.arg_text(0) else { return self.loaded.slips.lacks_files() };
        let Some(joined) = join(from, &pattern.value) else {
            self.lacks_files();
            self.report.push(d::j0112_include_outside::diag(&pattern));
            return;
        };
        let paths = match self.files.matching(&joined) {
            Ok(paths) => paths,
            Err(FileProblem::Outside) => {
                self.lacks_files();
                self.report.push(d::j0112_include_outside::diag(&pattern));
                return;
            }
            Err(FileProblem::Link(path)) => {
                self.lacks_files();
                self.report.push(d::j0112_include_outside::link(&pattern, &path));
                return;
            }
            Err(problem) => return self.unreadable(&joined, Some(pattern.span), &problem),
        };
        if paths.is_empty() {
            self.lacks_files();
            self.report.push(d::j0111_include_nothing::diag(&pattern));
        }
        for path in paths {
            if let Some(position) = self.chain.iter().position(|(open, _)| *open == path) {
                // A pattern that matches the file it stands in is no cycle of
                // anybody's making; a path that does is.
                if joined.contains('*') && self.chain.last().is_some_and(|(open, _)| *open == path)
                {
                    continue;
                }
                let chain = self.chain.get(position..).unwrap_or_default();
                self.loaded.incomplete = true;
                self.report.push(d::j0113_include_cycle::diag(&pattern, chain, &path));
            } else if let Some(first) = self.seen.get(&path) {
                self.report.push(d::j0115_included_twice::diag(&pattern, &path, *first));
            } else if self.chain.len() >= DEEPEST || self.seen.len() >= MOST_FILES {
                self.lacks_files();
                self.report.push(d::j0116_too_many_files::diag(&pattern, DEEPEST, MOST_FILES));
                return;
            } else {
                self.file(&path, Some(pattern.span));
            }
        }
    }

    /// Notes that something isn't read that the topology may be made of.
    fn lacks_files(&mut self) {
        self.loaded.incomplete = true;
        self.loaded.slips.lacks_files();
    }

    fn unreadable(&mut self, path: &str, from: Option<Span>, problem: &FileProblem) {
        self.lacks_files();
        let at = from.unwrap_or_else(|| {
            let id = self.loaded.sources.add(path, "");
            Span::new(id, 0, 0)
        });
        self.report.push(d::j0114_unreadable::diag(path, at, problem));
    }

    fn not_utf8(&mut self, path: &str, from: Option<Span>, error: &std::string::FromUtf8Error) {
        self.lacks_files();
        let bytes = error.as_bytes();
        let good = error.utf8_error().valid_up_to();
        let readable = bytes.get(..good).unwrap_or_default();
        let text = String::from_utf8_lossy(readable).into_owned();
        let id = self.loaded.sources.add(path, &text);
        let end = u32::try_from(good).unwrap_or(u32::MAX);
        self.report.push(d::j0109_not_utf8::diag(
            Span::new(id, end, end),
            path,
            good,
            bytes.get(good).copied().unwrap_or_default(),
            bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]),
            from,
        ));
    }
}
