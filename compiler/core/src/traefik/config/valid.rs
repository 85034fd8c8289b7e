//! What Traefik makes of values that it can read
//! (`ValidateConfiguration`, `pkg/config/static/static_config.go`, and what
//! builds entrypoints, `pkg/server/server_entrypoint_tcp.go`).

use super::flags::{Flags, Value};
use super::options::find;
use super::{Config, ConfigFault};

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

/// What an entrypoint does with headers of strange names.
const STRATEGIES: [&str; 3] = ["keep", "delete", "reject"];

impl Config {
    /// Looks for values that keep Traefik from starting, by themselves or
    /// together.
    pub(super) fn check_values(&mut self, flags: &Flags<'_>) {
        for (name, value) in &flags.values {
            let reason = alone(name, value);
            self.faults.extend(reason.map(|reason| ConfigFault { arg: Some(value.arg), reason }));
        }
        let mut told = Vec::new();
        let mut fault = |name: &str, reason: String| {
            told.push(ConfigFault { arg: flags.argument(name), reason });
        };
        for lower in flags.spelt.keys() {
            let own = flags.below(format!("entrypoints.{lower}."));
            let option = format!("entrypoints.{lower}.proxyprotocol");
            let trusts = own.switch("proxyprotocol.insecure") == Some(true)
                || own.list("proxyprotocol.trustedips").is_some_and(|list| !list.is_empty());
            if own.section("proxyprotocol") && !trusts {
                let reason = format!(
                    "`--{option}` trusts nobody: write `--{option}.trustedips=` and the addresses that send it"
                );
                fault(&option, reason);
            }
            let strategies = ["aliasheadersstrategy", "underscoreheadersstrategy"];
            let [alias, underscore] = strategies.map(|field| own.text(&format!("http.{field}")));
            if alias.zip(underscore).is_some_and(|(alias, underscore)| alias != underscore) {
                let option = format!("entrypoints.{lower}.http.underscoreheadersstrategy");
                let reason = format!("`--{option}` says another thing than `aliasheadersstrategy`");
                fault(&option, reason);
            }
        }
        let mut exclusive = |one: &str, other: &str, set: bool| {
            if set {
                fault(one, format!("`--{one}` and `--{other}` exclude each other"));
            }
        };
        for resolver in &self.resolvers {
            let [one, other] = ["acme", "tailscale"]
                .map(|kind| format!("certificatesresolvers.{resolver}.{kind}"));
            exclusive(&one, &other, flags.section(&one) && flags.section(&other));
        }
        for section in ["accesslog.otlp", "log.otlp", "metrics.otlp", "tracing.otlp"] {
            let [tls, insecure] = ["tls", "insecure"].map(|part| format!("{section}.grpc.{part}"));
            let both = flags.section(&tls) && flags.switch(&insecure) == Some(true);
            exclusive(&insecure, &tls, both);
        }
        let [one, other] = ["watchnamespace", "watchnamespaceselector"]
            .map(|field| format!("providers.kubernetesingressnginx.{field}"));
        exclusive(&one, &other, flags.text(&one).is_some() && flags.text(&other).is_some());
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
    pub(super) fn check_repeated(&mut self, name: &str, arg: usize) {
        let random = ["entrypoints.", "certificatesresolvers."];
        if self.chance.is_none() && random.iter().any(|section| name.starts_with(section)) {
            let reason = format!(
                "`--{name}` is given more than once: it then has all of the values or only the last; write it once, with commas between them"
            );
            self.chance = Some(ConfigFault { arg: Some(arg), reason });
        }
    }
}

/// What is wrong with a value by itself.
fn alone(name: &str, value: &Value<'_>) -> Option<String> {
    let text = &*value.text;
    if text.contains("$(") || find(name).is_none() {
        return None;
    }
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        ["entrypoints", _, "http2", _] | ["entrypoints", _, "http3", "advertisedport"]
            if text.starts_with('-') =>
        {
            Some(format!("`--{name}` is never below 0"))
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
