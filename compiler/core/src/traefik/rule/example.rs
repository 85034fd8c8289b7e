//! Requests that stand for those that rules take.

use std::net::IpAddr;

use super::Rule;
use crate::traefik::request::{Request, Seen};

/// A request as an example.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Example {
    /// The method.
    pub method: String,
    /// The header `Host`.
    pub host: String,
    /// The request target.
    pub target: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The address that connects, where it matters.
    pub client: Option<IpAddr>,
}

impl std::fmt::Display for Example {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} http://{}{}", self.method, self.host, self.target)?;
        for (name, value) in &self.headers {
            write!(f, " with `{name}: {value}`")?;
        }
        if let Some(client) = self.client {
            write!(f, " from {client}")?;
        }
        Ok(())
    }
}

impl Example {
    /// A request for the last of the rules on a way down, of which a middleware takes
    /// off the path that the first wants.
    pub fn below(rules: &[Rule]) -> Option<Self> {
        let [first, .., last] = rules else { return None };
        let mut request = first.satisfiable().example()?;
        let rest = last.satisfiable().example()?.target;
        request.target = format!("{}{rest}", request.target.trim_end_matches('/'));
        Some(request)
    }

    /// The request, at an entrypoint.
    pub fn request<'e>(
        &'e self,
        entry_point: &'e str,
        headers: &'e [(&'e str, &'e str)],
    ) -> Request<'e> {
        Request {
            entry_point,
            method: &self.method,
            host: &self.host,
            target: &self.target,
            headers,
            client: self.client,
            tls: None,
        }
    }

    /// Its headers, as a request has them.
    pub fn headers(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Whether a rule takes it, at an entrypoint that cleans paths.
    pub fn matches(&self, rule: &Rule) -> bool {
        let headers = self.headers();
        let request = self.request("", &headers);
        Seen::cleaned(&request).is_ok_and(|mut seen| {
            if rule.reads_headers() {
                seen.forwarded(&request);
            }
            rule.matches(&seen)
        })
    }
}
