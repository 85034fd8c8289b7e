//! Rules for hand-written objects: what the API server would refuse, and what
//! it would accept and never run. They are those of the compiler's own objects,
//! read off the types of Kubernetes.

mod amounts;
mod containers;
mod defined;
mod disks;
mod fields;
mod names;
mod numbers;
mod pod_fields;
mod pods;
mod policies;
mod scaling;
mod secrets;
mod served;
mod services;
mod slices;
mod template;
mod words;

use k8s_openapi::api::core::v1::PodSpec;
use serde_json::Value;

use crate::components::manifests;
use crate::components::program::Home;
use crate::components::site::{Made, defines_traefik};
use crate::diagnostics::{self as d, Report};
use crate::model::declared::About;
use crate::model::hand_written::{self, HandWritten};
use crate::model::object::{Body, Object};
use crate::model::resolved::World;
use crate::text::TextKind;

pub use self::amounts::{needs, pods_of};
pub(super) use self::scaling::typed;
pub use self::services::check as services;

/// Checks the hand-written objects of a namespace.
pub fn check(world: &World<'_>, home: &Home<'_>, made: &Made, report: &mut Report) {
    let is_defined = defines_traefik(world);
    let has_traefik = made.programs.iter().any(|own| &*own.component == "traefik");
    for object in &made.objects {
        if &*object.component != manifests::COMPONENT {
            continue;
        }
        let Body::Value(value) = &object.body else { continue };
        if !served::check(object, value, report) {
            continue;
        }
        slices::check(&mut Tell { object, value, report }, made);
        namespace(world, object, report);
        if is_defined {
            defined::check(&mut Tell { object, value, report }, has_traefik);
        }
        // What doesn't fit its kind is told when the graph is made.
        let Ok(typed) = hand_written::read(&object.id.kind, value) else { continue };
        let mut tell = Tell { object, value, report };
        names::check(&mut tell, &typed);
        pods::check(&mut tell, &typed, world, (home, made));
        let makes_pods = template::of(&typed).is_some();
        words::check(&mut tell, makes_pods);
        numbers::check(&mut tell, makes_pods);
        secrets::check(&mut tell);
        if let HandWritten::Body(body) = &typed {
            services::fields(&mut tell, body);
            policies::check(&mut tell, body, home.cluster.kubernetes.value);
            disks::claims(&mut tell, body);
            scaling::check(&mut tell, body, made);
        }
    }
}

/// The pods that an object makes.
pub(super) fn pods_in(typed: &HandWritten) -> Option<&PodSpec> {
    template::of(typed)?.spec.as_ref()
}

/// One object, and where to tell what is wrong with it.
struct Tell<'o> {
    object: &'o Object,
    value: &'o Value,
    report: &'o mut Report,
}

impl Tell<'_> {
    /// The API server refuses a field.
    fn refused(&mut self, path: &str, why: &str, help: &str) {
        self.report.push(d::j0603_not_its_kind::refused(self.object, path, why, help));
    }

    /// Holds a text against its kind.
    fn text(&mut self, kind: &TextKind, path: &str, text: &str) {
        if let Err(refusal) = (kind.check)(text) {
            self.report.push(d::j0629_refused_text::diag(self.object, path, kind, text, refusal));
        }
    }
}

/// What the topology says of the namespace that an object is in, which need not
/// be the one whose `manifest` names it.
fn about<'w>(world: &World<'w>, object: &Object) -> Option<&'w About> {
    let namespace = object.id.namespace.as_deref()?;
    let topology = world.topology;
    let reapers = topology.reapers.as_ref().filter(|reapers| reapers.name == namespace);
    let declared = topology.namespaces.get(namespace).map(|namespace| &namespace.about);
    declared.or(reapers.map(|reapers| &reapers.about))
}

fn namespace(world: &World<'_>, object: &Object, report: &mut Report) {
    if object.id.namespace.is_some() && about(world, object).is_none() {
        let reapers = world.topology.reapers.as_ref().map(|reapers| reapers.name.as_str());
        let known: Vec<&str> =
            world.topology.namespaces.keys().map(String::as_str).chain(reapers).collect();
        report.push(d::j0622_manifest_namespace::diag(&object.id, object.source, &known));
    }
}
