//! What a program listens at, and by which of its own settings it would do otherwise.

use std::fmt;

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
    /// The file with its settings.
    pub file: Option<File>,
}

/// A file with the settings of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// YAML, in the file of this path.
    Yaml(&'static str),
    /// Pipelines of Logstash, in all files of this folder.
    Pipelines(&'static str),
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

impl fmt::Display for Says {
    /// As what the program would do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Port | Self::Host | Self::Address => "listen elsewhere",
            Self::Tls => "speak TLS",
            Self::Password => "ask everybody for a password",
        })
    }
}
