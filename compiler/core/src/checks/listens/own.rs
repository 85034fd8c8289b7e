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
        match file {
            Some(File::Yaml(path) | File::YamlWithHost { path, .. }) => {
                let Some(value) = own_yaml(settings, path) else {
                    return if command.is_some() { Self::Unknown } else { Self::BuiltIn };
                };
                let place = settings.config_files.get(path).map_or(NOWHERE, |at| at.span);
                let setting = match file {
                    Some(File::YamlWithHost { setting, .. }) => Some(setting),
                    _ => None,
                };
                Self::Yaml(value, place, setting)
            }
            Some(File::Pipelines { folder, needed }) => {
                Pipelines::read(settings, folder, needed).map_or(Self::BuiltIn, Self::Pipelines)
            }
            Some(File::Servers(servers)) => match command {
                None => Self::BuiltIn,
                Some(command) => {
                    let found = servers.iter().find(|server| {
                        let starts = |word: &str| {
                            word == server.name || word.rsplit('/').next() == Some(server.name)
                        };
                        words(settings).any(|(word, _)| starts(word))
                    });
                    let is_unread = |server: &&Server| {
                        server.unread.iter().any(|name| {
                            settings.env.contains_key(*name)
                                || words(settings)
                                    .any(|(word, _)| word.split('=').next() == Some(*name))
                        })
                    };
                    found
                        .filter(|server| !is_unread(server))
                        .map_or(Self::Unknown, |server| Self::Server(server, command.span))
                }
            },
            None if command.is_some() => Self::Unknown,
            None => Self::BuiltIn,
        }
    }

    /// Whether the program listens where it usually does, unless it is told.
    pub(super) fn is_usual(&self, settings: &Settings) -> bool {
        let by_itself = settings.command.as_ref().is_none_or(|at| at.span == NOWHERE);
        by_itself && matches!(self, Self::BuiltIn)
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
        let text = match setting(value, name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            _ => return None,
        };
        Some(Said { text, span: *span })
    }
}
