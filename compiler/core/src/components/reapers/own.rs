//! The URL of the server that the topology itself gives a reaper.

use std::borrow::Cow;

use jtc_syntax::Span;

use super::CONTAINER;
use crate::components::build::alias;
use crate::components::program::Program;
use crate::components::release::{self, Way};
use crate::model::resolved::ReaperRef;
use crate::model::settings::{EnvValue, Settings};
use crate::model::{At, NOWHERE};

/// The URL of the server that the topology itself gives a reaper.
#[derive(Clone, Debug)]
pub struct OwnUrl<'t> {
    /// As it is written; where only the prefix is, that of the alias.
    pub url: Cow<'t, str>,
    /// Where.
    pub span: Span,
    /// What follows it before the routes; `None` for the prefix that `jtc` says.
    prefix: Option<&'t str>,
}

impl OwnUrl<'_> {
    fn after_scheme(&self) -> &str {
        self.url.split_once("://").map_or(&*self.url, |(_, rest)| rest)
    }

    fn authority(&self) -> &str {
        self.after_scheme().split('/').next().unwrap_or_default()
    }

    /// Whether it leads to the Traefik of a namespace, by its alias. Elsewhere somebody
    /// else may add a prefix.
    pub fn is_of(&self, namespace: &str) -> bool {
        self.authority().split([':', '.']).next() == Some(alias::name(namespace).as_str())
    }

    /// What its requests begin with.
    pub(super) fn path(&self, usual: Option<Way>) -> String {
        let path = self
            .after_scheme()
            .get(self.authority().len()..)
            .unwrap_or_default()
            .trim_end_matches('/');
        let prefix = self.prefix.or(usual.map(|way| way.path)).unwrap_or_default();
        let between = if prefix.is_empty() || prefix.starts_with('/') { "" } else { "/" };
        format!("{path}{between}{}", prefix.trim_end_matches('/'))
    }
}

/// The options of a reaper that say whom it asks, in the releases that have one.
const OPTIONS: [&str; 2] = ["--service_url", "--service-url"];

/// Variables that tell a reaper whom to ask.
const ADDRESS: [&str; 4] = ["WEB_SERVICE_FQDN", "WEB_SERVICE_PORT", SERVICE_URL, ROUTE_PREFIX];
const SERVICE_URL: &str = "JOBMON__HTTP__SERVICE_URL";
const ROUTE_PREFIX: &str = "JOBMON__HTTP__ROUTE_PREFIX";

/// Whether a text of a program that is `called` so, or an option in it, is the URL
/// with this host that a reaper asks.
pub fn is_own_url(program: &Program, called: Option<&str>, (text, host): (&str, &str)) -> bool {
    let is_one = |name: &str| name == SERVICE_URL || OPTIONS.contains(&name);
    let within = || option(in_script(text)).is_some_and(|url| url.contains(host));
    program.container == CONTAINER && (called.is_some_and(is_one) || within())
}

/// The URL that the topology gives a reaper, as an option or as a variable. With the
/// option what is configured as the prefix doesn't count.
pub fn own_url<'t>(reaper: &ReaperRef<'t>) -> Option<OwnUrl<'t>> {
    let settings = &reaper.decl.settings;
    if let Some((url, span)) = by_option(settings) {
        let known = Some(url).filter(|url| is_known(url));
        return known.map(|url| OwnUrl { url: url.into(), span, prefix: Some("") });
    }
    let text = |name: &str| match settings.env.get(name) {
        Some(At { value: EnvValue::Text(text), span }) => Some((text.as_str(), *span)),
        _ => None,
    };
    let prefix = match reaper.release.reaper.address {
        release::Address::UrlPrefix => text(ROUTE_PREFIX),
        release::Address::HostPort | release::Address::Url => Some(("", NOWHERE)),
    };
    let (url, span) = match (text(SERVICE_URL), prefix) {
        (Some((url, span)), _) => (url.into(), span),
        (None, Some((_, span))) if span != NOWHERE && !settings.env.contains_key(SERVICE_URL) => {
            (format!("http://{}", alias::name(&reaper.decl.namespace.value)).into(), span)
        }
        (None, _) => return None,
    };
    Some(OwnUrl { url, span, prefix: prefix.map(|(prefix, _)| prefix) })
}

/// The URL that an option says in the words of a reaper, and where it is said.
fn by_option(settings: &Settings) -> Option<(&str, Span)> {
    let words = [&settings.args, &settings.command].into_iter().flatten();
    let mut words = words.filter(|words| words.span != NOWHERE);
    words.find_map(|at| {
        // One word may be all of a script.
        let url = option(at.value.iter().flat_map(|word| in_script(word)))?;
        Some((url, at.span))
    })
}

/// The URL that an option says among words.
fn option<'w>(mut words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    while let Some(word) = words.next() {
        match word.split_once('=') {
            Some((option, url)) if OPTIONS.contains(&option) => return Some(without_quotes(url)),
            None if OPTIONS.contains(&word) => return words.next(),
            _ => {}
        }
    }
    None
}

/// The words of what may be a script, as `sh -c` runs it.
fn in_script(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().map(|word| without_quotes(word.trim_end_matches([';', '&'])))
}

fn without_quotes(word: &str) -> &str {
    word.trim_matches(['"', '\''])
}

/// Whether nothing is put into a URL when the reaper runs.
fn is_known(url: &str) -> bool {
    !url.contains(['$', '`'])
}

/// Whether a program is a reaper that an option sends where it goes: what variables say
/// doesn't count then.
pub fn goes_by_option(program: &Program) -> bool {
    program.container == CONTAINER
        && by_option(&program.settings).is_some_and(|(url, _)| is_known(url))
}

/// Whether a program is a reaper that no option sends elsewhere.
pub fn asks_its_alias(program: &Program) -> bool {
    program.container == CONTAINER && by_option(&program.settings).is_none()
}

/// Whether a reaper may go another way, as the topology tells it whom to ask.
pub fn goes_elsewhere(reaper: &ReaperRef<'_>) -> bool {
    says_whom_to_ask(&reaper.decl.settings)
}

/// Whether the settings of a reaper say whom it asks.
pub fn says_whom_to_ask(settings: &Settings) -> bool {
    ADDRESS.iter().any(|name| settings.env.contains_key(*name)) || by_option(settings).is_some()
}
