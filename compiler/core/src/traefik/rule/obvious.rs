//! The request that a rule names itself, where it names one plainly.

use super::example::Example;
use super::overlap::Overlap;
use super::{Rule, Test, host};
use crate::traefik::request::{encode_routing_path, reaches, sendable_host};

/// A host that no rule names.
const ANY_HOST: &str = "x0.example.org";

impl Rule {
    /// Whether any request matches.
    pub fn satisfiable(&self) -> Overlap {
        self.obvious().map_or_else(|| self.searched(), Overlap::Yes)
    }

    /// A request that surely matches: that of a rule which asks, as most do, for
    /// no more than a host and a path. Where there is one, it is what a search of
    /// all classes of requests finds first.
    pub(super) fn obvious(&self) -> Option<Example> {
        let parts = match self {
            Self::All(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let (mut named, mut path) = (None, None);
        for part in parts {
            let Self::Matcher(matcher) = part else { return None };
            let twice = match &matcher.test {
                Test::Host(host) => named.replace(host).is_some(),
                Test::Path(one) | Test::PathPrefix(one) => path.replace(one).is_some(),
                _ => return None,
            };
            if twice {
                return None;
            }
        }
        let host = match named {
            // Several hosts fit these.
            Some(named) if named.contains('*') || named.ends_with('.') => return None,
            Some(named) => sendable_host(named).filter(|host| host::matches(host, named))?,
            None => ANY_HOST.to_owned(),
        };
        let path = path.map_or("/a", String::as_str);
        reaches(path).then(|| Example {
            method: "GET".to_owned(),
            host,
            target: encode_routing_path(path),
            headers: Vec::new(),
            client: None,
        })
    }
}
