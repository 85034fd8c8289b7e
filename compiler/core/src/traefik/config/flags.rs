//! The options that arguments name, before anybody asks what they mean.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::ConfigFault;
use crate::traefik::objects::Text;

/// Names that stand alone and mean `true`.
const SWITCHES: [&str; 26] = [
    "accesslog",
    "api",
    "api.dashboard",
    "api.debug",
    "api.insecure",
    "core.stricttlsoptions",
    "global.checknewversion",
    "global.sendanonymoususage",
    "hostresolver",
    "log.nocolor",
    "metrics.prometheus",
    "metrics.prometheus.manualrouting",
    "ping",
    "ping.manualrouting",
    "providers.docker",
    "providers.kubernetescrd",
    "providers.kubernetescrd.allowcrossnamespace",
    "providers.kubernetescrd.allowemptyservices",
    "providers.kubernetescrd.allowexternalnameservices",
    "providers.kubernetescrd.disableclusterscoperesources",
    "providers.kubernetescrd.nativelbbydefault",
    "providers.kubernetescrd.safenaming",
    "providers.kubernetesgateway",
    "providers.kubernetesingress",
    "serverstransport.insecureskipverify",
    "tracing",
];

/// The switches of an entrypoint, after its name.
const ENTRY_POINT_SWITCHES: [&str; 10] = [
    "allowacmebypass",
    "asdefault",
    "forwardedheaders.insecure",
    "http.encodequerysemicolons",
    "http.redirections.entrypoint.permanent",
    "http.sanitizepath",
    "http.tls",
    "http3",
    "proxyprotocol",
    "reuseport",
];

/// The last parts of names that may be given more than once.
const LISTS: [&str; 6] =
    ["crossprovidernamespaces", "domains", "middlewares", "namespaces", "precedence", "trustedips"];

/// The value of an option.
pub(super) struct Value<'a> {
    pub(super) text: Cow<'a, str>,
    /// The argument that says it: its index.
    pub(super) arg: usize,
}

/// All options.
#[derive(Default)]
pub(super) struct Flags<'a> {
    /// By name, in small letters.
    pub(super) values: BTreeMap<Cow<'a, str>, Value<'a>>,
    /// How the name of an entrypoint is spelt first.
    pub(super) spelt: BTreeMap<String, Text>,
}

/// The options below a name, without it: `address` of `entrypoints.web.`.
pub(super) struct Below<'f> {
    prefix: String,
    /// By name, in order.
    values: Vec<(&'f str, &'f Value<'f>)>,
}

impl Value<'_> {
    fn text(&self) -> Option<&str> {
        Some(&*self.text).filter(|text| !text.is_empty())
    }

    /// A list: its values are joined by commas.
    fn list(&self) -> Vec<Text> {
        let items = self.text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(Arc::from).collect()
    }

    /// `strconv.ParseBool`; `name` is what to call it.
    fn switch(&self, name: (&str, &str), faults: &mut Vec<ConfigFault>) -> Option<bool> {
        match &*self.text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
            "" => None,
            other => {
                let (prefix, name) = name;
                let reason =
                    format!("`--{prefix}{name}` is `true` or `false`, and never `{other}`");
                faults.push(ConfigFault { arg: Some(self.arg), reason });
                None
            }
        }
    }

    /// Whether a section that is named by itself is there.
    fn opens(&self) -> bool {
        !self.text.eq_ignore_ascii_case("false")
    }
}

impl Flags<'_> {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.text()
    }

    pub(super) fn switch(&self, name: &str, faults: &mut Vec<ConfigFault>) -> Option<bool> {
        self.values.get(name)?.switch(("", name), faults)
    }

    /// Whether a section is there: by itself and not `false`, or with anything
    /// below it.
    pub(super) fn section(&self, name: &str) -> bool {
        if let Some(value) = self.values.get(name) {
            return value.opens();
        }
        let after = (Bound::Excluded(name), Bound::Unbounded);
        let keys = self.values.range::<str, _>(after).map(|(key, _)| key);
        // Names that go on without a dot may come first, as in `ping-x`.
        keys.take_while(|key| key.starts_with(name)).any(|key| below(key, name))
    }

    /// The options whose names begin with this.
    pub(super) fn below(&self, prefix: String) -> Below<'_> {
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let values = self.values.range::<str, _>(from);
        let values = values.map_while(|(key, value)| Some((key.strip_prefix(&*prefix)?, value)));
        Below { values: values.collect(), prefix }
    }
}

impl<'f> Below<'f> {
    pub(super) fn get(&self, name: &str) -> Option<&'f Value<'f>> {
        self.values.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    pub(super) fn text(&self, name: &str) -> Option<&'f str> {
        self.get(name)?.text()
    }

    pub(super) fn list(&self, name: &str) -> Option<Vec<Text>> {
        Some(self.get(name)?.list())
    }

    pub(super) fn switch(&self, name: &str, faults: &mut Vec<ConfigFault>) -> Option<bool> {
        self.get(name)?.switch((&self.prefix, name), faults)
    }

    /// As [`Flags::section`].
    pub(super) fn section(&self, name: &str) -> bool {
        match self.get(name) {
            Some(value) => value.opens(),
            None => self.values.iter().any(|(own, _)| below(own, name)),
        }
    }

    /// Whether anything begins so.
    pub(super) fn any(&self, prefix: &str) -> bool {
        self.values.iter().any(|(own, _)| own.starts_with(prefix))
    }
}

/// Whether an option is one of a section.
fn below(name: &str, section: &str) -> bool {
    name.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'))
}

/// Reads arguments, as far as they can be read.
pub(super) fn flags<'a>(args: &'a [String], faults: &mut Vec<ConfigFault>) -> Flags<'a> {
    let mut flags = Flags::default();
    let mut args = args.iter().enumerate().peekable();
    // Some images name the program first.
    if args.peek().is_some_and(|(_, arg)| !arg.starts_with('-')) {
        args.next();
    }
    while let Some((index, arg)) = args.next() {
        let Some(name) = arg.strip_prefix('-').filter(|name| !name.is_empty()) else { break };
        let name = name.strip_prefix('-').unwrap_or(name);
        if name.is_empty() {
            break;
        }
        if name.starts_with(['-', '=']) {
            let reason = format!("`{arg}` can't be read");
            faults.push(ConfigFault { arg: Some(index), reason });
            break;
        }
        let (name, text) = match name.split_once('=') {
            Some((name, text)) => (name, text),
            None if stands_alone(&lowercase(name)) => (name, "true"),
            None => {
                let Some((_, text)) = args.next() else {
                    let reason = format!("`{arg}` has no value");
                    faults.push(ConfigFault { arg: Some(index), reason });
                    break;
                };
                (name, text.as_str())
            }
        };
        let lower = lowercase(name);
        if let Some(rest) = lower.strip_prefix("entrypoints.") {
            let own = rest.split('.').next().unwrap_or(rest);
            let spelt = name.split('.').nth(1).unwrap_or(own);
            if !flags.spelt.contains_key(own) {
                flags.spelt.insert(own.to_owned(), spelt.into());
            }
        }
        let is_list = || LISTS.contains(&lower.rsplit('.').next().unwrap_or_default());
        match flags.values.get_mut(&lower) {
            Some(value) if is_list() => {
                let all = value.text.to_mut();
                all.push(',');
                all.push_str(text);
            }
            _ => {
                flags.values.insert(lower, Value { text: text.into(), arg: index });
            }
        }
    }
    flags
}

/// In small letters, as most names are from the start.
fn lowercase(name: &str) -> Cow<'_, str> {
    let small = name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if small { name.into() } else { name.to_lowercase().into() }
}

fn stands_alone(name: &str) -> bool {
    if SWITCHES.contains(&name) {
        return true;
    }
    let field = name.strip_prefix("entrypoints.").and_then(|rest| rest.split_once('.'));
    field.is_some_and(|(_, field)| {
        ENTRY_POINT_SWITCHES.contains(&field) || field.starts_with("http.encodedcharacters.")
    })
}
