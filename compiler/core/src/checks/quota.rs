//! What the programs of a namespace need together, against what it lets them.

use jtc_syntax::Span;

use super::manifests;
use super::quotas::{self, Quota};
use crate::components::program::{Home, Program, Runs};
use crate::components::site::Made;
use crate::diagnostics::{self as d, Report};
use crate::model::settings::Resources;

/// Holds the programs of a namespace against its quotas.
pub(super) fn check(home: &Home<'_>, made: &Made, report: &mut Report) {
    let ranged = quotas::is_said_for_all(made, home.namespace);
    for quota in quotas::of(home.quota, made, home.namespace) {
        for program in made.programs.iter().filter(|program| !ranged && program.has_image()) {
            // One without an image is not written to its end: that comes first.
            said(program, &quota, report);
        }
        together(home, made, &quota, report);
        pods(home, made, &quota, report);
    }
}

/// How many pods there are all the time, against a quota that counts those that haven't
/// ended.
fn pods(home: &Home<'_>, made: &Made, quota: &Quota<'_>, report: &mut Report) {
    let Some(has) = quota.pods() else { return };
    let stays =
        |program: &&Program| matches!(program.runs, Runs::Deployment | Runs::StatefulSet { .. });
    let own = made.programs.iter().filter(stays).map(|program| {
        let pods = program.settings.replicas.map_or(1, |replicas| replicas.value.most());
        (&*program.component, program.source, u64::from(pods))
    });
    let by_hand = manifests::pods_of(home, made);
    let by_hand = by_hand.map(|(object, pods)| (&*object.id.name, object.source, pods));
    let all: Vec<(&str, Span, u64)> = own.chain(by_hand).collect();
    let total = all.iter().map(|(.., pods)| *pods).fold(0, u64::saturating_add);
    if total > has
        && let Some((name, at, _)) = all.iter().max_by_key(|(.., pods)| *pods)
    {
        report.push(d::j0620_quota_too_small::pods(total, has, quota.span, (name, *at)));
    }
}

/// One of the four amounts, in its smallest unit.
type Amount = fn(&Resources) -> Option<u64>;

/// An amount as a topology has it.
type Written = fn(u64) -> String;

const REQUEST_CPU: Amount = |amounts| amounts.request_cpu.as_ref().map(|at| at.value.milli());
const LIMIT_CPU: Amount = |amounts| amounts.limit_cpu.as_ref().map(|at| at.value.milli());
const REQUEST_MEMORY: Amount = |amounts| amounts.request_memory.as_ref().map(|at| at.value.bytes());
const LIMIT_MEMORY: Amount = |amounts| amounts.limit_memory.as_ref().map(|at| at.value.bytes());

/// What a quota may count: its name, the amount, what stands for it where a
/// program doesn't say it, and how it is written. A limit alone is the request
/// too.
const COUNTED: [(&str, Amount, Amount, Written); 4] = [
    ("requests cpu", REQUEST_CPU, LIMIT_CPU, written_cpu),
    ("requests memory", REQUEST_MEMORY, LIMIT_MEMORY, written_memory),
    ("limits cpu", LIMIT_CPU, LIMIT_CPU, written_cpu),
    ("limits memory", LIMIT_MEMORY, LIMIT_MEMORY, written_memory),
];

/// What all programs of a namespace need, against a quota of it.
fn together(home: &Home<'_>, made: &Made, quota: &Quota<'_>, report: &mut Report) {
    for (what, amount, otherwise, written) in COUNTED {
        let Some(has) = amount(quota.amounts()) else { continue };
        let needs = |program: &Program| {
            let pods = program.settings.replicas.map_or(1, |replicas| replicas.value.most());
            let resources = &program.settings.resources;
            let each = amount(resources).or_else(|| otherwise(resources)).unwrap_or_default();
            each.saturating_mul(u64::from(pods))
        };
        let own = made.programs.iter();
        let own = own.map(|program| (&*program.component, program.source, needs(program)));
        let by_hand = manifests::needs(home, made, what);
        let by_hand = by_hand.map(|(object, needs)| (&*object.id.name, object.source, needs));
        let all: Vec<(&str, Span, u64)> = own.chain(by_hand).collect();
        let total = all.iter().map(|(.., needs)| *needs).fold(0, u64::saturating_add);
        if total > has
            && let Some((name, at, _)) = all.iter().max_by_key(|(.., needs)| *needs)
        {
            report.push(d::j0620_quota_too_small::diag(
                what,
                &written(total),
                &written(has),
                quota.span,
                (name, *at),
            ));
        }
    }
}

fn written_cpu(milli: u64) -> String {
    if milli.is_multiple_of(1000) { (milli / 1000).to_string() } else { format!("{milli}m") }
}

fn written_memory(bytes: u64) -> String {
    [(1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")]
        .into_iter()
        .find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit))
        .map_or_else(|| bytes.to_string(), |(unit, name)| format!("{}{name}", bytes / unit))
}

/// With a quota, every container must say what the quota counts.
fn said(program: &Program, quota: &Quota<'_>, report: &mut Report) {
    let resources = &program.settings.resources;
    let missing: Vec<&str> = COUNTED
        .iter()
        .filter(|(_, amount, otherwise, _)| {
            amount(quota.amounts()).is_some()
                && amount(resources).or_else(|| otherwise(resources)).is_none()
        })
        .map(|(name, ..)| *name)
        .collect();
    if !missing.is_empty() {
        report.push(d::j0614_quota::diag(&program.component, program.source, quota.span, &missing));
    }
}
