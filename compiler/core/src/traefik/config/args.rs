//! From arguments, as Traefik's command line reads them
//! (`github.com/traefik/paerser`, package `flag`): names count without regard
//! to upper and lower case, of a value given twice the last counts, and of
//! lists all do.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::flags::{Flags, flags};
use super::{
    Config, ConfigFault, EntryPoint, EntryPointTls, Forwarded, INTERNAL_ENTRY_POINT, Redirect,
    Resolver, Selector,
};
use crate::traefik::objects::Text;
use crate::traefik::objects::json::denied_characters;
use crate::traefik::rule::Network;

impl Config {
    /// Reads the arguments of Traefik's container.
    pub fn from_args<'a>(args: impl IntoIterator<Item = &'a str>) -> Self {
        let mut config = Self { dashboard: true, ..Self::default() };
        let flags = flags(args, &mut config);
        config.check_options(&flags);
        config.read_provider(&flags);
        config.read_entry_points(&flags);
        config.read_rest(&flags);
        config.check_together(&flags);
        config.file = flags.text("configfile").map(Arc::from);
        config.finish(&flags);
        config
    }

    fn fault(&mut self, arg: Option<usize>, reason: impl Into<String>) {
        self.faults.push(ConfigFault { arg, reason: reason.into() });
    }

    fn read_provider(&mut self, flags: &Flags<'_>) {
        self.provider = flags.section("providers.kubernetescrd");
        let own = flags.below("providers.kubernetescrd.".to_owned());
        let switch = |field: &str| own.switch(field);
        self.allow_cross_namespace = switch("allowcrossnamespace").unwrap_or(false);
        self.allow_external_name_services = switch("allowexternalnameservices").unwrap_or(false);
        self.allow_empty_services = switch("allowemptyservices").unwrap_or(false);
        self.native_lb_by_default = switch("nativelbbydefault").unwrap_or(false);
        self.disable_cluster_scope_resources =
            switch("disableclusterscoperesources").unwrap_or(false);
        self.safe_naming = switch("safenaming").unwrap_or(false);
        self.namespaces = own.list("namespaces").unwrap_or_default();
        self.endpoint = own.text("endpoint").map(Arc::from);
        self.cross_provider_namespaces = own.list("crossprovidernamespaces");
        let text = |field: &str| own.text(field).unwrap_or_default().into();
        self.ingress_class = text("ingressclass");
        self.default_tls_namespace = text("defaulttlsresourcesnamespace");
        if let Some(value) = own.get("labelselector") {
            match Selector::parse(&value.text) {
                Ok(selector) => self.label_selector = selector,
                Err(reason) => self.faults.push(ConfigFault {
                    arg: Some(value.arg),
                    reason: format!("the label selector can't be read: {reason}"),
                }),
            }
        }
    }

    fn read_entry_points(&mut self, flags: &Flags<'_>) {
        for (lower, spelt) in &flags.spelt {
            let own = flags.below(format!("entrypoints.{lower}."));
            let arg = own.get("address").map(|value| value.arg);
            let address = own.text("address").unwrap_or_default();
            let (address, udp) = match address.split_once('/') {
                None => (address, false),
                Some((address, protocol)) => match &*protocol.to_ascii_lowercase() {
                    "tcp" => (address, false),
                    "udp" => (address, true),
                    _ => {
                        self.fault(
                            arg,
                            format!("`{protocol}` is no protocol: write `/tcp` or `/udp`"),
                        );
                        (address, false)
                    }
                },
            };
            let (host, port) = match split_address(address) {
                Ok(parts) => parts,
                Err(reason) => {
                    self.fault(arg, reason);
                    (String::new(), None)
                }
            };
            let switch = |field: &str| own.switch(field);
            let as_default = switch("asdefault").unwrap_or(false);
            let sanitize_path = switch("http.sanitizepath").unwrap_or(true);
            let spares_acme = switch("allowacmebypass").unwrap_or(false);
            let insecure = switch("forwardedheaders.insecure").unwrap_or(false);
            let permanent = switch("http.redirections.entrypoint.permanent").unwrap_or(true);
            let tls = own.section("http.tls").then(|| EntryPointTls {
                options: own.text("http.tls.options").map(Arc::from),
                resolver: own.text("http.tls.certresolver").map(Arc::from),
            });
            let encoded = own.any("http.encodedcharacters.");
            let denied = if encoded {
                denied_characters(|field| {
                    let field = format!("http.encodedcharacters.{}", field.to_ascii_lowercase());
                    own.switch(&field).unwrap_or(true)
                })
            } else {
                Vec::new()
            };
            let to = own.text("http.redirections.entrypoint.to");
            let redirect = to.map(|to| Redirect {
                scheme: own.text("http.redirections.entrypoint.scheme").unwrap_or("https").into(),
                // Looked up when all entrypoints are known.
                port: to.into(),
                permanent,
                priority: own
                    .text("http.redirections.entrypoint.priority")
                    .and_then(|priority| priority.parse().ok())
                    .unwrap_or(i64::MAX - 1),
                spares_acme,
            });
            self.entry_points.push(EntryPoint {
                name: spelt.clone(),
                host: host.into(),
                port,
                udp,
                default: as_default,
                tls,
                middlewares: own.list("http.middlewares").unwrap_or_default(),
                redirect,
                sanitize_path,
                denied_characters: denied,
                forwarded: Forwarded {
                    insecure,
                    trusted: own
                        .list("forwardedheaders.trustedips")
                        .iter()
                        .flatten()
                        .filter_map(|range| Network::parse(range))
                        .collect(),
                },
                // The rest of it follows when all is read.
                model: own.section("observability") || encoded,
                arg,
            });
        }
    }

    fn read_rest(&mut self, flags: &Flags<'_>) {
        let switch = |name: &str| flags.switch(name);
        self.strict_tls_options = switch("core.stricttlsoptions").unwrap_or(false);
        self.api_insecure = switch("api.insecure").unwrap_or(false);
        self.api = flags.section("api");
        self.dashboard = self.api_insecure && switch("api.dashboard").unwrap_or(true);
        self.ping_by_hand = switch("ping.manualrouting").unwrap_or(false);
        if flags.section("ping") && !self.ping_by_hand {
            let name = flags.text("ping.entrypoint").unwrap_or(INTERNAL_ENTRY_POINT);
            self.ping = Some(name.into());
        }
        let by_hand = switch("metrics.prometheus.manualrouting").unwrap_or(false);
        self.metrics_by_hand = flags.section("metrics.prometheus") && by_hand;
        if flags.section("metrics.prometheus") && !by_hand {
            let name = flags.text("metrics.prometheus.entrypoint").unwrap_or(INTERNAL_ENTRY_POINT);
            self.metrics = Some(name.into());
        }
        if let Some(value) = flags.get("core.defaultrulesyntax") {
            match &*value.text {
                "v3" => {}
                "v2" => self.rules_of_v2 = true,
                other => {
                    let reason = format!("`{other}` is no syntax of rules: write `v3`");
                    self.faults.push(ConfigFault { arg: Some(value.arg), reason });
                }
            }
        }
        let below = |section: &str| {
            let names = flags.values.iter().filter_map(|(key, _)| key.strip_prefix(section));
            let mut names: Vec<Text> =
                names.map(|rest| rest.split('.').next().unwrap_or(rest).into()).collect();
            names.dedup();
            names
        };
        self.own_transport = flags.has_below("serverstransport");
        let resolvers = below("certificatesresolvers.").into_iter();
        self.resolvers = resolvers.map(|name| Resolver::read(name, flags)).collect();
        self.plugins = flags.plugins.values().cloned().collect();
        self.other_providers = below("providers.");
        let settings = ["kubernetescrd", "providersthrottleduration", "precedence"];
        self.other_providers.retain(|name| !settings.contains(&&**name));
    }

    /// What follows from all of it (`SetEffectiveConfiguration`,
    /// `pkg/config/static/static_config.go`, and `getDefaultsEntrypoints`,
    /// `cmd/traefik/traefik.go`).
    fn finish(&mut self, flags: &Flags<'_>) {
        let plain = |name: &str, port| EntryPoint {
            name: name.into(),
            host: "".into(),
            port: Some(port),
            udp: false,
            default: false,
            tls: None,
            middlewares: Vec::new(),
            redirect: None,
            sanitize_path: true,
            denied_characters: Vec::new(),
            forwarded: Forwarded::default(),
            model: false,
            arg: None,
        };
        if self.entry_points.is_empty() {
            self.entry_points.push(plain("http", 80));
        }
        let on_internal = |name: &Option<Text>| name.as_deref() == Some(INTERNAL_ENTRY_POINT);
        let needed = self.api_insecure || on_internal(&self.ping) || on_internal(&self.metrics);
        if needed && self.entry_point(INTERNAL_ENTRY_POINT).is_none() {
            self.entry_points.push(plain(INTERNAL_ENTRY_POINT, 8080));
        }
        self.entry_points.sort_by(|a, b| a.name.cmp(&b.name));
        let chosen = self.entry_points.iter().any(|one| one.default);
        let syntax = flags.get("core.defaultrulesyntax").is_some();
        for one in &mut self.entry_points {
            one.model |= syntax || one.tls.is_some() || !one.middlewares.is_empty();
            one.default =
                !one.udp && &*one.name != INTERNAL_ENTRY_POINT && (one.default || !chosen);
        }
        self.find_redirects();
        for index in 1..self.entry_points.len() {
            let (before, after) = self.entry_points.split_at(index);
            let Some(one) = after.first() else { continue };
            let reuse = |one: &EntryPoint| {
                flags.text(&format!("entrypoints.{}.reuseport", one.name.to_lowercase()))
                    == Some("true")
            };
            let same = before.iter().find(|other| {
                other.port.is_some_and(|port| port != 0)
                    && other.port == one.port
                    && other.udp == one.udp
                    && (other.host == one.host || other.host.is_empty() || one.host.is_empty())
                    && !(reuse(other) && reuse(one))
            });
            if let (Some(other), Some(port)) = (same, one.port) {
                let reason = format!(
                    "the entrypoints `{}` and `{}` both listen on port {port}",
                    other.name, one.name
                );
                let arg = one.arg.or(other.arg);
                self.fault(arg, reason);
            }
        }
    }

    /// The ports that redirects lead to. One that leads nowhere is left out,
    /// with a line in the log (`pkg/provider/traefik/internal.go`).
    fn find_redirects(&mut self) {
        if self.entry_points.iter().all(|one| one.redirect.is_none()) {
            return;
        }
        let ports: BTreeMap<Text, Option<u16>> =
            self.entry_points.iter().map(|one| (one.name.clone(), one.port)).collect();
        for one in &mut self.entry_points {
            one.redirect = one.redirect.take().and_then(|mut redirect| {
                let digits = redirect.port.strip_prefix(':');
                let digits = digits.filter(|digits| {
                    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
                });
                redirect.port = if let Some(digits) = digits {
                    digits.into()
                } else {
                    let port = (*ports.get(&*redirect.port)?)?;
                    port.to_string().into()
                };
                Some(redirect)
            });
        }
    }
}

/// `host:port`; the port may be absent only together with the host.
fn split_address(address: &str) -> Result<(String, Option<u16>), String> {
    if address.is_empty() {
        return Ok((String::new(), None));
    }
    let Some((host, port)) = address.rsplit_once(':') else {
        return Err(format!("the address `{address}` has no port: write `:80`"));
    };
    let host = match host.strip_prefix('[') {
        Some(inner) => inner
            .strip_suffix(']')
            .ok_or_else(|| format!("a `[` is never closed in the address `{address}`"))?,
        None if host.contains(':') => {
            return Err(format!("the address `{address}` has too many `:`"));
        }
        None => host,
    };
    match port.parse::<u16>() {
        Ok(port) => Ok((host.to_owned(), Some(port))),
        // A name such as `http` is looked up where Traefik runs.
        Err(_) if port.bytes().any(|byte| byte.is_ascii_alphabetic()) => {
            Ok((host.to_owned(), None))
        }
        Err(_) => Err(format!("`{port}` is no port")),
    }
}
