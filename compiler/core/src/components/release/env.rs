//! The variables by which a release is configured.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::{Address, Config, Logs, Release, Traces};
use crate::components::program::builtin;
use crate::model::At;
use crate::model::resolved::DatabaseRef;
use crate::model::settings::{EnvValue, KeyRef};

/// The environment of a container.
type Env = IndexMap<String, At<EnvValue>>;

/// Whom a server tells what: each the name of a Service and its port.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tells<'a> {
    /// Logstash.
    pub logstash: Option<(&'a str, u16)>,
    /// The APM server.
    pub apm: Option<(&'a str, u16)>,
}

fn text(value: impl Into<String>) -> At<EnvValue> {
    builtin(EnvValue::Text(value.into()))
}

fn key(secret: &At<String>, key: &At<String>) -> At<EnvValue> {
    let value = EnvValue::Secret(KeyRef { secret: secret.clone(), key: key.clone() });
    At::new(value, secret.span)
}

fn onoff(on: bool) -> String {
    if on { "true" } else { "false" }.to_owned()
}

/// What every program needs that runs as a user its image doesn't know:
/// Python asks for the user's name and home, and would hold back its output.
fn python() -> Env {
    [("PYTHONUNBUFFERED", "1"), ("HOME", "/tmp"), ("USER", "jobmon")]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), text(value)))
        .collect()
}

/// The variables that lead to a database, for any program of a release.
///
/// The URI is put together by Kubernetes, from variables that stand before it;
/// its scheme is that of the driver which Jobmon depends on.
pub fn database(release: &Release, database: &DatabaseRef<'_>) -> Env {
    const URI: &str = "JOBMON__DB__SQLALCHEMY_DATABASE_URI";
    let mut env = if release.starts_itself() { Env::new() } else { python() };
    let secret = &database.decl.secret;
    if release.config == Config::Sections
        && let Some(uri) = &database.decl.uri_key
    {
        env.insert(URI.to_owned(), key(secret, uri));
        return env;
    }
    for name in ["DB_HOST", "DB_PORT", "DB_USER", "DB_PASS"] {
        env.insert(name.to_owned(), key(secret, &At::new(name.to_owned(), secret.span)));
    }
    let schema = &database.decl.schema;
    match release.config {
        Config::Flat => env.insert("DB_NAME".to_owned(), text(schema)),
        Config::Sections => env.insert(
            URI.to_owned(),
            text(format!("mysql+pymysql://$(DB_USER):$(DB_PASS)@$(DB_HOST):$(DB_PORT)/{schema}")),
        ),
    };
    env
}

/// What a server is told that is no secret.
pub fn server(release: &Release, tells: Tells<'_>, login: bool) -> BTreeMap<String, String> {
    let mut config = BTreeMap::new();
    logs(release, tells.logstash, &mut config);
    traces(release, tells.apm, &mut config);
    if release.login == super::Login::Switch {
        config.insert("JOBMON__AUTH__ENABLED".to_owned(), onoff(login));
    }
    config
}

fn logs(release: &Release, logstash: Option<(&str, u16)>, config: &mut BTreeMap<String, String>) {
    let start = match release.logs {
        Logs::Flat => "",
        Logs::Web => "JOBMON__WEB__",
        Logs::Console => return,
    };
    let level = if release.logs == Logs::Flat { "LOG_LEVEL" } else { "JOBMON__WEB__LOG_LEVEL" };
    config.insert(level.to_owned(), "INFO".to_owned());
    // Said even when off: the programs read it as a truth value, and take
    // neither an empty one nor none for "off".
    config.insert(format!("{start}USE_LOGSTASH"), onoff(logstash.is_some()));
    if let Some((host, port)) = logstash {
        config.insert(format!("{start}LOGSTASH_HOST"), host.to_owned());
        config.insert(format!("{start}LOGSTASH_PORT"), port.to_string());
        config.insert(format!("{start}LOGSTASH_PROTOCOL"), "UDP".to_owned());
    }
}

/// The class that sends traces over HTTP, which Elastic's APM server takes.
const EXPORTER: [(&str, &str); 2] = [
    ("MODULE", "opentelemetry.exporter.otlp.proto.http.trace_exporter"),
    ("CLASS", "OTLPSpanExporter"),
];

fn traces(release: &Release, apm: Option<(&str, u16)>, config: &mut BTreeMap<String, String>) {
    let mut set = |name: String, value: String| config.insert(name, value);
    let exporter = |start: &str, (host, port): (&str, u16)| {
        let mut variables: Vec<(String, String)> = EXPORTER
            .iter()
            .map(|(name, value)| (format!("{start}{name}"), (*value).to_owned()))
            .collect();
        variables.push((format!("{start}ENDPOINT"), format!("http://{host}:{port}/v1/traces")));
        variables
    };
    match (release.traces, apm) {
        (Traces::Flat, apm) => {
            set("USE_APM".to_owned(), onoff(apm.is_some()));
            if let Some((host, port)) = apm {
                set("APM_SERVER_NAME".to_owned(), "jobmon".to_owned());
                // A host alone: the program makes the URL.
                set("APM_SERVER_URL".to_owned(), host.to_owned());
                set("APM_PORT".to_owned(), port.to_string());
            }
        }
        (Traces::Web, apm) => {
            set("JOBMON__WEB__USE_APM".to_owned(), onoff(apm.is_some()));
            if let Some((host, port)) = apm {
                set("JOBMON__WEB__APM_SERVER_NAME".to_owned(), "jobmon".to_owned());
                set("JOBMON__WEB__APM_SERVER_URL".to_owned(), host.to_owned());
                set("JOBMON__WEB__APM_SERVER_PORT".to_owned(), port.to_string());
            }
        }
        (Traces::Otlp, apm) => {
            // Said even when off: 3.2.6 has both on, and doesn't start.
            set("JOBMON__OTLP__WEB_ENABLED".to_owned(), onoff(apm.is_some()));
            set("JOBMON__OTLP__HTTP_ENABLED".to_owned(), onoff(false));
            if let Some(apm) = apm {
                // The value is the name of a section.
                set("JOBMON__OTLP__SPAN_EXPORTER".to_owned(), "apm_span".to_owned());
                // Read without a default; empty means none.
                set("JOBMON__OTLP__LOG_EXPORTER".to_owned(), String::new());
                for (name, value) in exporter("JOBMON__APM_SPAN__", apm) {
                    set(name, value);
                }
            }
        }
        (Traces::Telemetry, Some(apm)) => {
            const TRACING: &str = "JOBMON__TELEMETRY__TRACING__";
            set(format!("{TRACING}SERVER_ENABLED"), onoff(true));
            set(format!("{TRACING}SPAN_EXPORTER"), "apm_span".to_owned());
            for (name, value) in exporter(&format!("{TRACING}EXPORTERS__APM_SPAN__"), apm) {
                set(name, value);
            }
        }
        (Traces::Telemetry, None) => {}
    }
}

/// The variable with the key that signs sessions.
pub fn session(session: &KeyRef) -> (String, At<EnvValue>) {
    ("JOBMON__SESSION__SECRET_KEY".to_owned(), key(&session.secret, &session.key))
}

/// The variables of a reaper that reaches its server at `host` and `port`,
/// with `path` before its routes.
pub fn reaper(
    release: &Release,
    (host, port): (&str, u16),
    path: &str,
    poll: Option<&At<u32>>,
    slack: Option<&At<String>>,
) -> Env {
    let mut env = python();
    let url = if port == 80 { format!("http://{host}") } else { format!("http://{host}:{port}") };
    match release.reaper.address {
        Address::HostPort => {
            env.insert("WEB_SERVICE_FQDN".to_owned(), text(host));
            env.insert("WEB_SERVICE_PORT".to_owned(), text(port.to_string()));
        }
        Address::Url => {
            env.insert("JOBMON__HTTP__SERVICE_URL".to_owned(), text(format!("{url}{path}")));
        }
        Address::UrlPrefix => {
            env.insert("JOBMON__HTTP__SERVICE_URL".to_owned(), text(url));
            env.insert("JOBMON__HTTP__ROUTE_PREFIX".to_owned(), text(path));
        }
    }
    let start = match release.config {
        Config::Flat => "",
        Config::Sections => "JOBMON__REAPER__",
    };
    if let Some(poll) = poll {
        let name = match release.config {
            Config::Flat => "REAPER_POLL_INTERVAL_MINUTES".to_owned(),
            Config::Sections => format!("{start}POLL_INTERVAL_MINUTES"),
        };
        env.insert(name, At::new(EnvValue::Text(poll.value.to_string()), poll.span));
    }
    if release.traces == Traces::Otlp {
        for name in ["JOBMON__OTLP__WEB_ENABLED", "JOBMON__OTLP__HTTP_ENABLED"] {
            env.insert(name.to_owned(), text(onoff(false)));
        }
    }
    if let Some(secret) = slack {
        for name in SLACK_KEYS {
            env.insert(
                format!("{start}{name}"),
                key(secret, &At::new((*name).to_owned(), secret.span)),
            );
        }
    }
    env
}

/// The keys of the Secret that says where a reaper tells of what it did.
/// Releases from D4 on say nothing at all when one is missing.
pub const SLACK_KEYS: &[&str] = &["SLACK_API_URL", "SLACK_CHANNEL_DEFAULT", "SLACK_TOKEN"];

/// The arguments of a reaper's command: the channel, by the variable that has
/// it, since a reaper with no Slack option leaves Slack alone.
pub fn reaper_args(release: &Release, slack: bool) -> Vec<String> {
    match release.reaper.channel_option {
        Some(option) if slack => {
            vec![option.to_owned(), "$(JOBMON__REAPER__SLACK_CHANNEL_DEFAULT)".to_owned()]
        }
        _ => Vec::new(),
    }
}
