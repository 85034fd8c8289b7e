//! The names that Traefik gives what it makes
//! (`pkg/provider/kubernetes/crd/name_builder.go`).

use sha2::{Digest, Sha256};

use crate::traefik::objects::Text;

/// `provider.Normalize`: what is neither letter nor digit becomes `-`, once.
pub(in crate::traefik) fn normalize(name: &str) -> Text {
    // Most names are so already.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let ends = name.starts_with('-') || name.ends_with('-');
    if !ends && !name.contains("--") && name.bytes().all(plain) {
        return name.into();
    }
    let parts = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let mut normal = String::with_capacity(name.len());
    for part in parts {
        if !normal.is_empty() {
            normal.push('-');
        }
        normal.push_str(part);
    }
    normal.into()
}

/// Namespace and name in one, as they are.
pub(in crate::traefik) fn flat(namespace: &str, name: &str) -> String {
    if namespace.is_empty() { name.to_owned() } else { format!("{namespace}-{name}") }
}

/// The name of a middleware, a `TraefikService` or a `ServersTransport`.
pub(in crate::traefik) fn join(safe: bool, namespace: &str, name: &str) -> Text {
    if safe { format!("{namespace}_{name}").into() } else { normalize(&flat(namespace, name)) }
}

/// The name of a `TLSOption`, which isn't normalized.
pub(in crate::traefik) fn join_raw(safe: bool, namespace: &str, name: &str) -> Text {
    if safe { format!("{namespace}_{name}").into() } else { flat(namespace, name).into() }
}

/// Ten bytes of the hash of a rule, in hexadecimal digits.
pub(in crate::traefik) fn rule_hash(rule: &str) -> String {
    let digest = Sha256::digest(rule.as_bytes());
    let mut hash = String::with_capacity(20);
    for byte in digest.iter().take(10) {
        let digits = [byte >> 4, byte & 15];
        hash.extend(digits.iter().filter_map(|digit| char::from_digit(u32::from(*digit), 16)));
    }
    hash
}

/// The name of a router.
pub(super) fn router(
    safe: bool,
    protocol: super::Protocol,
    (namespace, name): (&str, &str),
    index: usize,
    rule: &str,
) -> Text {
    if safe {
        return format!("{namespace}_{name}_{index}").into();
    }
    let mut id = flat(namespace, name);
    id.push('-');
    match protocol {
        super::Protocol::Udp => {
            id.push_str(&index.to_string());
            id.into()
        }
        super::Protocol::Tcp => {
            id.push_str(&rule_hash(rule));
            id.into()
        }
        super::Protocol::Http => {
            id.push_str(&rule_hash(rule));
            normalize(&id)
        }
    }
}
