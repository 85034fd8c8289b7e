//! What a Pod Security level refuses of a pod: the controls of Kubernetes' "Pod
//! Security Standards", as `k8s.io/pod-security-admission/policy` decides them.

mod baseline;
mod containers;
mod restricted;

use std::fmt::Display;

use k8s_openapi::api::core::v1::PodSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

pub use self::baseline::CAPABILITIES;

use crate::model::declared::PodSecurity;
use crate::text::Version;

/// What a level refuses of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The path of the field in the object, as in
    /// `spec.containers[0].securityContext`.
    pub at: String,
    /// What is wrong there.
    pub wrong: Wrong,
    /// The highest level that takes it.
    pub needs: PodSecurity,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// This must stand there, as in `runAsNonRoot: true`.
    Lacks(&'static str),
    /// This value must not.
    Says(String),
}

/// A pod in an object of a cluster.
#[derive(Clone, Copy, Debug)]
pub struct Pod<'p> {
    /// Its annotations and labels.
    pub meta: Option<&'p ObjectMeta>,
    /// What it is made of.
    pub spec: &'p PodSpec,
    /// Where that stands in the object, as in `spec.template.spec`.
    pub path: &'p str,
    /// The version of Kubernetes: some controls have changed.
    pub kubernetes: Version,
}

/// What a level refuses of a pod, all of it.
pub fn faults(pod: Pod<'_>, level: PodSecurity) -> Vec<Fault> {
    let mut faults = Faults { pod, level, found: Vec::new() };
    if level >= PodSecurity::Baseline {
        baseline::check(&mut faults);
    }
    if level >= PodSecurity::Restricted {
        restricted::check(&mut faults);
    }
    faults.found
}

/// What has been found, and of what.
struct Faults<'p> {
    pod: Pod<'p>,
    level: PodSecurity,
    found: Vec<Fault>,
}

impl Faults<'_> {
    /// The path of something in the spec of the pod.
    fn path(&self, below: &str) -> String {
        format!("{}.{below}", self.pod.path)
    }

    fn says(&mut self, at: String, value: &dyn Display, needs: PodSecurity) {
        // What only the other level refuses is found there.
        if self.level > needs {
            self.found.push(Fault { at, wrong: Wrong::Says(value.to_string()), needs });
        }
    }

    fn lacks(&mut self, at: String, what: &'static str) {
        let fault = Fault { at, wrong: Wrong::Lacks(what), needs: PodSecurity::Baseline };
        if !self.found.contains(&fault) {
            self.found.push(fault);
        }
    }

    /// Whether root in the pod is nobody on its node, which lets some controls
    /// pass (`relaxPolicyForUserNamespacePod`).
    fn own_users(&self) -> bool {
        self.pod.spec.host_users == Some(false) && self.pod.kubernetes >= Version::new(1, 35, 0)
    }
}

#[cfg(test)]
mod tests;
