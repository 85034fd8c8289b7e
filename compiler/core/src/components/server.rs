//! `server`: Jobmon's server.

mod own;

use super::list::Component;
use super::listens::{File, Listens, Says, Server};
use super::program::{Cx, Peer, Program, Talk, builtin, merge};
use super::release::{self, Login, Release, Tells};
use crate::model::declared::{Auth, Part, ServerOwn};
use crate::model::object::Need;
use crate::model::resolved::DatabaseRef;
use crate::model::settings::{
    Check, EnvValue, KeyRef, Port, Probe, ProbeKind, Protocol, Replicas, Resources, Security,
    Settings, Spread, SpreadBy, Strategy,
};
use crate::model::{At, declared};
use crate::schema::nodes::PROGRAM;
use crate::schema::{Defines, NODE, NodeSpec, RefKind};
use crate::text::{Cpu, Memory};

/// `server { … }`.
pub static SPEC: NodeSpec = NodeSpec {
    name: "server",
    defines: Some(Defines::Itself(RefKind::Backend)),
    doc: "Jobmon's server. Every namespace with a `version` has one.\n\
          Its command, variables and probes follow from the version. Without `auth` login is off, since reapers \
          and clients carry no credentials.",
    children: &[PROGRAM, own::CHILDREN],
    example: "server { replicas min=5 max=20 cpu=80; workers 4; }",
    ..NODE
};

/// The component.
pub static COMPONENT: Component =
    Component { spec: &SPEC, object: OBJECT, program, extras: |_, _| Vec::new() };

/// The name of its objects.
pub const OBJECT: &str = "jobmon-server";

/// The `ConfigMap` with what is no secret.
const CONFIG: &str = "jobmon-config";

/// Where it listens: its command says so, and options behind that hold (gunicorn,
/// "Settings"; Uvicorn, "Settings").
const LISTENS: [Listens; 1] = [Listens {
    port: "http",
    usual: None,
    by: &[
        ("--bind", Says::Address),
        ("-b", Says::Address),
        ("--port", Says::Port),
        ("--host", Says::Host),
    ],
    file: Some(File::Servers(&[
        Server {
            name: "uvicorn",
            host: "127.0.0.1",
            port: 8000,
            option: "--host",
            unread: &["UVICORN_HOST", "UVICORN_PORT", "--uds", "--fd", "--env-file"],
        },
        Server {
            name: "gunicorn",
            host: "127.0.0.1",
            port: 8000,
            option: "--bind",
            unread: &["GUNICORN_CMD_ARGS", "PORT", "-c", "--config"],
        },
        Server { name: "fastapi", host: "0.0.0.0", port: 8000, option: "--host", unread: &[] },
    ])),
}];

/// Where the images listen that start themselves.
const LISTENS_ITSELF: [Listens; 1] =
    [Listens { port: "http", usual: Some(80), by: &[], file: None }];

/// Worker processes in each pod where nothing else is said.
const WORKERS: u32 = 4;

/// The layers of the server, the nearest first.
pub fn layers<'w>(cx: &Cx<'w>) -> Vec<&'w Part<ServerOwn>> {
    cx.layers(|parts| parts.server.as_deref())
}

/// What the nearest layer says about login, if any says something.
pub fn auth<'w>(cx: &Cx<'w>) -> Option<&'w At<Auth>> {
    layers(cx).into_iter().find_map(|layer| layer.own.auth.as_ref())
}

/// The key that signs sessions.
pub fn session<'w>(cx: &Cx<'w>) -> Option<&'w KeyRef> {
    layers(cx).into_iter().find_map(|layer| layer.own.session.as_ref())
}

/// The variable that switches login, where a topology sets it by itself.
pub const LOGIN: &str = "JOBMON__AUTH__ENABLED";

/// Whether clients must log in: as `auth` says, or the variable where the version
/// has one.
pub fn login(cx: &Cx<'_>) -> bool {
    let by_auth = || matches!(auth(cx), Some(At { value: Auth::Oidc { .. }, .. }));
    if cx.jobmon().is_none_or(|jobmon| jobmon.release.login != Login::Switch) {
        return by_auth();
    }
    let said = layers(cx).into_iter().find_map(|layer| layer.settings.env.get(LOGIN));
    match said.map(|said| &said.value) {
        Some(EnvValue::Text(text)) => !matches!(
            text.trim().to_ascii_lowercase().as_str(),
            "" | "0" | "false" | "no" | "off" | "n" | "f"
        ),
        _ => by_auth(),
    }
}

/// Whether a Job prepares the database, and the place that says so.
pub fn migrate(cx: &Cx<'_>) -> Option<At<bool>> {
    layers(cx).into_iter().find_map(|layer| layer.own.migrate).filter(|migrate| migrate.value)
}

/// The keys of the Secret with the client's id and its secret: those whose
/// names end in `CLIENT_ID` and `CLIENT_SECRET`, in any case.
pub fn oidc_keys(secret: &declared::Secret) -> [(&'static str, Option<&str>); 2] {
    ["CLIENT_ID", "CLIENT_SECRET"].map(|wanted| {
        let key = secret
            .keys
            .keys()
            .find(|key| key.to_ascii_uppercase().replace(['-', '.'], "_").ends_with(wanted));
        (wanted, key.map(String::as_str))
    })
}

/// Probes of the topology's own get the header without which some releases answer 500.
fn with_header(release: &Release, settings: &mut Settings) {
    if !release.server.json_header {
        return;
    }
    for probe in settings.probes.values_mut() {
        if let Check::Http { headers, .. } = &mut probe.value.check {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
    }
}

fn probes(release: &Release, settings: &mut Settings) {
    let health =
        Check::Http { path: release.server.health.to_owned(), port: None, headers: Vec::new() };
    // Every health path asks the database: as a liveness probe it would
    // restart all servers when the database is away.
    let alive = Check::Tcp { port: None };
    let startup = Probe { period: 5, failures: 60, ..Probe::new(alive.clone()) };
    settings.probes.insert(ProbeKind::Readiness, builtin(Probe::new(health)));
    settings
        .probes
        .insert(ProbeKind::Liveness, builtin(Probe { failures: 6, ..Probe::new(alive) }));
    settings.probes.insert(ProbeKind::Startup, builtin(startup));
}

/// Who the server of a release runs as.
fn security(release: &Release) -> Security {
    if !release.starts_itself() {
        return Security::default();
    }
    // The image starts nginx as root, which opens port 80 and then changes
    // user itself.
    Security {
        user: Some(builtin(0)),
        group: Some(builtin(0)),
        writable_root: Some(builtin(true)),
        runtime_capabilities: true,
        ..Security::default()
    }
}

/// Folders that any program of a release writes to.
pub(super) fn scratch(release: &Release) -> Vec<String> {
    let mut folders = vec!["/tmp".to_owned()];
    // The queue of what Logstash hasn't got yet.
    if release.logs != release::Logs::Console {
        folders.push("/tmp/sqlite".to_owned());
    }
    folders
}

fn settings(cx: &Cx<'_>, release: &Release, workers: u32, port: u16) -> Settings {
    let mut settings = Settings {
        replicas: Some(builtin(Replicas::Fixed(2))),
        strategy: Some(builtin(Strategy::Rolling)),
        grace: Some(builtin(60)),
        // Until Traefik has learnt that the pod is going, requests still come.
        drain: Some(builtin(15)),
        spread: vec![builtin(Spread { by: SpreadBy::Host, required: false })],
        resources: Resources {
            request_cpu: Cpu::parse("200m").ok().map(builtin),
            request_memory: Memory::parse("500Mi").ok().map(builtin),
            limit_cpu: Cpu::parse("1").ok().map(builtin),
            limit_memory: Memory::parse("1000Mi").ok().map(builtin),
        },
        security: security(release),
        ..Settings::default()
    };
    settings.image = cx.jobmon().and_then(|jobmon| jobmon.version.image.clone());
    if release.starts_itself() {
        // The base image's name for it.
        let value = EnvValue::Text(workers.to_string());
        settings.env.insert("UWSGI_PROCESSES".to_owned(), builtin(value));
    } else {
        settings.command = Some(builtin(release.server_command(workers, port)));
    }
    let port = Port { container: port, service: 80, protocol: Protocol::Tcp };
    settings.ports.insert("http".to_owned(), builtin(port));
    probes(release, &mut settings);
    settings
}

fn login_settings(cx: &Cx<'_>, release: &Release, settings: &mut Settings) {
    if release.wants_session(login(cx))
        && let Some(key) = session(cx)
    {
        let (name, value) = release::session(key);
        settings.env.insert(name, value);
    }
    if release.login == release::Login::Unknown {
        return;
    }
    let Some(At { value: Auth::Oidc { secret, url }, span }) = auth(cx) else { return };
    let mut text = |name: &str, value: &str, span| {
        settings.env.insert(
            format!("JOBMON__OIDC__{name}"),
            At::new(EnvValue::Text(value.to_owned()), span),
        );
    };
    if let Some(url) = url {
        text("CONF_URL", &url.value, url.span);
    }
    text("SCOPE", "openid profile email", *span);
    let Some(secret) = secret else { return };
    let Some(declared) = cx.world.topology.secrets.get(&secret.value) else { return };
    for (name, key) in oidc_keys(declared) {
        if let Some(key) = key {
            let key = KeyRef { secret: secret.clone(), key: At::new(key.to_owned(), secret.span) };
            settings.env.insert(
                format!("JOBMON__OIDC__{name}"),
                At::new(EnvValue::Secret(key), secret.span),
            );
        }
    }
}

/// The port of a URL.
fn url_port(url: &str) -> u16 {
    let (otherwise, rest) = match url.split_once("://") {
        Some(("http", rest)) => (80, rest),
        Some((_, rest)) => (443, rest),
        None => (443, url),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(otherwise)
}

pub(super) fn database_talk(database: &DatabaseRef<'_>, why: &'static str) -> Talk {
    let external = database.external;
    let to = Peer::External {
        name: database.external_name.to_owned(),
        cidrs: external.cidrs.clone(),
        port: external.port,
        protocol: external.protocol,
    };
    Talk::new(to, why, database.decl.span)
}

fn program(cx: &Cx<'_>) -> Option<Program> {
    let jobmon = cx.jobmon()?;
    let release = jobmon.release;
    let layers = layers(cx);
    let workers =
        layers.iter().find_map(|layer| layer.own.workers).map_or(WORKERS, |workers| workers.value);
    // The program listens where the topology says it does.
    let port = layers
        .iter()
        .find_map(|layer| layer.settings.ports.get("http"))
        .map_or(release.server.port, |port| port.value.container);
    let mut builtin_settings = settings(cx, release, workers, port);
    if let Some(database) = &jobmon.database {
        builtin_settings.env.extend(release::database(release, database));
    }
    login_settings(cx, release, &mut builtin_settings);
    let (span, mut settings) = merge(&layers, &builtin_settings, cx.site.decl.span);
    with_header(release, &mut settings);
    let mut program = Program::new("server", OBJECT, span, settings);
    program.version = Some(jobmon.number.to_owned());
    program.scratch = scratch(release);
    program.listens = if release.starts_itself() { &LISTENS_ITSELF } else { &LISTENS };

    let logstash =
        cx.elastic_layers(|parts| parts.logstash.as_deref()).first().map(|part| part.span);
    let apm = cx.elastic_layers(|parts| parts.apm.as_deref()).first().map(|part| part.span);
    let logstash = logstash.filter(|_| release.logs != release::Logs::Console);
    let tells = Tells {
        logstash: logstash.map(|_| ("logstash", 5000)),
        apm: apm.map(|_| ("jobmon-apm", 8200)),
    };
    program.config_env = Some((CONFIG.to_owned(), release::server(release, tells, login(cx))));
    if let Some(place) = logstash {
        let to = Peer::Program {
            app: "logstash".to_owned(),
            service: Some(5000),
            port: 5000,
            protocol: Protocol::Udp,
        };
        program.talks.push(Talk::new(to, "writes its logs", place.unwrap_or(span)));
    }
    if let Some(place) = apm {
        let to = Peer::Program {
            app: "jobmon-apm".to_owned(),
            service: Some(8200),
            port: 8200,
            protocol: Protocol::Tcp,
        };
        program.talks.push(Talk::new(to, "tells of its requests", place.unwrap_or(span)));
    }
    if let Some(database) = &jobmon.database {
        program.talks.push(database_talk(database, "keeps everything there"));
    }
    if let Some(At { value: Auth::Oidc { url: Some(url), .. }, .. }) = auth(cx) {
        let to = Peer::External {
            name: url.value.clone(),
            cidrs: Vec::new(),
            port: url_port(&url.value),
            protocol: Protocol::Tcp,
        };
        program.talks.push(Talk::new(to, "asks who somebody is", url.span));
    }
    if let Some(migrate) = migrate(cx).filter(|_| release.migrate.is_some()) {
        program.needs.push(Need::ready(cx.site.name, super::migrate::NAME, migrate.span));
    }
    program.connect(cx);
    Some(program)
}
