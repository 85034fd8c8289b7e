//! The stages in order, for whoever calls the compiler.

use std::cell::OnceCell;
use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use jtc_syntax::{FileId, Parse, Span};

use crate::components::program::Home;
use crate::components::reapers;
use crate::components::site::Made;
use crate::diagnostics::{Diag, Report};
use crate::emit::{Document, Format, Texts};
use crate::fingerprint::Fingerprint;
use crate::graph::{Graph, Memo, Parts};
use crate::lower::Cache;
use crate::model::declared::Topology;
use crate::model::object::ObjectId;
use crate::moved::Places;
use crate::plan::Plan;
use crate::proof::trace::{Path, Pattern};
use crate::proof::{self, Evidence};
use crate::sources::{Files, Sources};
use crate::{checks, emit, graph, lower, plan, resolve};

/// A topology that has been read and checked.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The files that were read.
    pub sources: Sources,
    /// What is wrong, by file and place.
    pub diags: Vec<Diag>,
    /// The topology as written.
    pub topology: Topology,
    parts: Parts,
    graph: OnceLock<Graph>,
    plan: OnceLock<Option<Plan>>,
    /// What paths are proved from, and traced; nothing after [`compile`].
    pub evidence: Evidence,
}

/// Reads the topology whose root file is `root` and runs every stage up to
/// the plan. Never fails: what is wrong is in the answer.
pub fn analyze(root: &str, files: &dyn Files) -> Analysis {
    run(root, files, None, None).0
}

/// Analyses a topology again and again, as an editor does after each change,
/// and keeps what is the same from one time to the next.
#[derive(Debug, Default)]
pub struct Session {
    cache: Cache,
    memo: Memo<Seen>,
    sound: Sound,
}

/// Of what nothing wrong was found before, and so isn't looked for again.
#[derive(Debug, Default)]
struct Sound {
    /// The shapes of the last graph that was found to have no cycle.
    acyclic: Vec<u64>,
    /// What was proved without a word; the last comes first.
    proved: VecDeque<Fingerprint>,
}

/// So many are kept: what is typed is taken back, or goes on after a slip.
const PROVED: usize = 64;

/// What is taken of the objects of a namespace while they are at hand: their
/// texts, where those are wanted, and what paths are proved from.
#[derive(Clone, Debug)]
struct Seen {
    texts: Vec<String>,
    proof: Arc<proof::Seen>,
    /// What the proof goes by, in a session.
    said: Option<Fingerprint>,
}

impl Places for Seen {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        let Self { texts: _, proof, said: _ } = self;
        Arc::make_mut(proof).places(see);
    }
}

impl Session {
    /// Does what [`analyze`] does, with the same answer.
    pub fn analyze(&mut self, root: &str, files: &dyn Files) -> Analysis {
        run(root, files, Some(self), None).0
    }

    /// What the last analysis read of a file; nothing for a manifest, which is
    /// no topology.
    pub fn tree(&self, file: FileId) -> Option<&Arc<Parse>> {
        self.cache.tree(file)
    }
}

impl Sound {
    /// Proves every path, unless that was done for what says the same: only
    /// what tells nothing has no places, which may have moved.
    fn prove(&mut self, evidence: &Evidence, said: &[Fingerprint], report: &mut Report) {
        let said = evidence.fingerprint(said);
        if self.proved.contains(&said) {
            return;
        }
        let mut told = Report::default();
        proof::check(evidence, &mut told);
        if told.iter().next().is_none() {
            self.proved.push_front(said);
            self.proved.truncate(PROVED);
        }
        report.append(told);
    }
}

/// Does what [`analyze`] does, and writes the objects while they are at hand,
/// which is quicker than [`Analysis::emit`] afterwards; without documents when
/// there are errors.
pub fn compile(root: &str, files: &dyn Files, format: Format) -> (Analysis, Option<Vec<Document>>) {
    let (analysis, texts) = run(root, files, None, Some(format));
    let documents = analysis
        .plan()
        .zip(texts)
        .map(|(plan, texts)| emit::emit(texts, analysis.graph(), plan, &analysis.sources));
    (analysis, documents)
}

fn run(
    root: &str,
    files: &dyn Files,
    session: Option<&mut Session>,
    format: Option<Format>,
) -> (Analysis, Option<Texts>) {
    let mut report = Report::default();
    let mut once = Cache::default();
    let (cache, memo, mut sound) = match session {
        Some(session) => {
            let Session { cache, memo, sound } = session;
            (cache, Some(memo), Some(sound))
        }
        None => (&mut once, None, None),
    };
    let (sources, topology, slips) = lower::lower(root, files, cache, &mut report);
    let world = resolve::resolve(&topology, &mut report);
    let format = format.filter(|_| !report.has_errors());
    let asking = checks::routes::Asking::new(&world);
    let in_session = sound.is_some();
    let look = |home: &Home<'_>, made: &Made, report: &mut Report| {
        checks::programs::check(home, made, report);
        checks::manifests::check(&world, home, made, report);
        checks::routes::check(&world, &asking, home, made, report);
        let written = format.map(|format| emit::written(&made.objects, format));
        let proof = proof::see(&world, home, made);
        let said = in_session.then(|| Fingerprint::of(&proof));
        Seen { texts: written.unwrap_or_default(), proof: Arc::new(proof), said }
    };
    let (parts, looked) = if let Some(memo) = memo {
        graph::rebuild(&world, look, (memo, &*cache), &mut report)
    } else {
        // Trees that nobody keeps are dropped when they have been read: they
        // are larger than what they say.
        drop(std::mem::take(cache));
        graph::build(&world, look, &mut report)
    };
    let (mut written, mut seen, mut said) = (Vec::new(), Vec::new(), Vec::new());
    for one in looked {
        written.push(one.texts);
        seen.push(one.proof);
        said.extend(one.said);
    }
    let texts = format.map(|format| Texts::new(&world, written, format));
    checks::check(&world, &mut report);
    let evidence = Evidence::new(&world, seen);
    // Of what is in error nobody knows what will be applied.
    if !report.has_errors() {
        match &mut sound {
            Some(sound) => sound.prove(&evidence, &said, &mut report),
            None => proof::check(&evidence, &mut report),
        }
        if !report.has_errors() {
            checks::manifests::services(&world, &evidence.network, &mut report);
        }
    }
    let mut analysis = Analysis { parts, evidence, ..Analysis::default() };
    if texts.is_some() && !report.has_errors() {
        // Who writes the objects traces nothing. What is given back is used again
        // for the graph, which is made by one thread, while another gives.
        let evidence = std::mem::take(&mut analysis.evidence);
        rayon::spawn(move || drop(evidence));
    }
    if !report.has_errors() {
        analysis.order(sound.map(|sound| &mut sound.acyclic), &mut report);
    }
    let manifests = Manifests::new(&topology, &sources);
    report.narrow(|span, path, part| manifests.field(span, path, part));
    analysis.diags = slips.without_consequences(report.into_sorted(), &sources);
    (Analysis { sources, topology, ..analysis }, texts)
}

/// Where fields of hand-written manifests stand.
struct Manifests<'a> {
    topology: &'a Topology,
    sources: &'a Sources,
    /// The places of their objects, when somebody has asked.
    objects: OnceCell<BTreeSet<Span>>,
}

impl<'a> Manifests<'a> {
    fn new(topology: &'a Topology, sources: &'a Sources) -> Self {
        Self { topology, sources, objects: OnceCell::new() }
    }

    /// The place of a field, if the object is one of theirs.
    fn field(&self, object: Span, path: &str, part: Option<Range<usize>>) -> Option<Span> {
        let objects = self.objects.get_or_init(|| lower::manifest::objects(self.topology));
        objects
            .contains(&object)
            .then(|| lower::manifest::field(self.sources, object, path, part))?
    }
}

impl Analysis {
    /// Goes the paths between two ends, hop by hop; all where an end isn't
    /// given. Nothing after [`compile`].
    pub fn trace(&self, from: Option<&Pattern<'_>>, to: Option<&Pattern<'_>>) -> Vec<Path<'_>> {
        let mut paths = self.evidence.trace(from, to);
        let manifests = Manifests::new(&self.topology, &self.sources);
        let narrow = |span: &mut Span, field: &str| {
            *span = manifests.field(*span, field, None).unwrap_or(*span);
        };
        for path in &mut paths {
            path.hops.iter_mut().for_each(|hop| narrow(&mut hop.source, &hop.field));
            let places = path.broken.iter_mut().flat_map(|broken| &mut broken.places);
            places.for_each(|place| narrow(&mut place.span, &place.field));
        }
        paths
    }

    /// Drops what it shares with its session, which moves that in place at the
    /// next analysis where nobody else has it, and copies it where somebody has.
    /// Neither graph nor paths are there afterwards.
    pub fn unshare(&mut self) {
        self.parts = Parts::default();
        self.evidence = Evidence::default();
    }

    /// Objects and components and what comes before what; as far as it goes
    /// when there are errors.
    pub fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| self.parts.clone().into_graph())
    }

    /// The order, when nothing is wrong.
    pub fn plan(&self) -> Option<&Plan> {
        if self.has_errors() {
            return None;
        }
        self.plan.get_or_init(|| plan::plan(self.graph(), &mut Report::default())).as_ref()
    }

    /// Looks for what has no order. A session doesn't where the graph has the
    /// shape of one that has an order, and then graph and order are made when
    /// somebody asks for them.
    fn order(&mut self, acyclic: Option<&mut Vec<u64>>, report: &mut Report) {
        let shapes = acyclic.as_ref().map(|_| self.parts.shapes());
        let graph = match (&acyclic, &shapes) {
            (Some(acyclic), Some(shapes)) if *acyclic == shapes => return,
            (Some(_), _) => self.parts.clone().into_graph(),
            (None, _) => std::mem::take(&mut self.parts).into_graph(),
        };
        let plan = plan::plan(&graph, report);
        if let Some(acyclic) = acyclic {
            *acyclic = shapes.filter(|_| plan.is_some()).unwrap_or_default();
        }
        self.graph = graph.into();
        self.plan = plan.into();
    }

    /// Whether output must be withheld.
    pub fn has_errors(&self) -> bool {
        self.diags.iter().any(Diag::is_error)
    }

    /// What the topology says is gone, and may still be on the cluster.
    pub fn removed(&self) -> Vec<ObjectId> {
        reapers::removed(&self.topology)
    }

    /// The objects as text, in order; nothing when there are errors.
    pub fn emit(&self, format: Format) -> Option<Vec<Document>> {
        let plan = self.plan()?;
        let world = resolve::resolve(&self.topology, &mut Report::default());
        Some(emit::emit(Texts::again(&world, format), self.graph(), plan, &self.sources))
    }
}
