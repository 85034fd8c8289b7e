//! A topology with its emitted objects, to be mutated and proved again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jtc_core::components::program::{Home, Peer, Program};
use jtc_core::components::site::Made;
use jtc_core::diagnostics::Report;
use jtc_core::emit::Format;
use jtc_core::fingerprint::Fingerprint;
use jtc_core::model::declared::{About, Topology};
use jtc_core::model::hand_written::{self, HandWritten};
use jtc_core::model::object::{Body, Kind, Object, ObjectId};
use jtc_core::proof::demand::Demand;
use jtc_core::proof::ground::Ground;
use jtc_core::proof::trail::{Broken, Step, Trail};
use jtc_core::proof::{self, Evidence, Seen, walk};
use jtc_core::{graph, resolve};
use serde_json::Value;

use super::{Must, Mutant};
use crate::support::{Example, examples};

/// A namespace of the source: what it makes.
struct Place {
    namespace: String,
    programs: Vec<Program>,
    /// Its objects; the bodies are what is emitted.
    objects: Vec<(Object, Value)>,
}

/// A topology with its emitted objects.
pub(crate) struct Scene {
    /// The example.
    pub(crate) name: String,
    topology: Topology,
    places: Vec<Place>,
    seen: Vec<Seen>,
    /// What each place says.
    said: Vec<Fingerprint>,
    /// The paths that the topology demands.
    pub(crate) demands: Vec<Demand>,
}

/// What the proof says of a mutant.
pub(crate) struct Outcome {
    /// Paths that break, and where.
    pub(crate) broken: BTreeMap<usize, Broken>,
    /// Errors that the compiler would report.
    pub(crate) errors: Vec<&'static str>,
    /// What a session would know it by.
    pub(crate) said: Fingerprint,
}

/// A caller in another namespace whose logs go by UDP, which no example has.
const LOGS_FROM_ELSEWHERE: &str = r#"
namespace "shipper" {
    workload "ship" image="registry.example.org/ship:1" {
        connect "jobmon-dev/logstash" host-env="LOG_HOST" port-env="LOG_PORT"
    }
}
"#;

/// Every example, and one of them with a caller more.
pub(crate) fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for example in examples() {
        if example.name == "2022" {
            let text = format!("{}{LOGS_FROM_ELSEWHERE}", example.text());
            scenes.push(Scene::new(&example, "2022 and a shipper", &text));
        } else {
            scenes.push(Scene::new(&example, &example.name, example.text()));
        }
    }
    scenes
}

impl Scene {
    fn new(example: &Example, name: &str, text: &str) -> Self {
        let analysis = example.analysis_of(text);
        let documents = analysis.emit(Format::Json).expect("an example has no errors");
        let mut emitted: BTreeMap<ObjectId, Value> = documents
            .into_iter()
            .map(|one| (one.id, serde_json::from_str(&one.text).expect("an object is JSON")))
            .collect();
        let world = resolve::resolve(&analysis.topology, &mut Report::default());
        let look = |home: &Home<'_>, made: &Made, _: &mut Report| {
            (home.namespace.to_owned(), made.clone())
        };
        let (_, made) = graph::build(&world, look, &mut Report::default());
        let places: Vec<Place> = made
            .into_iter()
            .map(|(namespace, Made { programs, objects, .. })| {
                let objects = objects.into_iter().map(|object| {
                    let body = emitted.remove(&object.id).expect("every object is emitted");
                    (object, body)
                });
                Place { namespace, programs, objects: objects.collect() }
            })
            .collect();
        let left: Vec<String> =
            emitted.keys().filter(|id| id.kind != Kind::Crd).map(ToString::to_string).collect();
        assert!(left.is_empty(), "{name}: nobody makes {left:?}");
        drop(world);
        let mut scene = Self {
            name: name.to_owned(),
            topology: analysis.topology,
            places,
            seen: Vec::new(),
            said: Vec::new(),
            demands: Vec::new(),
        };
        let none = Mutant::none();
        scene.seen = (0..scene.places.len()).map(|place| scene.see(place, &none)).collect();
        scene.said = scene.seen.iter().map(Fingerprint::of).collect();
        scene.demands = scene.seen.iter().flat_map(|seen| seen.demands.clone()).collect();
        scene
    }

    /// Reads one place as the compiler would, with what the mutant changes.
    fn see(&self, at: usize, mutant: &Mutant) -> Seen {
        let place = &self.places[at];
        let mut objects = Vec::new();
        for (index, (object, body)) in place.objects.iter().enumerate() {
            let changed = mutant.changed.iter().find(|(id, _)| *id == (at, index));
            match changed {
                Some((_, None)) => {}
                Some((_, Some(body))) => objects.push(typed(object, body)),
                None => objects.push(typed(object, body)),
            }
        }
        let first = &place.objects[0].0;
        for (_, body) in mutant.added.iter().filter(|(place, _)| *place == at) {
            let kind = match text(body, "/kind") {
                "Middleware" => Kind::Middleware,
                "IngressRoute" => Kind::IngressRoute,
                "NetworkPolicy" => Kind::NetworkPolicy,
                other => panic!("no kind {other}"),
            };
            let id = ObjectId::new(kind, text(body, "/metadata/namespace"), "");
            objects.push(typed(&Object { id, ..first.clone() }, body));
        }
        let about = About::default();
        let home = Home::new(&self.topology.cluster, &place.namespace, &about);
        let world = resolve::resolve(&self.topology, &mut Report::default());
        proof::see(&world, &home, &Made { programs: place.programs.clone(), objects, routes: None })
    }

    /// Proves a mutant.
    pub(crate) fn judge(&self, mutant: &Mutant) -> Outcome {
        let touched: BTreeSet<usize> = mutant
            .changed
            .iter()
            .map(|((place, _), _)| *place)
            .chain(mutant.added.iter().map(|(place, _)| *place))
            .collect();
        let mut seen = self.seen.clone();
        let mut said = self.said.clone();
        for place in touched {
            seen[place] = self.see(place, mutant);
            said[place] = Fingerprint::of(&seen[place]);
        }
        let world = resolve::resolve(&self.topology, &mut Report::default());
        let evidence = Evidence::new(&world, seen.into_iter().map(Arc::new).collect());
        assert_eq!(evidence.demands().count(), self.demands.len(), "{}: paths vanish", mutant.name);
        let ground = Ground::new(&evidence.network, &[]);
        let broken = evidence.demands().enumerate().filter_map(|(index, demand)| {
            let broken = walk::walk(&ground, demand, &mut Trail::default()).err()?;
            Some((index, *broken))
        });
        let broken = broken.collect();
        let mut report = Report::default();
        proof::check(&evidence, &mut report);
        let report = report.into_sorted();
        let errors: Vec<&'static str> =
            report.iter().filter(|diag| diag.is_error()).map(|diag| diag.meta.code).collect();
        Outcome { broken, errors, said: evidence.fingerprint(&said) }
    }

    /// A path, for whoever reads what went wrong.
    pub(crate) fn path(&self, index: usize) -> String {
        let demand = &self.demands[index];
        format!("{}/{} → {}", demand.namespace, demand.component, demand.target())
    }
}

/// The object with another body, as typed as it was.
fn typed(object: &Object, body: &Value) -> Object {
    let id = ObjectId {
        kind: object.id.kind.clone(),
        namespace: object.id.namespace.as_ref().map(|_| text(body, "/metadata/namespace").into()),
        name: text(body, "/metadata/name").into(),
    };
    let read = hand_written::read(&id.kind, body);
    let body = match read {
        Ok(HandWritten::Body(body)) => body,
        Ok(HandWritten::Pods(_) | HandWritten::Untyped) => Body::Value(Box::new(body.clone())),
        Err(error) => panic!("{id} is no object: {error}"),
    };
    Object { id, body, ..object.clone() }
}

/// The string at a JSON pointer; empty when there is none.
pub(crate) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The array at a JSON pointer; empty when there is none.
pub(crate) fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The port at a JSON pointer; 0 when there is none.
pub(crate) fn port(value: &Value, pointer: &str) -> u16 {
    value
        .pointer(pointer)
        .and_then(Value::as_u64)
        .and_then(|port| u16::try_from(port).ok())
        .unwrap_or_default()
}

/// An emitted object.
#[derive(Clone, Copy)]
pub(crate) struct Emitted<'s> {
    /// Where it stands: place and object.
    pub(crate) at: (usize, usize),
    /// The component that it is part of.
    pub(crate) component: &'s str,
    /// Its body.
    pub(crate) body: &'s Value,
}

impl<'s> Emitted<'s> {
    /// Its kind.
    pub(crate) fn kind(&self) -> &'s str {
        text(self.body, "/kind")
    }

    /// Its namespace.
    pub(crate) fn namespace(&self) -> &'s str {
        text(self.body, "/metadata/namespace")
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'s str {
        text(self.body, "/metadata/name")
    }

    /// The pointer to its pod template, where it has one.
    pub(crate) fn template(&self) -> Option<&'static str> {
        match self.kind() {
            "Deployment" | "StatefulSet" | "Job" => Some("/spec/template"),
            "CronJob" => Some("/spec/jobTemplate/spec/template"),
            _ => None,
        }
    }
}

/// Makes the mutants of a scene, and knows who needs what.
pub(crate) struct Maker<'s> {
    /// The scene.
    pub(crate) scene: &'s Scene,
    /// The family that is made.
    pub(crate) family: &'static str,
    /// What was made.
    pub(crate) mutants: Vec<Mutant>,
}

impl<'s> Maker<'s> {
    /// Nothing is made yet.
    pub(crate) fn new(scene: &'s Scene) -> Self {
        Self { scene, family: "", mutants: Vec::new() }
    }

    /// All emitted objects.
    pub(crate) fn objects(&self) -> Vec<Emitted<'s>> {
        let places = self.scene.places.iter().enumerate();
        places
            .flat_map(|(place, made)| {
                made.objects.iter().enumerate().map(move |(index, (object, body))| Emitted {
                    at: (place, index),
                    component: &object.component,
                    body,
                })
            })
            .collect()
    }

    /// The emitted objects of a kind.
    pub(crate) fn kind(&self, kind: &str) -> Vec<Emitted<'s>> {
        self.objects().into_iter().filter(|object| object.kind() == kind).collect()
    }

    /// The object of a kind, namespace and name.
    pub(crate) fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<Emitted<'s>> {
        self.kind(kind)
            .into_iter()
            .find(|object| object.namespace() == namespace && object.name() == name)
    }

    /// A namespace of the scene that isn't this one.
    pub(crate) fn other_namespace(&self, namespace: &str) -> &'s str {
        let mut others = self.scene.places.iter().map(|place| place.namespace.as_str());
        others.find(|other| *other != namespace).unwrap_or("elsewhere")
    }

    /// A mutant that changes one object.
    pub(crate) fn edit(
        &mut self,
        object: Emitted<'_>,
        what: &str,
        must: Must,
        change: impl FnOnce(&mut Value),
    ) {
        let mut body = object.body.clone();
        change(&mut body);
        assert_ne!(&body, object.body, "{}: {what} changes nothing", object.name());
        self.push(object, what, must, vec![(object.at, Some(body))], Vec::new());
    }

    /// A mutant in which an object is missing.
    pub(crate) fn delete(&mut self, object: Emitted<'_>, must: Must) {
        self.push(object, "gone", must, vec![(object.at, None)], Vec::new());
    }

    /// A mutant that changes several objects; it is called after the first.
    pub(crate) fn push(
        &mut self,
        object: Emitted<'_>,
        what: &str,
        must: Must,
        changed: Vec<((usize, usize), Option<Value>)>,
        added: Vec<Value>,
    ) {
        let name = format!("{} {}/{}: {what}", object.kind(), object.namespace(), object.name());
        let added = added.into_iter().map(|body| (object.at.0, body)).collect();
        self.mutants.push(Mutant { name, family: self.family, changed, added, must });
    }

    /// What changes nothing, of any object.
    pub(crate) fn harmless(&mut self, object: Emitted<'_>) {
        self.edit(object, "an annotation more", Must::Nothing, |body| {
            body["metadata"]["annotations"]["example.org/note"] = "n".into();
        });
        self.edit(object, "a label more", Must::Nothing, |body| {
            body["metadata"]["labels"]["example.org/note"] = "n".into();
        });
    }

    /// Paths for which something holds.
    pub(crate) fn paths(&self, holds: impl Fn(&Demand) -> bool) -> Vec<usize> {
        let demands = self.scene.demands.iter().enumerate();
        demands.filter(|(_, demand)| holds(demand)).map(|(index, _)| index).collect()
    }

    /// Paths to a program of the same namespace, by its Service.
    pub(crate) fn local(&self, namespace: &str, app: &str) -> Vec<usize> {
        self.paths(|demand| {
            *demand.namespace == *namespace
                && matches!(&*demand.to, Peer::Program { app: to, service: Some(_), .. } if to == app)
        })
    }

    /// Paths to a program from other namespaces, through the Traefik there; to
    /// any program with `None`.
    pub(crate) fn remote(&self, namespace: &str, app: Option<&str>) -> Vec<usize> {
        self.paths(|demand| {
            matches!(&*demand.to, Peer::Traefik { namespace: to, asks, .. }
                if to == namespace && app.is_none_or(|app| asks.app == app))
        })
    }

    /// Paths of a component.
    pub(crate) fn from(&self, namespace: &str, component: &str) -> Vec<usize> {
        self.paths(|demand| *demand.namespace == *namespace && *demand.component == *component)
    }

    /// The demand of a path.
    pub(crate) fn demand(&self, path: usize) -> &'s Demand {
        &self.scene.demands[path]
    }
}

/// These paths break at a hop, and maybe others as well. Where nobody inside
/// needs it, only somebody outside may notice.
pub(crate) fn breaks(
    paths: impl IntoIterator<Item = usize>,
    step: Step,
    also: impl IntoIterator<Item = usize>,
) -> Must {
    break_at(paths.into_iter().map(|path| (path, step)).collect(), also)
}

/// As [`breaks`], with a hop for each.
pub(crate) fn break_at(who: Vec<(usize, Step)>, also: impl IntoIterator<Item = usize>) -> Must {
    if who.is_empty() {
        return Must::Outside;
    }
    Must::Break(who, also.into_iter().collect())
}
