//! Reapers: whether each reaches its server, and whether each run has exactly
//! one that ends it.

use std::collections::{BTreeMap, BTreeSet};

use super::versions::{missing, place};
use crate::components::reapers::{own_url, way};
use crate::components::release::{Blocked, Filter, SLACK_KEYS, Way};
use crate::diagnostics::{self as d, Report};
use crate::model::declared::{Reaper, ReaperState, Topology};
use crate::model::resolved::{DatabaseRef, Jobmon, ReaperRef, ReaperSite, Site, World};
use crate::model::settings::Strategy;
use crate::text;

/// What makes two databases one: the server, and the schema on it.
type Identity<'w> = (&'w str, u16, &'w str);

fn identity<'w>(database: &DatabaseRef<'w>) -> Identity<'w> {
    (&database.external.host.value, database.external.port, &database.decl.schema)
}

/// A reaper that runs, with all that it works on.
pub(crate) struct Live<'w> {
    /// The reaper.
    pub(crate) reaper: &'w ReaperRef<'w>,
    /// Its namespace.
    pub(crate) site: &'w Site<'w>,
    /// What runs there.
    pub(crate) jobmon: &'w Jobmon<'w>,
    /// How it reaches the server, if it does.
    way: Result<Way, Blocked>,
}

impl<'w> Live<'w> {
    fn database(&self) -> Option<Identity<'w>> {
        self.jobmon.database.as_ref().map(identity)
    }

    fn filter(&self) -> Option<Filter> {
        self.way.ok().map(|way| way.filter())
    }

    /// The version whose runs it is shown, if not all.
    fn key(&self) -> Option<(Filter, &'w str)> {
        self.filter()
            .filter(|filter| *filter != Filter::Nothing)
            .map(|filter| (filter, self.reaper.number))
    }
}

pub(super) fn check(world: &World<'_>, report: &mut Report) {
    let mut live = Vec::new();
    if let Some(site) = &world.reapers {
        slack(site, report);
        for reaper in &site.live {
            alone(reaper, report);
            if let Some(found) = find(world, reaper) {
                reaches(&found, report);
                live.push(found);
            }
        }
        names(&site.live, report);
    }
    let before = report.iter().count();
    owners(&live, report);
    covered(world, &live, report);
    // What was said of these reapers already comes first, and a state that was
    // refused is none.
    if report.iter().count() == before && !report.has_errors() {
        left_behind(&live, report);
    }
}

fn find<'w>(world: &'w World<'_>, reaper: &'w ReaperRef<'_>) -> Option<Live<'w>> {
    let site = world.sites.get(reaper.site)?;
    Some(Live { reaper, site, jobmon: site.jobmon.as_ref()?, way: way(world, reaper)? })
}

fn slack(site: &ReaperSite<'_>, report: &mut Report) {
    let Some(slack) = site.slack else { return };
    let missing = missing(slack.keys, SLACK_KEYS);
    if !missing.is_empty() {
        report.push(d::j0819_missing_key::diag("`slack`", slack.secret, slack.keys, &missing));
    }
}

/// Whether a tag may mean another image tomorrow.
fn mutable(image: &str) -> bool {
    if image.contains('@') {
        return false;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}

/// What can be said of a reaper alone.
fn alone(reaper: &ReaperRef<'_>, report: &mut Report) {
    let decl = reaper.decl;
    match decl.settings.image.as_ref().or(reaper.version.image.as_ref()) {
        None => {
            report.push(d::j0803_no_image::diag(
                "reaper",
                reaper.number,
                decl.version.span,
                reaper.version,
            ));
        }
        Some(image) if mutable(image.value.as_str()) => {
            report.push(d::j0812_mutable_image::diag(reaper.number, image, decl.version.span));
        }
        Some(_) => {}
    }
    if let Some(replicas) = decl.settings.replicas.filter(|replicas| replicas.value.most() == 0) {
        report.push(d::j0809_no_reaper::stopped(
            reaper.number,
            &decl.namespace.value,
            replicas.span,
        ));
    }
    if let Some(replicas) = decl.settings.replicas.filter(|replicas| replicas.value.most() > 1) {
        report.push(d::j0813_many_pods::diag(reaper.number, replicas.span));
    }
    if let Some(strategy) =
        decl.settings.strategy.filter(|strategy| strategy.value == Strategy::Rolling)
    {
        report.push(d::j0813_many_pods::rolling(reaper.number, strategy.span));
    }
    // A namespace whose name is refused has been told of that.
    let is_refused = |name: &str| (text::DNS_LABEL.check)(name).is_err();
    if is_refused(&reaper.object) && !is_refused(&decl.namespace.value) {
        report.push(d::j0814_name_too_long::diag(&reaper.object, decl));
    }
}

fn reaches(live: &Live<'_>, report: &mut Report) {
    let server = live.jobmon.release;
    let own = own_url(live.reaper);
    if let Some(own) = own.as_ref().filter(|own| !own.url.contains("://")) {
        report.push(d::j0807_prefix::no_url(live, &own.url, own.span));
        return;
    }
    match live.way {
        Ok(_) => {}
        Err(Blocked::Prefix) => match own {
            None => report.push(d::j0807_prefix::diag(live, live.reaper.release, server)),
            Some(own) if own.is_of(live.site.name) => {
                report.push(d::j0807_prefix::by_url(live, &own.url, own.span, server));
            }
            // Elsewhere somebody else may add it.
            Some(_) => {}
        },
        Err(Blocked::Login) => report.push(d::j0806_locked_out::diag(live)),
        Err(Blocked::Routes) => report.push(d::j0808_routes::diag(live)),
    }
}

/// Two versions may become one name.
fn names(reapers: &[ReaperRef<'_>], report: &mut Report) {
    let mut seen: BTreeMap<&str, &ReaperRef<'_>> = BTreeMap::new();
    for reaper in reapers {
        match seen.get(reaper.object.as_str()) {
            Some(first) if first.site != reaper.site || first.number != reaper.number => {
                report.push(d::j0815_same_name::diag(&reaper.object, reaper.decl, first.decl));
            }
            Some(_) => {}
            None => {
                seen.insert(&reaper.object, reaper);
            }
        }
    }
}

/// Every run has one reaper: two with the same key are an error, and one that
/// is shown all runs makes the others superfluous.
fn owners(live: &[Live<'_>], report: &mut Report) {
    let mut databases: BTreeMap<Identity<'_>, Vec<&Live<'_>>> = BTreeMap::new();
    // The first of its namespace and version, and of its runs.
    let mut by_place: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    let mut by_runs: BTreeMap<(Identity<'_>, (Filter, &str)), usize> = BTreeMap::new();
    for (index, one) in live.iter().enumerate() {
        let twice = *by_place.entry((one.reaper.site, one.reaper.number)).or_insert(index);
        let runs = one.database().zip(one.key());
        let shared = runs.map_or(index, |runs| *by_runs.entry(runs).or_insert(index));
        let first = twice.min(shared);
        if let Some(first) = live.get(first).filter(|_| first < index) {
            report.push(d::j0810_two_owners::diag(one, first));
        } else if let (Some(database), Some(_)) = (one.database(), one.filter()) {
            databases.entry(database).or_default().push(one);
        }
    }
    for reapers in databases.into_values() {
        let unfiltered = |live: &&&Live<'_>| live.filter() == Some(Filter::Nothing);
        let runs = |live: &&&Live<'_>| live.jobmon.number == live.reaper.number;
        let active = |live: &&&Live<'_>| live.reaper.decl.state.value == ReaperState::Active;
        // The one to keep: that of a version that runs, and is to go on.
        let keep = reapers
            .iter()
            .filter(unfiltered)
            .max_by_key(|live| (runs(live), active(live), live.reaper.version.number));
        let Some(keep) = keep else { continue };
        for other in reapers.iter().filter(|other| !std::ptr::eq(**other, *keep)) {
            report.push(d::j0811_not_needed::diag(other, keep));
        }
    }
}

/// The namespaces and versions for which the topology has a reaper, be it in
/// error: that is another matter.
fn declared(topology: &Topology) -> BTreeSet<(&str, &str)> {
    let reapers = topology.reapers.iter().flat_map(|reapers| &reapers.reapers);
    reapers
        .filter(|reaper| reaper.state.value != ReaperState::Retired)
        .map(|reaper| (reaper.namespace.value.as_str(), reaper.version.value.as_str()))
        .collect()
}

/// An active reaper of a version that its namespace doesn't run: nobody can
/// start such a run there any more.
fn left_behind(live: &[Live<'_>], report: &mut Report) {
    for one in live {
        let active = one.reaper.decl.state.value == ReaperState::Active;
        if active && one.reaper.number != one.jobmon.number {
            report.push(d::j0821_left_behind::diag(one, super::versions::place(one.site)));
        }
    }
}

/// Every version that runs has a reaper.
fn covered(world: &World<'_>, live: &[Live<'_>], report: &mut Report) {
    let declared = declared(world.topology);
    for site in &world.sites {
        let Some(jobmon) = &site.jobmon else { continue };
        if declared.contains(&(site.name, jobmon.number)) {
            continue;
        }
        let database = jobmon.database.as_ref().map(identity);
        let covers = |live: &Live<'_>| {
            database.is_some()
                && live.database() == database
                && (live.filter() == Some(Filter::Nothing) || live.reaper.number == jobmon.number)
        };
        let reapers = || world.topology.reapers.iter().flat_map(|reapers| &reapers.reapers);
        let is_here = |reaper: &&Reaper| reaper.namespace.value == site.name;
        let is_this = |reaper: &&Reaper| reaper.version.value == jobmon.number;
        let is_live = |reaper: &&Reaper| reaper.state.value != ReaperState::Retired;
        // One that names a version or namespace that isn't there has been
        // reported for that.
        let is_lost = |reaper: &Reaper| {
            let Topology { versions, namespaces, .. } = world.topology;
            is_here(&reaper) && !versions.contains_key(&reaper.version.value)
                || is_this(&reaper) && !namespaces.contains_key(&reaper.namespace.value)
        };
        if reapers().filter(is_live).any(is_lost) || live.iter().any(covers) {
            continue;
        }
        let runs = |name: &str| {
            let site = world.site(name).and_then(|(_, site)| site.jobmon.as_ref());
            site.is_some_and(|other| other.number == jobmon.number)
        };
        report.push(d::j0809_no_reaper::diag(
            (site.name, site.decl.span),
            jobmon.number,
            place(site),
            reapers().filter(is_here).find(is_this),
            reapers().filter(is_live).filter(is_this).find(|reaper| !runs(&reaper.namespace.value)),
        ));
    }
}
