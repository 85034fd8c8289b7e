//! Where a program goes that the topology sends elsewhere on purpose: to another
//! address than the one of the component that it needs.

use jtc_syntax::Span;

use super::{Passed, Walk};
use crate::components::program::{Peer, Program};
use crate::model::settings::Protocol;
use crate::network::Resolved;
use crate::network::values::{Field, Place, Value, hosts};
use crate::proof::demand::says_address;
use crate::proof::trail::{Broken, Step, Trail};

/// An address that the topology itself tells a program.
#[derive(Clone, Debug, Hash)]
pub struct Instead {
    /// Where: the object and the field.
    pub(in crate::proof) place: Place,
    /// The host.
    host: String,
    /// The port, where it is said.
    port: Option<u16>,
    /// Whether it is to be asked with TLS, where that is said.
    tls: Option<bool>,
    /// The place in the source that says it.
    pub(in crate::proof) span: Span,
}

/// The addresses in what the topology itself says to a program.
pub(in crate::proof) fn said(program: &Program, values: &[Value<'_>]) -> Vec<Instead> {
    let mut all = Vec::new();
    for value in values {
        let Some(span) = value.said_in(&program.settings) else { continue };
        if let Field::Variable(name) = value.field
            && !says_address(name, span)
        {
            continue;
        }
        let place = value.place();
        let alone = value.field.is_of_host();
        all.extend(hosts(values, value, alone).into_iter().map(|(host, mention, port)| Instead {
            place: place.clone(),
            host: host.to_owned(),
            port,
            tls: mention.scheme.map(|scheme| scheme == "https"),
            span,
        }));
    }
    all
}

impl Walk<'_> {
    /// Goes to one of the addresses that are said instead; nobody knows which of
    /// them is meant, so that one must lead somewhere. What is outside of the
    /// cluster can't be judged.
    pub(super) fn elsewhere_on_purpose(&self, all: &[Instead], trail: &mut Trail) -> Passed {
        let mut first = None;
        for said in all {
            match self.instead(said, &mut Trail::default()) {
                Ok(()) if trail.is_kept() => return self.instead(said, trail),
                Ok(()) => return Ok(()),
                Err(broken) => _ = first.get_or_insert(broken),
            }
        }
        if all.is_empty() {
            trail.note(Step::Told, self.demand.span, || {
                "its own settings say where it goes, and name no address".to_owned()
            });
        }
        first.map_or(Ok(()), Err)
    }

    fn instead(&self, said: &Instead, trail: &mut Trail) -> Passed {
        let Instead { place, host, port, tls, span } = said;
        let home = self.demand.host().unwrap_or_default();
        let wanted = match &*self.demand.to {
            Peer::Program { service: Some(wanted), .. } | Peer::Traefik { service: wanted, .. } => {
                *wanted
            }
            _ => return Ok(()),
        };
        let fails =
            |why: String| {
                Broken::new(
                Step::Told,
                format!("{place} names `{host}`{why}"),
                format!(
                    "name `{home}` with port {wanted} there, or take it out, and `jtc` says the \
                     address"
                ),
            )
            .place(*span, "it is sent there")
            .at(&self.from.pods.origin, &place.to_string(), format!("it {}", self.demand.why))
            };
        trail.add(Step::Told, &self.from.pods.origin, "", || format!("{place} names `{host}`"));
        let (_, resolved) = self.ground.net.follow(self.from.home(), host);
        let found = match resolved {
            Resolved::Service(found) => found,
            Resolved::Nothing => {
                return Err(Box::new(fails(", which is no name of the cluster".into())));
            }
            Resolved::Outside => {
                trail.note(Step::Outside, self.demand.span, || {
                    format!("`{host}` is outside of the cluster, where nothing is known")
                });
                return Ok(());
            }
        };
        let service = found.service;
        let plain = match &*self.demand.to {
            Peer::Traefik { asks, .. } => !asks.tls,
            _ => home == *service.origin.id.name,
        };
        if *tls == Some(true) && plain {
            return Err(Box::new(fails(" by `https`, which nothing speaks there".into())));
        }
        let number = port.unwrap_or(wanted);
        let protocol = self.demand.protocol();
        let passed = self.port(service, number, protocol, trail).and_then(|port| {
            let asked = port.number;
            for (group, number) in self.behind(found, port, trail)? {
                self.unmapped(service, port, number)?;
                self.declares(service, group, number)?;
                self.between(self.from, group, number, protocol, trail)?;
                if let (Peer::Traefik { asks, .. }, Protocol::Tcp) = (&*self.demand.to, protocol) {
                    self.gate(group, (asked, number), host, asks, trail)?;
                }
            }
            Ok(())
        });
        passed.map_err(|broken| Box::new(fails(format!(": {}", broken.clause))))
    }
}
