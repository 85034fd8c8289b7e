//! `reapers`: the namespace of the reapers, which end workflow runs that
//! nobody ends.
//!
//! A reaper belongs to one version of Jobmon and one namespace. It has no
//! port and no state: it asks the server, through the Traefik there, by an
//! alias Service of its own namespace.

mod own;

use std::collections::BTreeSet;

pub use own::{
    asks_its_alias, goes_by_option, goes_elsewhere, is_own_url, own_url, says_whom_to_ask,
};

use super::build::alias;
use super::program::{Arrives, Asks, Cx, Home, Peer, Program, Talk, builtin};
use super::release::{self, Blocked, Way};
use super::{server, traefik};
use crate::model::declared::{Middleware, Reaper, ReaperState, Topology};
use crate::model::object::{Kind, Need, Object, ObjectId};
use crate::model::resolved::{ReaperRef, ReaperSite, Site, World};
use crate::model::settings::{Protocol, Replicas, Resources, Settings, Strategy};
use crate::schema::nodes::{ANNOTATIONS, LABELS, POD_SECURITY, PROGRAM, QUOTA};
use crate::schema::{NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, prop};
use crate::text::{self, Cpu, Memory};

/// `reapers "NAME" { … }`.
pub static REAPERS: NodeSpec = NodeSpec {
    name: "reapers",
    doc: "The namespace of the reapers, which end workflow runs whose client is gone.\n\
          Each version that runs or has left runs behind needs one. For every namespace that a reaper reaches \
          there is an alias Service `traefik-NAMESPACE`.",
    args: &[arg("name", Type::Text(&text::DNS_LABEL), "the name of the Namespace")],
    children: &[&[&SLACK, &REAPER, &LABELS, &ANNOTATIONS, &QUOTA, &POD_SECURITY]],
    example: "reapers \"jobmon-reapers\" { reaper \"3.6.0\" namespace=\"jobmon-next\"; }",
    ..NODE
};

static SLACK: NodeSpec = NodeSpec {
    name: "slack",
    doc: "Where the reapers tell of what they did.",
    props: &SLACK_PROPS,
    example: "slack external=\"slack\" secret=\"slack-hooks\"",
    ..NODE
};

static SLACK_PROPS: [PropSpec; 2] = [
    prop("external", Type::Ref(RefKind::External), "where Slack is").required(),
    prop(
        "secret",
        Type::Ref(RefKind::Secret),
        "the Secret with SLACK_API_URL, SLACK_CHANNEL_DEFAULT and SLACK_TOKEN",
    )
    .required(),
];

static REAPER: NodeSpec = NodeSpec {
    name: "reaper",
    doc: "A reaper of a version, for the server of a namespace.\n\
          `active`: its version may still start runs. `draining`: no new clients, and everything it needs stays. \
          `retired`: nothing is emitted, and it is on the list of what must be removed.\n\
          It asks its server and Slack by itself; a `connect` leads it to what is outside, as a proxy.",
    args: &[arg("version", Type::Ref(RefKind::Version), "its version")],
    props: &REAPER_PROPS,
    children: &[PROGRAM],
    occurs: Occurs::Many,
    example: "reaper \"3.3.0\" namespace=\"jobmon-prod\" state=\"draining\"",
    ..NODE
};

static REAPER_PROPS: [PropSpec; 3] = [
    prop("namespace", Type::Ref(RefKind::Namespace), "the namespace whose server it asks")
        .required(),
    prop("state", Type::OneOf(&["active", "draining", "retired"]), "where it is in its life")
        .default("active"),
    prop("poll", Type::Int(1, 1440), "minutes between two rounds")
        .default("what its release does: 10 before 3.2.0, then 5"),
];

/// What the paths of its requests begin with, behind its prefix (`workflow_reaper.py` of
/// Jobmon).
pub const PATHS: [&str; 3] = ["/lost_workflow_run", "/workflow_run/", "/workflow/"];

/// The container of a reaper.
const CONTAINER: &str = "jobmon-workflow-reaper";

/// The entrypoint of Traefik that reapers enter by.
pub const ENTRYPOINT: &str = "web";

/// The name of a reaper's Deployment and of its pods' `app` label.
///
/// The namespace is part of it, since two of them may run one version; `.` and
/// `+` of a version are no part of a name.
pub fn object_name(namespace: &str, version: &str) -> String {
    let slug: String = version
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    format!("jobmon-reaper-{namespace}-{}", slug.trim_end_matches('-'))
}

/// What retired reapers have left on the cluster, for somebody to remove: the
/// objects of each, and the alias Service of a namespace that no reaper
/// reaches any more. In the order of the source.
pub fn removed(topology: &Topology) -> Vec<ObjectId> {
    let Some(reapers) = &topology.reapers else { return Vec::new() };
    let retired = |reaper: &&Reaper| reaper.state.value == ReaperState::Retired;
    let mut removed = Vec::new();
    for reaper in reapers.reapers.iter().filter(retired) {
        let namespace = &reaper.namespace.value;
        let name = object_name(namespace, &reaper.version.value);
        for kind in [Kind::Deployment, Kind::NetworkPolicy, Kind::ServiceAccount] {
            removed.push(ObjectId::new(kind, &reapers.name, &name));
        }
        let still = |other: &Reaper| {
            other.state.value != ReaperState::Retired && other.namespace.value == *namespace
        };
        let alias = ObjectId::new(Kind::Service, &reapers.name, &alias::name(namespace));
        if !reapers.reapers.iter().any(still) && !removed.contains(&alias) {
            removed.push(alias);
        }
    }
    removed
}

/// The prefix that Traefik puts before the path of a request for the alias of
/// this namespace: a route for that host with a middleware `add-prefix`.
pub fn added_prefix<'t>(site: &Site<'t>) -> Option<&'t str> {
    let host = alias::name(site.name);
    let rule = format!("Host(`{host}`)");
    let decl = site.decl;
    decl.routes
        .values()
        .filter(|route| {
            route.host.as_ref().is_some_and(|at| at.value == host)
                || route.rule.as_ref().is_some_and(|at| at.value.contains(&rule))
        })
        .flat_map(|route| &route.middlewares)
        .find_map(|name| match decl.middlewares.get(&name.value).map(|at| &at.value) {
            Some(Middleware::AddPrefix(prefix)) => Some(prefix.as_str()),
            _ => None,
        })
}

/// How a reaper reaches the server of its namespace; none where that is no
/// Jobmon namespace.
pub fn way(world: &World<'_>, reaper: &ReaperRef<'_>) -> Option<Result<Way, Blocked>> {
    let site = world.sites.get(reaper.site)?;
    let jobmon = site.jobmon.as_ref()?;
    let login =
        server::login(&Cx { world, site }) || jobmon.release.login == release::Login::Mandatory;
    let added = added_prefix(site);
    let usual = release::way(reaper.release, jobmon.release, login, added);
    Some(match own_url(reaper).filter(|own| own.is_of(site.name)) {
        Some(own) if usual != Err(Blocked::Routes) => {
            let path = own.path(usual.ok());
            let whole = format!("{}{path}", added.unwrap_or_default().trim_end_matches('/'));
            let prefix = usual.map_or("", |way| way.path);
            release::way_of(jobmon.release, login, (&whole, prefix))
        }
        _ => usual,
    })
}

/// The port of the Service, and that of the pods, by which reapers enter.
pub fn ports(world: &World<'_>, site: &Site<'_>) -> (u16, u16) {
    traefik::entrypoints(&Cx { world, site })
        .into_iter()
        .find(|entrypoint| entrypoint.name == ENTRYPOINT)
        .map_or((80, traefik::container_port(80)), |entrypoint| {
            (entrypoint.port.service, entrypoint.port.container)
        })
}

fn settings(reaper: &ReaperRef<'_>, slack: bool) -> Settings {
    let mut command: Vec<String> =
        reaper.release.reaper.command.iter().map(|word| (*word).to_owned()).collect();
    command.extend(release::reaper_args(reaper.release, slack));
    Settings {
        image: reaper.version.image.clone(),
        command: Some(builtin(command)),
        // Two would end the same runs, and overwrite each other's work.
        replicas: Some(builtin(Replicas::Fixed(1))),
        strategy: Some(builtin(Strategy::Recreate)),
        grace: Some(builtin(60)),
        resources: Resources {
            request_cpu: Cpu::parse("100m").ok().map(builtin),
            request_memory: Memory::parse("200Mi").ok().map(builtin),
            limit_cpu: Cpu::parse("300m").ok().map(builtin),
            limit_memory: Memory::parse("400Mi").ok().map(builtin),
        },
        ..Settings::default()
    }
}

fn program(world: &World<'_>, home: &ReaperSite<'_>, reaper: &ReaperRef<'_>) -> Option<Program> {
    let site = world.sites.get(reaper.site)?;
    let (service_port, container_port) = ports(world, site);
    let host = alias::name(site.name);
    // A reaper that doesn't reach its server has been reported.
    let way = way(world, reaper).and_then(Result::ok);
    let (path, arrives) = way.map_or(("", ""), |way| (way.path, way.arrives.path));
    let json = site.jobmon.as_ref().is_some_and(|jobmon| jobmon.release.server.json_header);
    let own = own_url(reaper).filter(|own| own.is_of(site.name)).map(|own| own.path(way));
    let decl = reaper.decl;
    let mut builtin_settings = settings(reaper, home.slack.is_some());
    builtin_settings.env = release::reaper(
        reaper.release,
        (&host, service_port),
        path,
        decl.poll.as_ref(),
        home.slack.map(|slack| slack.secret),
    );
    let mut settings = decl.settings.clone();
    settings.inherit(&builtin_settings);
    let mut program = Program::new(&reaper.object, &reaper.object, decl.span, settings);
    CONTAINER.clone_into(&mut program.container);
    program.version = Some(reaper.number.to_owned());
    program.scratch = server::scratch(reaper.release);
    let to = Peer::Traefik {
        namespace: site.name.to_owned(),
        service: service_port,
        port: container_port,
        protocol: Protocol::Tcp,
        asks: Asks {
            app: server::OBJECT.to_owned(),
            port: None,
            path: Some(own.unwrap_or_else(|| path.to_owned())),
            version: Some(reaper.number.to_owned()),
            arrives: Some(Arrives { path: arrives.to_owned(), json }),
            tls: false,
            rules: Vec::new(),
        },
    };
    program.talks.push(Talk::new(to, "asks the server for lost runs", decl.namespace.span));
    if let Some(slack) = home.slack {
        let to = Peer::External {
            name: slack.name.to_owned(),
            cidrs: slack.external.cidrs.clone(),
            port: slack.external.port,
            protocol: slack.external.protocol,
        };
        program.talks.push(Talk::new(to, "tells of what it did", slack.secret.span));
    }
    program.ask_kubernetes();
    for link in &reaper.links {
        program.link(home.name, link);
    }
    // It ends at once when nobody answers.
    let span = decl.namespace.span;
    program.needs = vec![
        Need::exists(ObjectId::new(Kind::Service, home.name, &host), span),
        Need::ready(site.name, "traefik", span),
        Need::ready(site.name, "server", span),
    ];
    Some(program)
}

/// The programs of the reapers' namespace. One whose name is too long, and a
/// second one of the same name, are left out; the checks report them.
pub fn programs(world: &World<'_>, site: &ReaperSite<'_>) -> Vec<Program> {
    let mut names = BTreeSet::new();
    site.live
        .iter()
        .filter(|reaper| (text::DNS_LABEL.check)(&reaper.object).is_ok())
        .filter(|reaper| names.insert(reaper.object.as_str()))
        .filter_map(|reaper| program(world, site, reaper))
        .collect()
}

/// One alias Service for each namespace that a reaper reaches.
pub fn aliases(world: &World<'_>, site: &ReaperSite<'_>) -> Vec<Object> {
    let home = Home::new(&world.topology.cluster, site.name, &site.decl.about);
    let mut reached: Vec<usize> = Vec::new();
    let mut objects = Vec::new();
    for reaper in &site.live {
        if reached.contains(&reaper.site) {
            continue;
        }
        reached.push(reaper.site);
        let Some(target) = world.sites.get(reaper.site) else { continue };
        let (port, _) = ports(world, target);
        let ports = [(ENTRYPOINT.to_owned(), port, Protocol::Tcp.as_str())];
        objects.push(alias::service(&home, target.name, &ports, reaper.decl.namespace.span));
    }
    objects
}
