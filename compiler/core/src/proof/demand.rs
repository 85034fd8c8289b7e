//! Who must reach whom: what the topology declares and what components imply.

use std::sync::Arc;

use jtc_syntax::Span;

use crate::components::build::alias;
use crate::components::program::{Home, Knows, Peer, Program, Talk};
use crate::components::site::Made;
use crate::model::NOWHERE;
use crate::model::settings::Protocol;
use crate::network::values::{Address, Told, Values, told};

/// A path that has to work.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The namespace of who talks.
    pub namespace: Arc<str>,
    /// Who talks: a component.
    pub component: Arc<str>,
    /// Whom it reaches.
    pub to: Peer,
    /// Why, as in "writes its logs".
    pub why: &'static str,
    /// The place in the source that it follows from.
    pub span: Span,
    /// Where it is told the address; `None` for what no text tells it, as a
    /// Traefik its routes.
    pub told: Option<Told>,
}

impl Demand {
    /// The host name that is asked for, where it is one of the cluster.
    pub fn host(&self) -> Option<String> {
        match &self.to {
            Peer::Program { app, service: Some(_), .. } => Some(app.clone()),
            Peer::Traefik { namespace, .. } => Some(alias::name(namespace)),
            Peer::Program { service: None, .. } | Peer::External { .. } | Peer::ApiServer => None,
        }
    }

    /// Whom it reaches, for a person.
    pub fn target(&self) -> String {
        match &self.to {
            Peer::Program { app, .. } => app.clone(),
            Peer::Traefik { namespace, asks, .. } => format!("{namespace}/{}", asks.app),
            Peer::External { name, .. } => name.clone(),
            Peer::ApiServer => "the Kubernetes API".to_owned(),
        }
    }

    /// What is spoken.
    pub fn protocol(&self) -> Protocol {
        match &self.to {
            Peer::Program { protocol, .. }
            | Peer::Traefik { protocol, .. }
            | Peer::External { protocol, .. } => *protocol,
            Peer::ApiServer => Protocol::Tcp,
        }
    }
}

/// The paths that the programs of a namespace need, read while their objects
/// are at hand.
pub fn demands(home: &Home<'_>, made: &Made) -> Vec<Demand> {
    let values = Values::of(&made.objects);
    let namespace: Arc<str> = home.namespace.into();
    let of = |program: &Program, talk: &Talk| Demand {
        namespace: namespace.clone(),
        component: program.component.clone(),
        to: talk.to.clone(),
        why: talk.why,
        span: talk.span,
        told: is_told(&values, program, talk),
    };
    made.programs
        .iter()
        .flat_map(|program| program.talks.iter().map(move |talk| (program, talk)))
        .map(|(program, talk)| of(program, talk))
        .collect()
}

fn is_told(values: &Values<'_>, program: &Program, talk: &Talk) -> Option<Told> {
    if talk.knows == Knows::ByItself || &*program.component == "traefik" {
        return None;
    }
    let values = values.get(&program.component);
    let told = match &talk.to {
        Peer::Program { app, service: Some(port), .. } => {
            // What a component tells itself is without TLS, as all of them are.
            let tls = (talk.knows == Knows::FromComponent).then_some(false);
            told(values, &Address { host: app, port: *port, path: None, tls })
        }
        Peer::Traefik { namespace, service, asks, .. } => {
            let host = alias::name(namespace);
            let path = asks.path.as_deref();
            told(values, &Address { host: &host, port: *service, path, tls: Some(asks.tls) })
        }
        Peer::Program { service: None, .. } | Peer::External { .. } | Peer::ApiServer => {
            return None;
        }
    };
    // Who says another address on purpose is left alone.
    if talk.knows == Knows::FromComponent
        && !matches!(told, Told::Here(_))
        && says_addresses(program)
    {
        return None;
    }
    Some(told)
}

/// Whether the topology itself sets variables or files of a program that may
/// hold an address. Those of a database, of Slack and of a login lead outside.
fn says_addresses(program: &Program) -> bool {
    const PARTS: [&str; 7] = ["HOST", "URL", "URI", "FQDN", "ENDPOINT", "PORT", "ADDR"];
    const OUTSIDE: [&str; 4] = ["DB", "DATABASE", "SLACK", "OIDC"];
    let said = |name: &str, span: Span| {
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        span != NOWHERE && has(&PARTS) && !has(&OUTSIDE)
    };
    let settings = &program.settings;
    settings.env.iter().any(|(name, at)| said(name, at.span))
        || settings.config_files.values().any(|at| at.span != NOWHERE)
        || settings.command.as_ref().is_some_and(|at| at.span != NOWHERE)
        || settings.args.as_ref().is_some_and(|at| at.span != NOWHERE)
}
