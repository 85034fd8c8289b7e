//! What is kept of namespaces from one run to the next.
//!
//! A namespace is made from its node, from what that refers to, and from what
//! all have in common. One whose node says the same as before, perhaps at
//! another place, isn't made again: the places in what is kept are moved. So
//! whatever is taken from here is what would be made again. One with
//! hand-written manifests is never kept: those are held against all other
//! namespaces.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use jtc_syntax::{FileId, Span};

use super::part::Part;
use crate::components::reapers;
use crate::diagnostics::Report;
use crate::lower::{Cache, Top};
use crate::model::declared::Topology;
use crate::model::resolved::{Caller, Link, LinkEnd, ReaperRef, Site, World};
use crate::model::settings::Content;
use crate::moved::{Moved, Places};

/// What a namespace came to: its part of the graph, what was seen of it, and
/// what is wrong with it.
#[derive(Clone, Debug)]
pub(super) struct One<T> {
    pub(super) part: Arc<Part>,
    pub(super) seen: T,
    pub(super) report: Report,
}

impl<T: Places> Places for One<T> {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        let Self { part, seen, report } = self;
        Arc::make_mut(part).places(see);
        seen.places(see);
        report.places(see);
    }
}

/// Namespaces of the runs before.
#[derive(Debug)]
pub struct Memo<T> {
    /// By what all namespaces of a run have in common; the last comes first.
    generations: Vec<Generation<T>>,
}

/// So many are kept: a slip may hide what all have in common, and is repaired
/// soon.
const GENERATIONS: usize = 2;

/// A namespace that is gone for so many runs isn't expected back.
const PATIENCE: u32 = 64;

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { generations: Vec::new() }
    }
}

#[derive(Debug)]
struct Generation<T> {
    ground: Ground,
    kept: BTreeMap<String, Kept<T>>,
}

/// What every namespace may be made from.
#[derive(Debug, Default)]
struct Ground {
    /// The nodes of the top that aren't namespaces.
    nodes: Vec<Known>,
    /// What the namespaces are called: a text may name each.
    names: Vec<String>,
}

/// A node of the top, and what it takes in.
#[derive(Clone, Debug)]
struct Known {
    top: Top,
    span: Span,
    read: Vec<Content>,
}

impl Known {
    fn new(top: &Top, topology: &Topology) -> Option<Self> {
        let span = top.node()?.span;
        let read = topology.read.get(&span).cloned().unwrap_or_default();
        Some(Self { top: top.clone(), span, read })
    }

    /// Whether the node of now is the one of then, and stands where that has
    /// moved to.
    fn is(&self, now: &Self) -> bool {
        self.span == now.span && self.read == now.read && self.top.is_moved(&now.top)
    }
}

impl Ground {
    fn new(world: &World<'_>, read: &Cache) -> Self {
        let nodes = read.tops().iter().filter(|top| {
            let name = top.node().map_or("", |node| &*node.name.text);
            matches!(
                name,
                "cluster" | "external" | "secret" | "database" | "version" | "elk" | "defaults"
            )
        });
        let nodes = nodes.filter_map(|top| Known::new(top, world.topology)).collect();
        let reapers = world.reapers.iter().map(|reapers| reapers.name);
        let names = world.by_name.keys().copied().chain(reapers);
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort_unstable();
        Self { nodes, names }
    }

    fn is(&self, now: &Self) -> bool {
        self.names == now.names
            && self.nodes.len() == now.nodes.len()
            && self.nodes.iter().zip(&now.nodes).all(|(then, now)| then.is(now))
    }
}

/// A namespace of a run before.
#[derive(Debug)]
struct Kept<T> {
    node: Known,
    around: Around,
    one: One<T>,
    /// The files that its places are in.
    files: Vec<FileId>,
    /// For how many runs it has been gone.
    gone: u32,
}

impl<T: Places> Kept<T> {
    /// Moves its places; answers whether they are all still there.
    fn shift(&mut self, moved: &Moved) -> bool {
        if !moved.files().any(|file| self.files.contains(&file)) {
            return true;
        }
        let Some(span) = moved.place(self.node.span) else { return false };
        self.node.span = span;
        moved.apply(&mut self.around) && moved.apply(&mut self.one)
    }
}

/// What a namespace is made from beside its node and the ground: who enters it,
/// whom it talks to, and
/// the reapers that ask it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Around {
    text: String,
    spans: Vec<Span>,
}

impl Places for Around {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        self.spans.iter_mut().for_each(see);
    }
}

impl Around {
    fn of_site(site: &Site<'_>) -> Self {
        let mut around = Self::default();
        for Caller { namespace, app, entrypoint, span } in &site.callers {
            around.add(*span, format_args!("{namespace} {app} {entrypoint}"));
        }
        for link in &site.links {
            let Link { from, to, host_env, port_env, url_env, wait, span } = link;
            let rest = (host_env, port_env, url_env, wait);
            match to {
                // The ground has it.
                LinkEnd::External { name, external: _ } => {
                    around.add(*span, format_args!("{from} {name} {rest:?}"));
                }
                to @ (LinkEnd::Local { .. } | LinkEnd::Remote { .. }) => {
                    around.add(*span, format_args!("{from} {to:?} {rest:?}"));
                }
            }
        }
        around
    }

    /// A reaper, and how it reaches its server.
    fn add_reaper(&mut self, reaper: &ReaperRef<'_>, told: &str) {
        self.add(reaper.decl.span, format_args!("{told}"));
        self.spans.push(reaper.decl.namespace.span);
    }

    fn add(&mut self, span: Span, told: std::fmt::Arguments<'_>) {
        self.spans.push(span);
        // Writing to a string can't fail.
        let _ = writeln!(self.text, "{told}");
    }
}

/// What tells a namespace from what it was.
pub(super) struct Key {
    name: String,
    node: Known,
    around: Around,
}

impl<T: Clone + Places> Memo<T> {
    /// Moves what is kept to where it is now, and finds what goes with this
    /// run.
    pub(super) fn prepare(&mut self, world: &World<'_>, read: &Cache) {
        match read.moved() {
            None => self.generations.clear(),
            Some(moved) if moved.is_nothing() => {}
            Some(moved) => {
                for generation in &mut self.generations {
                    generation.kept.retain(|_, kept| kept.shift(moved));
                }
                self.generations.retain_mut(|generation| {
                    generation.ground.nodes.iter_mut().all(|known| {
                        let place = moved.place(known.span);
                        place.is_some_and(|span| {
                            known.span = span;
                            true
                        })
                    })
                });
            }
        }
        let ground = Ground::new(world, read);
        let known = self.generations.iter().position(|generation| generation.ground.is(&ground));
        let mut generation = match known {
            Some(at) => self.generations.remove(at),
            None => Generation { ground: Ground::default(), kept: BTreeMap::new() },
        };
        generation.ground = ground;
        self.generations.insert(0, generation);
        self.generations.truncate(GENERATIONS);
    }

    /// What tells each namespace from what it was, in the order of
    /// [`World::sites`], then the reapers'; nothing for one that isn't kept.
    pub(super) fn keys(world: &World<'_>, read: &Cache) -> Vec<Option<Key>> {
        let tops: BTreeMap<Span, &Top> =
            read.tops().iter().filter_map(|top| Some((top.node()?.span, top))).collect();
        let key = |name: &str, node: Span, around: Around| {
            let node = Known::new(tops.get(&node)?, world.topology)?;
            Some(Key { name: name.to_owned(), node, around })
        };
        // What decides of a reaper is known to its namespace and to the one that
        // it asks.
        let mut of_reapers = Around::default();
        let mut callers: BTreeMap<usize, Vec<(&ReaperRef<'_>, String)>> = BTreeMap::new();
        for reaper in world.reapers.iter().flat_map(|reapers| &reapers.live) {
            let Some(target) = world.sites.get(reaper.site) else { continue };
            let way = reapers::way(world, reaper);
            let ports = reapers::ports(world, target);
            let elsewhere = reapers::goes_elsewhere(reaper);
            let told = format!("{} {} {way:?} {ports:?} {elsewhere}", reaper.object, target.name);
            of_reapers.add_reaper(reaper, &told);
            callers.entry(reaper.site).or_default().push((reaper, told));
        }
        let mut keys: Vec<Option<Key>> = Vec::with_capacity(world.sites.len() + 1);
        for site in &world.sites {
            let kept = site.decl.manifests.is_empty();
            keys.push(if kept {
                let mut around = Around::of_site(site);
                for (reaper, told) in callers.get(&keys.len()).into_iter().flatten() {
                    around.add_reaper(reaper, told);
                }
                key(site.name, site.decl.node, around)
            } else {
                None
            });
        }
        let reapers = world.reapers.as_ref();
        keys.push(reapers.and_then(|site| key(site.name, site.decl.node, of_reapers)));
        keys
    }

    /// What a namespace came to, if nothing has changed for it.
    pub(super) fn find(&self, key: &Key) -> Option<One<T>> {
        let kept = self.generations.first()?.kept.get(&key.name)?;
        let is_same = kept.node.is(&key.node) && kept.around == key.around;
        is_same.then(|| kept.one.clone())
    }

    /// Keeps what the namespaces came to, in the order of their keys.
    pub(super) fn keep(&mut self, keys: Vec<Option<Key>>, made: &mut [One<T>]) {
        let Some(Generation { kept, .. }) = self.generations.first_mut() else { return };
        for one in kept.values_mut() {
            one.gone += 1;
        }
        for (key, one) in keys.into_iter().zip(made) {
            let Some(Key { name, node, around }) = key else { continue };
            match kept.get_mut(&name) {
                Some(kept) if Arc::ptr_eq(&kept.one.part, &one.part) => {
                    kept.node = node;
                    kept.gone = 0;
                }
                _ => {
                    let around_it = around.spans.iter().map(|span| span.file);
                    let mut files: Vec<FileId> = around_it.chain([node.span.file]).collect();
                    // Nobody else has it yet, so that nothing is copied.
                    one.places(&mut |span| {
                        if !files.contains(&span.file) {
                            files.push(span.file);
                        }
                    });
                    kept.insert(name, Kept { node, around, one: one.clone(), files, gone: 0 });
                }
            }
        }
        kept.retain(|_, kept| kept.gone <= PATIENCE);
    }
}
