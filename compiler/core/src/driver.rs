//! The stages in order, for whoever calls the compiler.

use std::sync::Arc;

use jtc_syntax::{FileId, Parse};

use crate::components::program::Home;
use crate::components::reapers;
use crate::components::site::Made;
use crate::diagnostics::{Diag, Report};
use crate::emit::{Document, Format, Texts};
use crate::graph::{Graph, Memo};
use crate::lower::Cache;
use crate::model::declared::Topology;
use crate::model::object::ObjectId;
use crate::plan::Plan;
use crate::proof::{self, Evidence};
use crate::sources::{Files, Sources};
use crate::{checks, emit, graph, lower, plan, resolve};

/// A topology that has been read and checked.
#[derive(Debug)]
pub struct Analysis {
    /// The files that were read.
    pub sources: Sources,
    /// What is wrong, by file and place.
    pub diags: Vec<Diag>,
    /// The topology as written.
    pub topology: Topology,
    /// Objects and components and what comes before what; as far as it goes
    /// when there are errors.
    pub graph: Graph,
    /// The order, when nothing is wrong.
    pub plan: Option<Plan>,
    /// What paths are proved from, and traced.
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
}

/// What is taken of the objects of a namespace while they are at hand: their
/// texts, where those are wanted, and what paths are proved from.
type Seen = (Vec<String>, Arc<proof::Seen>);

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

/// Does what [`analyze`] does, and writes the objects while they are at hand,
/// which is quicker than [`Analysis::emit`] afterwards; without documents when
/// there are errors.
pub fn compile(root: &str, files: &dyn Files, format: Format) -> (Analysis, Option<Vec<Document>>) {
    let (analysis, texts) = run(root, files, None, Some(format));
    let documents = analysis
        .plan
        .as_ref()
        .zip(texts)
        .map(|(plan, texts)| emit::emit(texts, &analysis.graph, plan, &analysis.sources));
    (analysis, documents)
}

fn run(
    root: &str,
    files: &dyn Files,
    session: Option<&mut Session>,
    format: Option<Format>,
) -> (Analysis, Option<Texts>) {
    let mut report = Report::default();
    let (mut once, memo) = (Cache::default(), None);
    let (cache, memo) = match session {
        Some(session) => (&mut session.cache, Some(&mut session.memo)),
        None => (&mut once, memo),
    };
    let (sources, topology, slips) = lower::lower(root, files, cache, &mut report);
    // Trees that nobody keeps are dropped when they have been read: they are
    // larger than what they say.
    drop(once);
    let world = resolve::resolve(&topology, &mut report);
    let format = format.filter(|_| !report.has_errors());
    let look = |home: &Home<'_>, made: &Made, report: &mut Report| {
        checks::programs::check(home, made, report);
        checks::manifests::check(&world, home, made, report);
        let written = format.map(|format| emit::written(&made.objects, format));
        (written.unwrap_or_default(), Arc::new(proof::see(&world, home, made)))
    };
    let (graph, looked) = graph::build(&world, look, memo, &mut report);
    let (written, seen): (Vec<_>, Vec<_>) = looked.into_iter().unzip();
    let texts = format.map(|format| Texts::new(&world, written, format));
    checks::check(&world, &mut report);
    let evidence = Evidence::new(&world, seen);
    // Of what is in error nobody knows what will be applied.
    if !report.has_errors() {
        proof::check(&evidence, &mut report);
    }
    let plan = if report.has_errors() { None } else { plan::plan(&graph, &mut report) };
    let plan = plan.filter(|_| !report.has_errors());
    let diags = slips.without_consequences(report.into_sorted(), &sources);
    (Analysis { sources, diags, topology, graph, plan, evidence }, texts)
}

impl Analysis {
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
        let plan = self.plan.as_ref()?;
        let world = resolve::resolve(&self.topology, &mut Report::default());
        Some(emit::emit(Texts::again(&world, format), &self.graph, plan, &self.sources))
    }
}
