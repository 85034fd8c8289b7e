//! Hand-written routes that lead to a program, for who connects to it.

use serde_json::Value;

use crate::components::traefik::Entrypoint;
use crate::model::declared::Namespace;
use crate::model::settings::Protocol;

/// A way in that a hand-written route makes.
pub(super) struct Way<'e> {
    /// By which entrypoint.
    pub(super) entrypoint: &'e Entrypoint,
    /// Whether it wants TLS.
    pub(super) tls: bool,
}

/// What is looked for.
pub(super) struct Wanted<'w> {
    /// The Service of the program.
    pub(super) service: &'w str,
    /// Its port, if one is wanted: name and number.
    pub(super) port: Option<(&'w str, u16)>,
    /// The entrypoint, if one is wanted.
    pub(super) entrypoint: Option<&'w str>,
}

/// The first way in, without TLS if there is one. Whether its route takes the requests
/// shows the proof.
pub(super) fn find<'e>(
    namespace: &Namespace,
    entrypoints: &'e [Entrypoint],
    wanted: &Wanted<'_>,
) -> Option<Way<'e>> {
    let objects = namespace.manifests.iter().flat_map(|manifest| &manifest.objects);
    let ways = objects.filter_map(|(_, object)| way(object, entrypoints, wanted));
    ways.min_by_key(|way| way.tls)
}

fn way<'e>(object: &Value, entrypoints: &'e [Entrypoint], wanted: &Wanted<'_>) -> Option<Way<'e>> {
    let text = |field: &str| object.get(field).and_then(Value::as_str).unwrap_or_default();
    let protocol = match text("kind") {
        "IngressRoute" | "IngressRouteTCP" => Protocol::Tcp,
        "IngressRouteUDP" => Protocol::Udp,
        _ => return None,
    };
    if !text("apiVersion").starts_with("traefik.io/") {
        return None;
    }
    let spec = object.get("spec")?;
    let routes = items(spec, "routes");
    if !routes.flat_map(|route| items(route, "services")).any(|service| leads(service, wanted)) {
        return None;
    }
    let named: Vec<&str> = items(spec, "entryPoints").filter_map(Value::as_str).collect();
    let entrypoint = entrypoints.iter().find(|one| {
        one.port.protocol == protocol
            && wanted.entrypoint.is_none_or(|name| one.name == name)
            && (named.is_empty() || named.contains(&&*one.name))
    })?;
    Some(Way { entrypoint, tls: spec.get("tls").is_some_and(|tls| !tls.is_null()) })
}

fn items<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    value.get(field).and_then(Value::as_array).into_iter().flatten()
}

/// Whether a route's service is the one that is wanted.
fn leads(service: &Value, wanted: &Wanted<'_>) -> bool {
    let is_port = |(name, number): (&str, u16)| match service.get("port") {
        Some(Value::String(own)) => own == name || *own == number.to_string(),
        Some(own) => own.as_u64() == Some(u64::from(number)),
        None => true,
    };
    service.get("name").and_then(Value::as_str) == Some(wanted.service)
        && wanted.port.is_none_or(is_port)
}
