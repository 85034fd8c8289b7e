//! What Traefik makes of values that it can read
//! (`ValidateConfiguration`, `pkg/config/static/static_config.go`, and what
//! builds entrypoints, `pkg/server/server_entrypoint_tcp.go`).

use super::flags::{Flags, Value};
use super::{Config, ConfigFault, Resolver};

/// The providers, as `providers.precedence` calls them.
const PROVIDERS: [&str; 17] = [
    "consul",
    "consulcatalog",
    "docker",
    "ecs",
    "etcd",
    "file",
    "http",
    "knative",
    "kubernetes",
    "kubernetescrd",
    "kubernetesgateway",
    "kubernetesingressnginx",
    "nomad",
    "redis",
    "rest",
    "swarm",
    "zookeeper",
];

/// Where an entrypoint says what it does with headers of strange names, the old way
/// last.
const STRATEGY: [&str; 2] = ["http.aliasheadersstrategy", "http.underscoreheadersstrategy"];

/// A switch, and the section that it excludes.
const PLAIN_OR_TLS: [[&str; 2]; 4] = [
    ["accesslog.otlp.grpc.insecure", "accesslog.otlp.grpc.tls"],
    ["log.otlp.grpc.insecure", "log.otlp.grpc.tls"],
    ["metrics.otlp.grpc.insecure", "metrics.otlp.grpc.tls"],
    ["tracing.otlp.grpc.insecure", "tracing.otlp.grpc.tls"],
];

/// Two ways to name namespaces.
const WATCHED: [&str; 2] = [
    "providers.kubernetesingressnginx.watchnamespace",
    "providers.kubernetesingressnginx.watchnamespaceselector",
];

/// What an entrypoint does with headers of strange names.
const STRATEGIES: [&str; 3] = ["keep", "delete", "reject"];

impl Config {
    /// Looks for values that keep Traefik from starting together.
    pub(super) fn check_together(&mut self, flags: &Flags<'_>) {
        let mut told = Vec::new();
        let mut fault = |name: &str, reason: String| {
            told.push(ConfigFault { arg: flags.argument(name), reason });
        };
        for lower in flags.spelt.keys() {
            let own = flags.below(format!("entrypoints.{lower}."));
            let option = |field: &str| format!("entrypoints.{lower}.{field}");
            let trusts = || {
                own.switch("proxyprotocol.insecure") == Some(true)
                    || own.list("proxyprotocol.trustedips").is_some_and(|list| !list.is_empty())
            };
            if own.section("proxyprotocol") && !trusts() {
                let option = option("proxyprotocol");
                let reason = format!(
                    "`--{option}` trusts nobody: write `--{option}.trustedips=` and the addresses that send it"
                );
                fault(&option, reason);
            }
            let [alias, underscore] = STRATEGY.map(|field| own.text(field));
            if alias.zip(underscore).is_some_and(|(alias, underscore)| alias != underscore) {
                let option = option(STRATEGY[1]);
                let reason = format!("`--{option}` says another thing than `aliasheadersstrategy`");
                fault(&option, reason);
            }
        }
        let mut exclusive = |one: &str, other: &str| {
            fault(one, format!("`--{one}` and `--{other}` exclude each other"));
        };
        for Resolver { name, .. } in &self.resolvers {
            let [one, other] =
                ["acme", "tailscale"].map(|kind| format!("certificatesresolvers.{name}.{kind}"));
            if flags.section(&one) && flags.section(&other) {
                exclusive(&one, &other);
            }
        }
        for [insecure, tls] in PLAIN_OR_TLS {
            if flags.switch(insecure) == Some(true) && flags.section(tls) {
                exclusive(insecure, tls);
            }
        }
        let [one, other] = WATCHED;
        if flags.text(one).is_some() && flags.text(other).is_some() {
            exclusive(one, other);
        }
        for (section, switch) in [
            ("accesslog.otlp", "experimental.otlplogs"),
            ("log.otlp", "experimental.otlplogs"),
            ("providers.knative", "experimental.knative"),
        ] {
            if flags.section(section) && flags.switch(switch) != Some(true) {
                fault(section, format!("`--{section}` needs `--{switch}=true`"));
            }
        }
        self.faults.append(&mut told);
    }

    /// Of lists whose names have a name of one's own in them, Traefik joins what
    /// is given twice or takes the last, by chance: it asks which patterns match
    /// the beginning of a name, and takes any (`getFlagType`, paerser,
    /// `flag/flagparser.go`).
    pub(super) fn check_repeated(&mut self, name: &str) {
        let random = ["entrypoints.", "certificatesresolvers."];
        if self.chance.is_none() && random.iter().any(|section| name.starts_with(section)) {
            self.chance = Some(format!(
                "`--{name}` is given more than once: it then has all of the values or only the last; write it once, with commas between them"
            ));
        }
    }
}

/// The last parts of the names of options whose values are looked at.
const LOOKED_AT: [&str; 10] = [
    "advertisedport",
    "aliasheadersstrategy",
    "basepath",
    "maxconcurrentstreams",
    "maxdecoderheadertablesize",
    "maxencoderheadertablesize",
    "precedence",
    "storage",
    "timeout",
    "underscoreheadersstrategy",
];

/// What is wrong with a value of an option by itself, though it can be read.
pub(super) fn alone(name: &str, value: &Value<'_>) -> Option<String> {
    let text = &*value.text;
    // Most are others.
    let last = name.rsplit('.').next().unwrap_or_default();
    if !LOOKED_AT.contains(&last) && !name.starts_with("ocsp.") {
        return None;
    }
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        ["entrypoints", _, "http2", _] | ["entrypoints", _, "http3", "advertisedport"]
            if text.starts_with('-') =>
        {
            Some(format!("`--{name}` is never below 0"))
        }
        ["entrypoints", _, "udp", "timeout"]
            if text.trim_start_matches('0').is_empty() || text.starts_with('-') || text == "0s" =>
        {
            Some(format!("`--{name}` is more than 0, as `3s`"))
        }
        ["entrypoints", _, "http", "aliasheadersstrategy" | "underscoreheadersstrategy"]
            if !text.is_empty() && !STRATEGIES.contains(&text) =>
        {
            Some(format!("`--{name}` is `keep`, `delete` or `reject`, and never `{text}`"))
        }
        ["certificatesresolvers", _, "acme", "storage"] if text.is_empty() => {
            Some(format!("`--{name}` names no file"))
        }
        ["ocsp", "responderoverrides", ..] if text.is_empty() => {
            Some(format!("`--{name}` names no address"))
        }
        ["api", "basepath"] if !is_base_path(text) => {
            Some(format!("`--{name}` is a path, as `/traefik`, and never `{text}`"))
        }
        ["providers", "precedence"] => {
            let list = value.list();
            let strange = list
                .iter()
                .find(|one| !PROVIDERS.iter().any(|own| own.eq_ignore_ascii_case(one)))?;
            Some(format!("`--{name}` names `{strange}`, which is no provider"))
        }
        _ => None,
    }
}

/// `validBasePath` of `pkg/config/static/static_config.go`.
fn is_base_path(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_.:~-".contains(&byte);
    text.starts_with('/') && text.bytes().all(allowed)
}
