//! Looks names up.
//!
//! Every reference error is found here (but for what only a namespace's own
//! programs can tell, its routes). Invariant: in the [`World`] that comes out,
//! whatever leads nowhere is absent and has been reported.

mod by_hand;
mod links;
mod references;
mod unversioned;

use jtc_syntax::Span;

use crate::components::{reapers, release};
use crate::diagnostics::{self as d, Report};
use crate::model::At;
use crate::model::declared::{self, ReaperState, Topology};
use crate::model::resolved::{
    Caller, DatabaseRef, Jobmon, ReaperRef, ReaperSite, Site, SlackRef, Stack, World,
};
use crate::schema::RefKind;
use crate::text::Version;

pub(crate) use references::{CERTIFICATE_KEYS, DATABASE_KEYS};

/// Resolves a topology.
pub fn resolve<'t>(topology: &'t Topology, report: &mut Report) -> World<'t> {
    references::check(topology, report);
    let sites: Vec<Site<'t>> = topology
        .namespaces
        .iter()
        .filter_map(|(name, namespace)| site(topology, name, namespace, report))
        .collect();
    let by_name = sites.iter().enumerate().map(|(index, site)| (site.name, index)).collect();
    let mut world = World { topology, sites, by_name, reapers: None };
    let links = links::resolve(&world, report);
    for (site, links) in world.sites.iter_mut().zip(links) {
        site.links = links;
    }
    world.reapers = topology.reapers.as_ref().map(|reapers| reaper_site(&world, reapers, report));
    callers(&mut world);
    world
}

/// Looks a name up in a table, or reports it.
fn look_up<'t, T>(
    table: &'t declared::Table<T>,
    kind: RefKind,
    at: &At<String>,
    report: &mut Report,
) -> Option<(&'t str, &'t T)> {
    let found = table.get_key_value(&at.value);
    if found.is_none() {
        report.push(d::j0301_unknown_name::diag(kind, at, table.keys().map(String::as_str)));
    }
    found.map(|(name, value)| (name.as_str(), value))
}

fn database<'t>(
    topology: &'t Topology,
    at: &At<String>,
    report: &mut Report,
) -> Option<DatabaseRef<'t>> {
    let (name, decl) = look_up(&topology.databases, RefKind::Database, at, report)?;
    // What the database itself refers to has been checked where it stands.
    let (external_name, external) = topology.externals.get_key_value(&decl.external.value)?;
    Some(DatabaseRef { name, decl, external_name, external })
}

fn site<'t>(
    topology: &'t Topology,
    name: &'t str,
    namespace: &'t declared::Namespace,
    report: &mut Report,
) -> Option<Site<'t>> {
    let version = namespace
        .version
        .as_ref()
        .map(|at| (at, look_up(&topology.versions, RefKind::Version, at, report)));
    let database = namespace.database.as_ref().and_then(|at| database(topology, at, report));
    let profile = namespace
        .elk_profile
        .as_ref()
        .map(|at| (at, look_up(&topology.elks, RefKind::Elk, at, report)));
    if version.is_some() {
        for (name, part) in &namespace.workloads {
            if crate::components::find(name).is_some() {
                let at = part.span.unwrap_or(namespace.span);
                report.push(d::j0311_name_taken::diag(name, at));
            }
        }
    }
    let jobmon = match version {
        None => {
            only_with_version(namespace, report);
            None
        }
        Some((_, None)) => {
            unversioned::routes(topology, namespace, report);
            return None;
        }
        Some((_, Some((number, version)))) => {
            let stack = stack(topology, namespace, profile, report);
            // One of which nothing is known has been reported where it is defined.
            let Some(release) = release::of(version) else {
                unversioned::routes(topology, namespace, report);
                return None;
            };
            Some(Jobmon { number, version, release, database, stack })
        }
    };
    Some(Site { decl: namespace, name, jobmon, callers: Vec::new(), links: Vec::new() })
}

/// A namespace without a version has only workloads and manifests.
fn only_with_version(namespace: &declared::Namespace, report: &mut Report) {
    let mut places = of_jobmon(namespace);
    places.sort_by_key(|(_, place)| *place);
    report.extend(d::j0302_needs_version::diag(&places, namespace.span));
}

/// What only a Jobmon namespace has, each with its place.
fn of_jobmon(namespace: &declared::Namespace) -> Vec<(&'static str, Span)> {
    let parts = &namespace.parts;
    let places = [
        ("database", namespace.database.as_ref().map(|at| at.span)),
        ("elk", namespace.elk_profile.as_ref().map(|at| at.span)),
        ("elk", namespace.elk.as_ref().and_then(|elk| elk.span)),
        ("server", parts.server.as_ref().and_then(|part| part.span)),
        ("gui", parts.gui.as_ref().and_then(|part| part.span)),
        ("traefik", parts.traefik.as_ref().and_then(|part| part.span)),
        ("route", namespace.routes.values().next().map(|route| route.span)),
        ("middleware", namespace.middlewares.values().next().map(|middleware| middleware.span)),
    ];
    places.into_iter().filter_map(|(what, place)| Some((what, place?))).collect()
}

type Profile<'t> = (&'t At<String>, Option<(&'t str, &'t declared::Elk)>);

fn stack<'t>(
    topology: &'t Topology,
    namespace: &'t declared::Namespace,
    profile: Option<Profile<'t>>,
    report: &mut Report,
) -> Option<Stack<'t>> {
    let own = namespace.elk.as_ref();
    let named = match profile {
        Some((_, None)) => return None,
        Some((_, Some((_, profile)))) => Some(profile),
        None => None,
    };
    let layers = || [own, named].into_iter().flatten();
    layers().next()?;
    let Some(text) = layers().find_map(|elk| elk.version.as_ref()) else {
        let place = layers().find_map(|elk| elk.span).unwrap_or(namespace.span);
        report.push(d::j0303_elk_without_version::diag(
            place,
            namespace.span,
            topology.elks.keys(),
        ));
        return None;
    };
    let version = Version::parse(&text.value).ok()?;
    let defaults = topology.defaults.metricbeat.as_deref();
    let metricbeat = layers().filter_map(|elk| elk.parts.metricbeat.as_deref());
    let metricbeat_database = metricbeat
        .chain(defaults)
        .find_map(|part| part.own.database.as_ref())
        .and_then(|at| database(topology, at, report));
    Some(Stack { text, version, own, profile: named, metricbeat_database })
}

fn reaper_site<'t>(
    world: &World<'t>,
    decl: &'t declared::Reapers,
    report: &mut Report,
) -> ReaperSite<'t> {
    let topology = world.topology;
    let slack = decl.slack.as_ref().and_then(|slack| {
        let external = look_up(&topology.externals, RefKind::External, &slack.external, report);
        let secret = look_up(&topology.secrets, RefKind::Secret, &slack.secret, report);
        let (name, external) = external?;
        Some(SlackRef { name, external, secret: &slack.secret, keys: secret?.1 })
    });
    let mut live = Vec::new();
    for reaper in &decl.reapers {
        // A retired reaper may name what is gone: it is only remembered.
        if reaper.state.value == ReaperState::Retired {
            continue;
        }
        let links = links::of_reaper(topology, reaper, report);
        let version = look_up(&topology.versions, RefKind::Version, &reaper.version, report);
        let known = look_up(&topology.namespaces, RefKind::Namespace, &reaper.namespace, report);
        let site = known.and_then(|(name, _)| world.site(name));
        if let Some((_, site)) = site.filter(|(_, site)| site.decl.version.is_none()) {
            // One that only lacks its version has been reported for that.
            if of_jobmon(site.decl).is_empty() {
                report.push(d::j0304_no_traefik::reaper(&reaper.namespace));
            }
            continue;
        }
        let (Some((number, version)), Some((site, _))) = (version, site) else { continue };
        if let Some(release) = release::of(version) {
            let object = reapers::object_name(&reaper.namespace.value, number);
            live.push(ReaperRef { decl: reaper, number, version, release, site, object, links });
        }
    }
    ReaperSite { decl, name: &decl.name, slack, live }
}

/// Whoever reaches a namespace from elsewhere, noted there.
fn callers(world: &mut World<'_>) {
    let mut callers: Vec<Vec<Caller<'_>>> = world.sites.iter().map(|_| Vec::new()).collect();
    if let Some(reapers) = &world.reapers {
        for reaper in &reapers.live {
            if let Some(callers) = callers.get_mut(reaper.site) {
                callers.push(Caller {
                    namespace: reapers.name,
                    app: reaper.object.clone(),
                    entrypoint: "web".to_owned(),
                    span: reaper.decl.span,
                });
            }
        }
    }
    for site in &world.sites {
        for link in &site.links {
            if let Some((index, caller)) = links::caller(world, site, link)
                && let Some(callers) = callers.get_mut(index)
            {
                callers.push(caller);
            }
        }
    }
    for (site, mut callers) in world.sites.iter_mut().zip(callers) {
        callers.sort();
        callers.dedup_by(|a, b| {
            (a.namespace, &a.app, &a.entrypoint) == (b.namespace, &b.app, &b.entrypoint)
        });
        site.callers = callers;
    }
}
