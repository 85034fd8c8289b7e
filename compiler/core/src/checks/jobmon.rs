//! What Jobmon's releases want of a topology: versions and their servers, and
//! reapers (J08).

mod reapers;
mod versions;

#[cfg(test)]
mod tests;

pub(crate) use reapers::Live;

use crate::diagnostics::Report;
use crate::model::resolved::World;

/// Checks versions, servers and reapers.
pub fn check(world: &World<'_>, report: &mut Report) {
    versions::check(world, report);
    reapers::check(world, report);
}
