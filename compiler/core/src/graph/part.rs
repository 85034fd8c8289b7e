//! The part of the graph that one namespace makes.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, OnceLock};

use jtc_syntax::Span;

use super::references::{self, Facts, Wants};
use crate::components::manifests;
use crate::diagnostics::{self as d, Diag, Report};
use crate::model::At;
use crate::model::declared::Secret;
use crate::model::object::{Dependency, Kind, Object, ObjectId, Why};
use crate::model::resolved::World;
use crate::moved::Places;

/// An object without its body.
#[derive(Clone, Debug)]
pub(super) struct Summary {
    pub(super) id: ObjectId,
    pub(super) source: Span,
    pub(super) component: Arc<str>,
}

/// An edge to an object that the part hasn't.
#[derive(Clone, Debug)]
pub(super) struct Outward {
    /// What comes first.
    pub(super) before: Dependency,
    /// What comes after, among the objects of the part.
    pub(super) after: u32,
    pub(super) why: Why,
    pub(super) span: Span,
    /// Whether it is an error when nobody has it.
    pub(super) required: bool,
}

/// What one namespace adds to the graph.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) namespace: Arc<str>,
    pub(super) objects: Vec<Summary>,
    /// Edges between its objects: before, after.
    pub(super) edges: Vec<(u32, u32, Why, Span)>,
    pub(super) outward: Vec<Outward>,
    /// Secrets that its objects read: the Secret, the objects, the keys.
    pub(super) secrets: BTreeMap<Arc<str>, SecretReads>,
    shape: OnceLock<u64>,
}

/// Who reads a Secret, and what of it.
#[derive(Clone, Debug, Default)]
pub(super) struct SecretReads {
    pub(super) readers: Vec<(u32, Span)>,
    pub(super) keys: Vec<String>,
}

impl SecretReads {
    fn by(&mut self, reader: u32, span: Span) {
        if self.readers.last() != Some(&(reader, span)) {
            self.readers.push((reader, span));
        }
    }

    fn add(&mut self, keys: impl IntoIterator<Item = String>) {
        for key in keys {
            if !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
    }
}

/// The keys of a Secret with names and passwords: Traefik asks for no name of
/// the one that there is.
fn login_keys(declared: Option<&Secret>) -> Vec<String> {
    match declared {
        Some(secret) => secret.keys.keys().cloned().collect(),
        None => vec!["users".to_owned()],
    }
}

/// The key of a Secret with the certificate of an authority; where `only`, one that
/// stands alone may have any name.
fn authority(found: &Secret, only: bool) -> Option<&str> {
    let known = AUTHORITY_KEYS.into_iter().find(|key| found.keys.contains_key(*key));
    let alone = || found.keys.keys().next().filter(|_| only && found.keys.len() == 1);
    known.or_else(|| alone().map(String::as_str))
}

/// The keys of an authority's certificate, as Traefik looks for them.
const AUTHORITY_KEYS: [&str; 2] = ["tls.ca", "ca.crt"];

/// What a declared Secret lacks of what Traefik takes from it.
fn lacks(wants: Wants, name: &str, object: &Object, found: &Secret) -> Option<Diag> {
    let is_basic = wants == Wants::Basic;
    let path = match wants {
        Wants::Basic => "spec.basicAuth.secret",
        Wants::Digest => "spec.digestAuth.secret",
        Wants::Authority { only } => {
            return authority(found, only).is_none().then(|| {
                let at = At::new(name.to_owned(), object.source);
                d::j0305_unknown_key::fixed("ca.crt", &at, found)
            });
        }
    };
    (!d::j0530_broken_middleware::takes(found, is_basic))
        .then(|| d::j0530_broken_middleware::in_manifest(path, object.source, name, found))
}

impl Places for Part {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        let Self { namespace: _, objects, edges, outward, secrets, shape: _ } = self;
        let spans = objects.iter_mut().map(|object| &mut object.source);
        let spans = spans.chain(edges.iter_mut().map(|(_, _, _, span)| span));
        let spans = spans.chain(outward.iter_mut().map(|outward| &mut outward.span));
        let readers = secrets.values_mut().flat_map(|reads| &mut reads.readers);
        for span in spans.chain(readers.map(|(_, span)| span)) {
            see(span);
        }
    }
}

/// Kinds that make pods.
pub(super) fn makes_pods(kind: &Kind) -> bool {
    matches!(kind, Kind::Deployment | Kind::StatefulSet | Kind::Job | Kind::CronJob)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Part {
    /// A number for what comes before what, whatever the places: parts with one
    /// number make the same order.
    pub(super) fn shape(&self) -> u64 {
        *self.shape.get_or_init(|| {
            let mut hasher = DefaultHasher::new();
            self.namespace.hash(&mut hasher);
            for object in &self.objects {
                (&object.id, &object.component).hash(&mut hasher);
            }
            for (before, after, why, _) in &self.edges {
                (before, after, why).hash(&mut hasher);
            }
            for outward in &self.outward {
                (&outward.before, outward.after, outward.why).hash(&mut hasher);
            }
            for (secret, reads) in &self.secrets {
                secret.hash(&mut hasher);
                for (reader, _) in &reads.readers {
                    reader.hash(&mut hasher);
                }
            }
            hasher.finish()
        })
    }

    /// Reads off the objects of a namespace what they refer to.
    pub(super) fn new(
        namespace: &str,
        objects: Vec<Object>,
        world: &World<'_>,
        report: &mut Report,
    ) -> Self {
        let mut objects = distinct(objects, report);
        let facts: Vec<Facts> = objects
            .iter()
            .map(|object| {
                references::facts(object).unwrap_or_else(|why| {
                    report.push(d::j0603_not_its_kind::diag(object, &why));
                    Facts::default()
                })
            })
            .collect();
        let mut part = Self {
            namespace: namespace.into(),
            objects: Vec::with_capacity(objects.len()),
            edges: Vec::new(),
            outward: Vec::new(),
            secrets: BTreeMap::new(),
            shape: OnceLock::new(),
        };
        {
            let by_id: BTreeMap<(&Kind, &str), u32> = objects
                .iter()
                .enumerate()
                .filter(|(_, object)| {
                    object.id.namespace.as_deref().unwrap_or(namespace) == namespace
                })
                .map(|(index, object)| ((&object.id.kind, &*object.id.name), number(index)))
                .collect();
            for (index, (object, facts)) in objects.iter().zip(&facts).enumerate() {
                part.object(number(index), object, facts, &by_id, world, report);
            }
            part.pods(&objects, &facts);
        }
        part.edges.shrink_to_fit();
        part.outward.shrink_to_fit();
        part.objects = objects
            .drain(..)
            .map(|object| Summary {
                id: object.id,
                source: object.source,
                component: object.component,
            })
            .collect();
        part
    }

    fn object(
        &mut self,
        index: u32,
        object: &Object,
        facts: &Facts,
        by_id: &BTreeMap<(&Kind, &str), u32>,
        world: &World<'_>,
        report: &mut Report,
    ) {
        let hand_written = &*object.component == manifests::COMPONENT;
        if object.id.namespace.is_some() {
            let home = object.id.namespace.as_deref().unwrap_or_default();
            match by_id.get(&(&Kind::Namespace, home)) {
                Some(before) => self.edges.push((*before, index, Why::ExistsBefore, object.source)),
                None => self.outward(
                    ObjectId::global(Kind::Namespace, home),
                    index,
                    Why::ExistsBefore,
                    object,
                    false,
                ),
            }
        }
        for reference in &facts.references {
            let home = reference.namespace.as_deref().or(object.id.namespace.as_deref());
            let local = home.is_none_or(|home| home == &*self.namespace);
            let found = by_id.get(&(&reference.kind, reference.name.as_str())).filter(|_| local);
            if let Some(before) = found {
                self.edges.push((*before, index, reference.why, object.source));
            } else if reference.kind == Kind::Secret {
                if hand_written && !world.topology.secrets.contains_key(&reference.name) {
                    report.push(d::j0604_manifest_reference::secret(object, &reference.name));
                }
                if hand_written
                    && let Some(key) = &reference.key
                    && let Some(found) = world.topology.secrets.get(&reference.name)
                    && !found.keys.contains_key(key)
                {
                    let key = At::new(key.clone(), object.source);
                    report.push(d::j0305_unknown_key::in_manifest(&key, &reference.name, found));
                }
                let declared = world.topology.secrets.get(&reference.name);
                if let Some((wants, found)) = reference.wants.zip(declared) {
                    report.extend(lacks(wants, &reference.name, object, found));
                }
                let reads = self.secrets.entry(reference.name.as_str().into()).or_default();
                reads.by(index, object.source);
                reads.add(reference.key.iter().cloned());
                match reference.wants {
                    Some(Wants::Basic | Wants::Digest) => reads.add(login_keys(declared)),
                    Some(Wants::Authority { only }) => {
                        reads.add(
                            declared.and_then(|found| authority(found, only)).map(str::to_owned),
                        );
                    }
                    None => {}
                }
            } else {
                let id = ObjectId::new(
                    reference.kind.clone(),
                    home.unwrap_or_default(),
                    &reference.name,
                );
                // What the compiler's own objects refer to is told where the
                // topology names it.
                self.outward(id, index, reference.why, object, hand_written);
            }
        }
        for need in &object.needs {
            let found = match &need.on {
                Dependency::Object(id)
                    if id.namespace.as_deref().is_none_or(|home| home == &*self.namespace) =>
                {
                    by_id.get(&(&id.kind, &*id.name))
                }
                Dependency::Object(_) | Dependency::Program { .. } => None,
            };
            match found {
                Some(before) => self.edges.push((*before, index, need.why, need.span)),
                None => match &need.on {
                    Dependency::Object(id) if id.kind == Kind::Secret => {
                        let reads = self.secrets.entry(id.name.clone()).or_default();
                        reads.by(index, need.span);
                        if object.id.kind == Kind::Middleware {
                            reads.add(login_keys(world.topology.secrets.get(&*id.name)));
                        }
                    }
                    on => self.outward.push(Outward {
                        before: on.clone(),
                        after: index,
                        why: need.why,
                        span: need.span,
                        required: false,
                    }),
                },
            }
        }
    }

    fn outward(&mut self, id: ObjectId, after: u32, why: Why, object: &Object, required: bool) {
        self.outward.push(Outward {
            before: Dependency::Object(id),
            after,
            why,
            span: object.source,
            required,
        });
    }

    /// Edges to whatever makes pods: from what selects them, from the quota,
    /// and from the rights of their account.
    fn pods(&mut self, objects: &[Object], facts: &[Facts]) {
        let makers = Makers::of(objects, facts);
        for (index, (object, own)) in objects.iter().zip(facts).enumerate() {
            let index = number(index);
            let mut before =
                |maker: u32, why: Why| self.edges.push((index, maker, why, object.source));
            if let Some(selector) = &own.selects {
                for maker in makers.selected(selector) {
                    before(maker, Why::Selects);
                }
            }
            match &object.id.kind {
                Kind::ResourceQuota => {
                    for (maker, _) in &makers.all {
                        before(*maker, Why::ExistsBefore);
                    }
                }
                Kind::RoleBinding => {
                    let subjects = own
                        .references
                        .iter()
                        .filter(|reference| reference.kind == Kind::ServiceAccount);
                    for subject in subjects {
                        for maker in
                            makers.by_account.get(subject.name.as_str()).into_iter().flatten()
                        {
                            before(*maker, Why::ExistsBefore);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// What makes pods, and how it is found: the reapers' namespace has thousands
/// where there are thousands of namespaces, each with a selector of its own.
struct Makers<'f> {
    all: Vec<(u32, &'f Facts)>,
    by_label: BTreeMap<(&'f str, &'f str), Vec<(u32, &'f Facts)>>,
    by_account: BTreeMap<&'f str, Vec<u32>>,
}

impl<'f> Makers<'f> {
    fn of(objects: &[Object], facts: &'f [Facts]) -> Self {
        let mut makers =
            Self { all: Vec::new(), by_label: BTreeMap::new(), by_account: BTreeMap::new() };
        for (index, (object, facts)) in objects.iter().zip(facts).enumerate() {
            if !makes_pods(&object.id.kind) {
                continue;
            }
            let index = number(index);
            makers.all.push((index, facts));
            for (key, value) in facts.pods.iter().flatten() {
                makers.by_label.entry((key, value)).or_default().push((index, facts));
            }
            if let Some(account) = &facts.account {
                makers.by_account.entry(account).or_default().push(index);
            }
        }
        makers
    }

    /// Those whose pods have all these labels; all for an empty selector.
    fn selected<'s>(
        &'s self,
        selector: &'s BTreeMap<String, String>,
    ) -> impl Iterator<Item = u32> + 's {
        let candidates = match selector.first_key_value() {
            Some((key, value)) => {
                self.by_label.get(&(key.as_str(), value.as_str())).map_or(&[][..], Vec::as_slice)
            }
            None => &self.all,
        };
        candidates
            .iter()
            .filter(move |(_, facts)| {
                let labels = facts.pods.as_ref();
                labels.is_some_and(|labels| {
                    selector.iter().all(|(key, value)| labels.get(key) == Some(value))
                })
            })
            .map(|(index, _)| *index)
    }
}

/// Drops objects that are there twice, and says so.
fn distinct(objects: Vec<Object>, report: &mut Report) -> Vec<Object> {
    let mut firsts: BTreeMap<&ObjectId, &Object> = BTreeMap::new();
    let mut told: BTreeSet<(Span, Span)> = BTreeSet::new();
    let mut again: BTreeSet<usize> = BTreeSet::new();
    for (index, object) in objects.iter().enumerate() {
        let first = *firsts.entry(&object.id).or_insert(object);
        if std::ptr::eq(first, object) {
            continue;
        }
        again.insert(index);
        // A program is many objects, and one mistake.
        if told.insert((object.source, first.source)) {
            report.push(d::j0310_same_object::diag(object, first.source, &first.component));
        }
    }
    if again.is_empty() {
        return objects;
    }
    objects
        .into_iter()
        .enumerate()
        .filter(|(index, _)| !again.contains(index))
        .map(|(_, object)| object)
        .collect()
}
