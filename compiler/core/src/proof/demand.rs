//! Who must reach whom: what the topology declares and what components imply.

use std::borrow::Cow;
use std::sync::Arc;

use jtc_syntax::Span;

use super::walk::instead::{self, Instead};
use crate::components::build::alias;
use crate::components::program::{
    Asks, DECLARED, DECLARED_AWAY, Exposure, Home, Knows, Peer, Program, Talk,
};
use crate::components::reapers;
use crate::components::site::Made;
use crate::model::NOWHERE;
use crate::model::object::Body;
use crate::model::settings::Protocol;
use crate::network::values::{Address, Field, Told, Value, Values, told, told_by};
use crate::traefik::rule::{Example, Overlap, Rule};

/// A path that has to work.
#[derive(Clone, Debug, Hash)]
pub struct Demand {
    /// The namespace of who talks.
    pub namespace: Arc<str>,
    /// Who talks: a component.
    pub component: Arc<str>,
    /// Whom it reaches.
    pub to: Arc<Peer>,
    /// Why, as in "writes its logs".
    pub why: &'static str,
    /// The place in the source that it follows from.
    pub span: Span,
    /// Where it is told the address; `None` for what no text tells it, as a
    /// Traefik its routes.
    pub told: Option<Told>,
    /// Where the topology sends the program on purpose, if that is elsewhere.
    pub elsewhere: Option<Vec<Instead>>,
    /// The variable of its `connect` that the topology sets itself.
    pub taken: Option<(String, Span)>,
    /// What a client outside of the cluster asks; it has no namespace then.
    pub client: Option<Box<Client>>,
}

/// A client outside of the cluster, who comes by a load balancer.
#[derive(Clone, Debug, Hash)]
pub struct Client {
    /// A request that its rule takes; none where it can't be told, and over UDP.
    pub example: Option<Example>,
    /// The rule.
    pub rule: Option<Arc<Rule>>,
    /// The router that answers in the end, by its index, where others stand above
    /// it.
    pub leaf: Option<usize>,
}

/// The name of whoever is outside of the cluster.
pub const OUTSIDE: &str = "outside";

impl Demand {
    /// The host name that is asked for, where it is one of the cluster.
    pub fn host(&self) -> Option<String> {
        match &*self.to {
            Peer::Program { app, service: Some(_), .. } => Some(app.clone()),
            Peer::Traefik { namespace, .. } => Some(alias::name(namespace)),
            Peer::Program { service: None, .. } | Peer::External { .. } | Peer::ApiServer => None,
        }
    }

    /// Whom it reaches, for a person.
    pub fn target(&self) -> String {
        match &*self.to {
            Peer::Program { app, .. } => app.clone(),
            Peer::Traefik { namespace, asks, .. } => format!("{namespace}/{}", asks.app),
            Peer::External { name, .. } => name.clone(),
            Peer::ApiServer => "the Kubernetes API".to_owned(),
        }
    }

    /// Whether a `connect` says it.
    pub fn is_declared(&self) -> bool {
        self.why == DECLARED || self.why == DECLARED_AWAY
    }

    /// What is spoken.
    pub fn protocol(&self) -> Protocol {
        match &*self.to {
            Peer::Program { protocol, .. }
            | Peer::Traefik { protocol, .. }
            | Peer::External { protocol, .. } => *protocol,
            Peer::ApiServer => Protocol::Tcp,
        }
    }
}

/// The paths that the programs of a namespace need, read while their objects
/// are at hand.
pub fn demands(home: &Home<'_>, made: &Made, values: &Values<'_>) -> Vec<Demand> {
    let namespace: Arc<str> = home.namespace.into();
    let of = |program: &Program, talk: &Talk| {
        let told = is_told(values, program, talk);
        // Who says another address on purpose goes another way.
        let elsewhere = matches!(told, Some(Told::Otherwise(..) | Told::Nowhere))
            && talk.knows == Knows::FromComponent
            && says(program, says_address);
        let elsewhere = elsewhere.then(|| instead::said(program, &counting(values, program)));
        // Another port alone leads to the same host.
        let elsewhere =
            elsewhere.filter(|said| !said.is_empty() || !matches!(told, Some(Told::Otherwise(..))));
        Demand {
            namespace: namespace.clone(),
            component: program.component.clone(),
            to: talk.to.clone(),
            why: talk.why,
            span: talk.span,
            told,
            elsewhere,
            taken: taken(program, talk),
            client: None,
        }
    };
    let clients = clients(home, made);
    let count: usize = made.programs.iter().map(|program| program.talks.len()).sum();
    let mut demands = Vec::with_capacity(count + clients.len());
    for program in &made.programs {
        demands.extend(program.talks.iter().map(|talk| of(program, talk)));
    }
    demands.extend(clients);
    demands
}

/// What clients outside ask of a Traefik with a load balancer: one request for
/// each route, of those that its rule takes.
fn clients(home: &Home<'_>, made: &Made) -> Vec<Demand> {
    let traefik = made.programs.iter().find(|program| &*program.component == "traefik");
    let Some(traefik) =
        traefik.filter(|program| matches!(program.exposure, Exposure::LoadBalancer(_)))
    else {
        return Vec::new();
    };
    let mut demands: Vec<Demand> = Vec::new();
    let mut add = |entrypoint: &str, app: &str, tls: bool, client: Client, span: Span| {
        let Some(port) = traefik.settings.ports.get(entrypoint) else { return };
        let asks = Asks {
            app: app.to_owned(),
            port: None,
            path: None,
            version: None,
            arrives: None,
            tls,
            rules: Vec::new(),
        };
        let demand = Demand {
            namespace: "".into(),
            component: OUTSIDE.into(),
            to: Arc::new(Peer::Traefik {
                namespace: home.namespace.to_owned(),
                service: port.value.service,
                port: port.value.container,
                protocol: port.value.protocol,
                asks,
            }),
            why: "comes in by the load balancer",
            span,
            told: None,
            elsewhere: None,
            taken: None,
            client: Some(Box::new(client)),
        };
        // The server has a rule for its prefix and one for everything.
        if !demands.iter().any(|other| other.span == span && other.to == demand.to) {
            demands.push(demand);
        }
    };
    for object in &made.objects {
        match &object.body {
            Body::IngressRoute(route) => {
                for one in &route.spec.routes {
                    // What nothing matches is told by the route.
                    let Ok(rule) = Rule::read(&one.r#match) else { continue };
                    let example = match rule.satisfiable() {
                        Overlap::No => continue,
                        Overlap::Yes(example) => Some(example),
                        Overlap::Possible => None,
                    };
                    let client = Client { example, rule: Some(Arc::new(rule)), leaf: None };
                    for (entrypoint, service) in
                        route.spec.entry_points.iter().zip(one.services.first())
                    {
                        let tls = route.spec.tls.is_some();
                        add(entrypoint, &service.name, tls, client.clone(), object.source);
                    }
                }
            }
            Body::IngressRouteUdp(route) => {
                let services = route.spec.routes.iter().filter_map(|one| one.services.first());
                for (entrypoint, service) in route.spec.entry_points.iter().zip(services) {
                    let client = Client { example: None, rule: None, leaf: None };
                    add(entrypoint, &service.name, false, client, object.source);
                }
            }
            _ => {}
        }
    }
    demands
}

/// The texts of a program that say where it goes.
fn counting<'v, 'o>(values: &'v Values<'o>, program: &Program) -> Cow<'v, [Value<'o>]> {
    let all = values.get(&program.component);
    if reapers::goes_by_option(program) {
        all.iter().filter(|value| value.field == Field::Word).copied().collect()
    } else {
        Cow::Borrowed(all)
    }
}

fn is_told(values: &Values<'_>, program: &Program, talk: &Talk) -> Option<Told> {
    if talk.knows == Knows::ByItself || &*program.component == "traefik" {
        return None;
    }
    let values = &*counting(values, program);
    let told = |address: &Address<'_>| match &talk.knows {
        Knows::FromConnect(variables) => told_by(variables, values, address),
        Knows::FromComponent | Knows::ByItself => told(values, address),
    };
    let told = match &*talk.to {
        Peer::Program { app, service: Some(port), .. } => {
            // What a component tells itself is without TLS, as all of them are.
            let tls = (talk.knows == Knows::FromComponent).then_some(false);
            told(&Address { host: app, port: *port, path: None, tls })
        }
        Peer::Traefik { namespace, service, asks, .. } => {
            let host = alias::name(namespace);
            let path = asks.path.as_deref();
            told(&Address { host: &host, port: *service, path, tls: Some(asks.tls) })
        }
        Peer::Program { service: None, .. } | Peer::External { .. } | Peer::ApiServer => {
            return None;
        }
    };
    Some(told)
}

/// The variable of a `connect` that `env` sets beside it, which holds.
fn taken(program: &Program, talk: &Talk) -> Option<(String, Span)> {
    let Knows::FromConnect(variables) = &talk.knows else { return None };
    let all = [&variables.url, &variables.host, &variables.port];
    all.into_iter().flatten().find_map(|name| {
        let said = program.settings.env.get(name)?.span;
        (said != NOWHERE && said != talk.span).then(|| (name.clone(), said))
    })
}

/// Whether a variable that the topology sets may hold an address. Those of a
/// database, of Slack and of a login lead outside.
pub(super) fn says_address(name: &str, span: Span) -> bool {
    const PARTS: [&str; 7] = ["HOST", "URL", "URI", "FQDN", "ENDPOINT", "PORT", "ADDR"];
    const OUTSIDE: [&str; 4] = ["DB", "DATABASE", "SLACK", "OIDC"];
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    span != NOWHERE && has(&PARTS) && !has(&OUTSIDE)
}

/// Whether the topology itself sets some of these variables of a program, or its
/// files and words.
pub(super) fn says(program: &Program, variable: impl Fn(&str, Span) -> bool) -> bool {
    let settings = &program.settings;
    settings.env.iter().any(|(name, at)| variable(name, at.span))
        || settings.config_files.values().any(|at| at.span != NOWHERE)
        || settings.command.as_ref().is_some_and(|at| at.span != NOWHERE)
        || settings.args.as_ref().is_some_and(|at| at.span != NOWHERE)
}
