//! Traefik's static configuration, as its command line gives it.

mod args;
mod flags;
mod options;
mod resolvers;
mod selector;
mod valid;

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use super::objects::Text;
use super::rule::Network;
use crate::text::Version;

pub use self::resolvers::{Acme, Resolver};
pub use self::selector::Selector;

/// The entrypoint that Traefik keeps for itself
/// (`pkg/config/static/static_config.go`).
pub const INTERNAL_ENTRY_POINT: &str = "traefik";

/// What the arguments of a container say.
#[expect(clippy::struct_excessive_bools, reason = "these are the switches that Traefik has")]
#[derive(Clone, Debug, Default, Hash)]
pub struct Config {
    /// The entrypoints by name.
    pub entry_points: Vec<EntryPoint>,
    /// Whether the provider of the custom resources is on.
    pub provider: bool,
    /// Where it asks for the objects, if that is said.
    pub endpoint: Option<Text>,
    /// The namespaces that it watches; empty means all.
    pub namespaces: Vec<Text>,
    /// The ingress class that it wants; empty takes objects without one.
    pub ingress_class: Text,
    /// Whether references may lead to other namespaces.
    pub allow_cross_namespace: bool,
    /// Whether `ExternalName` Services are used.
    pub allow_external_name_services: bool,
    /// Whether a Service without endpoints is served, with 503.
    pub allow_empty_services: bool,
    /// Whether requests go to the Service's address instead of the pods'.
    pub native_lb_by_default: bool,
    /// The namespaces that may name things of other providers; `None` means all.
    pub cross_provider_namespaces: Option<Vec<Text>>,
    /// Whether it leaves nodes alone.
    pub disable_cluster_scope_resources: bool,
    /// Which of Traefik's objects it takes.
    pub label_selector: Selector,
    /// Whether names are joined so that they can't collide.
    pub safe_naming: bool,
    /// The namespace of the default TLS objects; empty means any.
    pub default_tls_namespace: Text,
    /// Whether rules without `syntax` are of version 2.
    pub rules_of_v2: bool,
    /// Whether routers with conflicting TLS options are switched off.
    pub strict_tls_options: bool,
    /// Whether the API answers on the entrypoint `traefik`.
    pub api_insecure: bool,
    /// Whether there is an API at all, for routes to `api@internal`.
    pub api: bool,
    /// Whether the dashboard does, too.
    pub dashboard: bool,
    /// The entrypoint of `/ping`.
    pub ping: Option<Text>,
    /// Whether a route of one's own answers `/ping`.
    pub ping_by_hand: bool,
    /// The entrypoint of `/metrics`.
    pub metrics: Option<Text>,
    /// Whether a route of one's own answers `/metrics`.
    pub metrics_by_hand: bool,
    /// The first word of the arguments that isn't read, nor what follows it.
    pub unread: Option<Text>,
    /// Whether the arguments say how pods are asked over TLS (`serversTransport`).
    pub own_transport: bool,
    /// Resolvers of certificates, by name.
    pub resolvers: Vec<Resolver>,
    /// The plugins that it loads, by the names that middlewares use.
    pub plugins: Vec<Text>,
    /// Other providers that are on, as in `file`.
    pub other_providers: Vec<Text>,
    /// The configuration file that it reads instead of its arguments.
    pub file: Option<Text>,
    /// What keeps Traefik from starting.
    pub faults: Vec<ConfigFault>,
    /// Options that it hasn't, which keep it from starting as well. A later
    /// release than the table's may have them: then there are none here.
    pub unknown: Vec<ConfigFault>,
    /// What it makes of its arguments by chance, if anything, as a clause.
    pub chance: Option<String>,
    /// Why its pods are never ready, as a clause; [`Config::probed`] finds it.
    pub unready: Option<String>,
    /// The port at which a probe asks for `/ping`.
    pub probe: Option<u16>,
}

/// Something that keeps Traefik from starting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConfigFault {
    /// The argument: its index; none when no single one is to blame.
    pub arg: Option<usize>,
    /// Why, as a clause.
    pub reason: String,
}

/// A port that Traefik listens on.
#[expect(clippy::struct_excessive_bools, reason = "these are the switches that Traefik has")]
#[derive(Clone, Debug, Hash)]
pub struct EntryPoint {
    /// Its name, as the first argument that names it spells it. Objects must
    /// spell it so.
    pub name: Text,
    /// Where it listens; empty for all addresses.
    pub host: Text,
    /// The port; none when it is no number.
    pub port: Option<u16>,
    /// Whether it is a UDP port.
    pub udp: bool,
    /// Whether routers without entrypoints get it: those that say so, or all
    /// TCP ones but Traefik's own when none does.
    pub default: bool,
    /// TLS options of routers that have none, if it gives its routers TLS.
    pub tls: Option<EntryPointTls>,
    /// Middlewares that every router gets first.
    pub middlewares: Vec<Text>,
    /// Where it sends all requests.
    pub redirect: Option<Redirect>,
    /// Whether `.`, `..` and `//` are taken out of paths.
    pub sanitize_path: bool,
    /// The percent-encoded characters that it refuses in paths.
    pub denied_characters: Vec<&'static str>,
    /// Of whom it takes `X-Forwarded-…` headers as they are sent.
    pub forwarded: Forwarded,
    /// Whether it gives its routers anything: each then is a copy with a name
    /// of its own (`applyModel`, `pkg/server/aggregator.go`).
    pub model: bool,
    /// The argument that opens it.
    pub arg: Option<usize>,
}

/// Of whom an entrypoint takes `X-Forwarded-…` headers as they are sent. Of all
/// others it takes them out and sets its own
/// (`pkg/middlewares/forwardedheaders`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Forwarded {
    /// Of everybody.
    pub insecure: bool,
    /// Of these addresses.
    pub trusted: Vec<Network>,
}

impl Forwarded {
    /// Whether a client's headers stay, or may stay, if nobody knows its address.
    pub fn trusts(&self, client: Option<IpAddr>) -> bool {
        self.insecure
            || self.trusted.iter().any(|one| client.is_none_or(|client| one.contains(client)))
    }
}

/// TLS that an entrypoint gives its routers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct EntryPointTls {
    /// The options, if any.
    pub options: Option<Text>,
    /// The resolver, if any.
    pub resolver: Option<Text>,
}

/// A redirect of everything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Redirect {
    /// The new scheme.
    pub scheme: Text,
    /// The new port.
    pub port: Text,
    /// Whether clients may remember it.
    pub permanent: bool,
    /// The priority of the router that does it.
    pub priority: i64,
    /// Whether challenges of ACME pass.
    pub spares_acme: bool,
}

impl EntryPoint {
    /// Whether only the pod itself comes to it, as it listens at one address, which isn't
    /// that of the pod: nobody knows that before it is there.
    pub fn is_inward(&self) -> bool {
        let address = self.host.parse::<IpAddr>();
        !self.host.is_empty() && !address.is_ok_and(|address| address.is_unspecified())
    }
}

impl Config {
    /// The entrypoint of this name; letters count.
    pub fn entry_point(&self, name: &str) -> Option<&EntryPoint> {
        self.entry_points.iter().find(|entry_point| &*entry_point.name == name)
    }

    /// Whether Traefik starts with these arguments.
    pub fn starts(&self) -> bool {
        self.trouble().is_none()
    }

    /// Why Traefik doesn't start, or not with these arguments; as what is said of
    /// it.
    pub fn trouble(&self) -> Option<String> {
        let start = self
            .faults
            .iter()
            .chain(&self.unknown)
            .next()
            .map(|fault| format!("doesn't start: {}", fault.reason));
        let file = || {
            let file = self.file.as_ref()?;
            Some(format!("reads the file `{file}`, and then none of its arguments"))
        };
        let unready = || {
            let why = self.unready.as_ref()?;
            Some(format!("is never ready: {why}"))
        };
        let chance = || {
            let chance = self.chance.as_ref()?;
            Some(format!("has one list or another, by chance: {chance}"))
        };
        start.or_else(file).or_else(|| self.astray()).or_else(unready).or_else(chance)
    }

    /// Where it asks for its objects, if the Kubernetes API is certainly elsewhere: that is
    /// `kubernetes` in the namespace `default`, and speaks TLS at port 443. What is outside
    /// of the cluster may be it.
    fn astray(&self) -> Option<String> {
        let endpoint = self.endpoint.as_ref()?;
        let (scheme, rest) = endpoint.split_once("://").unwrap_or(("https", endpoint));
        let authority = rest.split('/').next().unwrap_or(rest);
        let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "443"));
        let api = host == "kubernetes.default"
            || host == "kubernetes.default.svc"
            || host.starts_with("kubernetes.default.svc.");
        let is_inside = api || host == "kubernetes" || host.split('.').nth(2) == Some("svc");
        let is_right = api && scheme == "https" && port == "443";
        (is_inside && !is_right).then(|| {
            format!(
                "sees no routes: it asks `{endpoint}` for them, and the Kubernetes API is at `https://kubernetes.default.svc`"
            )
        })
    }

    /// Takes in which release it is, if that is known: what another one than those
    /// of the table of options knows, nobody can tell.
    pub fn of_release(&mut self, version: Option<Version>) {
        let table = options::release();
        let is_known = version
            .is_some_and(|version| version.major == table.major && version.minor <= table.minor);
        if !is_known {
            self.unknown.clear();
        }
    }

    /// Takes in that a probe asks for `/ping` at a port, or at one of a name that
    /// isn't there: Traefik answers at one entrypoint alone, and nowhere when
    /// `ping` is off (`pkg/ping`). With `ping.manualrouting` a route of one's own
    /// answers, of which [`Instance`](super::Instance) knows.
    pub fn probed(&mut self, port: Result<u16, &str>) {
        let port = match port {
            Ok(port) => port,
            Err(name) => {
                self.unready = Some(format!(
                    "its probe asks at the port `{name}`, which its container hasn't"
                ));
                return;
            }
        };
        self.probe = Some(port);
        if self.ping_by_hand {
            return;
        }
        let ping = self.ping.as_ref();
        let entry_point = ping.and_then(|name| self.entry_point(name));
        let place = ping.zip(entry_point).and_then(|(name, one)| Some((name, one.port?)));
        self.unready = match (ping, place) {
            (_, Some((name, own))) if own == port => match entry_point {
                Some(one) if one.is_inward() => Some(format!(
                    "its probe asks for `/ping` from outside of the pod, and the entrypoint `{name}` listens at `{}` alone",
                    one.host
                )),
                Some(one) if one.tls.is_some() => Some(format!(
                    "its probe asks for `/ping` without TLS, and the entrypoint `{name}` takes nothing without"
                )),
                _ => return,
            },
            (_, Some((name, own))) => Some(format!(
                "its probe asks for `/ping` at port {port}, and `--ping.entrypoint={name}` answers at {own}"
            )),
            (Some(name), None) => Some(format!(
                "its probe asks for `/ping`, and there is no entrypoint `{name}` to answer"
            )),
            (None, None) => {
                Some("its probe asks for `/ping`, which `--ping=true` alone answers".to_owned())
            }
        };
    }

    /// Whether it watches a namespace.
    pub fn watches(&self, namespace: &str) -> bool {
        self.namespaces.is_empty() || self.namespaces.iter().any(|watched| &**watched == namespace)
    }

    /// Whether objects of this ingress class are taken
    /// (`shouldProcessIngress`, `pkg/provider/kubernetes/crd/kubernetes.go`).
    pub fn takes_class(&self, class: Option<&str>) -> bool {
        let class = class.unwrap_or("");
        *self.ingress_class == *class || (self.ingress_class.is_empty() && class == "traefik")
    }

    /// The entrypoint that answers on a port.
    pub fn entry_point_of_port(&self, port: u16, udp: bool) -> Option<&EntryPoint> {
        self.entry_points.iter().find(|one| one.port == Some(port) && one.udp == udp)
    }
}
