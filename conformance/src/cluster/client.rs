//! A small client of the Kubernetes API: JSON in, JSON out, warnings kept.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use ureq::http::Request;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// Largest answer that is read, in bytes.
const ANSWER_LIMIT: u64 = 256 << 20;

/// A connection to one API server.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    server: String,
    token: String,
}

/// What the server said to one request.
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body, or `null` when it is not JSON.
    pub(crate) body: Value,
    /// The texts of the `Warning` headers.
    pub(crate) warnings: Vec<String>,
}

impl Answer {
    /// The body of a success, or the server's message.
    pub(crate) fn success(self, what: &str) -> Result<Value> {
        if (200..300).contains(&self.status) {
            return Ok(self.body);
        }
        bail!("{what}: HTTP {}: {}", self.status, self.message())
    }

    /// The server's message about a failure.
    pub(crate) fn message(&self) -> String {
        match self.body.pointer("/message").and_then(Value::as_str) {
            Some(message) => message.to_owned(),
            None => self.body.to_string(),
        }
    }
}

/// An agent for plain HTTP to programs of this machine. Everything is on
/// it: no proxy of the environment may come between, and any status is an
/// answer.
pub(crate) fn plain_agent() -> ureq::Agent {
    ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            .proxy(None)
            .build(),
    )
}

impl Client {
    /// A client of the server at `server`, whose certificate chain is in the
    /// PEM file `authority`, that carries `token`.
    pub(crate) fn new(server: &str, authority: &Path, token: &str) -> Result<Self> {
        let pem = std::fs::read(authority)?;
        let mut certificates = Vec::new();
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item? {
                certificates.push(certificate);
            }
        }
        let tls =
            TlsConfig::builder().root_certs(RootCerts::from(certificates.into_iter())).build();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .proxy(None)
            .tls_config(tls)
            .build();
        Ok(Self {
            agent: ureq::Agent::new_with_config(config),
            server: server.to_owned(),
            token: token.to_owned(),
        })
    }

    /// The server's address, `https://HOST:PORT`.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// Sends one request; only a broken connection is an error.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        accept: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Accept", accept);
        let answer = match body {
            Some((content, bytes)) => {
                self.agent.run(request.header("Content-Type", content).body(bytes)?)
            }
            None => self.agent.run(request.body(())?),
        };
        let mut answer = answer.with_context(|| format!("{method} {path}"))?;
        let warnings = answer
            .headers()
            .get_all("Warning")
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        let text = answer
            .body_mut()
            .with_config()
            .limit(ANSWER_LIMIT)
            .read_to_vec()
            .with_context(|| format!("{method} {path}"))?;
        Ok(Answer {
            status: answer.status().as_u16(),
            body: serde_json::from_slice(&text).unwrap_or(Value::Null),
            warnings,
        })
    }

    /// Reads a path that has to exist.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", path, "application/json", None)?.success(&format!("GET {path}"))
    }

    /// Reads a path; `None` when nothing is there.
    pub(crate) fn find(&self, path: &str) -> Result<Option<Value>> {
        let answer = self.send("GET", path, "application/json", None)?;
        if answer.status == 404 {
            return Ok(None);
        }
        answer.success(&format!("GET {path}")).map(Some)
    }

    /// The items of a list.
    pub(crate) fn list(&self, path: &str) -> Result<Vec<Value>> {
        let mut list = self.get(path)?;
        match list.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => Ok(items),
            _ => bail!("GET {path} is not a list"),
        }
    }

    /// Creates an object below `path`.
    pub(crate) fn create(&self, path: &str, object: &Value) -> Result<Value> {
        let body = ("application/json", object.to_string().into_bytes());
        self.send("POST", path, "application/json", Some(body))?.success(&format!("POST {path}"))
    }

    /// Deletes what is at `path`, as `kubectl delete` does, without waiting;
    /// what is gone already is fine.
    pub(crate) fn delete(&self, path: &str) -> Result<()> {
        let full = format!("{path}?propagationPolicy=Background");
        let answer = self.send("DELETE", &full, "application/json", None)?;
        if answer.status == 404 {
            return Ok(());
        }
        answer.success(&format!("DELETE {path}")).map(drop)
    }
}
