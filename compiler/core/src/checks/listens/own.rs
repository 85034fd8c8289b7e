//! What the topology writes for a program, instead of what the compiler would.

use jtc_syntax::Span;
use serde_json::Value;

use super::Said;
use super::pipelines::Pipelines;
use crate::components::listens::{File, Server, own_yaml, setting};
use crate::model::NOWHERE;
use crate::model::settings::Settings;

/// The settings of a program beside its variables.
pub(super) enum Own {
    /// They are the compiler's.
    BuiltIn,
    /// A file of YAML, and the setting that must say a host, where one must.
    Yaml(Value, Span, Option<&'static str>),
    /// Pipelines.
    Pipelines(Pipelines),
    /// A command that starts this server, which is told all that counts by what is read.
    Server(&'static Server, Span),
    /// A command of which nothing is known.
    Unknown,
}

/// The words of the topology itself; one of several words may be a script.
pub(super) fn words(settings: &Settings) -> impl Iterator<Item = (&str, Span)> {
    let lists = [&settings.command, &settings.args].into_iter().flatten();
    let own = lists.filter(|at| at.span != NOWHERE);
    own.flat_map(|at| {
        at.value.iter().flat_map(move |word| word.split_whitespace().map(move |one| (one, at.span)))
    })
}

impl Own {
    pub(super) fn read(settings: &Settings, file: Option<File>) -> Self {
        let command = settings.command.as_ref().filter(|at| at.span != NOWHERE);
        let found = match file {
            Some(File::Yaml(path)) => {
                own_yaml(settings, path).map(|at| Self::Yaml(at.value, at.span, None))
            }
            Some(File::YamlWithHost { path, setting }) => {
                own_yaml(settings, path).map(|at| Self::Yaml(at.value, at.span, Some(setting)))
            }
            Some(File::Pipelines { folder, needed }) => {
                Pipelines::read(settings, folder, needed).map(Self::Pipelines)
            }
            Some(File::Servers(servers)) => command
                .and_then(|command| Some(Self::Server(started(settings, servers)?, command.span))),
            None => None,
        };
        // Of a command of its own nobody knows what it does.
        let otherwise = if command.is_some() { Self::Unknown } else { Self::BuiltIn };
        found.unwrap_or(otherwise)
    }

    /// Whether the program listens where it usually does, unless it is told.
    pub(super) fn is_usual(&self) -> bool {
        matches!(self, Self::BuiltIn)
    }

    /// The port that nobody says, and yet isn't the compiler's.
    pub(super) fn port(&self) -> Option<(u16, Span)> {
        match self {
            Self::Server(server, span) => Some((server.port, *span)),
            _ => None,
        }
    }

    /// The address where only the pod itself comes, for it is what holds unless a host is
    /// said.
    pub(super) fn host(&self) -> Option<(&'static str, Span)> {
        match self {
            Self::Server(server, span) if super::is_inward(server.host) => {
                Some((server.host, *span))
            }
            Self::Yaml(_, span, Some(_)) => Some(("localhost", *span)),
            _ => None,
        }
    }

    /// The option or the key that says where the program listens.
    pub(super) fn setting(&self) -> Option<&'static str> {
        match self {
            Self::Server(server, _) => Some(server.option),
            Self::Yaml(_, _, setting) => *setting,
            _ => None,
        }
    }

    /// What a key of YAML says.
    pub(super) fn said(&self, name: &str) -> Option<Said> {
        let Self::Yaml(value, span, _) = self else { return None };
        Some(Said { text: setting(value, name)?, span: *span })
    }
}

/// The server that the words of the topology start, if all that counts is read of it.
fn started(settings: &Settings, servers: &'static [Server]) -> Option<&'static Server> {
    let says = |is_one: &dyn Fn(&str) -> bool| words(settings).any(|(word, _)| is_one(word));
    let starts = |server: &&Server| says(&|word| word.rsplit('/').next() == Some(server.name));
    let server = servers.iter().find(starts)?;
    let is_told = |name: &&str| {
        settings.env.contains_key(*name) || says(&|word| word.split('=').next() == Some(*name))
    };
    (!server.unread.iter().any(is_told)).then_some(server)
}
