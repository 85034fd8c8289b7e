//! Why a value could not be written.

use std::fmt;

/// A value that YAML, as Kubernetes reads it, has no form for.
///
/// Displays as the path to the value and the reason, such as
/// `spec.weights[2]: NaN and infinities cannot be written`.
#[derive(Debug)]
pub struct YamlError(Box<Inner>);

/// Boxed by [`YamlError`], so that the common `Ok(())` stays one word wide.
#[derive(Debug)]
struct Inner {
    path: String,
    reason: Reason,
}

/// What is wrong with the value itself.
#[derive(Debug)]
pub(super) enum Reason {
    /// NaN or an infinity: JSON, and so the API server, has no such number.
    NotFinite,
    /// An integer that does not fit 64 bits.
    TooWide,
    /// Raw bytes; a `Secret` has its data in base64, which is a string.
    Bytes,
    /// A map key that is not a string, an integer or a boolean.
    Key,
    /// Maps and lists nested deeper than readers accept.
    TooDeep,
    /// A message from the value's own `Serialize`.
    Custom(String),
}

impl YamlError {
    pub(super) fn new(reason: Reason) -> Self {
        Self(Box::new(Inner { path: String::new(), reason }))
    }

    /// Where the value is, such as `spec.weights[2]`; empty for the document
    /// itself.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The same error, seen from the map that holds the value under `key`.
    pub(super) fn under_key(mut self, key: &str) -> Self {
        let path = &self.0.path;
        let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        self.0.path = format!("{key}{dot}{path}");
        self
    }

    /// The same error, seen from the list that holds the value.
    pub(super) fn under_index(mut self, index: usize) -> Self {
        let path = &self.0.path;
        let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        self.0.path = format!("[{index}]{dot}{path}");
        self
    }
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            write!(f, "{}: ", self.0.path)?;
        }
        f.write_str(match &self.0.reason {
            Reason::NotFinite => "NaN and infinities cannot be written",
            Reason::TooWide => "integers beyond 64 bits cannot be written",
            Reason::Bytes => "raw bytes cannot be written",
            Reason::Key => "a map key must be a string, an integer or a boolean",
            Reason::TooDeep => "maps and lists are nested too deeply",
            Reason::Custom(message) => message,
        })
    }
}

impl std::error::Error for YamlError {}

impl serde::ser::Error for YamlError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Reason::Custom(message.to_string()))
    }
}
