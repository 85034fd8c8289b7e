//! Which routers an entrypoint tries, and in which order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Router, Text};
use crate::traefik::config::Config;
use crate::traefik::fault::{Fault, What};
use crate::traefik::objects::Protocol;

/// The routers of one entrypoint; each with the index in
/// [`Router::served`](super::Router::served).
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Routers of HTTP, the highest priority first.
    pub(super) http: Vec<Entry>,
    /// Those that take TLS.
    pub(super) https: Vec<Entry>,
    /// Routers of TCP without TLS.
    pub(super) tcp: Vec<Entry>,
    /// Routers of TCP with TLS.
    pub(super) tcp_tls: Vec<Entry>,
    /// Routers of UDP: the first gets everything.
    pub(super) udp: Vec<Entry>,
    /// Routers of which one survives: they have one name.
    pub(super) groups: Vec<Vec<usize>>,
}

/// The routers of each entrypoint, by its name.
#[derive(Debug, Default)]
pub(super) struct Tables(Vec<(Text, Table)>);

impl Tables {
    pub(super) fn get(&self, entry_point: &str) -> Option<&Table> {
        self.0.iter().find(|(name, _)| **name == *entry_point).map(|(_, table)| table)
    }
}

/// A router of an entrypoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) router: usize,
    pub(super) served: usize,
    pub(super) priority: i64,
}

pub(super) fn of(routers: &mut [Router], config: &Config) -> Tables {
    let mut tables: Vec<(Text, Table)> =
        config.entry_points.iter().map(|one| (one.name.clone(), Table::default())).collect();
    for (index, router) in routers.iter().enumerate() {
        if !router.serves() || !router.parents.is_empty() {
            continue;
        }
        for (served, place) in router.served.iter().enumerate() {
            if place.fault.is_some() {
                continue;
            }
            let table = tables.iter_mut().find(|(name, _)| *name == place.entry_point);
            let Some((_, table)) = table else { continue };
            let list = match (router.protocol, place.tls) {
                (Protocol::Http, false) => &mut table.http,
                (Protocol::Http, true) => &mut table.https,
                (Protocol::Tcp, false) => &mut table.tcp,
                (Protocol::Tcp, true) => &mut table.tcp_tls,
                (Protocol::Udp, _) => &mut table.udp,
            };
            list.push(Entry { router: index, served, priority: router.priority });
        }
    }
    let mut taken = Vec::new();
    for (name, table) in &mut tables {
        for list in [&mut table.http, &mut table.https, &mut table.tcp, &mut table.tcp_tls] {
            list.sort_by_key(|entry| Reverse(entry.priority));
        }
        let full = |entry: &Entry| {
            routers.get(entry.router).map(|router| format!("{}@kubernetescrd", router.id))
        };
        // The last by name (`pkg/server/router/udp/router.go`).
        table.udp.sort_by_key(|entry| Reverse(full(entry)));
        let mut udp = table.udp.iter();
        if let Some(first) = udp.next() {
            let by = routers.get(first.router).map(|router| router.id.clone()).unwrap_or_default();
            for entry in udp {
                let own = routers.get(entry.router).is_some_and(|router| router.id == by);
                if !own {
                    taken.push((entry.router, name.clone(), by.clone()));
                }
            }
        }
        table.groups = groups(routers, table);
    }
    for (index, entry_point, by) in taken {
        if let Some(router) = routers.get_mut(index) {
            let what = What::UdpTaken { entry_point, by };
            router.notes.push(Fault::new(router.at, "spec.entryPoints", what));
        }
    }
    Tables(tables)
}

fn groups(routers: &[Router], table: &Table) -> Vec<Vec<usize>> {
    let mut by_name: BTreeMap<(Protocol, &Text), Vec<usize>> = BTreeMap::new();
    let lists = [&table.http, &table.https, &table.tcp, &table.tcp_tls, &table.udp];
    for entry in lists.into_iter().flatten() {
        let Some(router) = routers.get(entry.router) else { continue };
        // Also those of one name that aren't served here, or not at all.
        let collides = router.notes.iter().any(|note| matches!(note.what, What::Collision { .. }));
        if collides {
            by_name.entry((router.protocol, &router.id)).or_default();
        }
    }
    for (index, router) in routers.iter().enumerate() {
        let made = !matches!(router.status, super::Status::Absent(_) | super::Status::Ignored(_));
        if let Some(group) = by_name.get_mut(&(router.protocol, &router.id)).filter(|_| made) {
            group.push(index);
        }
    }
    let mut groups: Vec<Vec<usize>> =
        by_name.into_values().filter(|group| group.len() > 1).collect();
    // One that may not be there, as what it needs may be another's.
    for entry in lists.into_iter().flatten() {
        let unsure = routers.get(entry.router).is_some_and(|router| router.unsure);
        if unsure && !groups.iter().any(|group| group.contains(&entry.router)) {
            groups.push(vec![entry.router, usize::MAX]);
        }
    }
    groups
}
