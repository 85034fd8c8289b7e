//! Mutations: each field that a proof relies on is broken in turn in the
//! emitted objects, and the proof must see exactly what breaks by it.
//!
//! A mutator knows Kubernetes and Traefik, what the topology demands, and the
//! JSON that comes out. It says beforehand which paths must break, at which
//! hop, and asks the proof for nothing. Everything that it doesn't name must go
//! on working: so a mutant that changes nothing is reported by nobody.

mod aliases;
mod pods;
mod policies;
mod rights;
mod routes;
mod scene;
mod services;
mod texts;
mod traefik;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jtc_core::proof::trail::Step;
use rayon::prelude::*;

use self::scene::{Outcome, Scene};

/// What a mutant has to do.
#[derive(Clone, Debug)]
pub(crate) enum Must {
    /// These paths break, each at this hop; the others of the second list may,
    /// and none beside.
    Break(Vec<(usize, Step)>, BTreeSet<usize>),
    /// Nothing changes for anybody.
    Nothing,
    /// Every path still works, and more is open than before.
    Open,
    /// Every path of the cluster still works; somebody outside can't come in any
    /// more, or answers change for them.
    Outside,
}

/// Emitted objects with something changed.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    /// The object and what is changed.
    pub(crate) name: String,
    /// The family that it is of.
    pub(crate) family: &'static str,
    /// Objects that become others; gone without.
    pub(crate) changed: Vec<((usize, usize), Option<serde_json::Value>)>,
    /// Objects that come in addition, in a place.
    pub(crate) added: Vec<(usize, serde_json::Value)>,
    /// What has to come of it.
    pub(crate) must: Must,
}

impl Must {
    /// Where it stands in the tables.
    fn column(&self) -> usize {
        match self {
            Self::Break(..) => 0,
            Self::Nothing => 1,
            Self::Open => 2,
            Self::Outside => 3,
        }
    }
}

impl Mutant {
    /// The one in which nothing is changed.
    fn none() -> Self {
        Self {
            name: String::new(),
            family: "",
            changed: Vec::new(),
            added: Vec::new(),
            must: Must::Nothing,
        }
    }
}

/// Written wrongly, and reported for that, though every path still works: two
/// routes with one rule, an entrypoint that there isn't beside one that there
/// is, rights for accounts of other namespaces.
const WRONG_BY_ITSELF: [&str; 3] = ["J0536", "J0538", "J0552"];

/// Where proof and mutator differ.
fn differences(scene: &Scene, mutant: &Mutant, outcome: &Outcome) -> Option<String> {
    let mut text = String::new();
    // Writing to a string can't fail.
    let mut say = |line: String| {
        let _ = writeln!(text, "    {line}");
    };
    let empty = (Vec::new(), BTreeSet::new());
    let (who, also) = match &mutant.must {
        Must::Break(who, also) => (who, also),
        Must::Nothing | Must::Open | Must::Outside => (&empty.0, &empty.1),
    };
    for (path, step) in who {
        match outcome.broken.get(path) {
            None => say(format!("{} must break at {step:?}", scene.path(*path))),
            Some(broken) if broken.step != *step => say(format!(
                "{} must break at {step:?}, not at {:?}: {}",
                scene.path(*path),
                broken.step,
                broken.clause
            )),
            Some(_) => {}
        }
    }
    for (path, broken) in &outcome.broken {
        if !who.iter().any(|(known, _)| known == path) && !also.contains(path) {
            say(format!(
                "{} must not break: {:?}: {}",
                scene.path(*path),
                broken.step,
                broken.clause
            ));
        }
    }
    if !who.is_empty() && outcome.errors.is_empty() {
        say("nothing is reported".to_owned());
    }
    let others: Vec<_> =
        outcome.errors.iter().filter(|code| !WRONG_BY_ITSELF.contains(*code)).collect();
    if matches!(mutant.must, Must::Nothing) && !others.is_empty() {
        say(format!("{others:?} are reported"));
    }
    (!text.is_empty())
        .then(|| format!("{}: {}: {:?}\n{text}", scene.name, mutant.name, mutant.must))
}

/// Set by `cargo xtask conformance --mutations`: every mutant is judged.
const ALL: &str = "JTC_ALL_MUTANTS";
/// Otherwise one in so many is, which begins elsewhere in each scene.
const ONE_IN: usize = 11;

#[test]
#[expect(clippy::print_stdout, reason = "how many there are is what `--mutations` is asked for")]
fn what_breaks_is_caught_and_what_does_not_is_left_alone() {
    let one_in = if std::env::var_os(ALL).is_some() { 1 } else { ONE_IN };
    let mut numbers: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut judged = [[0; 2]; 4];
    for (turn, scene) in scene::scenes().into_iter().enumerate() {
        let start = std::time::Instant::now();
        let sound = scene.judge(&Mutant::none());
        assert!(sound.broken.is_empty() && sound.errors.is_empty(), "{} is not sound", scene.name);
        let mutants = mutants(&scene);
        let taken: Vec<&Mutant> = mutants.iter().skip(turn % one_in).step_by(one_in).collect();
        for mutant in &mutants {
            numbers.entry(mutant.family).or_default()[mutant.must.column()] += 1;
        }
        let found: Vec<(usize, bool, Option<String>)> = taken
            .par_iter()
            .map(|mutant| {
                let outcome = scene.judge(mutant);
                let told = !outcome.errors.is_empty();
                // A session doesn't prove again what says the same.
                let is_hidden = told && outcome.said == sound.said;
                let hidden = is_hidden.then(|| format!("{}: says the same\n", mutant.name));
                let difference = differences(&scene, mutant, &outcome).or(hidden);
                (mutant.must.column(), told, difference)
            })
            .collect();
        for (column, told, difference) in found {
            judged[column][0] += 1;
            judged[column][1] += usize::from(told);
            wrong.extend(difference);
        }
        let seconds = start.elapsed().as_secs_f64();
        println!("{}: {} of {} mutants, {seconds:.1} s", scene.name, taken.len(), mutants.len());
    }
    let total = |column: usize| numbers.values().map(|numbers| numbers[column]).sum::<usize>();
    let (breaks, nothing) = (total(0), total(1));
    for (family, [breaks, nothing, open, outside]) in &numbers {
        println!("{family}: {breaks} break, {nothing} nothing, {open} open, {outside} outside");
    }
    println!("all: {breaks} break, {nothing} nothing, {} open, {} outside", total(2), total(3));
    for (kind, [all, reported]) in ["break", "nothing", "open", "outside"].iter().zip(judged) {
        println!("judged, {kind}: {all}, of which {reported} are reported");
    }
    assert!(wrong.is_empty(), "{} mutants:\n{}", wrong.len(), wrong.join("\n"));
    assert!(breaks >= 200 && nothing >= 100, "too few: {breaks} that break, {nothing} that don't");
}

/// Every mutant of a scene.
fn mutants(scene: &Scene) -> Vec<Mutant> {
    let mut made = scene::Maker::new(scene);
    services::make(&mut made);
    aliases::make(&mut made);
    pods::make(&mut made);
    traefik::make(&mut made);
    routes::make(&mut made);
    policies::make(&mut made);
    rights::make(&mut made);
    texts::make(&mut made);
    made.mutants
}
