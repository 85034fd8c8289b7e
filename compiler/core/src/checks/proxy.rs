//! Variables that send a program to a proxy for what is inside the cluster.

use jtc_syntax::Span;

use crate::components::build::alias;
use crate::components::program::{Peer, Program};
use crate::components::reapers;
use crate::diagnostics::{Report, j0573_by_proxy as d};
use crate::model::At;
use crate::model::settings::EnvValue;

/// By which variables Traefik asks a proxy (`http.ProxyFromEnvironment` of Go), and
/// for what.
const OF_TRAEFIK: [(&str, &str); 2] = [
    ("HTTP_PROXY", "the pods behind its routes"),
    ("HTTPS_PROXY", "the Kubernetes API, which tells it its routes"),
];

/// Those by which a reaper does for `http` (`get_environ_proxies` of Python's `requests`).
const OF_REAPERS: [&str; 2] = ["HTTP_PROXY", "ALL_PROXY"];

/// Checks that what is inside is asked without a proxy.
pub(super) fn check(program: &Program, report: &mut Report) {
    if &*program.component == "traefik" {
        let all = OF_TRAEFIK.iter().find_map(|(name, what)| Some((set(program, name)?, what)));
        // Which addresses pods have, nobody knows before.
        if let Some(((name, place), what)) = all.filter(|_| exempt(program).is_none()) {
            report.push(d::traefik(name, place, what));
        }
    } else if reapers::asks_its_alias(program) {
        let asked = program.talks.iter().find_map(|talk| match &*talk.to {
            Peer::Traefik { namespace, .. } => Some(alias::name(namespace)),
            _ => None,
        });
        let proxy = OF_REAPERS.iter().find_map(|name| set(program, name));
        let (Some(host), Some((name, place))) = (asked, proxy) else { return };
        let spared = |list: &str| {
            let mut entries = list.split(',').map(|entry| entry.trim().trim_start_matches('.'));
            entries.any(|entry| entry == "*" || (!entry.is_empty() && host.ends_with(entry)))
        };
        let spares = match exempt(program) {
            None => false,
            Some(EnvValue::Text(list)) => spared(list),
            Some(EnvValue::Secret(_)) => true,
        };
        if !spares {
            report.push(d::reaper(name, place, &program.component, &host));
        }
    }
}

/// The variable of this name, in letters of either size, that holds something.
fn set<'p>(program: &'p Program, name: &str) -> Option<(&'p str, Span)> {
    let holds = |at: &EnvValue| !matches!(at, EnvValue::Text(text) if text.trim().is_empty());
    let found = called(program, name).find(|(_, at)| holds(&at.value));
    found.map(|(own, at)| (own, at.span))
}

/// What is asked without the proxy.
fn exempt(program: &Program) -> Option<&EnvValue> {
    called(program, "NO_PROXY").next().map(|(_, at)| &at.value)
}

/// The variables of this name, in letters of either size.
fn called<'p>(
    program: &'p Program,
    name: &str,
) -> impl Iterator<Item = (&'p str, &'p At<EnvValue>)> {
    let all = program.settings.env.iter();
    all.filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(own, at)| (own.as_str(), at))
}
