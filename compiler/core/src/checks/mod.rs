//! What would be accepted and yet fail: rules of Kubernetes, Elastic and
//! Jobmon that no name and no type can hold.

mod acme;
pub mod cluster;
pub mod elastic;
mod ended;
pub mod jobmon;
mod limits;
mod listens;
pub mod manifests;
pub mod pod_security;
pub mod programs;
mod proxy;
mod quota;
mod quotas;
pub mod routes;
mod under_path;

use crate::diagnostics::Report;
use crate::model::resolved::World;

/// The most bytes that a ConfigMap may have (`MaxSecretSize`).
const MOST_BYTES: usize = 1 << 20;

/// Checks a resolved topology.
pub fn check(world: &World<'_>, report: &mut Report) {
    cluster::check(world, report);
    elastic::check(world, report);
    jobmon::check(world, report);
    ended::check(world, report);
}
