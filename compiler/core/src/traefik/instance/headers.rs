//! What a `headers` does to a request (`pkg/middlewares/headers`): it answers
//! what browsers ask before they call another origin, then sets and takes out
//! headers, and last looks at the host.

use crate::traefik::objects::Headers;
use crate::traefik::request::Seen;
use crate::traefik::rule::header_name;

impl Headers {
    /// Changes the headers; the status of its own answer, if it answers itself.
    pub(super) fn pass(&self, seen: &mut Seen<'_>) -> Option<u16> {
        let asks = |name: &str| seen.header(name).next().is_some_and(|value| !value.is_empty());
        let preflight = ["Access-Control-Request-Method", "Origin"].into_iter().all(asks);
        if self.origins && preflight && seen.method == "OPTIONS" {
            return Some(200);
        }
        for (name, value) in &self.request {
            let name = header_name(name);
            if name == "Host" && !value.is_empty() {
                seen.host_header = value.to_string().into();
                continue;
            }
            let value = (!value.is_empty()).then(|| value.to_string().into());
            seen.set_header(name.into(), value);
        }
        if self.hosts.is_empty() {
            return None;
        }
        // `processRequest` of github.com/unrolled/secure.
        let said = self.host_headers.iter().find_map(|name| {
            let name = header_name(name);
            let said = seen.headers.iter().find(|(other, _)| *other == name)?;
            Some(&*said.1).filter(|value| !value.is_empty())
        });
        let host = said.unwrap_or(&seen.host_header);
        // Go folds all of Unicode; a host has no other letters.
        let is_allowed = self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host));
        (!is_allowed).then_some(500)
    }
}
