//! Ways to programs that aren't there all the time: what runs once, or at certain times.

use jtc_syntax::Span;

use crate::diagnostics::{self as d, Report};
use crate::model::resolved::{LinkEnd, World};

/// When a program runs that doesn't run all the time, and the place that says so.
#[derive(Clone, Copy)]
enum Runs {
    Once(Span),
    AtTimes(Span),
}

/// Only a `workload` may be one.
fn runs(world: &World<'_>, namespace: &str, program: &str) -> Option<Runs> {
    let workload = world.topology.namespaces.get(namespace)?.workloads.get(program)?;
    let settings = &workload.settings;
    let once = settings.run_once.map(Runs::Once);
    once.or_else(|| settings.schedule.as_ref().map(|schedule| Runs::AtTimes(schedule.span)))
}

/// Checks every `connect` and `route`.
pub(super) fn check(world: &World<'_>, report: &mut Report) {
    for site in &world.sites {
        for link in &site.links {
            let (namespace, program) = match &link.to {
                LinkEnd::Local { program, .. } => (site.name, *program),
                LinkEnd::Remote { namespace, program, .. } => (*namespace, *program),
                LinkEnd::External { .. } => continue,
            };
            match runs(world, namespace, program) {
                Some(Runs::Once(place)) if link.wait => {
                    report.push(d::j0576_ended::diag(link.from, program, link.span, place));
                }
                Some(Runs::AtTimes(place)) => {
                    report.push(d::j0577_at_times::connect(program, link.span, place));
                }
                Some(Runs::Once(_)) | None => {}
            }
        }
        for (name, route) in &site.decl.routes {
            let program = route.to.value.split(':').next().unwrap_or_default();
            let found = runs(world, site.name, program).map(|runs| match runs {
                Runs::Once(place) => ("runs once", place),
                Runs::AtTimes(place) => ("runs at certain times", place),
            });
            if let Some((when, place)) = found {
                report.push(d::j0577_at_times::route(name, program, route.to.span, (when, place)));
            }
        }
    }
}
