//! What the model says, held against what Traefik does.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use jtc_core::traefik::instance::{Action, Service};
use jtc_core::traefik::{Answer, Instance, Protocol, Request, Router, Status, What};
use serde_json::Value;

use super::generate::{Asked, Made};
use super::probe::Got;

/// One thing in which the two differ.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    /// The set, where it is about one.
    pub(crate) set: Option<usize>,
    /// What is compared: a router by name, or a request.
    pub(crate) about: String,
    /// What the model says.
    pub(crate) model: String,
    /// What Traefik does.
    pub(crate) real: String,
}

/// How many were compared.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) sets: usize,
    pub(crate) objects: usize,
    pub(crate) refused: usize,
    pub(crate) routers: usize,
    pub(crate) enabled: usize,
    pub(crate) disabled: usize,
    pub(crate) absent: usize,
    pub(crate) ignored: usize,
    pub(crate) requests: usize,
    pub(crate) answered: usize,
    pub(crate) open: usize,
    pub(crate) random: usize,
    pub(crate) datagrams: usize,
}

const KINDS: [(&str, Protocol); 3] =
    [("routers", Protocol::Http), ("tcpRouters", Protocol::Tcp), ("udpRouters", Protocol::Udp)];

/// Compares all routers of `GET /api/rawdata`.
pub(crate) fn routers(
    instance: &Instance,
    raw: &Value,
    set_of: &dyn Fn(usize) -> Option<usize>,
    counts: &mut Counts,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (kind, protocol) in KINDS {
        let mut expected: BTreeMap<String, Vec<&Router>> = BTreeMap::new();
        let mut lost = std::collections::BTreeSet::new();
        for router in instance.routers.iter().filter(|router| router.protocol == protocol) {
            counts.routers += 1;
            match router.status {
                Status::Enabled => counts.enabled += 1,
                Status::Disabled(_) => counts.disabled += 1,
                Status::Absent(_) => {
                    counts.absent += 1;
                    continue;
                }
                Status::Ignored(_) => {
                    counts.ignored += 1;
                    continue;
                }
            }
            let mut names: Vec<&str> = router.served.iter().map(|served| &*served.id).collect();
            if names.is_empty() && router.lost.is_empty() {
                names.push(&router.id);
            }
            names.dedup();
            for name in names {
                expected.entry(name.to_owned()).or_default().push(router);
            }
            lost.extend(router.lost.iter().map(ToString::to_string));
        }
        let empty = serde_json::Map::new();
        let actual = raw.get(kind).and_then(Value::as_object).unwrap_or(&empty);
        let mut real: BTreeMap<&str, &Value> = actual
            .iter()
            .filter_map(|(name, value)| Some((name.strip_suffix("@kubernetescrd")?, value)))
            .collect();
        for (name, routers) in &expected {
            let collides = routers.iter().any(|router| {
                router.notes.iter().any(|note| matches!(note.what, What::Collision { .. }))
            });
            let found = real.remove(name.as_str());
            let shown: Vec<String> =
                routers.iter().map(|router| format!("{:?}", router.status)).collect();
            let same = match found {
                None => collides,
                Some(value) => {
                    let disabled = value.get("status").and_then(Value::as_str) == Some("disabled");
                    // Which of two objects of one name survives is random.
                    collides
                        || routers.iter().any(|router| {
                            let own = router.served.iter().find(|served| *served.id == **name);
                            let broken = own.is_some_and(|served| served.fault.is_some());
                            let enabled = router.status.is_enabled() && !broken;
                            enabled != disabled || circles(router) || router.unbuilt
                        })
                }
            };
            if !same {
                let router = routers.first();
                differences.push(Difference {
                    set: router.and_then(|router| set_of(router.at)),
                    about: format!(
                        "{kind} {name}: {}",
                        router.map_or("", |router| &*router.rule_text)
                    ),
                    model: shown.join(" or "),
                    real: found.map_or("absent".to_owned(), |value| {
                        format!("{} {}", value["status"], value["error"])
                    }),
                });
            }
        }
        // Copies for entrypoints that aren't there.
        real.retain(|name, value| value["status"] != "disabled" || !lost.contains(*name));
        for (name, value) in real.into_iter().filter(|(name, _)| !name.starts_with("sentinel")) {
            let same_rule = instance
                .routers
                .iter()
                .find(|router| router.protocol == protocol && name.ends_with(&*router.id));
            differences.push(Difference {
                set: same_rule.and_then(|router| set_of(router.at)),
                about: format!("{kind} {name}: {}", value["rule"]),
                model: same_rule
                    .map_or("nothing".to_owned(), |router| format!("{:?}", router.status)),
                real: format!("{} {}", value["status"], value["error"]),
            });
        }
    }
    differences
}

/// A router that isn't served as it leads in a circle has the status
/// `warning`.
fn circles(router: &Router) -> bool {
    matches!(
        &router.status,
        Status::Disabled(fault) if fault.path == "spec.parentRefs" && matches!(fault.what, What::Loop(_))
    )
}

/// Compares the answer to a request.
pub(crate) fn request(
    instance: &Instance,
    entry_point: &str,
    asked: &Asked,
    got: &Got,
    objects: &[&Made],
    counts: &mut Counts,
) -> Option<(String, String)> {
    let request = Request {
        entry_point,
        method: asked.method,
        host: &asked.host,
        target: asked.target,
        headers: &asked.headers,
        client: Some(Ipv4Addr::LOCALHOST.into()),
        tls: None,
    };
    let answer = instance.answer(&request);
    counts.requests += 1;
    match &answer {
        Answer::Random(_) => counts.random += 1,
        Answer::Unknown { .. } => counts.open += 1,
        Answer::Backend(_) => counts.answered += 1,
        _ => {}
    }
    if answer.each().into_iter().any(|one| fits(one, instance, got, objects)) {
        return None;
    }
    Some((shown(&answer, instance, objects), format!("{got:?}")))
}

/// The addresses of a service's pods, by the number of its object.
fn address(at: usize, objects: &[&Made]) -> Option<Ipv4Addr> {
    objects.get(at).and_then(|made| made.address)
}

/// Pods and the Service itself have addresses that end alike.
fn pod(address: Ipv4Addr) -> Ipv4Addr {
    let [_, _, c, d] = address.octets();
    Ipv4Addr::new(10, 77, c, d)
}

/// Whether another pod answers for one that failed.
fn falls_back(instance: &Instance, router: usize, got: &Got, objects: &[&Made]) -> bool {
    fn has_fallback(service: &Service) -> bool {
        match service {
            Service::Failover(..) => true,
            Service::Weighted(all) | Service::HighestRandomWeight(all) => {
                all.iter().any(|(_, service)| has_fallback(service))
            }
            Service::Mirroring(service, _) | Service::Through(_, service) => has_fallback(service),
            Service::Random(all) => all.iter().any(has_fallback),
            Service::Kubernetes(_) | Service::Foreign(_) => false,
        }
    }
    let service = instance.routers.get(router).and_then(|router| router.service.as_ref());
    service.filter(|service| has_fallback(service)).is_some_and(|service| {
        let mut backends = service.backends().into_iter();
        let Some(pod) = got.address.map(pod) else {
            return refusals(instance, service).contains(&got.status);
        };
        got.status == 200 && backends.any(|one| address(one.service.at, objects) == Some(pod))
    })
}

/// The statuses by which middlewares before parts of a service turn requests away.
fn refusals(instance: &Instance, service: &Service) -> Vec<u16> {
    fn of_middleware(instance: &Instance, index: usize) -> Vec<u16> {
        match instance.middlewares.get(index).map(|built| &built.action) {
            Some(Ok(Action::Auth)) => vec![401],
            Some(Ok(Action::Full)) => vec![429],
            Some(Ok(Action::Allow(_, status, _))) => vec![*status],
            Some(Ok(Action::DenyEncoded(_))) => vec![400],
            Some(Ok(Action::RedirectRegex(..) | Action::RedirectScheme { .. })) => {
                vec![301, 302, 307, 308]
            }
            Some(Ok(Action::Chain(steps))) => {
                steps.iter().flatten().flat_map(|step| of_middleware(instance, *step)).collect()
            }
            _ => Vec::new(),
        }
    }
    match service {
        Service::Through(steps, service) => {
            let own = steps.iter().flatten().flat_map(|step| of_middleware(instance, *step));
            own.chain(refusals(instance, service)).collect()
        }
        Service::Weighted(all) | Service::HighestRandomWeight(all) => {
            all.iter().flat_map(|(_, service)| refusals(instance, service)).collect()
        }
        Service::Failover(service, fallback, _) => {
            [service, fallback].into_iter().flat_map(|one| refusals(instance, one)).collect()
        }
        Service::Mirroring(service, _) => refusals(instance, service),
        Service::Random(all) => {
            all.iter().flat_map(|service| refusals(instance, service)).collect()
        }
        Service::Kubernetes(_) | Service::Foreign(_) => Vec::new(),
    }
}

fn fits(answer: &Answer, instance: &Instance, got: &Got, objects: &[&Made]) -> bool {
    match answer {
        Answer::Backend(reached) => reached.backends.iter().any(|backend| {
            // The pods speak neither TLS nor HTTP/2.
            if matches!(&*backend.scheme, "https" | "h2c" | "tls") {
                return (500..505).contains(&got.status)
                    || got.status == 0
                    || falls_back(instance, reached.router, got, objects);
            }
            got.status == 200
                && got.address.map(pod) == address(backend.service.at, objects)
                && (reached.target.is_empty() || got.target == reached.target)
        }),
        Answer::Redirect { status, location, .. } => {
            got.status == *status && got.location.as_deref() == Some(location)
        }
        Answer::Closed => got.status == 0,
        Answer::Unknown { .. } | Answer::Internal(_) => true,
        // A page has a status of its own only when its server fails.
        Answer::Page { status, .. } => got.status == *status,
        other => other.status() == Some(got.status) && got.address.is_none(),
    }
}

fn shown(answer: &Answer, instance: &Instance, objects: &[&Made]) -> String {
    let each = answer.each().into_iter().map(|one| match one {
        Answer::Backend(reached) => {
            let router = instance.routers.get(reached.router);
            let backends: Vec<String> = reached
                .backends
                .iter()
                .map(|one| {
                    format!(
                        "{}/{} {:?}",
                        one.service.namespace,
                        one.service.name,
                        address(one.service.at, objects)
                    )
                })
                .collect();
            format!(
                "{} at {} by `{}` priority {}",
                backends.join(" or "),
                reached.target,
                router.map_or("", |router| &*router.rule_text),
                router.map_or(0, |router| router.priority),
            )
        }
        other => format!("{other:?}"),
    });
    each.collect::<Vec<_>>().join(" | ")
}

/// Compares who got a datagram.
pub(crate) fn datagram(
    instance: &Instance,
    entry_point: &str,
    got: Option<Ipv4Addr>,
    objects: &[&Made],
) -> Option<(String, String)> {
    let answer = instance.answer_udp(entry_point);
    let fits = answer.each().into_iter().any(|one| match one {
        Answer::Backend(reached) => reached
            .backends
            .iter()
            .any(|backend| got.is_some() && got == address(backend.service.at, objects)),
        _ => got.is_none(),
    });
    (!fits).then(|| (shown(&answer, instance, objects), format!("{got:?}")))
}
