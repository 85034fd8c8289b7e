//! Programs that their own variables, words or files let listen elsewhere than at the
//! ports of their pods, or speak what nobody speaks who comes to them.

mod own;
mod pipelines;

use jtc_syntax::Span;

use self::own::Own;
use crate::components::listens::{Listens, Says};
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
    let own_port = settings.ports.get(listens.port).map(|at| (at.value.container, at.span));
    let private = program.private_ports.iter().find(|(name, _)| name == listens.port);
    let Some((declared, place)) = own_port.or(private.map(|(_, number)| (*number, NOWHERE))) else {
        return;
    };
    let own = Own::read(settings, listens.file);
    let first = |wanted: &[Says]| {
        let mut by = listens.by.iter().filter(|(_, says)| wanted.contains(says));
        by.find_map(|(name, says)| Some((said(settings, &own, name)?, *says)))
    };
    let name = &*program.component;
    if let Own::Pipelines(pipelines) = &own {
        pipelines.check(name, (listens.port, declared, place), report);
        return;
    }
    let said_port = first(&[Says::Port, Says::Address]).map(|(said, _)| said);
    let told = match &said_port {
        Some(said) => port(&said.text).map(|number| (number, said.span)),
        None => own.port(),
    };
    let usual = listens.usual.filter(|_| said_port.is_none() && own.is_usual());
    let there = (listens.port, declared, place);
    let said_host = first(&[Says::Host, Says::Address]);
    let unsaid = own.host().filter(|_| said_host.is_none());
    // A command that says neither is told once.
    let told = told.filter(|_| said_port.is_some() || unsaid.is_none());
    if let Some((number, span)) = told.filter(|(number, _)| *number != declared) {
        report.push(d::port(name, span, number, there));
    } else if let Some(usual) = usual.filter(|usual| place != NOWHERE && *usual != declared) {
        report.push(d::usual(name, usual, there));
    }
    if let Some((said, says)) = said_host
        && let Some(host) = inward(&said.text, says)
    {
        report.push(d::host(name, said.span, host));
    }
    if let Some((host, span)) = unsaid {
        let setting = own.setting().unwrap_or_default();
        report.push(d::unsaid(name, span, host, setting));
    }
    for says in [Says::Tls, Says::Password] {
        if let Some((said, _)) = first(&[says]).filter(|(said, _)| said.text == "true") {
            report.push(d::otherwise(name, said.span, says));
        }
    }
}

/// What the topology itself says of a setting: in a word, where the last counts, in a
/// variable, or in a file.
fn said(settings: &Settings, own: &Own, name: &str) -> Option<Said> {
    let mut found = None;
    let mut before: Option<&str> = None;
    for (word, span) in own::words(settings) {
        let value = match before {
            Some(option) if option == name => Some(word),
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
    variable.or_else(|| own.said(name))
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
    host.split(',').all(is_inward).then_some(host)
}

/// Whether only the pod itself comes to an address.
fn is_inward(host: &str) -> bool {
    let host = host.trim().trim_matches(['[', ']', '"']);
    matches!(host, "localhost" | "::1" | "_local_") || host.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_pod_alone_are_inward() {
        assert_eq!(inward("127.0.0.1:80", Says::Address), Some("127.0.0.1"));
        assert_eq!(inward("[::1]:80", Says::Address), Some("[::1]"));
        assert_eq!(inward("_local_,_site_", Says::Host), None);
        assert_eq!(inward("0.0.0.0", Says::Host), None);
    }

    #[test]
    fn variables_of_elasticsearch_have_dots_or_its_prefix() {
        assert!(is_variable("http.port", "http.port"));
        assert!(is_variable("ES_SETTING_NETWORK_BIND__HOST", "network.bind_host"));
        assert!(!is_variable("HTTP_PORT", "http.port"));
    }
}
