//! Programs that their own variables, words or files let listen elsewhere than at the
//! ports of their pods, or speak what nobody speaks who comes to them.

use jtc_syntax::Span;
use serde_json::Value;

use crate::components::listens::{File, Listens, Says};
use crate::components::program::Program;
use crate::diagnostics::{Report, j0575_listens_elsewhere as d};
use crate::model::NOWHERE;
use crate::model::settings::{EnvValue, Settings};

/// A setting that the topology says.
struct Said {
    text: String,
    span: Span,
}

/// Checks what a program is told.
pub(super) fn check(program: &Program, report: &mut Report) {
    for listens in program.listens {
        one(program, listens, report);
    }
}

fn one(program: &Program, listens: &Listens, report: &mut Report) {
    let settings = &program.settings;
    let own = settings.ports.get(listens.port).map(|at| (at.value.container, at.span));
    let private = program.private_ports.iter().find(|(name, _)| name == listens.port);
    let Some((declared, place)) = own.or(private.map(|(_, number)| (*number, NOWHERE))) else {
        return;
    };
    let files = Files::read(settings, listens.file);
    let first = |wanted: &[Says]| {
        let mut by = listens.by.iter().filter(|(_, says)| wanted.contains(says));
        by.find_map(|(name, says)| Some((said(settings, &files, name)?, *says)))
    };
    let name = &*program.component;
    let said_port = first(&[Says::Port, Says::Address]).map(|(said, _)| said);
    let told = match &said_port {
        Some(said) => port(&said.text).map(|number| (number, said.span)),
        None => files.port(),
    };
    // Of a command or a file of its own nobody knows what is usual.
    let by_itself = settings.command.as_ref().is_none_or(|at| at.span == NOWHERE);
    let usual = listens.usual.filter(|_| by_itself && said_port.is_none() && !files.is_own());
    let there = (listens.port, declared, place);
    if let Some((number, span)) = told.filter(|(number, _)| *number != declared) {
        report.push(d::port(name, span, number, there));
    } else if let Some(usual) = usual.filter(|usual| place != NOWHERE && *usual != declared) {
        report.push(d::usual(name, usual, there));
    }
    if let Some((said, says)) = first(&[Says::Host, Says::Address])
        && let Some(host) = inward(&said.text, says)
    {
        report.push(d::host(name, said.span, host));
    }
    for says in [Says::Tls, Says::Password] {
        if let Some((said, _)) = first(&[says]).filter(|(said, _)| said.text == "true") {
            report.push(d::otherwise(name, said.span, says));
        }
    }
}

/// What the topology itself says of a setting: in a word, where the last counts, in a
/// variable, or in a file.
fn said(settings: &Settings, files: &Files, name: &str) -> Option<Said> {
    let words = || {
        let lists = [&settings.command, &settings.args];
        lists.into_iter().flatten().flat_map(|at| at.value.iter().map(|word| (word, at.span)))
    };
    let mut found = None;
    let mut before: Option<&String> = None;
    for (word, span) in words().filter(|(_, span)| *span != NOWHERE) {
        let value = match before {
            Some(option) if option == name => Some(word.as_str()),
            _ => word.split_once('=').filter(|(own, _)| is_called(own, name)).map(|(_, text)| text),
        };
        found = value.map(|text| Said { text: text.to_owned(), span }).or(found);
        before = Some(word);
    }
    if found.is_some() || name.starts_with('-') {
        return found;
    }
    let mut variables =
        settings.env.iter().filter(|(own, at)| at.span != NOWHERE && is_variable(own, name));
    let variable = variables.find_map(|(_, at)| match &at.value {
        EnvValue::Text(text) => Some(Said { text: text.clone(), span: at.span }),
        EnvValue::Secret(_) => None,
    });
    variable.or_else(|| files.said(name))
}

/// Whether a word with `=` is this setting: an option whole, and one of Elastic's after
/// `-E` (Elasticsearch, Beats) or `--` (Kibana).
fn is_called(own: &str, name: &str) -> bool {
    if name.starts_with('-') {
        return own == name;
    }
    own.strip_prefix("-E").or_else(|| own.strip_prefix("--")).unwrap_or(own) == name
}

/// Whether a variable is this setting: by its name, or as the image of Elasticsearch has
/// it (Elasticsearch, "Configuring Elasticsearch with Docker").
fn is_variable(own: &str, name: &str) -> bool {
    let upper = || name.to_ascii_uppercase().replace('_', "__").replace('.', "_");
    own == name || own.strip_prefix("ES_SETTING_").is_some_and(|own| own == upper())
}

/// The port that a text says, alone or behind a host; of a range the first.
fn port(text: &str) -> Option<u16> {
    let text = text.rsplit(':').next().unwrap_or(text).trim();
    text.split('-').next()?.parse().ok()
}

/// The address, where only the pod itself comes to it.
fn inward(text: &str, says: Says) -> Option<&str> {
    let text = text.trim();
    let host = match says {
        Says::Address => text.rsplit_once(':').map_or(text, |(host, _)| host),
        _ => text,
    };
    let is_inward = |host: &str| {
        let host = host.trim().trim_matches(['[', ']', '"']);
        matches!(host, "localhost" | "::1" | "_local_") || host.starts_with("127.")
    };
    host.split(',').all(is_inward).then_some(host)
}

/// The settings in the files of a program that the topology writes.
enum Files {
    /// They are the compiler's own.
    BuiltIn,
    /// A file of YAML.
    Yaml(Value, Span),
    /// The port of an input over UDP; none where there is no single one.
    Udp(Option<(u16, Span)>),
}

impl Files {
    fn read(settings: &Settings, file: Option<File>) -> Self {
        let own = |wanted: &dyn Fn(&str) -> bool| {
            let files = settings.config_files.iter();
            files.filter(|(path, at)| at.span != NOWHERE && wanted(path)).collect::<Vec<_>>()
        };
        match file {
            None => Self::BuiltIn,
            Some(File::Yaml(path)) => match own(&|own| own == path).first() {
                None => Self::BuiltIn,
                Some((_, at)) => {
                    Self::Yaml(serde_saphyr::from_str(&at.value.0).unwrap_or_default(), at.span)
                }
            },
            Some(File::Pipelines(folder)) => {
                let files = own(&|own| own.starts_with(folder));
                if files.is_empty() {
                    return Self::BuiltIn;
                }
                let ports = files.iter().flat_map(|(_, at)| {
                    udp_ports(&at.value.0)
                        .into_iter()
                        .map(|port| (port, at.span))
                        .collect::<Vec<_>>()
                });
                let ports: Vec<(u16, Span)> = ports.collect();
                Self::Udp(match ports.as_slice() {
                    [only] => Some(*only),
                    _ => None,
                })
            }
        }
    }

    /// Whether the topology writes them, so that nobody knows what is usual.
    fn is_own(&self) -> bool {
        !matches!(self, Self::BuiltIn)
    }

    /// The port that they say in their own way.
    fn port(&self) -> Option<(u16, Span)> {
        match self {
            Self::Udp(port) => *port,
            Self::BuiltIn | Self::Yaml(..) => None,
        }
    }

    /// What a key of YAML says, whose dots may be levels.
    fn said(&self, name: &str) -> Option<Said> {
        let Self::Yaml(value, span) = self else { return None };
        let text = match lookup(value, name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            _ => return None,
        };
        Some(Said { text, span: *span })
    }
}

fn lookup<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    if let Some(found) = value.get(name) {
        return Some(found);
    }
    let mut ends = name.match_indices('.').map(|(at, _)| at);
    ends.find_map(|at| lookup(value.get(name.get(..at)?)?, name.get(at + 1..)?))
}

/// The ports of the inputs over UDP of a pipeline (Logstash, "Udp input plugin"), as far as
/// they are numbers.
fn udp_ports(pipeline: &str) -> Vec<u16> {
    let lines = pipeline.lines().map(|line| line.split('#').next().unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join(" ");
    let spaced = text.replace('{', " { ").replace('}', " } ").replace("=>", " => ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut ports = Vec::new();
    let mut is_udp = false;
    for (index, word) in words.iter().enumerate() {
        let next = |by: usize| words.get(index + by).copied();
        match *word {
            "udp" if next(1) == Some("{") => is_udp = true,
            "}" => is_udp = false,
            "port" if is_udp && next(1) == Some("=>") => {
                let said = next(2).map(|port| port.trim_matches(['"', '\'']));
                ports.extend(said.and_then(|port| port.parse::<u16>().ok()));
            }
            _ => {}
        }
    }
    ports
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_pipelines_are_those_of_inputs_over_udp() {
        assert_eq!(udp_ports("input { udp { port => 6000 } tcp { port => 7000 } }"), [6000]);
        assert_eq!(udp_ports("input {\n udp {\n  # port => 1\n  port=>\"6000\"\n }\n}"), [6000]);
        assert!(udp_ports("input { udp { port => \"${PORT}\" } }").is_empty());
    }

    #[test]
    fn keys_may_be_levels() {
        let value = serde_json::json!({"apm-server": {"host": "a:1"}, "http.port": 9201});
        assert_eq!(lookup(&value, "apm-server.host"), Some(&Value::from("a:1")));
        assert_eq!(lookup(&value, "http.port"), Some(&Value::from(9201)));
        assert_eq!(lookup(&value, "network.host"), None);
    }

    #[test]
    fn addresses_of_the_pod_alone_are_inward() {
        assert_eq!(inward("127.0.0.1:80", Says::Address), Some("127.0.0.1"));
        assert_eq!(inward("[::1]:80", Says::Address), Some("[::1]"));
        assert_eq!(inward("_local_,_site_", Says::Host), None);
        assert_eq!(inward("0.0.0.0", Says::Host), None);
    }
}
