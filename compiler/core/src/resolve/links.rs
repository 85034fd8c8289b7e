//! `connect`: whom a program reaches, and by which door.

use std::collections::BTreeMap;

use jtc_syntax::Span;

use super::by_hand;
use crate::components::build::alias;
use crate::components::program::{Cx, Program};
use crate::components::reapers::says_whom_to_ask;
use crate::components::routes::Route;
use crate::components::{programs, routes, traefik};
use crate::diagnostics::{self as d, Report};
use crate::model::At;
use crate::model::declared::{self, ReaperState, Topology};
use crate::model::resolved::{Caller, Link, LinkEnd, Site, World};
use crate::model::settings::{Connect, Protocol, Settings};
use crate::schema::RefKind;
use crate::traefik::rule::{Covers, Requests};

/// The links of each site, in the order of the sites.
pub(super) fn resolve<'t>(world: &World<'t>, report: &mut Report) -> Vec<Vec<Link<'t>>> {
    world.sites.iter().map(|site| site_links(world, site, report)).collect()
}

fn site_links<'t>(world: &World<'t>, site: &Site<'t>, report: &mut Report) -> Vec<Link<'t>> {
    let decls = connects(world, site);
    if decls.is_empty() {
        return Vec::new();
    }
    let programs = programs(&Cx { world, site });
    let mut links = Vec::new();
    let mut variables: BTreeMap<(&str, &str), Span> = BTreeMap::new();
    for (from, target, connect) in decls {
        let wanted = [&connect.value.host_env, &connect.value.port_env, &connect.value.url_env];
        for name in wanted.into_iter().flatten() {
            if let Some(first) = variables.insert((from, &name.value), name.span) {
                report.push(d::j0312_variable_twice::diag(&name.value, name.span, first));
            }
        }
        let to = end(world, site, &programs, target, connect, report);
        // The proof finds it where the address of a program is said otherwise;
        // of what is outside it knows nothing.
        let own = programs.iter().find(|program| *program.component == *from);
        let own = own.filter(|_| matches!(to, Some(LinkEnd::External { .. })));
        for name in wanted.into_iter().flatten() {
            if let Some(said) = own.and_then(|program| program.settings.env.get(&name.value)) {
                report.push(d::j0312_variable_twice::own(name, said.span));
            }
        }
        links.extend(to.map(|to| link(from, to, connect, report)));
    }
    links
}

/// What a `connect` says, with the end that it leads to.
fn link<'t>(
    from: &'t str,
    to: LinkEnd<'t>,
    connect: &'t At<Connect>,
    report: &mut Report,
) -> Link<'t> {
    let Connect { target, port: _, host_env, port_env, url_env, wait } = &connect.value;
    if let Some(name) = url_env
        && protocol(&to) == Protocol::Udp
    {
        report.push(d::j0506_url_over_udp::diag(name, target));
    }
    let text = |at: &'t Option<At<String>>| at.as_ref().map(|at| at.value.as_str());
    Link {
        from,
        to,
        host_env: text(host_env),
        port_env: text(port_env),
        url_env: text(url_env),
        wait: *wait,
        span: connect.span,
    }
}

/// The `connect`s of a reaper. It asks its server and Slack, which it knows by itself,
/// and beside them only what is outside: nothing else of the cluster is Jobmon's.
pub(super) fn of_reaper<'t>(
    topology: &'t Topology,
    reaper: &'t declared::Reaper,
    report: &mut Report,
) -> Vec<Link<'t>> {
    let mut links = Vec::new();
    let mut variables: BTreeMap<&str, Span> = BTreeMap::new();
    for connect in reaper.settings.connects.values() {
        let Connect { target, port, host_env, port_env, url_env, .. } = &connect.value;
        let Some((name, external)) = topology.externals.get_key_value(target) else {
            let at = At::new(target.clone(), connect.span);
            let known = topology.externals.keys().map(String::as_str);
            report.push(d::j0301_unknown_name::by_reaper(&at, known));
            continue;
        };
        if let Some(port) = port {
            report.push(d::j0208_bad_value::port_of_external(port, name, external.span));
        }
        for variable in [host_env, port_env, url_env].into_iter().flatten() {
            if let Some(first) = variables.insert(&variable.value, variable.span) {
                report.push(d::j0312_variable_twice::diag(&variable.value, variable.span, first));
            }
            if let Some(said) = reaper.settings.env.get(&variable.value) {
                report.push(d::j0312_variable_twice::own(variable, said.span));
            }
        }
        let to = LinkEnd::External { name, external };
        links.push(link(&reaper.version.value, to, connect, report));
    }
    links
}

/// What a link speaks.
fn protocol(to: &LinkEnd<'_>) -> Protocol {
    match to {
        LinkEnd::Local { protocol, .. } | LinkEnd::Remote { protocol, .. } => *protocol,
        LinkEnd::External { external, .. } => external.protocol,
    }
}

type Said<'t> = (&'t str, &'t str, &'t At<Connect>);

/// Every `connect` that holds in a site: program, target, and what is said.
fn connects<'t>(world: &World<'t>, site: &Site<'t>) -> Vec<Said<'t>> {
    let mut found: Vec<Said<'t>> = Vec::new();
    let mut add = |from: &'t str, settings: &'t Settings| {
        // Layers come nearest first, and the nearest to name a target holds.
        let nearer = found.len();
        for connect in settings.connects.values() {
            let target = connect.value.target.as_str();
            let mut known = found.iter().take(nearer);
            if !known.any(|(program, known, _)| *program == from && *known == target) {
                found.push((from, target, connect));
            }
        }
    };
    if let Some(jobmon) = &site.jobmon {
        let defaults = &world.topology.defaults;
        for parts in [&site.decl.parts, defaults] {
            if let Some(part) = &parts.server {
                add("server", &part.settings);
            }
            if let Some(part) = parts.gui.as_ref().filter(|_| site.decl.parts.gui.is_some()) {
                add("gui", &part.settings);
            }
            if let Some(part) = &parts.traefik {
                add("traefik", &part.settings);
            }
        }
        if let Some(stack) = &jobmon.stack {
            for parts in [stack.own, stack.profile].into_iter().flatten().map(|elk| &elk.parts) {
                let elastic = [
                    ("elasticsearch", parts.elasticsearch.as_ref().map(|part| &part.settings)),
                    ("logstash", parts.logstash.as_ref().map(|part| &part.settings)),
                    ("kibana", parts.kibana.as_ref().map(|part| &part.settings)),
                    ("apm", parts.apm.as_ref().map(|part| &part.settings)),
                    ("metricbeat", parts.metricbeat.as_ref().map(|part| &part.settings)),
                ];
                for (name, settings) in elastic {
                    if let Some(settings) = settings {
                        add(name, settings);
                    }
                }
            }
        }
    }
    for (name, part) in &site.decl.workloads {
        add(name, &part.settings);
    }
    found
}

fn end<'t>(
    world: &World<'t>,
    site: &Site<'t>,
    programs: &[Program],
    target: &'t str,
    connect: &'t At<Connect>,
    report: &mut Report,
) -> Option<LinkEnd<'t>> {
    let at = At::new(target.to_owned(), connect.span);
    if let Some((namespace, program)) = target.split_once('/') {
        if namespace == site.name {
            // One that isn't there would only lead to the next error.
            if programs.iter().any(|own| &*own.component == program) {
                report.push(d::j0309_own_namespace::diag(&at, program));
                return None;
            }
            return end(world, site, programs, program, connect, report);
        }
        return remote(world, namespace, program, &at, connect, report);
    }
    if let Some(program) = programs.iter().find(|program| &*program.component == target) {
        if let Some(external) = world.topology.externals.get(target) {
            let workload = site.decl.workloads.get(target).and_then(|part| part.span);
            report.push(d::j0313_two_of_one_name::diag(target, workload, external.span, at.span));
            return None;
        }
        let wanted = connect.value.port.as_ref();
        let ports = &program.settings.ports;
        let port = if let Some(name) = wanted {
            ports.get(&name.value)
        } else {
            let tcp = ports.values().find(|port| port.value.protocol == Protocol::Tcp);
            tcp.or_else(|| ports.values().next())
        };
        if program.settings.ports.is_empty() {
            report.push(d::j0301_unknown_name::no_port(&at));
            return None;
        }
        let Some(port) = port else {
            let wanted = wanted.cloned().unwrap_or_else(|| at.clone());
            let known = program.settings.ports.keys().map(String::as_str);
            report.push(d::j0301_unknown_name::diag(RefKind::Port, &wanted, known));
            return None;
        };
        return Some(LinkEnd::Local {
            program: target,
            object: program.object.clone(),
            service_port: port.value.service,
            container_port: port.value.container,
            protocol: port.value.protocol,
        });
    }
    if let Some((name, external)) = world.topology.externals.get_key_value(target) {
        if let Some(port) = &connect.value.port {
            report.push(d::j0208_bad_value::port_of_external(port, name, external.span));
        }
        return Some(LinkEnd::External { name, external });
    }
    let known = programs.iter().map(|program| &*program.component);
    let known = known.chain(world.topology.externals.keys().map(String::as_str));
    let mut diag = d::j0301_unknown_name::diag(RefKind::Target, &at, known);
    if let Some(namespace) = elsewhere(world, target) {
        diag = diag.help(format!("write `{namespace}/{target}`, the one in that namespace"));
    } else if world.topology.namespaces.contains_key(target) {
        diag = diag.help(of_namespace(world, target));
    } else if let Some(meant) = joined(world, target) {
        diag =
            diag.help(format!("write `{meant}`: the namespace stands first, with `/` behind it"));
    }
    report.push(diag);
    None
}

/// A program of another namespace that is written with a dot or a colon, as a URL
/// has it or the other way round.
fn joined(world: &World<'_>, target: &str) -> Option<String> {
    let mut parts = target.split(['.', ':']);
    let (one, other) = (parts.next()?, parts.next()?);
    let is_there = |name: &str| world.topology.namespaces.contains_key(name);
    match (is_there(one), is_there(other)) {
        (true, _) => Some(format!("{one}/{other}")),
        (_, true) => Some(format!("{other}/{one}")),
        _ => None,
    }
}

/// What to write where a namespace is named, and none of its components.
fn of_namespace(world: &World<'_>, namespace: &str) -> String {
    let there = world.site(namespace).map(|(_, site)| programs(&Cx { world, site }));
    let there = there.unwrap_or_default();
    let names = there.iter().map(|program| &*program.component).filter(|name| *name != "traefik");
    match names.clone().find(|name| *name == "server").or_else(|| names.clone().next()) {
        Some(name) => format!(
            "this is a namespace: name one of its components, as in `connect \"{namespace}/{name}\"`"
        ),
        None => {
            "this is a namespace: name a component, as in `connect \"NAMESPACE/server\"`".to_owned()
        }
    }
}

/// The first namespace that has a component of this name.
fn elsewhere<'t>(world: &World<'t>, target: &str) -> Option<&'t str> {
    // A name that leads nowhere is rare, and the search is long.
    const MOST: usize = 64;
    let sites = world.sites.iter().filter(|site| site.jobmon.is_some()).take(MOST);
    let has = |site: &&Site<'t>| {
        let programs = programs(&Cx { world, site });
        programs.iter().any(|program| &*program.component == target)
    };
    sites.filter(|_| crate::components::find(target).is_some()).find(has).map(|site| site.name)
}

fn remote<'t>(
    world: &World<'t>,
    namespace: &'t str,
    program: &'t str,
    at: &At<String>,
    connect: &At<Connect>,
    report: &mut Report,
) -> Option<LinkEnd<'t>> {
    let Some((_, site)) = world.site(namespace) else {
        if !world.topology.namespaces.contains_key(namespace) {
            let at = at.part(0, namespace);
            let known = world.topology.namespaces.keys().map(String::as_str);
            let reapers = world.topology.reapers.as_ref();
            report.push(if reapers.is_some_and(|reapers| reapers.name == namespace) {
                d::j0301_unknown_name::of_reapers(&at)
            } else {
                d::j0301_unknown_name::diag(RefKind::Namespace, &at, known)
            });
        }
        return None;
    };
    if site.jobmon.is_none() {
        report.push(d::j0304_no_traefik::connect(at, namespace));
        return None;
    }
    let cx = Cx { world, site };
    let there = programs(&cx);
    let reachable = || {
        let with_ports = there.iter().filter(|program| !program.settings.ports.is_empty());
        with_ports.map(|program| &*program.component).filter(|name| *name != "traefik")
    };
    if program == "traefik" {
        report.push(d::j0308_no_route::traefik(at, namespace, reachable().next()));
        return None;
    }
    let Some(target) = there.iter().find(|candidate| &*candidate.component == program) else {
        // What a stack would have that leads nowhere isn't known.
        let stack = site.jobmon.as_ref().is_some_and(|jobmon| jobmon.stack.is_some());
        let lost = site.decl.elk.is_some() || site.decl.elk_profile.is_some();
        if lost && !stack && crate::components::find(program).is_some() {
            return None;
        }
        let at = at.part(namespace.len() + 1, program);
        let diag = d::j0301_unknown_name::diag(RefKind::Backend, &at, reachable());
        report.push(diag.with(site.decl.span, "not in this namespace"));
        return None;
    };
    if target.settings.ports.is_empty() {
        let at = at.part(namespace.len() + 1, program);
        report.push(d::j0301_unknown_name::portless(&at, reachable()));
        return None;
    }
    let entrypoints = traefik::entrypoints(&cx);
    let routes = routes::routes(&cx, &there, &mut Report::default());
    let wanted = connect.value.port.as_ref();
    let ports = Some(&target.settings.ports);
    // A port of the target, or an entrypoint by which it is reached.
    let port = wanted.and_then(|name| Some(ports?.get(&name.value)?.value));
    let by_name = |route: &Route| match (wanted, port) {
        (None, _) => true,
        (Some(_), Some(port)) => route.backend.port == port,
        (Some(name), None) => route.entrypoint == name.value,
    };
    let candidates =
        || routes.iter().filter(|route| route.backend.component == program && by_name(route));
    // The caller names the alias, and no other host.
    let host = alias::name(site.name);
    let Some(first) = candidates().next() else {
        if routes::is_refused(&cx, &routes, program) {
            return None;
        }
        let by_hand = by_hand::Wanted {
            service: &target.object,
            port: wanted.zip(port).map(|(name, port)| (name.value.as_str(), port.service)),
            entrypoint: wanted.filter(|_| port.is_none()).map(|name| name.value.as_str()),
        };
        if let Some(way) = by_hand::find(site.decl, &entrypoints, &by_hand) {
            let end = (namespace, program);
            return Some(entered(end, &target.object, way.entrypoint, way.tls));
        }
        match wanted
            .filter(|name| port.is_none() && !entrypoints.iter().any(|one| one.name == name.value))
        {
            Some(name) => {
                let known = ports.into_iter().flat_map(|ports| ports.keys().map(String::as_str));
                report.push(d::j0301_unknown_name::diag(RefKind::Port, name, known));
            }
            None if wanted.is_none() && is_reaped(world, site, program) => {}
            None => {
                let mut own = target.settings.ports.iter().filter(|(name, _)| {
                    wanted.filter(|_| port.is_some()).is_none_or(|wanted| wanted.value == **name)
                });
                let first = own.next().map(|(name, port)| (name.as_str(), port.value));
                let udp = first.filter(|(_, port)| port.protocol == Protocol::Udp);
                let udp = udp.filter(|_| own.all(|(_, port)| port.value.protocol == Protocol::Udp));
                let way = d::j0308_no_route::Way {
                    namespace,
                    program,
                    port: port.and(wanted).map(|at| at.value.as_str()),
                    udp: udp.map(|(name, port)| (name, port.service)),
                    taken: &|name| routes.iter().any(|route| route.name == name),
                    host: &host,
                };
                report.push(d::j0308_no_route::diag(at, &way, site.decl.span));
            }
        }
        return None;
    };
    let requests = Requests { host: &host, path: None };
    let route =
        candidates().filter(|route| route.covers(&requests) != Covers::None).min_by_key(|route| {
            (route.protocol == Protocol::Udp, route.guard(&cx).is_some(), route.tls.is_some())
        });
    let Some(route) = route else {
        let place = site
            .decl
            .routes
            .get(&first.name)
            .and_then(|decl| decl.host.as_ref().or(decl.rule.as_ref()).map(|at| at.span));
        if wanted.is_none() && is_reaped(world, site, program) {
            return None;
        }
        let place = place.unwrap_or(first.span);
        // Who may want this host at the same entrypoint.
        let mut rivals = routes.iter().filter(|other| {
            let is_own = site.decl.routes.contains_key(&other.name);
            is_own && other.entrypoint == first.entrypoint && other.backend.component != program
        });
        let rival = rivals.next().map(|other| other.backend.component.as_str());
        let end = (first, place, rival);
        report.push(d::j0505_other_host::diag(at, namespace, program, &host, end));
        return None;
    };
    let entrypoint = entrypoints.iter().find(|candidate| candidate.name == route.entrypoint)?;
    let beside = candidates().filter(|other| {
        (&other.entrypoint, other.tls.is_some()) == (&route.entrypoint, route.tls.is_some())
    });
    let rules = beside.flat_map(|route| route.rules.iter().map(|(rule, _)| rule.clone())).collect();
    let end = (site.name, program);
    let mut end = entered(end, &route.backend.object, entrypoint, route.tls.is_some());
    if let LinkEnd::Remote { path: own, rules: taken, port: asked, .. } = &mut end {
        *own = path(site, route);
        *taken = rules;
        *asked = port.map(|port| port.service);
    }
    Some(end)
}

/// A program of another namespace, by an entrypoint there.
fn entered<'t>(
    (namespace, program): (&'t str, &'t str),
    object: &str,
    entrypoint: &traefik::Entrypoint,
    tls: bool,
) -> LinkEnd<'t> {
    LinkEnd::Remote {
        namespace,
        program,
        object: object.to_owned(),
        entrypoint: entrypoint.name.clone(),
        service_port: entrypoint.port.service,
        container_port: entrypoint.port.container,
        protocol: entrypoint.port.protocol,
        tls,
        path: String::new(),
        rules: Vec::new(),
        port: None,
    }
}
/// What the paths of requests begin with that a route takes, as the topology says it.
/// The server's callers put its own prefix behind the URL.
fn path(site: &Site<'_>, route: &Route) -> String {
    let decl = site.decl.routes.get(&route.name).filter(|_| route.backend.component != "server");
    let path = decl.and_then(|decl| decl.path.as_ref()).map(|at| at.value.as_str());
    path.unwrap_or_default().trim_end_matches('/').to_owned()
}

/// Whether a reaper asks the same as who reaches the server of a namespace.
/// What keeps both out is told of the reaper (J0820), and mended for both.
fn is_reaped(world: &World<'_>, site: &Site<'_>, program: &str) -> bool {
    let all = world.topology.reapers.iter().flat_map(|reapers| &reapers.reapers);
    let mut asking = all.filter(|reaper| reaper.namespace.value == site.name);
    program == "server"
        && asking.any(|reaper| {
            reaper.state.value != ReaperState::Retired && !says_whom_to_ask(&reaper.settings)
        })
}

/// Who a link makes enter another namespace, and which.
pub(super) fn caller<'t>(
    world: &World<'t>,
    site: &Site<'t>,
    link: &Link<'t>,
) -> Option<(usize, Caller<'t>)> {
    let LinkEnd::Remote { namespace, entrypoint, .. } = &link.to else { return None };
    let (index, _) = world.site(namespace)?;
    // Elsewhere a workload may be called as a component of Jobmon is.
    let own = crate::components::find(link.from).filter(|_| site.jobmon.is_some());
    let app = own.map_or(link.from, |component| component.object);
    let caller = Caller {
        namespace: site.name,
        app: app.to_owned(),
        entrypoint: entrypoint.clone(),
        span: link.span,
    };
    Some((index, caller))
}
