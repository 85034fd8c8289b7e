//! What middlewares let Traefik itself ask, which only hand-written ones do.

use std::sync::Arc;

use super::{Asking, Form, Said, asks_proxy};
use crate::components::program::Home;
use crate::components::site::Made;
use crate::model::object::{Body, Kind, Object};
use crate::network::addresses::{Address, addresses};
use crate::network::values::{FORWARD_AUTH, Field, REDIS, Value, Values};

/// The addresses in the middlewares of a namespace.
pub(super) fn of(home: &Home<'_>, made: &Made, values: &Values<'_>) -> Vec<Said> {
    let namespace: Arc<str> = home.namespace.into();
    let traefik = made.programs.iter().find(|program| &*program.component == "traefik");
    let Some(traefik) = traefik else { return Vec::new() };
    let by_proxy = asks_proxy(values.get(&traefik.component));
    let middlewares = made.objects.iter().filter(|object| {
        object.id.kind == Kind::Middleware && object.id.namespace.as_deref() == Some(home.namespace)
    });
    let dns_domain = &home.cluster.dns_domain;
    let of_middleware = |object| -> Vec<Said> {
        let login = forward_auth(object, dns_domain)
            .map(|(text, address)| (FORWARD_AUTH.to_owned(), text, address, by_proxy));
        // Redis is asked by no proxy of HTTP.
        let counters = redis(object)
            .map(|(at, text, address)| (format!("{REDIS}[{at}]"), text, address, false));
        let said = |(path, text, address, by_proxy): (String, _, Address<'_>, _)| {
            let value = Value { object, field: Field::Manifest(path.as_str()), text };
            let from = (&namespace, &traefik.component);
            let asking = Asking::of(value.field, by_proxy);
            Said::new(from, object.source, &value, (Form::of(&address), address), asking)
        };
        login.into_iter().chain(counters).map(said).collect()
    };
    middlewares.flat_map(of_middleware).collect()
}

/// Whom `forwardAuth` asks.
fn forward_auth<'o>(object: &'o Object, dns_domain: &str) -> Option<(&'o str, Address<'o>)> {
    let Body::Value(value) = &object.body else { return None };
    let text = value.pointer("/spec/forwardAuth/address")?.as_str()?;
    let address = addresses(text, false, dns_domain).next();
    // What is no URL is told as it stands.
    let whole = || Address { host: text, port: None, scheme: None };
    let is_web = |address: &Address<'_>| Form::of(address).is_web();
    Some((text, address.filter(is_web).unwrap_or_else(whole)))
}

/// Where `rateLimit` counts, by the place in its list; without one, at itself
/// (`pkg/config/dynamic`, `Redis.SetDefaults`).
fn redis(object: &Object) -> impl Iterator<Item = (usize, &str, Address<'_>)> {
    const USUAL: &str = "localhost:6379";
    let value = if let Body::Value(value) = &object.body { Some(value) } else { None };
    let redis = value.and_then(|value| value.pointer("/spec/rateLimit/redis"));
    let all = redis.and_then(|redis| redis.get("endpoints")?.as_array());
    let usual = redis.filter(|_| all.is_none_or(Vec::is_empty)).map(|_| (0, USUAL));
    let texts = all.into_iter().flatten().enumerate();
    let texts = texts.filter_map(|(at, one)| Some((at, one.as_str()?)));
    usual.into_iter().chain(texts).filter_map(|(at, text)| {
        let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
        let address = Address { host, port: port.parse().ok(), scheme: Some("redis") };
        (!host.is_empty()).then_some((at, text, address))
    })
}

/// Whether a pod asks itself by this name.
pub(super) fn is_itself(host: &str) -> bool {
    const NAMES: [&str; 3] = ["localhost", "ip6-localhost", "ip6-loopback"];
    NAMES.iter().any(|name| host.eq_ignore_ascii_case(name)) || host.starts_with("127.")
}
