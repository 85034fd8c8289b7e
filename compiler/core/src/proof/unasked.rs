//! Addresses of the namespace's own Services in the texts of a program that
//! nobody lets there, as it has no `connect`. Names of other namespaces are
//! looked for in [`around`](super::around).

use std::collections::BTreeMap;
use std::sync::Arc;

use jtc_syntax::Span;

use super::ground::Ground;
use super::walk::Group;
use super::{Evidence, around};
use crate::components::manifests;
use crate::components::program::{Home, Knows, Program};
use crate::components::site::Made;
use crate::diagnostics::{Report, closed as d};
use crate::moved::Places;
use crate::network::policy::Direction;
use crate::network::values::{Field, Place, Values, hosts};
use crate::network::{Found, Resolved, ServicePort};

/// An address that the topology itself tells a program.
#[derive(Clone, Debug)]
pub(super) struct Said {
    namespace: Arc<str>,
    component: Arc<str>,
    /// The place in the source, and what says it there.
    span: Span,
    place: Place,
    host: String,
    /// The port, where it is said.
    port: Option<u16>,
}

impl Places for Said {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        see(&mut self.span);
    }
}

/// The addresses in what a namespace says to programs that ask with `connect`;
/// what the compiler's own components need is walked with their paths.
pub(super) fn find(home: &Home<'_>, made: &Made, values: &Values<'_>) -> Vec<Said> {
    let namespace: Arc<str> = home.namespace.into();
    let mut said = Vec::new();
    for program in made.programs.iter().filter(|program| asks(program)) {
        let all = values.get(&program.component);
        for value in all {
            let Some(span) = value.said_in(&program.settings) else { continue };
            let alone = value.field.is_of_host()
                || (value.field == Field::Word && value.text.contains(':'));
            said.extend(hosts(all, value, alone).into_iter().map(|(host, _, port)| Said {
                namespace: namespace.clone(),
                component: program.component.clone(),
                span,
                place: value.place(),
                host: host.to_owned(),
                port,
            }));
        }
    }
    said
}

/// Whether a program tells with `connect` whom it reaches.
fn asks(program: &Program) -> bool {
    &*program.component != "traefik"
        && program.talks.iter().all(|talk| talk.knows != Knows::FromComponent)
}

/// Reports each Service of a program's own namespace that its texts name and no
/// policy lets it reach.
pub(super) fn check(ground: &Ground<'_>, evidence: &Evidence, report: &mut Report) {
    type Key<'e> = (&'e str, &'e str, &'e str);
    let mut found: BTreeMap<Key<'_>, (&Said, Found<'_>)> = BTreeMap::new();
    for said in evidence.seen.iter().flat_map(|seen| &seen.said) {
        let Some((name, space)) = ground.net.spaces_entry(&said.namespace) else { continue };
        let (_, resolved) = ground.net.follow((name, Some(space)), &said.host);
        let Resolved::Service(there) = resolved else { continue };
        // The whole name of another namespace's Service is told as a way around.
        if there.namespace != name && said.host.contains('.') {
            continue;
        }
        let mut own = space.pods_of(&said.component).peekable();
        if own.peek().is_some()
            && own.all(|pods| is_shut(Group { namespace: name, space, pods }, there, said.port))
        {
            let key = (name, &*said.component, &*there.service.origin.id.name);
            found.entry(key).or_insert((said, there));
        }
    }
    for ((.., component, _), (said, there)) in found {
        let asked =
            around::component(ground, evidence, there.namespace, &there.service.origin.id.name);
        let asked = if there.namespace == &*said.namespace {
            asked.to_owned()
        } else {
            format!("{}/{asked}", there.namespace)
        };
        let place = (said.span, said.place.to_string());
        report.push(d::unasked(component, place, &said.host, &there.service.origin, &asked));
    }
}

/// Whether policies keep pods from a Service, on the port that is said, or on all
/// where none of its is. Of hand-written pods nobody can say `connect`.
fn is_shut(own: Group<'_>, there: Found<'_>, port: Option<u16>) -> bool {
    let ports = &there.service.ports;
    let known = port.filter(|port| ports.iter().any(|own| own.number == *port));
    let asked = |own: &&ServicePort| known.is_none_or(|port| own.number == port);
    let Found { namespace, space, service } = there;
    let mut behind = space.behind(service).peekable();
    behind.peek().is_some()
        && behind.all(|pods| {
            let other = Group { namespace, space, pods };
            let shut = |port: &ServicePort| {
                pods.port(&port.target, port.protocol).is_none_or(|number| {
                    let port = (number, port.protocol);
                    own.is_forbidden(Direction::Egress, other.end(), pods, port)
                        || other.is_forbidden(Direction::Ingress, own.end(), pods, port)
                })
            };
            pods.origin != own.pods.origin
                && &*pods.component != manifests::COMPONENT
                && ports.iter().filter(asked).all(shut)
        })
}
