//! The components: one line each.

use super::program::{Cx, Program};
use super::workload;
use crate::model::object::Object;
use crate::schema::NodeSpec;

/// A component: what it is called in a topology, and how it becomes objects.
#[derive(Debug)]
pub struct Component {
    /// Its node.
    pub spec: &'static NodeSpec,
    /// The name of its objects and the `app` label of its pods, which people
    /// and scripts use.
    pub object: &'static str,
    /// The program that runs, in a namespace that has the component.
    pub program: fn(&Cx<'_>) -> Option<Program>,
    /// Objects beside those that every program has.
    pub extras: fn(&Cx<'_>, &Program) -> Vec<Object>,
}

macro_rules! components {
    ($($module:ident),* $(,)?) => {
        /// Every component, in the order in which they are made.
        pub static COMPONENTS: &[&Component] = &[$(&super::$module::COMPONENT),*];
    };
}

components! {
    traefik,
    elasticsearch,
    bootstrap,
    kibana,
    logstash,
    apm,
    metricbeat,
    migrate,
    server,
    gui,
}

/// The component of this name.
pub fn find(name: &str) -> Option<&'static Component> {
    COMPONENTS.iter().copied().find(|component| component.spec.name == name)
}

/// Every program of a namespace: its components, then its workloads. A
/// workload that has the name of a component is left out; it is reported where
/// names are looked up.
pub fn programs(cx: &Cx<'_>) -> Vec<Program> {
    let components = COMPONENTS.iter().filter_map(|component| (component.program)(cx));
    let workloads = cx.site.decl.workloads.iter();
    let workloads = workloads.filter(|(name, _)| cx.jobmon().is_none() || find(name).is_none());
    components.chain(workloads.map(|(name, part)| workload::program(cx, name, part))).collect()
}
