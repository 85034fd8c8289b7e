//! What a program listens at, and by which of its own settings it would do otherwise.

use serde_json::Value;

use crate::model::settings::Settings;
use crate::model::{At, NOWHERE};

/// What a program listens at, of one port of its pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listens {
    /// The port of its pods, by name.
    pub port: &'static str,
    /// The number unless it is told; none where its own words say one.
    pub usual: Option<u16>,
    /// Its settings that say otherwise, by name; of those that say the same the first that
    /// is given holds. One that begins with `-` is an option. Any other is a variable, or
    /// one of Elastic's settings, as in `server.port`: a variable, a word
    /// (`--server.port=…`), or a key in the [file](Self::file).
    pub by: &'static [(&'static str, Says)],
    /// Where its settings stand, or what else says them.
    pub file: Option<File>,
}

/// What says the settings of a program, beside variables and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// YAML, in the file of this path.
    Yaml(&'static str),
    /// The same; where nothing says a host, the program listens at the pod itself alone.
    YamlWithHost {
        /// The file.
        path: &'static str,
        /// The setting for the host.
        setting: &'static str,
    },
    /// Pipelines of Logstash, in all files of this folder.
    Pipelines {
        /// The folder.
        folder: &'static str,
        /// Whether somebody sends there, so that one must have an input over UDP.
        needed: bool,
    },
    /// The command that starts it, which may be of one of these servers.
    Servers(&'static [Server]),
}

/// A server of Python's web applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// The word that starts it.
    pub name: &'static str,
    /// Where it listens unless it is told.
    pub host: &'static str,
    /// The port.
    pub port: u16,
    /// The option that says where.
    pub option: &'static str,
    /// Options, and variables, by which it may be told what isn't read here.
    pub unread: &'static [&'static str],
}

/// What a setting says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// The port.
    Port,
    /// The address at which it listens.
    Host,
    /// Both, as in `0.0.0.0:8080`.
    Address,
    /// Whether it speaks TLS.
    Tls,
    /// Whether everybody needs a password.
    Password,
}

/// A file of YAML that the topology itself writes, as far as it can be read.
pub fn own_yaml(settings: &Settings, path: &str) -> Option<At<Value>> {
    let file = settings.config_files.get(path).filter(|at| at.span != NOWHERE)?;
    Some(At::new(serde_saphyr::from_str(&file.value.0).unwrap_or_default(), file.span))
}

/// What a key says, whose dots may be levels, where it says a text, a number or a truth.
pub fn setting(value: &Value, name: &str) -> Option<String> {
    match lookup(value, name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn lookup<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    if let Some(found) = value.get(name) {
        return Some(found);
    }
    let mut ends = name.match_indices('.').map(|(at, _)| at);
    ends.find_map(|at| lookup(value.get(name.get(..at)?)?, name.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::setting;

    #[test]
    fn keys_may_be_levels() {
        let value = json!({"apm-server": {"host": "a:1"}, "http.port": 9201});
        assert_eq!(setting(&value, "apm-server.host"), Some("a:1".to_owned()));
        assert_eq!(setting(&value, "http.port"), Some("9201".to_owned()));
        assert_eq!(setting(&value, "network.host"), None);
    }
}
