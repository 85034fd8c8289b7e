//! Hosts: what a request can name, and how Traefik compares.

use std::net::Ipv6Addr;

/// Why a request can't name this host, as a clause; the port is never part of
/// what Traefik compares. `*` alone is every host, and `*.` before a name one
/// label.
pub fn host_fault(host: &str) -> Option<String> {
    let name = host.strip_prefix("**.").or_else(|| host.strip_prefix("*.")).unwrap_or(host);
    if host == "*" {
        None
    } else if host.contains("://") {
        Some(format!("`{host}` is a URL, and a host is only the name in it"))
    } else if name.contains('/') {
        Some(format!("`{host}` holds a path, and a host is only a name"))
    } else if name.contains(char::is_whitespace) {
        Some(format!("`{host}` has a space in it"))
    } else if name.contains('*') || host.starts_with("**") {
        Some(format!("`{host}` has a `*` that isn't the whole first label"))
    } else if name.contains(',') {
        Some(format!("`{host}` is more than one host"))
    } else if !name.is_ascii() {
        Some(format!("`{host}` has characters beyond ASCII"))
    } else if name.contains(':') && name.parse::<Ipv6Addr>().is_err() {
        Some(if bracketed(name) {
            format!("`{host}` is in brackets, and Traefik compares the address only")
        } else {
            format!("`{host}` has a port, and Traefik compares the name only")
        })
    } else {
        None
    }
}

/// `[::1]`.
fn bracketed(name: &str) -> bool {
    name.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

/// Whether a host is one that an expression means: the same, or of the same
/// domain when the expression begins with `*`
/// (`DomainMatchHostExpression`, `pkg/muxer/muxer.go`).
pub(in crate::traefik) fn same(host: &str, expression: &str) -> bool {
    if !expression.starts_with('*') {
        return host.eq_ignore_ascii_case(expression);
    }
    // The first label counts as `*`.
    let rest = host.find('.').map_or("", |dot| host.get(dot..).unwrap_or(""));
    expression.get(1..).is_some_and(|tail| tail.eq_ignore_ascii_case(rest))
}

/// Whether `Host(expression)` matches a host as [`canonical`] gives it
/// (`host`, `pkg/muxer/http/matcher.go`).
pub(super) fn matches(host: &str, expression: &str) -> bool {
    if expression == "*" {
        return true;
    }
    if host.is_empty() {
        return false;
    }
    same(host, expression)
        || expression.strip_suffix('.').is_some_and(|short| same(host, short))
        || host.strip_suffix('.').is_some_and(|short| same(short, expression))
}

/// The host of a `Host` header as Traefik compares it: without port and
/// brackets, in lower case (`pkg/middlewares/requestdecorator`).
pub(in crate::traefik) fn canonical(header: &str) -> String {
    let host = match header.rsplit_once(':') {
        None => header,
        Some((before, port)) => {
            // `net.SplitHostPort`; what it refuses is taken as it is.
            let inner = before.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            match inner {
                Some(inner) if !port.contains(']') => inner,
                None if !before.contains([':', '[', ']']) && !port.contains(['[', ']']) => before,
                _ => header
                    .strip_prefix('[')
                    .and_then(|rest| rest.strip_suffix(']'))
                    .unwrap_or(header),
            }
        }
    };
    host.trim().to_lowercase()
}
